"""Everything about accounts in the browser, as told by stories/account.mjs: password, second factor, sessions, people, audit.

Three rounds of those in test_moderator.py.
"""
# minutes: 10
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


def test_round_with_the_keyboard_only(stocked_dortmund, story):
    round_of(stocked_dortmund, story, keys=True)
