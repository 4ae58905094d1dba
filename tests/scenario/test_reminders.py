"""Reminders: at a time, once, also late, not when pointless. A foreign peer plays the submissions' log; notifications is real."""
import datetime
import os
import signal
import sqlite3
import subprocess
import uuid

import pytest

from kosi_test import wait_until
from kosi_test.bus import messages
from kosi_test.clock import Clock
from kosi_test.mail_people import new_address, token_of
from kosi_test.mail_server import MailServer
from kosi_test.paths import BIN, PATIENCE
from kosi_test.peers import Broker
from kosi_test.service_log import ServiceLog

log_pb, mail_pb = messages("log"), messages("notifications")


class Post:
    """A broker, notifications with a clock of its own, a mail server, and the log of submissions."""

    def __init__(self, directory, now):
        self.clock, self.mail = Clock(directory, now), MailServer()
        settings = {name: f'"{value}"' for name, value in self.mail.settings().items()}
        self.broker = Broker(services=("submissions", "notifications"), **settings)
        keys = self.broker.dir / "d" / "keys"
        keys.mkdir(parents=True, exist_ok=True)
        for name in ("node.key", "actor.pub"):
            (keys / name).write_bytes(os.urandom(32))
            (keys / name).chmod(0o600)
        self.log = ServiceLog(self.broker.endpoint("back"), "submissions")
        self.client = self.broker.client()
        self.start()

    def start(self):
        with open(self.broker.dir / "log", "ab") as log:
            self.daemon = subprocess.Popen([BIN / "kosi-notifications", "--config", self.broker.config, "--slot", "1"],
                                           stdin=subprocess.DEVNULL, stderr=log, env={**os.environ, **self.clock.environment})
        self.broker.processes.append(self.daemon)
        wait_until(lambda: self.follows() is not None, 10, "notifications follows", every=0.02)

    def kill(self):
        self.daemon.send_signal(signal.SIGKILL)
        self.daemon.wait()
        wait_until(lambda: self.follows() is None, 10, "notifications gone", every=0.02)

    def close(self):
        self.log.close()
        if self.daemon.poll() is None:
            self.daemon.terminate()
            assert self.daemon.wait(10 * PATIENCE) == 0, self.broker.log()[-3000:]
        self.broker.close()
        self.mail.close()

    def follows(self):
        service = self.client.service("notifications")
        return next((f for f in service.follows if f.service == "submissions"), None) if service else None

    def applied(self):
        """By the daemon's own cursor: the broker hears of it once a second."""
        wait_until(lambda: self.read("SELECT 1 FROM mesh_cursors WHERE service = 'submissions' AND seq >= ?", len(self.log.records)), 10,
                   "all records applied", every=0.01)

    def read(self, sql, *values):
        with sqlite3.connect(f"file:{self.broker.dir}/d/notifications.db?mode=ro", uri=True) as database:
            rows = database.execute(sql, values).fetchall()
        database.close()
        return rows

    # ---- people and reminders
    def person(self, confirmed=True):
        """(id of a submission, address) of somebody whose address is confirmed."""
        submission, address = str(uuid.uuid4()), new_address()
        contact = log_pb.SubmissionContact(email=address, language="de", receipt="DO-TEST-0001", form_title="Initiative melden")
        self.log.append(log_pb.SubmissionReceived(id=submission, form="initiative-melden", form_version=1), submission, contact,
                        self.clock.now().timestamp())
        asked = self.mail.wait_for(lambda m: m.to == address)
        if confirmed:
            token = token_of(asked.link("/post/bestaetigen/"))
            outcome, _, _ = self.client.ask("notifications", "Confirm", mail_pb.ContactTokenRequest(token=token).SerializeToString())
            assert outcome == "ok"
        return submission, address

    def remind(self, submission, key, **more):
        """kind withdrawn: its text needs nothing but the submission."""
        self.log.append(log_pb.ReminderSet(**{"key": key, "kind": "withdrawn", "subject_id": submission, **more}), submission)
        self.applied()

    def at(self, **delta):
        """So much later, in microseconds since 1970."""
        return int((self.clock.now().timestamp() + datetime.timedelta(**delta).total_seconds()) * 1e6)

    def drop(self, **what):
        self.log.append(log_pb.ReminderDropped(**what), what.get("subject_id") or what["key"])
        self.applied()

    def outcome(self, key):
        """How it ended; None while it is open."""
        rows = self.read("SELECT outcome FROM reminder WHERE key = ?", key)
        assert len(rows) == 1
        return rows[0][0]

    def keys(self):
        return {key for key, in self.read("SELECT key FROM reminder")}

    def ended(self, key):
        return wait_until(lambda: self.outcome(key), 5, f"reminder {key} ended", every=0.02)

    def reminded(self, address):
        """How many mails came beside the one that asked to confirm."""
        return len([m for m in self.mail.to(address) if "/post/bestaetigen/" not in m.text])

    def wait_reminded(self, address, count):
        wait_until(lambda: self.reminded(address) >= count, 10, f"mail {count} to {address}", every=0.02)
        owed = self.read("SELECT count(*) FROM mail WHERE kind = 'withdrawn' AND contact = (SELECT id FROM contact WHERE address = ?)", address)
        assert self.reminded(address) == count and owed == [(count,)]


@pytest.fixture
def make_post(tmp_path):
    made = []

    def make(now="2027-02-01 10:00"):
        made.append(Post(tmp_path, now))
        return made[-1]
    yield make
    for post in made:
        post.close()


