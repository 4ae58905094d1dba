"""What mails say: every text in both languages as a mail program reads it, and the staff's pages that change them.

covers: notifications.Templates notifications.Template notifications.TemplateSave notifications.TemplatePreview
"""
import html.parser
import re
import sqlite3
import subprocess
import time

import pytest

from kosi_test import filled_form
from kosi_test.browser import Browser
from kosi_test.mail_people import Sender, new_address
from kosi_test.mail_server import MailServer
from kosi_test.node import PASSWORD, Node
from kosi_test.paths import BIN, ROOT

KINDS = ("received", "confirm", "confirmed", "accepted", "rejected", "duplicate", "withdrawn", "reopened", "refresh", "stale", "archived", "digest",
         "newsletter", "newsletter-test", "staff-new", "staff-daily", "staff-overdue", "password-reset", "staff-address")
LANGUAGES = ("de", "en")
ABOUT_ENTRY = ("refresh", "stale", "archived")
TEMPLATES = "/api/v1/staff/templates"


@pytest.fixture(scope="module")
def post():
    """A node whose mails arrive, and the server where they do."""
    with MailServer() as mail, Node(settings=mail.settings()) as node:
        node.user_add("anna", "moderator", password=PASSWORD)
        yield node, mail


# ---- as mail programs read them

def uuid(number):
    return f"0198c0de-0000-7000-8000-{number:012d}"


ENTRY, NEWSLETTER = uuid(2), uuid(3)


def field(number, content):
    content = content.encode() if isinstance(content, str) else content
    assert len(content) < 128
    return bytes([number << 3 | 2, len(content)]) + content


def facts_of(kind):
    """MailFacts: facts 1 {name 1, value 2}, items 2 {title 1, link 2, text 3}."""
    given = {"reason": "incomplete", "title": "Café „Ümläut“ <b>", "until": "2027-03-01", "since": "2027-02-01", "lists": "newsletter digest",
             "count": "3", "login": "erika", "serial": "1", "entry_id": ENTRY}
    packed = b"".join(field(1, field(1, name) + field(2, value)) for name, value in given.items())
    if kind == "digest":
        packed += field(2, field(1, "Nähstube") + field(2, ENTRY))
    return packed


def owe_everything(node):
    """One mail of each kind and language, put into the ledger of a node that does not run."""
    db = sqlite3.connect(node.data / "notifications.db")
    now = int(time.time() * 1e6)
    db.execute("INSERT INTO news(entry_id, title, summary, themes, district, shown, first_at) VALUES(?, 'Nähstube', 'Gemeinsam nähen.', '', '', 1, ?)",
               (ENTRY, now))
    db.execute("INSERT INTO newsletter(id, state, version, subject_de, body_de, subject_en, body_en, updated_at, login, sent_at) VALUES(?, 3, 1,"
               " 'Frühling', 'Es **grünt**.', 'Spring', 'It is **green**.', ?, 'anna', ?)", (NEWSLETTER, now, now))
    for n, (kind, language) in enumerate((k, l) for k in KINDS for l in LANGUAGES):
        address = f"{kind}.{language}@example.org"
        db.execute("INSERT INTO contact(id, folded, address, language, state, created_at, confirmed_at) VALUES(?, ?, ?, ?, 2, ?, ?)",
                   (uuid(1000 + n), address, address, language, now, now))
        submission, entry = uuid(3000 + n), uuid(4000 + n)   # of its own: a mail has the link of whoever sent it
        db.execute("INSERT INTO matter(id, contact, language, receipt, form_title, entry_id, received_at, known_at, undecided)"
                   " VALUES(?, ?, ?, 'DO-7F3K-92QX', 'Initiative melden', ?, ?, ?, 0)", (submission, uuid(1000 + n), language, entry, now, now))
        subject = entry if kind in ABOUT_ENTRY else NEWSLETTER if kind.startswith("newsletter") else submission
        db.execute("INSERT INTO mail(id, kind, contact, subject_id, language, route, bulk, state, facts, owed_at, due_at)"
                   " VALUES(?, ?, ?, ?, ?, 'default', 0, 1, ?, ?, ?)",
                   (uuid(2000 + n), kind, uuid(1000 + n), subject, language, facts_of(kind), now, now))
    db.commit()
    db.close()


