"""A foreign peer: Python with the official protobuf runtime and pyzmq, nothing of ours but the .proto files.

covers: accounts.Identify accounts.UserAdd submissions.LogRead broker.Status
"""
# sanitized: every boundary of the bus
from kosi_test import unique_title
from kosi_test.bus import Bus, messages, submit_request

sm, en, rg, ac, lg = (messages(n) for n in ("submissions", "envelope", "registry", "accounts", "log"))


def test_a_peer_submits_and_reads_back(dortmund):
    bus, title = dortmund.bus("front"), unique_title("Von fern")
    request = submit_request(dortmund.form(), contact=True, title=title)
    key = f"peer-{title.split()[-1]}"
    reply = bus.ask("submissions", "Submit", request, key=key)
    assert reply.ok and reply.message.state == "received" and not reply.envelope.replayed and reply.envelope.log_seq > 0
    status = bus.ask("submissions", "Status", sm.TokenRequest(token=reply.message.token))
    assert status.ok and status.message.id == reply.message.id
    repeat = bus.ask("submissions", "Submit", request, key=key)
    assert repeat.ok and repeat.envelope.replayed and repeat.message == reply.message
    over_http = dortmund.http.get(f"/api/v1/submissions/{reply.message.token}").expect(200).json
    assert over_http["receipt"] == reply.message.receipt


def test_replies_echo_the_request(dortmund):
    bus = dortmund.bus("front")
    asked = bus.envelope("registry", "Vocabulary", locale="en")
    bus.send(asked, rg.VocabularyRequest().SerializeToString())
    envelope, body = bus.await_reply(asked.request_id)
    assert envelope.version == 1 and envelope.outcome == "ok"
    assert len(rg.VocabularyReply.FromString(body).districts) == 12


def test_problems_name_field_and_reason(dortmund):
    request = submit_request(dortmund.form(), contact=True, title=unique_title())
    request.answers.add(key="no_such_question").value.text = "x"
    reply = dortmund.bus("front").ask("submissions", "Submit", request)
    assert reply.outcome == "unknown_field"
    assert [e.field for e in reply.problem.errors] == ["answers.no_such_question"]


def test_the_front_door_leads_to_no_inner_room(dortmund):
    """Reading a log with its private part is for the node's own services; operator's methods are for the operator."""
    read = lg.LogReadRequest(after_seq=0, limit=10)
    refused = dortmund.bus("front").ask("submissions", "LogRead", read)
    assert not refused.ok and refused.message is None
    assert not dortmund.bus("front").ask("accounts", "UserAdd", ac.UserAddRequest(login="eindringling", password="x" * 20)).ok
    assert not dortmund.bus("back").ask("accounts", "UserAdd", ac.UserAddRequest(login="eindringling", password="x" * 20)).ok


def test_the_log_is_read_in_order(dortmund):
    bus = dortmund.bus("ops")
    submitted = bus.ask("submissions", "Submit", submit_request(dortmund.form(), contact=True, title=unique_title())).message.id
    seqs, subjects, after = [], [], 0
    while True:
        reply = bus.ask("submissions", "LogRead", lg.LogReadRequest(after_seq=after, limit=256, types=["SubmissionReceived"]))
        assert reply.ok and len(reply.message.epoch) > 0
        seqs += [r.seq for r in reply.message.records]
        subjects += [r.subject for r in reply.message.records]
        if reply.message.scanned_to >= reply.message.last_seq:
            break
        after = reply.message.scanned_to
    assert seqs == sorted(set(seqs)) and submitted in subjects
    record = next(r for r in reply.message.records if r.subject == submitted)
    assert lg.SubmissionReceived.FromString(record.content).id == submitted
    assert b"erika@example.org" not in record.content


def test_an_actor_cannot_be_invented(dortmund):
    staff, bus = dortmund.staff(), dortmund.bus("front")
    assert bus.ask("submissions", "Inbox", sm.InboxRequest()).outcome == "not_signed_in"
    signed = bus.ask("accounts", "Identify", ac.SessionRequest(token=staff.token)).message.signed_actor
    assert bus.ask("submissions", "Inbox", sm.InboxRequest(), actor=signed).ok
    forged = en.SignedActor.FromString(signed)
    actor = en.Actor.FromString(forged.actor)
    actor.roles.append("admin")
    forged.actor = actor.SerializeToString()
    assert bus.ask("submissions", "Inbox", sm.InboxRequest(), actor=forged.SerializeToString()).outcome == "not_signed_in"
    assert bus.ask("submissions", "Inbox", sm.InboxRequest(), actor=b"\xff\xfe nonsense").outcome in ("not_signed_in", "malformed")


def test_nonsense_is_answered_or_dropped_and_the_others_go_on(dortmund):
    pids = {name: dortmund.pid(name) for name in dortmund.daemons()}
    bus = Bus(dortmund.endpoint("front"))
    try:
        assert bus.ask("no_such_service", "X", b"").outcome == "unknown_service"
        assert bus.ask("registry", "NoSuchMethod", b"").outcome == "unknown_method"
        assert bus.ask("registry", "List", b"\xff" * 100).outcome == "malformed"
        wrong = bus.envelope("registry", "List", version=99)
        bus.send(wrong)
        assert bus.await_reply(wrong.request_id)[0].outcome == "wrong_version"
        assert bus.ask("registry", "List", b"\x0a\xc8\x01" + b"x" * 200 + b"\x00" * 70000).outcome in ("too_large", "malformed")
        for frames in ([b""], [b"\xff" * 50, b""], [b"a", b"b", b"c"], [b"\xff" * 5000, b""]):
            bus.socket.send_multipart(frames)
        assert bus.ask("registry", "Vocabulary", rg.VocabularyRequest()).ok
        status = bus.ask("broker", "Status", en.StatusRequest())
        assert status.ok and sum(d.count for d in status.message.broker.dropped) >= 3
    finally:
        bus.close()
    assert pids == {name: dortmund.pid(name) for name in dortmund.daemons()}
