"""The pages where staff change the texts of mails, and every mail's HTML part in both languages, as told by stories/mail_texts.mjs."""
# minutes: 10
import pytest

from kosi_test import unique_title
from kosi_test.node import PASSWORD


@pytest.mark.parametrize("lang,width,script,more", [("de", 360, False, {}), ("en", 1280, True, {"keys": True})])
def test_round(dortmund, story, lang, width, script, more):
    name = unique_title("anna").replace(" ", "-").lower()
    dortmund.user_add(name, "moderator", password=PASSWORD)
    print(story(dortmund, "mail_texts", staff=True, login=name, lang=lang, width=width, script=script, **more))
