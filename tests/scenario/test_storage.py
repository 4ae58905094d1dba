"""A full disk: writes are refused with 503 `storage`, reads go on, nothing half-written stays, and it heals by itself."""
# serial: fills a file system
# sanitized: the rare ways through the store
import os
import re
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

from kosi_test import filled_form, unique_title, wait_until
from kosi_test.bus import messages
from kosi_test.mail_ledger import counts, owe
from kosi_test.mail_server import MailServer

SIZE_MIB = 24


@pytest.fixture
def small_disk():
    """A small file system of its own."""
    if os.geteuid() != 0:
        pytest.skip("mounting a small file system needs root")
    where = Path(tempfile.mkdtemp(prefix="kd", dir="/tmp"))
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SIZE_MIB}m", "kosi-test", str(where)], capture_output=True, text=True)
    if mounted.returncode:
        where.rmdir()
        pytest.skip(f"this machine does not let us mount: {mounted.stderr.strip()}")
    yield where
    subprocess.run(["umount", "-l", str(where)], check=True)
    where.rmdir()


def fill(disk):
    """Takes all room that is left, to the last block."""
    filler = disk / "filler"
    with open(filler, "ab", buffering=0) as out:
        for block in (1 << 20, 4096, 512):
            try:
                while True:
                    out.write(b"\0" * block)
            except OSError:
                pass
    return filler


def submit(node, form, title, key=None):
    return node.http.post(f"/api/v1/forms/{form['slug']}/submissions", filled_form(form, title=title), key=key)


def stored(node):
    """Ids in the log of submissions."""
    lg = messages("log")
    ids, after = [], 0
    while True:
        page = node.bus("ops").ask("submissions", "LogRead", lg.LogReadRequest(after_seq=after, limit=256, types=["SubmissionReceived"])).message
        ids += [r.subject for r in page.records]
        if page.scanned_to >= page.last_seq:
            return ids
        after = page.scanned_to


def test_a_full_disk_refuses_writes_and_heals(small_disk, make_node):
    node = make_node(data=small_disk / "d")
    form, staff = node.form(), node.staff()
    first = submit(node, form, unique_title("Vorher")).expect(201).json
    filler = fill(small_disk)
    acknowledged = [first["id"]]

    def refused():
        """Free space inside the files may serve a few more."""
        fill(small_disk)
        answer = submit(node, form, unique_title("Randvoll"))
        if answer.status == 201:
            acknowledged.append(answer.json["id"])
        return answer.status != 201 and answer
    answer = wait_until(refused, 30, "the disk full").expect(503, "storage")
    assert int(answer.header("Retry-After")) >= 1

    pids = {name: node.pid(name) for name in node.daemons()}
    for n in range(40):
        refused_one = submit(node, form, unique_title("Zu viel"), key=f"full-{n}")
        if refused_one.status == 201:
            acknowledged.append(refused_one.json["id"])
        else:
            refused_one.expect(503, "storage")
    node.http.get(f"/api/v1/submissions/{first['token']}").expect(200)
    node.http.get("/api/v1/entries").expect(200)
    node.http.get(f"/api/v1/forms/{form['slug']}").expect(200)
    staff.http.get("/api/v1/staff/submissions").expect(200)
    assert pids == {name: node.pid(name) for name in node.daemons()}, "a full disk ended a daemon"

    filler.unlink()
    again = wait_until(lambda: (a := submit(node, form, unique_title("Nachher"), key="heal")).status == 201 and a, 10, "healed by itself")
    acknowledged.append(again.json["id"])
    assert sorted(stored(node)) == sorted(acknowledged)
    assert staff.decide(first["id"], "accept").expect(200).json["state"] == "accepted"
    assert pids == {name: node.pid(name) for name in node.daemons()}


