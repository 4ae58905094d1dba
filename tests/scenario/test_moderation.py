"""The moderators' pages as a browser without scripts meets them: desk, inbox, one submission, decisions; two moderators at once.

covers: submissions.Waiting submissions.Inbox submissions.Read submissions.Decide
"""
import re
import socket
import subprocess

import pytest

from kosi_test import filled_form, unique_title, wait_until
from kosi_test.http import Http
from kosi_test.node import PASSWORD
from kosi_test.page import Page, path_of

INBOX = {"de": "/intern/einreichungen", "en": "/en/intern/submissions"}
WORDS = {"de": {"accept": "annehmen", "reject": "ablehnen", "duplicate": "dublette", "reopen": "wieder-oeffnen", "take": "uebernehmen", "release": "abgeben"},
         "en": {m: m for m in ("accept", "reject", "duplicate", "reopen", "take", "release")}}


class Desk:
    """A moderator at a browser."""

    def __init__(self, node, login, roles=("moderator",), language="de"):
        node.user_add(login, *roles)
        self.node, self.login, self.language = node, login, language
        self.http = Http(node.port)
        answer = self.http.post("/intern/anmelden", form={"login": login, "password": PASSWORD})
        assert answer.status == 303, answer
        self.cookie = answer.header("Set-Cookie").split(";")[0]

    def get(self, path, **more):
        return self.http.get(path, headers={"Cookie": self.cookie}, **more)

    def post(self, path, pairs):
        return self.http.post(path, form=pairs, headers={"Cookie": self.cookie})

    def address(self, submission, move=None):
        return f"{INBOX[self.language]}/{submission}" + (f"/{WORDS[self.language][move]}" if move else "")

    def page(self, submission, move=None):
        return Page(self.get(self.address(submission, move)).expect(200))

    def form(self, submission, move):
        """The form of a decision, or the button of a move on the submission's page."""
        page = self.page(submission, None if move in ("take", "release") else move)
        return next(f for f in page.forms if f.action == self.address(submission, move))

    def send(self, form, **typed):
        """typed: field=value; dots of names as two underscores."""
        entered = {name.replace("__", "."): value for name, value in typed.items()}
        kept = [(n, v) for n, v in form.fields if n not in entered]
        more = [(n, v) for n, values in entered.items() for v in (values if isinstance(values, list) else [values]) if v is not None]
        return self.post(form.action, kept + more)

    def move(self, submission, move, **typed):
        answer = self.send(self.form(submission, move), **typed)
        assert answer.status == 303, answer
        assert path_of(answer.header("Location")) == f"{self.address(submission)}?done={move}"
        return Page(self.get(path_of(answer.header("Location"))).expect(200))


def login_name(word):
    return unique_title(word).replace(" ", "-").lower()


@pytest.fixture
def anna(dortmund):
    return Desk(dortmund, login_name("anna"))


@pytest.fixture
def ben(dortmund):
    return Desk(dortmund, login_name("ben"))


def submitted(node, title=None, **answers):
    form = node.form()
    body = filled_form(form, title=title or unique_title("Werkstatt"), everything=True, **answers)
    return node.http.post(f"/api/v1/forms/{form['slug']}/submissions", body).expect(201).json


def status_of(node, made):
    return node.http.get("/api/v1/submissions/" + made["token"]).expect(200).json


# ---- who may
def test_staff_pages_ask_for_the_role(dortmund):
    office = Desk(dortmund, login_name("eventoffice"), roles=("event_office",))
    desk = Page(office.get("/intern/").expect(200))
    assert "Moderation" in desk.text and INBOX["de"] not in [f.action for f in desk.forms]
    assert office.get(INBOX["de"]).status == 403
    assert office.get(f"{INBOX['de']}/01890000-0000-7000-8000-000000000000").status == 403
    for path in ("/intern/", INBOX["de"], INBOX["en"]):
        answer = dortmund.http.get(path)
        assert answer.status == 303 and "zurueck=" in answer.header("Location") or "back=" in answer.header("Location")


def test_unknown_submissions_are_not_found(anna):
    for path in ("/nichts", "/01890000-0000-7000-8000-000000000000", "/01890000-0000-7000-8000-000000000000/annehmen"):
        assert anna.get(INBOX["de"] + path).status == 404, path


