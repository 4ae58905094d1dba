"""Bad input: each case with the exact status and code, and after each the node serves as before.

covers: submissions.Submit submissions.Decide submissions.Inbox registry.List registry.Get accounts.SignIn accounts.Session
"""
# sanitized: hostile bytes
import json
import socket

import pytest

from kosi_test import filled_form, raw_exchange, unique_title
from kosi_test.http import raw_status

UNKNOWN_ID = "01890000-0000-7000-8000-000000000000"
UNKNOWN_TOKEN = "A" * 43


@pytest.fixture
def address(dortmund):
    return f"/api/v1/forms/{dortmund.form()['slug']}/submissions"


@pytest.fixture
def body(dortmund):
    return filled_form(dortmund.form())


@pytest.fixture(autouse=True)
def serves_as_before(dortmund):
    """After each case: all daemons are the same processes, and a good submission is taken."""
    pids = {name: dortmund.pid(name) for name in dortmund.daemons()}
    yield
    form = dortmund.form()
    dortmund.http.post(f"/api/v1/forms/{form['slug']}/submissions", filled_form(form)).expect(201)
    assert pids == {name: dortmund.pid(name) for name in dortmund.daemons()}


def question(node, *types):
    return next(q for q in node.form()["questions"] if q["type"] in types)


# ---- what is no JSON, or none of ours
MALFORMED = {
    "empty": b"", "no object": b"[]", "a number": b"1", "cut off": b'{"answers": {"title": "x"', "two documents": b"{} {}", "comment": b"/* */ {}",
    "trailing comma": b'{"answers": {},}', "single quotes": b"{'answers': {}}", "NaN": b'{"form_version": NaN}',
    "invalid UTF-8": b'{"answers": {"title": "\xff\xfe"}}', "overlong UTF-8": b'{"answers": {"title": "\xc0\xaf"}}',
    "UTF-16 surrogate in UTF-8": b'{"answers": {"title": "\xed\xa0\x80"}}', "raw NUL": b'{"answers": {"title": "a\0b"}}',
    "escaped NUL": b'{"answers": {"title": "a\\u0000b"}}', "lone surrogate": b'{"answers": {"title": "\\ud800"}}',
    "wrong pair": b'{"answers": {"title": "\\udc00\\ud800"}}', "duplicate key": b'{"answers": {}, "answers": {}}',
    "duplicate answer": b'{"answers": {"title": "a", "title": "b"}}', "deep array": b'{"answers": ' + b"[" * 5000 + b"]" * 5000 + b"}",
    "deep object": b'{"a":' * 2000 + b"1" + b"}" * 2000, "raw line break in a string": b'{"answers": {"title": "a\nb"}}',
    "number beyond double": b'{"form_version": 1e999}', "number beyond the field": b'{"form_version": 4294967296}',
    "negative where none can be": b'{"form_version": -1}', "huge integer": b'{"form_version": 123456789012345678901234567890}',
}


@pytest.mark.parametrize("name", MALFORMED)
def test_malformed(dortmund, address, name):
    answer = dortmund.http.post(address, body=MALFORMED[name], headers={"Content-Type": "application/json"}).expect(400, "malformed")
    assert answer.json["instance"] and "Sanitizer" not in answer.text


def test_unknown_fields_are_named(dortmund, address, body):
    cases = [({**body, "colour": 1}, "colour"), ({**body, "answers": {**body["answers"], "no_such": "x"}}, "answers.no_such"),
             ({**body, "contact": {**body["contact"], "phone": "1"}}, "contact.phone"), ({**body, "slug": "other"}, "slug"),
             ({**body, "answers": {**body["answers"], "": "x"}}, "answers."), ({**body, "answers": {**body["answers"], "n" * 41: "x"}}, "answers." + "n" * 41)]
    for sent, field in cases:
        assert field in dortmund.http.post(address, sent).expect(400, "unknown_field").faults


WRONG_TYPES = [("answers", []), ("answers", "x"), ("contact", "x"), ("contact", []), ("consents", "x"), ("consents", {}), ("form_version", "one"),
               ("form_version", {})]


@pytest.mark.parametrize("field,value", WRONG_TYPES)
def test_wrong_types(dortmund, address, body, field, value):
    faults = dortmund.http.post(address, {**body, field: value}).expect(422, "validation").faults
    assert faults.get(field) == "invalid_format", faults


@pytest.mark.parametrize("value", [5, 5.5, True, ["a"], {"a": "b"}])
def test_wrong_types_of_answers(dortmund, address, body, value):
    body["answers"]["title"] = value
    faults = dortmund.http.post(address, body).expect(422, "validation").faults
    assert faults.get("answers.title") == "invalid_format", faults


