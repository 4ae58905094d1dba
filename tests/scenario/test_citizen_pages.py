"""A citizen's round in pages: fill in, look over, send, and later change, take along, take back, erase. Whatever fails on the way,
everything typed comes back."""
import json
import re
import shutil
import signal
import subprocess

import pytest

from kosi_test import filled_form, unique_title, wait_until
from kosi_test.page import Page, path_of
from kosi_test.paths import PATIENCE, ROOT

PATHS = {"de": ("/formulare/", "/einreichungen/", "beleg", "daten", "aendern", "zurueckziehen", "loeschen"),
         "en": ("/en/forms/", "/en/submissions/", "receipt", "data", "change", "withdraw", "delete")}
LINES = "Erste Zeile\n\n  eingerückt, mit <b> & \"Zeichen\"\nDritte Zeile"


def do(pairs, what):
    return [(n, v) for n, v in pairs if n != "_do"] + [("_do", what)]


def typed(pairs):
    """What a person typed: without the pages' own fields."""
    return sorted((n, v.removeprefix("\n").replace("\r\n", "\n")) for n, v in pairs if v and not n.startswith("_"))


def filled(node, language="de", **answers):
    form = node.form(language=language)
    address = PATHS[language][0] + form["slug"]
    page = Page(node.http.get(address).expect(200))
    body = filled_form(form, title=unique_title("Haus & Hof"), everything=True, **answers)
    body["contact"]["language"] = language
    return address, page.form_with("_key").filled(body), form


def send(node, address, pairs, what=None):
    return node.http.post(address, form=do(pairs, what) if what else pairs)


def submitted(node, language="de"):
    address, pairs, _form = filled(node, language)
    return path_of(send(node, address, pairs, "send").header("Location")), pairs


@pytest.mark.parametrize("language", ["de", "en"])
def test_the_round(city_node, language):
    """The form, what was typed once more to look over, back to the fields, sent: each step has all of it."""
    node = city_node
    address, pairs, form = filled(node, language, description=LINES) if node.city == "dortmund" else filled(node, language)
    review = send(node, address, pairs, "review").expect(200)
    seen = Page(review)
    assert typed(seen.form_with("_key").fields) == typed(pairs)
    for question in form["questions"]:
        if question["type"] not in ("section", "consent"):
            assert question["label"] in seen.text, question["id"]
    assert dict(pairs)["title"] in seen.text and "<b>" not in review.text and not re.search("<textarea|type=\"text\"", review.text)
    back = Page(send(node, address, seen.form_with("_key").fields, "edit").expect(200)).form_with("_key")
    assert typed(back.fields) == typed(pairs)
    assert {b for b in re.findall(r'formaction="[^"#]+#([^"]+)"', review.text)} <= set(re.findall(r'id="([^"]+)"', send(node, address, back.fields, "edit").text))
    done = send(node, address, seen.form_with("_key").fields, "send")
    again = send(node, address, pairs, "send")
    assert done.status == again.status == 303 and done.header("Location") == again.header("Location")
    assert PATHS[language][1] in node.http.get(path_of(done.header("Location")), headers={"Accept-Language": "fr"}).expect(200).text


def test_the_sections_say_what_is_missing(dortmund):
    address, pairs, form = filled(dortmund)
    first = dortmund.http.get(address).expect(200).text
    sections = [q["label"] for q in form["questions"] if q["type"] == "section"]
    for title in sections:
        assert f">{title}</a>" in first and f">{title}</h2>" in first
    assert "Abschnitt 1 von 5" in first and "Schritt 1 von 3" in first and "autofocus" not in first
    some = [(n, v) for n, v in pairs if n not in ("title", "sector", "consents")]
    refused = send(dortmund, address, some, "review")
    assert refused.status == 422 and "Bitte prüfen:" in Page(refused).title and "autofocus" in refused.text
    links = re.findall(r'<li><a class="kern-link" href="#(q-[^"]+|o-[^"]+)">', refused.text)
    assert links == ["q-title", "o-sector-administration", "q-publication", "q-privacy"] or set(links) >= {"q-title", "q-publication", "q-privacy"}
    assert set(links) <= set(re.findall(r'\bid="([^"]+)"', refused.text)) and "1 Angabe prüfen" in refused.text and "2 Angaben prüfen" in refused.text
    assert typed(Page(refused).form_with("_key").fields) == typed(some)


def test_what_is_written_otherwise_is_told_how(dortmund):
    """In words of its own for what has a form of its own (WCAG 3.3.3), in the summary as at the field."""
    address, pairs, form = filled(dortmund)
    wrong = {"contact.email": "müller@example.org", "website": "nirgends", "since": "31.2."}
    assert {"url", "date"} <= {q["type"] for q in form["questions"] if q["id"] in wrong}
    refused = send(dortmund, address, [p for p in pairs if p[0] not in wrong] + list(wrong.items()), "review")
    assert refused.status == 422 and "erwartete Form" not in refused.text
    for words in ("wie name@example.org", "wie https://www.example.org", "wie 2024-05-31"):
        assert refused.text.count(words) == 2, words


