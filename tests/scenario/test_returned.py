"""Mails that come back, and readers who complain: what that means for the mail, the address and the lists. Reports arrive in a Maildir or
an IMAP folder; a real Postfix writes some of them, a real Dovecot serves others.

covers: notifications.Returned notifications.ReturnedBoxes notifications.Contacts notifications.ContactRelease notifications.Mails notifications.MailsOf
"""
# sanitized: reads what strangers write
import hashlib
import json
import os
import sqlite3

import pytest

from kosi_test import wait_until
from kosi_test.browser import Browser
from kosi_test.bus import messages
from kosi_test.fixtures import session_node
from kosi_test.mail_people import Sender, confirm, is_confirmation, ledger, new_address
from kosi_test.node import PASSWORD
from kosi_test.postfix import Dovecot, Postfix

root_only = pytest.mark.skipif(os.geteuid() != 0, reason="Debian's mail servers start as root only")


def report(message_id, status="5.1.1", action="failed", kind="delivery-status", fields=None):
    """As a mail server would write it (RFC 3464, RFC 5965)."""
    fields = fields or f"Reporting-MTA: dns; mail.example.net\r\n\r\nFinal-Recipient: rfc822; x@example.net\r\nAction: {action}\r\nStatus: {status}\r\n"
    return (f"From: <MAILER-DAEMON@example.net>\r\nTo: kosi@example.org\r\nSubject: Undelivered\r\nMIME-Version: 1.0\r\n"
            f"Content-Type: multipart/report; report-type={kind}; boundary=part\r\n\r\n"
            f"--part\r\nContent-Type: text/plain\r\n\r\nSorry.\r\n--part\r\nContent-Type: message/{kind}\r\n\r\n{fields}\r\n"
            f"--part\r\nContent-Type: message/rfc822\r\n\r\nMessage-ID: {message_id}\r\nSubject: x\r\n\r\nx\r\n--part--\r\n").encode()


def complaint(message_id):
    return report(message_id, kind="feedback-report", fields="Feedback-Type: abuse\r\nUser-Agent: Example/1\r\nVersion: 1\r\n")


class Maildir:
    def __init__(self, path):
        self.path, self.count = path, 0
        for folder in ("new", "cur", "tmp"):
            (path / folder).mkdir(parents=True)

    def deliver(self, data):
        self.count += 1
        name = f"{1700000000 + self.count}.t{self.count}.example"
        (self.path / "tmp" / name).write_bytes(data)
        (self.path / "tmp" / name).rename(self.path / "new" / name)
        return name

    def dealt_with(self, name):
        """Its flags once it was looked at, with what must have been brought before."""
        def found():
            there = [p.name for p in (self.path / "cur").iterdir() if p.name.startswith(name)]
            return there and there[0].partition(":2,")
        return wait_until(found, 10, "the letter moved to cur")[2]


@pytest.fixture(scope="module")
def box(tmp_path_factory):
    return Maildir(tmp_path_factory.mktemp("returned") / "Maildir")


@pytest.fixture(scope="module")
def node(mail, box):
    yield from session_node("dortmund", settings=mail.settings(returned_maildir=str(box.path), returned_every_s=1))


def receipt_of(sender, to=None):
    return sender.mail.wait_for(lambda m: m.to == (to or sender.address) and sender.made["receipt"] in m.text)


def sent(sender):
    """The mail of the receipt, once the ledger knows that it went out."""
    got = receipt_of(sender)
    wait_until(lambda: mail_of(sender)["state"] == "sent", 10, "the ledger knows it was sent")
    return got


def mail_of(sender, kind="received"):
    return next((m for m in ledger(sender.node, subject_id=sender.id) if m["kind"] == kind), {"state": None})


def contact_of(node, address, state="all"):
    rows = node.staff().http.get("/api/v1/staff/contacts", query={"state": state, "address": address}).expect(200).json["items"]
    return rows[0] if rows else None


