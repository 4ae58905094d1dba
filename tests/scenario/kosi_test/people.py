"""Who uses a node in the tests: people who fill in a form, and staff."""
import itertools
import os

from .http import Http

_count = itertools.count(1)
_run = os.urandom(3).hex()


def unique_title(words="Initiative"):
    return f"{words} {_run}{next(_count)}"


def _answer(question, title):
    kind = question["type"]
    if kind in ("choice", "district"):
        return question["options"][0]["id"]
    if kind == "multiple_choice":
        return [question["options"][0]["id"]]
    if kind == "email":
        return "person@example.org"
    if kind == "url":
        return "https://initiative.example.org/"
    if kind == "date":
        return question.get("latest") or question.get("earliest") or "2024-05-17"
    text = title if question["id"] == "title" else "Menschen im Viertel helfen einander, Woche für Woche."
    while len(text) < question.get("min_length", 0):
        text += " Und das seit Jahren."
    return text[: question.get("max_length") or None]


def filled_form(form, title=None, everything=False, **answers):
    """A body for POST /forms/{slug}/submissions that this form accepts: what is required (or everything), and what is named."""
    title = title or unique_title()
    body = {"answers": {}, "consents": []}
    for question in form["questions"]:
        if question["type"] == "section" or not (everything or question.get("required") or question["id"] == "title"):
            continue
        if question["type"] == "consent":
            body["consents"].append(question["id"])
        else:
            body["answers"][question["id"]] = _answer(question, title)
    if form.get("contact") != "none":
        body["contact"] = {"name": "Erika Beispiel", "email": "erika@example.org", "language": "de"}
    body["answers"].update(answers)
    return body


class Staff:
    """A signed-in member of staff, over HTTP."""

    def __init__(self, node, login, password, language=None):
        self.login, self.password = login, password
        self.http = Http(node.port, language=language)
        self.session = self.http.post("/api/v1/session", {"login": login, "password": password}).expect(200).json
        self.token = self.http.token = self.session["token"]

    def decide(self, submission, decision, **more):
        """submission: its id. Extra fields as in the contract; key=… sets the Idempotency-Key."""
        key, headers = more.pop("key", None), more.pop("headers", None)
        return self.http.post(f"/api/v1/staff/submissions/{submission}/decision", {"decision": decision, **more}, key=key, headers=headers)
