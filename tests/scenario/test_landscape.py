"""The landscape as readers and their programs meet it: narrowing by links, one entry, overview, feeds, sitemaps, and what readers report."""
import json
import re
import urllib.parse
import xml.etree.ElementTree as xml

import pytest

from kosi_test import filled_form, unique_title, wait_until
from kosi_test.page import Page, path_of

ATOM, SITEMAP = "{http://www.w3.org/2005/Atom}", "{http://www.sitemaps.org/schemas/sitemap/0.9}"
PUBLIC = "http://127.0.0.1:"


def published(node, title=None, **answers):
    """A new entry, as the API gives it once readers see it."""
    form = node.form()
    body = filled_form(form, title=title or unique_title("Nachbarschaftshilfe"), everything=True, **answers)
    made = node.http.post(f"/api/v1/forms/{form['slug']}/submissions", body).expect(201).json
    entry = node.staff().decide(made["id"], "accept").expect(200).json["entry_id"]
    wait_until(lambda: node.http.get(f"/api/v1/entries/{entry}").status == 200, 5, "public")
    return {**node.http.get(f"/api/v1/entries/{entry}").json, "submission": made["id"], "token": made["token"]}


def page(node, address):
    answer = node.http.get(address).expect(200)
    return answer, Page(answer)


def follow(answer, label):
    """Address of the first link with this text."""
    for href, text in re.findall(r'<a [^>]*?href="([^"]*)"[^>]*>(.*?)</a>', answer.text, re.S):
        if label in " ".join(re.sub(r"<[^>]*>", " ", text).split()):
            return href.replace("&amp;", "&")
    raise AssertionError(f"no link {label!r}")


# ---- the list

@pytest.mark.parametrize("language,path,remove,other", [("de", "/landschaft", "entfernen", "/en/landscape"), ("en", "/en/landscape", "remove", "/landschaft")])
def test_narrowed_step_by_step(city_node, language, path, remove, other):
    """Each link adds one condition, each chip takes one away; search, order and the other language keep them."""
    entry, word = published(city_node), None
    words = {term["id"]: term["label"] for kind in ("themes", "districts", "kinds") for term in
             city_node.client(language=language).get("/api/v1/vocabulary").json[kind]}
    word = entry["title"].split()[-1]
    answer, _ = page(city_node, f"{path}?q={word}")
    district = follow(answer, f"{words[entry['district']]} (1)")
    assert district.endswith(f"district={entry['district']}") and f"q={word}" in district
    narrowed, shown = page(city_node, district)
    assert f"{path}/{entry['id']}" in shown.links
    form = shown.form_with("q")
    assert form.value("q") == word and form.value("district") == entry["district"]
    assert f"{path}?q={word}" in shown.links and path in shown.links    # the chip's, and all away
    assert narrowed.text.count(f">{remove}<") == 2
    assert any(link.startswith(other + "?") and f"district={entry['district']}" in link for link in shown.links)
    oldest = follow(narrowed, "Älteste" if language == "de" else "Oldest")
    assert f"district={entry['district']}" in oldest and "sort=oldest" in oldest
    assert f"{path}/{entry['id']}" in page(city_node, oldest)[1].links
    assert 'aria-current="true"' in page(city_node, oldest)[0].text


def test_links_carry_nothing_that_is_none_of_ours(dortmund):
    _, shown = page(dortmund, "/landschaft?utm_source=x&theme=no-such-theme&stage=NO&sort=sideways&kind=initiative")
    assert not [link for link in shown.links if re.search("utm_source|no-such|NO|sideways", link)]
    assert shown.form_with("q").value("kind") == "initiative"


def test_what_search_engines_may_keep(dortmund):
    for address, kept in (("/landschaft", True), ("/landschaft?theme=climate", True), ("/landschaft?theme=climate&kind=idea", False),
                          ("/landschaft?q=x", False)):
        text = dortmund.http.get(address).expect(200).text
        assert ('content="noindex"' not in text) == kept, address
    assert f'<link rel="canonical" href="{PUBLIC}{dortmund.port}/landschaft?theme=climate">' in dortmund.http.get("/landschaft?theme=climate&utm=1").text


# ---- one entry

