"""The broker alone: foreign workers and clients, what the queue promises, and what it makes of garbage."""
# sanitized: every frame of the queue
import os
import signal
import subprocess
import time

import pytest
import zmq

from kosi_test.bus import messages
from kosi_test.paths import BIN, PATIENCE
from kosi_test.peers import Broker
from kosi_test.wait import wait_until


@pytest.fixture
def make_broker():
    made = []

    def make(*args, **settings):
        made.append(Broker(*args, **settings))
        return made[-1]
    yield make
    for broker in made:
        broker.close()


@pytest.fixture(scope="module")
def shared():
    """One broker with a writer and a reader, for tests that do them no harm."""
    broker = Broker(hung_after_ms=2000 * int(PATIENCE))
    broker.worker(1, writer=1)
    broker.worker(2, credit=4)
    yield broker
    broker.close()


def test_request_and_reply(shared):
    client = shared.client()
    outcome, envelope, answer = client.ask("echo", "Echo", b"hello", locale="en", idempotency_key="k1")
    assert outcome == "ok" and envelope.log_seq > 0
    assert answer["body"] == "hello" and answer["origin"] == "front" and answer["locale"] == "en" and answer["key"] == "k1"
    assert 0 < answer["time_left_ms"] <= 5000
    assert client.ask("echo", "Echo")[2]["slot"] == 2, "reads prefer a reader"
    assert client.ask("echo", "Write")[2]["slot"] == 1, "writes go to the writer"


def test_unknown_service_and_method_are_answered_at_once(shared):
    client = shared.client()
    assert client.outcome("nobody", "Echo") == "unknown_service"
    assert client.outcome("echo", "Nothing") == "unknown_method"
    assert client.outcome("broker", "Nothing") == "unknown_method"


def test_reach_is_enforced(shared):
    reach = {side: [shared.client(side).outcome("echo", m) for m in ("Echo", "Inside", "Operate")] for side in ("front", "back", "ops")}
    assert reach == {"front": ["ok", "unknown_method", "unknown_method"], "back": ["ok", "ok", "unknown_method"],
                     "ops": ["ok", "ok", "ok"]}
    assert shared.client("back").ask("echo", "Inside")[2]["origin"] == "back"


def test_too_large_for_the_method(shared):
    client = shared.client()
    assert client.outcome("echo", "Small", b"x" * 16) == "ok"
    assert client.outcome("echo", "Small", b"x" * 17) == "too_large"


def test_wrong_version_is_answered(shared):
    assert shared.client().outcome("echo", "Echo", version=2) == "wrong_version"


def test_ping_is_answered_with_the_incarnation(shared):
    client = shared.client()
    ping = client.e.Envelope(version=1, kind=client.e.PING, request_id=b"12345678")
    client.socket.send_multipart([ping.SerializeToString(), b""])
    assert client.socket.poll(2000 * PATIENCE)
    pong = client.e.Envelope.FromString(client.socket.recv_multipart()[0])
    assert pong.kind == client.e.PONG and pong.request_id == b"12345678"
    assert pong.incarnation == client.status().broker.incarnation


def test_status_tells_the_state(shared):
    client = shared.client("ops")
    client.ask("echo", "Echo")
    wait_until(lambda: all(w.uptime_s == 7 for w in client.service().workers), 5, "the workers' own words")
    status = client.status()
    echo = client.service()
    assert status.city == "dortmund" and status.broker.pid == shared.process.pid and status.broker.clients >= 1
    assert sorted((w.slot, w.writer, w.credit, w.in_flight) for w in echo.workers) == [(1, True, 8, 0), (2, False, 4, 0)]
    assert echo.expected and echo.log.epoch == b"e" * 16 and echo.follows[0].service == "other" and echo.queue.depth == 0
    assert echo.counters.replies >= 1 and sum(echo.counters.latency_bucket) == echo.counters.replies


