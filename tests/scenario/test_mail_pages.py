"""The ledger of mails as staff see it in the browser, and what senders read of their mails on the page of their submission.

covers: notifications.Mails notifications.Mail notifications.MailMove notifications.MailsOf
"""
import pytest

from kosi_test import filled_form, unique_title, wait_until
from kosi_test.browser import Browser
from kosi_test.mail_ledger import owe
from kosi_test.mail_server import MailServer
from kosi_test.node import PASSWORD, Node, free_port

LIST = {"de": "/intern/mails", "en": "/en/intern/mails"}
SIGN_IN = {"de": "/intern/anmelden", "en": "/en/intern/sign-in"}


@pytest.fixture(scope="module")
def post():
    """A node whose mails arrive, and the server where they do."""
    with MailServer() as mail, Node(settings=mail.settings()) as node:
        node.user_add("anna", "moderator", password=PASSWORD)
        yield node, mail


def address(word):
    return unique_title(word).replace(" ", ".").lower() + "@example.org"


def submitted(node, email, **more):
    form = node.form()
    body = filled_form(form, **more)
    body["contact"] = {"name": "Erika Beispiel", "language": "de", **({"email": email} if email else {})}
    return node.http.post(f"/api/v1/forms/{form['slug']}/submissions", body).expect(201).json


def own_page(node, made, part=""):
    return Browser(node).open(f"/einreichungen/{made['token']}{part}")


def signed_in(node, login="anna", language="de"):
    browser = Browser(node)
    browser.open(SIGN_IN[language])
    browser.send(browser.form(field="password"), login=login, password=PASSWORD)
    return browser


def ledger(node, **asked):
    query = "&".join(f"{name}={value}" for name, value in asked.items())
    return node.staff().http.get(f"/api/v1/staff/mails?{query}").expect(200).json["items"]


def mail_about(node, made, kind, state, deadline=10):
    """The mail of this kind about this submission, once it is in this state."""
    def found():
        return next((m for m in ledger(node, subject_id=made["id"], kind=kind) if m["state"] == state), None)
    return wait_until(found, deadline, f"{kind} {state}")


def confirm(node, mail):
    token = mail.link("/post/bestaetigen/").rsplit("/", 1)[1]
    node.http.post(f"/api/v1/mail/confirmations/{token}", {}).expect(200)


def reject(node, made):
    node.staff().decide(made["id"], "reject", reason="incomplete").expect(200)


def test_whoever_gave_an_address_is_told_what_became_of_the_mails(post):
    node, server = post
    mine = address("erika")
    made = submitted(node, mine)
    first = own_page(node, made).text
    assert "Bitte bestätigen Sie Ihre Adresse" in first and "ändern Sie sie in Ihren Angaben" in first
    received = server.wait_for(lambda m: m.to == mine)
    mail_about(node, made, "received", "sent")
    page = own_page(node, made).text
    assert "Wir haben Ihnen am" in page and "Öffnen Sie den Link in dieser Mail" in page
    assert "Wir haben Ihnen geschrieben (Eingangsbestätigung)" in page
    assert "Bitte bestätigen Sie Ihre Adresse" in own_page(node, made, "/beleg").text
    english = Browser(node).open(f"/en/submissions/{made['token']}").text
    assert "Please confirm your address" in english and "we wrote to you (Receipt)" in english

    reject(node, made)
    mail_about(node, made, "rejected", "waiting")
    assert "Diese Mail wartet auf Ihre Bestätigung" in own_page(node, made).text

    confirm(node, received)
    mail_about(node, made, "rejected", "sent")
    page = own_page(node, made).text
    assert "Wir haben Ihnen geschrieben (Absage)" in page and "bestätigen" not in page
    assert "bestätigen" not in own_page(node, made, "/beleg").text


def test_nothing_about_mails_where_no_address_was_given(post):
    node, _ = post
    page = own_page(node, submitted(node, None)).text
    assert "Mails" not in page and "Adresse bestätigen" not in page and "Ihre Adresse" not in page


def test_whose_mails_do_not_arrive_is_told(post):
    node, server = post
    nobody = address("niemand")
    server.refuse(nobody)
    made = submitted(node, nobody)
    mail_about(node, made, "received", "failed")
    page = own_page(node, made).text
    assert "Unsere Mails erreichen Sie nicht" in page and "Diese Mail konnte nicht zugestellt werden" in page
    staff = signed_in(node)
    rows = staff.open(f"{LIST['de']}?view=failed&subject={made['id']}")
    assert f"Eingangsbestätigung an {nobody}" in rows.text and "kennt die Adresse nicht" in rows.text and "550, 5.1.1" in rows.text


def test_a_page_without_its_mails_is_better_than_none(make_node):
    node = make_node()
    made = submitted(node, address("erika"))
    pid = node.kill("notifications-1", 19)   # SIGSTOP: it hangs
    try:
        page = own_page(node, made)
        assert made["receipt"] in page.text
        staff = node.user_add("anna", "moderator", password=PASSWORD) or signed_in(node)
        assert "Schreibtisch" in staff.open("/intern/").title
    finally:
        node.kill("notifications-1", 18)
    assert pid