def test_entry_with_all_that_stands_around_it(city_node):
    """covers: registry.Detail"""
    node, entry = city_node, published(city_node)
    published(node, unique_title("Verwandt"))
    detail = wait_until(lambda: (d := node.http.get(f"/api/v1/entries/{entry['id']}/detail").expect(200).json)["related"] and d, 5, "related")
    assert detail["entry"]["title"] == entry["title"] and [v["number"] for v in detail["versions"]] == [1]
    assert entry["id"] not in [other["id"] for other in detail["related"]] and len(detail["related"]) <= 4
    node.staff().decide(entry["submission"], "reopen").expect(200)
    wait_until(lambda: node.http.get(f"/api/v1/entries/{entry['id']}/detail").status == 410, 5, "gone")
    node.staff().decide(entry["submission"], "accept", edits={"title": entry["title"] + " neu"}).expect(200)
    wait_until(lambda: node.http.get(f"/api/v1/entries/{entry['id']}").status == 200, 5, "back")
    versions = node.http.get(f"/api/v1/entries/{entry['id']}/detail").json["versions"]
    assert [v["number"] for v in versions] == [2, 1] and versions[0]["fields"] == ["title"]
    answer, shown = page(node, f"/landschaft/{entry['id']}")
    for words in ("Herkunft und Stand", "Zuletzt bestätigt am", "Fassung 2", "Geändert: Titel", "CC-BY-4.0"):
        assert words in shown.text, words
    assert "https://creativecommons.org/licenses/by/4.0/" in shown.links and f"/landschaft/{entry['id']}/melden" in shown.links
    assert any(f"/landschaft/{other['id']}" in shown.links for other in detail["related"])
    assert f'<link rel="canonical" href="{PUBLIC}{node.port}/landschaft/{entry["id"]}">' in answer.text
    assert 'property="og:title"' in answer.text and 'name="description"' in answer.text


def test_linked_data_says_what_the_page_says_and_cannot_break_out(dortmund):
    entry = published(dortmund, unique_title("</script><b>&\"Tafel'"))
    answer, _ = page(dortmund, f"/en/landscape/{entry['id']}")
    blocks = re.findall(r'<script type="application/ld\+json">(.*?)</script>', answer.text, re.S)
    assert len(blocks) == answer.text.count("<script") == 1 and "<b>" not in answer.text
    data = json.loads(blocks[0])
    assert data["name"] == data["mainEntity"]["name"] == entry["title"] and data["inLanguage"] == "en"
    assert data["url"] == f"{PUBLIC}{dortmund.port}/en/landscape/{entry['id']}"
    assert data["license"].startswith("https://creativecommons.org/") and data["datePublished"] == entry["published_at"]
    assert "script-src" not in answer.header("Content-Security-Policy") or "unsafe" not in answer.header("Content-Security-Policy")


# ---- overview

def test_overview_counts_and_leads_to_the_lists(city_node):
    """covers: registry.Overview"""
    node = city_node
    published(node)
    figures = node.http.get("/api/v1/entries/overview").expect(200).json
    cell = next(c for c in figures["cells"] if c["theme"] and c["district"])
    answer, shown = page(node, "/landschaft/ueberblick")
    link = f"/landschaft?theme={cell['theme']}&district={cell['district']}"
    assert link in shown.links and "<caption" in answer.text and answer.text.count('scope="row"') > 5
    listed = node.http.get("/api/v1/entries", query={"theme": cell["theme"], "district": cell["district"]}).json
    assert listed["total"] == cell["count"]
    assert figures["total"] == node.http.get("/api/v1/entries").json["total"]
    assert page(node, "/en/landscape/overview")[1].language == "en"


# ---- feeds and maps

def test_feed_of_every_search(city_node):
    node, entry = city_node, published(city_node)
    answer = node.http.get(f"/landschaft/feed.atom?district={entry['district']}&utm=1").expect(200)
    assert answer.header("Content-Type").startswith("application/atom+xml") and answer.header("ETag")
    feed = xml.fromstring(answer.body)
    assert feed.get("{http://www.w3.org/XML/1998/namespace}lang") == "de"
    own = f"{PUBLIC}{node.port}"
    assert feed.find(ATOM + "id").text == f"{own}/landschaft/feed.atom?district={entry['district']}"
    found = next(e for e in feed.findall(ATOM + "entry") if e.find(ATOM + "id").text == f"urn:uuid:{entry['id']}")
    assert found.find(ATOM + "title").text == entry["title"] and found.find(ATOM + "updated").text == entry["updated_at"]
    assert found.find(ATOM + "link").get("href") == f"{own}/landschaft/{entry['id']}"
    assert len(feed.findall(ATOM + "entry")) <= 50
    assert node.http.get(f"/landschaft/feed.atom?district={entry['district']}", headers={"If-None-Match": answer.header("ETag")}).status == 304
    english = xml.fromstring(node.http.get("/en/landscape/feed.atom?q=gibtesnichtxyz").expect(200).body)
    assert not english.findall(ATOM + "entry") and english.find(ATOM + "updated") is not None
    shown, _ = page(node, f"/landschaft?district={entry['district']}")
    assert f'type="application/atom+xml" title=' in shown.text and f"/landschaft/feed.atom?district={entry['district']}" in shown.text