def test_credit_is_honoured(make_broker):
    broker = make_broker()
    worker = broker.worker(credit=3, writer=1)
    client = broker.client()
    os.kill(worker.pid, signal.SIGSTOP)
    asked = [client.send("echo", "Echo") for _ in range(10)]
    ops = broker.client("ops")
    wait_until(lambda: ops.service().queue.depth == 7, 5, "seven wait")
    assert ops.service().workers[0].in_flight == 3
    os.kill(worker.pid, signal.SIGCONT)
    answers = [client.answer(a) for a in asked]
    assert all(a[0].outcome == "ok" for a in answers)
    assert client.ask("echo", "Count")[2]["most"] <= 3


def test_what_a_killed_worker_had_goes_to_another(make_broker):
    broker = make_broker()
    first = broker.worker(1, writer=1)
    client = broker.client()
    held = [client.send("echo", "Echo", f"n{i}".encode()) for i in range(3)]
    for request in held:
        client.answer(request)
    os.kill(first.pid, signal.SIGSTOP)
    held = [client.send("echo", "Echo", f"n{i}".encode()) for i in range(5)]
    wait_until(lambda: broker.client("ops").service().workers[0].in_flight == 5, 5, "delivered")
    broker.worker(2)
    start = time.monotonic()
    first.kill()
    answers = [client.answer(a) for a in held]
    assert all(a[0].outcome == "ok" for a in answers)
    assert time.monotonic() - start < 2 * PATIENCE   # not when their time runs out
    assert broker.client("ops").service().counters.redelivered == 5


def test_a_poisonous_request_takes_two_workers_and_nobody_else(make_broker):
    broker = make_broker()
    workers = [broker.worker(slot, writer=int(slot == 1)) for slot in (1, 2, 3)]
    client = broker.client()
    for worker in workers:
        os.kill(worker.pid, signal.SIGSTOP)
    innocent = [client.send("echo", "Echo") for _ in range(6)]
    poison = client.send("echo", "Echo", b"die")
    innocent += [client.send("echo", "Echo") for _ in range(6)]
    ops = broker.client("ops")
    wait_until(lambda: sum(w.in_flight for w in ops.service().workers) == 13, 5, "all delivered")
    for worker in workers:
        os.kill(worker.pid, signal.SIGCONT)
    assert client.answer(poison)[0].outcome == "worker_lost"
    assert [client.answer(a)[0].outcome for a in innocent] == ["ok"] * 12
    wait_until(lambda: sum(w.poll() is not None for w in workers) == 2, 5, "two died of it")
    assert client.outcome("echo", "Echo") == "ok"
    assert ops.service().counters.worker_lost == 1


def test_hung_is_shown_passed_by_and_killed(make_broker):
    broker = make_broker(hung_after_ms=300 * int(PATIENCE), kill_hung_after_ms=1200 * int(PATIENCE))
    broker.worker(1, writer=1)
    reader = broker.worker(2)
    client, ops = broker.client(), broker.client("ops")
    os.kill(reader.pid, signal.SIGSTOP)
    asked = client.send("echo", "Echo")
    wait_until(lambda: any(w.hung for w in ops.service().workers), 5, "shown as hung")
    assert client.answer(asked)[0].outcome == "ok", "another one answers"
    os.kill(reader.pid, signal.SIGCONT)
    wait_until(lambda: not any(w.hung for w in ops.service().workers), 5, "usable again")
    assert client.ask("echo", "Echo")[2]["slot"] == 2
    os.kill(reader.pid, signal.SIGSTOP)
    wait_until(lambda: reader.poll() == -signal.SIGKILL, 10, "killed")
    wait_until(lambda: len(ops.service().workers) == 1, 5, "and gone")


