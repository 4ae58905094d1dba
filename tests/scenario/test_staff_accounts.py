"""Staff accounts: a second factor, passwords that serve once, administration, sessions, waiting after wrong passwords; API and pages.

covers: accounts.SignInStep accounts.NewPassword accounts.OtpBegin accounts.OtpConfirm accounts.OtpCodes accounts.OtpRemove
covers: accounts.Sessions accounts.SessionEnd accounts.Accounts accounts.Account accounts.AccountAdd accounts.AccountChange
covers: accounts.AccountReset accounts.AccountOtpRemove accounts.AccountSessions accounts.AccountSessionEnd accounts.AccountSessionsEnd
"""
import base64
import hashlib
import hmac
import re
import struct
import time
import urllib.parse

import pytest

from kosi_test import unique_title, wait_until
from kosi_test.browser import Browser
from kosi_test.http import Http
from kosi_test.node import PASSWORD

OWN = "ganz-neues-passwort-1"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"


def totp(secret, steps=0):
    """RFC 6238, written anew: SHA-1, 30 seconds, six digits."""
    key, counter = base64.b32decode(secret + "=" * (-len(secret) % 8)), int(time.time()) // 30 + steps
    digest = hmac.new(key, struct.pack(">Q", counter), hashlib.sha1).digest()
    at = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[at:at + 4])[0] & 0x7FFFFFFF) % 10**6:06d}"


def new_login(name="anna"):
    return f"{name}-" + unique_title("").strip().lower()


def sign_in(node, login, password=PASSWORD, **more):
    return node.http.post("/api/v1/session", {"login": login, "password": password, **more})


class Person:
    """Somebody signed in over the API."""

    def __init__(self, node, login, password=PASSWORD, **more):
        self.login, self.http = login, Http(node.port)
        self.http.token = sign_in(node, login, password, **more).expect(200).json["token"]

    def enrol(self):
        secret = self.http.post("/api/v1/session/otp", {"password": PASSWORD}).expect(200).json["secret"]
        codes = self.http.post("/api/v1/session/otp/confirm", {"otp": totp(secret)}).expect(200).json["codes"]
        return secret, codes


@pytest.fixture
def anna(dortmund):
    login = new_login()
    dortmund.user_add(login, "moderator")
    return Person(dortmund, login)


@pytest.fixture
def admin(dortmund):
    login = new_login("chefin")
    dortmund.user_add(login, "admin")
    return Person(dortmund, login)


def account_of(admin, login):
    items = admin.http.get("/api/v1/staff/accounts", query={"q": login}).expect(200).json["items"]
    return next(i for i in items if i["login"] == login)


# ---- second factor


def test_a_second_factor_from_its_secret_to_its_end(dortmund, anna):
    wrong = anna.http.post("/api/v1/session/otp", {"password": "falsch-falsch"}).expect(422, "validation")
    assert wrong.faults == {"password": "not_accepted"} and wrong.json["errors"][0]["message"] == "Das Passwort stimmt nicht."
    anna.http.post("/api/v1/session/otp/confirm", {"otp": "123456"}).expect(409, "illegal_state")
    begun = anna.http.post("/api/v1/session/otp", {"password": PASSWORD}).expect(200).json
    assert set(begun) == {"secret", "uri"}
    uri = urllib.parse.urlsplit(begun["uri"])
    assert (uri.scheme, uri.netloc) == ("otpauth", "totp") and urllib.parse.parse_qs(uri.query)["secret"] == [begun["secret"]]
    sign_in(dortmund, anna.login).expect(200)   # not before it is confirmed
    assert anna.http.post("/api/v1/session/otp/confirm", {"otp": "000000"}).expect(422, "validation").faults == {"otp": "not_accepted"}
    codes = anna.http.post("/api/v1/session/otp/confirm", {"otp": totp(begun["secret"])}).expect(200).json["codes"]
    assert len(set(codes)) == 10
    assert sign_in(dortmund, anna.login).expect(422, "validation").faults == {"otp": "required"}
    assert sign_in(dortmund, anna.login, otp="000000").expect(422, "validation").faults == {"otp": "not_accepted"}
    sign_in(dortmund, anna.login, otp=totp(begun["secret"], 1)).expect(200)
    shown = anna.http.get("/api/v1/session").expect(200).json
    assert shown["second_factor"] and shown["recovery_codes_left"] == 10
    anna.http.post("/api/v1/session/otp/remove", {"password": PASSWORD}).expect(204)
    sign_in(dortmund, anna.login).expect(200)
    anna.http.post("/api/v1/session/otp/remove", {"password": PASSWORD}).expect(409, "illegal_state")


