"""Newsletters: written, looked at, tested, sent once to each reader whatever is killed, and read by everyone.

covers: notifications.Newsletters notifications.GetNewsletter notifications.NewsletterSave notifications.NewsletterPreview
covers: notifications.NewsletterTest notifications.NewsletterSend notifications.NewsletterDelete notifications.Archive notifications.Issue
"""
import sqlite3
import xml.etree.ElementTree as ET

import pytest

from kosi_test import unique_title, wait_until
from kosi_test.mail_people import confirm, is_confirmation, new_address, token_of
from kosi_test.mail_server import MailServer
from kosi_test.node import PASSWORD
from kosi_test.page import Page, path_of

ATOM = "{http://www.w3.org/2005/Atom}"
BODY = "## Was war\n\nViel: [lesen](https://example.org/lesen).\n\n- eins\n- zwei\n\n<script>alert(1)</script>\n\n![Bild](https://example.net/x.png) {{city}}\n"
LETTERS = "/api/v1/staff/newsletters"


@pytest.fixture
def staff(node):
    return node.staff().http


def read(node, sql, *values):
    with sqlite3.connect(f"file:{node.data}/notifications.db?mode=ro", uri=True) as database:
        rows = database.execute(sql, values).fetchall()
    database.close()
    return rows


def subscribe(node, mail, language="de"):
    address = new_address("leser")
    node.http.post("/api/v1/mail/subscriptions", {"email": address, "lists": ["newsletter"], "language": language}).expect(202)
    asked = mail.wait_for(lambda m: m.to == address)
    confirm(node, next(u for u in asked.links() if is_confirmation(u)), ["newsletter"])
    return address


def draft(staff, subject=None, **more):
    return staff.post(LETTERS, {"subject_de": subject or unique_title("Rundbrief"), "body_de": BODY, **more}).expect(201).json


def send(staff, letter):
    return staff.post(f"{LETTERS}/{letter['id']}/send", {}, headers={"If-Match": f'"{letter["version"]}"'}).expect(200).json


def figures(staff, letter):
    return staff.get(f"{LETTERS}/{letter['id']}").expect(200).json


def is_out(staff, letter):
    shown = figures(staff, letter)
    assert shown["state"] == "sending" or shown["open"] == 0
    return shown if shown["state"] == "sent" else None


def listed(staff, letter):
    return next(i for i in staff.get(LETTERS).expect(200).json["items"] if i["id"] == letter["id"])


def all_owed(staff, letter):
    """All who want it have theirs in the ledger, and some of these are on their way."""
    shown = figures(staff, letter)
    return shown["open"] > 0 and shown["recipients"] == staff.get(LETTERS).expect(200).json["readers"]


def of(mail, subject):
    return [m for m in mail.mails if m.subject == subject]


# ---- writing

def test_a_draft_is_written_by_several(staff):
    letter = draft(staff)
    path = f"{LETTERS}/{letter['id']}"
    assert letter["state"] == "draft" and letter["version"] == 1 and letter["edited_by"] == "moderation" and "sent_at" not in letter
    changed = {"subject_de": "Anders", "body_de": "Neu.", "subject_en": "Different", "body_en": "New."}
    staff.put(path, changed).expect(428, "if_match_required")
    assert staff.put(path, changed, headers={"If-Match": '"1"'}).expect(200).json["version"] == 2
    staff.put(path, {"subject_de": "Zu spät", "body_de": "x"}, headers={"If-Match": '"1"'}).expect(412, "changed_meanwhile")
    staff.post(path + "/send", {}, headers={"If-Match": '"1"'}).expect(412, "changed_meanwhile")
    shown = staff.get(path).expect(200).json
    assert {k: shown[k] for k in changed} == changed
    in_list = listed(staff, letter)
    assert in_list["subject_de"] == "Anders" and "body_de" not in in_list


