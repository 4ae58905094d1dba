"""The main job: from the form to the landscape and back, over real HTTP, for both cities, in German and English.

covers: submissions.Forms submissions.GetForm submissions.Submit submissions.Status submissions.Withdraw submissions.Export
covers: submissions.Erase submissions.Inbox submissions.Read submissions.Decide registry.List registry.Similar registry.Get
covers: registry.Vocabulary accounts.SignIn accounts.Session accounts.SignOut accounts.Audit
"""
# serial: measures how soon an accepted submission is public
# sanitized: the whole way through every daemon
import threading
import time

import pytest

from kosi_test import filled_form, unique_title, wait_until
from kosi_test.page import Page, path_of
from kosi_test.paths import PATIENCE
from kosi_test.wait import best_of_three


def submit(node, title=None, key=None, client=None, **answers):
    """(reply, body sent)"""
    form = node.form()
    body = filled_form(form, title=title, **answers)
    answer = (client or node.http).post(f"/api/v1/forms/{form['slug']}/submissions", body, key=key)
    return answer.expect(201), body


def public(node, entry_id, status=200):
    return wait_until(lambda: (a := node.http.get(f"/api/v1/entries/{entry_id}")).status == status and a, 5, f"entry {entry_id}: {status}")


def accepted(node, staff, title=None, **answers):
    """(submission, entry)"""
    submission = submit(node, title, **answers)[0].json
    decision = staff.decide(submission["id"], "accept").expect(200).json
    assert decision["state"] == "accepted"
    return submission, public(node, decision["entry_id"]).json


@pytest.mark.parametrize("language", ["de", "en"])
def test_vocabulary_and_forms_speak_both_languages(city_node, language):
    client, other = city_node.client(language), city_node.client("en" if language == "de" else "de")
    vocabulary = client.get("/api/v1/vocabulary").expect(200)
    assert {"themes", "districts", "sectors", "stages", "kinds"} <= set(vocabulary.json)
    assert len(vocabulary.json["districts"]) == {"dortmund": 12, "wuppertal": 10}[city_node.city]
    assert [t["id"] for t in vocabulary.json["themes"]] == [t["id"] for t in other.get("/api/v1/vocabulary").json["themes"]]
    assert [t["label"] for t in vocabulary.json["themes"]] != [t["label"] for t in other.get("/api/v1/vocabulary").json["themes"]]
    for summary in client.get("/api/v1/forms").expect(200).json["items"]:
        mine, theirs = (c.get(f"/api/v1/forms/{summary['slug']}").expect(200).json for c in (client, other))
        assert mine["title"] != theirs["title"]
        assert [q["id"] for q in mine["questions"]] == [q["id"] for q in theirs["questions"]]
        assert any(q["id"] == "title" and q["required"] for q in mine["questions"])
        assert any(q["type"] == "consent" and q["wording"] for q in mine["questions"])


@pytest.mark.parametrize("language", ["de", "en"])
def test_the_whole_way(city_node, language):
    node, client, staff = city_node, city_node.client(language), city_node.staff(language=language)
    title = unique_title("Lastenräder für die Straße")
    reply, body = submit(node, title, client=client)
    submission, token = reply.json, reply.json["token"]
    assert submission["state"] == "received"
    assert submission["receipt"].startswith({"dortmund": "DO-", "wuppertal": "WU-"}[node.city])
    assert path_of(reply.header("Location")) == f"/api/v1/submissions/{token}"
    assert token in submission["status_url"]

    status = client.get(path_of(reply.header("Location"))).expect(200).json
    assert (status["id"], status["receipt"], status["state"]) == (submission["id"], submission["receipt"], "received")
    inbox = staff.http.get("/api/v1/staff/submissions", query={"state": "received", "page_size": 200}).expect(200).json
    assert title in [i["title"] for i in inbox["items"] if i["id"] == submission["id"]]
    seen = staff.http.get(f"/api/v1/staff/submissions/{submission['id']}").expect(200).json
    assert seen["answers"]["title"] == title and seen["contact"]["email"] == body["contact"]["email"]

    assert staff.decide(submission["id"], "take").expect(200).json["state"] == "in_review"
    decision = staff.decide(submission["id"], "accept", edits={"summary": "Räder zum Leihen, überall."}).expect(200).json
    entry = public(node, decision["entry_id"]).json
    assert (entry["title"], entry["city"], entry["summary"]) == (title, node.city, "Räder zum Leihen, überall.")
    assert body["contact"]["email"] not in public(node, entry["id"]).text
    status = client.get(f"/api/v1/submissions/{token}").expect(200).json
    assert [h["state"] for h in status["history"]] == ["received", "in_review", "accepted"] and status["entry_id"] == entry["id"]

    word = title.split()[-1]
    for query in (f"lastenraeder {word}", f"FUER {word}", f"für {word}", f"strasse {word}", f"STRASSE {word}", word):
        found = client.get("/api/v1/entries", query={"q": query}).expect(200).json["items"]
        assert [e["id"] for e in found] == [entry["id"]], query
    similar = client.get("/api/v1/entries/similar", query={"title": title.replace("ä", "ae")}).expect(200).json["items"]
    assert similar[0]["id"] == entry["id"] and similar[0]["score"] > 0.8
    assert entry["id"] in [s["id"] for s in staff.http.get(f"/api/v1/staff/submissions/{submit(node, title)[0].json['id']}").json["similar"]]


