"""Addresses: nobody can fill a stranger's mailbox, only a reader confirms, lists come by consent and go by one click, and what was agreed
to is proved for ever.

covers: notifications.ConfirmLook notifications.Confirm notifications.Lists notifications.Subscribe notifications.GetPreferences
covers: notifications.SetPreferences notifications.Leave notifications.Contacts notifications.Proof notifications.ContactRelease
"""
import hashlib
import re
import sqlite3
from email.message import EmailMessage

import pytest

from kosi_test import wait_until
from kosi_test.browser import Browser
from kosi_test.clock import Clock
from kosi_test.fixtures import session_node
from kosi_test.http import Http
from kosi_test.mail_people import Sender, is_confirmation, ledger, new_address, token_of
from kosi_test.node import PASSWORD
from kosi_test.page import Page, path_of

CONFIRM, PREFERENCES, LEAVE = "/post/bestaetigen/", "/post/einstellungen/", "/post/abmelden/"
THEMES, DISTRICTS = ["climate", "mobility"], ["hoerde"]


@pytest.fixture(scope="module")
def clock(tmp_path_factory):
    return Clock(tmp_path_factory.mktemp("clock"), "2027-01-11 10:00")


@pytest.fixture(scope="module")
def maildir(tmp_path_factory):
    path = tmp_path_factory.mktemp("returned")
    for folder in ("new", "cur", "tmp"):
        (path / folder).mkdir()
    return path


@pytest.fixture(scope="module")
def node(mail, clock, maildir):
    yield from session_node("dortmund", settings=mail.settings(trusted_proxies="127.0.0.1", returned_maildir=str(maildir), returned_every_s=1,
                                                              writes_per_minute=1000), environment=clock.environment)


class Desk:
    """Staff who sign in again when time has ended their session."""

    def __init__(self, node):
        self.node, self.person = node, node.staff()

    @property
    def http(self):
        if self.person.http.get("/api/v1/session").status != 200:
            self.person = self.node.staff(language="de")
        return self.person.http


@pytest.fixture(scope="module")
def staff(node):
    return Desk(node)


def subscribe(node, email, lists=("newsletter",), **more):
    headers = {"X-Forwarded-For": more.pop("place", "192.0.2.1")}
    return node.http.post("/api/v1/mail/subscriptions", {"email": email, "lists": list(lists), **more}, headers=headers)


def asked(mail, email, nth=1):
    """The n-th mail to this address that asks for something."""
    mails = mail.wait_for(lambda m: m.to == email and any("/bestaetigen/" in u or "/mail/confirm/" in u for u in m.links()), count=nth)
    return mails if nth == 1 else mails[-1]


def confirm_link(got):
    link = next(u for u in got.links() if "/bestaetigen/" in u or "/mail/confirm/" in u)
    return re.sub("^https?://[^/]+", "", link)


def reader(node, mail, lists=("newsletter", "digest"), **more):
    """(address, token of the preferences): somebody who subscribed and confirmed."""
    email = new_address()
    subscribe(node, email, lists, **more).expect(202)
    token = token_of(confirm_link(asked(mail, email)))
    reply = node.http.post(f"/api/v1/mail/confirmations/{token}", {"lists": list(lists)}).expect(200).json
    assert reply["confirmed"] and sorted(reply["lists"]) == sorted(lists)
    return email, reply["preferences_token"]


def preferences(node, token):
    return node.http.get(f"/api/v1/mail/preferences/{token}").expect(200).json


def contact(staff, email):
    return staff.http.get("/api/v1/staff/contacts", query={"address": email, "state": "all"}).expect(200).json["items"][0]


def proof(staff, contact_id):
    return staff.http.get(f"/api/v1/staff/contacts/{contact_id}").expect(200).json


def acts(staff, email):
    return [(e["purpose"], e["act"]) for e in proof(staff, contact(staff, email)["id"])["events"]]


# ---- asking

