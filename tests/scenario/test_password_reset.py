"""A forgotten password: a link to a confirmed address and nowhere else; it opens the account once, for an hour, and tells nobody who has
an account.

covers: accounts.ResetAsk accounts.ResetFinish
"""
import pytest

from kosi_test import wait_until
from kosi_test.browser import Browser
from kosi_test.fixtures import session_node
from kosi_test.http import Http
from kosi_test.mail_people import confirm, is_confirmation, ledger, new_address, token_of
from kosi_test.node import PASSWORD
from test_staff_accounts import totp

NEW = "ein-ganz-neues-passwort"


@pytest.fixture(scope="module")
def clock(tmp_path_factory):
    path = tmp_path_factory.mktemp("clock") / "offset"
    path.write_text("0")
    return path


@pytest.fixture(scope="module")
def node(mail, clock):
    yield from session_node("dortmund", settings=mail.settings(), environment={"KOSI_TEST_CLOCK": str(clock)})


@pytest.fixture(autouse=True)
def now(clock):
    """Each test begins a day after the one before, so that asking is not rationed by another's."""
    clock.write_text(str(int(clock.read_text()) + 2 * 24 * 3600 * 1_000_000))


def later(clock, minutes):
    clock.write_text(str(int(clock.read_text()) + minutes * 60 * 1_000_000))


def sign_in(node, login, password, **more):
    return node.http.post("/api/v1/session", {"login": login, "password": password, **more})


class Person:
    def __init__(self, node, mail, confirmed=True):
        self.node, self.mail = node, mail
        self.login, self.address = new_address("anna").split("@")[0], new_address("anna")
        node.user_add(self.login, "moderator")
        self.http = Http(node.port)
        self.http.token = sign_in(node, self.login, PASSWORD).expect(200).json["token"]
        self.http.request("PUT", "/api/v1/session/mail", {"email": self.address, "password": PASSWORD}).expect(200)
        asked = mail.wait_for(lambda m: m.to == self.address)
        if confirmed:
            confirm(node, next(u for u in asked.links() if is_confirmation(u)))

    def links(self):
        return [m.link("/intern/neues-passwort/") for m in self.mail.to(self.address) if "/intern/neues-passwort/" in m.text]

    def wait_link(self, count=1):
        wait_until(lambda: len(self.links()) >= count, 10, f"{count} link(s)")
        return self.links()[-1]

    def ask(self):
        return self.node.http.post("/api/v1/password-resets", {"login": self.login}).expect(202)

    def finish(self, link, password=NEW):
        return self.node.http.post(f"/api/v1/password-resets/{token_of(link)}", {"new_password": password})


@pytest.fixture
def anna(node, mail):
    return Person(node, mail)


def test_a_link_by_mail_opens_the_account_once(node, anna):
    assert anna.ask().json == {"asked": True}
    link = anna.wait_link()
    assert anna.login in anna.mail.to(anna.address)[-1].text
    anna.finish(link).expect(204)
    sign_in(node, anna.login, NEW).expect(200)
    assert sign_in(node, anna.login, PASSWORD).status == 401
    assert anna.http.get("/api/v1/session").status == 401, "all sessions have ended"
    assert anna.finish(link, "noch-ein-anderes-passwort").status == 410, "a link serves once"
    sign_in(node, anna.login, NEW).expect(200)
    admin = node.staff("verwaltung", ("admin",))

    def audited():
        items = admin.http.get("/api/v1/staff/audit", query={"actor": anna.login}).expect(200).json["items"]
        return [i for i in items if i["method"] == "ResetFinish"]
    wait_until(audited, 5, "the audit")


def test_the_answer_does_not_tell_who_has_an_account(node, anna):
    known = anna.ask()
    unknown = node.http.post("/api/v1/password-resets", {"login": "niemand"}).expect(202)
    assert known.json == unknown.json and sorted(known.headers) == sorted(unknown.headers)


def test_no_link_to_an_address_that_somebody_else_confirmed(node, mail, anna):
    """A slip of the pen makes a stranger's address one's own: its reader must say yes to that, or could open the account."""
    ben = Person(node, mail)
    set_to = ben.http.request("PUT", "/api/v1/session/mail", {"email": anna.address, "new_submissions": "at_once", "password": PASSWORD}).expect(200).json
    assert not set_to["confirmed"], "and it is not told that somebody has confirmed it"
    before = len(mail.to(anna.address))
    told = node.log_text().count("reset_without_address")
    ben.ask()
    wait_until(lambda: node.log_text().count("reset_without_address") > told, 5, "not told")
    asked = mail.wait_for(lambda m: m.to == anna.address and any(is_confirmation(u) for u in m.links()), count=2)[-1]
    assert len(anna.links()) == 0 and len(mail.to(anna.address)) <= before + 1
    link = next(u for u in asked.links() if is_confirmation(u))
    assert not node.http.get(f"/api/v1/mail/confirmations/{token_of(link)}").expect(200).json["confirmed"], "there is something to say yes to"
    confirm(node, link)
    assert ben.http.get("/api/v1/session/mail").json["confirmed"]


