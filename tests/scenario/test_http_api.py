"""The HTTP interface as a contract: headers, negotiation, caching, descriptions of itself, and its behaviour when others fail.
Refusals of bad input are in test_bad_input.py, the main job in test_main_job.py."""
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import threading
import time
from pathlib import Path

import pytest

from kosi_test import filled_form, raw_exchange, wait_until
from kosi_test.http import raw_status
from kosi_test.paths import BIN

UNKNOWN_ID = "01890000-0000-7000-8000-000000000000"


def submit(node, key=None, client=None):
    form = node.form()
    return (client or node.http).post(f"/api/v1/forms/{form['slug']}/submissions", filled_form(form), key=key).expect(201)


def test_a_quiet_gateway_tells_its_readiness_at_once(dortmund):
    """The answer waited for the next turn of an idle loop: a second for each look at /readyz."""
    def look():
        began = time.monotonic()
        dortmund.ops.get("/readyz").expect(200)
        return time.monotonic() - began
    assert min(look() for _ in range(5)) < 0.25


# ---- methods and addresses
def test_head_is_get_without_a_body(dortmund):
    for path in ("/api/v1/vocabulary", "/openapi.json", "/landschaft"):
        get, head = dortmund.http.get(path).expect(200), dortmund.http.request("HEAD", path)
        assert head.status == 200 and head.body == b""
        assert head.header("Content-Type") == get.header("Content-Type")
        assert int(head.header("Content-Length")) == len(get.body)


def test_unknown_addresses_and_methods(dortmund):
    for path in ("/api/v1/", "/api/v1/nothing", "/api/v1/entries/", "/api/v1/forms/Not_A_Slug", "/api/v1/entries/no-uuid"):
        dortmund.http.get(path).expect(404, "not_found")
    refused = dortmund.http.post("/api/v1/vocabulary", {}).expect(405, "method_not_allowed")
    assert refused.header("Allow") == "GET, HEAD, OPTIONS"
    refused = dortmund.http.request("PATCH", "/api/v1/session").expect(405, "method_not_allowed")
    assert set(refused.header("Allow").split(", ")) == {"GET", "HEAD", "POST", "DELETE", "OPTIONS"}


def test_any_origin_may_read_what_is_public(dortmund):
    read = dortmund.http.get("/api/v1/entries", headers={"Origin": "https://elsewhere.example.org"}).expect(200)
    assert read.header("Access-Control-Allow-Origin") == "*"
    asked = dortmund.http.request("OPTIONS", "/api/v1/entries")
    assert asked.status == 204 and asked.header("Access-Control-Allow-Origin") == "*" and "GET" in asked.header("Access-Control-Allow-Methods")
    for path in ("/api/v1/session", f"/api/v1/submissions/{'A' * 43}", "/api/v1/staff/submissions"):
        for verb in ("GET", "OPTIONS"):
            assert dortmund.http.request(verb, path).header("Access-Control-Allow-Origin") is None


# ---- headers
def test_every_answer_is_armoured_and_traceable(dortmund):
    traces = set()
    for path in ("/", "/api/v1/vocabulary", "/api/v1/nothing", "/nothing", "/openapi.json"):
        answer = dortmund.http.get(path)
        assert answer.header("X-Content-Type-Options") == "nosniff"
        assert "default-src 'none'" in answer.header("Content-Security-Policy") and "script" not in answer.header("Content-Security-Policy")
        traces.add(answer.header("X-Request-Id"))
    assert len(traces) == 5
    problem = dortmund.http.get("/api/v1/nothing")
    assert problem.json["instance"] == problem.header("X-Request-Id") and problem.json["type"] == "/probleme/not_found"


def test_entity_tags(dortmund):
    for path in ("/api/v1/vocabulary", "/api/v1/entries", "/openapi.json"):
        tag = dortmund.http.get(path).expect(200).header("ETag")
        same = dortmund.http.get(path, headers={"If-None-Match": f'"other", W/{tag}'})
        assert same.status == 304 and same.body == b"" and same.header("ETag") == tag
        dortmund.http.get(path, headers={"If-None-Match": '"other"'}).expect(200)
    assert dortmund.http.get("/api/v1/vocabulary?lang=en").header("ETag") != dortmund.http.get("/api/v1/vocabulary?lang=de").header("ETag")