def test_only_a_draft_can_be_deleted(node, staff):
    letter, other = draft(staff), draft(staff)
    path = f"{LETTERS}/{letter['id']}"
    staff.delete(path).expect(428, "if_match_required")
    staff.delete(path, headers={"If-Match": '"7"'}).expect(412, "changed_meanwhile")
    node.http.delete(path, headers={"If-Match": '"1"'}).expect(401, "not_signed_in")
    staff.delete(path, headers={"If-Match": '"1"'}).expect(204)
    staff.get(path).expect(404, "not_found")
    staff.delete(path, headers={"If-Match": '"1"'}).expect(404, "not_found")
    sent = send(staff, draft(staff))
    staff.delete(f"{LETTERS}/{sent['id']}", headers={"If-Match": f'"{sent["version"]}"'}).expect(409, "illegal_state")
    cookie = browser_cookie(node)
    ask = Page(node.http.get(f"/intern/newsletter/{other['id']}/loeschen", headers=cookie).expect(200))
    assert other["subject_de"] in ask.text
    form = next(f for f in ask.forms if f.action.endswith("/loeschen"))
    done = node.http.post(form.action, form=form.fields, headers=cookie).expect(303)
    page = Page(node.http.get(path_of(done.header("Location")), headers=cookie).expect(200))
    assert "Der Entwurf ist gelöscht" in page.text and other["subject_de"] not in page.text


def test_what_is_missing_is_named(staff):
    def faults(**body):
        return staff.post(LETTERS, body).expect(422, "validation").faults
    assert faults(subject_de="x") == {"body_de": "required"}
    assert faults(subject_de=" ", body_de=" \n") == {"subject_de": "required", "body_de": "required"}
    assert faults(subject_de="x", body_de="y", subject_en="z") == {"body_en": "required"}
    assert faults(subject_de="x" * 201, body_de="y") == {"subject_de": "too_long"}
    for nothing in ("<p>Hallo</p>", "![](https://example.org/bild.png)", "> <br>\n\n***"):
        assert faults(subject_de="x", body_de=nothing) == {"body_de": "shows_nothing"}
    assert faults(subject_de="x", body_de="y", subject_en="z", body_en="<b></b>") == {"body_en": "shows_nothing"}
    staff.get(f"{LETTERS}/01890a5d-ac96-774b-bcce-b302099a8057").expect(404, "not_found")


def test_what_would_not_arrive_is_named(node, staff):
    """Links of which only the words would be left, and quotes deeper than a screen is wide."""
    def told(**body):
        return [(e["field"], e["code"], e["limit"], e["message"]) for e in staff.post(LETTERS, body).expect(422, "validation").json["errors"]]
    for bad in ("[Seite](/landschaft)", "[Seite](www.example.org)", "[a](https://example.org) [b](#unten)", "> - [Seite][1]\n\n[1]: seite.html"):
        field, code, line, words = told(subject_de="x", body_de="Gut.\n\n" + bad)[0]
        assert (field, code, line) == ("body_de", "link_incomplete", 3) and "Zeile 3" in words and "https://" in words
    staff.post(LETTERS, {"subject_de": "x", "body_de": "[a](https://example.org) [b](mailto:a@example.org) <a@example.org>\n" + "> " * 8 + "y"}).expect(201)
    field, code, line, words = told(subject_de="x", body_de="y", subject_en="x", body_en="Well.\n\n" + "> " * 24000 + "y")[0]
    assert (field, code, line) == ("body_en", "too_deep", 3) and "Höchstens acht Ebenen" in words
    most = staff.post(LETTERS, {"subject_de": "x", "body_de": "y\n" + ">>>>>>>>\n\n" * 4990}).expect(201).json   # what makes the longest page
    assert send(staff, most)["state"] == "sending"
    assert node.http.get(f"/newsletter/{most['id']}").status == 200