# ---- the round of a moderator
@pytest.mark.parametrize("language", ["de", "en"])
def test_the_round_of_a_moderator(dortmund, language):
    desk = Desk(dortmund, login_name("clara"), language=language)
    title = unique_title("Nähstube <& Söhne>")
    made = submitted(dortmund, title)
    start = desk.get("/intern/" if language == "de" else "/en/intern/").expect(200)
    assert Page(start).language == language and INBOX[language] in Page(start).links and "<script" not in start.text
    found = desk.get(INBOX[language], query={"q": made["receipt"]}).expect(200)
    assert desk.address(made["id"]) in Page(found).links and "Nähstube" in Page(found).text and "<& " not in found.text
    page = desk.page(made["id"])
    form = dortmund.form(language=language)
    assert all(q["label"] in page.text for q in form["questions"] if q["type"] not in ("consent", "section"))
    assert "erika@example.org" in page.text and made["receipt"] in page.text
    assert desk.login in desk.move(made["id"], "take").text
    edits = desk.form(made["id"], "accept")
    assert edits.value("edits.title") == title and len([v for n, v in edits.fields if n == "edits.themes"]) >= 1
    shown = desk.move(made["id"], "accept", edits__title=title + " neu", edits__website="", text="Willkommen!")
    entry = status_of(dortmund, made)["entry_id"]
    public = wait_until(lambda: (a := dortmund.http.get(f"/api/v1/entries/{entry}")).status == 200 and a.json, 5, "public")
    assert public["title"] == title + " neu" and "website" not in public
    assert any(link.endswith(entry) for link in shown.links) and "Willkommen!" in shown.text
    desk.move(made["id"], "reopen", text="Noch eine Frage.")
    wait_until(lambda: dortmund.http.get(f"/api/v1/entries/{entry}").status == 410, 5, "no longer shown")
    again = desk.form(made["id"], "accept")
    assert again.value("edits.title") == title + " neu" and again.value("edits.website") == ""   # the edits are not lost
    desk.move(made["id"], "reject", reason="incomplete", text="Es fehlt die Adresse.")
    end = status_of(dortmund, made)
    assert end["state"] == "rejected" and end["history"][-1]["reason"] == "incomplete"
    assert not any("login" in step or "version" in step for step in end["history"])   # who it was is the office's matter


def test_the_audit_says_what_was_changed(dortmund, anna):
    made = submitted(dortmund)
    anna.move(made["id"], "accept", edits__title=unique_title("Anders"), edits__summary="Kürzer.")
    admin = dortmund.staff(login=login_name("admin"), roles=("admin",))
    def row():
        items = admin.http.get("/api/v1/staff/audit", query={"page_size": 200}).expect(200).json["items"]
        return [i for i in items if i.get("subject") == made["id"] and i["method"] == "Decide"]
    found = wait_until(row, 5, "the audit")
    assert found[0]["detail"] == "accept: title, summary" and found[0]["login"] == anna.login


# ---- fields that are not right
def test_what_is_wrong_is_said_beside_the_field_and_everything_kept(dortmund, anna):
    made = submitted(dortmund)
    form = anna.form(made["id"], "accept")
    typed = {"edits__title": "", "edits__website": "keine-adresse", "edits__since": "gestern", "edits__point__lat": "51,5142",
             "edits__point__lon": "", "edits__description": "Zeile eins\r\n\r\nZeile <zwei>", "text": "Nachricht"}
    answer = anna.send(form, **typed)
    assert answer.status == 422
    for field in ("edits-title", "edits-website", "edits-since"):
        assert f'href="#c-{field}"' in answer.text or "edits-point-lon" in answer.text
    assert 'id="c-edits-point-lon-error"' in answer.text
    answer = anna.send(form, **{**typed, "edits__point__lon": "7,4653"})
    assert answer.status == 422
    for field in ("title", "website", "since"):
        assert f'href="#c-edits-{field}"' in answer.text and f'id="c-edits-{field}-error"' in answer.text, field
    again = next(f for f in Page(answer).forms if f.action == form.action)
    assert again.value("edits.description").replace("\r\n", "\n") == "Zeile eins\n\nZeile <zwei>" and again.value("edits.website") == "keine-adresse"
    assert again.value("text") == "Nachricht" and again.value("_version") == form.value("_version")
    fine = anna.send(again, edits__title=unique_title("Gut"), edits__website="", edits__since="2024-01-31", edits__point__lon="7,4653")
    assert fine.status == 303
    entry = status_of(dortmund, made)["entry_id"]
    public = wait_until(lambda: (a := dortmund.http.get(f"/api/v1/entries/{entry}")).status == 200 and a.json, 5, "public")
    assert public["point"] == {"lat": 51.5142, "lon": 7.4653} and public["since"] == "2024-01-31"


