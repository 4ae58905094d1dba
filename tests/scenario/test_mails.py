"""The ledger of mails: every mail that is owed is sent, or is seen as not sent. These nodes have no mail server, so the tests play the
sender; with one, see test_mail_server.py.

covers: notifications.Mails notifications.Mail notifications.MailMove notifications.MailsOf notifications.Ledger notifications.LedgerMove
covers: notifications.Lease
"""
import json
import os
import time
from datetime import datetime

import pytest

from kosi_test import wait_until
from kosi_test.bus import messages
from kosi_test.fixtures import session_node
from kosi_test.mail_people import Sender, ledger, new_address

HOUR = 3600
NOBODY = "00000000-0000-4000-8000-000000000000"


@pytest.fixture(scope="module")
def node():
    yield from session_node("dortmund")


@pytest.fixture
def receipt(node):
    """The mail that a submission owes."""
    return owed_by(node)


def owed_by(node, address=None):
    sender = Sender(node, None, address or new_address())
    found = wait_until(lambda: ledger(node, subject_id=sender.id), 10, "a mail in the ledger")
    return sender, found[0]


def move(node, mail, name):
    return node.staff().http.post(f"/api/v1/staff/mails/{mail['id']}/{name}", {})


def as_operator(node, mail):
    """Sessions end when the clock is stepped; the operator has none."""
    listed = json.loads(node.kosi("mails", "--json", "--most", "200").stdout)["mails"]
    return next(m for m in listed if m["id"] == mail["id"])


def state(node, mail):
    return node.staff().http.get(f"/api/v1/staff/mails/{mail['id']}").expect(200).json["mail"]["state"]


class Hand:
    """A sender as the writer knows it: leases and reports over the bus."""

    def __init__(self, node, slot=40):
        self.node, self.slot, self.holder, self.nt = node, slot, os.urandom(8), messages("notifications")
        self.bus = node.bus("back")

    def lease(self, wants=0, holding=(), **results):
        """results: number=(outcome, code, status, reason)"""
        request = self.nt.LeaseRequest(holder=self.holder, slot=self.slot, holding=holding)
        if wants:
            request.wanted.add(route="default", count=wants)
        for number, (outcome, code, status, reason) in results.items():
            request.results.add(number=int(number.lstrip("n")), outcome=outcome, code=code, status=status, reason=reason)
        reply = self.bus.ask("notifications", "Lease", request)
        assert reply.ok, reply.outcome
        return reply.message


# ---- staff

def test_what_is_owed_is_in_the_ledger(node, receipt):
    sender, mail = receipt
    assert mail["kind"] == "received" and mail["state"] == "owed" and mail["address"] == sender.address and mail["attempts"] == 0
    detail = node.staff().http.get(f"/api/v1/staff/mails/{mail['id']}").expect(200).json
    assert detail["mail"]["subject_id"] == sender.id and detail["attempts"] == []
    assert sorted(detail["moves"]) == ["cancel", "hold"]


def test_moves_by_hand(node, receipt):
    _, mail = receipt
    for name, then in (("hold", "held"), ("hold", "held"), ("release", "owed"), ("cancel", "cancelled"), ("cancel", "cancelled"), ("retry", "owed")):
        assert move(node, mail, name).expect(200).json["state"] == then
    move(node, mail, "release").expect(409, "illegal_state")
    move(node, mail, "burn").expect(400, "bad_parameter")
    move(node, {"id": NOBODY}, "hold").expect(404, "not_found")
    node.staff().http.get(f"/api/v1/staff/mails/{NOBODY}").expect(404, "not_found")


def test_the_ledger_is_for_moderators(node, receipt):
    _, mail = receipt
    node.http.get("/api/v1/staff/mails").expect(401, "not_signed_in")
    office = node.staff("office", roles=("event_office",)).http
    office.get("/api/v1/staff/mails").expect(403, "role_missing")
    office.post(f"/api/v1/staff/mails/{mail['id']}/cancel", {}).expect(403, "role_missing")