def test_a_draft_of_an_older_build(node, staff, mail):
    """It was saved before anybody looked: it is not sent, and the page says what to do. What was sent then can be read."""
    letter, old = draft(staff), draft(staff)
    with sqlite3.connect(node.data / "notifications.db", timeout=10) as database:
        database.execute("UPDATE newsletter SET body_de = '![](https://example.org/x.png)' WHERE id = ?", [letter["id"]])
        database.execute("UPDATE newsletter SET body_de = ?, state = 3, sent_at = 1 WHERE id = ?", ["> " * 24500 + "tief", old["id"]])
    database.close()
    refused = staff.post(f"{LETTERS}/{letter['id']}/send", {}, headers={"If-Match": '"1"'}).expect(422, "validation")
    assert refused.faults == {"body_de": "shows_nothing"} and figures(staff, letter)["state"] == "draft"
    cookie = browser_cookie(node)
    ask = Page(node.http.get(f"/intern/newsletter/{letter['id']}/senden", headers=cookie).expect(200))
    go = next(f for f in ask.forms if f.action.endswith("/senden"))
    back = node.http.post(go.action, form=go.fields, headers=cookie).expect(303)
    assert "Nicht verschickt: Am Text ist etwas zu ändern" in Page(node.http.get(path_of(back.header("Location")), headers=cookie).expect(200)).text
    assert "tief" in Page(node.http.get(f"/newsletter/{old['id']}").expect(200)).text


def multipart(fields):
    parts = "".join(f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in fields)
    return {"body": (parts + "--b--\r\n").encode(), "headers": {"Content-Type": "multipart/form-data; boundary=b"}}


def test_the_longest_text_goes_through_the_form(node, staff):
    """In letters that a form would otherwise write with nine bytes each."""
    cookie = browser_cookie(node)
    form = Page(node.http.get("/intern/newsletter/neu", headers=cookie).expect(200)).form_with("subject_de")
    assert form.enctype == "multipart/form-data"
    long = ("سلام عليكم " * 4600)[:49990].strip()
    texts = {"subject_de": unique_title("Lang"), "body_de": long, "subject_en": "Long", "body_en": long}
    sent = multipart([(n, v) for n, v in form.fields if n not in texts] + list(texts.items()))
    made = node.http.post(form.action, body=sent["body"], headers={**sent["headers"], **cookie}).expect(303)
    page = Page(node.http.get(path_of(made.header("Location")), headers=cookie).expect(200))
    assert page.form_with("subject_de").value("body_en") == long
    too_long = multipart([(n, v) for n, v in form.fields if n not in texts and n != "_key"] + list({**texts, "body_en": "", "subject_en": "", "body_de": long + "x" * 20}.items()))
    refused = node.http.post(form.action, body=too_long["body"], headers={**too_long["headers"], **cookie})
    assert refused.status == 422 and Page(refused).form_with("subject_de").value("body_de") == long + "x" * 20


def test_the_list_has_pages(staff):
    made = [draft(staff)["id"] for _ in range(3)]
    first = staff.get(LETTERS, query={"page_size": 2}).expect(200).json
    second = staff.get(LETTERS, query={"page_size": 2, "page_token": first["next_page_token"]}).expect(200).json
    assert [i["id"] for i in first["items"] + second["items"]][:3] == made[::-1]
    staff.get(LETTERS, query={"page_token": "AAAA"}).expect(400, "bad_page_token")


def test_only_for_moderators(node):
    for http, status in ((node.http, 401), (node.staff("leitung", ("management",)).http, 403)):
        assert http.get(LETTERS).status == status and http.post(LETTERS, {"subject_de": "x", "body_de": "y"}).status == status


def test_preview(staff):
    look = staff.post(LETTERS + "/preview", {"subject": "Betreff", "body": BODY, "language": "de"}).expect(200).json
    assert look["subject"] == "Betreff" and "Was war" in look["text"] and "https://example.org/lesen" in look["text"]
    assert "<h2" in look["html"] and 'href="https://example.org/lesen"' in look["html"] and "{{city}}" in look["html"]
    for bad in ("<script", "example.net/x.png"):
        assert bad not in look["html"] and bad not in look["text"]
    english = staff.post(LETTERS + "/preview", {"subject": "S", "body": "Text.", "language": "en"}).expect(200).json
    assert 'lang="en"' in english["html"]


def test_a_test_mail_goes_to_who_asks(node, mail):
    http = node.staff("redaktion", ("moderator",)).http
    letter = draft(http, "Probe äöü €")
    http.post(f"{LETTERS}/{letter['id']}/test", {}).expect(409, "illegal_state")   # no address yet
    address = new_address("redaktion")
    http.put("/api/v1/session/mail", {"email": address, "password": PASSWORD}).expect(200)
    asked = mail.wait_for(lambda m: m.to == address)
    confirm(node, next(u for u in asked.links() if is_confirmation(u)))
    http.post(f"{LETTERS}/{letter['id']}/test", {}).expect(200)
    got = mail.wait_for(lambda m: m.to == address and m.id != asked.id)
    assert "Probe äöü €" in got.subject and "Was war" in got.text and got.header("List-Unsubscribe") is None
    assert figures(http, letter)["state"] == "draft"


