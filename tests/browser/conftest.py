"""The browser tests use the scenarios' nodes, with each city's sample content, and a Chromium driven by Node."""
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "scenario"))
from kosi_test.fixtures import *  # noqa: E402,F401,F403
from kosi_test.node import PASSWORD  # noqa: E402

ROOT = HERE.parents[1]
ROLES = ("admin", "moderator", "management", "event_office", "operations")


@pytest.fixture(scope="session")
def modules():
    """playwright-core and axe-core as the lock file names them."""
    marker, lock = HERE / "node_modules/.package-lock.json", HERE / "package-lock.json"
    if not marker.exists() or marker.stat().st_mtime < lock.stat().st_mtime:
        shutil.rmtree(HERE / "node_modules", ignore_errors=True)
        subprocess.run(["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts"], cwd=HERE, check=True, timeout=300)


def with_content(node):
    """Loads the city's sample content, as deploy/demo does. Again does nothing."""
    if "demo" not in node._staff:
        node.staff("demo", ROLES)
    known = node.dir / "content.env"
    known.write_text(f"STAFF_LOGIN=demo\nSTAFF_PASSWORD={PASSWORD}\n")
    command = [sys.executable, str(ROOT / "deploy/content.py"), "--url", f"http://127.0.0.1:{node.port}", "--env", str(known),
               "--content", str(ROOT / "deploy/cities" / node.city / "content"), "--done", str(node.dir / "content.done")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    return node


@pytest.fixture(scope="session")
def stocked(city_node):
    """Each city in turn, with its sample content."""
    return with_content(city_node)


@pytest.fixture(scope="session")
def stocked_dortmund(dortmund):
    return with_content(dortmund)


@pytest.fixture(scope="session")
def stocked_wuppertal(wuppertal):
    return with_content(wuppertal)


def tell(node, story, *, lang="de", width=1280, script=True, dark=False, staff=False, login="demo", keys=False, shapes=False, facts=None, more=()):
    """Runs a story against a node; fails with what it complains about. facts: what the story needs to know."""
    command = ["node", str(HERE / "run.mjs"), story, "--url", f"http://127.0.0.1:{node.port}", "--lang", lang, "--width", str(width), *more]
    command += ["--no-script"] * (not script) + ["--dark"] * dark
    command += ["--keys"] * keys + ["--shapes"] * shapes + (["--facts", json.dumps(facts)] if facts else [])
    command += ["--login", login, "--password-env", "KOSI_PASSWORD"] if staff else []
    if os.environ.get("KOSI_SHOTS"):
        command += ["--shots", str(Path(os.environ["KOSI_SHOTS"]) / node.city)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=280, env={**os.environ, "KOSI_PASSWORD": PASSWORD})
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    return done.stdout


@pytest.fixture
def story(modules):
    return tell