def test_each_code_serves_once(dortmund, anna):
    secret, codes = anna.enrol()
    code = totp(secret, 1)
    sign_in(dortmund, anna.login, otp=code).expect(200)
    assert sign_in(dortmund, anna.login, otp=code).expect(422, "validation").faults == {"otp": "not_accepted"}
    spoken = codes[3].upper().replace("-", " ").replace("0", "O").replace("1", "l")
    person = Person(dortmund, anna.login, otp=spoken)
    assert sign_in(dortmund, anna.login, otp=codes[3]).expect(422, "validation").faults == {"otp": "not_accepted"}
    assert person.http.get("/api/v1/session").json["recovery_codes_left"] == 9
    fresh = person.http.post("/api/v1/session/otp/codes", {"password": PASSWORD}).expect(200).json["codes"]
    assert len(fresh) == 10 and not set(fresh) & set(codes)
    assert sign_in(dortmund, anna.login, otp=codes[4]).expect(422, "validation").faults == {"otp": "not_accepted"}
    sign_in(dortmund, anna.login, otp=fresh[4]).expect(200)


def test_an_administrator_helps_who_lost_the_device(dortmund, anna, admin):
    anna.enrol()
    one = account_of(admin, anna.login)
    assert one["second_factor"]
    admin.http.delete(f"/api/v1/staff/accounts/{one['id']}/otp").expect(204)
    admin.http.delete(f"/api/v1/staff/accounts/{one['id']}/otp").expect(409, "illegal_state")
    sign_in(dortmund, anna.login).expect(200)


def test_the_factor_outlives_a_restart_and_no_secret_is_stored(fresh):
    login = new_login()
    fresh.user_add(login, "moderator")
    secret, codes = Person(fresh, login).enrol()
    fresh.kill("accounts-1")
    wait_until(lambda: sign_in(fresh, login, otp=codes[0]).status == 200, 10, "accounts again", every=0.2)
    raw = base64.b32decode(secret + "=" * (-len(secret) % 8))
    for file in fresh.data.glob("accounts.db*"):
        kept = file.read_bytes()
        assert raw not in kept and secret.encode() not in kept and codes[1].encode() not in kept


# ---- passwords


def test_a_new_password_ends_the_other_sessions(dortmund, anna):
    other = Person(dortmund, anna.login)
    change = "/api/v1/session/password"
    assert anna.http.post(change, {"password": "falsch-falsch", "new_password": OWN}).expect(422, "validation").faults == {"password": "not_accepted"}
    assert anna.http.post(change, {"password": PASSWORD, "new_password": PASSWORD}).expect(422, "validation").faults == {"new_password": "not_accepted"}
    assert anna.http.post(change, {"password": PASSWORD, "new_password": "kurz"}).expect(422, "validation").faults == {"new_password": "too_short"}
    anna.http.post(change, {"password": PASSWORD, "new_password": OWN}).expect(204)
    anna.http.get("/api/v1/session").expect(200)
    other.http.get("/api/v1/session").expect(401, "not_signed_in")
    sign_in(dortmund, anna.login).expect(401, "not_signed_in")
    sign_in(dortmund, anna.login, OWN).expect(200)


def test_a_reset_password_serves_for_one_sign_in(dortmund, anna, admin):
    one = account_of(admin, anna.login)
    address = f"/api/v1/staff/accounts/{one['id']}/password"
    told = admin.http.post(address, key="reset-" + anna.login).expect(200).json
    again = admin.http.post(address, key="reset-" + anna.login).expect(200)
    assert again.json == told and again.header("Idempotency-Replayed") == "true"
    anna.http.get("/api/v1/session").expect(401, "not_signed_in")
    sign_in(dortmund, anna.login).expect(401, "not_signed_in")
    once = told["password"]
    assert sign_in(dortmund, anna.login, once).expect(422, "validation").faults == {"new_password": "required"}
    assert sign_in(dortmund, anna.login, once, new_password=once).expect(422, "validation").faults == {"new_password": "not_accepted"}
    assert account_of(admin, anna.login)["one_time_password"]
    sign_in(dortmund, anna.login, once, new_password=OWN).expect(200)
    sign_in(dortmund, anna.login, once, new_password=OWN + "x").expect(401, "not_signed_in")
    sign_in(dortmund, anna.login, OWN).expect(200)
    assert not account_of(admin, anna.login)["one_time_password"]
    own = account_of(admin, admin.login)
    admin.http.post(f"/api/v1/staff/accounts/{own['id']}/password").expect(409, "illegal_state")