def test_a_leaving_worker_loses_nothing(make_broker):
    broker = make_broker()
    old = broker.worker(1, writer=1)
    client = broker.client()
    asked, rolled = [], False
    end = time.monotonic() + 1.0
    while time.monotonic() < end:
        asked.append(client.send("echo", "Write"))
        client.receive(0.002)
        if len(asked) > 50 and not rolled:
            rolled = True
            broker.worker(2, writer=1, wait=False)
            old.terminate()
    assert {client.answers.pop(a)[0].outcome if a in client.answers else client.answer(a)[0].outcome for a in asked} == {"ok"}
    assert old.wait(5) == 0
    assert broker.client("ops").service().counters.worker_lost == 0


def test_a_new_incarnation_retires_the_old_at_once(make_broker):
    broker = make_broker()
    old = broker.worker(1, writer=1)
    client = broker.client()
    os.kill(old.pid, signal.SIGSTOP)
    asked = [client.send("echo", "Write") for _ in range(4)]
    wait_until(lambda: broker.client("ops").service().workers[0].in_flight == 4, 5, "delivered")
    new = broker.worker(1, writer=1)
    assert {client.answer(a)[0].outcome for a in asked} == {"ok"}
    assert [w.pid for w in broker.client("ops").service().workers] == [new.pid]
    wait_until(lambda: old.poll() == -signal.SIGKILL, 5, "the old one's end: it may hold the writer's lock")


def test_full_is_said_at_once(make_broker):
    broker = make_broker(queue_count=5, queue_bytes=65536)
    worker = broker.worker(credit=1, writer=1)
    client = broker.client()
    os.kill(worker.pid, signal.SIGSTOP)
    asked = [client.send("echo", "Echo") for _ in range(6)]
    outcome, envelope, body = client.ask("echo", "Echo")
    assert outcome == "busy" and envelope.retry_after_ms >= 100
    assert messages("problem").Problem.FromString(body).code == "busy"
    os.kill(worker.pid, signal.SIGCONT)
    assert {client.answer(a)[0].outcome for a in asked} == {"ok"}
    os.kill(worker.pid, signal.SIGSTOP)
    first = client.send("echo", "Echo", b"x" * 60000)
    assert client.outcome("echo", "Echo", b"x" * 10000) == "busy", "bytes are bounded as well"
    os.kill(worker.pid, signal.SIGCONT)
    assert client.answer(first)[0].outcome == "ok"
    assert client.service().counters.busy == 2


def test_time_runs_out(make_broker):
    broker = make_broker()
    client = broker.client()
    start = time.monotonic()
    outcome, envelope, _ = client.ask("echo", "Echo", time_left_ms=100)
    assert outcome == "starting" and envelope.retry_after_ms == 1000 and 0.09 < time.monotonic() - start < 3 * PATIENCE
    worker = broker.worker(credit=1, writer=1)
    os.kill(worker.pid, signal.SIGSTOP)
    delivered = client.send("echo", "Write", time_left_ms=200)
    waiting = client.send("echo", "Write", time_left_ms=200)
    assert client.answer(delivered)[0].outcome == "unknown_outcome"
    assert client.answer(waiting)[0].outcome == "busy"
    assert client.outcome("echo", "Write", time_left_ms=0) == "busy"
    os.kill(worker.pid, signal.SIGCONT)
    assert client.ask("echo", "Write")[2]["served"] == 2, "what was out of time is not executed"
    assert client.service().counters.expired == 4


def test_requests_wait_for_an_expected_worker(make_broker):
    broker = make_broker()
    client = broker.client()
    read, write, bad = client.send("echo", "Echo"), client.send("echo", "Write"), client.send("echo", "Inside")
    broker.worker(2)
    assert client.answer(read)[0].outcome == "ok"
    assert client.answer(bad)[0].outcome == "unknown_method", "reach holds for those that waited, too"
    assert write not in client.answers
    broker.worker(1, writer=1)
    assert client.answer(write)[0].outcome == "ok"


