"""Every page of both cities, as somebody with an eye for faults goes through them: accessible, in its language, fitting the window."""
# serial: a browser needs both processors
# minutes: 20
import pytest


@pytest.mark.parametrize("lang", ["de", "en"])
@pytest.mark.parametrize("width,dark", [(360, False), (1280, True)])
def test_public_pages(stocked, story, lang, width, dark):
    print(story(stocked, "pages", lang=lang, width=width, dark=dark))


@pytest.mark.parametrize("lang,width,dark", [("de", 360, True), ("en", 1280, False)])
def test_staff_pages(stocked_dortmund, story, lang, width, dark):
    print(story(stocked_dortmund, "pages", lang=lang, width=width, dark=dark, staff=True))


def test_pages_without_script(stocked_dortmund, story):
    print(story(stocked_dortmund, "pages", width=360, script=False))
