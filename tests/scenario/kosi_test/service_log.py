"""A foreign peer that plays a service's log: what others follow."""
import os
import threading
import time

from .bus import messages
from .peers import INTERNAL, METHODS, Worker

METHODS.setdefault("LogRead", dict(reach=INTERNAL))


class ServiceLog(Worker):
    """Answers LogRead from a list that the test appends to."""

    def __init__(self, endpoint, service):
        super().__init__(endpoint, service, 1, writer=1, methods="LogRead")
        self.pb = messages("log")
        self.records, self.epoch, self.hint = [], os.urandom(16), False
        self.thread = threading.Thread(target=self.run)
        self.thread.start()

    def append(self, content, subject, private=None, at=None):
        """at: seconds since 1970."""
        record = self.pb.LogRecord(seq=len(self.records) + 1, type=content.DESCRIPTOR.name, subject=subject,
                                   content=content.SerializeToString(), at=int((at or time.time()) * 1e6))
        if private is not None:
            record.private_content = private.SerializeToString()
        self.records.append(record)
        self.hint = True

    def erase(self, subject):
        for record in self.records:
            if record.subject == subject:
                record.ClearField("content")

    def request(self, envelope, body):
        asked = self.pb.LogReadRequest.FromString(body)
        reply = self.pb.LogReadReply(epoch=self.epoch, last_seq=len(self.records), scanned_to=asked.after_seq)
        if not asked.epoch or asked.epoch == self.epoch:
            wanted = [r for r in list(self.records) if r.seq > asked.after_seq][:asked.limit or 256]
            reply.records.extend(r for r in wanted if not asked.types or r.type in asked.types)
            reply.scanned_to = max([asked.after_seq] + [r.seq for r in wanted])
        self.send(self.e.REPLY, reply.SerializeToString(), delivery=envelope.delivery, request_id=envelope.request_id, outcome="ok")

    def run(self):
        self.hello()
        while not self.leaving:
            batch = []
            if self.socket.poll(5):
                while self.socket.poll(0):
                    batch.append(self.socket.recv_multipart())
            self.take(batch)
            if time.monotonic() - self.heard > self.SILENCE:
                self.hello()

    def take(self, batch):
        super().take(batch)
        if self.hint:
            self.hint = False
            self.send(self.e.HINT, self.e.Hint(service=self.service, last_seq=len(self.records)).SerializeToString())

    def close(self):
        self.leaving = True
        self.thread.join()