def test_hints_reach_the_followers_writer(make_broker):
    broker = make_broker(("echo", "other"))
    broker.worker(1, writer=1)
    broker.worker(1, service="other", writer=1, follows="echo")
    broker.worker(2, service="other", follows="echo")
    client = broker.client()
    assert client.outcome("echo", "Hint") == "ok"
    wait_until(lambda: client.ask("other", "Write")[2]["hints"] == 1, 5, "the writer was told")
    assert client.ask("other", "Echo")[2]["hints"] == 0, "only the writer"


def load(client, seconds, at_half):
    """Requests all the time; those without an answer are sent again. Returns the outcomes."""
    asked, outcomes, start, done = 0, [], time.monotonic(), False
    while time.monotonic() - start < seconds or client.open:
        assert time.monotonic() - start < 20 * PATIENCE, f"{len(client.open)} of {asked} without an answer"
        if time.monotonic() - start < seconds and len(client.open) < 32:
            client.send("echo", "Write" if asked % 2 else "Echo")
            asked += 1
        client.receive(0.001)
        client.send_again()
        outcomes += [client.answers.pop(a)[0].outcome for a in list(client.answers)]
        if not done and time.monotonic() - start > seconds / 2:
            at_half()
            done = True
    return outcomes


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_a_restart_under_load_fails_nothing(make_broker, how):
    broker = make_broker()
    broker.worker(1, writer=1)
    broker.worker(2)
    client = broker.client()

    def restart():
        old = broker.process
        old.send_signal(how)
        assert old.wait(5 * PATIENCE) in (0, -9)
        broker.process = broker.start()
    outcomes = load(client, 1.0, restart)
    assert len(outcomes) > 100 and set(outcomes) == {"ok"}
    assert len(client.service().workers) == 2, "the workers said hello again"


def test_a_second_broker_waits_and_takes_over(make_broker):
    broker = make_broker()
    broker.worker(1, writer=1)
    second = broker.start()
    wait_until(lambda: "waiting_for_lock" in broker.log(), 5, "the second one says that it waits")
    client = broker.client()
    assert client.status().broker.pid == broker.process.pid

    def kill():
        broker.process.kill()
        broker.process.wait()
        broker.process = second
    assert set(load(client, 0.5, kill)) == {"ok"}
    assert client.status().broker.pid == second.pid
    third = broker.start()
    wait_until(lambda: broker.log().count("waiting_for_lock") == 2, 5, "a third waits")
    third.terminate()
    assert third.wait(5 * PATIENCE) == 0, "and leaves when told to"


def raw(broker, side):
    return broker.client(side).socket


def garbage(e):
    """Frames that no honest peer sends."""
    good = e.Envelope(version=1, kind=e.REQUEST, service="echo", method="Echo", request_id=b"g" * 16).SerializeToString()
    hello = e.Hello(service="echo", slot=1, credit=1, pid=1).SerializeToString()
    yield from ([b""], [good], [good, b"", b""], [b"", good, b""], [b"", b""], [os.urandom(200), b""], [b"x" * 5000, b""], [good[:-3], b""])
    yield [good] * 50
    for fields in (dict(version=7), dict(service="\u00e4" * 500), dict(method="m" * 3000), dict(request_id=b""), dict(request_id=b"x" * 3000),
                   dict(time_left_ms=2**32 - 1), dict(kind=e.PONG), dict(kind=e.GOODBYE), dict(kind=e.HINT), dict(kind=e.HELLO),
                   dict(kind=e.REPLY, delivery=2**63 + 5, outcome="ok"), dict(kind=e.REPLY, delivery=0), dict(delivery=1), dict(origin="ops")):
        fields = {**dict(version=1, kind=e.REQUEST, service="echo", method="Echo", request_id=os.urandom(16)), **fields}
        yield [e.Envelope(**fields).SerializeToString(), b""]
    yield [b"\x08\x01\x10\x63", b""]   # kind 99
    for body in (b"", os.urandom(300), hello[:-1], e.Hello(service="", slot=1).SerializeToString(), e.Hello(service="s" * 100, slot=1).SerializeToString()):
        yield [e.Envelope(version=1, kind=e.HELLO, incarnation=b"i" * 8).SerializeToString(), body]
    yield [e.Envelope(version=1, kind=e.HELLO, incarnation=b"short").SerializeToString(), hello]


