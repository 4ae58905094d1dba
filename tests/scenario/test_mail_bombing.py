"""A stranger who knows an address and wants it filled: whatever they send, correct, erase and set, its reader hears of it by ration.

covers: notifications.Subscribe submissions.Submit submissions.Correct submissions.Erase notifications.SetStaffMail
"""
import pytest

from kosi_test import wait_until
from kosi_test.clock import Clock
from kosi_test.fixtures import session_node
from kosi_test.mail_people import Sender, ledger, new_address
from kosi_test.node import PASSWORD

AN_HOUR = 10   # what goes to a confirmed address within an hour of what anybody can make us write


@pytest.fixture(scope="module")
def clock(tmp_path_factory):
    return Clock(tmp_path_factory.mktemp("clock"), "2027-01-11 10:00")


@pytest.fixture(scope="module")
def node(mail, clock):
    yield from session_node("dortmund", settings=mail.settings(writes_per_minute=1000), environment=clock.environment)


@pytest.fixture(scope="module")
def staff(node):
    return node.staff()


def correct(sender, address):
    change = {"answers": sender.body["answers"], "consents": sender.body["consents"],
              "contact": {"name": "Erika", "email": address, "language": "de"}}
    sender.http.request("PUT", sender.path, change).expect(200)


def everything_told(node, staff, mail, sender):
    """Waits until a mail about what was sent last has its place in the ledger, so that all before it has."""
    wait_until(lambda: ledger(node, staff, subject_id=sender.id), 10, "the receipt is in the ledger")
    marker = Sender(node, mail)
    mail.wait_for(lambda m: m.to == marker.address)


def under_way(node, staff, local):
    """What is yet to come to this mailbox."""
    return [m for m in ledger(node, staff, page_size=200) if m["state"] in ("owed", "retry", "leased") and m.get("address", "").lower().startswith(local)]


def nothing_is_under_way(node, staff, local):
    """A mail that was owed later may overtake another one."""
    wait_until(lambda: not under_way(node, staff, local), 10, "all mails sent, or not to be sent")


def test_a_correction_that_changes_the_address_back_and_forth(node, mail, staff):
    victim, sender = new_address("opfer"), Sender(node, mail)
    correct(sender, victim)
    mail.wait_for(lambda m: m.to == victim)   # corrected at once it would be overtaken before it goes
    for _ in range(4):
        correct(sender, new_address("anders"))
        correct(sender, victim)
    correct(sender, victim)
    everything_told(node, staff, mail, sender)
    nothing_is_under_way(node, staff, victim)
    assert len(mail.to(victim)) == 1


def test_sent_erased_and_sent_again(node, mail, staff):
    victim = new_address("opfer")
    sender = Sender(node, mail, address=victim)
    mail.wait_for(lambda m: m.to == victim)
    sender.http.delete(sender.path).expect(204)
    for _ in range(3):
        sender = Sender(node, mail, address=victim)
        wait_until(lambda: ledger(node, staff, subject_id=sender.id), 10, "the receipt is in the ledger")
        sender.http.delete(sender.path).expect(204)
    last = Sender(node, mail, address=victim)
    everything_told(node, staff, mail, last)
    nothing_is_under_way(node, staff, victim)
    assert len(mail.to(victim)) == 1


def test_a_member_of_staff_who_sets_and_empties_their_address(node, mail, staff):
    victim = new_address("opfer")
    staff.http.request("PUT", "/api/v1/session/mail", json_body={"email": victim, "password": PASSWORD}).expect(200)
    mail.wait_for(lambda m: m.to == victim)   # emptied at once it would be overtaken before it goes
    for _ in range(4):
        staff.http.request("PUT", "/api/v1/session/mail", json_body={"password": PASSWORD}).expect(200)
        staff.http.request("PUT", "/api/v1/session/mail", json_body={"email": victim, "password": PASSWORD}).expect(200)
    staff.http.request("PUT", "/api/v1/session/mail", json_body={"email": victim, "password": PASSWORD}).expect(200)
    everything_told(node, staff, mail, Sender(node, mail))
    nothing_is_under_way(node, staff, victim)
    assert len(mail.to(victim)) == 1


def test_spellings_that_reach_one_mailbox(node, mail, staff):
    victim = new_address("opfer")
    local, domain = victim.split("@")
    for tag in ("", "+1", "+zwei", "+a+b", "+"):
        node.http.post("/api/v1/mail/subscriptions", {"email": f"{local}{tag}@{domain}", "lists": ["newsletter"]}).expect(202)
        Sender(node, mail, address=f"{local.upper()}{tag}@{domain}")
    everything_told(node, staff, mail, Sender(node, mail))
    nothing_is_under_way(node, staff, local)
    assert len([m for m in mail.mails if m.to.lower().startswith(local)]) == 1


def test_a_confirmed_address_hears_of_what_strangers_send_at_a_pace(node, mail, staff, clock):
    reader = Sender(node, mail)
    reader.confirm()
    before = len(mail.to(reader.address))
    for _ in range(AN_HOUR):
        Sender(node, mail, address=reader.address)
    for _ in range(3):
        late = Sender(node, mail, address=reader.address)
    everything_told(node, staff, mail, late)
    wait_until(lambda: len(mail.to(reader.address)) >= before + AN_HOUR, 10, "what may come within the hour")
    assert len(mail.to(reader.address)) == before + AN_HOUR
    due = ledger(node, staff, address=reader.address, state="owed")
    assert len(due) == 3 and not any(m["overdue"] for m in due), "late on purpose, and nothing is lost"
    clock.step(minutes=61)
    mail.wait_for(lambda m: m.to == reader.address and late.made["receipt"] in m.subject)
    wait_until(lambda: len(mail.to(reader.address)) == before + AN_HOUR + 3, 10, "all of them, each once")


def test_what_waited_comes_at_a_pace_too(node, mail, staff):
    reader = Sender(node, mail)
    mail.wait_for(lambda m: m.to == reader.address)
    for _ in range(AN_HOUR + 3):
        late = Sender(node, mail, address=reader.address)
    wait_until(lambda: ledger(node, staff, subject_id=late.id), 10, "all receipts in the ledger")
    reader.confirm()
    everything_told(node, staff, mail, late)
    wait_until(lambda: len(mail.to(reader.address)) >= 1 + AN_HOUR, 10, "what may come within the hour")
    wait_until(lambda: len(under_way(node, staff, reader.address)) == 3, 10, "what comes later")
    assert len(mail.to(reader.address)) == 1 + AN_HOUR