def test_the_list_as_a_map(dortmund):
    entry = published(dortmund)
    asked = {"Accept": "application/geo+json"}
    answer = dortmund.http.get("/api/v1/entries?page_size=200", headers=asked).expect(200)
    assert answer.header("Content-Type") == "application/geo+json" and "Accept" in ", ".join(answer.headers.get_all("Vary"))
    assert answer.header("Access-Control-Allow-Origin") == "*"
    collection = answer.json
    assert collection["type"] == "FeatureCollection" and collection["total"] >= len(collection["features"])
    feature = next(f for f in collection["features"] if f["id"] == entry["id"])
    assert feature["type"] == "Feature" and feature["properties"]["title"] == entry["title"] and "geometry" in feature
    plain = dortmund.http.get("/api/v1/entries", headers={"Accept": "application/json, application/geo+json;q=0.5"}).expect(200)
    assert plain.header("Content-Type") == "application/json" and "items" in plain.json
    assert dortmund.http.get("/api/v1/entries?bbox=1,2", headers=asked).expect(400, "bad_parameter")
    content = dortmund.http.get("/openapi.json").json["paths"]["/api/v1/entries"]["get"]["responses"]["200"]["content"]
    assert set(content) == {"application/json", "application/geo+json"}


def test_sitemaps_name_every_public_page(city_node):
    """covers: registry.Sitemap"""
    node, entry = city_node, published(city_node)
    own = f"{PUBLIC}{node.port}"
    robots = node.http.get("/robots.txt").expect(200)
    assert robots.header("Content-Type").startswith("text/plain") and f"Sitemap: {own}/sitemap.xml" in robots.text
    assert "Disallow: /intern/" in robots.text and "Disallow: /einreichungen/" in robots.text
    index = xml.fromstring(node.http.get("/sitemap.xml").expect(200).body)
    parts = [place.text for place in index.iter(SITEMAP + "loc")]
    assert parts[0] == f"{own}/sitemap/pages.xml" and len(parts) >= 2
    places = [place.text for part in parts for place in xml.fromstring(node.http.get(path_of(part)).expect(200).body).iter(SITEMAP + "loc")]
    assert len(places) == len(set(places))
    for path in ("/", "/en/", "/landschaft", "/landschaft/ueberblick", f"/landschaft/{entry['id']}", f"/en/landscape/{entry['id']}",
                 f"/formulare/{node.form_slug()}", "/barrierefreiheit/rueckmeldung"):
        assert own + path in places, path
    assert not [p for p in places if "/intern/" in p or "/einreichungen/" in p or "melden" in p.rsplit("/", 1)[1] and "landschaft" in p]
    for place in places[:40]:
        assert node.http.get(path_of(place)).status == 200, place
    for wrong in ("/sitemap/0.xml", "/sitemap/9999.xml", "/sitemap/x.xml", "/sitemap/1", "/sitemap/0001.xml", "/sitemap/99999999999.xml"):
        assert node.http.get(wrong).status == 404, wrong


# ---- what readers report

def report_form(node, address):
    answer, shown = page(node, address)
    return shown.form_with("text"), answer


