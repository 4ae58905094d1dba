"""Newsletters and entries that nobody confirmed, as told by stories/letters.mjs."""
# minutes: 4
import pytest

from kosi_test import filled_form, wait_until
from kosi_test.clock import Clock
from kosi_test.mail_people import Sender
from kosi_test.mail_server import MailServer
from kosi_test.node import PASSWORD, Node


@pytest.mark.parametrize("lang,width,script", [("de", 360, False), ("en", 1280, True)])
def test_round(story, tmp_path, lang, width, script):
    clock = Clock(tmp_path, "2027-02-01 10:00")
    with MailServer() as server, Node(environment=clock.environment, settings=server.settings()) as node:
        sender = Sender(node, server, language=lang)
        sender.confirm()
        form = node.form()
        alone = filled_form(form)
        alone.pop("contact", None)
        other = node.http.post(f"/api/v1/forms/{form['slug']}/submissions", alone).expect(201).json["id"]
        for submission in (sender.id, other):
            node.staff(language="de").decide(submission, "accept").expect(200)
        wait_until(lambda: len(node.http.get("/api/v1/entries").json["items"]) == 2, 5, "both entries are shown")
        clock.step(days=366)
        part = "/en/confirm-entry/" if lang == "en" else "/eintrag-bestaetigen/"
        refresh = server.wait_for(lambda m: m.to == sender.address and any(part in u for u in m.links())).link(part)
        node.user_add("anna", "moderator", password=PASSWORD)
        print(story(node, "letters", staff=True, login="anna", lang=lang, width=width, script=script,
                    facts={"refresh": refresh[refresh.index(part):]}))
