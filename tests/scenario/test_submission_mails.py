"""What a submission owes its sender by mail, from the receipt to the erasure: told once, not before the address is confirmed, and nothing
that has been overtaken.

covers: notifications.Mails notifications.MailsOf notifications.Confirm submissions.Decide submissions.Correct submissions.Withdraw
covers: submissions.Erase
"""
import sqlite3
import urllib.parse

import pytest

from kosi_test import filled_form, wait_until
from kosi_test.mail_people import Sender, is_confirmation, ledger, new_address
from kosi_test.page import Page

REASON = "outside-city"


@pytest.fixture
def erika(node, mail):
    return Sender(node, mail)


@pytest.fixture
def confirmed(erika):
    erika.confirm()
    return erika


def mails_about(erika, **query):
    return {m["kind"]: m for m in ledger(erika.node, subject_id=erika.id, **query)}


def states(erika):
    return {kind: m["state"] for kind, m in mails_about(erika).items()}


def status_link(got):
    return got.link("/einreichungen/")


def token_of(link):
    return link.rsplit("/")[-1]


def opens(erika, link):
    token = token_of(link)
    answers = {erika.http.get(path + token).status for path in ("/einreichungen/", "/api/v1/submissions/")}
    assert len(answers) == 1, "page and API agree"
    return answers == {200}


def accept(erika):
    return erika.node.staff().decide(erika.id, "accept").expect(200).json["entry_id"]


# ---- received

def test_the_receipt(erika, mail):
    got = erika.wait_mail(erika.made["receipt"])
    assert erika.made["receipt"] in got.subject and erika.form_title in got.text
    assert opens(erika, status_link(got)), "the link that only they have"
    assert any(is_confirmation(u) for u in got.links())
    assert erika.body["answers"]["title"] not in got.text + got.html, "links, not dossiers"
    assert "Erika" not in got.text + got.html


def test_in_the_readers_language(node, mail):
    erika = Sender(node, mail, language="en")
    got = erika.wait_mail(erika.made["receipt"])
    assert "/en/submissions/" in got.link("/en/submissions/") and "/en/mail/confirm/" in got.link("/en/mail/confirm/")
    assert erika.form_title in got.text and got.header("Content-Language") in (None, "en")


def test_no_more_before_the_address_is_confirmed(erika, mail):
    asked = erika.wait_mail(erika.made["receipt"])
    accept(erika)
    wait_until(lambda: states(erika).get("accepted") == "waiting", 5, "the decision waits")
    assert len(mail.to(erika.address)) == 1
    erika.confirm(asked)
    got = erika.wait_mail("/landschaft/")
    assert got.id != asked.id and erika.made["receipt"] in got.subject


def test_without_an_address_nothing_is_owed(node):
    form = node.form()
    body = filled_form(form)
    body.pop("contact", None)
    made = node.http.post(f"/api/v1/forms/{form['slug']}/submissions", body).expect(201).json
    node.staff().decide(made["id"], "take").expect(200)
    node.http.delete(f"/api/v1/submissions/{made['token']}").expect(204)
    assert ledger(node, subject_id=made["id"]) == []


# ---- decided

def test_accepted(confirmed):
    entry = accept(confirmed)
    got = confirmed.wait_mail("/landschaft/")
    assert got.link("/landschaft/").endswith(entry)
    assert confirmed.body["answers"]["title"] in got.text, "the title is public by now"


def test_rejected_with_the_reason_in_words(confirmed):
    confirmed.node.staff().decide(confirmed.id, "reject", reason=REASON, text="Nur auf der Seite zu lesen.").expect(200)
    got = confirmed.wait_mail("Grund")
    assert REASON not in got.text and "Nur auf der Seite" not in got.text


def test_duplicate_of_what_is_there(node, mail, confirmed):
    other = Sender(node, mail)
    entry = accept(other)
    wait_until(lambda: node.http.get(f"/api/v1/entries/{entry}").status == 200, 5, "the entry")
    wait_until(lambda: node.staff().decide(confirmed.id, "duplicate", duplicate_of=entry).status == 200, 5, "known as an entry")
    got = confirmed.wait_mail(entry)
    assert got.link("/landschaft/").endswith(entry) and confirmed.made["receipt"] in got.subject


def test_withdrawn(confirmed, mail):
    confirmed.http.post(confirmed.path + "/withdraw").expect(200)
    got = confirmed.wait_mail("zurückgezogen")
    assert opens(confirmed, status_link(got))
    wait_until(lambda: states(confirmed) == {"received": "sent", "withdrawn": "sent"}, 5, "told")


