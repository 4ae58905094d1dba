"""Is an entry still right? Its people are asked after a year; nobody answers: marked, then no longer shown; one click brings it back.

covers: registry.RefreshLook registry.Refresh registry.StaleEntries registry.ConfirmEntry
"""
import sqlite3

import pytest

from kosi_test import filled_form, wait_until
from kosi_test.browser import Browser
from kosi_test.clock import Clock
from kosi_test.mail_people import Sender, token_of
from kosi_test.mail_server import MailServer
from kosi_test.page import Page, path_of

STALE = "/api/v1/staff/entries/stale"


@pytest.fixture
def city(make_node, tmp_path):
    """A node, a clock, a mail server; and how an entry comes about there."""
    with MailServer() as mail:
        clock = Clock(tmp_path, "2027-02-01 10:00")
        node = make_node(environment=clock.environment, settings=mail.settings())
        yield City(node, clock, mail)


class City:
    def __init__(self, node, clock, mail):
        self.node, self.clock, self.mail, self.staff = node, clock, mail, None

    def entry(self):
        """(who sent it in and has confirmed the address, id of the entry)"""
        sender = Sender(self.node, self.mail)
        sender.confirm()
        entry_id = self.accept(sender.id)
        sender.wait_mail("/landschaft/")
        return sender, entry_id

    def status_page(self, sender, language="de"):
        path = "/einreichungen/" if language == "de" else "/en/submissions/"
        return Page(self.node.http.get(path + sender.made["token"]).expect(200))

    def accept(self, submission_id):
        entry_id = self.node.staff(language="de").decide(submission_id, "accept").expect(200).json["entry_id"]
        wait_until(lambda: self.get(entry_id).status == 200, 5, "the entry is shown", every=0.02)
        return entry_id

    def entry_of_nobody(self):
        """An entry of somebody who gave no address."""
        form = self.node.form()
        body = filled_form(form)
        body.pop("contact", None)
        return self.accept(self.node.http.post(f"/api/v1/forms/{form['slug']}/submissions", body).expect(201).json["id"])

    def suspend(self, address):
        """Its mails came back."""
        self.node.stop(graceful=True)
        with sqlite3.connect(self.node.data / "notifications.db") as database:
            assert database.execute("UPDATE contact SET state = 3, suspended_why = 'bounced', suspended_at = 0 WHERE address = ?", [address]).rowcount == 1
        database.close()
        self.node.start()

    def signed_in(self):
        """Who moderates; a session does not last for the days that a test steps over."""
        if self.staff is None or self.staff.http.get(STALE).status == 401:
            self.staff = self.node.staff(language="de")
        return self.staff

    def stale(self, **query):
        return self.signed_in().http.get(STALE, query=query).expect(200).json

    def why(self):
        return {item["id"]: (item["step"], item["people"]) for item in self.stale()["items"]}

    def get(self, entry_id):
        return self.node.http.get(f"/api/v1/entries/{entry_id}")

    def asked(self, sender, count=1):
        """The last of so many mails with a link to confirm the entry; that link's token."""
        found = self.mail.wait_for(lambda m: m.to == sender.address and any("/eintrag-bestaetigen/" in u for u in m.links()), count=count)
        mail = found[-1] if count > 1 else found
        return mail, token_of(mail.link("/eintrag-bestaetigen/"))

    def mails(self, sender):
        return len([m for m in self.mail.to(sender.address) if "/eintrag-bestaetigen/" in m.text])

    def look(self, token):
        return self.node.http.get(f"/api/v1/entries/refresh/{token}")


def test_a_year_and_one_click(city):
    older = city.entry_of_nobody()
    city.clock.step(days=3)
    sender, entry_id = city.entry()
    city.clock.step(days=364)
    wait_until(lambda: city.why() == {older: ("asked", "nobody")}, 10, "the older one is due, and no other", every=0.05)
    other, _ = city.entry()   # a year from now it is this one's turn
    assert city.mails(sender) == 0
    city.clock.step(days=2)
    mail, token = city.asked(sender)
    before = city.get(entry_id).json
    assert before["title"] in mail.text and "Erika" not in mail.text and mail.header("List-Unsubscribe") is None
    for address in (f"/eintrag-bestaetigen/{token}", f"/en/confirm-entry/{token}"):   # looking changes nothing
        answer = city.node.http.get(address).expect(200)
        page = Page(answer)
        assert before["title"] in page.text and answer.header("Cache-Control") == "no-store" and len(page.forms) == 1
    assert city.look(token).expect(200).json["due"] and city.get(entry_id).json["confirmed_at"] == before["confirmed_at"]
    sent = city.node.http.post(page.forms[0].action, form=[]).expect(303)
    thanks = Page(city.node.http.get(path_of(sent.header("Location"))).expect(200))
    assert "Thank you" in thanks.text and thanks.forms == []
    after = wait_until(lambda: (e := city.get(entry_id).json)["confirmed_at"] > before["confirmed_at"] and e, 5, "confirmed")
    assert after["version"] == before["version"] + 1 and not after.get("unconfirmed")
    assert not city.look(token).expect(200).json["due"]
    city.node.http.post(f"/api/v1/entries/refresh/{token}", {}).expect(200)   # once more: nothing happens
    assert city.get(entry_id).json["version"] == after["version"]
    city.clock.step(days=200)
    wait_until(lambda: city.why() == {older: ("marked", "nobody")}, 10, "the older one is marked, and no other is due", every=0.05)
    assert city.get(entry_id).status == 200 and not city.get(entry_id).json.get("unconfirmed")
    assert city.mails(sender) == 1 and city.mails(other) == 0