# ---- administration


def test_an_account_from_adding_to_disabling(dortmund, admin):
    login = new_login("neu")
    made = admin.http.post("/api/v1/staff/accounts", {"login": login, "roles": ["moderator"]}).expect(201)
    address = "/api/v1/staff/accounts/" + made.json["id"]
    assert made.header("Location").endswith(address)
    admin.http.post("/api/v1/staff/accounts", {"login": login, "roles": ["moderator"]}).expect(422, "validation")
    assert admin.http.post("/api/v1/staff/accounts", {"login": login, "roles": ["chef"]}).expect(422, "validation").faults == {"roles": "not_an_option"}
    person = Person(dortmund, login, made.json["password"], new_password=OWN)
    person.http.get("/api/v1/staff/submissions").expect(200)
    shown = admin.http.get(address).expect(200)
    change = {"roles": ["management"]}
    admin.http.request("PUT", address, json_body=change).expect(428, "if_match_required")
    tag = {"If-Match": shown.header("ETag")}
    after = admin.http.request("PUT", address, json_body=change, headers=tag).expect(200).json
    assert after["roles"] == ["management"] and not after["disabled"]
    admin.http.request("PUT", address, json_body=change, headers=tag).expect(412, "changed_meanwhile")
    person.http.get("/api/v1/staff/submissions").expect(403, "role_missing")
    tag = {"If-Match": f'"{after["version"]}"'}
    after = admin.http.request("PUT", address, json_body={**change, "disabled": True}, headers=tag).expect(200).json
    person.http.get("/api/v1/session").expect(401, "not_signed_in")
    sign_in(dortmund, login, OWN).expect(401, "not_signed_in")
    tag = {"If-Match": f'"{after["version"]}"'}
    admin.http.request("PUT", address, json_body={**change, "disabled": False}, headers=tag).expect(200)
    sign_in(dortmund, login, OWN).expect(200)


def test_nobody_locks_themselves_out_and_one_administrator_stays(fresh):
    for name in ("erste", "zweite"):
        fresh.user_add(name, "admin", "moderator")
    first, second = Person(fresh, "erste"), Person(fresh, "zweite")

    def change(by, login, **fields):
        one = account_of(by, login)
        body = {"roles": one["roles"], **fields}
        return by.http.request("PUT", f"/api/v1/staff/accounts/{one['id']}", json_body=body, headers={"If-Match": f'"{one["version"]}"'})
    assert change(first, "erste", disabled=True).expect(422, "validation").faults == {"disabled": "not_accepted"}
    assert change(first, "erste", roles=["moderator"]).expect(422, "validation").faults == {"roles": "not_accepted"}
    change(first, "zweite", roles=["moderator"]).expect(200)
    second.http.get("/api/v1/staff/accounts").expect(403, "role_missing")
    assert change(first, "erste", roles=["moderator"]).expect(422, "validation").faults == {"roles": "not_accepted"}


def test_only_administrators_see_accounts(anna):
    for path in ("/api/v1/staff/accounts", "/api/v1/staff/accounts/0190a000-0000-7000-8000-000000000000"):
        anna.http.get(path).expect(403, "role_missing")


def test_accounts_are_listed_by_pages(dortmund, admin):
    name = new_login("liste")
    for i in range(3):
        dortmund.user_add(f"{name}_{i}", "management" if i else "operations")

    def listed(**query):
        return admin.http.get("/api/v1/staff/accounts", query={"q": name, **query}).expect(200).json
    first = listed(page_size=2)
    assert [i["login"] for i in first["items"]] == [f"{name}_0", f"{name}_1"]
    rest = listed(page_size=2, page_token=first["next_page_token"])
    assert [i["login"] for i in rest["items"]] == [f"{name}_2"] and "next_page_token" not in rest
    assert [i["login"] for i in listed(role="operations")["items"]] == [f"{name}_0"]
    assert listed(q=f"{name}%")["items"] == []
    admin.http.get("/api/v1/staff/accounts", query={"page_token": "A"}).expect(400, "bad_page_token")