def test_looking_over_stores_nothing_and_uses_up_no_key(dortmund):
    address, pairs, _form = filled(dortmund)
    for title in (unique_title("Erst"), unique_title("Dann")):
        changed = [(n, title if n == "title" else v) for n, v in pairs]
        send(dortmund, address, changed, "review").expect(200)
    assert send(dortmund, address, changed, "send").status == 303
    found = dortmund.staff().http.get("/api/v1/staff/submissions", query={"q": title}).json["items"]
    assert [i["title"] for i in found] == [title]


def test_a_browser_may_keep_the_form_but_no_secret_page(dortmund):
    """Going back shows what was typed only if the browser was allowed to keep the page."""
    address, pairs, _form = filled(dortmund)
    for answer in (dortmund.http.get(address), send(dortmund, address, pairs, "review"), send(dortmund, address, pairs[:2], "review")):
        assert answer.header("Cache-Control") == "private, no-cache"
    own, _pairs = submitted(dortmund)
    for page in ("", "/beleg", "/daten", "/aendern", "/zurueckziehen", "/loeschen"):
        answer = dortmund.http.get(own + page).expect(200)
        assert answer.header("Cache-Control") == "no-store" and answer.header("Referrer-Policy") == "no-referrer", page


# ---- behind the secret link
@pytest.mark.parametrize("language", ["de", "en"])
def test_receipt_and_own_data(city_node, language):
    node, paths = city_node, PATHS[language]
    own, pairs = submitted(node, language)
    status = Page(node.http.get(own).expect(200))
    receipt = Page(node.http.get(f"{own}/{paths[2]}").expect(200))
    data = Page(node.http.get(f"{own}/{paths[3]}").expect(200))
    code = re.search(r"(?:DO|WU)-[0-9A-Z]{4}-[0-9A-Z]{4}", status.text).group(0)
    assert f"http://127.0.0.1:{node.port}{own}" in status.text
    for page in (receipt, data):
        assert code in page.text and dict(pairs)["title"] in page.text and page.language == language
        assert dict(pairs)["contact.email"] in page.text
    assert f"http://127.0.0.1:{node.port}{own}" in receipt.text
    download = next(link for link in data.links if link.startswith("/api/v1/submissions/"))
    assert node.http.get(download).expect(200).json["answers"]["title"] == dict(pairs)["title"]
    form = node.form(language=language)
    for question in form["questions"]:
        if question["type"] == "consent":
            assert question["wording"] in data.text


def test_changed_while_nobody_has_decided(dortmund):
    own, pairs = submitted(dortmund)
    form = Page(dortmund.http.get(own + "/aendern").expect(200)).form_with("_key")
    assert typed(form.fields) == typed(pairs)
    title = unique_title("Umbenannt")
    changed = [(n, title if n == "title" else v) for n, v in form.fields]
    bad = send(dortmund, own + "/aendern", [(n, v) for n, v in changed if n != "consents"], "review")
    assert bad.status == 422 and Page(bad).form_with("_key").value("title") == title
    review = send(dortmund, own + "/aendern", changed, "review").expect(200)
    assert title in Page(review).text
    done = send(dortmund, own + "/aendern", Page(review).form_with("_key").fields, "send")
    assert done.status == 303 and path_of(done.header("Location")) == own + "?done=corrected"
    told = Page(dortmund.http.get(path_of(done.header("Location"))).expect(200)).text
    assert "Ihre Änderungen sind gespeichert" in told and "Sie haben Ihre Angaben geändert" in told
    assert title in Page(dortmund.http.get(own + "/daten")).text


def test_an_older_window_does_not_undo_what_was_saved_since(dortmund):
    """Two windows with the same answers: the second to save is told, with all that was typed there, and may still have it so."""
    own, _pairs = submitted(dortmund)
    windows = [Page(dortmund.http.get(own + "/aendern").expect(200)).form_with("_key").fields for _ in range(2)]
    titles = [unique_title("Fenster") for _ in windows]
    first, second = ([(n, title if n == "title" else v.removeprefix("\n")) for n, v in fields] for title, fields in zip(titles, windows))
    assert send(dortmund, own + "/aendern", first, "send").status == 303
    review = send(dortmund, own + "/aendern", second, "review").expect(200)
    refused = send(dortmund, own + "/aendern", Page(review).form_with("_key").fields, "send")
    assert refused.status == 412 and "inzwischen an anderer Stelle geändert" in refused.text
    form = Page(refused).form_with("_key")
    assert typed(form.fields) == typed(second)
    assert titles[0] in Page(dortmund.http.get(own + "/daten")).text, "what was saved is still there"
    assert send(dortmund, own + "/aendern", form.fields, "send").status == 303
    assert titles[1] in Page(dortmund.http.get(own + "/daten")).text


