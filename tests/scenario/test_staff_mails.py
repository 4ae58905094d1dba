"""Mails to staff, as each wants them: new submissions at once or once a day, overdue ones once a day; nothing to who may not look.

covers: notifications.GetStaffMail notifications.SetStaffMail notifications.Confirm accounts.AccountChange accounts.Vouch
"""
import datetime
import sqlite3

import pytest

from kosi_test import filled_form, wait_until
from kosi_test.browser import Browser
from kosi_test.http import Http
from kosi_test.mail_people import confirm, is_confirmation, ledger, new_address
from kosi_test.node import PASSWORD

MORNING = 7   # staff_mail_hour


class Clock:
    """The node's wall time, set by the test."""

    def __init__(self, path):
        self.path, self.offset, self.stepped = path, datetime.timedelta(), None
        self.path.write_text("0")

    def now(self):
        return datetime.datetime.now(datetime.timezone.utc) + self.offset

    def step_to(self, when):
        self.offset += when - self.now()
        self.stepped = when
        self.path.write_text(str(int(self.offset.total_seconds() * 1_000_000)))

    def step_to_hour(self, hour, minutes=2):
        """Of the next day on which this is later than now, in the city (an hour or two ahead of UTC)."""
        local = self.now() + datetime.timedelta(hours=1)
        target = local.replace(hour=hour, minute=minutes, second=0, microsecond=0)
        target += datetime.timedelta(days=1) if target <= local else datetime.timedelta()
        self.step_to(target - datetime.timedelta(hours=1))


@pytest.fixture
def clock(tmp_path):
    """Winter, so that the city is an hour ahead; noon, so that the day's summaries have been."""
    clock = Clock(tmp_path / "clock")
    winter = clock.now().replace(month=1, day=14, hour=11, minute=0)
    clock.step_to(winter.replace(year=winter.year + 1) if winter < clock.now() else winter)
    return clock


@pytest.fixture
def node(make_node, mail, clock):
    return make_node(settings=mail.settings(), environment={"KOSI_TEST_CLOCK": str(clock.path)})


class Moderator:
    """A member of staff with settings of their own. Sessions end while the clock is stepped: each visit signs in."""

    def __init__(self, node, mail, login, *roles):
        self.node, self.mail, self.login = node, mail, login
        self.address = new_address(login)
        node.user_add(login, *(roles or ("moderator",)))

    @property
    def http(self):
        http = Http(self.node.port)
        http.token = http.post("/api/v1/session", {"login": self.login, "password": PASSWORD}).expect(200).json["token"]
        return http

    def set(self, **settings):
        return self.http.request("PUT", "/api/v1/session/mail", {"email": self.address, "password": PASSWORD, **settings})

    def confirm(self):
        asked = self.mail.wait_for(lambda m: m.to == self.address and any(is_confirmation(u) for u in m.links()))
        confirm(self.node, next(u for u in asked.links() if is_confirmation(u)))
        return self

    def mails(self, part):
        return [m for m in self.mail.to(self.address) if part in m.text]

    def wait(self, part, count=1):
        wait_until(lambda: len(self.mails(part)) >= count, 40, f"{count} mail(s) with {part}")
        return self.mails(part)[-1]


def submit(node):
    """Sent in, and known to the service that writes the mails."""
    form = node.form()
    made = node.http.post(f"/api/v1/forms/{form['slug']}/submissions", filled_form(form)).expect(201).json

    wait_until(lambda: read(node, "SELECT 1 FROM matter WHERE id = ?", made["id"]), 5, "known")
    return made


def read(node, sql, *values):
    with sqlite3.connect(f"file:{node.data}/notifications.db?mode=ro", uri=True) as db:
        return db.execute(sql, values).fetchall()


def test_one_s_own_settings(node, mail):
    anna = Moderator(node, mail, "anna")
    before = anna.http.get("/api/v1/session/mail").expect(200).json
    assert before["new_submissions"] == "none" and not before["overdue"] and not before["confirmed"] and "email" not in before
    refused = anna.http.request("PUT", "/api/v1/session/mail", {"new_submissions": "daily"})
    assert refused.status == 422 and refused.json["errors"][0]["field"] == "email"
    assert anna.set(new_submissions="hourly").json["errors"][0]["code"] == "not_an_option"
    after = anna.set(new_submissions="at_once", overdue=True, language="en").expect(200).json
    assert (after["email"], after["new_submissions"], after["overdue"], after["language"]) == (anna.address, "at_once", True, "en")
    assert not after["confirmed"]
    assert anna.set(new_submissions="at_once", confirmed=True).expect(200).json["confirmed"] is False, "that is its reader's to say"
    anna.confirm()
    assert anna.http.get("/api/v1/session/mail").json["confirmed"]
    assert len(mail.to(anna.address)) == 1, "saved twice, asked once"
    off = anna.http.request("PUT", "/api/v1/session/mail", {"password": PASSWORD}).expect(200).json
    assert "email" not in off and off["new_submissions"] == "none"
    assert node.http.request("PUT", "/api/v1/session/mail", {}).status == 401