def test_asked_by_state_kind_and_address(node, receipt):
    sender, mail = receipt
    move(node, mail, "hold").expect(200)
    staff = node.staff()
    assert [m["id"] for m in ledger(node, staff, address=sender.address.upper())] == [mail["id"]]
    assert mail["id"] in [m["id"] for m in ledger(node, staff, state="held")]
    assert ledger(node, staff, state="held", address=new_address()) == []
    assert ledger(node, staff, subject_id=sender.id, kind="accepted") == []
    staff.http.get("/api/v1/staff/mails", query={"state": "lost"}).expect(400, "bad_parameter")
    staff.http.get("/api/v1/staff/mails", query={"kind": "spam"}).expect(400, "bad_parameter")
    counts = {c["state"]: c["count"] for c in staff.http.get("/api/v1/staff/mails").expect(200).json["counts"]}
    assert counts["held"] >= 1 and sum(counts.values()) >= 1 and set(counts) >= {"owed", "retry", "waiting", "sent", "failed"}


def test_page_by_page(node):
    for _ in range(5):
        owed_by(node)
    staff, seen, query = node.staff(), [], {"page_size": 2}
    while True:
        page = staff.http.get("/api/v1/staff/mails", query=query).expect(200).json
        assert len(page["items"]) <= 2
        seen += [(m["owed_at"], m["id"]) for m in page["items"]]
        if not page.get("next_page_token"):
            break
        query = {"page_size": 2, "page_token": page["next_page_token"]}
    assert len(set(seen)) == len(seen) >= 5, "each once"
    owed = [at for at, _ in seen]
    assert owed == sorted(owed, reverse=True), "newest first"
    first = staff.http.get("/api/v1/staff/mails", query={"page_size": 2}).expect(200).json["next_page_token"]
    staff.http.get("/api/v1/staff/mails", query={"page_token": first, "state": "owed"}).expect(400, "bad_page_token")


# ---- whose submission it is about

def test_the_status_page_knows_its_mails(node, receipt):
    sender, mail = receipt
    mails = node.http.get(f"{sender.path}/mails").expect(200).json
    assert [(m["kind"], m["state"]) for m in mails["items"]] == [("received", "owed")]
    assert not mails["confirmed"] and not mails["suspended"] and sender.address not in json.dumps(mails)
    move(node, mail, "cancel").expect(200)
    assert node.http.get(f"{sender.path}/mails").expect(200).json["items"][0]["state"] == "cancelled"
    node.http.get(f"/api/v1/submissions/{sender.made['token'][:-2]}AA/mails").expect(404, "not_found")


# ---- the operator

def test_the_operator_moves_mails(node, receipt):
    sender, mail = receipt
    assert json.loads(node.kosi("mails", "hold", mail["id"], "--json").stdout) == {"id": mail["id"], "state": "held"}
    assert "is owed" in node.kosi("mails", "release", mail["id"]).stdout
    refused = node.kosi("mails", "release", mail["id"], check=False)
    assert refused.returncode == 77 and "illegal_state" in refused.stderr and "what it is now" in refused.stderr
    assert node.kosi("mails", "retry", NOBODY, check=False).returncode == 77
    listed = json.loads(node.kosi("mails", "--json", "--state", "owed,retry", "--most", "200").stdout)
    assert mail["id"] in [m["id"] for m in listed["mails"]] and listed["counts"]["owed"] >= 1 and listed["overdue"] == 0
    table = node.kosi("mails").stdout
    assert mail["id"] in table and "overdue 0" in table
    assert sender.address not in table + json.dumps(listed), "addresses are for staff"
    assert node.kosi("mails", "--state", "lost", check=False).returncode == 77
    assert node.kosi("mails", "burn", mail["id"], check=False).returncode == 64


# ---- senders

