"""Hostile clients, byte by byte: for each what exactly comes back, and whether the connection goes on. After each the node serves as
before.

covers: submissions.Submit registry.List registry.Vocabulary
"""
# sanitized: hostile bytes
import json
import socket
import threading

import pytest

from kosi_test import filled_form, raw_exchange, wait_until
from kosi_test.http import raw_status

READ = b"/api/v1/vocabulary"


@pytest.fixture
def address(dortmund):
    return f"/api/v1/forms/{dortmund.form()['slug']}/submissions".encode()


@pytest.fixture(autouse=True)
def serves_as_before(dortmund):
    """After each case: all daemons are the same processes, and a good submission is taken."""
    pids = {name: dortmund.pid(name) for name in dortmund.daemons()}
    yield
    form = dortmund.form()
    dortmund.http.post(f"/api/v1/forms/{form['slug']}/submissions", filled_form(form)).expect(201)
    assert pids == {name: dortmund.pid(name) for name in dortmund.daemons()}


def answers(received):
    """How many answers these bytes hold."""
    return received.count(b"HTTP/1.1 ")


def body_of(received):
    return received.partition(b"\r\n\r\n")[2]


def refused(received, status, code):
    """One answer of ours with this status and code, and then the end."""
    assert (raw_status(received), answers(received)) == (status, 1), received[:500]
    assert json.loads(body_of(received))["code"] == code and b"connection: close" in received.lower()


# ---- lines that two programs read in two ways
AMBIGUOUS = {
    "LF for every line's end": b"GET %s HTTP/1.1\nHost: a\n\n",
    "LF after the request line": b"GET %s HTTP/1.1\nHost: a\r\n\r\n",
    "LF between two headers": b"GET %s HTTP/1.1\r\nHost: a\r\nX: b\nY: c\r\n\r\n",
    "LF that hides a header": b"GET %s HTTP/1.1\r\nHost: a\r\nX: b\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "LF after the last header": b"GET %s HTTP/1.1\r\nHost: a\r\nX: b\n\r\n",
    "LF for the empty line": b"GET %s HTTP/1.1\r\nHost: a\r\n\n",
    "CR alone": b"GET %s HTTP/1.1\r\nHost: a\r\nX: b\rY: c\r\n\r\n",
    "NUL in a value": b"GET %s HTTP/1.1\r\nHost: a\r\nX: b\0c\r\n\r\n",
    "NUL after chunked": b"POST %s HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\0x\r\n\r\n0\r\n\r\n",
    "folded header": b"GET %s HTTP/1.1\r\nHost: a\r\nX: b\r\n  c\r\nY: d\r\n\r\n",
    "folded last header": b"GET %s HTTP/1.1\r\nHost: a\r\nX: b\r\n\tc\r\n\r\n",
    "folded length": b"POST %s HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n 0\r\n\r\n{}",
    "blank before the colon": b"GET %s HTTP/1.1\r\nHost: a\r\nX : b\r\n\r\n",
    "blank in the address": b"GET %s /x HTTP/1.1\r\nHost: a\r\n\r\n",
    "no host": b"GET %s HTTP/1.1\r\nX: a\r\n\r\n",
    "two hosts": b"GET %s HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n",
    "chunked in HTTP/1.0": b"POST %s HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "two kinds of length": b"POST %s HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "two lengths that agree": b"POST %s HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\n{}",
    "a list of lengths": b"POST %s HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
}


@pytest.mark.parametrize("name", AMBIGUOUS)
def test_what_can_be_read_in_two_ways_is_refused_and_closed(dortmund, name):
    second = b"GET /landschaft HTTP/1.1\r\nHost: a\r\n\r\n"
    refused(raw_exchange(dortmund.port, AMBIGUOUS[name].replace(b"%s", READ) + second), 400, "malformed")