class Outline(html.parser.HTMLParser):
    """What stands in an HTML part: its elements, links, and text."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.links, self.language, self.text = [], [], None, ""
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.language = dict(attrs).get("lang") if tag == "html" else self.language
        self.links += [dict(attrs)["href"]] if tag == "a" else []

    def handle_data(self, data):
        self.text += data


def assert_reads_well(mail, kind, language):
    message = mail.message
    assert not [d for part in message.walk() for d in part.defects], kind
    assert message.get_content_type() == "multipart/alternative", kind
    assert [p.get_content_type() for p in message.iter_parts()] == ["text/plain", "text/html"], kind
    assert {p.get_content_charset() for p in message.iter_parts()} == {"utf-8"}, kind
    assert message["Content-Language"] == language and message["Auto-Submitted"] == "auto-generated", kind
    assert re.fullmatch(r"<[\w-]+@example\.org>", mail.id), kind
    assert 5 < len(mail.subject) < 100 and "=?" not in mail.subject, kind
    assert max(map(len, mail.raw.split(b"\r\n"))) <= 998, kind
    page = Outline(mail.html)
    assert page.language == language and page.tags.count("h1") == 1 and page.tags.count("main") == 1, kind
    assert not {"img", "script", "form", "iframe", "b"} & set(page.tags), kind
    home = page.links[0]   # the city's name above; the text part has all others
    assert home.endswith("/en/" if language == "en" else "/") and set(page.links) <= {home, *mail.links()}, kind
    for text in (mail.subject, mail.text, page.text):
        assert "{{" not in text and "](" not in text and "�" not in text, kind
    assert "/impressum" in mail.text or "/en/imprint" in mail.text, kind
    assert ("/en/" in mail.text) == (language == "en"), kind


def test_every_mail_reads_well_in_both_languages():
    with MailServer() as server, Node(settings=server.settings()) as node:
        node.stop()
        owe_everything(node)
        node.start()
        count = len(KINDS) * len(LANGUAGES)
        server.wait_for(count=count, deadline=20)
        assert len({m.id for m in server.mails}) == count
        for kind in KINDS:
            for language in LANGUAGES:
                [mail] = server.to(f"{kind}.{language}@example.org")
                assert_reads_well(mail, kind, language)
                listed = kind in ("digest", "newsletter")
                assert (mail.header("List-Unsubscribe") is not None) == listed, kind
                assert ("/bestaetigen/" in mail.text or "/mail/confirm/" in mail.text) == (kind == "confirm"), kind
        [rejected] = server.to("rejected.de@example.org")
        assert "Der Grund: Wichtige Angaben fehlen." in rejected.text
        [accepted] = server.to("accepted.de@example.org")
        assert "„Café „Ümläut“ <b>“" in accepted.text and "&lt;b&gt;" in accepted.html
        [digest] = server.to("digest.en@example.org")
        assert f"/en/landscape/{ENTRY}" in digest.text and "1 February 2027" in digest.text
        [newsletter] = server.to("newsletter.en@example.org")
        assert newsletter.subject == "Spring" and "<strong>green</strong>" in newsletter.html
        [reset] = server.to("password-reset.de@example.org")
        assert "/intern/neues-passwort/" in reset.text and "erika" in reset.text


# ---- over HTTP

def template(staff, name="confirmed", language="de"):
    return staff.http.get(f"{TEMPLATES}/{name}/{language}").expect(200)


def save(staff, source, version, name="confirmed", language="de", **more):
    return staff.http.request("PUT", f"{TEMPLATES}/{name}/{language}", json_body={"source": source}, headers={"If-Match": f'"{version}"', **more})


def test_a_text_is_checked_versioned_and_given_back(post):
    node, _ = post
    staff = node.staff()
    listed = staff.http.get(TEMPLATES).expect(200).json["items"]
    assert {(t["name"], t["language"]) for t in listed} == {(k, l) for k in KINDS for l in LANGUAGES}
    before = template(staff).json
    assert before["source"].startswith("# Ihre E-Mail-Adresse ist bestätigt") and before["version"] == 0
    assert {"name": "preferences_url", "needed": True, "meaning": before["placeholders"][1]["meaning"]} in before["placeholders"]

    wrong = save(staff, "# S\n\n{{preferenzes_url}}\n\n<b>x</b> [y](javascript:z)\n", 0).expect(422, "validation")
    assert wrong.faults == {"source": "link_not_web", "source.preferenzes_url": "unknown_fact", "source.preferences_url": "fact_missing"}
    lines = {e["field"]: e["limit"] for e in wrong.json["errors"]}
    assert lines == {"source": 5, "source.preferenzes_url": 3, "source.preferences_url": 1}
    assert "line 3: {{preferenzes_url}} is nothing this mail can name." in wrong.json["detail"]
    staff.http.request("PUT", f"{TEMPLATES}/confirmed/de", json_body={"source": before["source"]}).expect(428, "if_match_required")

    first = "# Danke\n\nIhre Adresse gilt. {{preferences_url}}\n"
    assert save(staff, first, 0).expect(200).json["version"] == 1
    save(staff, first, 0).expect(412, "changed_meanwhile")
    now = template(staff).json
    assert now["source"] == first.rstrip("\n") or now["source"] == first
    assert [(v["version"], v.get("edited_by")) for v in now["versions"]] == [(1, staff.login), (0, None)]
    assert staff.http.get(f"{TEMPLATES}/confirmed/de?version=0").expect(200).json["source"] == before["source"]
    assert save(staff, "", 1).expect(200).json["version"] == 2
    assert template(staff).json["source"] == before["source"]
    staff.http.get(f"{TEMPLATES}/nothing/de").expect(404, "not_found")
    node.http.get(TEMPLATES).expect(401, "not_signed_in")


def test_a_changed_text_goes_out_with_the_next_mail(post):
    node, server = post
    staff = node.staff()
    version = template(staff, "received", "en").json["version"]
    save(staff, "# Got it: {{receipt}}\n\nHello, {{form}} is here.\n\n[Look]({{status_url}})\n\n[Confirm]({{confirm_url}})\n", version, "received", "en").expect(200)
    sender = Sender(node, server, language="en")
    mail = server.wait_for(lambda m: m.to == sender.address)
    assert mail.subject == f"Got it: {sender.made['receipt']}" and f"Hello, {sender.form_title} is here." in mail.text
    save(staff, "", version + 1, "received", "en").expect(200)


def test_a_preview_shows_real_data_but_no_working_secret(post):
    node, server = post
    staff = node.staff()
    made_up = staff.http.post(f"{TEMPLATES}/archived/en/preview", {}).expect(200).json
    assert "mail_id" not in made_up and "Repair café" in made_up["text"]
    sender = Sender(node, server)
    server.wait_for(lambda m: m.to == sender.address)
    seen = staff.http.post(f"{TEMPLATES}/received/de/preview", {}).expect(200).json
    assert sender.made["receipt"] in seen["subject"] and sender.made["receipt"] in seen["html"] and seen["mail_id"]
    secret = re.search(r"/einreichungen/([\w-]+)", seen["text"]).group(1)
    assert secret != sender.made["token"]
    node.http.get(f"/api/v1/submissions/{secret}").expect(404, "not_found")
    confirm = re.search(r"/post/bestaetigen/([\w-]+)", seen["text"]).group(1)
    node.http.post(f"/api/v1/mail/confirmations/{confirm}", {}).expect(404, "not_found")
    typed = {"source": "# X {{receipt}}\n\n{{status_url}} {{confirm_url}}", "mail_id": seen["mail_id"]}
    assert staff.http.post(f"{TEMPLATES}/received/de/preview", typed).expect(200).json["subject"] == f"X {sender.made['receipt']}"
    staff.http.post(f"{TEMPLATES}/received/de/preview", {"source": "nichts"}).expect(422, "validation")


def test_what_somebody_typed_is_no_link_in_a_mail(post):
    """Their own words do not come back to an address that nobody has confirmed, and are text wherever they do."""
    node, server = post
    form, mine = node.form(), new_address()
    body = filled_form(form, title="[Gewinn](https://boese.example) <a href='https://boese.example'>x</a>")
    body["contact"] = {"name": "[Hier](https://boese.example)", "email": mine, "language": "de"}
    node.http.post(f"/api/v1/forms/{form['slug']}/submissions", body).expect(201)
    mail = server.wait_for(lambda m: m.to == mine)
    assert "boese" not in mail.raw.decode() and "boese" not in mail.text and "boese" not in mail.html


# ---- pages

PAGES = {"de": "/intern/mailtexte", "en": "/en/intern/mail-texts"}


def signed_in(node, language="de"):
    browser = Browser(node)
    browser.open({"de": "/intern/anmelden", "en": "/en/intern/sign-in"}[language])
    browser.send(browser.form(field="password"), login="anna", password=PASSWORD)
    return browser


def edit(browser, **more):
    return browser.send(browser.form(field="source"), **more)


def test_pages_to_change_a_text(post):
    node, _ = post
    browser = signed_in(node)
    page = browser.open(PAGES["de"])
    assert "Mailtexte" in page.title and f"{PAGES['de']}/withdrawn/en" in page.links and "wie vorgegeben" in page.text
    assert "fehlt in der Eingangsbestätigung" in browser.open(f"{PAGES['de']}/received/de").text, "mails are called what staff call them"
    page = browser.open(f"{PAGES['de']}/withdrawn/de")
    assert "{{status_url}}" in page.text and "muss vorkommen" in page.text
    page = edit(browser, source="# Zurück\n\nAlles [gut]({{status_uri}}).", status=422)
    assert "Zeile 3: {{status_uri}}: Diesen Platzhalter gibt es in dieser Mail nicht." in page.text and "Alles [gut]" in page.text
    assert "{{status_url}}: Dieser Platzhalter muss vorkommen." in page.text
    page = edit(browser, source="", status=422)
    assert "enctype=\"multipart/form-data\"" in browser.answer.text   # so that letters take no room but their own
    page = edit(browser, source="# Zurück\n\n[Gut]({{status_url}})\n\n" + "> " * 9 + "tief", status=422)
    assert "Zeile 5: Listen oder Zitate sind zu oft ineinander geschachtelt." in page.text
    page = edit(browser, source="# Zurück {{receipt}}\n\nAlles [gut]({{status_url}}).")
    assert "Der Text ist gespeichert" in page.text and "Fassung 1" in page.text and "Zurück zum vorgegebenen Text" in page.text
    assert "geändert am" in browser.open(PAGES["de"]).text
    page = browser.open(f"{PAGES['de']}/withdrawn/de?version=0")
    assert "Sie sehen die vorgegebene Fassung" in page.text
    browser.open(f"{PAGES['de']}/withdrawn/de")
    page = browser.send(browser.form(field="city"))
    assert "Der Text ist gespeichert" in page.text and "Gab es dazu schon einen Eintrag" in page.text and "Fassung 2" in page.text
    assert "Zurück zum vorgegebenen Text" not in page.text and "geändert am" not in browser.open(PAGES["de"]).text


def test_who_saves_second_keeps_what_was_typed(post):
    node, _ = post
    one, other = signed_in(node, "en"), signed_in(node, "en")
    for browser in (one, other):
        browser.open(f"{PAGES['en']}/reopened/en")
    edit(one, source="# Again\n\n[Look]({{status_url}}) first.")
    page = edit(other, source="# Again\n\n[Look]({{status_url}}) second.", status=412)
    assert "Somebody has changed this text" in page.text and "second." in page.text and f"{PAGES['en']}/reopened/en" in page.links
    page = edit(other)
    assert "The text is saved" in page.text and "second." in page.text


def test_previews_of_what_is_typed(post):
    node, _ = post
    browser = signed_in(node)
    browser.open(f"{PAGES['de']}/archived/de")
    form = browser.form(field="source")
    form.action += "/vorschau"
    page = browser.send(form, source="# Weg\n\nHallo, „{{title}}“ ist *weg*.\n\n[Zurück]({{refresh_url}})")
    assert "erfundenen Angaben" in page.text and "„Reparatur-Café am Markt“ ist weg." in page.text and "Gespeichert ist das noch nicht" in page.text
    assert "Hallo, „{{title}}“" in page.text
    form.action = form.action.replace("/vorschau", "/blatt")
    page = browser.send(form, source="# Weg\n\nHallo, „{{title}}“ ist *weg*.\n\n[Zurück]({{refresh_url}})")
    assert page.title == "Weg" and "<em>weg</em>" in browser.answer.text
    policy = browser.answer.header("Content-Security-Policy")
    assert "default-src 'none'" in policy and "script" not in policy and "frame-ancestors 'none'" in policy
    browser.send(form, source="# Weg", status=422)


def test_the_preview_of_one_of_the_latest_mails(post):
    node, server = post
    senders = [Sender(node, server) for _ in range(7)]
    for sender in senders:
        server.wait_for(lambda m, to=sender.address: m.to == to)
    listed = node.staff().http.get(f"{TEMPLATES}/received/de").expect(200).json["mails"]
    assert [m["receipt"] for m in listed] == [s.made["receipt"] for s in senders[:1:-1]], "the latest five"
    browser = signed_in(node)
    page = browser.open(f"{PAGES['de']}/received/de")
    assert all(s.made["receipt"] in page.text and s.address not in browser.answer.text for s in senders[2:])
    form = browser.form(field="source")
    form.action += "/vorschau"
    page = browser.send(form, mail_id=listed[3]["id"])
    assert f"Ihre Einreichung {listed[3]['receipt']} ist angekommen" in page.text
    assert f'value="{listed[3]["id"]}" selected' in browser.answer.text
    browser.open(f"{PAGES['de']}/archived/de")
    assert 'name="mail_id"' not in browser.answer.text, "there is none to choose"


def test_a_city_s_faulty_text_is_found_before_the_start(make_node):
    node = make_node(start=False)
    own = node.dir / "city"
    subprocess.run(["cp", "-r", str(ROOT / "deploy/cities" / node.city), str(own)], check=True)
    (own / "mails").mkdir()
    (own / "mails" / "confirmed.de.md").write_text("# Ja\n\n{{preferences_url}}\n\n{{hier}}\n")
    node.set("city_dir", str(own))
    done = subprocess.run([BIN / "kosi-notifications", "--config", node.config, "--check-config"], capture_output=True, text=True, timeout=20)
    assert done.returncode == 78
    assert "mails/confirmed.de.md:5: {{hier}} is nothing this mail can name." in done.stdout + done.stderr

