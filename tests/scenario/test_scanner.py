"""Wapiti, a web vulnerability scanner, goes over the public pages and, signed in, over those of staff, and finds nothing."""
# serial: hundreds of requests
# minutes: 10
import json
import subprocess

import pytest

from kosi_test import filled_form
from kosi_test.node import PASSWORD

# those that need no second host to call home to and no list from elsewhere
MODULES = "backup,blindsql,cookieflags,crlf,csp,csrf,exec,file,htaccess,http_headers,methods,permanentxss,redirect,shellshock,sql,xss"
MOST_S = 10   # for the attacks of one module
# What it says that is no fault, and why.
EXPLAINED = [
    # a form without a session has nothing that a token could protect; such POSTs are refused by where they come from (Sec-Fetch-Site, Origin)
    lambda kind, one: kind == "Cross Site Request Forgery" and "/intern/" not in one["path"],
    # browsers have dropped what this header turned on; the content security policy forbids scripts altogether
    lambda kind, one: one["info"].startswith("X-XSS-Protection"),
]


# Debian's wapiti 3.0.4 can't exclude an address under Python 3.11: its pattern has a flag where Python no longer takes one.
PROGRAM = r"""
import re, sys
from wapitiCore.net import crawler
crawler.wildcard_translate = lambda pattern: re.compile(".*".join(map(re.escape, pattern.split("*"))) + r"\Z", re.S)
from wapitiCore.main.wapiti import wapiti_main
sys.argv[0] = "wapiti"
wapiti_main()
"""


def scan(node, folder, starts, without, cookie=None):
    """starts: first, whatever else it finds in the time and the number of pages that it has."""
    out = folder / "found.json"
    command = ["/usr/bin/python3", "-c", PROGRAM, "-u", f"http://127.0.0.1:{node.port}{starts[0]}", "-m", MODULES, "--scope", "domain", "-d", "4",
               "--max-links-per-page", "40", "--max-files-per-dir", "12", "--max-parameters", "20", "-t", "4", "--flush-session", "--no-bugreport",
               "--store-session", str(folder), "--store-config", str(folder), "-f", "json", "-o", str(out), "-v", "1",
               "--max-scan-time", "30", "--max-attack-time", str(MOST_S)]
    command += [x for path in starts[1:] for x in ("-s", f"http://127.0.0.1:{node.port}{path}")]
    command += [x for path in without for x in ("-x", f"http://127.0.0.1:{node.port}{path}")]
    command += ["-H", f"Cookie: {cookie}"] if cookie else []
    done = subprocess.run(command, capture_output=True, text=True, timeout=560)
    assert out.exists(), done.stdout[-3000:] + done.stderr[-3000:]
    return json.loads(out.read_text()), done.stdout


def complaints(report):
    return [f"{kind}: {one['method']} {one['path']} {one.get('parameter', '')} {one['info']}"
            for group in ("vulnerabilities", "anomalies") for kind, found in report[group].items() for one in found
            if not any(explained(kind, one) for explained in EXPLAINED)]


@pytest.fixture
def behind_https(make_node):
    """A node that takes itself to be behind a proxy with a certificate: it says what it says there (HSTS, Secure)."""
    return make_node(settings={"public_url": "https://kosi.example.org"})


def test_the_public_pages(behind_https, tmp_path):
    report, said = scan(behind_https, tmp_path, ["/", "/landschaft", "/formulare"], ["/assets/*"])
    assert "/landschaft" in said and "/formulare/" in said, said
    print(said[-3000:])
    assert complaints(report) == []


def test_the_staff_pages(behind_https, tmp_path):
    behind_https.user_add("scan", "admin", "moderator")
    client = behind_https.client()
    answer = client.request("POST", "/intern/anmelden", form={"login": "scan", "password": PASSWORD})
    cookie = answer.header("Set-Cookie").split(";")[0]
    form = behind_https.form()
    for _ in range(3):
        behind_https.http.post(f"/api/v1/forms/{form['slug']}/submissions", filled_form(form)).expect(201)
    # it would sign itself out, or end its own session
    without = ["/assets/*", "*/abmelden", "*/sign-out", "*/sitzungen*", "*/sessions*", "/en/*"]
    starts = ["/intern/", "/intern/einreichungen", "/intern/personen", "/intern/konto"]
    report, said = scan(behind_https, tmp_path, starts, without, cookie)
    assert all(f"GET http://127.0.0.1:{behind_https.port}{path} " in said for path in starts), said
    print(said[-3000:])
    assert complaints(report) == []