# The HTTP library answers these itself, before it asks us: a short text instead of a problem, and the connection ends.
BROKEN = {
    "no version": (b"GET %s\r\n\r\n", 400), "no such version": (b"GET %s HTTP/x\r\nHost: a\r\n\r\n", 400),
    "TLS": (b"\x16\x03\x01\x02\x00\x01\x00\r\n\r\n", None), "version 2 in the clear": (b"GET %s HTTP/2.0\r\nHost: a\r\n\r\n", 505), "header without a colon": (b"GET %s HTTP/1.1\r\nHost a\r\n\r\n", 400),
    "NUL in a name": (b"GET %s HTTP/1.1\r\nHost: a\r\nX\0Y: b\r\n\r\n", 400),
    "length in hexadecimal": (b"POST %s HTTP/1.1\r\nHost: a\r\nContent-Length: 0x2\r\n\r\n{}", 400),
    "negative length": (b"POST %s HTTP/1.1\r\nHost: a\r\nContent-Length: -2\r\n\r\n{}", 400),
    "length beyond 64 bits": (b"POST %s HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999\r\n\r\n{}", 413),
    "chunk that is no number": (b"POST %s HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n", 400),
    "chunk beyond 64 bits": (b"POST %s HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n", 413),
    "address of 30 KiB": (b"GET /" + b"a" * 30000 + b" HTTP/1.1\r\nHost: a\r\n\r\n", 414),
    "cookies by the thousand": (b"GET %s HTTP/1.1\r\nHost: a\r\nCookie: " + b"a=b; " * 1500 + b"\r\n\r\n", 431),
    "head of 30 KiB": (b"GET %s HTTP/1.1\r\nHost: a\r\nX: " + b"a" * 30000 + b"\r\n\r\n", 431),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_no_http(dortmund, name):
    data, status = BROKEN[name]
    received = raw_exchange(dortmund.port, data.replace(b"%s", READ) + b"GET /landschaft HTTP/1.1\r\nHost: a\r\n\r\n")
    assert raw_status(received) == status and b"<!doctype" not in received
    assert status is None or b"connection: close" in received.lower()


def test_old_and_frugal_clients_are_served(dortmund):
    for data in (b"GET %s HTTP/1.0\r\n\r\n", b"GET %s HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", b"GET %s HTTP/1.1\r\nHost:   \t a \r\nX:\r\nConnection: close\r\n\r\n"):
        received = raw_exchange(dortmund.port, data % READ, timeout=2)
        assert raw_status(received) == 200 and answers(received) == 1
    head = b"GET %s HTTP/1.1\r\nHost: a\r\nX: y\r\nConnection: close\r\n\r\n" % READ
    assert raw_status(raw_exchange(dortmund.port, [head[i:i + 1] for i in range(len(head))])) == 200   # byte by byte


def test_two_requests_at_once_are_two_answers(dortmund):
    both = b"GET %s HTTP/1.1\r\nHost: a\r\n\r\nHEAD %s HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n" % (READ, READ)
    received = raw_exchange(dortmund.port, both)
    assert answers(received) == 2 and received.endswith(b"\r\n\r\n")


# ---- sizes
@pytest.mark.parametrize("head,status", [
    (b"X: " + b"a" * 7000, 200), (b"X: " + b"a" * 8500, 431), (b"\r\n".join(b"X-%d: a" % i for i in range(90)), 200)],
    ids=["7 KB", "8.5 KB", "90 headers"])
def test_heads_have_a_limit(dortmund, head, status):
    received = raw_exchange(dortmund.port, b"GET %s HTTP/1.1\r\nHost: a\r\nConnection: close\r\n%s\r\n\r\n" % (READ, head))
    assert raw_status(received) == status
    if status == 431:
        refused(received, 431, "headers_too_large")


@pytest.mark.parametrize("names", [401, 499])
def test_many_query_names(dortmund, names):
    """The library keeps none of them, so they are judged by us: an unknown one is named by the API and passed over by a page."""
    query = b"&".join(b"n%d=1" % i for i in range(names))
    received = raw_exchange(dortmund.port, b"GET /api/v1/entries?%s HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n" % query)
    assert raw_status(received) == 400 and json.loads(body_of(received))["errors"] == [
        {"field": "n0", "code": "unknown_field", "message": json.loads(body_of(received))["errors"][0]["message"]}]
    assert raw_status(raw_exchange(dortmund.port, b"GET /landschaft?%s HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n" % query)) == 200


def test_more_query_names_than_any_page_has(dortmund):
    query = b"&".join(b"n%d" % i for i in range(501))
    for path in (b"/api/v1/entries", b"/landschaft"):
        assert raw_status(raw_exchange(dortmund.port, b"GET %s?%s HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n" % (path, query))) == 400


def test_bodies_where_they_say_nothing(dortmund):
    def status(size):
        return raw_status(raw_exchange(dortmund.port, b"GET %s HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s" % (
            READ, size, b"x" * size)))
    assert (status(0), status(1024), status(1025)) == (200, 200, 413)


def post_head(address, *headers):
    return b"\r\n".join([b"POST " + address + b" HTTP/1.1", b"Host: a", b"Content-Type: application/json", *headers]) + b"\r\n\r\n"


def test_a_body_too_long_is_answered_and_the_connection_goes_on(dortmund, address):
    with socket.create_connection(("127.0.0.1", dortmund.port), timeout=10) as client:
        client.sendall(post_head(address, b"Content-Length: 300000") + b"x" * 300000)
        assert raw_status(client.recv(65536)) == 413
        client.sendall(b"GET %s HTTP/1.1\r\nHost: a\r\n\r\n" % READ)
        assert raw_status(client.recv(65536)) == 200


def test_a_body_of_gigabytes_is_answered_before_it_comes(dortmund, address):
    refused(raw_exchange(dortmund.port, post_head(address, b"Content-Length: 9999999999") + b"x" * 1000), 413, "too_large")


def test_limits_are_those_of_the_route(dortmund):
    """Signing in takes no book."""
    sent = {"login": "x", "password": "y" * 5000}
    dortmund.http.post("/api/v1/session", sent).expect(413, "too_large")


# ---- chunks
def test_chunks_that_never_end_are_answered_while_they_come(dortmund, address):
    chunk = b"10000\r\n" + b"x" * 65536 + b"\r\n"
    received = bytearray()
    with socket.create_connection(("127.0.0.1", dortmund.port), timeout=10) as client:
        client.sendall(post_head(address, b"Transfer-Encoding: chunked"))

        def send():
            try:
                while True:
                    client.sendall(chunk)
            except OSError:
                pass   # cut
        thread = threading.Thread(target=send)
        thread.start()
        while part := client.recv(65536):
            received += part
        refused(bytes(received), 413, "too_large")
        thread.join(20)
        assert not thread.is_alive(), "still reading"


def test_after_chunks_the_connection_ends(dortmund, address):
    """Where a chunked body ends is where proxies and servers differ, so nothing behind it is read as a request."""
    body = json.dumps(filled_form(dortmund.form())).encode()
    chunked = b"".join(b"%x;x=\"y\"\r\n%s\r\n" % (len(body[i:i + 100]), body[i:i + 100]) for i in range(0, len(body), 100)) + b"0\r\nTrailer: x\r\n\r\n"
    received = raw_exchange(dortmund.port, post_head(address, b"Transfer-Encoding: chunked") + chunked + b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
    assert raw_status(received) == 201 and answers(received) == 1 and b"connection: close" in received.lower()


# ---- Expect
def test_expect(dortmund, address):
    body = json.dumps(filled_form(dortmund.form())).encode()
    with socket.create_connection(("127.0.0.1", dortmund.port), timeout=5) as client:
        client.sendall(post_head(address, b"Content-Length: %d" % len(body), b"Expect: 100-continue"))
        assert client.recv(1000) == b"HTTP/1.1 100 Continue\r\n\r\n"
        client.sendall(body)
        assert raw_status(client.recv(65536)) == 201
    for length in (300000, 99999999999):
        refused(raw_exchange(dortmund.port, post_head(address, b"Content-Length: %d" % length, b"Expect: 100-continue")), 413, "too_large")
    other = raw_exchange(dortmund.port, b"GET %s HTTP/1.1\r\nHost: a\r\nExpect: tea\r\nConnection: close\r\n\r\n" % READ)
    assert raw_status(other) == 200   # RFC 9110 section 10.1.1: may be ignored


# ---- methods
def test_head_options_and_the_rest(dortmund):
    get, head = dortmund.http.get("/landschaft").expect(200), dortmund.http.request("HEAD", "/landschaft")
    assert head.status == 200 and head.body == b"" and head.header("Content-Length") == get.header("Content-Length")
    options = dortmund.http.request("OPTIONS", "/api/v1/entries", headers={"Origin": "https://example.org", "Access-Control-Request-Method": "GET"})
    assert (options.status, options.header("Access-Control-Allow-Origin"), options.header("Access-Control-Allow-Methods")) == (204, "*", "GET, HEAD")
    for path in ("/api/v1/session", "/api/v1/staff/submissions", "/api/v1/submissions/" + "A" * 43, "/landschaft"):
        closed = dortmund.http.request("OPTIONS", path, headers={"Origin": "https://example.org", "Access-Control-Request-Method": "POST"})
        assert closed.status == 204 and closed.header("Access-Control-Allow-Origin") is None and "OPTIONS" in closed.header("Allow")
    for method in ("TRACE", "CONNECT", "PATCH", "BREW", "get", "M" * 200):
        answer = dortmund.http.request(method, "/api/v1/entries")
        assert answer.status == 405 and answer.code == "method_not_allowed" and answer.header("Allow") == "GET, HEAD, OPTIONS"


# ---- forms as multipart
def multipart(fields, boundary="XyZ", tail="--XyZ--\r\n"):
    parts = [f"--{boundary}\r\nContent-Disposition: form-data; name=\"{name}\"{more}\r\n\r\n{value}\r\n" for name, more, value in fields]
    return "".join(parts + [tail]).encode()


def form_fields(dortmund):
    filled = filled_form(dortmund.form())
    pairs = [(k, v) for k, vs in filled["answers"].items() for v in (vs if isinstance(vs, list) else [vs])]
    pairs += [(f"contact.{k}", v) for k, v in filled["contact"].items() if k != "language"] + [("consents", c) for c in filled["consents"]]
    return [(k, "", v) for k, v in pairs] + [("form_version", "", str(dortmund.form()["version"]))]


def send_multipart(dortmund, body, boundary="XyZ"):
    page = f"/formulare/{dortmund.form()['slug']}"
    return dortmund.http.post(page, body=body, headers={"Content-Type": f"multipart/form-data; boundary={boundary}"})


def test_a_form_may_come_as_multipart(dortmund):
    """It gets as far as the same fields urlencoded do; a file field left empty is no file."""
    fields = form_fields(dortmund)
    plain = dortmund.http.post(f"/formulare/{dortmund.form()['slug']}", form=[(name, value) for name, _, value in fields])
    answer = send_multipart(dortmund, multipart(fields + [("photo", '; filename=""', "")]))
    assert answer.status == plain.status and answer.status in (200, 303), answer


def test_multipart_that_is_none_of_ours(dortmund):
    fields = form_fields(dortmund)
    assert send_multipart(dortmund, multipart(fields + [("photo", '; filename="a.jpg"', "x")])).status == 415
    assert send_multipart(dortmund, multipart(fields, tail="")).status == 400
    assert send_multipart(dortmund, multipart(fields), boundary="Other").status == 400
    assert send_multipart(dortmund, multipart(fields), boundary="").status == 400
    assert send_multipart(dortmund, multipart([("a", "", "\0")])).status == 400
    assert send_multipart(dortmund, multipart([("a" * 2000, "", "x")])).status == 413
    assert send_multipart(dortmund, multipart([("a", "", "x")] * 501)).status == 413


# ---- what every answer says
def test_headers_that_protect(dortmund):
    page, api, secret = dortmund.http.get("/landschaft"), dortmund.http.get("/api/v1/entries"), dortmund.http.get("/api/v1/submissions/" + "A" * 43)
    for answer in (page, api, secret, dortmund.http.get("/nirgendwo")):
        policy = answer.header("Content-Security-Policy")
        assert "default-src 'none'" in policy and "unsafe" not in policy and "frame-ancestors 'none'" in policy and "base-uri 'none'" in policy
        assert answer.header("X-Content-Type-Options") == "nosniff" and answer.header("X-Frame-Options") == "DENY"
        assert "geolocation=()" in answer.header("Permissions-Policy") and answer.header("Cross-Origin-Opener-Policy") == "same-origin"
        assert answer.header("Strict-Transport-Security") is None and answer.header("Server") is None
    assert page.header("Cross-Origin-Resource-Policy") == "same-origin" == secret.header("Cross-Origin-Resource-Policy")
    assert api.header("Cross-Origin-Resource-Policy") == "cross-origin"
    assert secret.header("Referrer-Policy") == "no-referrer" and secret.header("Cache-Control") == "no-store"


def test_nobody_is_left_in_memory(dortmund):
    def opened():
        text = dortmund.ops.get("/metrics").text
        return int(next(line for line in text.splitlines() if line.startswith("kosi_http_requests_open{")).split()[-1])
    wait_until(lambda: opened() <= 1, 15, "all requests of this file are over")