def test_another_address_needs_the_password(node, mail):
    """Whoever reads it can get a new password: an unlocked desk or a stolen session is not enough."""
    anna, thief = Moderator(node, mail, "anna"), new_address("thief")

    def put(**settings):
        return http.request("PUT", "/api/v1/session/mail", settings)

    http = anna.http
    assert put(email=anna.address).expect(422, "validation").faults == {"password": "required"}, "the first one, too"
    put(email=anna.address, password=PASSWORD).expect(200)
    anna.confirm()
    assert put(email=thief).expect(422, "validation").faults == {"password": "required"}
    assert put(email=thief, password="falsches-passwort").expect(422, "validation").faults == {"password": "not_accepted"}
    assert put().expect(422, "validation").faults == {"password": "required"}, "to be without one is a change"
    rest = put(email=anna.address.upper(), new_submissions="at_once", language="en").expect(200).json
    assert rest["confirmed"] and rest["language"] == "en" and "password" not in rest, "all else needs none"
    assert [m for m in ledger(node) if m["address"] == thief] == []
    elsewhere = new_address("elsewhere")
    put(email=elsewhere, password=PASSWORD).expect(200)
    put(email=anna.address, password=PASSWORD).expect(200)   # and back: nothing takes the notice along
    told = anna.wait("Was it not you?")
    assert anna.login in told.text and elsewhere not in told.text
    assert "staff-address" not in [m["kind"] for m in ledger(node, address=elsewhere)], "its reader never said that it is theirs"


def test_guessing_the_password_is_slowed_down(node, mail):
    anna = Moderator(node, mail, "anna")
    http = anna.http
    answers = [http.request("PUT", "/api/v1/session/mail", {"email": anna.address, "password": f"geraten-{i}"}) for i in range(7)]
    assert [a.status for a in answers[:5]] == [422] * 5 and answers[-1].status == 429 and int(answers[-1].headers["Retry-After"]) >= 1


def test_each_new_submission_at_once_to_who_may_look(node, mail):
    anna, ben, carla = Moderator(node, mail, "anna"), Moderator(node, mail, "ben"), Moderator(node, mail, "carla", "event_office")
    admin = Moderator(node, mail, "admin", "admin")
    anna.set(new_submissions="at_once").expect(200)
    ben.set(new_submissions="at_once", language="en").expect(200)
    carla.set(new_submissions="at_once").expect(200)
    quiet = Moderator(node, mail, "quiet")
    quiet.set(new_submissions="at_once").expect(200)   # and never confirms
    for person in (anna, ben, carla):
        person.confirm()
    made = submit(node)
    german, english = anna.wait(made["receipt"]), ben.wait(made["receipt"])
    assert german.link("/intern/einreichungen/").endswith(made["id"]) and "/en/intern/submissions/" in english.link(made["id"])
    assert "Erika" not in german.text and "@" not in german.text.replace(anna.address, "")
    wait_until(lambda: all(m["state"] == "sent" for m in ledger(node, kind="staff-new")), 10, "told")
    assert {m["address"] for m in ledger(node, kind="staff-new")} == {anna.address, ben.address}
    disable(admin, "ben")
    second = submit(node)
    anna.wait(second["receipt"])
    assert len(ledger(node, kind="staff-new")) == 2 + 1 and ben.mails(second["receipt"]) == []


def disable(admin, login):
    """And known to the service that writes the mails: it hears of it by another log than of submissions."""
    http = admin.http
    account = next(a for a in http.get("/api/v1/staff/accounts", query={"q": login}).expect(200).json["items"] if a["login"] == login)
    http.request("PUT", f"/api/v1/staff/accounts/{account['id']}", {"roles": account["roles"], "disabled": True},
                 headers={"If-Match": f"\"{account['version']}\""}).expect(200)
    wait_until(lambda: read(admin.node, "SELECT disabled FROM staff WHERE login = ?", login) == [(1,)], 10, "known")


def test_of_who_is_disabled_no_address_is_kept(node, mail):
    ben, admin = Moderator(node, mail, "ben"), Moderator(node, mail, "admin", "admin")
    ben.set(new_submissions="at_once").expect(200)
    ben.confirm()

    def kept():
        with sqlite3.connect(f"file:{node.data}/notifications.db?mode=ro", uri=True) as db:
            return (db.execute("SELECT contact, new_submissions, proven, disabled FROM staff WHERE login = 'ben'").fetchone(),
                    db.execute("SELECT count(*) FROM contact WHERE address = ?", (ben.address,)).fetchone()[0])
    assert kept()[1] == 1
    disable(admin, "ben")
    wait_until(lambda: kept() == ((None, "none", 0, 1), 0), 10, "nothing leads to it")
    assert "address" not in ledger(node, kind="confirm")[0]