# ---- overtaken

def test_reopened_is_told_to_who_was_told_the_decision(confirmed):
    staff = confirmed.node.staff()
    staff.decide(confirmed.id, "reject", reason=REASON).expect(200)
    wait_until(lambda: states(confirmed).get("rejected") == "sent", 5, "the decision is told")
    staff.decide(confirmed.id, "reopen").expect(200)
    got = confirmed.wait_mail("noch einmal")
    assert opens(confirmed, status_link(got))


def test_a_decision_that_is_taken_back_before_it_was_sent_is_not_told(confirmed, mail):
    staff = confirmed.node.staff()
    mail.stop()
    try:
        staff.decide(confirmed.id, "reject", reason=REASON).expect(200)
        wait_until(lambda: states(confirmed).get("rejected") in ("owed", "leased", "retry"), 5, "owed")
        hold(confirmed, "rejected")
        staff.decide(confirmed.id, "reopen").expect(200)
        wait_until(lambda: states(confirmed)["rejected"] == "cancelled", 5, "dropped")
        accept(confirmed)
        wait_until(lambda: "accepted" in states(confirmed), 5, "owed")
    finally:
        mail.start()
    confirmed.wait_mail("/landschaft/", deadline=100)   # after a minute and a quarter, if it was tried meanwhile
    told = states(confirmed)
    assert "reopened" not in told and mails_about(confirmed)["rejected"]["reason"] == "overtaken"
    assert [m for m in mail.to(confirmed.address) if "Grund" in m.text] == []


def hold(erika, kind):
    """By hand, so that no sender has it while the test goes on."""
    mail = mails_about(erika)[kind]
    wait_until(lambda: erika.node.staff().http.post(f"/api/v1/staff/mails/{mail['id']}/hold").status == 200, 10, "held")


# ---- another address

def test_a_corrected_address_gets_the_receipt_and_the_old_one_no_more(erika, mail):
    erika.wait_mail(erika.made["receipt"])
    new = new_address("neu")
    contact = {"name": "Erika", "email": new, "language": "de"}
    change = {"answers": erika.body["answers"], "consents": erika.body["consents"], "contact": contact}
    erika.http.request("PUT", erika.path, change).expect(200)
    asked = erika.wait_mail(erika.made["receipt"], to=new)
    assert opens(erika, status_link(asked))
    erika.address = new
    erika.confirm(asked)
    accept(erika)
    erika.wait_mail("/landschaft/", to=new)
    assert {m["address"] for m in ledger(erika.node, subject_id=erika.id) if m["kind"] == "accepted"} == {new}


def give_address(erika, token, address):
    contact = {"name": "Erika", "email": address, "language": "de"}
    change = {"answers": erika.body["answers"], "consents": erika.body["consents"], "contact": contact}
    return erika.http.request("PUT", f"/api/v1/submissions/{token}", change)


def test_a_link_that_went_to_a_wrong_address_opens_nothing_once_that_is_corrected(erika):
    shown = erika.made["status_url"]
    wrong = status_link(erika.wait_mail(erika.made["receipt"]))
    assert wrong != shown and opens(erika, wrong)
    right = new_address("richtig")
    corrected = give_address(erika, erika.made["token"], right).expect(200).json
    assert corrected["token"] == erika.made["token"] and corrected["status_url"] == shown, "what the sender was shown holds"
    assert not opens(erika, wrong)
    for way in ("GET", "DELETE"):
        erika.http.request(way, "/api/v1/submissions/" + token_of(wrong)).expect(404, "not_found")
    by_mail = status_link(erika.wait_mail(erika.made["receipt"], to=right))
    assert by_mail not in (wrong, shown) and opens(erika, by_mail) and opens(erika, shown)
    again = give_address(erika, erika.made["token"], erika.address).expect(200)
    assert again.status == 200 and not opens(erika, by_mail) and not opens(erika, wrong), "back at the first address its first link stays dead"


def test_who_comes_by_a_mail_and_changes_the_address_is_led_on(erika):
    came_by = token_of(status_link(erika.wait_mail(erika.made["receipt"])))
    new = new_address("neu")
    corrected = give_address(erika, came_by, new).expect(200).json
    assert corrected["token"] not in (came_by, erika.made["token"]) and opens(erika, corrected["status_url"])
    assert status_link(erika.wait_mail(erika.made["receipt"], to=new)) == corrected["status_url"]
    assert give_address(erika, corrected["token"], new.upper()).expect(200).json["token"] == corrected["token"], "the same address in other letters"


