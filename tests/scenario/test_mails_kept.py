"""No mail is lost, doubled or stuck unseen, whatever is set back: the last word about a submission, records read again, mails of who left,
the clock.

covers: notifications.MailMove notifications.Mails notifications.Leave
"""
import sqlite3
from urllib.parse import urlsplit

import pytest

from kosi_test import wait_until
from kosi_test.clock import Clock
from kosi_test.mail_people import Sender, confirm, is_confirmation, ledger, new_address
from kosi_test.people import unique_title
from kosi_test.mail_server import MailServer

REASON = "outside-city"


@pytest.fixture
def erika(node, mail):
    sender = Sender(node, mail)
    sender.confirm()
    wait_until(lambda: last(sender, "received")["state"] == "sent", 5, "the receipt is told")
    return sender


def mails(erika, kind):
    """The oldest first."""
    return sorted(ledger(erika.node, subject_id=erika.id, kind=kind), key=lambda m: m["owed_at"])


def last(erika, kind):
    found = mails(erika, kind)
    return found[-1] if found else None


def read(node, sql):
    with sqlite3.connect(f"file:{node.data}/notifications.db?mode=ro", uri=True) as database:
        return database.execute(sql).fetchall()


def move(node, mail, name):
    return node.staff().http.post(f"/api/v1/staff/mails/{mail['id']}/{name}", {})


def hold(erika, kind, count=1):
    """By hand, so that no sender has it while the test goes on."""
    wait_until(lambda: len(mails(erika, kind)) == count, 5, f"{kind} is owed")
    wait_until(lambda: move(erika.node, last(erika, kind), "hold").status == 200, 15, "held")


def decide(erika, decision, **more):
    wait_until(lambda: erika.node.staff().decide(erika.id, decision, **more).status == 200, 5, decision)


# ---- the last word

def test_open_again_is_told_although_a_decision_between_was_not(erika, mail):
    """Told: accepted. Then reopened, accepted and reopened again, faster than mails go out."""
    decide(erika, "accept")
    wait_until(lambda: mails(erika, "accepted") and last(erika, "accepted")["state"] == "sent", 5, "the decision is told")
    mail.stop()
    try:
        decide(erika, "reopen")
        hold(erika, "reopened")
        decide(erika, "accept")
        hold(erika, "accepted", count=2)
        decide(erika, "reopen")
        wait_until(lambda: last(erika, "accepted")["state"] == "cancelled", 5, "the second decision is dropped")
    finally:
        mail.start()
    wait_until(lambda: [m["state"] for m in mails(erika, "reopened")] == ["cancelled", "sent"], 100,
               "told that it is open")   # after a minute and a quarter, if it was tried meanwhile


# ---- records read again

def test_records_read_again_drop_no_mail_that_is_owed(erika):
    """follow reset reads what is parked once more, and what came after it has had its effect."""
    with sqlite3.connect(erika.node.data / "submissions.db", timeout=10) as db:
        db.execute("PRAGMA wal_autocheckpoint=0")
        db.execute("INSERT INTO log(type, subject, content, content_hash, at) VALUES('SubmissionAccepted', 'none', ?, ?, 0)", (b"\xff\xff", b"\0" * 32))
    other = Sender(erika.node, erika.mail)
    other.confirm()
    wait_until(lambda: other.node.staff().decide(other.id, "accept").status == 200, 5, "accepted")
    erika.mail.stop()
    try:
        decide(erika, "accept")
        hold(erika, "accepted")
        assert "1 parked record" in erika.node.kosi("follow", "reset", "notifications", "submissions").stdout
        marker = Sender(erika.node, erika.mail)   # what comes later in the log has been read
        wait_until(lambda: mails(marker, "received"), 10, "read on")
        assert last(erika, "accepted")["state"] == "held" and len(mails(erika, "accepted")) == 1
    finally:
        erika.mail.start()


# ---- by hand

def test_what_is_overtaken_is_not_sent_by_hand(erika):
    erika.mail.stop()
    try:
        decide(erika, "accept")
        hold(erika, "accepted")
        decide(erika, "reopen")
        wait_until(lambda: last(erika, "accepted")["state"] == "cancelled", 5, "overtaken")
        move(erika.node, last(erika, "accepted"), "retry").expect(409, "illegal_state")
        shown = erika.node.staff().http.get(f"/api/v1/staff/mails/{last(erika, 'accepted')['id']}").expect(200).json
        assert shown["moves"] == []
    finally:
        erika.mail.start()