def test_filters_and_pages_of_the_landscape(city_node):
    node, staff = city_node, city_node.staff()
    word = unique_title("Filter").split()[-1]
    entries = [accepted(node, staff, f"Gemeinschaftsgarten {word} {n}")[1] for n in range(3)]
    kind = entries[0]["kind"]
    found = node.http.get("/api/v1/entries", query={"q": word, "kind": kind}).expect(200).json
    assert {e["id"] for e in found["items"]} == {e["id"] for e in entries} and found["total"] == 3
    other = next(k["id"] for k in node.http.get("/api/v1/vocabulary").json["kinds"] if k["id"] != kind)
    assert node.http.get("/api/v1/entries", query={"q": word, "kind": other}).expect(200).json["items"] == []
    both = node.http.get("/api/v1/entries", query=[("q", word), ("kind", kind), ("kind", other)]).expect(200).json["items"]
    assert len(both) == 3
    seen, token = [], None
    for _ in range(4):
        page = node.http.get("/api/v1/entries", query={"sort": "newest", "page_size": 1, **({"page_token": token} if token else {})}).expect(200).json
        seen += [e["id"] for e in page["items"]]
        token = page.get("next_page_token")
        if not token:
            break
    assert len(seen) == len(set(seen)) and seen[:3] == [e["id"] for e in reversed(entries)]


def test_a_duplicate_is_linked_and_can_be_undone(city_node):
    node, staff = city_node, city_node.staff()
    title = unique_title("Repair-Café im Bunker")
    _, entry = accepted(node, staff, title)
    second = submit(node, title)[0].json
    staff.decide(second["id"], "duplicate", duplicate_of="01890000-0000-7000-8000-000000000000").expect(422, "validation")
    wait_until(lambda: staff.decide(second["id"], "duplicate", duplicate_of=entry["id"]).status == 200, 5, "the entry known to submissions")
    status = node.http.get(f"/api/v1/submissions/{second['token']}").expect(200).json
    assert status["state"] == "duplicate"
    wait_until(lambda: node.http.get(f"/api/v1/entries/{entry['id']}").json["relations"], 5, "the link")
    assert staff.decide(second["id"], "reopen").expect(200).json["state"] == "in_review"
    wait_until(lambda: not node.http.get(f"/api/v1/entries/{entry['id']}").json["relations"], 5, "the link gone")


def test_reopened_is_gone_and_accepted_again_is_back_at_its_address(city_node):
    node, staff = city_node, city_node.staff()
    submission, entry = accepted(node, staff)
    assert staff.decide(submission["id"], "reopen").expect(200).json["state"] == "in_review"
    public(node, entry["id"], 410).expect(410, "gone")
    assert entry["id"] not in [e["id"] for e in node.http.get("/api/v1/entries", query={"q": entry["title"]}).json["items"]]
    assert staff.decide(submission["id"], "accept").expect(200).json["entry_id"] == entry["id"]
    assert public(node, entry["id"]).json["version"] > entry["version"]


