#!/usr/bin/python3
"""Checks the sample content of all cities against their forms and vocabulary. Prints what is wrong; exit code 1 if anything is.

content/*.json hold lists of {"form", "answers", "consents", "contact"?, "accept"?, "accept_edits"?}: what `deploy/demo` posts
to /api/v1/forms/{form}/submissions and then accepts as staff (with accept_edits as the decision's edits); "accept": false stays in
the inbox.
"""
import json
import re
import sys
from pathlib import Path

ITEM_FIELDS = {"form", "answers", "consents", "contact", "accept", "accept_edits"}
EDITS = {"kind": 200, "title": 200, "summary": 600, "description": 10000, "themes": 20, "sector": 200, "district": 200, "stage": 200,
         "since": 10, "website": 500}
VOCABULARY_OF = {"kind": "kinds", "themes": "themes", "sector": "sectors", "district": "districts", "stage": "stages"}


def options(question, vocabulary):
    source = "districts" if question["type"] == "district" else question.get("options_from")
    return {o["id"] for o in (vocabulary[source] if source else question.get("options", []))}


def check_answer(question, value, vocabulary):
    kind = question["type"]
    if kind in ("section", "consent"):
        return "takes no answer"
    if kind in ("choice", "district"):
        return None if value in options(question, vocabulary) else f"{value!r} is not an option"
    if kind == "multiple_choice":
        wrong = [v for v in value if v not in options(question, vocabulary)]
        if wrong or len(value) > question.get("max_choices", 100):
            return f"{wrong or 'too many'} cannot be chosen"
        return None
    if kind == "date" and not re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        return f"{value!r} is no date"
    if not question.get("min_length", 0) <= len(value) <= question.get("max_length", 10000):
        return f"has {len(value)} characters"
    return None


def check_edits(edits, vocabulary):
    for name, value in edits.items():
        if name not in EDITS:
            yield f"accept_edits.{name} does not exist"
        elif len(value) > EDITS[name]:
            yield f"accept_edits.{name} is too long"
        elif name in VOCABULARY_OF:
            known = {t["id"] for t in vocabulary[VOCABULARY_OF[name]]}
            wrong = [v for v in (value if isinstance(value, list) else [value]) if v not in known]
            if wrong:
                yield f"accept_edits.{name}: {wrong} is not in the vocabulary"


def check_item(item, forms, vocabulary):
    yield from (f"unknown member {name!r}" for name in set(item) - ITEM_FIELDS)
    form = forms.get(item.get("form"))
    if form is None:
        yield f"there is no form {item.get('form')!r}"
        return
    questions = {q["id"]: q for q in form["questions"]}
    for name, value in item["answers"].items():
        if name not in questions:
            yield f"there is no question {name!r}"
        elif problem := check_answer(questions[name], value, vocabulary):
            yield f"answers.{name} {problem}"
    for q in questions.values():
        given = item["consents"] if q["type"] == "consent" else item["answers"]
        if q.get("required") and q["id"] not in given:
            yield f"{q['id']} is missing"
    yield from (f"there is no consent {c!r}" for c in item["consents"] if questions.get(c, {}).get("type") != "consent")
    contact = form.get("contact", "optional")
    if (contact == "required" and "contact" not in item) or (contact == "none" and "contact" in item):
        yield f"contact is {contact}"
    if not item.get("contact", {}).get("email", "@example.org").endswith("@example.org"):
        yield "mail addresses are under example.org"
    yield from check_edits(item.get("accept_edits", {}), vocabulary)


def main():
    bad, count = [], 0
    for city in sorted(p for p in Path(__file__).parent.iterdir() if p.is_dir()):
        vocabulary = json.loads((city / "vocabulary.json").read_text())
        forms = {f["slug"]: f for f in (json.loads(p.read_text()) for p in (city / "forms").glob("*.json"))}
        for file in sorted((city / "content").glob("*.json")):
            for n, item in enumerate(json.loads(file.read_text()), 1):
                count += 1
                bad += [f"{file}: item {n}: {problem}" for problem in check_item(item, forms, vocabulary)]
    print("\n".join(bad) if bad else f"{count} items are fine")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
