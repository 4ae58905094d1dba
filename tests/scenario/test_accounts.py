"""Staff: signing in, sessions, who may do what, who did what.

covers: accounts.SignIn accounts.Session accounts.SignOut accounts.Identify accounts.UserAdd accounts.Audit
"""
# sanitized: passwords, tokens, signatures
# threads: password hashing runs beside the loop
import statistics
import time

import pytest

from kosi_test import filled_form, unique_title, wait_until
from kosi_test.bus import messages
from kosi_test.node import PASSWORD

HOUR_US = 3600 * 1000 * 1000
ROLES = ["admin", "moderator", "event_office", "management", "operations"]


def sign_in(node, login, password=PASSWORD, **more):
    return node.http.post("/api/v1/session", {"login": login, "password": password, **more})


def session(node, token):
    return node.http.get("/api/v1/session", headers={"Authorization": f"Bearer {token}"})


@pytest.fixture
def anna(dortmund):
    """A login of this test's own; the account exists."""
    login = "anna-" + unique_title("").strip().lower()
    dortmund.user_add(login, "moderator", "admin")
    return login


def test_a_session_from_sign_in_to_sign_out(dortmund, anna):
    answer = sign_in(dortmund, anna).expect(200)
    assert set(answer.json) == {"token", "expires_at", "roles"} and answer.json["roles"] == ["moderator", "admin"]
    assert answer.header("Cache-Control") == "no-store"
    token = answer.json["token"]
    shown = session(dortmund, token).expect(200).json
    assert shown["login"] == anna and shown["expires_at"] == answer.json["expires_at"]
    bearer = {"Authorization": f"Bearer {token}"}
    assert dortmund.http.delete("/api/v1/session", headers=bearer).expect(204).body == b""
    session(dortmund, token).expect(401, "not_signed_in")
    dortmund.http.get("/api/v1/staff/audit", headers=bearer).expect(401, "not_signed_in")


def test_each_sign_in_has_a_token_of_its_own_and_they_end_alone(dortmund, anna):
    first, second = (sign_in(dortmund, anna).expect(200).json["token"] for _ in range(2))
    assert first != second
    dortmund.http.delete("/api/v1/session", headers={"Authorization": f"Bearer {first}"}).expect(204)
    session(dortmund, second).expect(200)


def test_login_is_written_in_any_case_and_a_one_time_password_is_not_asked_for(dortmund, anna):
    sign_in(dortmund, anna.upper()).expect(200)
    sign_in(dortmund, anna, otp="123456").expect(200)


def test_wrong_password_and_unknown_login_answer_alike(dortmund, anna):
    wrong = sign_in(dortmund, anna, "falsch-falsch").expect(401, "not_signed_in").json
    unknown = sign_in(dortmund, "gibt-es-nicht", "falsch-falsch").expect(401, "not_signed_in").json
    for answer in (wrong, unknown):
        answer.pop("instance")
    assert wrong == unknown


def test_unknown_login_takes_as_long_as_a_wrong_password(fresh):
    def seconds(login):
        began = time.monotonic()
        sign_in(fresh, login, "falsch-falsch").expect(401, "not_signed_in")
        return time.monotonic() - began
    logins = [f"person{i}" for i in range(4)]
    for login in logins:
        fresh.user_add(login, "admin")
    known, unknown = [], []
    for login in logins:   # a few tries each stay below the wait
        for _ in range(3):
            known.append(seconds(login))
            unknown.append(seconds("x" + login))
    assert 0.5 < statistics.median(known) / statistics.median(unknown) < 2


def test_guessing_is_slowed_down_and_the_wait_ends(dortmund, anna):
    for _ in range(5):
        sign_in(dortmund, anna, "falsch-falsch").expect(401, "not_signed_in")
    refused = sign_in(dortmund, anna).expect(429, "slow_down")
    assert 1 <= int(refused.header("Retry-After")) <= 10
    other = anna + "2"
    dortmund.user_add(other, "admin")
    sign_in(dortmund, other).expect(200)   # nobody else waits
    wait_until(lambda: sign_in(dortmund, anna).status == 200, 5, "the wait is over", every=0.1)


@pytest.mark.parametrize("body, field", [({}, "login"), ({"login": "x"}, "password"), ({"login": "", "password": "y"}, "login")])
def test_what_is_missing_is_named(dortmund, body, field):
    assert dortmund.http.post("/api/v1/session", body).expect(422, "validation").faults[field] == "required"


@pytest.mark.parametrize("header", [None, "Bearer", "Bearer ", "Bearer x", "Basic YTpi", "Bearer " + "A" * 43, "Bearer " + "A" * 5000])
def test_without_a_token_of_ours_nobody_is_signed_in(dortmund, header):
    headers = {"Authorization": header} if header else {}
    for path in ("/api/v1/session", "/api/v1/staff/audit", "/api/v1/staff/submissions"):
        dortmund.http.get(path, headers=headers).expect(401, "not_signed_in")


def test_roles_decide_what_one_may_do(dortmund):
    reader = dortmund.staff("berichte", ("management",))
    reader.http.get("/api/v1/staff/audit").expect(200)   # whoever is staff
    reader.http.get("/api/v1/staff/submissions").expect(403, "role_missing")
    dortmund.staff().http.get("/api/v1/staff/submissions").expect(200)