def subscribed(node, mail):
    """A reader of the newsletter, with the mail that asked."""
    address = new_address("berta")
    node.http.post("/api/v1/mail/subscriptions", {"email": address, "lists": ["newsletter"], "language": "de"}).expect(202)
    asked = mail.wait_for(lambda m: m.to == address)
    confirm(node, next(u for u in asked.links() if is_confirmation(u)), ["newsletter"])
    wait_until(lambda: contact_of(node, address)["lists"] == ["newsletter"], 5)
    return address, asked


# ---- what a report does

def test_a_hard_return_fails_the_mail_and_suspends_the_address(node, mail, box):
    erika = Sender(node, mail)
    letter = box.deliver(report(sent(erika).id))
    assert box.dealt_with(letter) == "S"
    row = mail_of(erika)
    assert (row["state"], row["reason"], row["status"]) == ("failed", "returned", "5.1.1")
    contact = contact_of(node, erika.address, "suspended")
    assert contact["state"] == "suspended" and contact["suspended_why"] == "bounced"
    detail = node.staff().http.get(f"/api/v1/staff/mails/{row['id']}").expect(200).json
    assert [a["outcome"] for a in detail["attempts"]] == ["never", "sent"], "both what its server said and what came of it"
    assert erika.http.get(f"{erika.path}/mails").expect(200).json["suspended"] is True
    again = Sender(node, mail, address=erika.address)
    assert wait_until(lambda: ledger(node, subject_id=again.id), 5)[0]["state"] == "failed", "nothing goes there any more"


def test_a_released_address_is_written_to_again(node, mail, box):
    erika = Sender(node, mail)
    erika.confirm()
    box.dealt_with(box.deliver(report(sent(erika).id)))
    contact = contact_of(node, erika.address, "suspended")
    node.staff().http.post(f"/api/v1/staff/contacts/{contact['id']}/release", {}).expect(200)
    sent(Sender(node, mail, address=erika.address))


def test_the_same_report_counts_once(node, mail, box):
    erika = Sender(node, mail)
    text = report(sent(erika).id, status="5.2.2")
    letters = [box.deliver(t) for t in (text, text, text, text.replace(b"Sorry.", b"Sorry again."))]   # the last one: another of the same mail
    for letter in letters:
        box.dealt_with(letter)
    assert contact_of(node, erika.address)["bounces"] == 1


def test_five_soft_returns_suspend(node, mail, box):
    erika = Sender(node, mail)
    erika.confirm()
    senders = [erika] + [Sender(node, mail, address=erika.address) for _ in range(4)]
    for letter in [box.deliver(report(sent(sender).id, status="5.2.2")) for sender in senders[:4]]:
        box.dealt_with(letter)
    contact = contact_of(node, erika.address)
    assert contact["state"] == "confirmed" and contact["bounces"] == 4
    box.dealt_with(box.deliver(report(sent(senders[4]).id, status="4.4.7")))
    assert {mail_of(sender)["state"] for sender in senders} == {"failed"}
    contact = contact_of(node, erika.address, "suspended")
    assert contact["suspended_why"] == "soft_bounces"


def test_a_complaint_ends_the_lists_and_not_what_is_owed(node, mail, box):
    address, asked = subscribed(node, mail)
    box.dealt_with(box.deliver(complaint(asked.id)))
    contact = contact_of(node, address)
    assert not contact.get("lists") and contact["state"] == "confirmed"
    proof = node.staff().http.get(f"/api/v1/staff/contacts/{contact['id']}").expect(200).json
    last = proof["events"][-1]
    assert (last["purpose"], last["act"], last["by"]) == ("newsletter", "revoked", "complaint")
    sent(Sender(node, mail, address=address))


def test_who_never_confirmed_and_complains_gets_nothing_more(node, mail, box):
    erika = Sender(node, mail)
    box.dealt_with(box.deliver(complaint(sent(erika).id)))
    assert contact_of(node, erika.address, "suspended")["suspended_why"] == "complaint"


