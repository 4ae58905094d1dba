"""A broker on its own with foreign peers: a worker in a process that can be killed, and a client. pyzmq and the official protobuf only.

Run as a program it is the worker: peers.py ENDPOINT SERVICE SLOT [credit=N] [writer=1] [follows=SERVICE] [methods=Name,…].
What a request's body says is what happens: "die", "stop" (itself, by SIGSTOP), "hold" (no answer), else an echo as JSON.
"""
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import zmq

if __package__:
    from .bus import messages
    from .paths import BIN, GEN, PATIENCE
    from .wait import wait_until
else:   # the worker's process
    sys.path.insert(0, os.environ["KOSI_GEN_PYTHON"])

    def messages(stem):
        return __import__(f"kosi.{stem}_pb2", fromlist=["x"])

PUBLIC, INTERNAL, OPERATOR = 0, 1, 2
METHODS = {"Echo": dict(), "Write": dict(write=True), "Inside": dict(reach=INTERNAL), "Operate": dict(reach=OPERATOR),
           "Small": dict(max_bytes=16), "Hints": dict(), "Hint": dict(), "Count": dict()}


def dealer(endpoint):
    socket = zmq.Context.instance().socket(zmq.DEALER)
    socket.setsockopt(zmq.LINGER, 0)
    socket.setsockopt(zmq.RECONNECT_IVL, 10)
    socket.setsockopt(zmq.ROUTING_ID, b"p" + os.urandom(15))
    socket.connect(endpoint)
    return socket


class Client:
    """Asks through one endpoint. Requests without an answer can be sent again, as KoSI's own client does it."""

    def __init__(self, endpoint):
        self.e = messages("envelope")
        self.socket = dealer(endpoint)
        self.open, self.answers = {}, {}

    def close(self):
        self.socket.close()

    def envelope(self, service, method, time_left_ms=5000, **more):
        fields = dict(version=1, kind=self.e.REQUEST, service=service, method=method, request_id=os.urandom(16))
        if time_left_ms is not None:
            fields["time_left_ms"] = time_left_ms
        return self.e.Envelope(**{**fields, **more})

    def send(self, service, method, body=b"", **more):
        envelope = self.envelope(service, method, **more)
        self.open[envelope.request_id] = [envelope, body, time.monotonic()]
        self.socket.send_multipart([envelope.SerializeToString(), body])
        return envelope.request_id

    def send_again(self, older_than=0.1):
        for request_id, entry in self.open.items():
            if time.monotonic() - entry[2] > older_than:
                entry[2] = time.monotonic()
                self.socket.send_multipart([entry[0].SerializeToString(), entry[1]])

    def receive(self, timeout=0.0):
        """Takes in what is there; returns how many answers came."""
        came = 0
        while self.socket.poll(int(timeout * 1000) if not came else 0):
            head, body = self.socket.recv_multipart()
            envelope = self.e.Envelope.FromString(head)
            if envelope.kind == self.e.REPLY and self.open.pop(envelope.request_id, None):
                self.answers[envelope.request_id] = (envelope, body)
                came += 1
        return came

    def answer(self, request_id, deadline=7.0):
        end = time.monotonic() + deadline * PATIENCE
        while request_id not in self.answers:
            left = end - time.monotonic()
            assert left > 0, "no answer"
            self.receive(min(left, 0.5))
        return self.answers.pop(request_id)

    def ask(self, service, method, body=b"", **more):
        """(outcome, envelope, body as JSON or bytes)"""
        envelope, body = self.answer(self.send(service, method, body, **more))
        return envelope.outcome, envelope, json.loads(body) if envelope.outcome == "ok" and body[:1] == b"{" else body

    def outcome(self, service, method, body=b"", **more):
        return self.ask(service, method, body, **more)[0]

    def status(self):
        _, _, body = self.ask("broker", "Status")
        return self.e.StatusReply.FromString(body)

    def service(self, name="echo"):
        return next((s for s in self.status().services if s.name == name), None)

    def dropped(self, reason):
        return next(d.count for d in self.status().broker.dropped if d.reason == reason)