def test_a_hundred_sign_ups_of_one_victim_are_one_mail(node, mail, staff, clock):
    victim, answers = new_address("opfer"), set()
    for i in range(100):
        spelling = victim.upper() if i % 2 else victim
        answer = subscribe(node, spelling, ("newsletter", "digest"), place=f"198.51.100.{i}").expect(202)
        answers.add(answer.body)
    assert len(answers) == 1
    asked(mail, victim)
    assert [m["state"] for m in ledger(node, staff, address=victim)] == ["sent"] or wait_until(
        lambda: [m["state"] for m in ledger(node, staff, address=victim)] == ["sent"], 10, "one mail, sent")
    assert acts(staff, victim).count(("newsletter", "requested")) == 1, "and the proof is not filled by strangers either"
    clock.step(minutes=50)
    subscribe(node, victim).expect(202)
    assert len(ledger(node, staff, address=victim)) == 1
    clock.step(minutes=11)
    subscribe(node, victim).expect(202)
    assert len(ledger(node, staff, address=victim)) == 2
    clock.step(hours=23)
    subscribe(node, victim).expect(202)
    assert len(ledger(node, staff, address=victim)) == 2
    asked(mail, victim, 2)
    assert len(mail.to(victim)) == 2


def test_receipts_of_strangers_do_not_fill_it_either(node, mail, staff):
    first = Sender(node, mail)
    asked(mail, first.address)
    for _ in range(5):
        Sender(node, mail, address=first.address)
    subscribe(node, first.address).expect(202)
    wait_until(lambda: len(ledger(node, staff, address=first.address)) == 6, 10, "all receipts in the ledger")
    assert sorted(m["state"] for m in ledger(node, staff, address=first.address, state="waiting")) == ["waiting"] * 5
    assert len(mail.to(first.address)) == 1


def test_answers_do_not_tell_whether_an_address_is_known(node, mail):
    known, _ = reader(node, mail)
    answers = [subscribe(node, email) for email in (new_address(), known, known, new_address())]
    assert {(a.status, a.body, tuple(sorted(h for h in a.headers if h != "Date"))) for a in answers} == {
        (202, answers[0].body, tuple(sorted(h for h in answers[0].headers if h != "Date")))}
    browser = Browser(node)
    pages = set()
    for email in (known, new_address()):
        browser.open("/auf-dem-laufenden")
        browser.send(browser.form(field="_key"), email=email, lists=["newsletter"])
        pages.add(browser.page.text)
    assert len(pages) == 1


@pytest.mark.parametrize("fault", [{"email": "niemand"}, {"lists": ["werbung"]}, {"lists": []}, {"frequency": "hourly"}, {"language": "fr"}])
def test_what_cannot_be_subscribed(node, fault):
    body = {"email": new_address(), "lists": ["newsletter"], **fault}
    answer = node.http.post("/api/v1/mail/subscriptions", body).expect(422, "validation")
    assert [f.split(".")[0] for f in answer.faults] == list(fault)


# ---- confirming

def test_a_scanner_confirms_nothing(node, mail, staff):
    email = new_address()
    subscribe(node, email).expect(202)
    link = confirm_link(asked(mail, email))
    for method in ("GET", "HEAD", "GET"):
        assert node.http.request(method, link).status == 200
    node.http.get(f"/api/v1/mail/confirmations/{token_of(link)}").expect(200)
    assert contact(staff, email)["state"] == "unconfirmed"
    page = node.http.get(link)
    script = re.search(r'<script src="(/assets/confirm\.[0-9a-f]+\.js)" defer></script>', page.text)[1]
    assert "script-src 'self'" in page.header("Content-Security-Policy")
    assert node.http.get(script).expect(200).header("Content-Type").startswith("text/javascript")
    for other in ("/", "/auf-dem-laufenden"):
        assert "script-src" not in node.http.get(other).header("Content-Security-Policy")
    foreign = node.http.post(link.split("?")[0], form={"lists": "newsletter"}, headers={"Origin": "https://evil.example"})
    assert foreign.status == 403 and contact(staff, email)["state"] == "unconfirmed"
    browser = Browser(node)
    browser.open(link)
    shown = browser.send(browser.form())
    assert "Ihre Adresse ist bestätigt" in shown.text and "Newsletter" in shown.text
    assert contact(staff, email)["state"] == "confirmed" and contact(staff, email)["lists"] == ["newsletter"]
    again = Browser(node)
    assert not [f for f in again.open(link).forms if "bestaetigen" in f.action], "nothing is left to confirm"
    assert "data-at-once" not in again.answer.text and "<script" not in again.answer.text