def test_room_comes_back_to_those_who_repeat_with_their_key(small_disk, make_node):
    node = make_node(data=small_disk / "d")
    form = node.form()
    filler, title = fill(small_disk), unique_title("Beharrlich")
    wait_until(lambda: fill(small_disk) and submit(node, form, unique_title()).status == 503, 30, "the disk full")
    submit(node, form, title, key="persistent").expect(503, "storage")
    before = set(stored(node))
    filler.unlink()
    body = filled_form(form, title=title)
    address = f"/api/v1/forms/{form['slug']}/submissions"
    told = wait_until(lambda: (a := node.http.post(address, body, key="persistent")).status == 201 and a, 10, "healed").json
    again = node.http.post(address, body, key="persistent").expect(201)
    assert again.json["id"] == told["id"] and again.header("Idempotency-Replayed") == "true"
    assert set(stored(node)) - before == {told["id"]}


@pytest.mark.parametrize("used", [False, True], ids=["first-start", "later-start"])
def test_a_disk_full_at_the_start_is_told_and_heals(small_disk, make_node, used):
    """Without room for the first table, reads failed with 500."""
    node = make_node(data=small_disk / "d", start=used)
    if used:
        form = node.form()
        told = submit(node, form, unique_title("Vorher")).expect(201).json
        node.stop(graceful=True)
    filler = fill(small_disk)
    node.start(ready=False)

    def statuses():
        try:
            return {node.http.get(path).status for path in ("/api/v1/forms", "/api/v1/entries")}
        except OSError:
            return None
    # A used database is read from a file of the log that needs room: with none left, nothing can be read.
    wait_until(lambda: (s := statuses()) and s <= {200, 503} and s, 10, "answers")
    for _ in range(20):
        assert statuses() <= {200, 503}
    filler.unlink()
    wait_until(lambda: statuses() == {200}, 10, "healed by itself")
    form = node.form()
    answer = wait_until(lambda: (a := submit(node, form, unique_title("Nachher"))).status == 201 and a, 10, "writes again")
    assert stored(node) == ([told["id"]] if used else []) + [answer.json["id"]]


def test_a_follower_on_a_full_disk_says_how_far_it_is_behind_and_catches_up(small_disk, make_node):
    node = make_node(start=False)
    (node.data / "registry.db").symlink_to(small_disk / "registry.db")
    node.start()
    form, staff = node.form(), node.staff()
    filler = fill(small_disk)
    entries = []
    while "follow_failed" not in node.log_text():   # what the log has taken already may have room for some
        assert len(entries) < 500, "the disk never was full for the follower"
        told = submit(node, form, unique_title("Voll")).expect(201).json
        entries.append(staff.decide(told["id"], "accept").expect(200).json["entry_id"])

    def behind():
        return next(s["follows"][0]["behind"] for s in node.status()["services"] if s["name"] == "registry")
    wait_until(lambda: behind() > 0, 10, "the follower to say that it is behind")
    filler.unlink()
    wait_until(lambda: all(node.http.get(f"/api/v1/entries/{e}").status == 200 for e in entries), 10, "caught up")
    wait_until(lambda: behind() == 0, 10, "and says so")
    published = [r for r in node.bus("ops").ask("registry", "LogRead", messages("log").LogReadRequest(types=["EntryPublished"])).message.records]
    assert sorted(r.subject for r in published) == sorted(entries)


@pytest.fixture
def failing_disk():
    """A journalled file system that can be made read-only under open files, as a failing disk makes it: (directory, break_it)."""
    if os.geteuid() != 0:
        pytest.skip("mounting a small file system needs root")
    where = Path(tempfile.mkdtemp(prefix="kd", dir="/tmp"))
    image = where.with_suffix(".img")
    image.write_bytes(b"")
    os.truncate(image, 48 << 20)
    made = subprocess.run(["mkfs.ext4", "-q", "-F", str(image)], capture_output=True, text=True)
    mounted = made.returncode == 0 and subprocess.run(["mount", "-o", "loop", str(image), str(where)], capture_output=True).returncode == 0
    if not mounted:
        image.unlink()
        where.rmdir()
        pytest.skip("this machine does not let us mount an image")
    yield where, lambda: subprocess.run(["mount", "-o", "remount,abort", str(where)], check=True)
    subprocess.run(["umount", "-l", str(where)], check=True)
    image.unlink()
    where.rmdir()


