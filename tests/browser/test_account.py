"""Everything about accounts in the browser, as told by stories/account.mjs: password, second factor, sessions, people, audit.

Four rounds, as in test_moderator.py.
"""
# minutes: 10
import pytest

from kosi_test import unique_title
from kosi_test.node import PASSWORD


def login(node, word, *roles):
    name = unique_title(word).replace(" ", "-").lower()
    node.user_add(name, *roles, password=PASSWORD)
    return name


def round_of(node, story, **more):
    print(story(node, "account", staff=True, login=login(node, "anna", "moderator", "admin"), facts={"newcomer": unique_title("neu").replace(" ", "-").lower()}, **more))


def test_round_with_a_pointer(stocked_dortmund, story):
    round_of(stocked_dortmund, story, width=360, script=False)


def test_round_in_narrow_windows_with_large_and_spaced_text(stocked_dortmund, story):
    round_of(stocked_dortmund, story, lang="en", width=1280, shapes=True)


@pytest.mark.parametrize("lang,width,script", [("de", 1280, True), ("en", 360, False)])
def test_round_with_the_keyboard_only(stocked_dortmund, story, lang, width, script):
    round_of(stocked_dortmund, story, lang=lang, width=width, script=script, keys=True)
