"""A foreign peer of the bus: pyzmq and the official protobuf runtime, nothing of ours but the .proto files."""
import importlib
import os
import time

import zmq

from .people import filled_form, unique_title
from . import paths  # noqa: F401  (puts the generated messages on the path)


def messages(stem):
    """The generated module of proto/kosi/<stem>.proto."""
    return importlib.import_module(f"kosi.{stem}_pb2")


def submit_request(form, title=None, contact=False):
    """A filled form as the message that submissions.Submit takes."""
    sm, body = messages("submissions"), filled_form(form, title=title or unique_title())
    request = sm.SubmitRequest(slug=form["slug"], consents=body["consents"])
    if contact:
        request.contact.CopyFrom(sm.Contact(**body["contact"]))
    for key, value in body["answers"].items():
        answer = request.answers.add(key=key)
        if isinstance(value, list):
            answer.value.items.extend(value)
            answer.value.list = True
        else:
            answer.value.text = value
    return request


def message_class(descriptor):
    from google.protobuf import message_factory
    if hasattr(message_factory, "GetMessageClass"):
        return message_factory.GetMessageClass(descriptor)
    return message_factory.MessageFactory().GetPrototype(descriptor)


def output_class(service, method):
    if method == "LogRead":
        return messages("log").LogReadReply
    if service == "broker":
        return messages("envelope").StatusReply
    try:
        contract = messages(service).DESCRIPTOR.services_by_name[service.capitalize()]
    except ImportError:
        return None
    found = contract.methods_by_name.get(method)
    return message_class(found.output_type) if found else None


class Reply:
    def __init__(self, envelope, body, output):
        self.envelope, self.body = envelope, body
        self.outcome = envelope.outcome
        self.message = output.FromString(body) if output and self.ok else None
        self.problem = None if self.ok else messages("problem").Problem.FromString(body)

    @property
    def ok(self):
        return self.outcome == "ok"


class Bus:
    """A DEALER connected to one of the broker's endpoints."""

    def __init__(self, endpoint):
        self.socket = zmq.Context.instance().socket(zmq.DEALER)
        self.socket.setsockopt(zmq.LINGER, 0)
        self.socket.connect(endpoint)

    def close(self):
        self.socket.close()

    def envelope(self, service, method, key=None, actor=None, locale="de", time_left_ms=5000, version=1):
        module = messages("envelope")
        e = module.Envelope(version=version, kind=module.REQUEST, service=service, method=method, request_id=os.urandom(16),
                            time_left_ms=time_left_ms, locale=locale, trace_id=os.urandom(16))
        if key is not None:
            e.idempotency_key = key
        if actor is not None:
            e.actor = actor
        return e

    def send(self, envelope, body=b""):
        self.socket.send_multipart([envelope.SerializeToString(), body])
        return envelope.request_id

    def receive(self, timeout=6.0):
        """(envelope, body), or None when nothing comes."""
        if not self.socket.poll(int(timeout * 1000)):
            return None
        frames = self.socket.recv_multipart()
        assert len(frames) == 2, f"{len(frames)} frames"
        return messages("envelope").Envelope.FromString(frames[0]), frames[1]

    def await_reply(self, request_id, timeout=6.0):
        end = time.monotonic() + timeout
        while (left := end - time.monotonic()) > 0:
            got = self.receive(left)
            if got and got[0].request_id == request_id and got[0].kind == messages("envelope").REPLY:
                return got
        raise AssertionError("no reply")

    def ask(self, service, method, message, key=None, actor=None, locale="de", time_left_ms=5000):
        request_id = self.send(self.envelope(service, method, key, actor, locale, time_left_ms),
                               message if isinstance(message, bytes) else message.SerializeToString())
        envelope, body = self.await_reply(request_id, time_left_ms / 1000 + 3)
        return Reply(envelope, body, output_class(service, method))
