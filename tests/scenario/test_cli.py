"""The operator's `kosi`: what it does, what it says, and its exit codes.

covers: broker.Status accounts.UserAdd
"""
# serial: measures times
import json
import re
import shutil
import subprocess
import time

import pytest

from kosi_test import wait_until
from kosi_test.node import PASSWORD
from kosi_test.paths import BIN, PATIENCE, ROOT
from kosi_test.wait import best_of_three


def run(*arguments, stdin=None, **more):
    return subprocess.run([str(BIN / "kosi"), *map(str, arguments)], capture_output=True, text=True, input=stdin, timeout=60 * PATIENCE, **more)


# ---- help and usage
def test_help_explains_itself():
    done = run("--help")
    assert done.returncode == 0
    for command in ("init", "status", "scale SERVICE N", "follow reset FOLLOWER FOLLOWED", "user add LOGIN", "config check", "config show", "version"):
        assert command in done.stdout
    for command in (["scale"], ["user", "add"], ["config", "check"], ["init"], ["status"]):
        shown = run(*command, "--help")
        assert shown.returncode == 0 and "usage: kosi" in shown.stdout
        assert run("help", *command).stdout == shown.stdout
    assert re.fullmatch(r"kosi \d+\.\d+\.\d+\n", run("version").stdout)
    assert json.loads(run("version", "--json").stdout)["version"] in run("--version").stdout


@pytest.mark.parametrize("arguments", [[], ["nonsense"], ["user"], ["config"], ["scale", "registry"], ["scale", "registry", "2", "3"],
                                       ["status", "--port", "1"], ["--nonsense"], ["init"], ["init", "--city", "dortmund"]])
def test_wrong_use_is_64_and_says_how(arguments):
    done = run(*arguments)
    assert done.returncode == 64 and "kosi" in done.stderr and not done.stdout


def test_errors_as_json_too(tmp_path):
    done = run("--config", tmp_path / "none.conf", "status", "--json")
    assert done.returncode == 78
    error = json.loads(done.stdout)["error"]
    assert error["exit_code"] == 78 and error["message"] and error["remedy"]


def test_every_command_and_exit_code_is_in_the_manual():
    manual = (ROOT / "deploy" / "cli" / "kosi.1").read_text().replace("\\-", "-")
    for word in ("init", "status", "scale", "follow reset", "user add", "config check", "config show", "version", "--password-stdin", "--ops-port"):
        assert word in manual
    for code in ("64", "69", "70", "73", "75", "77", "78"):
        assert re.search(rf"^\.B {code}$|^\.BR? ?{code}\b", manual, re.M), code


# ---- init
def test_init_changes_nothing_the_second_time(make_node):
    node = make_node(start=False)
    before = {p: p.read_bytes() for p in sorted(node.data.rglob("*")) if p.is_file()}
    node.config.write_text(node.config.read_text().replace("# What runs", "# (mine) What runs"))
    node.init()
    after = {p: p.read_bytes() for p in sorted(node.data.rglob("*")) if p.is_file()}
    changed = [p for p in before if p != node.config and before[p] != after[p]]
    assert not changed and set(before) == set(after)
    assert "# (mine) What runs" in node.config.read_text()


def test_init_takes_new_ports_and_refuses_another_city(make_node, tmp_path):
    node = make_node(start=False)
    assert run("init", "--city", "dortmund", "--data", node.data, "--port", 12345).returncode == 0
    text = node.config.read_text()
    assert "listen_port = 12345\n" in text and f"ops_port = {node.ops_port}\n" in text
    refused = run("init", "--city", "wuppertal", "--data", node.data)
    assert refused.returncode == 77 and "belongs to dortmund" in refused.stderr
    unknown = run("init", "--city", "atlantis", "--data", tmp_path / "a")
    assert unknown.returncode == 78 and "atlantis" in unknown.stderr and not (tmp_path / "a" / "kosi.conf").exists()
    assert run("init", "--city", "dortmund", "--data", tmp_path / "b'c").returncode == 64
    assert run("init", "--city", "dortmund", "--data", "/proc/none").returncode == 73


