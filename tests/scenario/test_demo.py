"""deploy/demo as a black box: two commands, two cities, one file that says where they are."""
# serial: starts two cities at fixed neighbouring ports and measures their start
import http.client
import json
import os
import pwd
import re
import shutil
import signal
import socket
import subprocess
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from kosi_test import Node, filled_form, wait_until
from kosi_test.bus import Bus, messages
from kosi_test.node import free_port
from kosi_test.paths import BIN, PATIENCE, ROOT

DEMO = ROOT / "deploy" / "demo"
NAMES = {"DORTMUND_URL", "WUPPERTAL_URL", "STAFF_LOGIN", "STAFF_PASSWORD", "MAIL_URL", "KOSI", "DORTMUND_CONFIG", "WUPPERTAL_CONFIG",
         "DORTMUND_OPS_URL", "WUPPERTAL_OPS_URL", "DORTMUND_FRONT", "WUPPERTAL_FRONT"}


def is_free(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) != 0


def free_ports():
    while True:
        port = free_port()
        if all(is_free(p) for p in (port, port + 1, port + 1000, port + 1001)):
            return port


class Demo:
    def __init__(self, data, mailbox=False):
        self.data, self.port = Path(data), free_ports()
        self.environment = environment() if mailbox else {**environment(), "KOSI_MAILBOX": "/proc/none"}

    def command(self, *arguments):
        return [str(DEMO), "--data", str(self.data), "--port", str(self.port), *arguments]

    def __call__(self, *arguments, check=True, **more):
        done = subprocess.run(self.command(*arguments), capture_output=True, text=True, timeout=120 * PATIENCE, env=self.environment, **more)
        if check:
            assert done.returncode == 0, done.stdout + done.stderr
        return done

    @property
    def env(self):
        lines = (self.data / "demo.env").read_text().splitlines()
        return dict(line.split("=", 1) for line in lines if not line.startswith("#"))


def environment():
    return {**os.environ, "KOSI_BIN": str(BIN), "KOSI_NO_INSTALL": "1"}


def call(url, method="GET", body=None, token=None):
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=20)
    headers = {"Content-Type": "application/json", **({"Authorization": f"Bearer {token}"} if token else {})}
    connection.request(method, f"{parts.path}{'?' + parts.query if parts.query else ''}", json.dumps(body) if body else None, headers)
    answer = connection.getresponse()
    text = answer.read()
    connection.close()
    return answer.status, json.loads(text) if text.startswith(b"{") else text


def sign_in(env, city):
    status, answer = call(env[f"{city}_URL"] + "/api/v1/session", "POST", {"login": env["STAFF_LOGIN"], "password": env["STAFF_PASSWORD"]})
    assert status == 200, answer
    return answer


@pytest.fixture
def demo():
    made = Demo(tempfile.mkdtemp(prefix="kdemo", dir="/tmp"))
    yield made
    made("--stop")
    shutil.rmtree(made.data)


@pytest.fixture(scope="module")
def running():
    subprocess.run([ROOT / "deploy" / "mailbox" / "run", "--install"], check=True, timeout=300)
    made = Demo(tempfile.mkdtemp(prefix="kdemo", dir="/tmp"), mailbox=True)
    made.first = made("--detach")
    yield made
    made("--stop")
    shutil.rmtree(made.data)


def test_ready_within_three_seconds_and_says_where_to_look(running):
    took = re.search(r"ready after (\d+\.\d+) s", running.first.stdout)
    print(took.group(0))
    assert float(took.group(1)) < 3 * PATIENCE
    for line in (f"http://127.0.0.1:{running.port}/", f"http://127.0.0.1:{running.port + 1}/", "demo.env", "--stop"):
        assert line in running.first.stdout


def test_env_has_all_names_and_is_private(running):
    assert set(running.env) == NAMES
    assert (running.data / "demo.env").stat().st_mode & 0o777 == 0o600
    assert running.env["DORTMUND_URL"] == f"http://127.0.0.1:{running.port}"
    assert running.env["WUPPERTAL_URL"] == f"http://127.0.0.1:{running.port + 1}"


@pytest.mark.parametrize("city", ["DORTMUND", "WUPPERTAL"])
def test_everything_that_env_names_works(running, city):
    env = running.env
    signed_in = sign_in(env, city)
    assert set(signed_in["roles"]) == {"admin", "moderator", "event_office", "management", "operations"}
    assert call(env[f"{city}_OPS_URL"] + "/readyz")[0] == 200 and call(env[f"{city}_OPS_URL"] + "/healthz")[0] == 200
    status = subprocess.run([env["KOSI"], "--config", env[f"{city}_CONFIG"], "status", "--json"], capture_output=True, text=True, check=True)
    assert json.loads(status.stdout)["city"] == city.lower()
    bus = Bus(env[f"{city}_FRONT"])
    assert bus.ask("registry", "Vocabulary", messages("registry").VocabularyRequest()).ok
    bus.close()


@pytest.mark.parametrize("city", ["dortmund", "wuppertal"])
def test_sample_content_is_there_once(running, city):
    wanted = [item for file in (ROOT / "deploy" / "cities" / city / "content").glob("*.json") for item in json.loads(file.read_text())]
    accepted = {item["answers"]["title"] for item in wanted if item.get("accept", True)}
    env = running.env

    def titles():
        found = call(env[f"{city.upper()}_URL"] + "/api/v1/entries?page_size=200")[1]["items"]
        return sorted(entry["title"] for entry in found)
    assert wait_until(lambda: len(titles()) >= len(accepted), 5, "the landscape") and len(titles()) == len(accepted)
    token = sign_in(env, city.upper())["token"]
    inbox = call(env[f"{city.upper()}_URL"] + "/api/v1/staff/submissions?page_size=200", token=token)[1]["items"]
    assert len(inbox) == len(wanted)