def test_all_themes_can_be_taken_out(dortmund, anna):
    made = submitted(dortmund)
    anna.move(made["id"], "accept", edits__themes=None)
    entry = status_of(dortmund, made)["entry_id"]
    public = wait_until(lambda: (a := dortmund.http.get(f"/api/v1/entries/{entry}")).status == 200 and a.json, 5, "public")
    assert public["themes"] == []


def test_a_rejection_needs_a_reason_of_the_catalogue(dortmund, anna):
    made = submitted(dortmund)
    form = anna.form(made["id"], "reject")
    assert [i["value"] for i in form.inputs if i.get("name") == "reason"][-1] == "other"
    refused = anna.send(form, text="Weil.")
    assert refused.status == 422 and 'href="#c-reason-not-social-innovation"' in refused.text and "Weil." in refused.text
    assert anna.send(form, reason="other").status == 422   # then a text is needed
    assert anna.send(form, reason="other", text="Weil.").status == 303


# ---- duplicates
def test_a_duplicate_is_chosen_side_by_side(dortmund, anna):
    title = unique_title("Offene Fahrradwerkstatt am Borsigplatz")
    first = submitted(dortmund, title)
    anna.move(first["id"], "accept")
    entry = status_of(dortmund, first)["entry_id"]
    second = submitted(dortmund, title)
    page = wait_until(lambda: (p := anna.page(second["id"], "duplicate")) and entry in [i.get("value") for f in p.forms for i in f.inputs] and p, 5,
                      "the entry is offered")
    form = next(f for f in page.forms if f.action == anna.address(second["id"], "duplicate"))
    assert page.text.count(title) >= 3
    nothing = anna.send(form)
    assert nothing.status == 422 and 'id="c-other-entry-error"' in nothing.text
    wrong = anna.send(form, other_entry="https://example.org/landschaft/01890000-0000-7000-8000-000000000000")
    assert wrong.status == 422 and 'id="c-other-entry-error"' in wrong.text
    done = anna.move(second["id"], "duplicate", duplicate_of=entry)
    assert any(link.endswith(entry) for link in done.links) and status_of(dortmund, second)["state"] == "duplicate"
    anna.move(second["id"], "reopen")
    anna.move(second["id"], "duplicate", other_entry=f"http://127.0.0.1:{dortmund.port}/landschaft/{entry}/")
    assert status_of(dortmund, second)["state"] == "duplicate"


# ---- two at once
def test_the_second_moderator_is_told_who_did_what_and_loses_nothing(dortmund, anna, ben):
    made = submitted(dortmund)
    form = ben.form(made["id"], "reject")
    anna.move(made["id"], "take")
    late = ben.send(form, reason="outside-city", text="Liegt in Castrop-Rauxel.")
    page = Page(late)
    assert late.status == 412 and f"{anna.login} hat die Einreichung übernommen" in page.text
    kept = next(f for f in page.forms if f.action == form.action)
    assert kept.value("text") == "Liegt in Castrop-Rauxel." and kept.value("reason") == "outside-city"
    assert kept.value("_version") != form.value("_version") and kept.value("_key") != form.value("_key")
    assert status_of(dortmund, made)["state"] == "in_review"
    assert ben.send(kept).status == 303
    assert status_of(dortmund, made)["state"] == "rejected"


def test_what_was_typed_for_a_decision_that_is_no_more_possible_can_be_read(dortmund, anna, ben):
    made = submitted(dortmund)
    form = ben.form(made["id"], "reject")
    anna.move(made["id"], "accept")
    late = ben.send(form, reason="incomplete", text="Meine lange Begründung")
    page = Page(late)
    assert late.status in (409, 412) and "Meine lange Begründung" in page.text and f"{anna.login} hat die Einreichung angenommen" in page.text
    assert not [f for f in page.forms if f.action == form.action]
    assert "nicht möglich" in Page(ben.get(ben.address(made["id"], "accept")).expect(200)).text