def test_a_session_ends_with_time(make_node, tmp_path):
    clock = tmp_path / "clock"
    clock.write_text("0")
    node = make_node(environment={"KOSI_TEST_CLOCK": str(clock)}, settings={"session_hours": 2})
    node.user_add("anna", "moderator")
    token = sign_in(node, "anna").expect(200).json["token"]
    bearer = {"Authorization": f"Bearer {token}"}
    clock.write_text(str(2 * HOUR_US - 60 * 1000 * 1000))
    session(node, token).expect(200)
    node.http.get("/api/v1/staff/submissions", headers=bearer).expect(200)
    clock.write_text(str(2 * HOUR_US + 1000))
    wait_until(lambda: session(node, token).status == 401, 5, "the session's end")
    session(node, token).expect(401, "session_expired")
    node.http.get("/api/v1/staff/submissions", headers=bearer).expect(401, "session_expired")
    sign_in(node, "anna").expect(200)


def test_accounts_are_made_by_the_operator_only(dortmund):
    request = messages("accounts").UserAddRequest(login="eve", roles=["admin"], password=PASSWORD)
    for endpoint in ("front", "back"):
        assert not dortmund.bus(endpoint).ask("accounts", "UserAdd", request).ok
    sign_in(dortmund, "eve").expect(401, "not_signed_in")


def test_user_add_names_what_is_wrong(dortmund, anna):
    def faults(**fields):
        fields = {"login": "neu", "roles": ["admin"], "password": PASSWORD, **fields}
        reply = dortmund.bus("ops").ask("accounts", "UserAdd", messages("accounts").UserAddRequest(**fields))
        assert reply.outcome == "validation"
        return {(e.field, e.code) for e in reply.problem.errors}
    assert faults(login=anna) == {("login", "not_accepted")}
    assert ("login", "invalid_format") in faults(login="An Na")
    assert ("password", "too_short") in faults(password="kurz")
    assert ("roles", "not_an_option") in faults(roles=["chef"])
    assert ("roles", "required") in faults(roles=[])


def test_the_actor_is_stated_for_a_minute_and_signed(dortmund, anna):
    token = sign_in(dortmund, anna).expect(200).json["token"]
    reply = dortmund.bus().ask("accounts", "Identify", messages("accounts").SessionRequest(token=token))
    statement = messages("envelope").SignedActor.FromString(reply.message.signed_actor)
    actor = messages("envelope").Actor.FromString(statement.actor)
    assert actor.login == anna and list(actor.roles) == ["moderator", "admin"] and len(statement.signature) == 64
    assert 0 < actor.expires_at / 1e6 - time.time() <= 60
    inbox = messages("submissions").InboxRequest()
    assert dortmund.bus().ask("submissions", "Inbox", inbox, actor=reply.message.signed_actor).ok
    actor.roles.append("operations")   # a gateway that makes itself more than it is
    forged = messages("envelope").SignedActor(actor=actor.SerializeToString(), signature=statement.signature)
    assert dortmund.bus().ask("submissions", "Inbox", inbox, actor=forged.SerializeToString()).outcome == "not_signed_in"


def test_every_staff_action_is_in_the_audit_once(dortmund):
    staff, slug = dortmund.staff(), dortmund.form_slug()
    sent = dortmund.http.post(f"/api/v1/forms/{slug}/submissions", filled_form(dortmund.form(slug))).expect(201).json
    staff.decide(sent["id"], "take").expect(200)
    staff.decide(sent["id"], "accept", key="audit-" + sent["id"]).expect(200)
    staff.decide(sent["id"], "accept", key="audit-" + sent["id"]).expect(200)   # a repeat is no second action
    staff.decide(sent["id"], "accept").expect(409, "illegal_state")             # and a refusal none at all

    def trail():
        items = staff.http.get("/api/v1/staff/audit", query={"subject": sent["id"]}).expect(200).json["items"]
        return items if len(items) >= 2 else None
    items = wait_until(trail, 5, "the audit to follow")
    assert [(i["login"], i["service"], i["method"]) for i in items] == [(staff.login, "submissions", "Decide")] * 2
    assert "accept" in items[0]["detail"] and "take" in items[1]["detail"]
    assert items[0]["acted_at"] >= items[1]["acted_at"]


def test_the_audit_is_paged_newest_first(dortmund):
    for i in range(5):
        dortmund.user_add("audit-" + unique_title("").strip().lower(), "admin")
    staff = dortmund.staff()

    def page(token=None):
        query = {"page_size": 2, "actor": "operator", **({"page_token": token} if token else {})}
        return staff.http.get("/api/v1/staff/audit", query=query).expect(200).json
    wait_until(lambda: len(staff.http.get("/api/v1/staff/audit", query={"actor": "operator"}).json["items"]) >= 5, 5, "the audit")
    first = page()
    second = page(first["next_page_token"])
    times = [i["acted_at"] for i in first["items"] + second["items"]]
    assert len(times) == 4 and times == sorted(times, reverse=True)
    assert all(i["method"] == "UserAdd" for i in first["items"])
    staff.http.get("/api/v1/staff/audit", query={"page_token": "AAAA"}).expect(400, "bad_page_token")
    staff.http.get("/api/v1/staff/audit", query={"page_size": 201}).expect(400, "bad_parameter")


def test_no_secret_and_no_login_in_the_logs(dortmund, anna):
    token = sign_in(dortmund, anna).expect(200).json["token"]
    session(dortmund, token).expect(200)
    wait_until(lambda: "event=signed_in" in dortmund.log_text(), 5, "the log")
    text = dortmund.log_text()
    assert token not in text and PASSWORD not in text and anna not in text