def test_a_reader_reports_an_entry_and_staff_resolve_it(city_node):
    """covers: registry.Report, registry.Reports, registry.Resolve"""
    node, staff, entry = city_node, city_node.staff(), published(city_node)
    address = f"/landschaft/{entry['id']}/melden"
    form, answer = report_form(node, address)
    assert entry["title"] in Page(answer).text and 'content="noindex"' in answer.text
    kept = [(n, v) for n, v in form.fields if n not in ("text", "email")]
    pairs = kept + [("reason", "wrong"), ("text", "Der Ort stimmt nicht.\r\nEs ist nebenan."), ("email", "leserin@example.org")]
    first = node.http.post(address, form=pairs)
    again = node.http.post(address, form=pairs)   # a double click
    assert first.status == again.status == 303 and path_of(first.header("Location")) == address + "?done=1"
    assert "Danke" in page(node, path_of(first.header("Location")))[1].text
    told = [i for i in staff.http.get("/api/v1/staff/reports").expect(200).json["items"] if i.get("entry_id") == entry["id"]]
    assert len(told) == 1 and told[0]["reason"] == "wrong" and told[0]["email"] == "leserin@example.org"
    assert told[0]["entry_title"] == entry["title"] and "nebenan" in told[0]["text"]
    for problem, body in (("validation", {"outcome": "nonsense"}), ("validation", {})):
        staff.http.post(f"/api/v1/staff/reports/{told[0]['id']}/resolution", body).expect(422, problem)
    resolution = f"/api/v1/staff/reports/{told[0]['id']}/resolution"
    staff.http.post(resolution, {"outcome": "corrected", "note": "Ort geändert"}).expect(200)
    staff.http.post(resolution, {"outcome": "no-action"}).expect(409, "already_decided")
    assert told[0]["id"] not in [i["id"] for i in staff.http.get("/api/v1/staff/reports").json["items"]]
    resolved = staff.http.get("/api/v1/staff/reports?state=resolved").json["items"][0]
    assert (resolved["id"], resolved["resolved_by"], resolved["outcome"]) == (told[0]["id"], staff.login, "corrected")
    staff.http.post(resolution, {"outcome": "corrected", "erase": True}).expect(200)
    bare = staff.http.get("/api/v1/staff/reports?state=resolved").json["items"][0]
    assert "text" not in bare and "email" not in bare
    wait_until(lambda: [a for a in staff.http.get("/api/v1/staff/audit", query={"subject": told[0]["id"]}).json["items"] if a["method"] == "Resolve"],
               5, "in the audit")
    node.http.get("/api/v1/staff/reports").expect(401, "not_signed_in")


@pytest.mark.parametrize("language,address", [("de", "/landschaft/{}/melden"), ("en", "/en/landscape/{}/report")])
def test_a_faulty_report_keeps_what_was_typed(dortmund, language, address):
    address = address.format(published(dortmund)["id"])
    form, _ = report_form(dortmund, address)
    for pairs, faults in (([("text", "<i>Text</i>")], {"reason"}), ([("reason", "other")], {"text"}),
                          ([("reason", "ended"), ("email", "keine-adresse"), ("text", "Schluss")], {"email"}),
                          ([("reason", "ended"), ("text", "x" * 2001)], {"text"}), ([("reason", "nonsense"), ("text", "a")], {"reason"})):
        again = dortmund.http.post(address, form=[(n, v) for n, v in form.fields if n not in dict(pairs)] + pairs)
        assert again.status == 422 and Page(again).language == language, again
        shown = Page(again).form_with("text")
        for name, value in pairs:
            assert shown.value(name) == (value if (name, value) != ("reason", "nonsense") else None)
        for fault in faults:
            assert f'id="{fault}-error"' in again.text
        assert "<i>" not in again.text and 'role="alert"' in again.text
        for target in re.findall(r'<li><a class="kern-link" href="#([^"]+)"', again.text):
            assert f'id="{target}"' in again.text


def test_reports_about_what_is_not_there(dortmund):
    entry = published(dortmund)
    dortmund.http.post(f"/api/v1/entries/{entry['id']}/reports", {"reason": "accessibility", "text": "x"}).expect(422, "validation")
    dortmund.http.post("/api/v1/entries/01890000-0000-7000-8000-000000000000/reports", {"reason": "ended"}).expect(404, "not_found")
    dortmund.staff().decide(entry["submission"], "reopen").expect(200)
    wait_until(lambda: dortmund.http.get(f"/api/v1/entries/{entry['id']}").status == 410, 5, "hidden")
    dortmund.http.post(f"/api/v1/entries/{entry['id']}/reports", {"reason": "ended"}).expect(410, "gone")
    assert dortmund.http.get(f"/landschaft/{entry['id']}/melden").status == 410
    assert dortmund.http.get("/landschaft/nichts/melden").status == 404


def test_a_barrier_is_reported(city_node):
    """BITV: whoever meets a barrier can say so, on a page of its own, without an account."""
    address = "/barrierefreiheit/rueckmeldung"
    form, answer = report_form(city_node, address + "?page=/landschaft")
    assert form.value("page") == "/landschaft" and 'name="reason"' not in answer.text
    faulty = city_node.http.post(address, form=form.fields)
    assert faulty.status == 422 and 'id="text-error"' in faulty.text
    sent = city_node.http.post(address, form=[(n, v) for n, v in form.fields if n != "text"] + [("text", "Der Knopf hat keinen Namen.")])
    assert sent.status == 303 and path_of(sent.header("Location")) == address + "?done=1"
    assert "Danke" in page(city_node, address + "?done=1")[1].text
    told = city_node.staff().http.get("/api/v1/staff/reports?reason=accessibility").json["items"][0]
    assert told["reason"] == "accessibility" and told["page"] == "/landschaft" and "entry_id" not in told
    assert page(city_node, "/en/accessibility/feedback")[1].language == "en"