def test_a_lost_public_key_comes_back_and_secrets_stay(make_node):
    node = make_node(start=False)
    keys = node.data / "keys"
    public, secret = (keys / "actor.pub").read_bytes(), (keys / "actor.key").read_bytes()
    (keys / "actor.pub").unlink()
    node.init()
    assert (keys / "actor.pub").read_bytes() == public and (keys / "actor.key").read_bytes() == secret
    assert secret.endswith(public)


# ---- status
def test_status_has_the_promised_shape(dortmund):
    wait_until(lambda: slots(dortmund, "submissions") == slots(dortmund, "registry") == [1, 2], 5, "all workers' hellos")
    status = dortmund.status()
    assert set(status) == {"city", "services", "broker"} and status["city"] == "dortmund"
    services = {s["name"]: s for s in status["services"]}
    assert {"submissions", "registry", "accounts"} <= set(services)
    for service in services.values():
        assert set(service) - {"gauges"} == {"name", "workers", "queue", "log", "follows"}   # figures come when the node is a second old
        assert set(service["queue"]) == {"depth", "bytes", "oldest_ms"}
        assert set(service["log"]) == {"epoch", "last_seq"}
        for worker in service["workers"]:
            assert set(worker) == {"slot", "pid", "incarnation", "writer", "uptime_s", "credit", "in_flight"}
            assert worker["pid"] > 0 and worker["credit"] > 0 and re.fullmatch("[0-9a-f]{16}", worker["incarnation"])
        for follow in service["follows"]:
            assert set(follow) == {"service", "cursor", "behind", "parked"}
    for name, count in (("submissions", 2), ("registry", 2), ("accounts", 1)):
        workers = services[name]["workers"]
        assert [w["slot"] for w in workers] == list(range(1, count + 1)) and [w["writer"] for w in workers].count(True) == 1
        assert re.fullmatch("[0-9a-f]{32}", services[name]["log"]["epoch"])
    assert {f["service"] for f in services["registry"]["follows"]} == {"submissions", "notifications"}
    assert {f["service"] for f in services["accounts"]["follows"]} >= {"submissions", "accounts"}


def test_status_is_a_table_for_people(dortmund):
    shown = dortmund.kosi("status").stdout
    assert "dortmund" in shown and re.search(r"^registry +1", shown, re.M) and "follows" in shown


def test_a_node_that_is_down_is_69(make_node):
    node = make_node(start=False)
    for command in (["status"], ["user", "add", "anna", "--role", "admin"]):
        done = node.kosi(*command, check=False)
        assert done.returncode == 69 and "does not answer" in done.stderr and "s6-svscan" in done.stderr


# ---- scale
def slots(node, service):
    return [w["slot"] for w in node.workers(service)]


def test_scale_takes_effect_within_a_second_and_stays(fresh):
    def seconds():
        """The longer of both ways."""
        began = time.monotonic()
        done = json.loads(fresh.kosi("scale", "registry", "4", "--json").stdout)
        up = time.monotonic() - began
        assert done == {"service": "registry", "workers": 4, "running": True}
        assert slots(fresh, "registry") == [1, 2, 3, 4]
        began = time.monotonic()
        fresh.kosi("scale", "registry", "1")
        down = time.monotonic() - began
        assert slots(fresh, "registry") == [1]
        print(f"scale to 4: {up:.3f} s, to 1: {down:.3f} s")
        return max(up, down)
    best_of_three(seconds, 1 * PATIENCE)
    assert sorted(p.name for p in (fresh.run / "services").iterdir() if "registry" in p.name) == ["registry-1"]
    assert "service registry { workers = 1 }" in fresh.config.read_text()
    fresh.http.get("/api/v1/entries").expect(200)
    fresh.kosi("scale", "submissions", "3")
    fresh.stop()
    fresh.start()
    wait_until(lambda: slots(fresh, "submissions") == [1, 2, 3] and slots(fresh, "registry") == [1], 5, "the same numbers after a restart")


def test_scaling_down_under_load_loses_no_request(fresh):
    fresh.kosi("scale", "registry", "4")
    for number in ("1", "3", "2"):
        scaling = subprocess.Popen([str(BIN / "kosi"), "--config", str(fresh.config), "scale", "registry", number], env=fresh.environment)
        while scaling.poll() is None:
            fresh.http.get("/api/v1/entries").expect(200)
        assert scaling.returncode == 0


