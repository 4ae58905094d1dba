"""A mail that ends the process of whoever sends it fails after a few deaths, and all others go on.

No mail does so as far as we know. So the sender is killed whenever the mail server hears of one recipient.
"""
import json

import pytest

from kosi_test import wait_until
from kosi_test.mail_ledger import counts, owe
from kosi_test.mail_server import MailServer

MAILS = 20


@pytest.fixture
def mail():
    with MailServer() as server:
        yield server


def mails(node, state):
    return [m for m in json.loads(node.kosi("mails", "--json", "--most", "100").stdout)["mails"] if m["state"] == state]


def kill_whenever(node, deadly, ended):
    """Returns how often, until it has ended."""
    deaths = 0
    while wait_until(lambda: deadly.met > deaths or ended(), 20, "the mail server hears of it, or it has ended") and not ended():
        deaths += 1
        node.wait_restarted("notifications-1", node.kill("notifications-1"))
    return deaths


def test_a_deadly_mail_fails_and_all_others_go_on(make_node, mail):
    node = make_node(settings=mail.settings())
    node.stop()
    addresses = owe(node, MAILS)
    victim = addresses[7]
    deadly = mail.hold(victim, at="rcpt")
    node.start()
    assert kill_whenever(node, deadly, lambda: mails(node, "failed")) == 4, "of the first nobody knew what it died of"
    pid = node.pid("notifications-1")
    wait_until(lambda: counts(node) == {"sent": MAILS - 1, "failed": 1}, 20, "all others are sent")
    assert {m.to for m in mail.mails} == set(addresses) - {victim}
    failed = mails(node, "failed")[0]
    staff = node.staff().http
    assert [m["reason"] for m in staff.get("/api/v1/staff/mails?state=failed").expect(200).json["items"]] == ["deadly"]
    mail.release(deadly)   # the fault is mended
    staff.post(f"/api/v1/staff/mails/{failed['id']}/retry", {}).expect(200)
    wait_until(lambda: counts(node) == {"sent": MAILS}, 10, "sent by hand")
    assert len(mail.to(victim)) == 1 and node.pid("notifications-1") == pid, "nothing died any more"