# ---- what a form asks
def test_all_faults_at_once_in_the_readers_language(dortmund, address):
    sent = {"answers": {"title": ""}, "contact": {"name": "x", "email": "no address", "language": "xx"}, "consents": []}
    german, english = (dortmund.client(language).post(address, sent).expect(422, "validation") for language in ("de", "en"))
    assert german.faults["answers.title"] == "required" and german.faults["contact.email"] == "invalid_format"
    assert german.faults["contact.language"] in ("invalid_format", "not_an_option")
    assert german.faults == english.faults
    assert german.json["title"] != english.json["title"]
    assert all(g["message"] != e["message"] for g, e in zip(german.json["errors"], english.json["errors"]))


def test_every_required_answer_and_consent(dortmund, address, body):
    for q in dortmund.form()["questions"]:
        if q["type"] == "consent" and q["required"]:
            sent = {**body, "consents": [c for c in body["consents"] if c != q["id"]]}
            assert dortmund.http.post(address, sent).expect(422, "validation").faults == {f"consents.{q['id']}": "not_accepted"}
        elif q["type"] not in ("consent", "section") and q["required"]:
            sent = {**body, "answers": {k: v for k, v in body["answers"].items() if k != q["id"]}}
            assert dortmund.http.post(address, sent).expect(422, "validation").faults == {f"answers.{q['id']}": "required"}


def test_too_long(dortmund, address, body):
    for q in dortmund.form()["questions"]:
        if q["type"] in ("short_text", "long_text") and q.get("max_length"):
            fits = {**body, "answers": {**body["answers"], q["id"]: "ä" * q["max_length"]}}
            dortmund.http.post(address, fits).expect(201)
            fits["answers"][q["id"]] += "ä"
            assert dortmund.http.post(address, fits).expect(422, "validation").faults == {f"answers.{q['id']}": "too_long"}
    body["contact"]["name"] = "x" * 121
    assert dortmund.http.post(address, body).expect(422, "validation").faults == {"contact.name": "too_long"}


def test_options_that_are_none(dortmund, address, body):
    for types, value in ((("choice",), "no-such-option"), (("multiple_choice",), ["no-such-option"]), (("district",), "entenhausen")):
        found = [q for q in dortmund.form()["questions"] if q["type"] in types]
        for q in found:
            sent = {**body, "answers": {**body["answers"], q["id"]: value}}
            assert dortmund.http.post(address, sent).expect(422, "validation").faults == {f"answers.{q['id']}": "not_an_option"}
    sent = {**body, "consents": body["consents"] + ["no_such_consent"]}
    assert dortmund.http.post(address, sent).expect(422, "validation").faults == {"consents.no_such_consent": "not_an_option"}


@pytest.mark.parametrize("kind,value,code", [
    ("email", "not an address", "invalid_format"), ("email", "a@b@example.org", "invalid_format"), ("url", "javascript:alert(1)", "invalid_format"),
    ("url", "ftp://example.org/", "invalid_format"), ("url", "https://exa mple.org/", "invalid_format"), ("date", "2024-02-30", "invalid_format"),
    ("date", "17.05.2024", "invalid_format"), ("date", "9999-12-31", "out_of_range")])
def test_formats(dortmund, address, body, kind, value, code):
    found = [q for q in dortmund.form()["questions"] if q["type"] == kind]
    if not found:
        assert kind == "email", f"the open call asks no {kind}"
        body["contact"]["email"] = value
        assert dortmund.http.post(address, body).expect(422, "validation").faults == {"contact.email": code}
        return
    q = found[0]
    body["answers"][q["id"]] = value
    assert dortmund.http.post(address, body).expect(422, "validation").faults == {f"answers.{q['id']}": code}


def test_a_version_that_never_was(dortmund, address, body):
    assert "form_version" in dortmund.http.post(address, {**body, "form_version": 4000}).expect(422, "validation").faults