def test_what_says_nothing_changes_nothing(node, mail, box):
    erika = Sender(node, mail)
    mine = sent(erika).id
    letters = {
        box.deliver(report(mine, status="4.4.1", action="delayed")): "",
        box.deliver(b"Subject: Hallo\r\n\r\nIch bin bis Montag nicht da. " + mine.encode()): "",
        box.deliver(b"\x00\xff" * 5000): "",
        box.deliver(report("<somebody-elses@example.org>")): "S",
        box.deliver(report("<" + "A" * 43 + "@example.org>")): "S",
    }
    for letter, flags in letters.items():
        assert box.dealt_with(letter) == flags, "people's mail stays unread, reports do not"
    assert mail_of(erika)["state"] == "sent" and contact_of(node, erika.address)["state"] == "unconfirmed"
    assert mine.strip("<>") not in node.log_text() and erika.address not in node.log_text()


def test_a_report_before_the_senders_own_waits(node, mail, box):
    erika = Sender(node, mail)
    token = sent(erika).id.strip("<>").split("@")[0]
    path = str(node.data / "notifications.db")

    def state(number):   # as if the sender had not told yet, and then as if it had
        told = number == 6
        with sqlite3.connect(path, timeout=10) as db:
            db.execute("UPDATE mail SET state = ?, ended_at = ?, holder = ?, slot = 9 WHERE id = ?",
                       (number, 1 if told else None, None if told else b"12345678", mail_id))
        db.close()
    mail_id = mail_of(erika)["id"]
    request = messages("notifications").ReturnedRequest(report_hash=hashlib.sha256(os.urandom(8)).digest(), message_token=token, what="soft", status="5.2.2")
    state(3)
    assert node.bus("back").ask("notifications", "Returned", request).outcome == "illegal_state"
    state(6)
    assert node.bus("back").ask("notifications", "Returned", request).message.counted
    assert node.bus("front").ask("notifications", "Returned", request).outcome == "unknown_method", "nobody from outside"


# ---- real servers

@root_only
def test_postfix_returns_what_it_cannot_deliver(make_node):
    with Postfix() as postfix:
        node = make_node(settings=postfix.settings())
        good, bad = Sender(node, None, address="known@example.net"), Sender(node, None, address="niemand@example.net")
        wait_until(lambda: mail_of(bad)["state"] == "failed", 20, "the bounce")
        assert mail_of(bad)["reason"] == "returned" and mail_of(bad)["status"] == "5.1.1"
        assert contact_of(node, bad.address, "suspended")["suspended_why"] == "bounced"
        wait_until(lambda: list((postfix.maildir("known") / "new").iterdir()), 5)
        assert mail_of(good)["state"] == "sent"


@root_only
@pytest.mark.parametrize("tls", [False, True], ids=["plain", "starttls"])
def test_reports_come_by_imap(make_node, mail, tls):
    with Dovecot(tls=tls) as dovecot:
        node = make_node(start=False, settings=mail.settings() | dovecot.settings(mail_tls="opportunistic"))
        password = node.data / "keys" / "imap.password"
        password.write_text(dovecot.password + "\n")
        password.chmod(0o600)
        node.start()
        erika = Sender(node, mail)
        got = sent(erika)
        dovecot.deliver("person", b"From: a@example.net\r\nSubject: Frage\r\n\r\nWann?\r\n")
        dovecot.deliver("report", report(got.id))
        wait_until(lambda: mail_of(erika)["state"] == "failed", 10, "the report was fetched")
        flags = wait_until(lambda: "R" in dovecot.flags()["report"] and dovecot.flags(), 5, "the report is marked")
        assert flags["person"] == "", "what people write is left alone"
        if not tls:
            dovecot.stop()
            wait_until(lambda: "event=returned_box_failed" in node.log_text(), 10)
            other = Sender(node, mail)
            dovecot.deliver("second", report(sent(other).id))
            dovecot.start()
            wait_until(lambda: mail_of(other)["state"] == "failed", 10)
            assert node.log_text().count("event=returned_box_failed") == 1, "trouble is told once"
        assert dovecot.password not in node.log_text()


