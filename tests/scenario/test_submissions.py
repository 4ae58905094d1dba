"""The life of a submission over the bus: a Python peer speaks to the submissions service, nothing of HTTP in between.

covers: submissions.Forms submissions.GetForm submissions.Submit submissions.Status submissions.Withdraw submissions.Export
covers: submissions.Erase submissions.Inbox submissions.Read submissions.Decide
"""
# sanitized: every handler of the service, and forms that change under it
import hashlib
import json
import shutil
import uuid

import pytest

from kosi_test import unique_title, wait_until
from kosi_test.bus import Bus, messages
from kosi_test.node import PASSWORD
from kosi_test.paths import ROOT

sm, rg, ac, lg = (messages(n) for n in ("submissions", "registry", "accounts", "log"))
NOBODY = "01890000-0000-7000-8000-000000000000"


class Desk:
    """A citizen and a moderator at the bus of a node."""

    def __init__(self, node, locale="de"):
        self.node, self.locale, self._token = node, locale, None
        self.citizen = node.bus("front")

    def ask(self, method, request, **more):
        return self.citizen.ask("submissions", method, request, **{"locale": self.locale, **more})

    def actor(self):
        """A statement lives a minute: a fresh one each time."""
        if not self._token:
            login = f"mod-{unique_title('x').split()[-1]}"
            self.node.user_add(login, "moderator")
            self._token = self.citizen.ask("accounts", "SignIn", ac.SignInRequest(login=login, password=PASSWORD)).message.token
            self.login = login
        return self.citizen.ask("accounts", "Identify", ac.SessionRequest(token=self._token)).message.signed_actor

    def staff(self, method, request, **more):
        return self.ask(method, request, actor=self.actor(), **more)

    def form(self, slug=None):
        slug = slug or self.ask("Forms", sm.FormListRequest()).message.items[0].slug
        return self.ask("GetForm", sm.FormRequest(slug=slug)).message

    def filled(self, title=None, slug=None, **answers):
        form, title = self.form(slug), title or unique_title("Meldung")
        request = sm.SubmitRequest(slug=form.slug)
        for q in form.questions:
            if q.type == "consent" and q.required:
                request.consents.append(q.id)
            elif (q.required or q.id in answers) and q.type != "section":
                answer(request, q.id, answers.get(q.id, title if q.id == "title" else usual(q)))
        if form.contact != "none":
            request.contact.email = "erika@example.org"
            request.contact.name = "Erika Beispiel"
        return request

    def submit(self, title=None, **more):
        reply = self.ask("Submit", self.filled(title, **more))
        assert reply.ok, reply.problem
        return reply.message

    def decide(self, submission, decision, **more):
        return self.staff("Decide", sm.DecisionRequest(id=submission, decision=decision, **more))

    def status(self, token):
        return self.ask("Status", sm.TokenRequest(token=token))

    def log(self, subject):
        """[(type, content)] of a submission's records, oldest first."""
        found, after, ops = [], 0, self.node.bus("ops")
        while True:
            reply = ops.ask("submissions", "LogRead", lg.LogReadRequest(after_seq=after, limit=256)).message
            found += [r for r in reply.records if r.subject == subject and r.type != "StaffAction"]
            if reply.scanned_to >= reply.last_seq:
                return found
            after = reply.scanned_to


def usual(q):
    if q.type in ("choice", "district"):
        return q.options[0].id
    if q.type == "multiple_choice":
        return [q.options[0].id]
    return "Menschen im Viertel helfen einander."[: q.max_length or None]


def answer(request, key, value):
    for old in [a for a in request.answers if a.key == key]:
        request.answers.remove(old)
    new = request.answers.add(key=key)
    if isinstance(value, list):
        new.value.items.extend(value)
        new.value.list = True
    elif value is not None:
        new.value.text = value


def faults(reply):
    return reply.outcome, {e.field: e.code for e in reply.problem.errors}


@pytest.fixture
def desk(dortmund):
    return Desk(dortmund)