def test_a_day_s_submissions_in_one_mail(node, mail, clock):
    anna, ben = Moderator(node, mail, "anna"), Moderator(node, mail, "ben")
    anna.set(new_submissions="daily").expect(200)
    ben.set(new_submissions="none", overdue=True).expect(200)
    anna.confirm()
    ben.confirm()
    wait_until(lambda: summaries_are_done(node, clock), 10, "this day's summaries have been")
    made = [submit(node) for _ in range(3)]
    http = anna.http
    for one in made[:2]:
        http.post(f"/api/v1/staff/submissions/{one['id']}/decision", {"decision": "take"}).expect(200)
    http.post(f"/api/v1/staff/submissions/{made[0]['id']}/decision", {"decision": "reject", "reason": "outside-city"}).expect(200)
    wait_until(lambda: any(m["kind"] == "rejected" for m in ledger(node, anna, subject_id=made[0]["id"])), 5, "the decision is known")
    clock.step_to_hour(MORNING)
    got = anna.wait("/intern/einreichungen")
    assert "2" in got.subject, "those that are still undecided"
    clock.step_to_hour(MORNING)
    wait_until(lambda: summaries_are_done(node, clock), 40, "a day without anything new")
    assert len(ledger(node, anna, kind="staff-daily")) == 1, "a day without anything new has no mail"
    submit(node)
    clock.step_to_hour(MORNING)
    anna.wait("/intern/einreichungen", count=2)
    assert "1" in anna.mails("/intern/einreichungen")[1].subject
    assert {m["address"] for m in ledger(node, anna, kind="staff-daily") + ledger(node, anna, kind="staff-overdue")} == {anna.address}


def test_what_waits_too_long_is_told_every_day_until_it_is_decided(node, mail, clock):
    anna, told = Moderator(node, mail, "anna"), "Länger als 14 Tage offen: 1"
    anna.set(overdue=True).expect(200)
    anna.confirm()
    made = submit(node)
    for _ in range(2):
        clock.step_to_hour(MORNING)
    clock.step_to(clock.now() + datetime.timedelta(days=14))
    anna.wait(told)
    clock.step_to_hour(MORNING)
    anna.wait(told, count=2)
    anna.http.post(f"/api/v1/staff/submissions/{made['id']}/decision", {"decision": "reject", "reason": "outside-city"}).expect(200)
    wait_until(lambda: ledger_is_quiet(anna), 10, "sent")
    clock.step_to_hour(MORNING)
    submit(node)
    wait_until(lambda: summaries_are_done(node, clock), 40, "the next day's round")
    assert len(ledger(node, anna, kind="staff-overdue")) == len(anna.mails(told)) == 2


def ledger_is_quiet(person):
    return all(m["state"] in ("sent", "waiting", "cancelled") for m in person.http.get("/api/v1/staff/mails").expect(200).json["items"])


def summaries_are_done(node, clock):
    """Those of the moment that the clock was stepped to."""
    return read(node, "SELECT 1 FROM round WHERE name = 'staff' AND cursor = -1 AND until >= ?", int(clock.stepped.timestamp() * 1e6))


def test_a_summary_that_came_due_while_the_node_was_down(node, mail, clock):
    anna = Moderator(node, mail, "anna")
    anna.set(new_submissions="daily").expect(200)
    anna.confirm()
    wait_until(lambda: summaries_are_done(node, clock), 10, "this day's summaries have been")
    submit(node)
    node.stop(graceful=True)
    clock.step_to_hour(MORNING + 3)
    node.start()
    assert "1" in anna.wait("/intern/einreichungen").subject


def test_the_page(node, mail):
    Moderator(node, mail, "anna")
    browser, address = Browser(node), new_address("anna")
    browser.open("/intern/anmelden")
    browser.send(browser.form(field="password"), login="anna", password=PASSWORD)
    browser.open("/intern/konto")
    assert "/intern/konto/mails" in browser.answer.text
    browser.open("/intern/konto/mails")
    page = browser.send(browser.form(field="email"), status=422, new_submissions="at_once", email="")
    assert "Geben Sie die Adresse an" in page.text
    page = browser.send(browser.form(field="email"), status=422, email=address, new_submissions="at_once", overdue="yes")
    assert "Geben Sie Ihr Passwort ein" in page.text and address in browser.answer.text
    page = browser.send(browser.form(field="email"), status=422, email=address, password="falsches-passwort", overdue="yes")
    assert "Das Passwort stimmt nicht" in page.text and address in browser.answer.text and "falsches-passwort" not in browser.answer.text
    page = browser.send(browser.form(field="email"), email=address, password=PASSWORD, new_submissions="at_once", overdue="yes")
    assert "Gespeichert" in page.text and "noch nicht bestätigt" in page.text
    asked = mail.wait_for(lambda m: m.to == address)
    confirm(node, next(u for u in asked.links() if is_confirmation(u)))
    page = browser.open("/intern/konto/mails")
    assert "noch nicht bestätigt" not in page.text and address in browser.answer.text
    made = submit(node)
    mail.wait_for(lambda m: m.to == address and made["receipt"] in m.text)