# ---- sessions


def test_sessions_are_listed_and_ended(dortmund, anna, admin):
    other = Person(dortmund, anna.login)
    items = anna.http.get("/api/v1/session/sessions").expect(200).json["items"]
    assert len(items) == 2 and [i["current"] for i in items].count(True) == 1
    gone = next(i for i in items if not i["current"])
    anna.http.delete("/api/v1/session/sessions/" + gone["id"]).expect(204)
    anna.http.delete("/api/v1/session/sessions/" + gone["id"]).expect(404, "not_found")
    other.http.get("/api/v1/session").expect(401, "not_signed_in")
    address = f"/api/v1/staff/accounts/{account_of(admin, anna.login)['id']}/sessions"
    third = Person(dortmund, anna.login)
    items = admin.http.get(address).expect(200).json["items"]
    assert len(items) == 2 and not any(i["current"] for i in items)
    admin.http.delete(f"{address}/{items[0]['id']}").expect(204)   # the newest
    third.http.get("/api/v1/session").expect(401, "not_signed_in")
    anna.http.delete("/api/v1/session/sessions/" + admin.http.get("/api/v1/session/sessions").json["items"][0]["id"]).expect(404, "not_found")
    admin.http.delete(address).expect(204)
    anna.http.get("/api/v1/session").expect(401, "not_signed_in")


# ---- guessing


def test_guessing_from_elsewhere_makes_nobody_wait_where_they_work(make_node):
    node = make_node(settings={"trusted_proxies": "127.0.0.1"})
    node.user_add("anna", "moderator")

    def enter(address, password=PASSWORD):
        body = {"login": "anna", "password": password}
        return node.http.post("/api/v1/session", body, headers={"X-Forwarded-For": address}).status
    assert enter("192.0.2.7") == 200
    for i in range(5):
        assert enter(f"198.51.100.{i}", "falsch-falsch") == 401
    assert enter("198.51.100.99") == 429    # a place that is not known yet waits
    assert enter("192.0.2.7") == 200        # the town hall does not
    for _ in range(5):
        assert enter("192.0.2.7", "falsch-falsch") == 401
    assert enter("192.0.2.7") == 429        # who guesses there does


# ---- the audit


def test_a_right_password_does_not_forget_wrong_codes(dortmund, anna):
    secret, _ = anna.enrol()   # at a place known to the account: nothing but its own failures makes anybody wait
    statuses = []
    for _ in range(12):
        statuses += [sign_in(dortmund, anna.login, otp="000000").status, sign_in(dortmund, anna.login).status]
    assert 429 in statuses
    wait_until(lambda: sign_in(dortmund, anna.login, otp=totp(secret, 1)).status == 200, 15, "the wait is over", every=0.5)


def test_the_code_that_confirms_a_factor_is_not_guessed(anna):
    anna.http.post("/api/v1/session/otp", {"password": PASSWORD}).expect(200)
    statuses = [anna.http.post("/api/v1/session/otp/confirm", {"otp": "000000"}).status for _ in range(12)]
    assert statuses[0] == 422 and 429 in statuses


def test_the_audit_tells_what_changed_and_is_filtered(dortmund, anna, admin):
    one = account_of(admin, anna.login)
    admin.http.request("PUT", f"/api/v1/staff/accounts/{one['id']}", json_body={"roles": ["management"], "disabled": True},
                       headers={"If-Match": f'"{one["version"]}"'}).expect(200)

    def trail(**query):
        return admin.http.get("/api/v1/staff/audit", query={"subject": one["id"], **query}).expect(200).json["items"]
    item = wait_until(lambda: trail(method="AccountChange"), 5, "the audit")[0]
    assert (item["login"], item["subject_login"]) == (admin.login, anna.login)
    assert item["detail"] == "roles: moderator -> management; disabled"
    today = item["acted_at"][:10]
    assert trail(method="AccountReset") == [] and trail(to="2020-01-01") == [] and trail(**{"from": "2020-01-01"})
    assert trail(**{"from": "2099-01-01"}) == [] and today