def test_only_what_the_mail_asked_for_is_agreed_to_by_its_link(node, mail, staff):
    """A stranger subscribes an address whose reader then confirms the receipt of something else."""
    sender = Sender(node, mail)
    link = confirm_link(asked(mail, sender.address))
    subscribe(node, sender.address, ("newsletter", "digest")).expect(202)
    look = node.http.get(f"/api/v1/mail/confirmations/{token_of(link)}").expect(200).json
    assert [o["list"] for o in look["lists"]] == ["newsletter", "digest"] and not look["confirmed"]
    browser = Browser(node)
    form = browser.open(link).forms[-1]
    assert "script-src" not in browser.answer.header("Content-Security-Policy"), "there is something to choose: nothing is pressed for them"
    assert form.value("lists") is None and {i["value"] for i in form.inputs if i["name"] == "lists"} == {"newsletter", "digest"}
    browser.send(form)
    assert contact(staff, sender.address)["state"] == "confirmed" and contact(staff, sender.address)["lists"] == []
    assert ("newsletter", "confirmed") not in acts(staff, sender.address)
    open_still = browser.open(link)
    assert "Ihre Bestellung bestätigen" in open_still.title and "nichts mehr tun" not in open_still.text
    browser.send(browser.form(field="lists"), lists=["digest"])
    assert contact(staff, sender.address)["lists"] == ["digest"]


def test_a_request_does_not_wait_for_ever(node, mail, staff, clock):
    email = new_address()
    subscribe(node, email).expect(202)
    token = token_of(confirm_link(asked(mail, email)))
    clock.step(days=31)
    answer = node.http.post(f"/api/v1/mail/confirmations/{token}", {"lists": ["newsletter"]})
    assert answer.status in (200, 404) and (answer.status == 404 or answer.json["lists"] == [])


@pytest.mark.parametrize("path", ["/api/v1/mail/confirmations/", "/api/v1/mail/preferences/", CONFIRM, PREFERENCES])
def test_other_tokens_open_nothing(node, mail, path):
    _, token = reader(node, mail)
    other = token[:-4] + ("AAAA" if not token.endswith("AAAA") else "BBBB")
    assert node.http.get(path + other).status == 404
    if "preferences" not in path and PREFERENCES not in path:
        assert node.http.get(path + token).status == 404, "each link has its own"


@pytest.mark.parametrize("language, words", [("de", "Dieser Link gilt nicht mehr"), ("en", "This link no longer works")])
def test_who_opens_an_old_link_is_told_so(node, mail, language, words):
    sender = Sender(node, mail, language=language)
    asks = sender.confirm()
    confirmation = path_of(next(url for url in asks.links() if is_confirmation(url)))
    status = path_of(asks.link("/einreichungen/" if language == "de" else "/submissions/"))
    node.http.delete(sender.path).expect(204)
    wait_until(lambda: node.http.get(confirmation).status == 404, 5, "forgotten", every=0.02)
    for link in [confirmation, status[:-4]]:   # of an address that is forgotten; cut off on its way
        page = Page(node.http.get(link).expect(404))
        assert words in page.title and words in page.text and page.language == language, link


# ---- choosing and leaving

def test_preferences_touch_no_consent(node, mail, staff):
    email, token = reader(node, mail, themes=THEMES[:1], frequency="monthly")
    before = proof(staff, contact(staff, email)["id"])["events"]
    assert preferences(node, token)["themes"] == THEMES[:1] and preferences(node, token)["frequency"] == "monthly"
    changed = {"themes": THEMES, "districts": DISTRICTS, "frequency": "weekly", "language": "en"}
    answer = node.http.request("PUT", f"/api/v1/mail/preferences/{token}", json_body=changed).expect(200).json
    assert {k: answer[k] for k in changed} == changed and sorted(answer["lists"]) == ["digest", "newsletter"]
    assert answer["hint"] == email[0] + "…@example.org"
    node.http.request("PUT", f"/api/v1/mail/preferences/{token}", json_body={"lists": []}).expect(400, "unknown_field")
    assert sorted(preferences(node, token)["lists"]) == ["digest", "newsletter"]
    assert proof(staff, contact(staff, email)["id"])["events"] == before