def test_garbage_changes_nothing(make_broker):
    broker = make_broker()
    broker.worker(1, writer=1, credit=4)
    client = broker.client()
    for side in ("front", "back", "ops"):
        for frames in garbage(client.e):
            raw(broker, side).send_multipart(frames)
        assert client.outcome("echo", "Echo") == "ok"
    wait_until(lambda: client.dropped("frames") >= 12 and client.dropped("malformed") >= 6, 5, "counted by reason")
    assert client.dropped("too_large") >= 3 and client.dropped("unexpected_kind") >= 8 and client.dropped("unknown_delivery") >= 2
    assert [w.slot for w in client.service().workers if not w.leaving] == [1]
    assert client.outcome("echo", "Write") == "ok"


def test_ten_megabytes_end_only_that_connection(make_broker):
    broker = make_broker()
    broker.worker(1, writer=1)
    client, big = broker.client(), broker.client()
    big.send("echo", "Echo", b"x" * 10_000_000)
    raw(broker, "back").send_multipart([b"x" * 10_000_000, b""])
    assert client.outcome("echo", "Echo", b"x" * 65536) == "ok"


def test_two_peers_with_one_name(make_broker):
    broker = make_broker()
    broker.worker(1, writer=1)
    client = broker.client()
    twins = [zmq.Context.instance().socket(zmq.DEALER) for _ in range(2)]
    for twin in twins:
        twin.setsockopt(zmq.LINGER, 0)
        twin.setsockopt(zmq.ROUTING_ID, b"the same name")
        twin.connect(broker.endpoint("front"))
    for _ in range(20):
        for twin in twins:
            twin.send_multipart([client.envelope("echo", "Echo").SerializeToString(), b""])
        assert client.outcome("echo", "Echo") == "ok"
    for twin in twins:
        twin.close()
    assert client.outcome("echo", "Echo") == "ok"


def test_a_repeat_of_an_open_request_is_executed_once(make_broker):
    broker = make_broker()
    worker = broker.worker(1, writer=1, credit=1)
    client = broker.client()
    os.kill(worker.pid, signal.SIGSTOP)
    asked = [client.send("echo", "Write") for _ in range(3)]
    client.send_again(older_than=0)
    client.send_again(older_than=0)
    wait_until(lambda: broker.client("ops").dropped("duplicate") == 6, 5, "repeats counted")
    os.kill(worker.pid, signal.SIGCONT)
    for request in asked:
        assert client.answer(request)[0].outcome == "ok"
    assert client.ask("echo", "Count")[2]["served"] == 4


def test_hello_twice_is_one_worker(make_broker):
    broker = make_broker()
    broker.worker(1, writer=1)
    socket, e = raw(broker, "back"), messages("envelope")
    hello = e.Hello(service="echo", slot=5, credit=0, pid=1, methods=[e.HelloMethod(name="Echo")] * 300)
    for _ in range(3):
        socket.send_multipart([e.Envelope(version=1, kind=e.HELLO, incarnation=b"same-one").SerializeToString(), hello.SerializeToString()])
    client = broker.client()
    wait_until(lambda: sorted(w.slot for w in client.service().workers) == [1, 5], 5, "one more worker")
    assert [w.credit for w in client.service().workers if w.slot == 5] == [1]


def run(*arguments):
    return subprocess.run([BIN / "kosi-broker", *arguments], capture_output=True, text=True)


def test_configuration_is_checked(make_broker):
    broker = make_broker()
    assert run("--config", broker.config, "--check-config").returncode == 0
    assert run("--version").stdout.startswith("kosi-broker") and run("--help").returncode == 0
    assert run().returncode == 64 and run("--config", broker.dir / "none").returncode == 78
