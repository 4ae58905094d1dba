"""Every page of both cities, as somebody with an eye for faults goes through them: accessible, in its language, fitting the window."""
# minutes: 20
import os

import pytest


BOTH = [("de", 360, False), ("en", 1280, True)]   # every language, width and set of colours of a city
MORE = [("de", 1280, True), ("en", 360, False)]    # the other way round, for who looks at the pictures
ROUNDS = [(city, *r) for city in ("dortmund", "wuppertal") for r in (BOTH + MORE if os.environ.get("KOSI_SHOTS") else BOTH)]


@pytest.mark.parametrize("city,lang,width,dark", ROUNDS)
def test_public_pages(request, story, city, lang, width, dark):
    print(story(request.getfixturevalue(f"stocked_{city}"), "pages", lang=lang, width=width, dark=dark))


@pytest.mark.parametrize("lang,width,dark", [("de", 360, True), ("en", 1280, False)])
def test_staff_pages(stocked_dortmund, story, lang, width, dark):
    print(story(stocked_dortmund, "pages", lang=lang, width=width, dark=dark, staff=True))


def test_pages_without_script(stocked_dortmund, story):
    print(story(stocked_dortmund, "pages", width=360, script=False))