class Broker:
    """kosi-broker in a directory of its own, with the workers that a test starts."""

    def __init__(self, services=("echo",), **settings):
        self.dir = Path(tempfile.mkdtemp(prefix="b", dir="/tmp"))
        self.config = self.dir / "kosi.conf"
        lines = ['city = "dortmund"', f'data_dir = "{self.dir}/d"', f'run_dir = "{self.dir}/r"', 'public_url = "http://127.0.0.1:8081"']
        lines += [f"{name} = {value}" for name, value in settings.items()]
        lines += [f"service {name} {{ workers = 2 }}" for name in services]
        self.config.write_text("\n".join(lines) + "\n")
        self.processes, self.clients = [], []
        self.process = self.start()

    def endpoint(self, side):
        return f"ipc://{self.dir}/r/{side}/broker"

    def start(self):
        with open(self.dir / "log", "ab") as log:
            process = subprocess.Popen([BIN / "kosi-broker", "--config", self.config], stdin=subprocess.DEVNULL, stderr=log)
        self.processes.append(process)
        return process

    def log(self):
        return (self.dir / "log").read_text()

    def client(self, side="front"):
        client = Client(self.endpoint(side))
        self.clients.append(client)
        return client

    def worker(self, slot=1, service="echo", wait=True, **options):
        command = ["/usr/bin/python3", __file__, self.endpoint("back"), service, str(slot)]
        process = subprocess.Popen(command + [f"{k}={v}" for k, v in options.items()], stdin=subprocess.DEVNULL,
                                   env={**os.environ, "KOSI_GEN_PYTHON": str(GEN / "python")})
        self.processes.append(process)
        if wait:
            self.wait_worker(process.pid, service)
        return process

    def wait_worker(self, pid, service="echo"):
        ops = self.client("ops")
        wait_until(lambda: (s := ops.service(service)) and any(w.pid == pid for w in s.workers), 10, f"worker {pid} known")

    def close(self):
        for client in self.clients:
            client.close()
        for process in self.processes:
            if process.poll() is None and process is not self.process:
                process.kill()
                process.wait()
        code = self.process.poll()
        if code is None:
            self.process.terminate()
            code = self.process.wait(10 * PATIENCE)
        log = self.log()
        shutil.rmtree(self.dir)
        assert code in (0, -9) and "Sanitizer" not in log and "runtime error" not in log, f"broker ended with {code}\n{log[-5000:]}"


class Worker:
    SILENCE = 0.15   # without a PING for so long, it says hello again

    def __init__(self, endpoint, service, slot, credit=8, writer=0, follows="", methods=""):
        self.e = messages("envelope")
        self.socket = dealer(endpoint)
        self.incarnation, self.broker = os.urandom(8), None
        self.service, self.slot, self.credit, self.writer = service, slot, int(credit), bool(int(writer))
        self.follows = [follows] if follows else []
        self.methods = methods.split(",") if methods else list(METHODS)
        self.served, self.most, self.hints, self.leaving, self.heard = 0, 0, 0, False, 0.0

    def send(self, kind, body=b"", **more):
        envelope = self.e.Envelope(version=1, kind=kind, incarnation=self.incarnation, **more)
        self.socket.send_multipart([envelope.SerializeToString(), body])

    def hello(self):
        methods = [self.e.HelloMethod(name=name, **METHODS[name]) for name in self.methods]
        hello = self.e.Hello(service=self.service, slot=self.slot, credit=self.credit, writer=self.writer, pid=os.getpid(),
                             methods=methods, follows=self.follows)
        self.send(self.e.HELLO, hello.SerializeToString())
        self.heard = time.monotonic()

    def ping(self, envelope):
        self.heard = time.monotonic()
        if self.broker is not None and envelope.incarnation != self.broker and not self.leaving:
            self.hello()
        self.broker = envelope.incarnation
        state = self.e.WorkerState(uptime_s=7, log_epoch=b"e" * 16, log_last_seq=self.served)
        state.follows.add(service="other", cursor=3, behind=1)
        self.send(self.e.PONG, state.SerializeToString())

    def reply(self, envelope, content):
        body = json.dumps(content).encode()
        self.send(self.e.REPLY, body, delivery=envelope.delivery, request_id=envelope.request_id, outcome="ok", log_seq=self.served)

    def request(self, envelope, body):
        if body == b"die":
            os.kill(os.getpid(), signal.SIGKILL)
        if body == b"stop":
            os.kill(os.getpid(), signal.SIGSTOP)
        if body == b"hold":
            return
        if envelope.method == "Hint":
            self.send(self.e.HINT, self.e.Hint(service=self.service, last_seq=1).SerializeToString())
        self.served += 1
        self.reply(envelope, dict(slot=self.slot, pid=os.getpid(), method=envelope.method, origin=envelope.origin, body=body.decode(),
                                  time_left_ms=envelope.time_left_ms, hints=self.hints, served=self.served, most=self.most,
                                  locale=envelope.locale, key=envelope.idempotency_key))

    def take(self, batch):
        """The requests of a turn are answered together, so that the most a worker had at once shows."""
        requests = []
        for head, body in batch:
            envelope = self.e.Envelope.FromString(head)
            if envelope.kind == self.e.PING:
                self.ping(envelope)
            elif envelope.kind == self.e.HINT:
                self.hints += 1
            elif envelope.kind == self.e.REQUEST:
                requests.append((envelope, body))
        self.most = max(self.most, len(requests))
        for envelope, body in requests:
            self.request(envelope, body)

    def run(self):
        signal.signal(signal.SIGTERM, lambda *_: setattr(self, "leaving", True))
        self.hello()
        said, last = False, time.monotonic()
        while not self.leaving or time.monotonic() - last < 0.3:
            if self.leaving and not said:
                self.send(self.e.GOODBYE)
                said = True
            batch = []
            if self.socket.poll(20):
                while self.socket.poll(0) and len(batch) < 1000:
                    batch.append(self.socket.recv_multipart())
            if any(self.e.Envelope.FromString(head).kind == self.e.REQUEST for head, _ in batch):
                last = time.monotonic()
            self.take(batch)
            if not self.leaving:
                last = time.monotonic()
                if last - self.heard > self.SILENCE:
                    self.hello()


if __name__ == "__main__":
    Worker(sys.argv[1], sys.argv[2], int(sys.argv[3]), **dict(a.split("=", 1) for a in sys.argv[4:])).run()
