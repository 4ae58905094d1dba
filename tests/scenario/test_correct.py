"""A sender looks at the answers before and after sending: asked whether they would be taken, and changed while nobody has decided.

covers: submissions.Check submissions.Correct submissions.Export submissions.GetForm
"""
import pytest

from kosi_test import filled_form, unique_title, wait_until
from kosi_test.bus import messages

sm, lg = messages("submissions"), messages("log")


def sent(node, **more):
    form = node.form()
    body = filled_form(form, **more)
    made = node.http.post(f"/api/v1/forms/{form['slug']}/submissions", body).expect(201).json
    return body, made, f"/api/v1/submissions/{made['token']}"


def correction(body, **answers):
    return {"answers": {**body["answers"], **answers}, "contact": body["contact"], "consents": body["consents"]}


def records(node, subject):
    """What the log says of a submission, from its beginning."""
    found, reply = [], None
    while reply is None or reply.scanned_to < reply.last_seq:
        request = lg.LogReadRequest(after_seq=reply.scanned_to if reply else 0, limit=256)
        reply = node.bus("back").ask("submissions", "LogRead", request).message
        found += [r for r in reply.records if r.subject == subject]
    return found


def test_other_answers_while_nobody_has_decided(dortmund):
    body, made, address = sent(dortmund, everything=True)
    title, new = unique_title("Anders"), {"name": "Erika Neu", "email": "neu@example.org", "language": "de"}
    done = dortmund.http.request("PUT", address, {**correction(body, title=title), "contact": new}).expect(200).json
    assert done["state"] == "received" and done["updated_at"] > made["created_at"]
    export = dortmund.http.get(address + "/export").expect(200).json
    assert export["answers"]["title"] == title and export["contact"]["email"] == "neu@example.org"
    assert {c["given_at"] for c in export["consents"]} == {done["updated_at"]}, "consents are given anew with the answers"
    history = export["submission"]["history"]
    assert [(h["state"], h["by"], h.get("move")) for h in history] == [("received", "citizen", None), ("received", "citizen", "correct")]
    seen = dortmund.staff().http.get(f"/api/v1/staff/submissions/{made['id']}").expect(200).json
    assert seen["answers"]["title"] == title and seen["version"] == 2 and seen["state"] == "received"
    assert title in [i["title"] for i in dortmund.staff().http.get("/api/v1/staff/submissions", query={"q": title}).json["items"]]


def test_who_decides_on_the_answers_of_before_is_told(dortmund):
    body, made, address = sent(dortmund)
    staff = dortmund.staff()
    staff.decide(made["id"], "take").expect(200)
    done = dortmund.http.request("PUT", address, correction(body, title=unique_title("Besser"))).expect(200).json
    assert done["state"] == "in_review"
    assert staff.decide(made["id"], "accept", headers={"If-Match": '"2"'}).json["code"] == "changed_meanwhile"
    entry = staff.decide(made["id"], "accept", headers={"If-Match": '"3"'}).expect(200).json["entry_id"]
    public = wait_until(lambda: (a := dortmund.http.get(f"/api/v1/entries/{entry}")).status == 200 and a, 5, "public").json
    assert public["title"].startswith("Besser")
    refused = dortmund.http.request("PUT", address, correction(body))
    assert refused.status == 409 and refused.json["code"] == "illegal_state"


def test_answers_that_others_have_replaced_meanwhile(dortmund):
    body, made, address = sent(dortmund)
    seen = dortmund.http.get(address).expect(200).json["answered_at"]
    assert seen == made["created_at"]
    done = dortmund.http.request("PUT", address, {**correction(body, title=unique_title("Eins")), "answered_at": seen}).expect(200).json
    dortmund.staff().decide(made["id"], "take").expect(200)
    refused = dortmund.http.request("PUT", address, {**correction(body, title=unique_title("Zwei")), "answered_at": seen})
    refused.expect(412, "changed_meanwhile")
    assert dortmund.http.get(address).json["answered_at"] == done["updated_at"]
    dortmund.http.request("PUT", address, {**correction(body), "answered_at": done["updated_at"]}).expect(200)


def test_what_is_wrong_changes_nothing(dortmund):
    body, _made, address = sent(dortmund)
    before = dortmund.http.get(address + "/export").json
    refused = dortmund.http.request("PUT", address, {**correction(body, title=" "), "consents": []})
    assert refused.status == 422
    fields = {e["field"] for e in refused.json["errors"]}
    assert "answers.title" in fields and any(f.startswith("consents.") for f in fields)
    assert dortmund.http.request("PUT", address, correction(body, no_such="x")).json["code"] == "unknown_field"
    assert dortmund.http.get(address + "/export").json == before
    assert dortmund.http.request("PUT", address[:-1] + ("A" if address[-1] != "A" else "B"), correction(body)).status == 404


@pytest.mark.parametrize("end,status,code", [("withdraw", 409, "illegal_state"), ("erase", 410, "gone")])
def test_nothing_to_correct_any_more(dortmund, end, status, code):
    body, _made, address = sent(dortmund)
    if end == "withdraw":
        dortmund.http.post(address + "/withdraw").expect(200)
    else:
        dortmund.http.delete(address).expect(204)
    refused = dortmund.http.request("PUT", address, correction(body))
    assert refused.status == status and refused.json["code"] == code


def test_a_correction_is_forgotten_with_the_rest(dortmund):
    """The record of a correction carries the address to write to: it goes when the person asks."""
    body, made, address = sent(dortmund)
    dortmund.http.request("PUT", address, {**correction(body), "contact": {"email": "spaeter@example.org", "language": "de"}}).expect(200)
    kept = records(dortmund, made["id"])
    assert [r.type for r in kept] == ["SubmissionReceived", "SubmissionCorrected"]
    assert lg.SubmissionContact.FromString(kept[1].private_content).email == "spaeter@example.org"
    dortmund.http.delete(address).expect(204)
    kept = records(dortmund, made["id"])
    assert kept[-1].type == "SubmissionErased" and not any(r.private_content for r in kept)


def test_the_questions_come_with_the_export(dortmund):
    _body, _made, address = sent(dortmund)
    export = dortmund.http.get(address + "/export?lang=en").expect(200).json
    asked = {q["id"]: q["label"] for q in export["asked"]["questions"]}
    assert set(export["answers"]) <= set(asked) and asked["title"] == "What is the initiative called?"


def test_asked_beforehand(dortmund):
    """Check answers as Submit would, and stores nothing."""
    form = dortmund.form()
    body = filled_form(form)
    bus = dortmund.bus("front")
    request = sm.SubmitRequest(slug=form["slug"], form_version=form["version"], consents=body["consents"])
    for key, value in body["answers"].items():
        item = request.answers.add(key=key)
        if isinstance(value, list):
            item.value.items.extend(value)
        else:
            item.value.text = value
    request.contact.email = "erika@example.org"
    inbox = dortmund.staff().http.get("/api/v1/staff/submissions", query={"page_size": 1}).json["items"]
    assert bus.ask("submissions", "Check", request).message.form_version == form["version"]
    request.contact.email = "keine"
    refused = bus.ask("submissions", "Check", request)
    assert refused.outcome == "validation"
    assert dortmund.staff().http.get("/api/v1/staff/submissions", query={"page_size": 1}).json["items"] == inbox


def test_a_form_in_an_older_version(dortmund):
    form = dortmund.form()
    dortmund.http.get(f"/api/v1/forms/{form['slug']}", query={"version": str(form["version"])}).expect(200)
    assert dortmund.http.get(f"/api/v1/forms/{form['slug']}", query={"version": "4000"}).status == 404
