"""A node of the real binaries in a directory of its own: made by `kosi init`, run by s6, gone without a trace."""
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import tempfile
from pathlib import Path

from .bus import Bus
from .http import Http
from .paths import BIN, PATIENCE
from .people import Staff
from .wait import wait_until

PASSWORD = "geheim-genug-zum-testen"


class NodeError(Exception):
    pass


def free_port():
    """Below the range the kernel gives to outgoing connections, so that none takes it between here and the bind."""
    while True:
        port = random.SystemRandom().randrange(10000, 32000)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue


def processes_with(marker):
    """Pids whose environment carries the marker: everything a node started, however deep, and nothing else."""
    found = []
    for entry in os.listdir("/proc"):
        if entry.isdigit() and int(entry) != os.getpid():
            try:
                if marker in Path(f"/proc/{entry}/environ").read_bytes().split(b"\0"):
                    found.append(int(entry))
            except OSError:
                pass
    return found


class Node:
    """Node("dortmund") makes and starts; close() ends. Attributes: dir, data, run, config, port, ops_port, http, ops."""

    def __init__(self, city="dortmund", start=True, data=None, share=None, settings=None, environment=None):
        self.city = city
        self.dir = Path(tempfile.mkdtemp(prefix="k", dir="/tmp"))  # short: ipc paths hold 107 bytes
        self.data = Path(data) if data else self.dir / "d"
        self.run = self.dir / "r"
        self.config = self.data / "kosi.conf"
        self.port, self.ops_port = free_port(), free_port()
        self.marker = f"KOSI_TEST_NODE={self.dir}"
        self.environment = {**os.environ, "KOSI_TEST_NODE": str(self.dir), **(environment or {})}
        for tool in ("ASAN", "UBSAN", "TSAN", "LSAN"):
            given = os.environ.get(f"{tool}_OPTIONS", "")
            self.environment[f"{tool}_OPTIONS"] = f"{given}{':' if given else ''}log_path={self.dir}/sanitizer"
        self.svscan = None
        self.http = Http(self.port, timeout=20 * PATIENCE)
        self.ops = Http(self.ops_port, timeout=20 * PATIENCE)
        self._busses, self._staff = {}, {}
        try:
            self.init()
            unlimited = {"reads_per_second": 0, "writes_per_minute": 0}  # every test is the same client
            for name, value in {**unlimited, **(settings or {})}.items():
                self.set(name, value)
            if start:
                self.start()
        except BaseException:
            print(self.log_tail())
            self.close()
            raise

    # ---- life
    def init(self):
        self.kosi("init", "--city", self.city, "--data", str(self.data), "--run", str(self.run), "--port", str(self.port),
                  "--ops-port", str(self.ops_port), config=False)

    def set(self, name, value):
        """Changes a setting in kosi.conf before the start."""
        text = self.config.read_text()
        lines = [line for line in text.splitlines() if line.split("=")[0].strip() != name]
        written = str(value) if isinstance(value, int) else '"%s"' % value
        self.config.write_text("\n".join(lines + [f"{name} = {written}", ""]))

    def start(self, ready=True, deadline=15):
        with open(self.dir / "svscan.log", "ab") as log:
            self.svscan = subprocess.Popen(["s6-svscan", str(self.run / "services")], stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                                           env=self.environment, start_new_session=True)
        if ready:
            self.wait_ready(deadline)

    def is_ready(self):
        if self.svscan.poll() is not None:
            raise NodeError(f"s6-svscan ended with {self.svscan.returncode}")
        try:
            answer = self.ops.get("/readyz")
            # a submission before notifications has ever run would be the past to it
            waits = any(s["name"] == "notifications" and s["status"] == "failed" for s in answer.json["services"])
            if answer.status == 200 and not waits:
                return True
        except OSError:
            pass
        log = self.data / "log" / "current"
        if log.exists() and b"event=given_up" in log.read_bytes():
            raise NodeError("a daemon cannot use its configuration")
        return False

    def wait_ready(self, deadline=15):
        wait_until(self.is_ready, deadline, f"{self.city} ready at {self.ops_port}", every=0.01)

    def stop(self, graceful=False):
        """Ends all processes. graceful: as the operator would, so that leak checks run; fails if they do not end."""
        if self.svscan is None:
            return
        for bus in self._busses.values():
            bus.close()
        self._busses.clear()
        if graceful:
            self.svscan.send_signal(signal.SIGTERM)
            wait_until(lambda: self.svscan.poll() is not None and not processes_with(self.marker.encode()), 15, "an orderly end")
        else:
            self._kill_all()
        self.svscan.wait()
        self.svscan = None

    def _kill_all(self):
        """Supervisors first, or they would start again what is killed."""
        self.svscan.kill()

        def none_left():
            pids = processes_with(self.marker.encode())
            for pid in sorted(pids, key=lambda p: not command_of(p).startswith("s6-")):
                try:
                    os.kill(pid, signal.SIGKILL)
                except ProcessLookupError:
                    pass
            return not [pid for pid in pids if not is_zombie(pid)]
        wait_until(none_left, 10, "all processes of the node gone")

    def close(self):
        try:
            self.stop()
        finally:
            for client in (self.http, self.ops):
                client.close()
            if os.environ.get("KOSI_KEEP") != "1":
                shutil.rmtree(self.dir, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    # ---- the operator's tools
    def kosi(self, *arguments, config=True, check=True, stdin=None):
        """Runs the CLI; returns the finished process."""
        command = [str(BIN / "kosi")] + (["--config", str(self.config)] if config else []) + list(arguments)
        done = subprocess.run(command, capture_output=True, text=True, timeout=60 * PATIENCE, env=self.environment, input=stdin)
        if check and done.returncode:
            raise NodeError(f"{' '.join(command)}: exit {done.returncode}\n{done.stdout}{done.stderr}")
        return done

    def status(self):
        return json.loads(self.kosi("status", "--json").stdout)

    def workers(self, service):
        return next((s["workers"] for s in self.status()["services"] if s["name"] == service), [])

    def writer(self, service):
        """Name of the daemon that writes ("submissions-1"), or None."""
        return next((f"{service}-{w['slot']}" for w in self.workers(service) if w.get("writer")), None)

    def readers(self, service):
        return [f"{service}-{w['slot']}" for w in self.workers(service) if not w.get("writer")]

    # ---- processes
    def daemons(self):
        return sorted(p.name for p in (self.run / "services").iterdir() if p.name != "log" and (p / "run").exists())

    def pid(self, name):
        """Process id of a daemon by its name in the scan directory; None while it is down."""
        done = subprocess.run(["s6-svstat", "-o", "pid", str(self.run / "services" / name)], capture_output=True, text=True)
        text = done.stdout.strip()
        return int(text) if text.isdigit() and int(text) > 0 else None

    def kill(self, name, sig=signal.SIGKILL):
        """Signals a daemon; returns the pid it had, None when it was down."""
        pid = self.pid(name)
        if pid:
            try:
                os.kill(pid, sig)
            except ProcessLookupError:
                return None
        return pid

    def wait_restarted(self, name, old_pid, deadline=5):
        return wait_until(lambda: (p := self.pid(name)) and p != old_pid and p, deadline, f"{name} running again")

    def gateway_serves(self, name):
        """Has this gateway ("gateway-2") its sockets? Then another one may go."""
        with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as knock:
            try:
                knock.connect(str(self.run / "gateway" / name.split("-")[1]))
                return True
            except OSError:
                return False

    def pss_kib(self):
        """{daemon: proportional set size in KiB}."""
        sizes = {}
        for name in self.daemons():
            pid = self.pid(name)
            if pid:
                for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
                    if line.startswith("Pss:"):
                        sizes[name] = int(line.split()[1])
        return sizes

    # ---- people and peers
    def client(self, language=None, token=None):
        return Http(self.port, timeout=20 * PATIENCE, language=language, token=token)

    def endpoint(self, which):
        return f"ipc://{self.run}/{which}/broker"

    def bus(self, which="front"):
        if which not in self._busses:
            self._busses[which] = Bus(self.endpoint(which))
        return self._busses[which]

    def user_add(self, login, *roles, password=PASSWORD):
        self.kosi("user", "add", login, *[x for role in roles for x in ("--role", role)], "--password-stdin", stdin=password + "\n")

    def staff(self, login="moderation", roles=("moderator",), language=None):
        """A signed-in member of staff; the account is made the first time."""
        if login not in self._staff:
            self.user_add(login, *roles)
            self._staff[login] = Staff(self, login, PASSWORD)
        if language:
            return Staff(self, login, PASSWORD, language)
        return self._staff[login]

    def form_slug(self):
        return self.http.get("/api/v1/forms").expect(200).json["items"][0]["slug"]

    def form(self, slug=None, language=None):
        headers = {"Accept-Language": language} if language else None
        return self.http.get(f"/api/v1/forms/{slug or self.form_slug()}", headers=headers).expect(200).json

    # ---- what went on
    def log_files(self):
        return [p for p in [*self.dir.glob("*.log"), *self.dir.glob("log/*"), *self.dir.glob("sanitizer*"), *(self.data / "log").rglob("*")] if p.is_file()]

    def log_text(self):
        return "\n".join(p.read_text(errors="replace") for p in self.log_files())

    def log_tail(self, lines=60):
        parts = []
        for path in self.log_files():
            text = path.read_text(errors="replace").splitlines()
            if text:
                parts += [f"---- {path}"] + text[-lines:]
        return "\n".join(parts)

    def sanitizer_reports(self):
        reports = [p.read_text(errors="replace") for p in self.dir.glob("sanitizer*")]
        reports += [t for p in self.log_files() if (t := p.read_text(errors="replace")) and ("Sanitizer:" in t or "runtime error:" in t)]
        return reports


def command_of(pid):
    try:
        return Path(f"/proc/{pid}/comm").read_text().strip()
    except OSError:
        return ""


def is_zombie(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z"
    except OSError:
        return True
