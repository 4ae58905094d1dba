"""Pages as a browser without scripts meets them."""
import re

import pytest

from kosi_test import filled_form, unique_title, wait_until
from kosi_test.page import Page, path_of

LANGUAGES = [("de", "/formulare/", "/landschaft", "/einreichungen/", "/"), ("en", "/en/forms/", "/en/landscape", "/en/submissions/", "/en/")]


def opened(node, slug, language="de"):
    address = ("/formulare/" if language == "de" else "/en/forms/") + slug
    return Page(node.http.get(address).expect(200)).form_with("_key"), address


def send(node, address, pairs):
    return node.http.post(address, form=pairs)


@pytest.mark.parametrize("language,forms,landscape,submissions,home", LANGUAGES)
def test_every_page_has_its_language_and_a_way_to_the_other(city_node, language, forms, landscape, submissions, home):
    slug = city_node.form_slug()
    other = next(row for row in LANGUAGES if row[0] != language)
    for mine, theirs in ((home, other[4]), (landscape, other[2]), (forms + slug, other[1] + slug)):
        answer = city_node.http.get(mine).expect(200)
        page = Page(answer)
        assert page.language == language and answer.header("Content-Language") == language
        assert theirs in page.links and "<script" not in answer.text and "style=" not in answer.text
        assert "{{" not in answer.text and "[[" not in answer.text and page.title
        itself = answer.text.replace(f'="http://127.0.0.1:{city_node.port}/', '="/')
        assert not re.findall(r'(?:src|href)="(?:https?:)?//', itself)
    missing = city_node.http.get(home.rstrip("/") + "/nothing")
    assert missing.status == 404 and Page(missing).language == language and "text/html" in missing.header("Content-Type")


def test_the_style_sheet_is_kept_for_ever(dortmund):
    href = re.search(r'<link rel="stylesheet" href="([^"]+)"', dortmund.http.get("/").text).group(1)
    sheet = dortmund.http.get(href).expect(200)
    assert "immutable" in sheet.header("Cache-Control") and sheet.header("Content-Type").startswith("text/css") and sheet.header("ETag")


def test_the_start_page_lists_the_forms(city_node):
    page = Page(city_node.http.get("/").expect(200))
    for form in city_node.http.get("/api/v1/forms").json["items"]:
        assert f"/formulare/{form['slug']}" in page.links and form["title"] in page.text


def test_every_question_has_a_label(city_node):
    for item in city_node.http.get("/api/v1/forms").json["items"]:
        text = city_node.http.get(f"/formulare/{item['slug']}").expect(200).text
        labelled = set(re.findall(r'<label for="([^"]+)"', text))
        ids = re.findall(r'\bid="([^"]+)"', text)
        assert len(ids) == len(set(ids))
        for field in re.findall(r"<(?:input|select|textarea)\b[^>]*>", text):
            if 'type="hidden"' in field:
                continue
            assert re.search(r'\bid="([^"]+)"', field).group(1) in labelled, field
        for described in re.findall(r'aria-describedby="([^"]*)"', text):
            assert described and set(described.split()) <= set(ids)
        assert text.count("<fieldset") == text.count("<legend")


@pytest.mark.parametrize("language", ["de", "en"])
def test_errors_beside_the_fields_and_everything_kept(city_node, language):
    """Every type of question: what was typed or chosen is still there, and each fault is linked from the top."""
    for item in city_node.http.get("/api/v1/forms").json["items"]:
        form = city_node.form(item["slug"], language)
        fields, address = opened(city_node, form["slug"], language)
        body = filled_form(form, title=unique_title("<b>&\"Titel'"), everything=True)
        body["contact"].update(email="keine-adresse", language=language)
        sent = [(n, v.removeprefix("\n")) for n, v in fields.filled(body)]
        again = send(city_node, address, sent)
        assert again.status == 422, again
        kept = Page(again).form_with("_key")
        assert sorted((n, v.removeprefix("\n")) for n, v in kept.fields) == sorted(sent)
        assert 'href="#q-contact-email"' in again.text and 'id="q-contact-email-error"' in again.text
        assert 'aria-describedby="q-contact-email-help q-contact-email-error"' in again.text
        assert "<b>" not in again.text


def test_nothing_answered_shows_all_that_is_needed(city_node):
    form = city_node.form()
    fields, address = opened(city_node, form["slug"])
    again = send(city_node, address, fields.fields)
    assert again.status == 422
    for question in form["questions"]:
        if question.get("required"):
            assert f'id="q-{question["id"]}-error"' in again.text, question["id"]