def test_an_entry_has_all_that_is_promised(city_node):
    """What nobody answered was left out, though only what is marked so may be missing."""
    node, staff = city_node, city_node.staff()
    decision = staff.decide(submit(node)[0].json["id"], "accept", edits={"district": "", "description": ""}).expect(200).json
    entry = public(node, decision["entry_id"]).json
    promised = ["id", "kind", "title", "summary", "description_html", "themes", "sector", "district", "stage", "city", "licence", "published_at",
                "updated_at", "confirmed_at", "version", "url", "relations"]
    assert [name for name in entry if name in promised] == promised
    assert entry["district"] is None and entry["description_html"] == ""


def test_rejected_with_a_reason_the_citizen_sees(city_node):
    node, staff = city_node, city_node.staff()
    submission = submit(node)[0].json
    staff.decide(submission["id"], "reject").expect(422, "validation")
    assert staff.decide(submission["id"], "reject", reason="not-in-scope", text="Bitte an das Bürgerbüro.").expect(200).json["state"] == "rejected"
    status = node.http.get(f"/api/v1/submissions/{submission['token']}").json
    assert status["state"] == "rejected"
    assert (status["history"][-1]["reason"], status["history"][-1]["text"]) == ("not-in-scope", "Bitte an das Bürgerbüro.")
    assert status["history"][-1]["by"] == "staff"


def test_withdraw_export_erase(city_node):
    node, staff = city_node, city_node.staff()
    title = unique_title("Nachbarschaftsküche")
    submission, entry = accepted(node, staff, title)
    address = f"/api/v1/submissions/{submission['token']}"
    export = node.http.get(f"{address}/export").expect(200)
    assert "attachment" in export.header("Content-Disposition") and "no-store" in export.header("Cache-Control")
    assert export.json["answers"]["title"] == title and export.json["contact"]["email"] == "erika@example.org"
    assert all(len(c["wording_hash"]) == 64 and c["wording"] for c in export.json["consents"]) and export.json["consents"]
    assert node.http.post(f"{address}/withdraw").expect(200).json["state"] == "withdrawn"
    public(node, entry["id"], 410).expect(410, "gone")
    assert node.http.get(address).expect(200).json["state"] == "withdrawn"
    node.http.post(f"{address}/withdraw").expect(409, "illegal_state")
    assert node.http.delete(address).status == 204
    for answer in (node.http.get(address), node.http.get(f"{address}/export"), node.http.post(f"{address}/withdraw"), node.http.delete(address)):
        answer.expect(410, "gone")
    seen = staff.http.get(f"/api/v1/staff/submissions/{submission['id']}")
    assert title not in seen.text and "erika@example.org" not in seen.text
    staff.decide(submission["id"], "reopen").expect(409, "illegal_state")


def test_erasing_leaves_nothing_in_any_file(make_node):
    """What is erased is gone from databases, their write-ahead logs after a stop, and the daemons' logs."""
    node = make_node()
    secret = "Geheimwort" + unique_title("x").split()[-1]
    submission = submit(node, title=f"Verein {secret}")[0].json
    node.http.delete(f"/api/v1/submissions/{submission['token']}")
    node.stop(graceful=True)
    holders = [p.name for p in node.data.rglob("*") if p.is_file() and secret.encode() in p.read_bytes()]
    assert not holders
    assert submission["token"] not in node.log_text()


def test_erased_is_soon_in_no_file_of_a_running_node(make_node):
    """The write-ahead log kept answers and contact until it was written over."""
    node = make_node()
    staff, secret = node.staff(), "Geheimwort" + unique_title("x").split()[-1]
    submission, entry = accepted(node, staff, title=f"Verein {secret}")
    node.http.delete(f"/api/v1/submissions/{submission['token']}").expect(204)
    wait_until(lambda: node.http.get(f"/api/v1/entries/{entry['id']}").status == 410, what="the entry gone")

    def holders():
        return [p.name for p in node.data.rglob("*") if p.is_file() and secret.lower().encode() in p.read_bytes().lower()]
    wait_until(lambda: not holders(), 30, what="nobody holding what was erased", every=0.5)