@pytest.mark.parametrize("wrong", [{"themes": ["climate", "erfunden"]}, {"districts": ["mobility"]}, {"themes": ["erfunden"], "districts": ["x"]}])
def test_only_what_the_city_has_can_be_chosen(node, mail, wrong):
    """Typed wrong, a theme would be one of which nothing ever comes."""
    _, token = reader(node, mail)
    faults = {field: "not_an_option" for field in wrong}
    refused = node.http.request("PUT", f"/api/v1/mail/preferences/{token}", json_body=wrong).expect(422, "validation")
    assert refused.faults == faults and "/api/v1/vocabulary" in refused.json["detail"]
    assert subscribe(node, new_address(), ("digest",), **wrong).expect(422, "validation").faults == faults


def test_a_stranger_changes_no_choice(node, mail):
    email, token = reader(node, mail, themes=THEMES[:1])
    subscribe(node, email, ("digest",), themes=THEMES[1:], frequency="monthly", language="en").expect(202)
    kept = preferences(node, token)
    assert kept["themes"] == THEMES[:1] and kept["frequency"] == "weekly" and kept["language"] == "de"


def test_who_has_it_all_is_told_so(node, mail, clock):
    email, token = reader(node, mail)
    welcome = mail.wait_for(lambda m: m.to == email and any(PREFERENCES in u for u in m.links()) and not any(CONFIRM in u for u in m.links()))
    assert token_of(welcome.link(PREFERENCES)) == token
    clock.step(hours=2)
    subscribe(node, email).expect(202)
    told = mail.wait_for(lambda m: m.to == email and any(PREFERENCES in u for u in m.links()), count=2)
    assert not any(CONFIRM in u for u in told[1].links()), "nothing to confirm"


@pytest.mark.parametrize("language, subscribe_at, words", [
    ("de", "/auf-dem-laufenden", ("Bitte sehen Sie in Ihr Postfach", "Ihre Adresse ist bestätigt", "gespeichert", "abgemeldet", "weder den Newsletter")),
    ("en", "/en/stay-informed", ("look into your mailbox", "your address is confirmed", "has been saved", "unsubscribed", "neither to the newsletter"))])
def test_the_round_in_pages(node, mail, language, subscribe_at, words):
    email, browser = new_address(), Browser(node)
    browser.open(subscribe_at)
    form = browser.form(field="_key")
    assert form.value("lists") is None, "nothing is chosen for anybody"
    refused = browser.send(form, 422, email="niemand")
    assert browser.form(field="_key").value("email") == "niemand" and refused.language == language
    assert "name@example.org" in refused.text, "how it is to be written"
    browser.send(browser.form(field="_key"), email=email, lists=["newsletter", "digest"], themes=THEMES)
    assert words[0] in browser.page.text
    got = asked(mail, email)
    assert got.header("Content-Language") == language
    link = confirm_link(got)
    browser.open(link)
    browser.send(browser.form())
    assert words[1] in browser.page.text and email not in browser.page.text, "the page shows only as much as its owner recognises"
    form = browser.form(field="themes")
    assert sorted(v for n, v in form.fields if n == "themes") == sorted(THEMES)
    browser.send(form, themes=THEMES[0], frequency="monthly", districts=DISTRICTS)
    assert words[2] in browser.page.text
    form = browser.form(field="themes")
    assert [v for n, v in form.fields if n in ("themes", "districts", "frequency")] == ["monthly", THEMES[0], *DISTRICTS]
    leave = next(f for f in browser.page.forms if f.action.split("?")[0] == browser.path.split("?")[0])
    browser.send(leave, _leave="all")
    assert words[3] in browser.page.text and words[4] in browser.page.text


# ---- one click (RFC 8058)