def test_decided_while_somebody_was_typing(dortmund):
    """The page comes back with all that was typed and says why it can't be saved."""
    own, _pairs = submitted(dortmund)
    form = Page(dortmund.http.get(own + "/aendern").expect(200)).form_with("_key")
    mine = dortmund.http.get(f"/api/v1/submissions/{own.rsplit('/', 1)[1]}").json["id"]
    dortmund.staff().decide(mine, "reject", reason="other", text="Passt leider nicht zum Labor.").expect(200)
    title = unique_title("Zu spät")
    refused = send(dortmund, own + "/aendern", [(n, title if n == "title" else v) for n, v in form.fields], "send")
    assert refused.status == 409 and "Inzwischen wurde über Ihre Einreichung entschieden" in refused.text
    assert Page(refused).form_with("_key").value("title") == title
    status = Page(dortmund.http.get(own).expect(200))
    assert "Passt leider nicht zum Labor." in status.text and "nicht angenommen" in status.text
    assert own + "/aendern" not in status.links and own + "/zurueckziehen" in status.links
    assert dortmund.http.get(own + "/aendern").status == 303


@pytest.mark.parametrize("language", ["de", "en"])
def test_taken_back_and_erased_are_asked_for_first(dortmund, language):
    paths = PATHS[language]
    own, _pairs = submitted(dortmund, language)
    asked = Page(dortmund.http.get(f"{own}/{paths[5]}").expect(200)).forms[-1]
    assert asked.method == "post" and asked.action == f"{own}/{paths[5]}"
    foreign = dortmund.http.post(asked.action, form=[("_do", "confirm")], headers={"Sec-Fetch-Site": "cross-site"})
    assert foreign.status == 403
    for _ in range(2):   # pressed twice
        done = dortmund.http.post(asked.action, form=[("_do", "confirm")])
        assert done.status == 303
    status = Page(dortmund.http.get(path_of(done.header("Location"))).expect(200))
    assert {"de": "zurückgezogen", "en": "withdrawn"}[language] in status.text and f"{own}/{paths[5]}" not in status.links
    asked = Page(dortmund.http.get(f"{own}/{paths[6]}").expect(200)).forms[-1]
    for _ in range(2):
        assert dortmund.http.post(asked.action, form=[("_do", "confirm")]).status == 303
    for page in ("", *(f"/{p}" for p in paths[2:])):
        gone = dortmund.http.get(own + page)
        assert gone.status == 410 and {"de": "gelöscht", "en": "erased"}[language] in Page(gone).text, page


def test_no_such_link(dortmund):
    for page in ("", "/beleg", "/daten", "/aendern", "/zurueckziehen", "/loeschen"):
        for token in ("A" * 43, "x.y", "a" * 300):
            assert dortmund.http.get(f"/einreichungen/{token}{page}").status == 404
    assert dortmund.http.post(f"/einreichungen/{'A' * 43}/loeschen", form=[("_do", "confirm")]).status == 404


# ---- whatever fails
def kept(answer, pairs):
    """All of it is in the page that came instead, ready to be sent again."""
    form = Page(answer).forms[-1]
    assert form.method == "post" and typed(form.fields) == typed(pairs)
    assert dict(form.fields)["_key"] == dict(pairs)["_key"]
    return form


def down(node, service, up=False):
    for name in [d for d in node.daemons() if d.startswith(service + "-")]:
        subprocess.run(["s6-svc", "-u" if up else "-d", str(node.run / "services" / name)], check=True)
    wait_until(lambda: bool(node.workers(service)) == up, 10, f"{service} {'up' if up else 'down'}")


@pytest.mark.parametrize("what", ["review", "send", "edit"])
def test_typed_text_outlives_a_service_that_is_down(fresh, what):
    address, pairs, _form = filled(fresh)
    down(fresh, "submissions")
    answer = send(fresh, address, pairs, what)
    assert answer.status == 503 and answer.header("Retry-After")
    form = kept(answer, pairs)
    assert dict(pairs)["title"] in Page(answer).text, "also to be read and copied"
    down(fresh, "submissions", up=True)
    again = fresh.http.post(path_of(form.action), form=form.fields)
    assert again.status == (303 if what == "send" else 200)