# ---- forms
@pytest.mark.parametrize("locale,word", [("de", "Initiative"), ("en", "initiative")])
def test_the_open_call_asks_what_it_must(dortmund, locale, word):
    form = Desk(dortmund, locale).form("initiative-melden")
    assert word in form.title and form.entry_kind == "initiative" and form.contact == "optional"
    asked = {q.id: q for q in form.questions}
    assert {"title", "problem", "novelty", "themes", "sector", "district", "stage", "since", "reach", "relation", "website"} <= set(asked)
    assert [o.id for o in asked["district"].options][0] == "innenstadt-west" and len(asked["district"].options) == 12
    assert asked["themes"].max_choices == 3 and len(asked["themes"].options) >= 6
    assert all(q.max_length for q in form.questions if q.type in ("short_text", "long_text", "url"))
    assert all(q.wording for q in form.questions if q.type == "consent")


def test_wuppertal_asks_for_ideas(wuppertal):
    form = Desk(wuppertal).form("idee-fuer-wuppertal")
    assert form.entry_kind == "idea" and form.contact == "required"
    request = Desk(wuppertal).filled()
    request.ClearField("contact")
    assert faults(Desk(wuppertal).ask("Submit", request)) == ("validation", {"contact.email": "required"})


def test_forms_that_are_none(desk):
    assert desk.ask("GetForm", sm.FormRequest(slug="no-such-form")).outcome == "not_found"
    request = desk.filled()
    request.slug = "no-such-form"
    assert desk.ask("Submit", request).outcome == "not_found"


# ---- submitting
def test_a_submission_and_its_link(desk):
    reply = desk.submit("Lastenräder")
    assert reply.state == "received" and reply.receipt.startswith("DO-") and uuid.UUID(reply.id).version == 7
    assert reply.status_url.endswith(reply.token) and "/einreichungen/" in reply.status_url
    status = desk.status(reply.token).message
    assert (status.id, status.receipt, status.state, status.form_version) == (reply.id, reply.receipt, "received", 1)
    assert [(h.state, h.by) for h in status.history] == [("received", "citizen")]
    changed = reply.token[:-1] + ("A" if reply.token[-1] != "A" else "B")
    assert desk.status(changed).outcome == "not_found"


def test_what_is_wrong_is_named_all_at_once(desk):
    request = desk.filled(themes=["no-such-theme"], website="ftp://example.org/", since="2024-02-30", district="entenhausen")
    answer(request, "title", " ")
    answer(request, "problem", "ä" * 1501)
    del request.consents[:]
    request.contact.email = "no address"
    outcome, found = faults(desk.ask("Submit", request))
    assert outcome == "validation"
    assert found == {"answers.title": "required", "answers.problem": "too_long", "answers.themes": "not_an_option",
                     "answers.website": "invalid_format", "answers.since": "invalid_format", "answers.district": "not_an_option",
                     "contact.email": "invalid_format", "consents.publication": "not_accepted", "consents.privacy": "not_accepted"}


def test_unknown_questions_and_versions(desk):
    request = desk.filled()
    answer(request, "no_such", "x")
    assert faults(desk.ask("Submit", request)) == ("unknown_field", {"answers.no_such": "unknown_field"})
    request = desk.filled()
    request.form_version = 4000
    assert faults(desk.ask("Submit", request)) == ("validation", {"form_version": "out_of_range"})
    request = desk.filled()
    request.consents.append("no_such")
    assert faults(desk.ask("Submit", request)) == ("validation", {"consents.no_such": "not_an_option"})


def test_the_secret_link_is_in_no_log(desk):
    reply = desk.submit()
    record = desk.log(reply.id)[0]
    assert record.type == "SubmissionReceived" and lg.SubmissionReceived.FromString(record.content).form == "initiative-melden"
    to = lg.SubmissionContact.FromString(record.private_content)
    assert (to.email, to.language) == ("erika@example.org", "de")
    assert reply.token.encode() not in record.private_content and b"erika" not in record.content
    request = desk.filled()
    request.ClearField("contact")
    nobody = lg.SubmissionContact.FromString(desk.log(desk.ask("Submit", request).message.id)[0].private_content)
    assert not nobody.HasField("email") and not nobody.HasField("name") and nobody.receipt