def test_a_click_twice_is_one_decision(dortmund, anna):
    made = submitted(dortmund)
    form = anna.form(made["id"], "accept")
    first, second = anna.send(form), anna.send(form)
    assert first.status == second.status == 303 and first.header("Location") == second.header("Location")
    assert [h["state"] for h in status_of(dortmund, made)["history"]] == ["received", "accepted"]


def test_taken_over_and_released(dortmund, anna, ben):
    made = submitted(dortmund)
    anna.move(made["id"], "take")
    seen = ben.page(made["id"])
    assert f"bei {anna.login} in Prüfung" in seen.text and f"Von {anna.login} übernehmen" in seen.text
    ben.move(made["id"], "take")
    assert anna.address(made["id"]) not in Page(anna.get(INBOX["de"], query={"holder": "~me"})).links
    assert ben.address(made["id"]) in Page(ben.get(INBOX["de"], query={"holder": "~me"})).links
    ben.move(made["id"], "release")
    again = anna.page(made["id"])
    assert "niemandem" in again.text and f"{ben.login} hat die Einreichung abgegeben" in again.text
    assert status_of(dortmund, made)["state"] == "in_review"
    assert dortmund.staff(login=login_name("api")).decide(made["id"], "release").expect(409, "illegal_state")


# ---- nothing typed is lost
def test_signed_out_meanwhile_keeps_what_was_typed(dortmund, anna, ben):
    made = submitted(dortmund)
    form = anna.form(made["id"], "reject")
    pairs = [p for p in form.fields if p[0] != "reason"] + [("reason", "incomplete")]
    pairs = [(n, "Lange getippt" if n == "text" else v) for n, v in pairs]
    held = dortmund.http.post(form.action, form=pairs)
    assert held.status == 401 and "Lange getippt" in held.text
    foreign = ben.post(form.action, pairs)   # another session's form token
    assert foreign.status == 403 and "Lange getippt" in foreign.text
    confirmed = next(f for f in Page(foreign).forms if f.action == form.action)
    assert ben.post(form.action, confirmed.fields).status == 303
    assert status_of(dortmund, made)["state"] == "rejected"


def test_a_decision_survives_a_service_that_is_away(make_node):
    node = make_node(settings={"request_timeout_ms": 800})
    anna = Desk(node, "anna")
    made = submitted(node)
    form = anna.form(made["id"], "reject")
    for slot in ("submissions-1", "submissions-2"):
        node.kill(slot, 19)   # SIGSTOP: it answers nothing
    held = anna.send(form, reason="incomplete", text="Lange getippt")
    assert held.status >= 500 and "Lange getippt" in held.text
    for slot in ("submissions-1", "submissions-2"):
        node.kill(slot, 18)
    kept = next(f for f in Page(held).forms if f.action == form.action)
    wait_until(lambda: anna.get(anna.address(made["id"])).status == 200, 10, "it answers again")
    assert anna.post(form.action, kept.fields).status == 303
    assert [h["state"] for h in status_of(node, made)["history"]] == ["received", "rejected"]


# ---- the inbox
def rows(answer):
    return re.findall(r'<h3><a href="/intern/einreichungen/([0-9a-f-]{36})"', answer.expect(200).text)


def test_the_inbox_narrows_by_links(dortmund, anna):
    word = unique_title("Blatt").split()[-1]
    new = [submitted(dortmund, f"Blatt {word} {n}")["id"] for n in range(3)]
    ask = lambda **query: rows(anna.get(INBOX["de"], query={"q": word, **query}))
    anna.move(new[0], "take")
    anna.move(new[1], "reject", reason="advertising")
    assert ask() == [new[2], new[0]] and ask(sort="oldest") == [new[0], new[2]]
    assert ask(state="decided") == [new[1]] and ask(state="rejected") == [new[1]] and ask(state="all") == list(reversed(new))
    assert ask(holder="~me") == [new[0]] and ask(holder="~nobody") == [new[2]] and ask(holder=anna.login) == [new[0]]
    assert ask(form="initiative-melden") == [new[2], new[0]] and ask(form="mithelfen-anbieten") == []
    assert ask(age="newer-7") == [new[2], new[0]] and ask(age="older-7") == []
    assert ask(state="NO SUCH", holder="~NIEMAND!", age="gestern", sort="x", form="Ä", unknown="1") == [new[2], new[0]]
    english = Page(anna.get(INBOX["de"], query={"q": word, "holder": "~me"})).links
    assert f"{INBOX['en']}?q={word}&holder=~me" in english