# ---- sending

def test_sent_to_all_who_want_it(node, staff, mail):
    german, english, never = subscribe(node, mail), subscribe(node, mail, "en"), new_address()
    node.http.post("/api/v1/mail/subscriptions", {"email": never, "lists": ["newsletter"]}).expect(202)
    mail.wait_for(lambda m: m.to == never)   # asked, and never confirmed
    only_german = draft(staff)
    subjects = unique_title("Rundbrief"), unique_title("Circular")
    both = draft(staff, subjects[0], subject_en=subjects[1], body_en="## What was\n\nA lot.")
    for letter in (only_german, both):
        assert send(staff, letter)["state"] == "sending"
        done = wait_until(lambda: is_out(staff, letter), 15, "all sent", every=0.05)
        assert done["recipients"] == done["sent"] >= 2 and done["failed"] == 0
    assert {german, english} <= {m.to for m in of(mail, only_german["subject_de"])}
    assert english not in {m.to for m in of(mail, subjects[0])}
    framed = next(m for m in of(mail, only_german["subject_de"]) if m.to == english)   # the way out is in the reader's language
    assert "Unsubscribe" in framed.text and "Abmelden" not in framed.text and "Was war" in framed.text and "/en/mail/" in framed.header("List-Unsubscribe")
    assert "Abmelden" in next(m for m in of(mail, only_german["subject_de"]) if m.to == german).text
    mine = next(m for m in of(mail, subjects[1]) if m.to == english)
    assert "A lot." in mine.text and f"/en/newsletter/{both['id']}" in mine.text and "/en/mail/" in mine.header("List-Unsubscribe")
    assert mine.header("List-Unsubscribe-Post") == "List-Unsubscribe=One-Click"
    assert not [m for m in mail.to(never) if "Rundbrief" in m.subject]
    staff.put(f"{LETTERS}/{both['id']}", {"subject_de": "x", "body_de": "y"}, headers={"If-Match": '"2"'}).expect(409, "illegal_state")
    staff.post(f"{LETTERS}/{both['id']}/send", {}, headers={"If-Match": '"2"'}).expect(409, "illegal_state")
    assert len(of(mail, subjects[0])) == len({m.to for m in of(mail, subjects[0])})


def test_who_leaves_meanwhile_gets_nothing(node, staff, mail):
    """The server is slow; a reader leaves while the newsletter is on its way, by one click of a mail program."""
    subscribe(node, mail)
    leaving = subscribe(node, mail)
    letter = draft(staff)
    first = draft(staff)
    send(staff, first)
    wait_until(lambda: is_out(staff, first), 15, "the first one", every=0.05)
    one_click = path_of(next(m for m in of(mail, first["subject_de"]) if m.to == leaving).header("List-Unsubscribe").strip("<>"))
    mail.stop()
    send(staff, letter)
    wait_until(lambda: all_owed(staff, letter), 10, "all owed", every=0.05)
    assert listed(staff, letter)["state"] == figures(staff, letter)["state"] == "sending"
    assert node.client().post(one_click, form=[("List-Unsubscribe", "One-Click")]).status in (200, 204)
    mail.start()
    for row in staff.get("/api/v1/staff/mails", query={"subject_id": letter["id"], "state": "retry"}).json["items"]:
        staff.post(f"/api/v1/staff/mails/{row['id']}/retry", {}).expect(200)
    done = wait_until(lambda: is_out(staff, letter), 100, "the second one", every=0.1)   # some may be tried again after a minute and a quarter
    assert done["failed"] == 1 and done["sent"] == done["recipients"] - 1
    assert leaving not in {m.to for m in of(mail, letter["subject_de"])}