# ---- deciding
def test_the_whole_life(desk):
    title = unique_title("Nachbarschaftswerkstatt")
    new = desk.submit(title, district="eving", since="2019-05-01")
    assert desk.decide(new.id, "take").message.state == "in_review"
    seen = desk.staff("Read", sm.StaffSubmissionRequest(id=new.id)).message
    assert seen.taken_by == desk.login and seen.version == 2 and seen.contact.email == "erika@example.org"
    decision = desk.decide(new.id, "accept", text="Willkommen!", edits=sm.EntryEdits(stage="established", themes=["mobility"])).message
    assert decision.state == "accepted" and decision.version == 3
    types = [r.type for r in desk.log(new.id)]
    assert types == ["SubmissionReceived", "SubmissionTaken", "SubmissionAccepted"]
    entry = lg.SubmissionAccepted.FromString(desk.log(new.id)[-1].content).entry
    assert (entry.id, entry.title, entry.kind, entry.city) == (decision.entry_id, title, "initiative", "dortmund")
    assert (entry.district, entry.since, entry.stage, list(entry.themes)) == ("eving", "2019-05-01", "established", ["mobility"])
    assert entry.description.count("### ") == 2 and entry.licence
    status = desk.status(new.token).message
    assert (status.entry_id, status.history[-1].text) == (decision.entry_id, "Willkommen!") and decision.entry_id in status.entry_url
    assert "erika" not in str(entry)

    assert desk.decide(new.id, "reopen").message.state == "in_review"
    assert not desk.status(new.token).message.HasField("entry_id")
    reopened = lg.SubmissionReopened.FromString(desk.log(new.id)[-1].content)
    assert (reopened.from_state, reopened.entry_id) == ("accepted", decision.entry_id)
    assert desk.decide(new.id, "accept").message.entry_id == decision.entry_id


LEGAL = {"received": {"take", "accept", "reject"}, "in_review": {"take", "accept", "reject"}, "accepted": {"reopen"}, "rejected": {"reopen"},
         "withdrawn": set(), "erased": set()}


@pytest.mark.parametrize("state", LEGAL)
def test_moves_that_are_refused(desk, state):
    new = desk.submit()
    if state == "in_review":
        assert desk.decide(new.id, "take").ok
    elif state in ("accepted", "rejected"):
        assert desk.decide(new.id, state[:6], reason="incomplete").ok
    elif state == "withdrawn":
        assert desk.ask("Withdraw", sm.TokenRequest(token=new.token)).ok
    elif state == "erased":
        assert desk.ask("Erase", sm.TokenRequest(token=new.token)).ok
    for decision in {"take", "accept", "reject", "duplicate", "reopen"} - LEGAL[state] - ({"duplicate"} if LEGAL[state] > {"take"} else set()):
        assert desk.decide(new.id, decision, reason="incomplete", duplicate_of=NOBODY).outcome == "illegal_state", decision


def test_decisions_that_make_no_sense(desk):
    new = desk.submit()
    assert faults(desk.decide(new.id, "bury")) == ("validation", {"decision": "not_an_option"})
    assert desk.decide(NOBODY, "accept").outcome == "not_found"
    assert faults(desk.decide(new.id, "reject")) == ("validation", {"reason": "required"})
    assert faults(desk.decide(new.id, "reject", reason="bad-mood")) == ("validation", {"reason": "not_an_option"})
    assert faults(desk.decide(new.id, "reject", reason="other")) == ("validation", {"text": "required"})
    assert faults(desk.decide(new.id, "duplicate")) == ("validation", {"duplicate_of": "required"})
    assert faults(desk.decide(new.id, "duplicate", duplicate_of=NOBODY)) == ("validation", {"duplicate_of": "not_an_option"})
    edits = sm.EntryEdits(title=" ", themes=["peace"], district="entenhausen")
    assert faults(desk.decide(new.id, "accept", edits=edits)) == (
        "validation", {"edits.title": "required", "edits.themes": "not_an_option", "edits.district": "not_an_option"})
    assert desk.decide(new.id, "accept", version=2).outcome == "changed_meanwhile"
    assert desk.decide(new.id, "accept", version=1).ok
    assert desk.ask("Decide", sm.DecisionRequest(id=new.id, decision="reopen")).outcome == "not_signed_in"