def test_back_and_send_again_shows_the_receipt(dortmund):
    form = dortmund.form()
    fields, address = opened(dortmund, form["slug"])
    sent = fields.filled(filled_form(form))
    first = send(dortmund, address, sent)
    again = send(dortmund, address, sent)
    assert first.status == again.status == 303 and first.header("Location") == again.header("Location")
    assert first.header("Location").startswith(f"http://127.0.0.1:{dortmund.port}/einreichungen/")
    assert first.header("Cache-Control") == "no-store"
    receipt = Page(dortmund.http.get(path_of(first.header("Location"))).expect(200))
    assert re.search(r"DO-[0-9A-Z]{4}-[0-9A-Z]{4}", receipt.text) and "Eingegangen" in receipt.text
    english = Page(dortmund.http.get(path_of(first.header("Location")).replace("/einreichungen/", "/en/submissions/")).expect(200))
    assert "Received" in english.text


def test_the_same_form_with_other_answers_is_said_and_kept(dortmund):
    form = dortmund.form()
    fields, address = opened(dortmund, form["slug"])
    assert send(dortmund, address, fields.filled(filled_form(form))).status == 303
    other = fields.filled(filled_form(form, title=unique_title("Anders")))
    refused = send(dortmund, address, other)
    assert refused.status == 422 and "zweite Einreichung" in refused.text
    fresh = Page(refused).form_with("_key")
    assert fresh.value("_key") != fields.value("_key") and fresh.value("title") == dict(other)["title"]
    assert send(dortmund, address, fresh.fields).status == 303


def test_erased_and_sent_again_is_said_and_becomes_a_new_one(dortmund):
    """The page kept the used key: whatever one did, 410 was the answer."""
    form = dortmund.form()
    fields, address = opened(dortmund, form["slug"])
    filled = fields.filled(filled_form(form))
    receipt = path_of(send(dortmund, address, filled).header("Location"))
    dortmund.http.delete("/api/v1/submissions/" + receipt.rsplit("/", 1)[1]).expect(204)
    refused = send(dortmund, address, filled)
    assert refused.status == 410 and "wurde gelöscht" in refused.text
    assert send(dortmund, address, Page(refused).form_with("_key").fields).status == 303


@pytest.mark.parametrize("headers,status", [
    ({"Origin": "https://evil.example.org"}, 403), ({"Origin": "null"}, 403), ({"Sec-Fetch-Site": "same-site"}, 403),
    ({"Sec-Fetch-Site": "same-origin"}, 303), ({"Sec-Fetch-Site": "none"}, 303),
])
def test_forms_of_other_pages_are_not_taken(dortmund, headers, status):
    """Browsers that do not know Sec-Fetch-Site say in Origin where a form comes from."""
    form = dortmund.form()
    fields, address = opened(dortmund, form["slug"])
    pairs = fields.filled(filled_form(form))
    assert dortmund.http.post(address, form=pairs, headers=headers).status == status
    own = {"Origin": f"http://127.0.0.1:{dortmund.port}"}
    assert dortmund.http.post(address, form=pairs, headers=own).status == 303
    faulty = dortmund.http.post(address, form=[("title", "")], headers=own)
    assert faulty.status == 422 and faulty.header("Referrer-Policy") == "same-origin"   # else the next Origin is null


def test_the_other_language_keeps_the_search(dortmund):
    page = Page(dortmund.http.get("/landschaft?q=R%C3%A4der+%26+mehr&kind=lab&kind=idea&stage=").expect(200))
    assert "/en/landscape?q=R%C3%A4der%20%26%20mehr&kind=lab&kind=idea" in page.links


def test_the_trap_only_flags(dortmund):
    form = dortmund.form()
    fields, address = opened(dortmund, form["slug"])
    sent = [(n, "https://spam.example.org" if n == "_website" else v) for n, v in fields.filled(filled_form(form))]
    assert send(dortmund, address, sent).status == 303
    assert re.search(r'kosi_http_honeypot_total\{gateway="1"\} [1-9]', dortmund.ops.get("/metrics").text)


