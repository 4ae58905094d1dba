"""A citizen's round in the browser, as told by stories/citizen.mjs: form, errors, receipt, changes, landscape, a report.

Four rounds, so that every window, language, kind of browser and kind of hand is met beside both of the others. In the one with `shapes`
each page is looked at in a window of 320 px, at 200 %, with large and with spaced text, and the form in forced colours.
"""
# minutes: 10
import pytest

from kosi_test import unique_title


def told(slug, word):
    return {"form": slug, "title": unique_title("Werkstatt <am> Platz"), "word": word}


def test_round_with_a_pointer(stocked_dortmund, story):
    print(story(stocked_dortmund, "citizen", width=360, script=False, facts=told("initiative-melden", "Nachbar")))


def test_round_in_narrow_windows_with_large_and_spaced_text(stocked_dortmund, story):
    print(story(stocked_dortmund, "citizen", lang="en", width=1280, shapes=True, facts=told("initiative-melden", "Nachbar")))


@pytest.mark.parametrize("lang,width,script", [("de", 1280, True), ("en", 360, False)])
def test_round_with_the_keyboard_only(stocked_dortmund, story, lang, width, script):
    print(story(stocked_dortmund, "citizen", lang=lang, width=width, script=script, keys=True, facts=told("mithelfen-anbieten", "Nachbar")))