# ---- the edge
def test_ten_megabytes(dortmund, address):
    big = json.dumps({"answers": {"title": "x" * 10_000_000}}).encode()
    received = raw_exchange(dortmund.port, [b"POST " + address.encode() + b" HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                                            b"Content-Length: %d\r\nConnection: close\r\n\r\n" % len(big), big], timeout=15)
    assert raw_status(received) == 413 and b'"too_large"' in received


def test_types_of_bodies(dortmund, address):
    for kind in ("text/plain", "application/xml", "multipart/form-data; boundary=x", "application/jsonx"):
        dortmund.http.post(address, body=b"{}", headers={"Content-Type": kind}).expect(415, "unsupported_type")


def test_addresses_that_are_none(dortmund, body):
    get, post = dortmund.http.get, dortmund.http.post
    get("/api/v1/nonsense").expect(404, "not_found")
    get("/api/v1/forms/no-such-form").expect(404, "not_found")
    post("/api/v1/forms/no-such-form/submissions", body).expect(404, "not_found")
    get(f"/api/v1/entries/{UNKNOWN_ID}").expect(404, "not_found")
    get("/api/v1/entries/no-uuid").expect(404, "not_found")
    get(f"/api/v1/submissions/{UNKNOWN_TOKEN}").expect(404, "not_found")
    get("/api/v1/submissions/short").expect(404, "not_found")
    answer = dortmund.http.request("PUT", "/api/v1/entries").expect(405, "method_not_allowed")
    assert {m.strip() for m in answer.header("Allow").split(",")} == {"GET", "HEAD", "OPTIONS"} or "GET" in answer.header("Allow")


@pytest.mark.parametrize("query,code,field", [
    ("colour=1", "unknown_field", "colour"), ("page_size=0", "bad_parameter", "page_size"), ("page_size=201", "bad_parameter", "page_size"),
    ("page_size=ten", "bad_parameter", "page_size"), ("page_token=AAAA", "bad_page_token", None), ("page_token=***", "bad_page_token", None),
    ("bbox=1,2,3", "bad_parameter", "bbox"), ("bbox=a,b,c,d", "bad_parameter", "bbox"), ("sort=colour", "bad_parameter", "sort"),
    ("q=%ff%fe", "malformed", None), ("q=%00", "malformed", None), ("q=" + "x" * 201, "bad_parameter", "q")])
def test_bad_queries(dortmund, query, code, field):
    answer = dortmund.http.get(f"/api/v1/entries?{query}").expect(400, code)
    assert field is None or field in answer.faults


def smuggled(line_and_headers, body=b"{}"):
    return line_and_headers.replace(b"\n", b"\r\n") + b"\r\n\r\n" + body


SMUGGLING = {
    "two lengths": b"POST {} HTTP/1.1\nHost: a\nContent-Length: 2\nContent-Length: 3",
    "length and chunked": b"POST {} HTTP/1.1\nHost: a\nContent-Length: 2\nTransfer-Encoding: chunked",
    "odd transfer encoding": b"POST {} HTTP/1.1\nHost: a\nTransfer-Encoding: xchunked",
    "two transfer encodings": b"POST {} HTTP/1.1\nHost: a\nTransfer-Encoding: chunked\nTransfer-Encoding: identity",
    "blank before the colon": b"POST {} HTTP/1.1\nHost: a\nContent-Length : 2",
    "two hosts": b"POST {} HTTP/1.1\nHost: a\nHost: b\nContent-Length: 2",
    "NUL in the address": b"GET /api/v1/entries%00/x HTTP/1.1\nHost: a",
}


@pytest.mark.parametrize("name", SMUGGLING)
def test_smuggling(dortmund, address, name):
    data = SMUGGLING[name].replace(b"{}", address.encode())
    received = raw_exchange(dortmund.port, smuggled(data, b"" if data.startswith(b"GET") else b"{}"), timeout=6)
    assert raw_status(received) == 400, received[:300]
    assert received.count(b"HTTP/1.1 ") == 1 and b"connection: close" in received.lower()


def test_headers_without_end(dortmund):
    received = raw_exchange(dortmund.port, b"GET / HTTP/1.1\r\nHost: a\r\n" + b"X-Filler: %s\r\n" % (b"x" * 200_000) + b"\r\n")
    assert raw_status(received) == 431


def test_half_a_request_holds_nobody_up(dortmund):
    with socket.create_connection(("127.0.0.1", dortmund.port)) as half:
        half.sendall(b"POST /api/v1/forms HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n{")
        dortmund.http.get("/api/v1/entries").expect(200)


# ---- keys
@pytest.mark.parametrize("key", ["", "x" * 65, "with blank", "tab\there", "ümlaut".encode().decode("latin-1")])
def test_keys_that_are_none(dortmund, address, body, key):
    answer = dortmund.http.post(address, body, key=key).expect(400, "bad_parameter")
    assert "Idempotency-Key" in answer.faults


def test_a_key_with_another_body(dortmund, address, body):
    key = f"once-{unique_title().split()[-1]}"
    told = dortmund.http.post(address, body, key=key).expect(201).json
    dortmund.http.post(address, filled_form(dortmund.form()), key=key).expect(422, "key_reused")
    assert dortmund.http.post(address, body, key=key).expect(201).json == told


def test_a_refusal_does_not_use_up_the_key(dortmund, address, body):
    key = f"corrected-{unique_title().split()[-1]}"
    dortmund.http.post(address, {**body, "consents": []}, key=key).expect(422, "validation")
    dortmund.http.post(address, body, key=key).expect(201)


def test_a_key_after_the_erasure(dortmund, address, body):
    key = f"erased-{unique_title().split()[-1]}"
    token = dortmund.http.post(address, body, key=key).expect(201).json["token"]
    assert dortmund.http.delete(f"/api/v1/submissions/{token}").status == 204
    dortmund.http.post(address, body, key=key).expect(410, "gone")
    dortmund.http.post(address, filled_form(dortmund.form()), key=key).expect(422, "key_reused")


# ---- who may
def test_nobody_and_the_wrong_ones(dortmund):
    inbox = "/api/v1/staff/submissions"
    dortmund.http.get(inbox).expect(401, "not_signed_in")
    for token in ("nonsense", "A" * 43, "x" * 200):
        dortmund.client(token=token).get(inbox).expect(401, "not_signed_in")
    events = dortmund.staff("veranstaltungen", roles=("event_office",))
    events.http.get(inbox).expect(403, "role_missing")
    events.decide(UNKNOWN_ID, "accept").expect(403, "role_missing")


def test_sign_in_that_fails(dortmund):
    staff, post = dortmund.staff(), dortmund.http.post
    wrong = post("/api/v1/session", {"login": staff.login, "password": "falsch-geraten"}).expect(401, "not_signed_in")
    unknown = post("/api/v1/session", {"login": "niemand", "password": "falsch-geraten"}).expect(401, "not_signed_in")
    assert wrong.json["title"] == unknown.json["title"]
    assert post("/api/v1/session", {"login": staff.login}).expect(422, "validation").faults == {"password": "required"}
    post("/api/v1/session", {"login": staff.login, "password": "x" * 201}).expect(422, "validation")


def test_a_session_ends(make_node, tmp_path):
    clock = tmp_path / "clock"
    clock.write_text("0")
    node = make_node(environment={"KOSI_TEST_CLOCK": str(clock)})
    staff = node.staff()
    staff.http.get("/api/v1/staff/submissions").expect(200)
    clock.write_text(str(13 * 3600 * 1_000_000))
    staff.http.get("/api/v1/staff/submissions").expect(401, "session_expired")


# ---- illegal moves
def test_decisions_that_are_none(dortmund, address, body):
    staff = dortmund.staff()
    submission = dortmund.http.post(address, body).expect(201).json["id"]
    staff.decide(UNKNOWN_ID, "accept").expect(404, "not_found")
    assert staff.decide(submission, "applaud").expect(422, "validation").faults == {"decision": "not_an_option"}
    assert staff.decide(submission, "duplicate").expect(422, "validation").faults == {"duplicate_of": "required"}
    assert staff.decide(submission, "duplicate", duplicate_of=UNKNOWN_ID).expect(422, "validation").faults == {"duplicate_of": "not_an_option"}
    assert staff.decide(submission, "accept", edits={"themes": ["no-such-theme"]}).expect(422, "validation").faults == {"edits.themes": "not_an_option"}
    for point in ({}, {"lat": 51.5}):
        faults = staff.decide(submission, "accept", edits={"point": point}).expect(422, "validation").faults
        assert faults == {f"edits.point.{axis}": "required" for axis in ("lat", "lon") if axis not in point}
    assert staff.decide(submission, "accept", edits={"title": "\u200b"}).expect(422, "validation").faults == {"edits.title": "required"}
    assert staff.decide(submission, "accept", edits={"colour": "x"}).expect(400, "unknown_field").faults == {"edits.colour": "unknown_field"}
    staff.decide(submission, "reopen").expect(409, "illegal_state")
    staff.decide(submission, "take").expect(200)
    staff.decide(submission, "reject", reason="not-in-scope").expect(200)
    for decision in ("accept", "take"):
        staff.decide(submission, decision).expect(409, "illegal_state")
    staff.decide(submission, "reject", reason="not-in-scope").expect(409, "illegal_state")


def test_changed_meanwhile(dortmund, address, body):
    staff = dortmund.staff()
    submission = dortmund.http.post(address, body).expect(201).json["id"]
    etag = staff.http.get(f"/api/v1/staff/submissions/{submission}").expect(200).header("ETag")
    staff.decide(submission, "take", headers={"If-Match": etag}).expect(200)
    staff.decide(submission, "accept", headers={"If-Match": etag}).expect(412, "changed_meanwhile")