@pytest.mark.parametrize("body,headers,status", [
    (b"title=%ff", {}, 400), (b"title=%00", {}, 400), (b"a=1&" * 600, {}, 400), (b"{}", {"Content-Type": "application/json"}, 415),
    (b"title=x", {"Sec-Fetch-Site": "cross-site"}, 403), (b"_key=" + b"k" * 65, {}, 400), (b"x" * 300000, {}, 413),
    (b"no_such_question=1", {}, 400),
])
def test_bad_posts_get_a_page(dortmund, body, headers, status):
    sent = {"Content-Type": "application/x-www-form-urlencoded", **headers}
    answer = dortmund.http.request("POST", f"/formulare/{dortmund.form_slug()}", body=body, headers=sent)
    assert answer.status == status and "text/html" in answer.header("Content-Type") and Page(answer).language == "de"
    dortmund.http.get("/").expect(200)


def test_unknown_pages(dortmund):
    for path in ("/formulare/gibt-es-nicht", "/formulare/Kein_Slug", "/einreichungen/" + "A" * 43, "/einreichungen/x.y", "/einreichungen/" + "a" * 300,
                 "/landschaft/nichts", "/landschaft/01890000-0000-7000-8000-000000000000", "/nichts"):
        answer = dortmund.http.get(path)
        assert answer.status == 404 and "text/html" in answer.header("Content-Type"), path
    assert dortmund.http.get("/landschaft/%ff").status == 400
    assert dortmund.http.request("DELETE", "/landschaft").header("Allow") == "GET, HEAD, OPTIONS"


def test_landscape_search_filters_and_one_entry(city_node):
    """Search box, filters that stay chosen, unknown query names passed over, the entry's page, and gone when it is."""
    node, staff = city_node, city_node.staff()
    form = node.form()
    title = unique_title("Straßenfest & Söhne")
    made = node.http.post(f"/api/v1/forms/{form['slug']}/submissions", filled_form(form, title=title, everything=True)).expect(201).json
    entry = staff.decide(made["id"], "accept").expect(200).json["entry_id"]
    wait_until(lambda: node.http.get(f"/api/v1/entries/{entry}").status == 200, 5, "public")
    public = node.http.get(f"/api/v1/entries/{entry}").json
    query = {"q": "strassenfest " + title.split()[-1], "district": public.get("district", ""), "kind": "", "unknown": "1", "stage": "NO SUCH"}
    answer = wait_until(lambda: (a := node.http.get("/landschaft", query=query)).status == 200 and f"/landschaft/{entry}" in a.text and a, 5, "found")
    fields = Page(answer).form_with("q")
    assert fields.value("q") == query["q"] and fields.value("district") == (query["district"] or None)
    page = node.http.get(f"/landschaft/{entry}").expect(200)
    assert title in Page(page).text and "<h1" in page.text and "& Söhne" not in page.text
    if public.get("since"):  # the German page showed the date as machines write it
        year, month, day = public["since"].split("-")
        assert f"{day}.{month}.{year}" in Page(page).text and public["since"] not in Page(page).text
    english = Page(node.http.get(f"/en/landscape/{entry}").expect(200))
    assert english.language == "en" and title in english.text
    assert path_of(public["url"]) == f"/landschaft/{entry}"
    staff.decide(made["id"], "reopen").expect(200)
    gone = wait_until(lambda: (a := node.http.get(f"/landschaft/{entry}")).status == 410 and a, 5, "gone")
    assert "nicht mehr gezeigt" in gone.text


def test_landscape_goes_on_by_links(city_node):
    node, staff = city_node, city_node.staff()
    form, word = node.form(), unique_title("Seitenweise").split()[-1]
    entries = set()
    for n in range(22):
        made = node.http.post(f"/api/v1/forms/{form['slug']}/submissions", filled_form(form, title=f"Reihe {word} {n}")).expect(201).json
        entries.add(staff.decide(made["id"], "accept").expect(200).json["entry_id"])
    wait_until(lambda: node.http.get("/api/v1/entries", query={"q": word, "page_size": 200}).json["total"] == 22, 5, "all public")
    seen, address = [], f"/landschaft?q={word}"
    while address:
        answer = node.http.get(address).expect(200)
        seen += [link.rsplit("/", 1)[1] for link in Page(answer).links if re.fullmatch(r"/landschaft/[0-9a-f-]{36}", link)]
        following = re.search(r'<a href="([^"]+)" rel="next"', answer.text)
        address = following and following.group(1).replace("&amp;", "&")
    assert len(seen) == 22 and set(seen) == entries