def test_a_decision_that_was_never_told_is_not_told_after_it_was_taken_back(erika, mail):
    mail.refuse(erika.address, "554 5.6.0 Not this", times=1)
    decide(erika, "accept")
    wait_until(lambda: (m := last(erika, "accepted")) and m["state"] == "failed", 10, "failed for good")
    decide(erika, "reopen")
    wait_until(lambda: move(erika.node, last(erika, "accepted"), "retry").status == 409, 5, "no longer so")
    decide(erika, "reject", reason=REASON)
    wait_until(lambda: mails(erika, "rejected"), 5, "what is so")
    move(erika.node, last(erika, "accepted"), "retry").expect(409, "illegal_state")


def test_who_has_left_a_list_gets_nothing_of_it_by_hand(node, mail):
    address, staff = new_address("leser"), node.staff().http
    node.http.post("/api/v1/mail/subscriptions", {"email": address, "lists": ["newsletter"], "language": "de"}).expect(202)
    asked = mail.wait_for(lambda m: m.to == address)
    confirm(node, next(u for u in asked.links() if is_confirmation(u)), ["newsletter"])

    def send():
        letter = staff.post("/api/v1/staff/newsletters", {"subject_de": unique_title("Rundbrief"), "body_de": "Guten Tag."}).expect(201).json
        staff.post(f"/api/v1/staff/newsletters/{letter['id']}/send", {}, headers={"If-Match": f'"{letter["version"]}"'}).expect(200)
        return letter

    def mail_of(letter):
        return next(iter(ledger(node, subject_id=letter["id"], address=address)), None)
    first = send()
    got = mail.wait_for(lambda m: m.to == address and m.subject == first["subject_de"])
    mail.refuse(address, "554 5.6.0 Not this")
    second = send()
    wait_until(lambda: (m := mail_of(second)) and m["state"] == "failed", 15, "refused for good")
    leave = urlsplit(got.header("List-Unsubscribe").strip("<>")).path
    assert node.client().post(leave, form=[("List-Unsubscribe", "One-Click")]).status in (200, 204)
    move(node, mail_of(second), "retry").expect(409, "illegal_state")


# ---- a server of its own kind

def test_who_says_yes_in_other_words_has_the_mail_once(node, mail):
    mail.refuse(address := new_address(), "251 2.0.0 Will do", at="data")
    sender = Sender(node, mail, address)
    wait_until(lambda: (m := last(sender, "received")) and m["state"] == "sent" and m["attempts"] == 1, 10, "sent")


# ---- the clock

def test_mails_owed_while_the_clock_was_ahead_go_out(make_node, tmp_path):
    clock = Clock(tmp_path, "2027-01-11 10:00")
    with MailServer() as mail:
        mail.refuse("*", "451 4.3.0 Not now", at="rcpt")
        node = make_node(environment=clock.environment, settings=mail.settings())
        clock.step(days=20)
        early = Sender(node, mail)
        wait_until(lambda: read(node, "SELECT 1 FROM mail WHERE state = 2"), 10, "to be tried again")
        mail.behave()
        clock.step(days=-20)
        mail.wait_for(lambda m: m.to == early.address, 10)


def test_summaries_do_not_wait_for_a_time_the_clock_has_left(make_node, tmp_path):
    clock = Clock(tmp_path, "2027-01-11 10:00")
    node = make_node(environment=clock.environment)

    def rounds():
        return {name: until / 1e6 for name, until in read(node, "SELECT name, until FROM round WHERE name IN ('weekly', 'monthly')")}

    wait_until(lambda: len(rounds()) == 2, 10, "the first rounds")
    clock.step(days=400)
    wait_until(lambda: rounds()["weekly"] > clock.now().timestamp() - 8 * 86400, 20, "a round of the time ahead")
    clock.step(days=-400)
    wait_until(lambda: all(until <= clock.now().timestamp() for until in rounds().values()), 20, "nothing waits for that time")