def newsletter_to(staff, mail, email):
    made = staff.http.post("/api/v1/staff/newsletters", {"subject_de": "Neues aus dem Lab", "body_de": "Es gibt Neues."}).expect(201)
    letter, tag = made.json, made.header("ETag")
    staff.http.post(f"/api/v1/staff/newsletters/{letter['id']}/send", {}, headers={"If-Match": tag or f'"{letter["version"]}"'}).expect(200)
    return mail.wait_for(lambda m: m.to == email and m.header("List-Unsubscribe"))


@pytest.mark.parametrize("multipart", [False, True])
def test_one_click_from_a_mail_program(node, mail, staff, multipart):
    email, token = reader(node, mail)
    got = newsletter_to(staff, mail, email)
    assert got.header("List-Unsubscribe-Post") == "List-Unsubscribe=One-Click"
    link = re.fullmatch(r"<https?://[^/]+(/post/abmelden/newsletter/[^>]+)>", got.header("List-Unsubscribe"))[1]
    assert node.http.get(link).status == 200 and sorted(preferences(node, token)["lists"]) == ["digest", "newsletter"], "looking leaves nothing"
    sent = {"body": b"List-Unsubscribe=One-Click", "headers": {"Content-Type": "application/x-www-form-urlencoded", "Origin": "https://mail.example.net"}}
    if multipart:
        body = b'--b\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--b--\r\n'
        sent = {"body": body, "headers": {"Content-Type": "multipart/form-data; boundary=b"}}
    for _ in range(2):
        answer = Http(node.port).request("POST", link, **sent)
        assert answer.status == 200 and not answer.header("Set-Cookie") and "abgemeldet" in Page(answer).text
        assert preferences(node, token)["lists"] == ["digest"]
    assert acts(staff, email).count(("newsletter", "revoked")) == 1
    assert Http(node.port).request("POST", link.replace("newsletter", "digest"), **sent).status == 404, "the link is of one list"


# ---- the proof

def test_the_proof(node, mail, staff):
    email, token = reader(node, mail, ("newsletter",))
    row = contact(staff, email)
    events = proof(staff, row["id"])["events"]
    assert sorted((e["purpose"], e["act"]) for e in events) == [("mail", "confirmed"), ("mail", "requested"), ("newsletter", "confirmed"), ("newsletter", "requested")]
    wordings = {o["list"]: o["wording"] for o in node.http.get("/api/v1/mail/lists").expect(200).json["items"]}
    asking = next(m for m in ledger(node, staff, address=email) if m["kind"] == "confirm")
    for e in events:
        assert e["by"] == "citizen" and e["language"] == "de" and e["mail_id"] == asking["id"] and e["at"]
        assert hashlib.sha256(e["wording"].encode()).hexdigest() == e["wording_hash"]
        if e["purpose"] == "newsletter":
            assert e["wording"] == wordings["newsletter"]
    node.http.post(f"/api/v1/mail/preferences/{token}/leave", {"list": "newsletter"}).expect(200)
    after = proof(staff, row["id"])["events"]
    assert after[:4] == events and (after[4]["purpose"], after[4]["act"]) == ("newsletter", "revoked")
    with sqlite3.connect(node.data / "notifications.db") as db:
        for change in ("UPDATE consent SET at = 0", "DELETE FROM consent"):
            with pytest.raises(sqlite3.IntegrityError, match="append-only"):
                db.execute(change)
        db.rollback()


def test_a_forgotten_address_leaves_a_proof_without_it(node, mail, staff):
    sender = Sender(node, mail)
    sender.confirm()
    row = contact(staff, sender.address)
    node.http.delete(sender.path).expect(204)
    wait_until(lambda: not staff.http.get("/api/v1/staff/contacts", query={"address": sender.address, "state": "all"}).json["items"], 10, "forgotten")
    left = proof(staff, row["id"])
    assert "contact" not in left and [e["act"] for e in left["events"]] == ["requested", "confirmed"]
    assert sender.address not in str(left)


def test_addresses_nobody_comes_back_to_are_forgotten(node, mail, staff, clock):
    email = new_address()
    subscribe(node, email).expect(202)
    asked(mail, email)
    assert contact(staff, email)["state"] == "unconfirmed"
    clock.step(days=31)
    wait_until(lambda: not staff.http.get("/api/v1/staff/contacts", query={"address": email, "state": "all"}).json["items"], 10, "forgotten")
    with sqlite3.connect(node.data / "notifications.db") as db:
        assert db.execute("SELECT count(*) FROM contact WHERE folded = ?", (email,)).fetchone() == (0,)


