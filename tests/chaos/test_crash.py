"""2,000 submissions at concurrency 32, decisions beside, while every daemon is killed or stopped at random.

What was answered with 201 is stored exactly once, what was accepted is in the registry exactly once, no key got two ids, cursors and
logs agree. CHAOS_SEED repeats a run's choices.
"""
# serial: loads both processors
# minutes: 5
import collections
import json
import os
import queue
import random
import sqlite3
import time

from kosi_test import Http, NodeError, filled_form, wait_until
from load import Crowd, insist
from mischief import Mischief

SUBMISSIONS, CONCURRENCY, MODERATORS, STRIKE_EVERY = 2000, 32, 2, 50


class Story:
    """What the clients were told."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.told = collections.defaultdict(list)     # key -> [(id, token, receipt)]
        self.decisions = {}                           # submission id -> (decision, entry id)
        self.to_decide = queue.SimpleQueue()
        self.repeats = {n for n in range(SUBMISSIONS) if self.random.random() < 0.1}
        self.tries = 0

    def submit(self, address, form):
        def work(client, number):
            key, body = f"chaos-{number}", filled_form(form, title=f"Vorhaben Nummer {number}")
            for _ in range(2 if number in self.repeats else 1):
                answer, tries = insist(client, "POST", address, body, key)
                self.tries += tries
                answer.expect(201)
                self.told[key].append(tuple(answer.json[n] for n in ("id", "token", "receipt")))
            self.to_decide.put(answer.json["id"])
        return work

    def decide(self, client, number):
        submission = self.to_decide.get(timeout=60)
        decision = "accept" if number % 3 else "reject"
        body = {"decision": decision} if decision == "accept" else {"decision": decision, "reason": "not-in-scope"}
        answer, _ = insist(client, "POST", f"/api/v1/staff/submissions/{submission}/decision", body, f"decide-{number}")
        self.decisions[submission] = (decision, answer.expect(200).json.get("entry_id"))


def rows(node, service, query):
    with sqlite3.connect(f"file:{node.data}/{service}.db?mode=ro", uri=True, timeout=10) as database:
        return database.execute(query).fetchall()


def log_subjects(node, service, record):
    return collections.Counter(s for (s,) in rows(node, service, f"SELECT subject FROM log WHERE type = '{record}'"))


def agreed(node):
    """The services as the status tells them, once every log ends where its database says and every follower has read to the end."""
    try:
        services = {s["name"]: s for s in node.status()["services"]}
    except NodeError:
        return None
    ends = {name: rows(node, name, "SELECT coalesce(max(seq), 0) FROM log")[0][0] for name in services}
    follows = [f for s in services.values() for f in s["follows"]]
    told = {name: s["log"]["last_seq"] for name, s in services.items()}
    fine = told == ends and follows and all((f["cursor"], f["behind"], f["parked"]) == (ends[f["service"]], 0, 0) for f in follows)
    return services if fine else None


def check_submissions(node, story):
    told = {key: set(answers) for key, answers in story.told.items()}
    assert len(told) == SUBMISSIONS
    assert not [key for key, answers in told.items() if len(answers) != 1], "a key got two ids"
    ids = [next(iter(a))[0] for a in told.values()]
    assert len(set(ids)) == SUBMISSIONS, "an id was given twice"
    received = log_subjects(node, "submissions", "SubmissionReceived")
    assert received == collections.Counter(ids), "a 201 that is not stored exactly once, or stored and never told"
    client = Http(node.port)
    for answers in told.values():
        submission, token, receipt = next(iter(answers))
        status = client.get(f"/api/v1/submissions/{token}").expect(200).json
        decision = story.decisions.get(submission, ("", None))[0]
        assert (status["id"], status["receipt"]) == (submission, receipt)
        assert status["state"] == {"accept": "accepted", "reject": "rejected", "": "received"}[decision]


def check_registry(node, story):
    entries = {entry for decision, entry in story.decisions.values() if decision == "accept"}
    assert log_subjects(node, "submissions", "SubmissionAccepted") == collections.Counter(
        s for s, (decision, _) in story.decisions.items() if decision == "accept")
    assert log_subjects(node, "registry", "EntryPublished") == collections.Counter(entries), "an entry that is not published exactly once"
    client = Http(node.port)
    for entry in entries:
        client.get(f"/api/v1/entries/{entry}").expect(200)
    return len(entries)


def check_logs(node, services):
    for name in services:
        assert rows(node, name, "PRAGMA integrity_check") == [("ok",)]
        seqs = [seq for (seq,) in rows(node, name, "SELECT seq FROM log ORDER BY seq")]
        assert len(seqs) == len(set(seqs))
        cursors = dict(rows(node, name, "SELECT service, seq FROM mesh_cursors"))
        assert cursors == {f["service"]: f["cursor"] for f in services[name]["follows"]}


def test_nothing_is_lost_and_nothing_is_done_twice(fresh):
    seed = int(os.environ.get("CHAOS_SEED", time.time_ns() % 1_000_000))
    print(f"CHAOS_SEED={seed}")
    node, story, began = fresh, Story(seed), time.monotonic()
    staff, form = node.staff(), node.form()
    crowd = Crowd(node.port, CONCURRENCY, range(SUBMISSIONS), story.submit(f"/api/v1/forms/{form['slug']}/submissions", form))
    moderators = Crowd(node.port, MODERATORS, range(SUBMISSIONS // 4), story.decide, token=staff.token)
    mischief = Mischief(node, seed, lambda: len(story.told), STRIKE_EVERY)
    try:
        crowd.join()
        moderators.join()
    finally:
        mischief.end()
        strikes = collections.Counter(f"{how} {target}" for target, how in mischief.struck)
        print(f"{len(story.told)} told after {story.tries} tries, {len(story.decisions)} decided, {time.monotonic() - began:.0f} s, "
              f"{len(mischief.struck)} strikes: {json.dumps(strikes)}")
    assert len(mischief.struck) >= SUBMISSIONS // STRIKE_EVERY * 3 // 4
    node.wait_ready(30)
    services = wait_until(lambda: agreed(node), 30, "logs, status and followers agree", every=0.1)
    check_submissions(node, story)
    entries = check_registry(node, story)
    check_logs(node, services)
    print(f"{entries} entries published; checked after {time.monotonic() - began:.0f} s")