def test_once_per_reader_whatever_is_killed(make_node):
    """Three hundred readers; the daemon that owes and sends dies again and again."""
    with MailServer() as mail:
        node = make_node(settings=mail.settings())
        letter = draft(node.staff().http)
        node.stop(graceful=True)
        with sqlite3.connect(node.data / "notifications.db") as database:
            for n in range(300):
                row = database.execute("INSERT INTO contact(id, folded, address, language, state, created_at, confirmed_at)"
                                       " VALUES(?, ?, ?, 'de', 2, 0, 0) RETURNING n", [f"00000000-0000-4000-8000-{n:012}"] + 2 * [f"r{n}@example.org"])
                database.execute("INSERT INTO subscription(list, contact, since) VALUES('newsletter', ?, 0)", [row.fetchone()[0]])
        database.close()
        node.start()
        staff = node.staff(language="de").http
        send(staff, letter)
        for part in (1, 60, 150):
            wait_until(lambda: len(mail.mails) >= part, 30, f"{part} mails", every=0.002)
            old = node.kill("notifications-1")
            node.wait_restarted("notifications-1", old)
        done = wait_until(lambda: (a := staff.get(f"{LETTERS}/{letter['id']}")).status == 200 and a.json["state"] == "sent" and a.json, 60, "all sent", every=0.1)
        assert done["recipients"] == done["sent"] == 300
        assert len({m.to for m in mail.mails}) == len({m.id for m in mail.mails}) == 300
        twice = len(mail.mails) - 300
        print(f"in flight at a kill and sent twice: {twice}")
        assert twice <= 3 * 2 * 4, "at each kill what was on its way on four connections, and as many not yet told"


# ---- reading

def test_the_archive(node, staff, mail):
    subscribe(node, mail)
    hidden = draft(staff)
    letter = draft(staff, unique_title("Archiv"), subject_en=unique_title("Archive"), body_en="Plain <b>text</b>.")
    send(staff, letter)
    shown = wait_until(lambda: [i for i in node.http.get("/api/v1/newsletters").expect(200).json["items"] if i["id"] == letter["id"]], 5, "listed")
    assert shown[0]["subject"] == letter["subject_de"] and "html" not in shown[0] and shown[0]["url"].endswith(f"/newsletter/{letter['id']}")
    issue = node.http.get(f"/api/v1/newsletters/{letter['id']}").expect(200).json
    assert issue["html"].startswith("<h2>Was war</h2>")  # below the page's own
    assert "<p>" in issue["html"] and "<script" not in issue["html"] and "<img" not in issue["html"]
    assert node.client("en").get(f"/api/v1/newsletters/{letter['id']}").json["subject"] == letter["subject_en"]
    node.http.get(f"/api/v1/newsletters/{hidden['id']}").expect(404, "not_found")
    for base, language in (("/newsletter", "de"), ("/en/newsletter", "en")):
        page = Page(node.http.get(base).expect(200))
        assert page.language == language and f"{base}/{letter['id']}" in page.links and hidden["subject_de"] not in page.text
        one = node.http.get(f"{base}/{letter['id']}").expect(200)
        assert "<script" not in one.text and (letter["subject_de"] if language == "de" else letter["subject_en"]) in Page(one).text
        assert "public" in one.header("Cache-Control")
        assert node.http.get(f"{base}/{hidden['id']}").status == 404
        feed = node.http.get(f"{base}/feed.atom").expect(200)
        assert feed.header("Content-Type").startswith("application/atom+xml")
        entries = ET.fromstring(feed.text).findall(f"{ATOM}entry")
        assert entries[0].find(f"{ATOM}id").text == f"urn:uuid:{letter['id']}"
        assert entries[0].find(f"{ATOM}link").get("href").endswith(f"{base}/{letter['id']}")


# ---- the staff's pages

