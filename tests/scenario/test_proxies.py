"""The examples in deploy/proxy/, run by the real programs: what citizens get through them, and what does not get through."""
import http.client
import json
import shutil
import socket
import ssl
import subprocess
import time

import pytest

from kosi_test import filled_form, wait_until
from kosi_test.node import free_port
from kosi_test.paths import ROOT

NAME = "kosi.example.org"


def certificate(folder):
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj",
                    f"/CN={NAME}", "-addext", f"subjectAltName=DNS:{NAME}", "-keyout", "privkey.pem", "-out", "fullchain.pem"],
                   cwd=folder, check=True, capture_output=True)
    (folder / "kosi.pem").write_text((folder / "fullchain.pem").read_text() + (folder / "privkey.pem").read_text())


class Proxy:
    """The example with nothing changed but names of files, ports and, for Caddy, the certificate, which it can't fetch here."""

    def __init__(self, program, node, folder):
        self.program, self.folder, self.port, self.plain_port = program, folder, free_port(), free_port()
        certificate(folder)
        self.process = None
        getattr(self, program)(node)
        wait_until(self.listens, 10, f"{program} listening")

    def listens(self):
        assert self.process.poll() is None, (self.folder / "out").read_text()
        try:
            socket.create_connection(("127.0.0.1", self.port), 1).close()
            return True
        except OSError:
            return False

    def example(self, name, changes):
        text = (ROOT / "deploy/proxy" / name).read_text()
        for old, new in changes.items():
            assert old in text, f"{name} has no {old}"
            text = text.replace(old, new)
        path = self.folder / name
        path.write_text(text)
        return path

    def start(self, *command):
        self.process = subprocess.Popen(command, cwd=self.folder, stdout=open(self.folder / "out", "w"), stderr=subprocess.STDOUT,
                                        env={"HOME": str(self.folder), "PATH": "/usr/sbin:/usr/bin:/sbin:/bin"})

    def caddy(self, node):
        path = self.example("Caddyfile", {
            "admin off": f"admin off\n\thttp_port {self.plain_port}\n\thttps_port {self.port}\n\tskip_install_trust",
            "\trequest_body": "\ttls fullchain.pem privkey.pem\n\trequest_body", "/var/log/caddy/kosi.log": "access.log",
            "127.0.0.1:8080": f"127.0.0.1:{node.port}"})
        self.start("caddy", "run", "--adapter", "caddyfile", "--config", str(path))

    def nginx(self, node):
        path = self.example("nginx.conf", {
            "listen 80;": f"listen {self.plain_port};", "listen 443 ssl": f"listen {self.port} ssl", "    listen [::]:80;\n": "",
            "    listen [::]:443 ssl http2;\n": "", "/etc/ssl/kosi": str(self.folder), "/var/log/nginx/kosi.log": "access.log",
            "/var/log/nginx/kosi-error.log": "error.log", "127.0.0.1:8080": f"127.0.0.1:{node.port}"})
        temporary = "".join(f"{kind}_temp_path {self.folder}/{kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        main = self.folder / "main.conf"
        main.write_text(f"daemon off;\nmaster_process off;\npid nginx.pid;\nerror_log stderr;\nevents {{}}\nhttp {{\n{temporary}include {path};\n}}\n")
        self.start("nginx", "-p", str(self.folder), "-c", str(main), "-e", "stderr")

    def haproxy(self, node):
        path = self.example("haproxy.cfg", {
            "bind :80": f"bind :{self.plain_port}", "bind :443": f"bind :{self.port}", "/etc/ssl/kosi": str(self.folder),
            "127.0.0.1:8080": f"127.0.0.1:{node.port}"})
        self.start("haproxy", "-db", "-f", str(path))

    def context(self):
        return ssl.create_default_context(cafile=self.folder / "fullchain.pem")

    def open(self):
        raw = socket.create_connection(("127.0.0.1", self.port), 10)
        return self.context().wrap_socket(raw, server_hostname=NAME)

    def request(self, method, path, body=None, headers=None):
        client = http.client.HTTPConnection("127.0.0.1")
        client.sock = self.open()
        client.request(method, path, body, {"Host": NAME, **(headers or {})})
        answer = client.getresponse()
        return answer, answer.read()

    def said(self):
        return "".join(p.read_text(errors="replace") for p in self.folder.iterdir() if p.name in ("out", "access.log", "error.log"))

    def end(self):
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


@pytest.fixture(scope="module")
def behind(request):
    from kosi_test.node import Node
    with Node("dortmund", settings={"public_url": f"https://{NAME}", "trusted_proxies": "127.0.0.1"}) as node:
        yield node


@pytest.fixture(scope="module", params=["caddy", "nginx", "haproxy"])
def proxy(request, behind, tmp_path_factory):
    if not shutil.which(request.param, path="/usr/sbin:/usr/bin"):
        pytest.fail(f"{request.param} is not installed. Run deploy/install --tests.")
    made = Proxy(request.param, behind, tmp_path_factory.mktemp(request.param))
    yield made
    made.end()


def test_a_citizen_sends_a_form_through_it(proxy, behind):
    form = behind.form()
    answer, body = proxy.request("POST", f"/api/v1/forms/{form['slug']}/submissions", json.dumps(filled_form(form)), {"Content-Type": "application/json"})
    assert answer.status == 201, body
    sent = json.loads(body)
    assert sent["status_url"].startswith(f"https://{NAME}/")
    page, body = proxy.request("GET", sent["status_url"].removeprefix(f"https://{NAME}"))
    assert page.status == 200 and sent["receipt"] in body.decode()
    assert page.getheader("Cache-Control") == "no-store" and page.getheader("Content-Encoding") is None
    wait_until(lambda: answer.getheader("X-Request-Id") in proxy.said(), 10, "the request's number in the proxy's log")
    assert sent["token"] not in proxy.said()
    assert "127.0.0.1 " not in proxy.said() and '"127.0.0.1"' not in proxy.said()


def test_https_is_insisted_on(proxy):
    client = http.client.HTTPConnection("127.0.0.1", proxy.plain_port, timeout=10)
    client.request("GET", "/landschaft?q=x", headers={"Host": NAME})
    answer = client.getresponse()
    assert answer.status in (301, 308)
    assert answer.getheader("Location").startswith("https://") and answer.getheader("Location").endswith("/landschaft?q=x")
    secure, _ = proxy.request("GET", "/")
    assert secure.getheader("Strict-Transport-Security") and secure.getheader("Content-Security-Policy")


def test_too_large_a_body_is_refused(proxy, behind):
    form = behind.form()
    answer, _ = proxy.request("POST", f"/api/v1/forms/{form['slug']}/submissions", b"x" * 300_000, {"Content-Type": "application/json"})
    assert answer.status == 413


def test_a_smuggled_request_is_not_answered(proxy):
    """Content-Length and Transfer-Encoding together: one reading ends before the second request, the other behind it."""
    hidden = b"GET /smuggled HTTP/1.1\r\nHost: kosi.example.org\r\n\r\n"
    line = proxy.open()
    line.sendall(b"POST /api/v1/session HTTP/1.1\r\nHost: kosi.example.org\r\nContent-Type: application/json\r\nContent-Length: 4\r\n"
                 b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + hidden)
    line.settimeout(3)
    got = b""
    try:
        while more := line.recv(65536):
            got += more
    except (TimeoutError, ConnectionError, ssl.SSLError):
        pass
    answers = got.count(b"HTTP/1.1 ")
    # either refused as a whole, or read as RFC 9112 says (chunked counts) and the second request is one of its own, in the open
    assert answers <= 2 and (answers < 2 or b" 404 " in got), got


def test_a_client_that_sends_nothing_is_let_go(proxy):
    line = proxy.open()
    line.sendall(b"GET / HTTP/1.1\r\nHost: kosi.example.org\r\n")   # and never the end of the head
    began = time.monotonic()
    line.settimeout(40)
    try:
        while line.recv(65536):
            pass
    except (ConnectionError, ssl.SSLError):
        pass
    assert time.monotonic() - began < 35


def test_the_node_restarts_its_gateways_behind_it(proxy, behind):
    behind.kosi("scale", "gateway", "2")
    for name in ("gateway-1", "gateway-2"):
        old = behind.pid(name)
        subprocess.run(["s6-svc", "-r", str(behind.run / "services" / name)], check=True)
        while behind.pid(name) in (old, None) or not behind.gateway_serves(name):
            answer, _ = proxy.request("GET", "/api/v1/vocabulary")
            assert answer.status == 200
    assert proxy.request("GET", "/landschaft")[0].status == 200