# ---- configuration

def test_a_box_that_cannot_be_read_is_seen(node, box):
    """Nobody would miss what it holds: addresses that nothing reaches would be written to for ever."""
    staff, away, browser = node.staff().http, box.path.with_name("away"), Browser(node)
    node.user_add("lesende", "moderator")
    browser.open("/intern/anmelden")
    browser.send(browser.form(field="password"), login="lesende", password=PASSWORD)

    def figure(count):
        return lambda: f"kosi_returned_boxes_unreadable {count}" in node.ops.get("/metrics").text

    wait_until(figure(0), 10, "it is readable")
    box.path.rename(away)
    try:
        wait_until(figure(1), 10, "it is not")
        ready = node.ops.get("/readyz").expect(200).json
        assert ready["status"] == "degraded" and "returned_boxes_unreadable" in str(ready)
        assert staff.get("/api/v1/staff/mails").expect(200).json["unreadable"] == ["returned_maildir"]
        assert "returned_boxes_unreadable 1 (!)" in node.kosi("status").stdout
        assert "returned_maildir" in browser.open("/intern/mails").text
        assert "returned_maildir cannot be read" in node.kosi("mails").stdout
        assert json.loads(node.kosi("mails", "--json").stdout)["unreadable"] == ["returned_maildir"]
    finally:
        away.rename(box.path)
    wait_until(figure(0), 10, "it is readable again")
    assert staff.get("/api/v1/staff/mails").expect(200).json["unreadable"] == []
    assert "cannot be read" not in node.kosi("mails").stdout


def test_a_box_that_is_away_at_the_start_stops_no_mail(make_node, mail, tmp_path):
    """A directory that is not mounted yet: what is owed goes out all the same."""
    node = make_node(settings=mail.settings(returned_maildir=str(tmp_path / "away"), returned_every_s=1))
    wait_until(lambda: "kosi_returned_boxes_unreadable 1" in node.ops.get("/metrics").text, 10, "it is seen")
    erika = Sender(node, mail)
    got = sent(erika)
    late = Maildir(tmp_path / "late")
    late.deliver(report(got.id))
    late.path.rename(tmp_path / "away")
    wait_until(lambda: mail_of(erika)["state"] == "failed", 10, "the box is there")


def test_what_cannot_work_is_told_before_the_start(make_node, tmp_path):
    node = make_node(start=False, settings={"returned_maildir": str(tmp_path), "returned_imap": "imaps://kosi@mail.example.org/INBOX"})
    told = node.kosi("config", "check", check=False)
    assert told.returncode == 78 and f"{tmp_path}/new" in told.stdout + told.stderr and "imap.password" in told.stdout + told.stderr
    password = node.data / "keys" / "imap.password"
    password.write_text("geheim")
    password.chmod(0o644)
    assert "chmod 600" in (told := node.kosi("config", "check", check=False)).stdout + told.stderr


def test_a_password_goes_nowhere_in_clear(make_node):
    node = make_node(start=False, settings={"returned_imap": "imap://kosi@mail.example.org/INBOX", "mail_tls": "opportunistic"})
    password = node.data / "keys" / "imap.password"
    password.write_text("geheim")
    password.chmod(0o600)

    def complaint():
        done = node.kosi("config", "check", check=False)
        return done.stdout + done.stderr if done.returncode else ""
    assert "returned_imap" in complaint() and "read on the way" in complaint()
    for name, value in (("mail_tls", "required"), ("mail_tls", "none")):
        node.set(name, value)
        assert ("read on the way" in complaint()) == (value == "none")
    node.set("returned_imap", "imaps://kosi@mail.example.org/INBOX")
    assert complaint() == ""
    node.set("returned_imap", "imap://kosi@127.0.0.1/INBOX")
    assert complaint() == "", "nobody else is on the way"