def test_the_pages_of_staff(node, staff, mail):
    reader = subscribe(node, mail)
    browser = node.client()
    cookie = browser_cookie(node)
    new = Page(browser.get("/intern/newsletter/neu", headers=cookie).expect(200)).form_with("subject_de")
    subject = unique_title("Seite")
    fields = [(n, v) for n, v in new.fields if n not in ("subject_de", "body_de")]
    refused = browser.post(new.action, form=fields + [("subject_de", subject)], headers=cookie)
    assert refused.status == 422 and Page(refused).form_with("subject_de").value("subject_de") == subject
    made = browser.post(new.action, form=fields + [("subject_de", subject), ("body_de", BODY)], headers=cookie).expect(303)
    again = browser.post(new.action, form=fields + [("subject_de", subject), ("body_de", BODY)], headers=cookie).expect(303)
    assert made.header("Location") == again.header("Location")   # sent twice, made once
    address = path_of(made.header("Location")).split("?")[0]
    shown = browser.get(address, headers=cookie).expect(200)
    page = Page(shown)
    assert page.form_with("subject_de").value("body_de").strip() == BODY.strip()
    assert "Was war" in page.text and "{{city}}" in page.text and "<script>alert" not in shown.text
    letter = next(i for i in staff.get(LETTERS).json["items"] if i["subject_de"] == subject)
    view = browser.get(f"{address}/ansicht", headers=cookie).expect(200)
    assert view.header("Content-Security-Policy").startswith("default-src 'none'") and "Was war" in view.text
    # somebody else saves meanwhile
    staff.put(f"{LETTERS}/{letter['id']}", {"subject_de": subject + " neu", "body_de": "Kurz."}, headers={"If-Match": '"1"'}).expect(200)
    form = page.form_with("subject_de")
    typed = [(n, v) for n, v in form.fields if n not in ("subject_de", "body_de")] + [("subject_de", "Meins"), ("body_de", "Mein Text.")]
    conflict = browser.post(form.action, form=typed, headers=cookie)
    assert conflict.status == 412 and Page(conflict).form_with("subject_de").value("body_de") == "Mein Text." and "Kurz." in conflict.text
    # the test needs an address; sending asks first
    test = next(f for f in page.forms if f.action.endswith("/test"))
    back = browser.post(test.action, form=test.fields, headers=cookie).expect(303)
    assert "keine bestätigte Adresse" in Page(browser.get(path_of(back.header("Location")), headers=cookie)).text
    ask = Page(browser.get(f"{address}/senden", headers=cookie).expect(200))
    assert subject + " neu" in ask.text
    go = next(f for f in ask.forms if f.action.endswith("/senden"))
    held = mail.hold(reader)
    browser.post(go.action, form=go.fields, headers=cookie).expect(303)
    under_way = wait_until(lambda: all_owed(staff, letter) and (p := Page(browser.get(address, headers=cookie)))
                           and "Noch unterwegs 1 " in p.text and p, 10, "one is left", every=0.1)
    assert "Zustand Wird verschickt" in under_way.text
    assert f"{subject} neu Wird verschickt begonnen" in Page(browser.get("/intern/newsletter", headers=cookie)).text
    mail.release(held)
    mail.wait_for(lambda m: m.to == reader and m.subject == subject + " neu")
    progress = wait_until(lambda: (p := Page(browser.get(address, headers=cookie))) and "Noch unterwegs 0" in p.text and p, 10, "sent", every=0.1)
    assert "Zustand Verschickt" in progress.text
    assert f"{subject} neu Verschickt verschickt" in Page(browser.get("/intern/newsletter", headers=cookie)).text
    assert not [f for f in progress.forms if any(i.get("name") == "subject_de" for i in f.inputs)]
    late = browser.post(address, form=typed, headers=cookie)
    assert late.status == 409 and "Mein Text." in Page(late).text   # what was typed can be copied
    assert Page(browser.get("/en/intern/newsletter", headers=cookie).expect(200)).language == "en"


def browser_cookie(node):
    """Signed in as a browser is."""
    page = Page(node.http.get("/intern/anmelden").expect(200)).form_with("login")
    done = node.http.post(page.action, form=[f for f in page.fields if f[0] not in ("login", "password")]
                          + [("login", "moderation"), ("password", node.staff().password)])
    return {"Cookie": done.expect(303).header("Set-Cookie").split(";")[0]}


def test_links_are_what_mails_name(node, staff, mail):
    reader = subscribe(node, mail)
    letter = draft(staff)
    send(staff, letter)
    got = mail.wait_for(lambda m: m.to == reader and m.subject == letter["subject_de"])
    assert Page(node.http.get(path_of(got.link("/newsletter/"))).expect(200)).text
    assert token_of(got.header("List-Unsubscribe").strip("<>"))