def test_secret_links_are_not_kept_anywhere(dortmund):
    made = submit(dortmund)
    token = made.json["token"]
    assert made.header("Location") == f"http://127.0.0.1:{dortmund.port}/api/v1/submissions/{token}"
    assert made.json["status_url"] == f"http://127.0.0.1:{dortmund.port}/einreichungen/{token}"
    exported = dortmund.http.get(f"/api/v1/submissions/{token}/export").expect(200)
    assert exported.header("Content-Disposition").startswith("attachment;")
    page = dortmund.http.get(f"/einreichungen/{token}").expect(200)
    for answer in (made, exported, page):
        assert answer.header("Cache-Control") == "no-store" and answer.header("Referrer-Policy") == "no-referrer"
    erased = dortmund.http.delete(f"/api/v1/submissions/{token}")
    assert erased.status == 204 and erased.body == b"" and erased.header("Content-Type") is None
    wait_until(lambda: "status=204" in dortmund.log_text(), what="the access log")
    log = dortmund.log_text()
    assert token not in log and "route=/api/v1/submissions/{token}" in log


def test_times_are_rfc_3339(dortmund):
    token = submit(dortmund).json["token"]
    status = dortmund.http.get(f"/api/v1/submissions/{token}").expect(200).json
    for text in (status["created_at"], status["updated_at"], status["history"][0]["at"]):
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", text), text


# ---- languages
@pytest.mark.parametrize("headers,query,language", [
    ({}, "", "de"), ({"Accept-Language": "en"}, "", "en"), ({"Accept-Language": "de;q=0.2,en;q=0.7"}, "", "en"),
    ({"Accept-Language": "en"}, "?lang=de", "de"), ({}, "?lang=en", "en"), ({"Accept-Language": "fr"}, "", "de"),
])
def test_languages(dortmund, headers, query, language):
    theme = dortmund.http.get("/api/v1/vocabulary" + query, headers=headers).expect(200).json["themes"]
    label = next(t["label"] for t in theme if t["id"] == "mobility")
    assert label == {"de": "Mobilität", "en": "Mobility"}[language]
    problem = dortmund.http.get("/api/v1/forms/nothing-here" + query, headers=headers).expect(404, "not_found")
    assert problem.json["title"] == {"de": "Das gibt es hier nicht", "en": "There is no such thing here"}[language]


def test_a_language_that_is_none(dortmund):
    for query in ("lang=fr", "lang=", "lang=de&lang=en"):
        assert dortmund.http.get(f"/api/v1/vocabulary?{query}").expect(400, "bad_parameter").faults.keys() == {"lang"}
    assert dortmund.http.post("/api/v1/session?x=1", {"login": "a", "password": "b"}).expect(400, "unknown_field").faults == {"x": "unknown_field"}


# ---- bodies
def test_bodies_in_pieces(dortmund):
    form = dortmund.form()
    body = json.dumps(filled_form(form)).encode()
    head = f"POST /api/v1/forms/{form['slug']}/submissions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
    pieces = b"".join(b"%x\r\n%s\r\n" % (len(body[i:i + 7]), body[i:i + 7]) for i in range(0, len(body), 7)) + b"0\r\n\r\n"
    got = raw_exchange(dortmund.port, [(head + "Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n").encode(), pieces])
    assert raw_status(got) == 201
    many = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
    got = raw_exchange(dortmund.port, [(head + "Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n").encode()] + [many] * 10 + [b"0\r\n\r\n"])
    assert raw_status(got) == 413 and b"too_large" in got