@pytest.mark.parametrize("language", ["de", "en"])
def test_staff_hold_release_cancel_and_try_again(post, language):
    node, _ = post
    words = {"de": ("angehalten", "wartet auf Bestätigung", "Diese Mail nicht mehr senden?", "abgebrochen", "doch noch senden?"),
             "en": ("held", "waiting for confirmation", "Do not send this mail any more?", "cancelled", "Send this mail after all?")}[language]
    moves = {"de": ("anhalten", "freigeben", "abbrechen", "erneut-senden"), "en": ("hold", "release", "cancel", "retry")}[language]
    made = submitted(node, address("erika"))
    reject(node, made)
    mail = mail_about(node, made, "rejected", "waiting")
    staff = signed_in(node, language=language)
    staff.open(f"{LIST[language]}?view=waiting&subject={made['id']}")
    here = f"{LIST[language]}/{mail['id']}"
    assert here in staff.page.links
    staff.open(here)
    page = staff.send(staff.form(action=moves[0]))
    assert words[0] in page.text and staff.path == f"{here}?done=hold"
    stale = staff.form(action=moves[1])
    page = staff.send(stale)
    assert words[1] in page.text
    page = staff.open(f"{here}/{moves[2]}")
    assert words[2] in page.text
    page = staff.send(staff.form(action=moves[2]))
    assert words[3] in page.text and mail_about(node, made, "rejected", "cancelled")["reason"] == "by_hand"
    refused = staff.send(stale, status=409, _key="another-key-0001")   # as in a window that is older
    assert words[3] in refused.text
    assert words[4] in staff.open(f"{here}/{moves[3]}").text
    assert words[1] in staff.send(staff.form(action=moves[3])).text


def test_an_address_that_is_looked_for_is_not_in_the_pages_own(post):
    node, server = post
    mine = address("suche")
    for _ in range(2):
        submitted(node, mine)
    wait_until(lambda: len(ledger(node, address=mine)) == 2, 10, "two mails")
    staff = signed_in(node)
    staff.open(LIST["de"])
    page = staff.send(staff.form(field="address"), address=mine)
    assert page.text.count(f"an {mine}") == 2 and staff.path == LIST["de"] and "2 Mails" in page.text
    page = staff.send(staff.form(field="kind"), address="", kind="newsletter")
    assert staff.path == f"{LIST['de']}?view=all&kind=newsletter" and "Keine Mail passt dazu" in page.text
    assert "Keine Mail" in staff.send(staff.form(field="address"), address="gibt-es-nicht@example.org").text
    assert mine not in node.log_text()


def test_only_who_moderates_sees_mails(post):
    node, _ = post
    made = submitted(node, address("erika"))
    mail = mail_about(node, made, "received", "sent")
    node.user_add("karl", "event_office", password=PASSWORD)
    karl = signed_in(node, "karl")
    for path in (LIST["de"], f"{LIST['de']}/{mail['id']}", f"{LIST['de']}/{mail['id']}/abbrechen"):
        karl.open(path, status=403)
        assert "anmelden" in Browser(node).open(path).text.lower()
    assert LIST["de"] not in karl.open("/intern/").links
    anna = signed_in(node)
    assert LIST["de"] in anna.open("/intern/").links
    anna.open(f"{LIST['de']}/00000000-0000-7000-8000-000000000000", status=404)
    anna.open(f"{LIST['de']}/none", status=404)
    anna.open(f"{LIST['de']}?view=nonsense&kind=no-such&page_token=none", status=400)


def test_a_server_that_takes_nothing_is_shown(make_node):
    with MailServer(start=False) as server:
        server.port = free_port()
        node = make_node(settings=server.settings())
        node.user_add("anna", "moderator", password=PASSWORD)
        made = submitted(node, address("erika"))
        wait_until(lambda: node.staff().http.get("/api/v1/staff/mails").expect(200).json.get("troubled"), 15, "a troubled server")
        staff = signed_in(node)
        for path in ("/intern/", LIST["de"]):
            assert "nimmt zurzeit nichts an" in staff.open(path).text
        assert "unterwegs" in own_page(node, made).text or "versuchen es weiter" in own_page(node, made).text


def test_a_mail_behind_thousands_of_others_is_found(make_node):
    """One look reads so many rows and no more: that none of them fits does not say that none does."""
    node = make_node()
    node.user_add("anna", "moderator", password=PASSWORD)
    submitted(node, address("erika"))
    wait_until(lambda: ledger(node, kind="received"), 10, "the mail that is looked for")
    owe(node, 4100)
    anna = signed_in(node)
    page = anna.open(f"{LIST['de']}?view=all&kind=received")
    assert "Keine Mail passt dazu" not in page.text and "sucht in den älteren" in page.text
    older = next(link for link in page.links if "page_token=" in link)
    assert "Eine Mail" in anna.open(older).text
