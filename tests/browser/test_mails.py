"""Mails in the browser, as told by stories/mails.mjs, with a real mail server between: an address is confirmed, lists are ordered and left,
staff look after what did not arrive.

Three rounds of those in test_moderator.py.
"""
# minutes: 10
import pytest

from conftest import with_content
from kosi_test import filled_form, unique_title, wait_until
from kosi_test.mail_server import MailServer
from kosi_test.node import Node

ROUNDS = [dict(width=360, script=False), dict(lang="en", width=1280, shapes=True), dict(keys=True)]
NAMES = ["pointer", "narrow", "keyboard"]


@pytest.fixture(scope="module")
def post():
    """A node whose mails arrive, and the server where they do."""
    with MailServer() as server, Node(settings=server.settings()) as node:
        yield with_content(node), server


def address(word):
    return unique_title(word).replace(" ", ".").lower() + "@example.org"


def mail_to(server, who, part):
    """The link with this part of the first mail to them that has one."""
    mail = server.wait_for(lambda m: m.to == who and any(part in link for link in m.links()))
    return mail.link(part)


def confirm_link(server, who, lang):
    return mail_to(server, who, "/mail/confirm/" if lang == "en" else "/post/bestaetigen/")


@pytest.mark.parametrize("how", ROUNDS, ids=NAMES)
def test_an_address_is_confirmed(post, story, how):
    node, server = post
    lang, who = how.get("lang", "de"), address("erika")
    print(story(node, "mails", facts={"part": "sends", "form": "initiative-melden", "title": unique_title("Werkstatt"), "address": who}, **how))
    status = mail_to(server, who, "/en/submissions/" if lang == "en" else "/einreichungen/")
    print(story(node, "mails", facts={"part": "confirms", "confirm": confirm_link(server, who, lang), "status": status}, **how))


def at_the_desk(node):
    """A connection of its own: while a story runs, an idle one is closed."""
    return node.client(token=node.staff().token)


def newsletter_sent(node):
    staff = at_the_desk(node)
    letter = {"subject_de": "Neues aus dem Labor", "body_de": "Am Montag **öffnet** die Werkstatt.", "subject_en": "News from the lab", "body_en": "The workshop *opens* on Monday."}
    made = staff.post("/api/v1/staff/newsletters", letter).expect(201)
    staff.post(f"/api/v1/staff/newsletters/{made.json['id']}/send", {}, headers={"If-Match": f'"{made.json["version"]}"'}).expect(200)


@pytest.mark.parametrize("how", ROUNDS, ids=NAMES)
def test_lists_are_ordered_and_left(post, story, how):
    node, server = post
    lang, who = how.get("lang", "de"), address("lena")
    print(story(node, "mails", facts={"part": "subscribes", "address": who}, **how))
    print(story(node, "mails", facts={"part": "chooses", "confirm": confirm_link(server, who, lang)}, **how))
    newsletter_sent(node)
    leave = mail_to(server, who, "/mail/leave/" if lang == "en" else "/post/abmelden/")
    print(story(node, "mails", facts={"part": "leaves", "leave": leave}, **how))


def lost_and_waiting(node, server):
    """A mail that failed, and one that waits for its address to be confirmed."""
    staff, http, lost, waiting = at_the_desk(node), node.client(), address("niemand"), address("stille")
    form = node.form("initiative-melden")
    refused = server.refuse(lost, "550 5.2.3 such a mail is too long for this mailbox")
    for who in (lost, waiting):
        body = filled_form(form)
        body["contact"] = {"name": "Erika Beispiel", "email": who, "language": "de"}
        made = http.post(f"/api/v1/forms/{form['slug']}/submissions", body).expect(201).json
    staff.post(f"/api/v1/staff/submissions/{made['id']}/decision", {"decision": "reject", "reason": "incomplete"}).expect(200)

    def states(who):
        return {m["state"] for m in staff.get(f"/api/v1/staff/mails?address={who}").expect(200).json["items"]}
    wait_until(lambda: states(lost) == {"failed"} and "waiting" in states(waiting), 20, "one mail failed, one waits")
    server.release(refused)
    return lost, waiting


@pytest.mark.parametrize("how", ROUNDS, ids=NAMES)
def test_staff_look_after_what_did_not_arrive(post, story, how):
    node, server = post
    lost, waiting = lost_and_waiting(node, server)
    login = unique_title("anna").replace(" ", "-").lower()
    node.staff(login, ("moderator",))
    print(story(node, "mails", staff=True, login=login, facts={"part": "staff", "lost": lost, "waiting": waiting, "around": how.get("script", True)}, **how))
    server.wait_for(lambda m: m.to == lost)