# ---- staff

def bounce(maildir, message_id, status="5.1.1"):
    report = EmailMessage()
    report["From"], report["To"], report["Subject"] = "<MAILER-DAEMON@example.net>", "kosi@example.org", "Undelivered"
    text = (f"Content-Type: multipart/report; report-type=delivery-status; boundary=part\r\nMIME-Version: 1.0\r\n{report.as_string()}".strip() + "\r\n\r\n"
            f"--part\r\nContent-Type: text/plain\r\n\r\nSorry.\r\n--part\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mail.example.net\r\n\r\n"
            f"Final-Recipient: rfc822; x@example.net\r\nAction: failed\r\nStatus: {status}\r\n\r\n"
            f"--part\r\nContent-Type: message/rfc822\r\n\r\nMessage-ID: {message_id}\r\n\r\nx\r\n--part--\r\n")
    (maildir / "tmp" / "1.a.b").write_text(text)
    (maildir / "tmp" / "1.a.b").rename(maildir / "new" / f"1.{message_id[1:20]}.b")


def test_staff_see_suspended_addresses_and_release_them(node, mail, staff, maildir):
    sender = Sender(node, mail)
    got = sender.confirm()
    wait_until(lambda: ledger(node, staff, address=sender.address)[-1]["state"] == "sent", 10, "the ledger knows it was sent")
    told = node.http.post(f"/api/v1/mail/confirmations/{token_of(confirm_link(got))}", {}).expect(200).json["preferences_token"]
    bounce(maildir, got.id)
    row = wait_until(lambda: next((c for c in staff.http.get("/api/v1/staff/contacts").json["items"] if c["address"] == sender.address), None), 10, "suspended")
    assert row["state"] == "suspended" and row["suspended_why"] == "bounced" and row["suspended_at"]
    assert "schreiben wir zurzeit nicht" in Browser(node).open(PREFERENCES + told).text
    browser = Browser(node)
    browser.open("/intern/anmelden")
    browser.send(browser.form(field="password"), login="moderation", password=PASSWORD)
    listed = browser.open("/intern/kontakte")
    assert sender.address in listed.text and "Gesperrt (1)" in listed.text
    assert f"/intern/kontakte/{row['id']}" in listed.links
    one = browser.open(f"/intern/kontakte/{row['id']}")
    assert "Sprache Deutsch" in one.text and "Sprache Deutsch Prüfsumme des Wortlauts" in one.text
    assert "Nachweis der Einwilligungen" in one.text and "Einwilligung bestätigt: Mails an diese Adresse" in one.text
    released = browser.send(browser.form(action="/freigeben"))
    assert "schreiben wir zurzeit nicht" not in Browser(node).open(PREFERENCES + told).text
    assert "wieder frei" in released.text and not [f for f in released.forms if "freigeben" in f.action]
    assert contact(staff, sender.address)["state"] == "confirmed"
    staff.http.post(f"/api/v1/staff/contacts/{row['id']}/release", {}).expect(409, "illegal_state")
    found = browser.send(browser.open("/intern/kontakte") and browser.form(field="address"), address=sender.address.upper())
    assert sender.address in found.text and sender.address not in browser.path


def test_the_list_goes_on(node, staff):
    for _ in range(3):
        subscribe(node, new_address()).expect(202)
    seen, query = [], {"state": "unconfirmed", "page_size": 2}
    for _ in range(50):
        page = staff.http.get("/api/v1/staff/contacts", query=query).expect(200).json
        seen += [c["id"] for c in page["items"]]
        if "next_page_token" not in page:
            break
        query["page_token"] = page["next_page_token"]
    assert len(seen) == len(set(seen)) >= 3
    staff.http.get("/api/v1/staff/contacts", query={"state": "all", "page_token": query["page_token"]}).expect(400, "bad_page_token")
    node.http.get("/api/v1/staff/contacts").expect(401, "not_signed_in")