def test_audit_tells_who_did_what(city_node):
    node, staff = city_node, city_node.staff()
    submission, _ = accepted(node, staff)

    def found():
        items = staff.http.get("/api/v1/staff/audit", query={"subject": submission["id"]}).expect(200).json["items"]
        return [i for i in items if (i["login"], i["service"], i["method"], i["detail"]) == (staff.login, "submissions", "Decide", "accept")]
    assert len(wait_until(found, 5, "the audit record")) == 1


def test_sessions_begin_and_end(city_node):
    staff = city_node.staff(language="de")
    session = staff.http.get("/api/v1/session").expect(200).json
    assert session["login"] == staff.login and session["roles"] == ["moderator"]
    assert staff.http.delete("/api/v1/session").status == 204
    assert staff.http.get("/api/v1/session").status == 401
    assert staff.http.get("/api/v1/staff/submissions").status == 401


def test_a_retry_is_one_submission(city_node):
    node = city_node
    form = node.form()
    body, key = filled_form(form), f"retry-{unique_title('k').split()[-1]}"
    answers = []

    def press():
        answers.append(node.client().post(f"/api/v1/forms/{form['slug']}/submissions", body, key=key).expect(201))
    threads = [threading.Thread(target=press) for _ in range(8)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert len(answers) == 8
    assert len({(a.json["id"], a.json["token"], a.json["receipt"]) for a in answers}) == 1
    assert sorted(a.header("Idempotency-Replayed") or "" for a in answers) == [""] + ["true"] * 7


@pytest.mark.parametrize("language,forms,landscape", [("de", "/formulare", "/landschaft"), ("en", "/en/forms", "/en/landscape")])
def test_the_page_needs_no_script(city_node, language, forms, landscape):
    """Form page, errors beside the fields with the input kept, receipt, the same receipt for a double click, landscape."""
    node, client = city_node, city_node.client()
    form = node.form(language=language)
    address = f"{forms}/{form['slug']}"
    page = Page(client.get(address).expect(200))
    assert page.language == language and form["title"] in page.text
    fields = page.form_with("title")
    title = unique_title("Bürgerbus & <Söhne>")
    body = filled_form(form, title=title)
    action = path_of(fields.action) or address

    incomplete = fields.filled({**body, "consents": []})
    again = client.post(action, form=incomplete)
    assert again.status == 422
    kept = Page(again).form_with("title")
    assert kept.value("title") == title

    sent = kept.filled(body)
    first, second = client.post(action, form=sent), client.post(action, form=sent)
    assert (first.status, second.status) == (303, 303) and first.header("Location") == second.header("Location")
    receipt = client.get(path_of(first.header("Location"))).expect(200)
    assert ("DO-" if node.city == "dortmund" else "WU-") in Page(receipt).text
    assert "no-store" in receipt.header("Cache-Control") and receipt.header("Referrer-Policy") == "no-referrer"

    staff = node.staff()
    inbox = staff.http.get("/api/v1/staff/submissions", query={"state": "received", "page_size": 200}).json["items"]
    mine = [i for i in inbox if i["title"] == title]
    assert len(mine) == 1
    public(node, staff.decide(mine[0]["id"], "accept").expect(200).json["entry_id"])
    seen = wait_until(lambda: (a := client.get(landscape, query={"q": title.split()[-1]})) and title in Page(a).text and a, 5,
                      "the entry on the page")
    assert "<Söhne>" not in seen.text


def test_accepted_is_public_within_100_ms(city_node):
    """p90 of 20, from the answer to the decision to the first answer with the entry."""
    node, staff, reader = city_node, city_node.staff(), city_node.client()

    def p90():
        times = []
        for _ in range(20):
            submission = submit(node)[0].json
            entry = staff.decide(submission["id"], "accept").expect(200).json["entry_id"]
            began = time.monotonic()
            wait_until(lambda: reader.get(f"/api/v1/entries/{entry}").status == 200, 5, "public", every=0.001)
            times.append((time.monotonic() - began) * 1000)
        times.sort()
        print(f"{node.city}: public after p50 {times[9]:.1f} ms, p90 {times[17]:.1f} ms, worst {times[-1]:.1f} ms")
        return times[17]
    best_of_three(p90, 100 * PATIENCE)
