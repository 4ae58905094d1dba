"""A moderator's round in the browser, as told by stories/moderator.mjs.

Four rounds, so that every window, language, kind of browser and kind of hand is met beside both of the others. In the one with `shapes`
each page is looked at in a window of 320 px, at 200 %, with large and with spaced text.
"""
# minutes: 10
import pytest

from kosi_test import filled_form, unique_title, wait_until
from kosi_test.node import PASSWORD


def login(node, word, *roles):
    name = unique_title(word).replace(" ", "-").lower()
    node.user_add(name, *roles, password=PASSWORD)
    return name


def submitted(node, title):
    form = node.form()
    made = node.http.post(f"/api/v1/forms/{form['slug']}/submissions", filled_form(form, title=title, everything=True)).expect(201).json
    return {"id": made["id"], "receipt": made["receipt"], "title": title}


def desk(node):
    """Submissions that wait, a colleague, an entry that somebody has reported."""
    same = unique_title("Offene Fahrradwerkstatt am Borsigplatz")
    entry = wait_until(lambda: node.http.get("/api/v1/entries").expect(200).json["items"], 5, "entries")[0]
    node.http.post(f"/api/v1/entries/{entry['id']}/reports", {"reason": "outdated", "text": "Stimmt nicht mehr."}).expect(201)
    return {"submissions": [submitted(node, t) for t in (same, same, unique_title("Stadtgarten"), unique_title("Nähstube"))],
            "colleague": login(node, "ben", "moderator")}


def round_of(node, story, **more):
    print(story(node, "moderator", staff=True, login=login(node, "anna", "moderator"), facts=desk(node), **more))


def test_round_with_a_pointer(stocked_dortmund, story):
    round_of(stocked_dortmund, story, width=360, script=False)


def test_round_in_narrow_windows_with_large_and_spaced_text(stocked_dortmund, story):
    round_of(stocked_dortmund, story, lang="en", width=1280, shapes=True)


@pytest.mark.parametrize("lang,width,script", [("de", 1280, True), ("en", 360, False)])
def test_round_with_the_keyboard_only(stocked_dortmund, story, lang, width, script):
    round_of(stocked_dortmund, story, lang=lang, width=width, script=script, keys=True)