def test_typed_text_outlives_a_time_out(fresh):
    """Nobody knows what became of it: sending it again is safe, the key is the same."""
    address, pairs, _form = filled(fresh)
    workers = [d for d in fresh.daemons() if d.startswith("submissions-")]
    for name in workers:
        fresh.kill(name, signal.SIGSTOP)
    fresh.http.timeout = 30 * PATIENCE
    answer = send(fresh, address, pairs, "send")
    for name in workers:
        fresh.kill(name, signal.SIGCONT)
    assert answer.status in (503, 504)
    form = kept(answer, pairs)
    done = wait_until(lambda: (a := fresh.http.post(path_of(form.action), form=form.fields)).status == 303 and a, 20, "sent")
    assert send(fresh, address, pairs, "send").header("Location") == done.header("Location")
    found = fresh.staff().http.get("/api/v1/staff/submissions", query={"q": dict(pairs)["title"]}).json["items"]
    assert len(found) == 1


@pytest.mark.parametrize("service", ["gateway", "broker", "submissions", "registry", "accounts"])
def test_typed_text_outlives_the_restart_of_any_daemon(fresh, service):
    """The page in the browser holds everything: after a restart it goes on where it was."""
    address, pairs, _form = filled(fresh)
    review = Page(send(fresh, address, pairs, "review").expect(200)).form_with("_key")
    for name in [d for d in fresh.daemons() if d.startswith(service)]:
        fresh.wait_restarted(name, fresh.kill(name), 10)
    fresh.http.close()
    fresh.wait_ready()
    done = wait_until(lambda: (a := send(fresh, address, review.fields, "send")).status == 303 and a, 10, "sent")
    assert dict(pairs)["title"] in Page(fresh.http.get(path_of(done.header("Location")) + "/daten").expect(200)).text


# ---- forms that change while somebody types
def changed_form(tmp_path, change):
    """A copy of Dortmund's files whose form was changed."""
    city = tmp_path / "city"
    if not city.exists():
        shutil.copytree(ROOT / "deploy" / "cities" / "dortmund", city)
    file = city / "forms" / "initiative-melden.json"
    form = json.loads(file.read_text())
    change(form)
    file.write_text(json.dumps(form, ensure_ascii=False))
    return city


def restarted(node):
    for name in [d for d in node.daemons() if d.startswith("submissions-")]:
        node.wait_restarted(name, node.kill(name, signal.SIGTERM), 10)
    node.wait_ready()


def test_a_new_version_keeps_the_questions_of_who_is_typing(make_node, tmp_path):
    node = make_node(settings={"city_dir": str(changed_form(tmp_path, lambda form: None))})
    address, pairs, _form = filled(node)
    changed_form(tmp_path, lambda form: form["questions"].insert(2, {
        "id": "extra", "type": "short_text", "required": True, "label": {"de": "Und noch eine Frage?"}}))
    restarted(node)
    assert "Und noch eine Frage?" in node.http.get(address).expect(200).text
    review = send(node, address, pairs, "review").expect(200)
    assert "Und noch eine Frage?" not in review.text
    done = send(node, address, Page(review).form_with("_key").fields, "send")
    assert done.status == 303
    own = path_of(done.header("Location"))
    assert "Und noch eine Frage?" not in node.http.get(own + "/aendern").expect(200).text


def test_a_question_may_be_called_what_it_likes(make_node, tmp_path):
    """What pages never carry along is a member of staff's password, not an answer whose question is named so."""
    node = make_node(settings={"city_dir": str(changed_form(tmp_path, lambda form: form["questions"].insert(2, {
        "id": "wlan_password", "type": "short_text", "label": {"de": "Wie kommt man in das WLAN des Treffpunkts?"}})))})
    address, pairs, _form = filled(node, wlan_password="steht am Tresen")
    review = Page(send(node, address, pairs, "review").expect(200)).form_with("_key")
    assert review.value("wlan_password") == "steht am Tresen"
    own = path_of(send(node, address, review.fields, "send").header("Location"))
    assert "steht am Tresen" in Page(node.http.get(own + "/daten")).text


def test_a_form_that_closed_gives_back_what_was_typed(make_node, tmp_path):
    node = make_node(settings={"city_dir": str(changed_form(tmp_path, lambda form: None))})
    address, pairs, _form = filled(node)
    own, sent = submitted(node)
    changed_form(tmp_path, lambda form: form.update(closed=True))
    restarted(node)
    for what in ("review", "send"):
        gone = wait_until(lambda: (a := send(node, address, pairs, what)).status in (409, 410) and a, 10, "it closed")
        assert dict(pairs)["title"] in Page(gone).text and typed(Page(gone).forms[-1].fields) == typed(pairs)
    form = Page(node.http.get(own + "/aendern").expect(200)).form_with("_key")
    assert typed(form.fields) == typed(sent)
    review = send(node, own + "/aendern", form.fields, "review").expect(200)
    assert send(node, own + "/aendern", Page(review).form_with("_key").fields, "send").status == 303