def test_a_duplicate_names_a_public_entry(desk):
    first = desk.submit()
    entry = desk.decide(first.id, "accept").message.entry_id
    second = desk.submit()
    wait_until(lambda: desk.decide(second.id, "duplicate", duplicate_of=entry).ok, 5, "the entry known to submissions")
    assert lg.SubmissionDuplicate.FromString(desk.log(second.id)[-1].content).duplicate_of == entry
    assert desk.status(second.token).message.entry_id == entry
    assert desk.decide(second.id, "reopen").ok
    assert lg.SubmissionReopened.FromString(desk.log(second.id)[-1].content).duplicate_of == entry
    # A submission is no duplicate of its own entry, nor of one that is no longer shown.
    assert desk.decide(first.id, "reopen").ok
    wait_until(lambda: desk.decide(second.id, "duplicate", duplicate_of=entry).outcome == "validation" or
               (desk.decide(second.id, "reopen").ok and None), 5, "the entry forgotten by submissions")


# ---- the sender's own data
def test_export_tells_everything(dortmund):
    desk = Desk(dortmund, "en")
    new = desk.submit("Bürgerbus")
    export = desk.ask("Export", sm.TokenRequest(token=new.token)).message
    assert {a.key: a.value.text for a in export.answers}["title"] == "Bürgerbus"
    assert export.contact.name == "Erika Beispiel" and export.submission.receipt == new.receipt
    assert {c.question for c in export.consents} == {"publication", "privacy"}
    for consent in export.consents:
        assert consent.language == "en" and consent.form_version == 1 and consent.given_at == new.created_at
        assert hashlib.sha256(consent.wording.encode()).hexdigest() == consent.wording_hash


def test_withdrawn_then_erased(desk):
    new = desk.submit()
    entry = desk.decide(new.id, "accept").message.entry_id
    token = sm.TokenRequest(token=new.token)
    assert desk.ask("Withdraw", token).message.state == "withdrawn"
    assert lg.SubmissionWithdrawn.FromString(desk.log(new.id)[-1].content).entry_id == entry
    assert desk.status(new.token).message.state == "withdrawn"
    assert desk.ask("Withdraw", token).outcome == "illegal_state"
    assert desk.ask("Erase", token).message.state == "erased"
    for method in ("Status", "Export", "Withdraw", "Erase"):
        assert desk.ask(method, token).outcome == "gone", method
    records = desk.log(new.id)
    assert records[-1].type == "SubmissionErased" and lg.SubmissionErased.FromString(records[-1].content).entry_id == entry
    assert not any(r.content or r.private_content for r in records[:-1])
    seen = desk.staff("Read", sm.StaffSubmissionRequest(id=new.id)).message
    assert seen.state == "erased" and not seen.answers and not seen.HasField("contact") and seen.receipt == new.receipt
    assert [h.state for h in seen.history] == ["received", "accepted", "withdrawn", "erased"]


def test_a_key_after_erasure_is_gone(desk):
    request, key = desk.filled(), f"erased-{unique_title('k').split()[-1]}"
    new = desk.ask("Submit", request, key=key).message
    again = desk.ask("Submit", request, key=key)
    assert again.envelope.replayed and again.message == new
    assert desk.ask("Erase", sm.TokenRequest(token=new.token)).ok
    assert desk.ask("Submit", request, key=key).outcome == "gone"


# ---- the inbox
def inbox(desk, **question):
    reply = desk.staff("Inbox", sm.InboxRequest(**question))
    assert reply.ok, reply.problem
    return reply.message


def test_the_inbox_finds(desk):
    word = unique_title("Straßenfest").split()[-1]
    new = [desk.submit(f"Straßenfest {word} {n}") for n in range(3)]
    assert [i.id for i in inbox(desk, page_size=3).items] == [n.id for n in reversed(new)]
    found = inbox(desk, q=f"STRASSENFEST {word}").items
    assert [i.id for i in found] == [n.id for n in reversed(new)] and found[0].title.startswith("Straßenfest")
    for receipt in (new[1].receipt, new[1].receipt[3:].lower()):
        assert [i.id for i in inbox(desk, q=receipt).items] == [new[1].id]
    assert desk.decide(new[2].id, "reject", reason="outside-city").ok
    assert [i.id for i in inbox(desk, q=word, state=["received", "in_review"]).items] == [new[1].id, new[0].id]
    assert [i.id for i in inbox(desk, q=word, state=["rejected"], form=["initiative-melden"]).items] == [new[2].id]
    assert not inbox(desk, q=word, form=["mithelfen-anbieten"]).items
    assert faults(desk.staff("Inbox", sm.InboxRequest(state=["buried"]))) == ("bad_parameter", {"state": "not_an_option"})