def test_no_link_to_an_address_that_is_not_confirmed(node, mail):
    ben = Person(node, mail, confirmed=False)
    told = node.log_text().count("reset_without_address")
    ben.ask()
    wait_until(lambda: node.log_text().count("reset_without_address") > told, 5, "not told")
    assert [m for m in ledger(node, address=ben.address) if m["kind"] == "password-reset"] == []


def test_an_hour_long(node, anna, clock):
    anna.ask()
    link = anna.wait_link()
    later(clock, 61)
    assert wait_until(lambda: anna.finish(link).status == 410, 5, "too old")
    sign_in(node, anna.login, PASSWORD).expect(200)


def test_only_the_newest_link_and_not_too_many(node, anna, clock):
    anna.ask()
    first = anna.wait_link()
    anna.ask()
    later(clock, 11)
    again = lambda: node.http.post("/api/v1/password-resets", {"login": anna.login}).status in (202, 429)   # slowed down: a mail takes longer than a try
    wait_until(lambda: again() and len(anna.links()) == 2, 15, "a second link after some minutes", every=0.2)
    assert anna.finish(first).status == 410
    anna.finish(anna.wait_link(2)).expect(204)
    assert len(anna.links()) == 2


def test_a_password_that_was_changed_meanwhile_ends_the_link(node, anna):
    anna.ask()
    link = anna.wait_link()
    anna.http.post("/api/v1/session/password", {"password": PASSWORD, "new_password": "selbst-geändert-inzwischen"}).expect(204)
    assert anna.finish(link).status == 410
    sign_in(node, anna.login, "selbst-geändert-inzwischen").expect(200)


def test_links_that_are_none(node, anna):
    anna.ask()
    token = token_of(anna.wait_link())
    forged = token[:-1] + ("A" if token[-1] != "A" else "B")
    for other in (forged, "A" * len(token), "x"):
        assert anna.finish("/" + other).status in (404, 422), other
    refused = anna.finish("/" + token, "kurz")
    assert refused.status == 422 and refused.json["errors"][0]["field"] == "new_password"
    assert anna.finish("/" + token, PASSWORD).json["errors"][0]["code"] == "not_accepted", "not the present one"
    anna.finish("/" + token).expect(204)


def test_a_second_factor_stays(node, anna, clock):
    secret = anna.http.post("/api/v1/session/otp", {"password": PASSWORD}).expect(200).json["secret"]
    offset = int(clock.read_text()) // 30_000_000
    anna.http.post("/api/v1/session/otp/confirm", {"otp": totp(secret, offset)}).expect(200)
    anna.ask()
    anna.finish(anna.wait_link()).expect(204)
    refused = sign_in(node, anna.login, NEW)
    assert refused.status == 422 and refused.json["errors"][0]["field"] == "otp"


def test_a_disabled_account_gets_no_link(node, mail, anna):
    ben = Person(node, mail)
    admin = node.client()
    node.user_add(login := new_address("chef").split("@")[0], "admin")
    admin.token = sign_in(node, login, PASSWORD).expect(200).json["token"]
    account = admin.get("/api/v1/staff/accounts", query={"q": anna.login}).expect(200).json["items"][0]
    admin.request("PUT", f"/api/v1/staff/accounts/{account['id']}", {"roles": account["roles"], "disabled": True},
                  headers={"If-Match": f"\"{account['version']}\""}).expect(200)
    anna.ask()
    asked = node.http.post("/api/v1/password-resets", {"login": "niemand"}).expect(202)
    assert asked.json == {"asked": True}
    ben.ask()
    ben.wait_link()   # what was asked for before has had its effect
    assert [m for m in ledger(node, ben, address=anna.address) if m["kind"] == "password-reset"] == [] and anna.links() == []


def test_asking_again_and_again_is_slowed_down(node):
    answers = [node.http.post("/api/v1/password-resets", {"login": "opfer"}) for _ in range(8)]
    assert answers[0].status == 202 and answers[-1].status == 429
    assert int(answers[-1].header("Retry-After")) >= 1


def test_the_pages(node, anna):
    browser = Browser(node)
    browser.open("/intern/anmelden")
    assert "/intern/passwort-vergessen" in browser.answer.text
    browser.open("/intern/passwort-vergessen")
    page = browser.send(browser.form(field="login"), status=422, login="")
    assert page.forms
    page = browser.send(browser.form(field="login"), login=anna.login)
    assert "in wenigen Minuten" in page.text
    path = "/" + anna.wait_link().split("/", 3)[3]
    browser.open(path)
    assert browser.answer.header("Referrer-Policy") == "no-referrer" and "no-store" in browser.answer.header("Cache-Control")
    browser.send(browser.form(field="new_password"), status=422, new_password="kurz")
    page = browser.send(browser.form(field="new_password"), new_password=NEW)
    assert "neues Passwort gilt" in page.text
    browser.send(browser.form(field="password"), login=anna.login, password=NEW)
    browser.open(path)
    page = browser.send(browser.form(field="new_password"), status=410, new_password="noch-ein-anderes-passwort")
    assert "gilt nicht mehr" in page.text and browser.form(field="login")