def test_a_second_run_finds_it_running_and_a_restart_keeps_everything(running):
    before = running.env
    entries = call(before["DORTMUND_URL"] + "/api/v1/entries?page_size=1")[1]["total"]
    assert "already running" in running("--detach").stdout
    running("--stop")
    assert is_free(running.port) and is_free(running.port + 1) and is_free(int(before["MAIL_URL"].rsplit(":", 1)[1]))
    running("--detach")
    assert running.env == before
    sign_in(before, "DORTMUND")
    assert call(before["DORTMUND_URL"] + "/api/v1/entries?page_size=1")[1]["total"] == entries
    token = sign_in(before, "DORTMUND")["token"]
    wanted = [i for f in (ROOT / "deploy" / "cities" / "dortmund" / "content").glob("*.json") for i in json.loads(f.read_text())]
    assert len(call(before["DORTMUND_URL"] + "/api/v1/staff/submissions?page_size=200", token=token)[1]["items"]) == len(wanted)


@pytest.mark.parametrize("city", ["DORTMUND", "WUPPERTAL"])
def test_mails_are_shown_in_a_browser(running, city):
    env = running.env
    form = call(env[f"{city}_URL"] + "/api/v1/forms")[1]["items"][0]["slug"]
    body = filled_form(call(env[f"{city}_URL"] + f"/api/v1/forms/{form}")[1])
    body["contact"] = {"name": "Erika Beispiel", "email": f"erika@{city.lower()}.example", "language": "de"}
    status, made = call(env[f"{city}_URL"] + f"/api/v1/forms/{form}/submissions", "POST", body)
    assert status == 201, made

    def shown():
        return [m for m in json.loads(call(env["MAIL_URL"] + "/email")[1]) if m["to"][0]["address"] == body["contact"]["email"]]
    mail = wait_until(shown, 100, "the mail in the mailbox")[0]   # after a minute and a quarter, if the mailbox was late
    assert made["receipt"] in mail["text"] and city.title() in mail["from"][0]["name"]
    assert call(env["MAIL_URL"] + "/")[0] == 200


def test_stop_ends_only_what_is_its_own(demo):
    with Node("dortmund") as other:
        demo("--detach", "--empty")
        demo("--stop")
        assert other.is_ready()
    left = subprocess.run(["grep", "-lz", str(demo.data), *Path("/proc").glob("[0-9]*/cmdline")], capture_output=True, text=True).stdout.split()
    assert not [pid for pid in left if "kosi" in Path(pid).parent.joinpath("comm").read_text()]


def test_stop_works_when_the_supervisor_is_dead(demo):
    demo("--detach", "--empty")
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if (entry / "comm").read_text() == "s6-svscan\n" and str(demo.data) in os.readlink(entry / "cwd"):
                os.kill(int(entry.name), signal.SIGKILL)
        except OSError:
            pass
    demo("--stop")
    assert is_free(demo.port) and is_free(demo.port + 1) and is_free(demo.port + 1000)


def test_empty_and_fresh(demo):
    demo("--detach", "--empty")
    first = demo.env
    assert call(first["DORTMUND_URL"] + "/api/v1/entries")[1]["items"] == []
    demo("--detach", "--empty", "--fresh")
    assert demo.env["STAFF_PASSWORD"] != first["STAFF_PASSWORD"]
    sign_in(demo.env, "WUPPERTAL")


def test_foreground_stays_until_ctrl_c(demo):
    process = subprocess.Popen(demo.command("--empty"), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=demo.environment,
                               start_new_session=True)
    for line in process.stdout:
        if "Ctrl-C" in line:
            break
    sign_in(demo.env, "DORTMUND")
    os.killpg(process.pid, signal.SIGINT)
    assert process.wait(20 * PATIENCE) == 0
    assert is_free(demo.port) and is_free(demo.port + 1)


def test_a_taken_port_is_told(demo):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", demo.port + 1))
        taken.listen()
        done = demo("--detach", check=False)
    assert done.returncode == 69 and f"port {demo.port + 1} is taken" in done.stderr


def test_a_broken_file_stops_the_start_with_its_line(demo):
    demo("--detach", "--empty")
    demo("--stop")
    config = Path(demo.env["DORTMUND_CONFIG"])
    good = config.read_text()
    config.write_text(good + "nonsense = 1\n")
    done = demo("--detach", check=False)
    assert done.returncode == 78 and f"{config}:{len(good.splitlines()) + 1}:" in done.stderr
    assert is_free(demo.port)


@pytest.mark.parametrize("arguments", [["--nonsense"], ["--port", "x"], ["--port", "70000"], ["--data"]])
def test_wrong_use_is_64(arguments):
    assert subprocess.run([str(DEMO), *arguments], capture_output=True, env=environment()).returncode == 64


def test_works_as_an_ordinary_user():
    if os.geteuid() != 0:
        pytest.skip("this whole run is an ordinary user's")
    user = pwd.getpwnam("nobody")
    if subprocess.run(["setpriv", "--reuid", "nobody", "--clear-groups", "test", "-x", str(BIN / "kosi")]).returncode:
        pytest.skip("an ordinary user cannot reach the build folder")
    made = Demo(tempfile.mkdtemp(prefix="kdemo", dir="/tmp"))
    os.chown(made.data, user.pw_uid, user.pw_gid)
    as_nobody = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    try:
        made("--detach", "--empty", **as_nobody)
        sign_in(made.env, "DORTMUND")
    finally:
        made("--stop", **as_nobody)
        shutil.rmtree(made.data)
