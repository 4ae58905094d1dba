"""Every page of both cities, as somebody with an eye for faults goes through them: accessible, in its language, fitting the window."""
# minutes: 20
import os

import pytest


@pytest.mark.parametrize("lang,width,dark", [("de", 360, False), ("en", 1280, True), ("de", 1280, True), ("en", 360, False)])
def test_public_pages(stocked, story, lang, width, dark):
    if stocked.city == "wuppertal" and (lang == "de") == dark and not os.environ.get("KOSI_SHOTS"):
        pytest.skip("the other two show this city's colours, languages and windows; pictures are taken of all")
    print(story(stocked, "pages", lang=lang, width=width, dark=dark))


@pytest.mark.parametrize("lang,width,dark", [("de", 360, True), ("en", 1280, False)])
def test_staff_pages(stocked_dortmund, story, lang, width, dark):
    print(story(stocked_dortmund, "pages", lang=lang, width=width, dark=dark, staff=True))


def test_pages_without_script(stocked_dortmund, story):
    print(story(stocked_dortmund, "pages", width=360, script=False))
