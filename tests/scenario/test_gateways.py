"""Several gateways at one port: added, taken away, killed, replaced, while citizens go on."""
# serial: measures that nothing fails under load
# sanitized: sockets travel between processes
import http.client
import os
import signal
import socket
import subprocess
import threading

import pytest

from kosi_test.paths import BIN
from kosi_test.wait import wait_until


class Visitors:
    """Threads that ask and ask; some keep their connection, some come anew each time. What failed is kept."""

    def __init__(self, port, threads=6):
        self.port, self.done, self.answered, self.failed = port, threading.Event(), 0, []
        self.threads = [threading.Thread(target=self._go, args=(i % 2 == 0,), daemon=True) for i in range(threads)]
        for t in self.threads:
            t.start()

    def _go(self, keeps):
        client = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        while not self.done.is_set():
            try:
                client.request("GET", "/api/v1/vocabulary")
                answer = client.getresponse()
                answer.read()
                if answer.status == 200:
                    self.answered += 1
                else:
                    self.failed.append(answer.status)
                if not keeps:
                    client.close()
            except (OSError, http.client.HTTPException) as e:
                self.failed.append(repr(e))
                client.close()

    def more(self, n):
        goal = self.answered + n
        wait_until(lambda: self.answered >= goal, 20, f"{n} more answers")

    def end(self):
        self.done.set()
        for t in self.threads:
            t.join()
        return self.failed


@pytest.fixture
def visitors(fresh):
    fresh.kosi("scale", "gateway", "3")
    crowd = Visitors(fresh.port)
    crowd.more(50)
    yield crowd
    crowd.end()


def gateways(node):
    return [d for d in node.daemons() if d.startswith("gateway-")]


def test_scale_gateway_up_and_down_under_load(fresh, visitors):
    assert gateways(fresh) == ["gateway-1", "gateway-2", "gateway-3"]
    fresh.kosi("scale", "gateway", "1")
    assert gateways(fresh) == ["gateway-1"]
    visitors.more(200)
    assert visitors.end() == []
    assert "there is no service" in fresh.kosi("scale", "gatweay", "2", check=False).stderr


def test_each_gateway_restarts_and_no_request_fails(fresh, visitors):
    for name in gateways(fresh):
        old = fresh.pid(name)
        os.kill(old, signal.SIGTERM)
        fresh.wait_restarted(name, old, 15)
        wait_until(lambda: fresh.gateway_serves(name), 10, f"{name} serving")
        visitors.more(100)
    assert visitors.end() == []


def test_a_killed_gateway_takes_only_what_it_was_answering(fresh, visitors):
    refused = []
    for _ in range(3):
        old = fresh.kill("gateway-2")
        for _ in range(50):
            try:
                socket.create_connection(("127.0.0.1", fresh.port), 5).close()
            except OSError as e:
                refused.append(e)
        fresh.wait_restarted("gateway-2", old)
        visitors.more(50)
    failed = visitors.end()
    assert refused == []
    assert len(failed) <= 3 * 6, failed          # at most what six visitors had open at each kill
    assert not [f for f in failed if "Refused" in str(f)], failed


def test_a_successor_in_the_same_slot_takes_over(fresh):
    """A new program is started beside the old one: the old one finishes and goes."""
    crowd = Visitors(fresh.port)
    crowd.more(50)
    old = fresh.pid("gateway-1")
    new = subprocess.Popen([BIN / "kosi-gateway", "--config", fresh.config, "--slot", "1"], env=fresh.environment,
                           stderr=open(fresh.dir / "new.log", "w"))
    try:
        wait_until(lambda: not os.path.exists(f"/proc/{old}") or os.path.exists(f"/proc/{old}") and open(f"/proc/{old}/stat").read().split(")")[1].split()[0] == "Z",
                   15, "the old gateway gone")
        crowd.more(100)
        assert crowd.end() == []
        assert new.poll() is None or new.returncode == 0   # the supervisor's next one may have replaced it in its turn
    finally:
        new.terminate()
        new.wait(15)


def test_one_answers_for_all_at_the_ops_port(fresh):
    fresh.kosi("scale", "gateway", "2")
    crowd = Visitors(fresh.port, threads=8)
    crowd.more(400)
    asked = crowd.answered
    assert crowd.end() == []
    asked = crowd.answered

    def counted():
        lines = [l for l in fresh.ops.get("/metrics").text.splitlines() if l.startswith("kosi_http_responses_total") and 'class="2xx"' in l]
        return len(lines) == 2 and sum(int(l.rsplit(" ", 1)[1]) for l in lines) >= asked
    wait_until(counted, 10, "both gateways' counters told by one")


def test_sockets_from_systemd(make_node):
    """sd_listen_fds(3): somebody else listens, the gateway serves. Nothing is refused while no gateway runs at all."""
    node = make_node(start=False)
    ports = []
    for port in (node.port, node.ops_port):
        s = socket.create_server(("127.0.0.1", port))
        ports.append(s)
    node.start(ready=False)

    def start():
        keep = [s.fileno() for s in ports]

        def hand_over():
            high = [os.dup2(fd, 100 + i) for i, fd in enumerate(keep)]
            for i, fd in enumerate(high):
                os.dup2(fd, 3 + i)
            os.environ["LISTEN_PID"] = str(os.getpid())
        command = ["sh", "-c", f"LISTEN_PID=$$ LISTEN_FDS=2 exec {BIN / 'kosi-gateway'} --config {node.config} --slot 9"]
        return subprocess.Popen(command, preexec_fn=hand_over, close_fds=False, env=node.environment, stderr=open(node.dir / "sd.log", "a"))
    gateway = start()
    try:
        node.wait_ready()
        gateway.kill()
        gateway.wait()
        crowd = Visitors(node.port, threads=2)   # they wait in the queue
        gateway = start()
        crowd.more(50)
        assert crowd.end() == []
    finally:
        gateway.kill()
        gateway.wait()
        for s in ports:
            s.close()