# ---- in the browser


def signed_in(node, login, back="/intern/konto", password=PASSWORD, **more):
    browser = Browser(node, **more)
    browser.open(back)
    browser.send(browser.form("/anmelden" if back.startswith("/intern") else "/sign-in"), login=login, password=password)
    return browser


def test_the_sign_in_page_leads_back(dortmund, anna):
    browser = Browser(dortmund, agent=FIREFOX)
    browser.open("/intern/protokoll?actor=operator")
    assert browser.path.startswith("/intern/anmelden?zurueck=")
    page = browser.send(browser.form("/anmelden"), 401, login=anna.login, password="falsch-falsch")
    assert "stimmen nicht" in page.text and "falsch-falsch" not in browser.answer.text
    page = browser.send(browser.form("/anmelden"), password=PASSWORD)   # the login is still there
    assert browser.path == "/intern/protokoll?actor=operator"
    page = browser.open("/intern/konto")
    assert anna.login in page.text and "Firefox, Linux" in page.text and "Vorige Anmeldung" in page.text
    page = browser.send(browser.form("/abmelden"))
    assert "Sie sind abgemeldet." in page.text and not browser.cookies
    browser.open("/intern/konto")
    assert browser.path.startswith("/intern/anmelden")


@pytest.mark.parametrize("back", ["https://evil.example.org/", "//evil.example.org/", "/\\evil", "/landschaft", "/intern/\r\nX: y"])
def test_the_way_back_stays_in_the_house(dortmund, anna, back):
    browser = Browser(dortmund)
    browser.open("/intern/anmelden?" + urllib.parse.urlencode({"zurueck": back}))
    browser.send(browser.form("/anmelden"), login=anna.login, password=PASSWORD)
    assert browser.path == "/intern/"


def test_a_second_factor_in_the_browser(dortmund, anna):
    browser = signed_in(dortmund, anna.login)
    browser.open("/intern/konto/zweiter-faktor")
    browser.send(browser.form("/zweiter-faktor"), 422, password="falsch-falsch")
    page = browser.send(browser.form("/zweiter-faktor"), password=PASSWORD)
    secret = re.search(r"Schlüssel: ([A-Z2-7]{32})", page.text).group(1)
    assert "<svg" in browser.answer.text and browser.answer.header("Cache-Control") == "no-store"
    browser.send(browser.form("/code"), 422, otp="000000")
    page = browser.send(browser.form("/code"), otp=totp(secret))
    codes = re.findall(r"\b[0-9a-z]{5}-[0-9a-z]{5}\b", page.text)
    assert len(codes) == 10
    assert "Ersatzcodes übrig: 10" in browser.open("/intern/konto?done=factor-on").text
    other = Browser(dortmund)
    other.open("/en/intern/people")
    page = other.send(other.form("/sign-in"), login=anna.login, password=PASSWORD)
    assert PASSWORD not in other.answer.text and not other.cookies and page.language == "en"
    other.send(other.form("/sign-in"), 422, otp="")
    other.send(other.form("/sign-in"), 422, otp="000000")
    other.send(other.form("/sign-in"), 403, otp=totp(secret, 1))   # signed in; people are for administrators
    assert other.path == "/en/intern/people" and other.cookies


def test_an_altered_ticket_opens_nothing(dortmund, anna):
    anna.enrol()
    browser = Browser(dortmund)
    browser.open("/intern/anmelden")
    browser.send(browser.form("/anmelden"), login=anna.login, password=PASSWORD)
    form = browser.form("/anmelden")
    ticket = form.value("ticket")
    for odd in ("A" * len(ticket), ticket[:-1] + ("A" if ticket[-1] != "A" else "B"), ticket[:10]):
        page = browser.send(form, 401, ticket=odd, otp="123456")
        assert any(i.get("name") == "login" for f in page.forms for i in f.inputs) and not browser.cookies