def test_the_inbox_goes_on_by_links(dortmund, anna):
    word = unique_title("Seite").split()[-1]
    new = [submitted(dortmund, f"Seite {word} {n}")["id"] for n in range(27)]
    for sort, wanted in (("", list(reversed(new))), ("oldest", new)):
        seen, address = [], f"{INBOX['de']}?q={word}&sort={sort}"
        while address:
            answer = anna.get(address)
            seen += rows(answer)
            following = re.search(r'href="([^"]+)" rel="next"', answer.text)
            address = following and following.group(1).replace("&amp;", "&")
        assert seen == wanted


def test_what_waits_is_counted(make_node):
    node = make_node()
    anna, staff = Desk(node, "anna"), node.staff(login="api")
    made = [submitted(node)["id"] for _ in range(4)]
    anna.move(made[0], "take")
    staff.decide(made[1], "take").expect(200)
    staff.decide(made[2], "accept").expect(200)
    waiting = staff.http.get("/api/v1/staff/submissions/waiting").expect(200).json
    assert (waiting["received"], waiting["in_review"], waiting["mine"], waiting["free"]) == (1, 2, 1, 1)
    assert {h["login"]: h["waiting"] for h in waiting["holders"]} == {"anna": 1, "api": 1}
    assert {f["slug"]: f["waiting"] for f in waiting["forms"]} == {"initiative-melden": 3, "mithelfen-anbieten": 0}
    desk = Page(anna.get("/intern/").expect(200))
    assert anna.address(made[0]) in desk.links and anna.address(made[3]) in desk.links and anna.address(made[1]) not in desk.links


def test_the_inbox_of_the_api(dortmund, anna):
    staff = dortmund.staff(login=login_name("api"))
    word = unique_title("Fach").split()[-1]
    new = [submitted(dortmund, f"Fach {word} {n}")["id"] for n in range(2)]
    anna.move(new[0], "take")
    ask = lambda **query: staff.http.get("/api/v1/staff/submissions", query={"q": word, **query})
    ids = lambda **query: [i["id"] for i in ask(**query).expect(200).json["items"]]
    assert ids(sort="oldest") == new and ids(sort="newest") == ids() == list(reversed(new))
    assert ids(taken_by=anna.login) == [new[0]] and ids(free="true") == [new[1]] and ids(free="true", taken_by=anna.login) == []
    assert ids(max_days=1) == list(reversed(new)) and ids(min_days=1) == [] and ids(min_days=0) == list(reversed(new))
    ask(sort="random").expect(400, "bad_parameter")
    ask(taken_by="Anna!").expect(400, "bad_parameter")
    ask(min_days=-1).expect(400, "bad_parameter")
    first = ask(page_size=1).json
    ask(page_size=1, page_token=first["next_page_token"], sort="oldest").expect(400, "bad_page_token")
    one = staff.http.get(f"/api/v1/staff/submissions/{new[0]}").expect(200).json
    assert one["draft"]["title"] == f"Fach {word} 0" and "incomplete" in one["reasons"] and one["asked"]["questions"]
    assert one["history"][-1]["login"] == anna.login and one["history"][-1]["version"] == one["version"] and one["history"][-1]["move"] == "take"


def test_what_the_citizen_corrects_counts_more_than_old_edits(dortmund, anna):
    form = dortmund.form()
    body = filled_form(form, title=unique_title("Alt"), everything=True)
    made = dortmund.http.post(f"/api/v1/forms/{form['slug']}/submissions", body).expect(201).json
    anna.move(made["id"], "accept", edits__title=unique_title("Vom Amt"))
    anna.move(made["id"], "reopen")
    assert anna.form(made["id"], "accept").value("edits.title").startswith("Vom Amt")
    body["answers"]["title"] = unique_title("Neu vom Menschen")
    dortmund.http.request("PUT", f"/api/v1/submissions/{made['token']}", json_body=body).expect(200)
    assert anna.form(made["id"], "accept").value("edits.title") == body["answers"]["title"]
    assert "hat ihre Angaben geändert" in anna.page(made["id"]).text


