"""Fixtures of scenarios and chaos: shared nodes, nodes of their own, logs of what failed."""
import pytest

from .mail_server import MailServer
from .node import Node
from .paths import SANITIZED

_running = []


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    """A failed scenario shows the end of the logs of the nodes it ran on."""
    outcome = yield
    report = outcome.get_result()
    if report.when == "call" and report.failed:
        for node in _running:
            report.sections.append((f"logs of {node.city}", node.log_tail()))


def ended(node):
    """An orderly end where sanitizers look for leaks, and none of their reports anywhere."""
    _running.remove(node)
    try:
        if SANITIZED and node.svscan:
            node.stop(graceful=True)
        reports = node.sanitizer_reports()
    finally:
        node.close()
    assert not reports, "\n".join(reports)[:20000]


def session_node(city, **more):
    node = Node(city, **more)
    _running.append(node)
    yield node
    ended(node)


@pytest.fixture(scope="session")
def dortmund():
    """A running Dortmund that all scenarios share: for those that do it no harm."""
    yield from session_node("dortmund")


@pytest.fixture(scope="session")
def wuppertal():
    yield from session_node("wuppertal")


@pytest.fixture(scope="session", params=["dortmund", "wuppertal"])
def city_node(request):
    """Each city in turn."""
    return request.getfixturevalue(request.param)


@pytest.fixture(scope="module")
def mail():
    """A mail server of this file's own."""
    with MailServer() as server:
        yield server


@pytest.fixture(scope="module")
def node(mail):
    """A node of this file's own, whose mails go there."""
    yield from session_node("dortmund", settings=mail.settings())


@pytest.fixture
def make_node():
    """Nodes for one test that may break them: make_node(city="dortmund", start=True, data=None, settings={…}, environment={…})."""
    made = []

    def make(city="dortmund", **more):
        node = Node(city, **more)
        made.append(node)
        _running.append(node)
        return node
    yield make
    for node in made:
        ended(node)


@pytest.fixture
def fresh(make_node):
    """A node of its own for this test."""
    return make_node()
