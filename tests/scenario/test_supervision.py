"""Without systemd: s6 brings back what dies, gives up on what cannot start, and ends in order."""
# serial: measures times
import os
import signal
import time
from pathlib import Path

import pytest

from kosi_test import filled_form, wait_until
from kosi_test.node import is_zombie, processes_with
from kosi_test.paths import PATIENCE

HEALED_S = 2.0
GIVEN_UP_S = 17   # a connection without a heartbeat is given up after 15 s


@pytest.fixture(scope="module")
def node():
    from kosi_test import Node
    with Node("dortmund") as made:
        yield made


def submit(node):
    return node.http.post(f"/api/v1/forms/{node.slug}/submissions", filled_form(node.one_form))


def serves(node):
    """Everything a citizen and a moderator need: read, write, sign in."""
    try:
        return (node.is_ready() and submit(node).status == 201 and node.http.get("/api/v1/entries").status == 200
                and node.staff().http.get("/api/v1/staff/submissions").status == 200)
    except OSError:
        for client in (node.http, node.staff().http):
            client.close()
        return False


@pytest.mark.parametrize("daemon", ["broker", "gateway-1", "submissions-1", "submissions-2", "registry-1", "registry-2", "accounts-1"])
def test_kill_9_is_healed(node, daemon):
    node.slug = node.form_slug()
    node.one_form = node.form(node.slug)
    node.staff()
    assert wait_until(lambda: serves(node), 10)
    began = time.monotonic()
    old = node.kill(daemon, signal.SIGKILL)
    pid = node.wait_restarted(daemon, old)

    def back():
        return serves(node) and (daemon in ("broker", "gateway-1") or pid in [w["pid"] for w in node.workers(daemon.rsplit("-", 1)[0])])
    wait_until(back, 10, f"{daemon} serving again")
    took = time.monotonic() - began
    print(f"{daemon}: serving again after {took:.2f} s")
    assert took < HEALED_S * PATIENCE


def parent_of(pid):
    return int(Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[1])


def test_writes_go_on_when_the_writers_supervisor_is_killed(node):
    """s6-svscan starts another, and that a second daemon beside the first, which held the writer's lock for ever."""
    node.slug = node.form_slug()
    node.one_form = node.form(node.slug)
    writer = wait_until(lambda: node.writer("submissions"), 10, "a writer")
    old = node.pid(writer)
    os.kill(parent_of(old), signal.SIGKILL)
    node.wait_restarted(writer, old, 10)
    wait_until(lambda: not Path(f"/proc/{old}").exists() or is_zombie(old), 5, "the end of the old writer")
    wait_until(lambda: node.writer("submissions") and len(node.workers("submissions")) == 2, 5, "two workers, one of them writing")
    assert submit(node).status == 201


def test_all_workers_are_there_again_after_the_broker_stood_still(node):
    """For longer than connections live without a heartbeat: workers that no one pinged any more were lost for good."""
    node.slug = node.form_slug()
    node.one_form = node.form(node.slug)
    known = {service: sorted(w["pid"] for w in node.workers(service)) for service in ("submissions", "registry", "accounts")}
    given_up = time.monotonic() + GIVEN_UP_S
    node.kill("broker", signal.SIGSTOP)
    try:
        wait_until(lambda: time.monotonic() > given_up, GIVEN_UP_S + 5, "connections given up", every=0.1)
    finally:
        node.kill("broker", signal.SIGCONT)

    def back():
        return known == {service: sorted(w["pid"] for w in node.workers(service)) for service in known}
    wait_until(back, 5, "every worker again")
    wait_until(lambda: serves(node), 5, "the node to serve")


def test_the_log_goes_on_when_the_logger_dies(node):
    current = node.data / "log" / "current"
    old = node.kill("log")
    node.wait_restarted("log", old)
    worker = node.kill("registry-2")
    pid = node.wait_restarted("registry-2", worker)
    wait_until(lambda: f"event=started version=" in current.read_text() and f"pid={pid}" in current.read_text(), 5, "its lines in the log")


def test_orderly_end_leaves_nobody_and_the_last_words(fresh):
    began = time.monotonic()
    fresh.stop(graceful=True)
    assert time.monotonic() - began < 5 * PATIENCE
    assert not processes_with(fresh.marker.encode())
    text = (fresh.data / "log" / "current").read_text()
    for daemon in ("broker", "gateway-1", "submissions-1", "registry-1", "accounts-1"):
        assert [line for line in text.splitlines() if f"daemon={daemon} " in line and "event=stop" in line], daemon
    fresh.start()   # and the same folders start again
    assert fresh.is_ready()


def test_what_cannot_start_does_not_spin(make_node):
    node = make_node(start=False)
    good = node.config.read_text()
    node.config.write_text(good + "\nqueue_count = 0\n")
    node.start(ready=False)
    current = node.data / "log" / "current"

    def given_up():
        return current.exists() and current.read_text().count("event=given_up") >= len(node.daemons())
    wait_until(given_up, 5, "all daemons to give up")
    text = current.read_text()
    assert text.count("event=given_up") == len(node.daemons()) and "remedy=" in text
    assert f"{node.config}:{len(good.splitlines()) + 2}: queue_count" in text
    assert all(node.pid(daemon) is None for daemon in node.daemons() if daemon != "log")
    node.config.write_text(good)   # the remedy, and the same command as at the start
    node.init()

    def ready():
        try:
            return node.ops.get("/readyz").status == 200
        except OSError:
            return False
    wait_until(ready, 10, "the node to serve")


def test_folders_are_private(fresh):
    for place in (fresh.data / "keys", fresh.run, fresh.run / "front", fresh.run / "back", fresh.run / "ops"):
        assert place.stat().st_mode & 0o777 == 0o700, place
    for key in ("node.key", "actor.key", "actor.pub"):
        assert (fresh.data / "keys" / key).stat().st_mode & 0o777 == 0o600
    for database in fresh.data.glob("*.db"):
        assert database.stat().st_mode & 0o077 == 0, database
    assert fresh.config.stat().st_mode & 0o777 == 0o600


def test_an_idle_node_is_small(fresh):
    if os.environ.get("KOSI_SANITIZED") == "1":
        pytest.skip("instrumented")
    sizes = {name: size for name, size in fresh.pss_kib().items() if name != "log"}
    print(sizes, sum(sizes.values()))
    assert sum(sizes.values()) < 64 * 1024