def test_nobody_answers(city):
    sender, entry_id = city.entry()
    title = city.get(entry_id).json["title"]
    city.clock.step(days=20)
    younger = city.entry_of_nobody()
    city.clock.step(days=346)
    city.asked(sender)
    city.clock.step(days=29)
    due = {entry_id: ("asked", "written"), younger: ("asked", "nobody")}
    wait_until(lambda: city.why() == due, 10, "the younger one is due, and none is marked", every=0.05)
    assert not city.get(entry_id).json.get("unconfirmed")
    city.clock.step(days=2)
    wait_until(lambda: city.get(entry_id).json.get("unconfirmed"), 10, "marked", every=0.05)
    page = city.node.http.get(f"/landschaft/{entry_id}").expect(200).text
    assert "lange niemand bestätigt" in page
    assert next(e for e in city.node.http.get("/api/v1/entries").json["items"] if e["id"] == entry_id)["unconfirmed"]
    city.asked(sender, 2)
    city.clock.step(days=181)
    wait_until(lambda: city.get(entry_id).status == 410, 10, "no longer shown", every=0.05)
    _, token = city.asked(sender, 3)
    for language, hidden in (("de", "wird zurzeit nicht gezeigt"), ("en", "is not shown at present")):
        status = city.status_page(sender, language)
        assert hidden in status.text and not [link for link in status.links if entry_id in link]
    assert title not in str(city.node.http.get("/api/v1/entries").json["items"])
    assert "zeigen wir zurzeit nicht" in Page(city.node.http.get(f"/eintrag-bestaetigen/{token}").expect(200)).text
    shown = city.node.http.post(f"/api/v1/entries/refresh/{token}", {}).expect(200).json
    assert not shown["due"] and not shown["archived"] and shown["entry"]["title"] == title
    entry = wait_until(lambda: (a := city.get(entry_id)).status == 200 and a.json, 5, "shown again")
    assert not entry.get("unconfirmed") and entry["title"] == title
    status = city.status_page(sender)
    assert "steht jetzt in der öffentlichen Landschaft" in status.text and f"/landschaft/{entry_id}" in status.links
    for mail in ("Frage, ob der Eintrag noch stimmt", "Erinnerung an die Frage", "Hinweis, dass der Eintrag nicht mehr öffentlich ist"):
        assert mail in status.text, "whoever sent it in sees what became of the mails about the entry"
    city.clock.step(days=300)
    wait_until(lambda: city.get(younger).status == 410, 10, "the younger one's turn", every=0.05)
    assert city.get(entry_id).status == 200 and city.mails(sender) == 3


def test_after_a_long_time_down(city):
    """Nobody is asked twice, and nothing is archived before its people had their time to answer."""
    sender, entry_id = city.entry()
    city.node.stop(graceful=True)
    city.clock.step(days=1000)
    city.node.start()
    city.asked(sender)
    assert city.get(entry_id).status == 200 and not city.get(entry_id).json.get("unconfirmed")
    city.clock.step(days=31)
    wait_until(lambda: city.get(entry_id).json.get("unconfirmed"), 10, "marked", every=0.05)
    city.asked(sender, 2)
    assert city.mails(sender) == 2


def test_what_was_withdrawn_does_not_come_back(city):
    sender, entry_id = city.entry()
    gone, gone_id = city.entry()
    city.clock.step(days=366)
    _, token = city.asked(sender)
    _, gone_token = city.asked(gone)
    city.node.http.post(f"{gone.path}/withdraw", {}).expect(200)
    wait_until(lambda: city.get(gone_id).status == 410, 5, "withdrawn", every=0.02)
    city.look(gone_token).expect(410, "gone")
    city.node.http.post(f"/api/v1/entries/refresh/{gone_token}", {}).expect(410, "gone")
    city.clock.step(days=31)
    city.asked(sender, 2)
    city.clock.step(days=181)
    wait_until(lambda: city.get(entry_id).status == 410, 10, "archived", every=0.05)
    city.node.http.delete(sender.path).expect(204)
    wait_until(lambda: city.look(token).status in (404, 410), 5, "erased", every=0.02)
    city.node.http.post(f"/api/v1/entries/refresh/{token}", {}).expect(410, "gone")
    assert city.mails(gone) == 1