def test_scales_at_once_take_turns(fresh):
    """They wrote over each other's files and said that the configuration could not be changed."""
    calls = [subprocess.Popen([str(BIN / "kosi"), "--config", str(fresh.config), "scale", "registry", str(n)], env=fresh.environment,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) for n in (4, 1, 3, 2)]
    said = [call.communicate(timeout=60)[0] for call in calls]
    assert [call.returncode for call in calls] == [0] * 4, said
    settled = len(fresh.workers("registry"))
    assert f"service registry {{ workers = {settled} }}" in fresh.config.read_text() and len(slots(fresh, "registry")) == settled


def test_scale_refuses_what_makes_no_sense(dortmund):
    for arguments in (["registry", "0"], ["registry", "x"], ["registry", "65"], ["registry", "-1"], ["nonsense", "2"], ["gateway", "0"], ["broker", "2"]):
        assert dortmund.kosi("scale", "--", *arguments, check=False).returncode == 64, arguments
    assert "There are: " in dortmund.kosi("scale", "nonsense", "2", check=False).stderr
    wait_until(lambda: slots(dortmund, "registry") == [1, 2], 5, "both workers as before")


def test_scale_brings_a_service_that_the_file_does_not_name(make_node):
    """As after an update to a program that knows one more."""
    node = make_node(start=False)
    node.config.write_text("".join(line for line in node.config.read_text().splitlines(True) if not line.startswith("service accounts")))
    node.init()
    node.start()
    assert node.workers("accounts") == []
    assert node.http.post("/api/v1/session", {"login": "anna", "password": PASSWORD}).expect(503, "starting")
    node.kosi("scale", "accounts", "1")
    assert slots(node, "accounts") == [1] and "service accounts { workers = 1 }" in node.config.read_text()
    node.staff()


def test_scale_of_a_node_that_is_down_is_noted(make_node):
    node = make_node(start=False)
    done = json.loads(node.kosi("scale", "registry", "3", "--json").stdout)
    assert done["running"] is False
    node.start()
    wait_until(lambda: slots(node, "registry") == [1, 2, 3], 5, "three workers")


# ---- user add
def test_user_add_makes_an_account_that_can_sign_in(dortmund):
    made = dortmund.kosi("user", "add", "cli-anna", "--role", "moderator", "--role", "admin", "--password-stdin", "--json", stdin=PASSWORD + "\n")
    account = json.loads(made.stdout)
    assert account["login"] == "cli-anna" and account["roles"] == ["moderator", "admin"] and "password" not in account
    assert PASSWORD not in made.stdout + made.stderr
    dortmund.http.post("/api/v1/session", {"login": "cli-anna", "password": PASSWORD}).expect(200)


def test_user_add_makes_a_password_when_none_is_given(dortmund):
    account = json.loads(dortmund.kosi("user", "add", "cli-bert", "--role", "management", "--json").stdout)
    assert len(account["password"]) >= 20
    dortmund.http.post("/api/v1/session", {"login": "cli-bert", "password": account["password"]}).expect(200)
    shown = dortmund.kosi("user", "add", "cli-cleo", "--role", "management").stdout
    assert re.search(r"^password: \S{20,}$", shown, re.M)


@pytest.mark.parametrize("arguments, stdin, code, word", [
    (["cli-x"], None, 64, "role"),
    (["cli-x", "--role", "chef", "--password-stdin"], PASSWORD, 77, "roles"),
    (["Cli X", "--role", "admin", "--password-stdin"], PASSWORD, 77, "login"),
    (["cli-x", "--role", "admin", "--password-stdin"], "kurz", 77, "password is too short (limit 12)"),
    (["cli-x", "--role", "admin", "--password-stdin"], "", 64, "no password"),
])
def test_user_add_refusals_name_the_reason(dortmund, arguments, stdin, code, word):
    done = dortmund.kosi("user", "add", *arguments, check=False, stdin=stdin)
    assert done.returncode == code and word in done.stderr


def test_user_add_of_a_taken_login_is_refused(dortmund):
    dortmund.user_add("cli-twice", "admin")
    done = dortmund.kosi("user", "add", "cli-twice", "--role", "admin", check=False)
    assert done.returncode == 77 and "login is taken" in done.stderr and "password" not in done.stdout
    again = dortmund.kosi("user", "add", "cli-twice", "--role", "admin", "--json", check=False)
    assert "login is taken" in json.loads(again.stdout)["error"]["message"]