def test_the_inbox_turns_its_pages(desk):
    word = unique_title("Blatt").split()[-1]
    new = [desk.submit(f"Blatt {word} {n}").id for n in range(5)]
    seen, token = [], None
    while True:
        page = inbox(desk, q=word, page_size=2, page_token=token)
        seen += [i.id for i in page.items]
        token = page.next_page_token
        if not token:
            break
    assert seen == list(reversed(new))
    other = inbox(desk, page_size=2).next_page_token
    assert desk.staff("Inbox", sm.InboxRequest(q=word, page_token=other)).outcome == "bad_page_token"
    assert desk.staff("Inbox", sm.InboxRequest(page_token="AAAA")).outcome == "bad_page_token"


def test_similar_entries_are_shown(desk):
    title = unique_title("Fahrradquartiersgarage am Nordmarkt")
    entry = desk.decide(desk.submit(title).id, "accept").message.entry_id
    second = desk.submit(title)
    seen = wait_until(lambda: desk.staff("Read", sm.StaffSubmissionRequest(id=second.id)).message.similar, 5, "a similar entry")
    assert entry in [s.id for s in seen]


# ---- forms change while people fill them in
def city_with(tmp_path, change):
    """A copy of Dortmund with a changed form; returns its folder."""
    city = tmp_path / "city"
    if not city.exists():
        shutil.copytree(ROOT / "deploy" / "cities" / "dortmund", city)
    file = city / "forms" / "initiative-melden.json"
    form = json.loads(file.read_text())
    change(form)
    file.write_text(json.dumps(form, indent=1, ensure_ascii=False))
    return city


def restarted(node):
    """Both workers anew, by the supervisor, as after a change of forms."""
    for name in ("submissions-1", "submissions-2"):
        node.wait_restarted(name, node.kill(name))
    desk = Desk(node)
    wait_until(lambda: Bus(node.endpoint("front")).ask("submissions", "Forms", sm.FormListRequest()).ok, 10, "submissions back")
    return desk


def test_versions_of_a_form(make_node, tmp_path):
    def add_question(form):
        form["questions"].append({"id": "slogan", "type": "short_text", "required": True, "max_length": 40, "label": {"de": "Ihr Motto?"}})

    node = make_node(start=False)
    node.set("city_dir", city_with(tmp_path, lambda form: None))
    node.start()
    old = Desk(node).filled("Mit der alten Fassung")
    city_with(tmp_path, add_question)
    desk = restarted(node)
    wait_until(lambda: desk.form("initiative-melden").version == 2, 10, "the second version")
    assert faults(desk.ask("Submit", old)) == ("validation", {"answers.slogan": "required"})
    old.form_version = 1
    new = desk.ask("Submit", old)
    assert new.ok and desk.status(new.message.token).message.form_version == 1
    assert desk.ask("Submit", desk.filled()).ok

    city_with(tmp_path, lambda form: form.update(closed=True))
    desk = restarted(node)
    wait_until(lambda: "initiative-melden" not in [f.slug for f in desk.ask("Forms", sm.FormListRequest()).message.items], 10, "it closed")
    assert desk.ask("Submit", old).outcome == "closed"
    assert desk.ask("GetForm", sm.FormRequest(slug="initiative-melden")).outcome == "gone"
    assert desk.ask("Export", sm.TokenRequest(token=new.message.token)).message.consents[0].wording


def test_a_broken_form_stops_the_start(make_node, tmp_path):
    def break_it(form):
        form["questions"][1]["feeds"] = "price"

    node = make_node(start=False)
    node.set("city_dir", city_with(tmp_path, break_it))
    done = node.kosi("config", "check", check=False)
    assert done.returncode == 78 and "initiative-melden.json:" in done.stdout + done.stderr
    assert "feeds \"price\"" in done.stdout + done.stderr


def test_similar_entries_may_be_missing(make_node):
    """Registry is down: the submission is shown without them."""
    node = make_node()
    desk = Desk(node)
    new = desk.submit()
    actor = desk.actor()
    for name in ("registry-1", "registry-2"):
        node.kill(name, 19)   # SIGSTOP: there, and silent
    seen = desk.ask("Read", sm.StaffSubmissionRequest(id=new.id), actor=actor)
    assert seen.ok and seen.message.id == new.id and not seen.message.similar