def test_an_erased_entry_takes_what_was_said_about_it_along(dortmund):
    entry = published(dortmund)
    dortmund.http.post(f"/api/v1/entries/{entry['id']}/reports", {"reason": "personal-data", "text": "Da steht mein Name"}).expect(201)
    dortmund.http.delete(f"/api/v1/submissions/{entry['token']}").expect(204)
    staff = dortmund.staff()
    found = wait_until(lambda: [i for i in staff.http.get("/api/v1/staff/reports?state=resolved").json["items"] if i["entry_id"] == entry["id"]],
                       5, "resolved with the entry")[0]
    assert found["outcome"] == "entry-erased" and "text" not in found and "entry_title" not in found


def test_an_erased_entry_takes_the_notes_about_it_along(dortmund):
    """What staff noted when they resolved a report may name people, too."""
    entry, staff = published(dortmund), dortmund.staff()
    told = dortmund.http.post(f"/api/v1/entries/{entry['id']}/reports", {"reason": "outdated"}).expect(201).json["id"]
    staff.http.post(f"/api/v1/staff/reports/{told}/resolution", {"outcome": "forwarded", "note": "Frau Muster rief an"}).expect(200)

    def note():
        found = next(i for i in staff.http.get("/api/v1/staff/reports?state=resolved").json["items"] if i["id"] == told)
        return found["outcome"], found.get("note")
    assert note() == ("forwarded", "Frau Muster rief an")
    dortmund.http.delete(f"/api/v1/submissions/{entry['token']}").expect(204)
    wait_until(lambda: note() == ("forwarded", None), 5, "the note is gone, the outcome stays")


# ---- the moderators' page

class Browser:
    """A signed-in person with a cookie."""

    def __init__(self, node):
        self.node = node
        staff = node.staff()
        city = "dortmund" if node.city == "dortmund" else node.city
        self.headers = {"Cookie": f"kosi_{city}={staff.token}"}

    def get(self, path):
        return self.node.http.get(path, headers=self.headers)

    def post(self, path, pairs):
        return self.node.http.post(path, form=pairs, headers=self.headers)


def test_staff_resolve_reports_on_their_page(dortmund):
    entry = published(dortmund, unique_title("<b>Gemeldet"))
    told = dortmund.http.post(f"/api/v1/entries/{entry['id']}/reports", {"reason": "outdated", "text": "Zeile 1\nZeile 2"}).expect(201).json["id"]
    assert dortmund.http.get("/intern/meldungen").status == 303   # nobody signed in
    browser = Browser(dortmund)
    shown = browser.get("/intern/meldungen").expect(200)
    assert entry["title"] in Page(shown).text and "Zeile 1\nZeile 2" in shown.text and "<b>" not in shown.text and shown.header("Cache-Control") == "no-store"
    form = next(f for f in Page(shown).forms if f.value("id") == told)
    fields = [(n, v) for n, v in form.fields if n not in ("outcome", "note")]
    unchosen = browser.post("/intern/meldungen", fields + [("outcome", ""), ("note", "Mein Vermerk")])
    assert unchosen.status == 422 and "Mein Vermerk" in unchosen.text
    done = browser.post("/intern/meldungen", fields + [("outcome", "forwarded"), ("note", "An das Amt")])
    assert done.status == 303 and path_of(done.header("Location")) == "/intern/meldungen?state=open&done=1"
    late = browser.post("/intern/meldungen", fields + [("outcome", "no-action"), ("note", "Zu spät")])
    assert late.status == 409 and "jemand anderes" in late.text and "Zu spät" in late.text
    resolved = browser.get("/intern/meldungen?state=resolved").expect(200)
    assert f'id="r-{told}"' in resolved.text and "An das Amt" in resolved.text and "Weitergegeben" in resolved.text
    forged = browser.post("/intern/meldungen", [(n, v) for n, v in fields if n != "_csrf"] + [("outcome", "corrected")])
    assert forged.status == 403
    assert Page(browser.get("/en/intern/reports").expect(200)).language == "en"
    assert urllib.parse.urlsplit(follow(resolved, "Offen")).query == "state=open"