# ---- config
def test_config_show_reads_back(dortmund, tmp_path):
    shown = dortmund.kosi("config", "show").stdout
    again = tmp_path / "again.conf"
    again.write_text(shown)
    assert run("--config", again, "config", "show").stdout == shown
    assert f"listen_port = {dortmund.port}\n" in shown and "service registry { workers = " in shown


def test_config_show_tells_programs_all_of_each_setting(make_node):
    node = make_node(start=False)
    node.config.write_text(re.sub(r"receipt_prefix *=.*\n", "", node.config.read_text()))
    node.set("refresh_days", 200)
    answer = json.loads(node.kosi("config", "show", "--json").stdout)
    settings = {s["name"]: s for s in answer["settings"]}
    printed = dict(re.findall(r"^(\w+) = (.*)$", node.kosi("config", "show").stdout, re.M))
    assert answer["file"] == str(node.config) and settings.keys() == printed.keys()
    assert {n: str(s["value"]) for n, s in settings.items()} == {n: v.strip('"') for n, v in printed.items()}
    lines = node.config.read_text().splitlines()
    assert settings["refresh_days"] == {
        "name": "refresh_days", "value": 200, "default": 365, "from": "file", "line": lines.index("refresh_days = 200") + 1, "unit": "days", "least": 1,
        "most": 3650, "counts_at_start_of": ["kosi-gateway", "kosi-registry"], "meaning": "after so long an entry's people are asked whether it is still right"}
    named = {line.split("=")[0].strip() for line in lines if re.match(r"\w+ *=", line)}
    assert {n for n, s in settings.items() if s["from"] == "file"} == named == {n for n, s in settings.items() if s["line"]}
    hour, prefix = settings["digest_hour"], settings["receipt_prefix"]
    assert (hour["from"], hour["value"], hour["default"], hour["line"], hour["unit"]) == ("default", 9, 9, None, "hour of the day")
    assert (prefix["from"], prefix["value"], prefix["default"], prefix["unit"], prefix["least"]) == ("other settings", "DO", None, None, None)
    services = [s["name"] for s in answer["services"]]
    assert settings["city"]["counts_at_start_of"] == ["kosi-broker", "kosi-gateway"] + [f"kosi-{s}" for s in services]
    assert settings["gateways"]["counts_at_start_of"] == [] and all(s["workers"] >= 1 for s in answer["services"])


def test_who_goes_by_a_setting_is_told(dortmund):
    """What the sources read and what is told of it: the same."""
    told = {s["name"]: s["counts_at_start_of"] for s in json.loads(dortmund.kosi("config", "show", "--json").stdout)["settings"]}
    for folder in (ROOT / "gateway", *(p for p in (ROOT / "services").iterdir() if p.is_dir() and p.name != "common")):
        text = "".join(p.read_text() for p in sorted(folder.rglob("*.c*")) if p.is_file())
        read = {n for n in told if re.search(rf"config->{n}\b|\bX\({n}\)", text)} | ({"public_url"} if "link_url(" in text else set())
        missing = {n for n in read if f"kosi-{folder.name}" not in told[n]}
        assert not missing, f"{folder.name} goes by {missing}"


def test_config_check_is_content_with_a_fresh_node(make_node):
    node = make_node(start=False)
    assert node.kosi("config", "check").returncode == 0
    assert json.loads(node.kosi("config", "check", "--json").stdout) == {"ok": True, "findings": []}


def test_config_check_names_services_that_a_file_of_an_older_release_lacks(make_node):
    node = make_node(start=False)
    file = node.data / "kosi.conf"
    file.write_text(re.sub(r"(?m)^service notifications \{[^}]*\}\n", "", file.read_text()))
    answer = json.loads(node.kosi("config", "check", "--json").stdout)
    assert answer["ok"] is True and [f["daemon"] for f in answer["findings"]] == ["kosi"]
    remedy = re.search(r"`kosi (scale notifications \d)`", answer["findings"][0]["message"]).group(1)
    node.kosi(*remedy.split())
    assert json.loads(node.kosi("config", "check", "--json").stdout) == {"ok": True, "findings": []}


