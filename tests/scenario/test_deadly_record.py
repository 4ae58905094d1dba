"""A record that ends the process of whoever applies it is put aside after a few deaths, and what is behind it goes on.

No record does so as far as we know. So a library put before SQLite ends the follower where it stores a certain address.
"""
import subprocess

import pytest

from kosi_test import wait_until
from kosi_test.mail_people import Sender
from kosi_test.mail_server import MailServer

DEADLY = "deadly@example.org"
LIBRARY = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <signal.h>
#include <string.h>
typedef int bind(void *statement, int n, const char *text, int size, void (*done)(void *));
int sqlite3_bind_text(void *statement, int n, const char *text, int size, void (*done)(void *)) {
    if (text != NULL && strcmp(program_invocation_short_name, "kosi-notifications") == 0 && strcmp(text, "%s") == 0)
        raise(SIGSEGV);
    return ((bind *)dlsym(RTLD_NEXT, "sqlite3_bind_text"))(statement, n, text, size, done);
}
"""


@pytest.fixture
def deadly(tmp_path):
    """Environment in which notifications dies of the address."""
    source, library = tmp_path / "deadly.c", tmp_path / "deadly.so"
    source.write_text(LIBRARY % DEADLY)
    subprocess.run(["gcc", "-shared", "-fPIC", "-o", library, source, "-ldl"], check=True)
    return {"LD_PRELOAD": str(library)}


def followed(node):
    service = next((s for s in node.status()["services"] if s["name"] == "notifications"), {"follows": []})
    return next((f for f in service["follows"] if f["service"] == "submissions"), None)


def health(node):
    return {s["name"]: s["status"] for s in node.ops.get("/readyz").json["services"]}["notifications"]


def test_a_deadly_record_is_parked_and_what_is_behind_it_goes_on(make_node, deadly):
    with MailServer() as mail:
        node = make_node(settings=mail.settings(), environment=deadly)
        Sender(node, mail).wait_mail("", 10)
        Sender(node, mail, address=DEADLY)
        behind = Sender(node, mail)   # accepted while notifications dies
        behind.wait_mail("", 30)
        wait_until(lambda: (f := followed(node)) and f["parked"] == 1, 10, "the record is parked")
        wait_until(lambda: health(node) == "degraded", 5, "the operator is told")
        assert 'kosi_follow_parked{service="notifications",follows="submissions"} 1' in node.ops.get("/metrics").text
        pids = sorted(w["pid"] for s in node.status()["services"] if s["name"] == "notifications" for w in s["workers"])
        Sender(node, mail).wait_mail("", 10)
        assert pids == sorted(w["pid"] for s in node.status()["services"] if s["name"] == "notifications" for w in s["workers"]), "died once more"
        assert not [m for m in mail.mails if m.to == DEADLY]
        # Once the fault is mended, what was put aside is taken up.
        del node.environment["LD_PRELOAD"]
        node.stop()
        node.start()
        assert "1 parked record" in node.kosi("follow", "reset", "notifications", "submissions").stdout
        mail.wait_for(lambda m: m.to == DEADLY, 10)
