"""What the bench measures with: wrk, the floor program, the node."""
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.parse
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "scenario"))
from kosi_test import Node, filled_form, wait_until  # noqa: E402
from kosi_test.http import Http  # noqa: E402
from kosi_test.node import free_port  # noqa: E402
from kosi_test.paths import BIN  # noqa: E402

FORM_BYTES = 1400
ENTRIES = 24   # more than one page of the landscape


def as_page(body, version):
    """The same form as a browser sends it."""
    fields = [("_key", "bench-@N@"), ("form_version", version)]
    for name, value in body["answers"].items():
        fields += [(name, v) for v in value] if isinstance(value, list) else [(name, value)]
    fields += [(f"contact.{name}", value) for name, value in body.get("contact", {}).items()] + [("consents", c) for c in body["consents"]]
    return urllib.parse.urlencode(fields, safe="@")


class Failed(Exception):
    pass


def wrk(url, connections, seconds, body_file=None, **more):
    """{rate, p50_ms, p99_ms, requests}; fails when any answer was not a success. more: what load.lua reads from its environment."""
    environment = {**os.environ, **({"BODY_FILE": str(body_file)} if body_file else {}), **more}
    done = subprocess.run(["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "10s", "-s", str(HERE / "load.lua"), url],
                          capture_output=True, text=True, env=environment)
    line = re.search(r"^RESULT (.*)$", done.stdout, re.M)
    if done.returncode or not line:
        raise Failed(f"wrk: {done.stdout}{done.stderr}")
    r = json.loads(line.group(1))
    if r["bad_status"] or r["broken"]:
        raise Failed(f"{url} at {connections} connections: {r['bad_status']} answers were no success, {r['broken']} connections broke")
    return {"rate": r["requests"] / r["duration_us"] * 1e6, "p50_ms": r["p50_us"] / 1000, "p99_ms": r["p99_us"] / 1000, "requests": r["requests"]}


class Floor:
    """The barest gateway, broker and writer."""

    def __init__(self):
        self.dir, self.port, self.processes = Path(tempfile.mkdtemp(prefix="kf", dir="/tmp")), free_port(), []
        for part in (["broker", str(self.dir)], ["writer", str(self.dir)], ["gateway", str(self.port), str(self.dir)]):
            self.processes.append(subprocess.Popen([str(BIN.parent / "bench" / f"floor_{part[0]}"), *part[1:]]))
        wait_until(self._answers, 5, "the floor")

    def _answers(self):
        try:
            return Http(self.port).post("/", {}).status == 201
        except OSError:
            return False

    url = property(lambda self: f"http://127.0.0.1:{self.port}/")

    def stored(self):
        import sqlite3
        with sqlite3.connect(f"file:{self.dir}/floor.db?mode=ro", uri=True) as database:
            return database.execute("SELECT count(*) FROM submission").fetchone()[0]

    def close(self):
        for p in self.processes:
            p.kill()
            p.wait()
        shutil.rmtree(self.dir, ignore_errors=True)


class Subject:
    """The node under test, with one entry to look at and a body to send."""

    def __init__(self):
        began = time.monotonic()
        self.node = Node("dortmund", start=False)
        self.init_s = time.monotonic() - began
        began = time.monotonic()
        self.node.start()
        self.ready_s = time.monotonic() - began
        form = self.node.form()
        body = filled_form(form, title="Nachbarschaftshilfe @N@", everything=True)
        self._pad(form, body)
        self.body_file = self.node.dir / "body.json"
        self.body_file.write_text(json.dumps(body, ensure_ascii=False))
        self.url = f"http://127.0.0.1:{self.node.port}/api/v1/forms/{form['slug']}/submissions"
        self.page_url = f"http://127.0.0.1:{self.node.port}/formulare/{form['slug']}"
        self.page_body_file = self.node.dir / "body.form"
        self.page_body_file.write_text(as_page(body, form["version"]))
        self.accepted = self._accept(form)
        for _ in range(ENTRIES - 1):
            self._accept(form)
        self.landscape_url = f"http://127.0.0.1:{self.node.port}/landschaft"
        self.entry_page_url = f"{self.landscape_url}/{self.accepted}"
        self.entry_url = f"http://127.0.0.1:{self.node.port}/api/v1/entries/{self.accepted}"

    @staticmethod
    def _pad(form, body):
        """To about the size of a form that somebody took five minutes for."""
        words = "Wir treffen uns jede Woche im Viertel, kochen, reparieren und lernen voneinander; alle sind willkommen. "
        long = next(q for q in form["questions"] if q["type"] == "long_text")
        missing = FORM_BYTES - len(json.dumps(body, ensure_ascii=False).encode())
        body["answers"][long["id"]] = (words * 20)[: min(max(missing, 20), long.get("max_length") or 5000)].strip()

    def _accept(self, form):
        staff = self.node.staff()
        submission = self.node.http.post(f"/api/v1/forms/{form['slug']}/submissions", json.loads(self.body_file.read_text())).expect(201).json["id"]
        entry = staff.decide(submission, "accept").expect(200).json["entry_id"]
        wait_until(lambda: self.node.http.get(f"/api/v1/entries/{entry}").status == 200, 5, "the entry")
        return entry

    def stored(self):
        import sqlite3
        with sqlite3.connect(f"file:{self.node.data}/submissions.db?mode=ro", uri=True, timeout=10) as database:
            return database.execute("SELECT count(*) FROM log WHERE type = 'SubmissionReceived'").fetchone()[0]

    def followers(self):
        return [f"{s['name']} follows {f['service']}" for s in self.node.status()["services"] for f in s["follows"]]

    def close(self):
        self.node.close()


def machine():
    """What the figures were taken on."""
    model = next((line.split(":")[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")), "?")
    kind = subprocess.run(["stat", "-f", "-c", "%T", "/tmp"], capture_output=True, text=True).stdout.strip()
    with tempfile.NamedTemporaryFile(dir="/tmp") as probe:
        began = time.monotonic()
        for _ in range(50):
            probe.write(b"x" * 4096)
            probe.flush()
            os.fsync(probe.fileno())
        flush_ms = (time.monotonic() - began) * 20
    return {"processors": os.cpu_count(), "model": model, "file_system": kind, "flush_ms": round(flush_ms, 3)}