def test_an_erased_submission_shows_what_remains(dortmund, anna):
    made = submitted(dortmund, unique_title("Vergissmeinnicht"))
    anna.move(made["id"], "accept")
    anna.move(made["id"], "reopen")
    dortmund.http.delete("/api/v1/submissions/" + made["token"]).expect(204)
    answer = anna.get(anna.address(made["id"])).expect(200)
    assert made["receipt"] in answer.text and "Vergissmeinnicht" not in answer.text and "erika@example.org" not in answer.text
    assert not [f for f in Page(answer).forms if f.action.startswith(INBOX["de"])]


def test_a_contact_can_name_nobody_else_to_write_to(dortmund, anna):
    body = filled_form(form := dortmund.form())
    body["contact"]["email"] = "a?bcc=b%40example.net&subject=x@example.org"
    made = dortmund.http.post(f"/api/v1/forms/{form['slug']}/submissions", body).expect(201).json
    links = re.findall(r'href="mailto:([^"]*)"', anna.get(anna.address(made["id"])).expect(200).text)
    assert links == ["a%3Fbcc%3Db%2540example.net%26subject%3Dx@example.org"]


def test_what_the_sender_corrected_stands_beside_what_the_page_held(dortmund, anna):
    """The accept page still holds the old answers when the sender has given others: each field that differs says what is given now."""
    made = submitted(dortmund, description="Rufen Sie Erika an, jederzeit und gern auch am Abend.")
    form = anna.form(made["id"], "accept")
    body = filled_form(dortmund.form(), title=unique_title("Neu"), everything=True, description="Schreiben Sie uns, wir antworten jede Woche.")
    dortmund.http.request("PUT", f"/api/v1/submissions/{made['token']}", body).expect(200)
    refused = anna.send(form, edits__summary="Von mir.")
    told = [t for t in re.findall(r'class="kern-hint"[^>]*>([^<]*)', refused.text) if "Jetzt steht dort" in t]
    assert refused.status == 412 and Page(refused).forms[-1].value("edits.summary") == "Von mir."
    assert any(body["answers"]["title"] in t for t in told) and any("Schreiben Sie uns" in t for t in told)
    anna.move(made["id"], "take")
    assert "Jetzt steht dort" not in anna.get(anna.address(made["id"], "accept")).text


def test_a_place_stays_where_it_was_put(dortmund, anna):
    """Opened again, the form proposes the place as it was given, not rounded to the next street."""
    made = submitted(dortmund)
    anna.move(made["id"], "accept", edits__point__lat="51,513587", edits__point__lon="7.465298")
    anna.move(made["id"], "reopen")
    form = anna.form(made["id"], "accept")
    assert (form.value("edits.point.lat"), form.value("edits.point.lon")) == ("51.513587", "7.465298")


# ---- a service that is down
def stopped(node, service):
    for name in [d for d in node.daemons() if d.startswith(service + "-")]:
        subprocess.run(["s6-svc", "-d", str(node.run / "services" / name)], check=True)
    wait_until(lambda: not node.workers(service), 10, f"{service} down")


def connects(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def test_who_reads_and_rejects_needs_no_labels(fresh):
    """Without the registry there are no labels. Accepting is refused then: its page would have nothing to choose from, and sending it
    would take themes and district out of the entry. A gateway that knows the labels keeps them."""
    anna = Desk(fresh, login_name("anna"))
    made, other = submitted(fresh), submitted(fresh)
    accept = anna.form(made["id"], "accept")
    kept = accept.options["edits.district"]
    gateway = next(d for d in fresh.daemons() if d.startswith("gateway"))
    stopped(fresh, "registry")
    assert anna.form(made["id"], "accept").options["edits.district"] == kept
    fresh.wait_restarted(gateway, fresh.kill(gateway), 10)   # the new one has never heard of any
    anna.http.close()
    wait_until(lambda: connects(fresh.port), 10, "the new gateway listens")
    refused = anna.get(anna.address(made["id"], "accept"))
    assert refused.status == 503 and refused.header("Retry-After")
    typed = anna.send(accept, edits__title=" ", edits__summary="Lange überlegt.")
    assert typed.status == 422 and dict(Page(typed).forms[-1].fields)["edits.summary"] == "Lange überlegt."
    done = anna.send(anna.form(other["id"], "reject"), reason="other", text="Das gehört nicht hierher.")
    assert done.status == 303