def test_a_disk_gone_read_only_refuses_writes_and_serves_reads(failing_disk, make_node):
    disk, break_it = failing_disk
    node = make_node(data=disk / "d", start=False)
    (node.data / "log").rmdir()
    (node.dir / "log").mkdir()
    (node.data / "log").symlink_to(node.dir / "log")  # where what happens can be read afterwards
    node.start()
    form, staff = node.form(), node.staff()
    told = submit(node, form, unique_title("Vorher")).expect(201).json
    break_it()
    for n in range(10):
        answer = submit(node, form, unique_title("Zu spät"), key=f"late-{n}").expect(503, "storage")
        assert int(answer.header("Retry-After")) >= 1
    assert node.http.get(f"/api/v1/submissions/{told['token']}").expect(200).json["state"] == "received"
    node.http.get("/api/v1/entries").expect(200)
    staff.http.get("/api/v1/staff/submissions").expect(200)
    assert stored(node) == [told["id"]]
    # The writer that met the error at its commit has ended, as it must; its successor and the one started anew refuse.
    wait_until(lambda: len(node.workers("submissions")) == 2, 5, "both workers of submissions again")
    submit(node, form, unique_title("Zu spät")).expect(503, "storage")
    node.http.get("/api/v1/entries").expect(200)


def health(node, name):
    return next(s for s in node.ops.get("/readyz").json["services"] if s["name"] == name)


def full(node, disk, name):
    """Is the service seen as without room? What is freed meanwhile is taken."""
    fill(disk)
    return health(node, name) == {"name": name, "status": "degraded", "reasons": ["no_room"]}


def test_a_full_disk_is_seen_before_anybody_is_refused(small_disk, make_node):
    node = make_node(data=small_disk / "d")
    assert health(node, "submissions")["status"] == "ok"
    filler = fill(small_disk)
    wait_until(lambda: full(node, small_disk, "submissions"), 10, "degraded")
    answer = node.ops.get("/readyz").expect(200).json
    assert answer["status"] == "degraded"
    assert 'kosi_no_room{service="submissions"} 1' in node.ops.get("/metrics").text
    assert "NO ROOM" in node.kosi("status").stdout
    filler.unlink()
    wait_until(lambda: node.ops.get("/readyz").json["status"] == "ready", 10, "well again by itself")
    assert 'kosi_no_room{service="submissions"} 0' in node.ops.get("/metrics").text


def requests(node):
    return int(re.search(r'kosi_requests_total\{service="notifications"\} (\d+)', node.ops.get("/metrics").text)[1])


def test_mails_whose_results_have_no_room_are_sent_once(small_disk, make_node):
    """Two senders have as many mails under way as they have connections when the disk fills up; then they begin nothing more."""
    owed, connections = 200, 4
    with MailServer() as mail:
        node = make_node(settings=mail.settings(mail_connections=connections))
        node.kosi("scale", "notifications", "2")
        wait_until(lambda: len(node.workers("notifications")) == 2, 10, "two senders")
        node.stop(graceful=True)
        database = node.data / "notifications.db"
        shutil.move(database, small_disk)
        database.symlink_to(small_disk / database.name)
        addresses = owe(node, owed)
        held = mail.hold("*")
        node.start()
        wait_until(lambda: held.met == 2 * connections, 10, "all connections wait for an answer")
        filler = fill(small_disk)
        wait_until(lambda: full(node, small_disk, "notifications"), 10, "degraded")
        mail.release(held)
        log = node.data / "log" / "current"
        wait_until(lambda: fill(small_disk) and "event=store_error error=full" in log.read_text(), 20, "what was sent cannot be written down")
        asked = requests(node)
        wait_until(lambda: fill(small_disk) and requests(node) > asked + 40, 20, "told in vain")
        sent = len(mail.mails)
        # each sender knows of fewer than it has connections when it begins as many
        assert sent < owed and sent - counts(node).get("sent", 0) <= 2 * 2 * connections, "went on without knowing what was sent"
        filler.unlink()
        wait_until(lambda: counts(node) == {"sent": owed}, 30, "all sent")
        assert sorted(m.to for m in mail.mails) == sorted(addresses)
        wait_until(lambda: node.ops.get("/readyz").json["status"] == "ready", 10, "well again by itself")
