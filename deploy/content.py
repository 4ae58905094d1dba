#!/usr/bin/python3
"""Loads a city's sample content through the public HTTP API: sends submissions as a citizen, accepts them as staff.

Each file of the content folder is a list of {"form", "answers", "consents", "contact"?, "accept"?: false, "accept_edits"?}.
May be called again at any time: what was done is remembered in --done, and every step carries an Idempotency-Key.
"""
import argparse
import hashlib
import json
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

PATIENCE_S = 30


class Refused(Exception):
    pass


class Api:
    def __init__(self, url):
        self.url, self.token = url, None

    def post(self, path, body, key=None):
        """The answer's JSON; tries again while the node says "later"."""
        headers = {"Content-Type": "application/json", "Accept-Language": "de"}
        if key:
            headers["Idempotency-Key"] = key
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        request = urllib.request.Request(self.url + path, json.dumps(body).encode(), headers, method="POST")
        end = time.monotonic() + PATIENCE_S
        while True:
            try:
                with urllib.request.urlopen(request, timeout=10) as answer:
                    return json.load(answer)
            except urllib.error.HTTPError as error:
                text = error.read().decode(errors="replace")
                if error.code not in (429, 503, 504) or time.monotonic() > end:
                    raise Refused(f"{path}: {error.code} {text}") from error
                time.sleep(min(float(error.headers.get("Retry-After") or 0.2), 5))
            except OSError as error:
                if time.monotonic() > end:
                    raise Refused(f"{self.url}{path}: {error}") from error
                time.sleep(0.2)


def environment(path):
    pairs = (line.split("=", 1) for line in Path(path).read_text().splitlines() if "=" in line and not line.startswith("#"))
    return {name: value for name, value in pairs}


def items(folder):
    for file in sorted(Path(folder).glob("*.json")):
        for item in json.loads(file.read_text(encoding="utf-8")):
            digest = hashlib.sha256(json.dumps(item, sort_keys=True).encode()).hexdigest()[:32]
            yield f"content-{digest}", item


def load(api, key, item):
    body = {name: item[name] for name in ("answers", "consents", "contact") if name in item}
    sent = api.post(f"/api/v1/forms/{item['form']}/submissions", body, key)
    if item.get("accept", True):
        decision = {"decision": "accept", **({"edits": item["accept_edits"]} if "accept_edits" in item else {})}
        api.post(f"/api/v1/staff/submissions/{sent['id']}/decision", decision, f"{key}-accept")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--url", required=True, help="the node, http://127.0.0.1:8081")
    parser.add_argument("--content", required=True, help="folder with *.json")
    parser.add_argument("--env", required=True, help="demo.env with STAFF_LOGIN and STAFF_PASSWORD")
    parser.add_argument("--done", required=True, help="file that remembers what is loaded")
    options = parser.parse_args()
    done_file = Path(options.done)
    done = set(done_file.read_text().split()) if done_file.exists() else set()
    waiting = [(key, item) for key, item in items(options.content) if key not in done]
    if not waiting:
        return 0
    known, api, city = environment(options.env), Api(options.url), Path(options.content).parent.name
    try:
        api.token = api.post("/api/v1/session", {"login": known["STAFF_LOGIN"], "password": known["STAFF_PASSWORD"]})["token"]
        for number, (key, item) in enumerate(waiting, 1):
            load(api, key, item)
            with done_file.open("a") as out:
                out.write(key + "\n")
            if sys.stdout.isatty() or number == len(waiting):
                print(f"\r{city}: sample content {number}/{len(waiting)}", end="", flush=True)
        print()
    except Refused as refusal:
        print(f"\n{city}: {refusal}", file=sys.stderr)
        return 1
    return 0


sys.exit(main())