def test_a_person_added_in_the_browser_signs_in_for_the_first_time(dortmund, admin):
    login = new_login("neu")
    browser = signed_in(dortmund, admin.login, "/intern/personen/neu")
    browser.send(browser.form("/neu"), 422, login=login)
    page = browser.send(browser.form("/neu"), 422, login="Groß Klein", roles=["moderator"])
    assert "kleine Buchstaben" in page.text
    page = browser.send(browser.form("/neu"), login=login, roles=["moderator", "management"])
    once = re.search(r"\b(?:[0-9a-z]{4}-){3}[0-9a-z]{4}\b", page.text).group()
    person = Browser(dortmund)
    person.open("/intern/konto")
    page = person.send(person.form("/anmelden"), login=login, password=once)
    assert "nur für diese eine Anmeldung" in page.text and once not in person.answer.text and not person.cookies
    person.send(person.form("/anmelden"), 422, new_password="kurz")
    page = person.send(person.form("/anmelden"), new_password=OWN)
    assert person.path == "/intern/konto" and "Moderation, Leitung" in page.text
    browser.open("/intern/personen?q=" + login)
    assert [x for x in browser.page.links if re.fullmatch("/intern/personen/[0-9a-f-]{36}", x)]


def test_roles_access_and_sessions_in_the_browser(dortmund, anna, admin):
    browser = signed_in(dortmund, admin.login, "/intern/personen?q=" + anna.login)
    address = next(x for x in browser.page.links if re.fullmatch("/intern/personen/[0-9a-f-]{36}", x))
    browser.open(address)
    old = browser.form(field="roles")
    page = browser.send(browser.form(address), roles=["management"])
    assert "Die Aufgaben sind gespeichert." in page.text and "Leitung" in page.text
    page = browser.send(old, 412, roles=["event_office"])
    assert "inzwischen geändert" in page.text
    assert browser.form(address).value("roles") == "event_office"   # what was chosen is still there
    page = browser.send(browser.form(address), 422, roles=None)
    page = browser.send(browser.form("/sitzungen", field="session"))
    anna.http.get("/api/v1/session").expect(401, "not_signed_in")
    page = browser.send(browser.form("/zugang"))
    assert "Das Konto ist gesperrt." in page.text
    sign_in(dortmund, anna.login).expect(401, "not_signed_in")
    browser.send(browser.form("/zugang"))
    sign_in(dortmund, anna.login).expect(200)
    browser.open(address + "/passwort")
    page = browser.send(browser.form("/passwort"))
    once = re.search(r"\b(?:[0-9a-z]{4}-){3}[0-9a-z]{4}\b", page.text).group()
    sign_in(dortmund, anna.login, once, new_password=OWN).expect(200)
    wait_until(lambda: "Konto geändert" in browser.open("/intern/protokoll?method=AccountChange&actor=" + admin.login).text, 5, "the audit")
    assert "roles: moderator -&gt; management" in browser.answer.text
    assert "Form" in browser.open("/intern/protokoll?from=gestern", 400).text


def test_a_foreign_page_can_sign_nobody_in_or_out(dortmund, anna):
    form = {"login": anna.login, "password": PASSWORD}
    foreign = {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example.org"}
    answer = dortmund.http.post("/intern/anmelden", form=form, headers=foreign)
    assert answer.status == 403 and not answer.header("Set-Cookie")
    assert dortmund.http.post("/intern/abmelden", form={}, headers=foreign).status == 403


def test_behind_tls_no_neighbour_can_plant_a_session(make_node):
    node, login = make_node(settings={"public_url": "https://kosi.example.org"}), new_login()
    node.user_add(login, "moderator")
    cookie = node.http.post("/intern/anmelden", form={"login": login, "password": PASSWORD}).expect(303).header("Set-Cookie")
    assert cookie.startswith("__Host-kosi_dortmund=") and "; Path=/;" in cookie and cookie.endswith("; Secure") and "Domain" not in cookie
    own = cookie.split(";")[0]
    planted = own.removeprefix("__Host-")   # what another host of the domain can set: of that name, or without Secure
    assert node.http.get("/intern/konto", headers={"Cookie": planted}).status == 303
    assert node.http.get("/intern/konto", headers={"Cookie": f"{planted}; {own}"}).status == 200


def test_a_form_of_another_session_changes_nothing(dortmund, anna):
    browser = signed_in(dortmund, anna.login)
    browser.open("/intern/konto/passwort")
    form = browser.form("/passwort")
    page = browser.send(form, 403, password=PASSWORD, new_password=OWN, _csrf="x")
    assert PASSWORD not in browser.answer.text and OWN not in browser.answer.text and page.forms
    sign_in(dortmund, anna.login).expect(200)