def findings(node):
    done = node.kosi("config", "check", "--json", check=False)
    assert done.returncode == 78
    answer = json.loads(done.stdout)
    assert answer["ok"] is False and answer["findings"]
    return answer["findings"]


def answers_ready(node):
    try:
        return node.ops.get("/readyz").status == 200
    except OSError:   # the gateway itself is down
        return False


def refuses_to_start(node, file, line):
    """The node's start stops, and its log has the same file and line."""
    node.start(ready=False)
    current = node.data / "log" / "current"
    wait_until(lambda: current.exists() and f"{file}:{line}:" in current.read_text() and "event=given_up" in current.read_text(), 5,
               f"{file}:{line} in the log")
    assert not answers_ready(node)
    shown = node.kosi("config", "check", check=False)
    assert shown.returncode == 78 and f"{file}:{line}:" in shown.stdout


def own_city(node):
    """The city's files, to break."""
    copy = node.dir / "city"
    shutil.copytree(ROOT / "deploy" / "cities" / "dortmund", copy)
    node.set("city_dir", copy)
    return copy


def test_a_broken_setting_stops_the_start(make_node):
    node = make_node(start=False)
    line = len(node.config.read_text().splitlines()) + 1
    node.set("sesion_hours", 12)
    found = findings(node)
    assert [(f["file"], f["line"]) for f in found] == [(str(node.config), line)] and "sesion_hours" in found[0]["message"]
    refuses_to_start(node, node.config, line)


@pytest.mark.parametrize("word, instead, names", [
    ('"short_text"', '"shrt_text"', "shrt_text"),
    ('"slug"', '"slugg"', "slugg"),
    ('{', '{{', ""),
])
def test_a_broken_form_stops_the_start(make_node, word, instead, names):
    node = make_node(start=False)
    form = sorted((own_city(node) / "forms").glob("*.json"))[0]
    text = form.read_text()
    form.write_text(text.replace(word, instead, 1))
    line = text[:text.index(word)].count("\n") + 1
    found = [f for f in findings(node) if f["file"] == str(form)]
    assert found and found[0]["daemon"] == "kosi-submissions" and names in found[0]["message"] and ". " in found[0]["message"]
    assert abs(found[0]["line"] - line) <= 1
    refuses_to_start(node, form, found[0]["line"])


def test_a_broken_vocabulary_stops_the_start(make_node):
    node = make_node(start=False)
    vocabulary = own_city(node) / "vocabulary.json"
    vocabulary.write_text(vocabulary.read_text().replace('"label"', '"lable"', 1))
    found = [f for f in findings(node) if f["file"] == str(vocabulary)]
    assert found and "lable" in found[0]["message"] and found[0]["line"] > 0
    refuses_to_start(node, vocabulary, found[0]["line"])


def test_a_broken_template_stops_the_start(make_node):
    node = make_node(start=False)
    share = node.dir / "share"
    (share / "deploy").mkdir(parents=True)
    shutil.copytree(ROOT / "gateway", share / "gateway")
    shutil.copytree(ROOT / "deploy" / "cities", share / "deploy" / "cities")
    for texts in ("texts", "wordings"):
        shutil.copytree(ROOT / "services" / "notifications" / texts, share / "services" / "notifications" / texts)
    node.set("share_dir", share)
    assert node.kosi("config", "check").returncode == 0
    template = next(p for p in sorted((share / "gateway" / "templates").glob("*.tpl")) if not p.name.startswith("_"))
    lines = template.read_text().count("\n")
    template.write_text(template.read_text() + "{{NO_SUCH_FIELD}}\n")
    found = [f for f in findings(node) if f["file"] == str(template)]
    assert found and found[0]["line"] == lines + 1 and found[0]["daemon"] == "kosi-gateway"
    refuses_to_start(node, template, lines + 1)


def test_a_lost_key_stops_the_start(make_node):
    node = make_node(start=False)
    (node.data / "keys" / "actor.key").unlink()
    found = findings(node)
    found = [f for f in found if f["daemon"] == "kosi-accounts"]
    assert "actor.key" in found[0]["file"] and "kosi init" in found[0]["message"]