def test_once_when_the_time_has_come(make_post):
    post = make_post()
    submission, address = post.person()
    post.remind(submission, "r/1", at=post.at(hours=5))
    post.remind(submission, "r/later", at=post.at(hours=50))
    nobody = str(uuid.uuid4())   # about something whose people are not known: no mail
    post.remind(nobody, "before", at=post.at(hours=4, minutes=50))
    post.clock.step(hours=4, minutes=55)
    assert post.ended("before") == "nobody" and post.outcome("r/1") is None
    post.clock.step(minutes=6)
    assert post.ended("r/1") == "owed"
    post.wait_reminded(address, 1)
    post.remind(submission, "r/1", at=post.at(hours=1))   # what was sent is not sent again
    post.remind(submission, "r/2", at=post.at(hours=2))
    post.clock.step(hours=3)
    assert post.ended("r/2") == "owed"
    post.wait_reminded(address, 2)
    assert post.outcome("r/later") is None


def test_set_again_and_dropped(make_post):
    post = make_post()
    submission, address = post.person()
    post.remind(submission, "moved", at=post.at(hours=1))
    post.remind(submission, "moved", at=post.at(days=3))
    post.remind(submission, "dropped", at=post.at(hours=1))
    post.drop(key="dropped")
    other, other_address = post.person()
    post.remind(other, "all/1", at=post.at(hours=1))
    post.remind(other, "all/2", at=post.at(hours=1))
    post.drop(subject_id=other)
    post.remind(submission, "due", at=post.at(hours=1))
    post.clock.step(hours=2)
    assert post.ended("due") == "owed" and post.outcome("moved") is None
    assert [post.outcome(k) for k in ("dropped", "all/1", "all/2")] == ["dropped"] * 3
    post.wait_reminded(address, 1)
    post.remind(submission, "dropped", at=post.at(hours=1))   # set again it counts again
    post.clock.step(days=4)
    assert post.ended("moved") == "owed" and post.ended("dropped") == "owed"
    post.wait_reminded(address, 3)
    assert post.reminded(other_address) == 0


def test_late_but_not_pointless(make_post):
    """The daemon is down when both are due, for longer than one of them makes sense."""
    post = make_post()
    submission, address = post.person()
    post.remind(submission, "late", at=post.at(hours=1))
    post.remind(submission, "in time", at=post.at(hours=1), until=post.at(days=30))
    post.remind(submission, "pointless", at=post.at(hours=1), until=post.at(hours=10))
    post.remind(submission, "over", at=post.at(hours=2), until=post.at(hours=2))
    post.kill()
    post.clock.step(days=2)
    post.start()
    assert post.ended("late") == post.ended("in time") == "owed"
    assert post.ended("pointless") == post.ended("over") == "pointless"
    post.wait_reminded(address, 2)


def test_killed_while_many_are_due(make_post):
    """Sixty at one moment, and the daemon dies among them: each comes once."""
    post = make_post()
    submission, address = post.person()
    for n in range(60):
        post.log.append(log_pb.ReminderSet(key=f"many/{n}", kind="withdrawn", subject_id=submission, at=post.at(hours=1)), submission)
    post.applied()
    post.clock.step(hours=2)
    wait_until(lambda: post.outcome("many/0"), 5, "the first ones")
    post.kill()
    post.start()
    assert {post.ended(f"many/{n}") for n in range(60)} == {"owed"}
    post.clock.step(hours=12)   # one mailbox is not filled by us: so many an hour
    wait_until(lambda: len({m.id for m in post.mail.to(address)}) == 61, 20, "all mails", every=0.05)


@pytest.mark.parametrize("before,shown,minutes", [
    ("2027-03-27 12:00", "2027-03-28T02:30", 14 * 60 + 30),    # the clock jumps from 02:00 to 03:00: what is left out is as much later
    ("2027-03-27 12:00", "2027-03-28T09:00", 20 * 60),          # a night of eleven hours
    ("2027-10-30 12:00", "2027-10-31T02:30", 14 * 60 + 30),     # 02:00 to 03:00 comes twice: the first counts
    ("2027-10-30 12:00", "2027-10-31T09:00", 22 * 60)])         # a night of thirteen
def test_local_time_around_the_changes_of_the_clock(make_post, before, shown, minutes):
    post = make_post(before)
    submission, address = post.person()
    post.clock.go(before)
    post.remind(submission, "local", local_time=shown)
    post.remind(submission, "before", at=post.at(minutes=minutes - 3))
    post.clock.step(minutes=minutes - 2)
    assert post.ended("before") == "owed" and post.outcome("local") is None
    post.clock.step(minutes=3)
    assert post.ended("local") == "owed"
    post.wait_reminded(address, 2)


def test_what_ended_long_ago_is_forgotten(make_post):
    post = make_post()
    submission, address = post.person()
    post.remind(submission, "old", at=post.at(hours=1))
    post.remind(submission, "far", at=post.at(days=400))
    post.clock.step(hours=2)
    assert post.ended("old") == "owed"
    post.wait_reminded(address, 1)   # before the step: the ledger forgets as well
    post.clock.step(days=181)
    wait_until(lambda: post.keys() == {"far"}, 10, "the old one is forgotten", every=0.05)
    assert post.reminded(address) == 1


def test_what_cannot_be_a_reminder_is_parked(make_post):
    post = make_post()
    for wrong in (dict(kind="no-such-kind", at=1), dict(kind="staff-new", at=1), dict(kind="withdrawn"),
                  dict(kind="withdrawn", local_time="2027-02-30T09:00")):
        subject = str(uuid.uuid4())
        post.log.append(log_pb.ReminderSet(**{"key": "k" + subject, "subject_id": subject, **wrong}), subject)
    post.applied()
    wait_until(lambda: post.follows().parked == 4, 5, "parked", every=0.02)
    nobody = str(uuid.uuid4())
    post.remind(nobody, "nobody", at=1)   # about something whose people are not known
    assert post.ended("nobody") == "nobody"