def test_leased_reported_shown(make_node):
    node = make_node()
    (_, first), (_, second) = owed_by(node), owed_by(node)
    hand = Hand(node)
    got = hand.lease(wants=1).mails
    assert [m.id for m in got] == [first["id"]] and state(node, first) == "leased"
    number = got[0].number
    # later, and told twice
    for _ in range(2):
        hand.lease(**{f"n{number}": ("later", 450, "4.2.0", "refused")})
    detail = node.staff().http.get(f"/api/v1/staff/mails/{first['id']}").expect(200).json
    assert detail["mail"]["state"] == "retry" and detail["mail"]["attempts"] == 1 and len(detail["attempts"]) == 1
    assert (detail["mail"]["code"], detail["mail"]["status"], detail["mail"]["reason"]) == (450, "4.2.0", "refused")
    # another sender in its place gets what it had, and not what is not due yet
    assert [m.id for m in hand.lease(wants=5).mails] == [second["id"]]
    other = Hand(node)
    got = other.lease(wants=5).mails
    assert [m.id for m in got] == [second["id"]]
    other.lease(**{f"n{got[0].number}": ("sent", 250, "", "")})
    assert state(node, second) == "sent"
    # by hand it is due at once
    move(node, first, "retry").expect(200)
    got = other.lease(wants=5).mails
    assert [m.id for m in got] == [first["id"]]
    other.lease(**{f"n{got[0].number}": ("never", 550, "5.1.1", "refused")})
    assert state(node, first) == "failed"
    wait_until(lambda: "kosi_mails_failed 1" in node.ops.get("/metrics").text, 10, "the figures")
    assert "kosi_mails_sent_total 1" in node.ops.get("/metrics").text
    # the ledger outlives its writer
    old = node.pid("notifications-1")
    node.kill("notifications-1")
    node.wait_restarted("notifications-1", old)
    wait_until(lambda: {m["state"] for m in ledger(node)} == {"sent", "failed"}, 10, "the ledger as it was")


# ---- time

@pytest.fixture
def clock(tmp_path):
    class Clock:
        file, at = tmp_path / "clock", 0

        def step(self, seconds):
            self.at += seconds
            self.file.write_text(str(self.at * 1000000))

        def step_to(self, when):
            self.step(max(0, int(when.timestamp() - time.time() - self.at) + 2))

    made = Clock()
    made.step(0)
    return made


def test_what_is_late_is_seen(make_node, clock):
    node = make_node(environment={"KOSI_TEST_CLOCK": str(clock.file)})
    _, mail = owed_by(node)
    wait_until(lambda: node.ops.get("/readyz").json["status"] == "ready", 10, "nothing late so far")
    clock.step(16 * 60)
    wait_until(lambda: "kosi_mails_overdue 1" in node.ops.get("/metrics").text, 10, "the late mail is counted")
    ready = node.ops.get("/readyz").expect(200).json
    assert ready["status"] == "degraded" and {"name": "notifications", "status": "degraded", "reasons": ["mails_overdue"]} in ready["services"]
    assert "mails_overdue 1 (!)" in node.kosi("status").stdout
    gauges = next(s for s in json.loads(node.kosi("status", "--json").stdout)["services"] if s["name"] == "notifications")["gauges"]
    assert gauges["mails_overdue"] == 1 and gauges["mails_owed"] == 1
    assert "OVERDUE" in node.kosi("mails", "--overdue").stdout
    page = node.staff().http.get("/api/v1/staff/mails", query={"overdue": "true"}).expect(200).json
    assert [m["id"] for m in page["items"]] == [mail["id"]] and page["overdue"] == 1 and page["items"][0]["overdue"]
    move(node, mail, "hold").expect(200)   # somebody has seen it
    wait_until(lambda: node.ops.get("/readyz").json["status"] == "ready", 10, "nothing late")


def test_retried_for_three_days_then_failed(make_node, clock):
    node = make_node(environment={"KOSI_TEST_CLOCK": str(clock.file)})
    _, mail = owed_by(node)
    hand, tries = Hand(node), 0
    while (row := as_operator(node, mail))["state"] != "failed" and tries < 60:
        clock.step_to(datetime.fromisoformat(row["due_at"]))
        number = hand.lease(wants=1).mails[0].number
        tries += 1
        hand.lease(**{f"n{number}": ("later", 451, "4.3.0", "refused")})
    failed = as_operator(node, mail)
    assert failed["state"] == "failed" and failed["attempts"] == tries and failed["code"] == 451
    assert 15 < tries < 40 and 71 * HOUR < clock.at < 74 * HOUR


def test_who_never_confirms_is_not_waited_for(make_node, clock):
    node = make_node(environment={"KOSI_TEST_CLOCK": str(clock.file)})
    address = new_address()
    owed_by(node, address)
    _, second = owed_by(node, address)   # asks for the second time at once: waits
    assert second["state"] == "waiting"
    clock.step(31 * 24 * HOUR)
    wait_until(lambda: as_operator(node, second)["state"] == "cancelled", 10, "no longer waiting")
    assert as_operator(node, second)["reason"] == "unconfirmed"