def test_a_double_click_that_changes_the_address_leads_on_both_times(erika):
    change = "/einreichungen/" + token_of(status_link(erika.wait_mail(erika.made["receipt"]))) + "/aendern"
    form = Page(erika.http.get(change).expect(200)).form_with("_key")
    fields = [(n, new_address("neu") if n == "contact.email" else v) for n, v in form.fields] + [("_do", "send")]
    first, second = (erika.http.post(change, form=fields) for _ in range(2))
    assert first.status == second.status == 303 and first.header("Location") == second.header("Location")
    assert erika.http.get(urllib.parse.urlsplit(first.header("Location")).path).status == 200
    erika.http.post(change, form=[(n, "other" if n == "_key" else v) for n, v in fields]).expect(404)


def test_the_same_address_is_not_asked_again(erika, mail):
    erika.wait_mail(erika.made["receipt"])
    change = {"answers": {**erika.body["answers"], "title": "Ein anderer Titel"}, "consents": erika.body["consents"], "contact": erika.body["contact"]}
    erika.http.request("PUT", erika.path, change).expect(200)
    erika.confirm()
    accept(erika)
    erika.wait_mail("/landschaft/")
    assert [m.subject for m in mail.to(erika.address)].count(mail.to(erika.address)[0].subject) == 1


# ---- erased

def test_erased_leaves_no_trace_of_the_person(erika, mail):
    erika.confirm()
    accept(erika)
    erika.wait_mail("/landschaft/")
    before = len(mails_about(erika))
    erika.http.delete(erika.path).expect(204)
    database = erika.node.data / "notifications.db"

    def forgotten():
        with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as db:
            left = [db.execute("SELECT count(*) FROM contact WHERE address = ?", (erika.address,)).fetchone()[0],
                    db.execute("SELECT count(*) FROM matter WHERE id = ?", (erika.id,)).fetchone()[0],
                    db.execute("SELECT count(*) FROM mail WHERE subject_id = ?", (erika.id,)).fetchone()[0]]
        return left == [0, 0, 0]
    wait_until(forgotten, 5, "forgotten")
    assert before == 2 and ledger(erika.node, address=erika.address) == []


def test_an_erased_entry_is_in_no_mail_of_others(confirmed, mail, node):
    """Its title was told to somebody whose submission was held to be the same."""
    other = Sender(node, mail)
    title, entry = other.body["answers"]["title"], accept(other)
    wait_until(lambda: node.staff().decide(confirmed.id, "duplicate", duplicate_of=entry).status == 200, 5, "known as an entry")
    assert title in confirmed.wait_mail(entry).text
    other.http.delete(other.path).expect(204)

    def gone():
        with sqlite3.connect(f"file:{node.data}/notifications.db?mode=ro", uri=True) as db:
            return (db.execute("SELECT count(*) FROM news WHERE entry_id = ?", (entry,)).fetchone() == (0,)
                    and all(title.encode() not in (facts or b"") for facts, in db.execute("SELECT facts FROM mail")))
    wait_until(gone, 5, "gone")
    wait_until(lambda: all(title.encode() not in path.read_bytes() for path in node.data.glob("notifications.db*")), 20, "no bytes are left")


def test_an_address_stays_while_another_submission_needs_it(erika, mail, node):
    erika.confirm()
    other = Sender(node, mail, address=erika.address)
    other.wait_mail(other.made["receipt"])
    erika.http.delete(erika.path).expect(204)
    wait_until(lambda: ledger(node, subject_id=erika.id) == [], 5, "forgotten")
    accept(other)
    other.wait_mail("/landschaft/")


# ---- whatever is killed

def test_each_submission_is_told_once_while_the_writer_is_killed(make_node, mail):
    node = make_node(settings=mail.settings())
    people = []
    for i in range(30):
        people.append(Sender(node, mail))
        if i % 10 == 5:
            node.kill(node.writer("notifications") or "notifications-1")
    for erika in people:
        erika.wait_mail(erika.made["receipt"], deadline=30)
    wait_until(lambda: all(m["state"] == "sent" for m in ledger(node, page_size=200)), 30, "all reported")
    rows = ledger(node, page_size=200)
    assert sorted(m["subject_id"] for m in rows) == sorted(e.id for e in people)
    for erika in people:
        assert len({m.id for m in mail.to(erika.address)}) == 1, "what came twice has one Message-ID"
