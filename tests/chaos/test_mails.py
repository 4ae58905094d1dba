"""5,000 owed mails while senders, the broker and the mail server are killed or stopped at random.

Every recipient has the mail; only what was on its way when something was killed may come twice, as the same mail. In the end nothing is
owed. CHAOS_SEED repeats a run's choices.
"""
# serial: loads both processors
# minutes: 6
import collections
import os
import random
import time

from kosi_test import wait_until
from kosi_test.clock import Clock
from kosi_test.mail_ledger import counts, owe
from kosi_test.mail_server import MailServer
from mischief import Mischief

MAILS, SENDERS, CONNECTIONS, STRIKE_EVERY, SERVER_ENDS = 5000, 3, 4, 250, 4


class Progress:
    """How many mails have come; ends the mail server now and then on the way."""

    def __init__(self, mail, chance):
        self.mail, self.ends = mail, 0
        self.due = sorted(chance.sample(range(300, MAILS - 300), SERVER_ENDS))

    def __call__(self):
        come = len(self.mail.mails)
        if self.due and come >= self.due[0]:
            self.due.pop(0)
            self.mail.stop()
            self.mail.start()
            self.ends += 1
        return come


def settled(node, clock):
    """Nothing is open any more. What is to be tried later gets its later at once."""
    state = counts(node)
    if state.get("retry") and not state.get("owed") and not state.get("leased"):
        clock.step(minutes=10)
    return state if set(state) <= {"sent", "failed", "cancelled"} else None


def test_mails(make_node, tmp_path):
    seed = int(os.environ.get("CHAOS_SEED", random.SystemRandom().randrange(10**6)))
    clock = Clock(tmp_path, "2027-03-01 10:00")
    with MailServer() as mail:
        node = make_node(environment=clock.environment, settings=mail.settings(mail_connections=CONNECTIONS))
        node.kosi("scale", "notifications", str(SENDERS))
        wait_until(lambda: len(node.workers("notifications")) == SENDERS, 10, "all senders")
        node.stop()
        addresses = owe(node, MAILS, now=clock.now().timestamp())
        began = time.monotonic()
        node.start()
        progress = Progress(mail, random.Random(seed))
        mischief = Mischief(node, seed, progress, STRIKE_EVERY, [d for d in node.daemons() if d.startswith(("notifications", "broker"))])
        try:
            wait_until(lambda: settled(node, clock) or len(mail.mails) > MAILS - STRIKE_EVERY, 60, "mails", every=0.1)
        finally:
            mischief.end()
            print(f"\nseed {seed}, {mischief.struck}, {len(mail.mails)} mails came, {counts(node)}")
        state = wait_until(lambda: settled(node, clock), 40, "nothing owed", every=0.1)
        took = time.monotonic() - began
        check(mail, addresses, state, mischief.struck, progress.ends, seed, took)


def check(mail, addresses, state, struck, server_ends, seed, took):
    assert state == {"sent": MAILS}, state
    times = collections.Counter(m.to for m in mail.mails)
    ids = collections.defaultdict(set)
    for m in mail.mails:
        ids[m.to].add(m.id)
    assert set(times) == set(addresses), "every recipient has the mail, and nobody else"
    assert all(len(i) == 1 for i in ids.values()) and len({i for s in ids.values() for i in s}) == MAILS, "twice is the same mail twice"
    twice = sum(n - 1 for n in times.values())
    senders = sum(name.startswith("notifications") for name, _ in struck)
    assert twice <= senders * 2 * CONNECTIONS + server_ends * SENDERS * CONNECTIONS
    print(f"\nseed {seed}: {MAILS} mails in {took:.1f} s; {len(struck)} strikes ({senders} at senders), {server_ends} ends of the mail server;"
          f" {twice} mails came twice")