def test_tokens_of_others_do_nothing(city):
    sender, _ = city.entry()
    status_token = sender.made["token"]
    for token in (status_token, "A" * 43, "x"):
        assert city.look(token).status in (404, 422), token
        assert city.node.http.post(f"/eintrag-bestaetigen/{token}", form=[]).status == 404
    assert Page(city.node.http.get(f"/eintrag-bestaetigen/{status_token}").expect(404)).language == "de"


# ---- what staff see of it

def test_whom_nobody_could_ask_is_told_before_it_vanishes(city):
    alone = city.entry_of_nobody()
    silent = Sender(city.node, city.mail)   # never confirmed the address
    silent_id = city.accept(silent.id)
    gone, gone_id = city.entry()
    city.clock.step(days=40)
    sender, entry_id = city.entry()
    assert city.stale() == {"items": [], "shown": 0, "archived": 0, "unasked": 0}
    city.suspend(gone.address)
    city.clock.step(days=327)
    first = {alone: ("asked", "nobody"), silent_id: ("asked", "unconfirmed"), gone_id: ("asked", "suspended")}
    wait_until(lambda: city.why() == first, 10, "three whose people can't be asked", every=0.05)
    city.clock.step(days=40)
    city.asked(sender)
    now = {i: ("marked", people) for i, (_, people) in first.items()} | {entry_id: ("asked", "written")}
    wait_until(lambda: city.why() == now, 10, "marked, and one is asked", every=0.05)
    listed = city.stale()
    assert (listed["shown"], listed["unasked"], listed["archived"]) == (4, 3, 0)
    assert [i["vanishes_at"] for i in listed["items"]] == sorted(i["vanishes_at"] for i in listed["items"])
    assert listed["items"][-1]["id"] == entry_id and city.get(alone).status == 200
    assert next(i for i in listed["items"] if i["id"] == gone_id)["submission_id"] == gone.id
    pages = [city.stale(page_size=3)]
    pages.append(city.stale(page_size=3, page_token=pages[0]["next_page_token"]))
    assert [i["id"] for page in pages for i in page["items"]] == [i["id"] for i in listed["items"]]
    city.signed_in().http.get(STALE, query={"page_token": "AAAA"}).expect(400, "bad_page_token")
    city.clock.step(days=181)
    wait_until(lambda: city.stale()["archived"] == 3, 10, "archived", every=0.05)
    last = city.stale()["items"]
    assert last[0]["id"] == entry_id and {i["id"] for i in last[1:]} == {alone, silent_id, gone_id}


def test_staff_confirm_an_entry(city):
    alone, other = city.entry_of_nobody(), city.entry_of_nobody()
    city.clock.step(days=366)
    wait_until(lambda: len(city.why()) == 2, 10, "both are due", every=0.05)
    staff = city.signed_in()
    path = f"/api/v1/staff/entries/{alone}/confirm"
    for http, status in ((city.node.http, 401), (city.node.staff("leitung", ("management",)).http, 403)):
        assert http.post(path, {}).status == status and http.get(STALE).status == status
    before = city.get(alone).json
    assert staff.http.post(path, {}).expect(200).json["due"] is False
    after = city.get(alone).json
    assert after["version"] == before["version"] + 1 and after["confirmed_at"] > before["confirmed_at"] and list(city.why()) == [other]
    staff.http.post(path, {}).expect(200)
    assert city.get(alone).json["version"] == after["version"]   # nothing more to confirm
    wait_until(lambda: any(a["method"] == "ConfirmEntry" for a in staff.http.get("/api/v1/staff/audit", query={"subject": alone}).expect(200).json["items"]), 10, "audited", every=0.05)
    staff.http.post("/api/v1/staff/entries/01890a5d-ac96-774b-bcce-b302099a8057/confirm", {}).expect(404, "not_found")


def test_staff_bring_an_archived_entry_back_on_the_page(city):
    entry_id = city.entry_of_nobody()
    title = city.get(entry_id).json["title"]
    for days, step in ((366, "asked"), (31, "marked"), (181, "archived")):
        city.clock.step(days=days)
        wait_until(lambda: city.why().get(entry_id) == (step, "nobody"), 10, step, every=0.05)
    assert city.get(entry_id).status == 410
    browser = Browser(city.node)
    browser.open("/intern/anmelden")
    browser.send(browser.form(field="login"), login="moderation", password=city.node.staff().password)
    assert "Entries not confirmed" in browser.open("/en/intern/").text
    for address, words in (("/en/intern/entries/check", "We could not ask anybody"), ("/intern/eintraege/pruefen", "Wir konnten niemanden fragen")):
        page = browser.open(address)
        assert title in page.text and words in page.text
    form = browser.form(field="id")
    assert "Der Eintrag ist bestätigt" in browser.send(form).text
    wait_until(lambda: city.get(entry_id).status == 200, 5, "shown again", every=0.02)
    assert city.why() == {}