def test_expect_100_is_refused_before_the_body(dortmund):
    slug = dortmund.form_slug()
    got = raw_exchange(dortmund.port, (f"POST /api/v1/forms/{slug}/submissions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                                       "Content-Length: 99999999\r\nExpect: 100-continue\r\n\r\n").encode())
    assert raw_status(got) == 413 and b"100 Continue" not in got


def test_a_refusal_keeps_the_connection(dortmund):
    client = dortmund.client()
    path = f"/api/v1/forms/{dortmund.form_slug()}/submissions"
    client.request("POST", path, body=b"x" * 300000, headers={"Content-Type": "application/json"}).expect(413, "too_large")
    kept = client._connection
    client.request("POST", path, body=b"{}", headers={"Content-Type": "text/plain"}).expect(415, "unsupported_type")
    client.get("/api/v1/vocabulary").expect(200)
    assert kept is not None and client._connection is kept


def test_an_empty_body_where_there_is_nothing_to_say(dortmund):
    token = submit(dortmund).json["token"]
    assert dortmund.http.request("POST", f"/api/v1/submissions/{token}/withdraw").expect(200).json == {"state": "withdrawn"}
    dortmund.http.request("POST", f"/api/v1/submissions/{token}/withdraw").expect(409, "illegal_state")
    dortmund.http.request("POST", "/api/v1/session", headers={"Content-Type": "application/json"}).expect(400, "malformed")


# ---- what it says about itself
def refs_of(value):
    if isinstance(value, dict):
        yield from ([value["$ref"]] if "$ref" in value else [])
        for inner in value.values():
            yield from refs_of(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from refs_of(inner)


def test_openapi_describes_what_is_served(dortmund):
    api = dortmund.http.get("/openapi.json").expect(200).json
    assert api["openapi"].startswith("3.1")
    for ref in refs_of(api):
        place = api
        for part in ref.removeprefix("#/").split("/"):
            place = place[part]
    operations = {(verb, path) for path, item in api["paths"].items() for verb in item}
    assert {("post", "/api/v1/forms/{slug}/submissions"), ("delete", "/api/v1/submissions/{token}"), ("get", "/api/v1/staff/audit"),
            ("post", "/api/v1/staff/submissions/{id}/decision"), ("get", "/api/v1/entries/similar")} <= operations
    values = {"slug": "x", "token": "A" * 43}
    for verb, path in operations:
        answer = dortmund.http.request(verb.upper(), re.sub(r"{(\w+)}", lambda v: values.get(v.group(1), UNKNOWN_ID), path))
        assert answer.status not in (405, 500, 501), f"{verb} {path}: {answer}"
    body = api["paths"]["/api/v1/forms/{slug}/submissions"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert set(body["properties"]) == {"form_version", "answers", "contact", "consents"} and body["required"] == ["answers"]
    sizes = {p["name"]: p["schema"] for p in api["paths"]["/api/v1/entries"]["get"]["parameters"]}
    assert sizes["page_size"]["minimum"] == 1 and sizes["page_size"]["maximum"] == 200
    assert "bearer" in api["paths"]["/api/v1/staff/audit"]["get"]["security"][0]


def test_health_and_metrics(dortmund):
    assert dortmund.ops.get("/healthz").expect(200).json == {"status": "ok"}
    ready = dortmund.ops.get("/readyz").expect(200).json
    assert ready["city"] == "dortmund" and {s["name"] for s in ready["services"]} >= {"broker", "submissions", "registry", "accounts"}
    dortmund.ops.get("/api/v1/vocabulary").expect(404, "not_found")
    assert dortmund.http.get("/metrics").status == 404
    text = dortmund.ops.get("/metrics").expect(200).text
    for line in text.splitlines():
        assert line.startswith("# TYPE ") or re.fullmatch(r'[a-z_]+(\{[a-z]+="[^"]*"(,[a-z]+="[^"]*")*\})? -?[0-9.e+-]+', line), line
    assert 'kosi_queue_depth{service="submissions"}' in text and "kosi_broker_up 1" in text and 'class="2xx"' in text


# ---- when others fail
def test_not_ready_without_the_broker(fresh):
    broker = str(fresh.run / "services" / "broker")
    subprocess.run(["s6-svc", "-d", broker], check=True)
    wait_until(lambda: fresh.ops.get("/readyz").status == 503, 10, "not ready")
    assert {"name": "broker", "status": "failed"} in fresh.ops.get("/readyz").json["services"]
    assert fresh.ops.get("/healthz").status == 200 and "kosi_broker_up 0" in fresh.ops.get("/metrics").text
    subprocess.run(["s6-svc", "-u", broker], check=True)
    fresh.wait_ready()
    fresh.http.get("/api/v1/vocabulary").expect(200)


def test_an_answer_that_does_not_come(make_node):
    """The writer stops (it is not dead): 504 in time, and the repeat with the same key is the same submission."""
    node = make_node(settings={"request_timeout_ms": 700, "hung_after_ms": 60000, "kill_hung_after_ms": 120000})
    form = node.form()
    body, path = filled_form(form), f"/api/v1/forms/{form['slug']}/submissions"
    writer = node.writer("submissions")
    node.kill(writer, signal.SIGSTOP)
    began = time.monotonic()
    lost = node.http.post(path, body, key="once").expect(504, "unknown_outcome")
    assert 0.5 < time.monotonic() - began < 20 and "same key" in node.http.post(path + "?lang=en", body, key="once").json["title"]
    node.kill(writer, signal.SIGCONT)
    wait_until(lambda: node.http.post(path, body, key="once").status == 201, 10, "taken")
    assert lost.json["instance"]
    again = node.http.post(path, body, key="once").expect(201)
    assert again.header("Idempotency-Replayed") == "true"


def test_slow_clients_are_cut_and_others_served(dortmund):
    """One byte a second never ends by inactivity: the whole head has one deadline."""
    with socket.create_connection(("127.0.0.1", dortmund.port)) as slow:
        slow.sendall(b"GET /api/v1/vocabulary HTTP/1.1\r\n")
        began = time.monotonic()
        end = None

        def drip():
            nonlocal end
            try:
                while time.monotonic() - began < 45:
                    slow.sendall(b"X")
                    slow.settimeout(0.5)
                    try:
                        if slow.recv(100) == b"":
                            break
                    except socket.timeout:
                        pass
            except OSError:
                pass
            end = time.monotonic() - began
        thread = threading.Thread(target=drip)
        thread.start()
        while thread.is_alive():
            dortmund.http.get("/api/v1/vocabulary").expect(200)
            thread.join(0.2)
        assert 8 < end < 40
    assert re.search(r'kosi_http_connections_cut_total\{gateway="1"\} [1-9]', dortmund.ops.get("/metrics").text)


def test_what_the_library_gives_up_is_freed(fresh):
    """More names in a query than the library has room for: each such request stayed in memory for ever."""
    def opened():
        return int(re.search(r'kosi_http_requests_open\{gateway="1"\} (\d+)', fresh.ops.get("/metrics").text).group(1))
    for _ in range(20):
        raw_exchange(fresh.port, b"GET /api/v1/forms?" + b"k=a&" * 1500 + b" HTTP/1.1\r\nHost: x\r\n\r\n", timeout=0.1)
    wait_until(lambda: opened() == 1, 40, "all of them freed")   # at the latest when the deadline of a head has passed


# ---- the start
@pytest.mark.parametrize("name,text,complaint", [
    ("start.tpl", "<p>{{title}}</p>", "start.tpl:1:"),
    ("entry.tpl", '{{%AUTOESCAPE context="HTML"}}\n<p>{{titel}}</p>', 'entry.tpl:2: there is no field "titel"'),
    ("form.tpl", '{{%AUTOESCAPE context="HTML"}}\n\n[[form.nothing]]', 'form.tpl:3: there is no text "form.nothing"'),
])
def test_a_broken_template_stops_the_start(make_node, tmp_path, name, text, complaint):
    root = Path(__file__).resolve().parents[2]
    shutil.copytree(root / "gateway", tmp_path / "gateway", ignore=shutil.ignore_patterns("*.c", "*.h", "*.cc"))
    os.symlink(root / "deploy", tmp_path / "deploy")
    (tmp_path / "gateway" / "templates" / name).write_text(text)
    node = make_node(start=False, settings={"share_dir": str(tmp_path)})
    done = subprocess.run([str(BIN / "kosi-gateway"), "--config", str(node.config), "--check-config"], capture_output=True, text=True, timeout=30)
    assert done.returncode == 78 and complaint in done.stderr, done.stderr
