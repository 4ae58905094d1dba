"""What the city says about itself, and the files for browsers."""
import gzip
import json
import re
import shutil
import signal
import subprocess
import time

import pytest

from kosi_test import filled_form, unique_title, wait_until
from kosi_test.page import Page
from kosi_test.paths import BIN, PATIENCE, ROOT

CONTENT = {"impressum": "/en/imprint", "datenschutz": "/en/privacy", "barrierefreiheit": "/en/accessibility", "ueber-uns": "/en/about",
           "leichte-sprache": "/en/easy-read"}
FIRST_VISIT_MAX, NEXT_PAGE_MAX = 120 * 1024, 15 * 1024
BROWSER = {"Accept-Encoding": "gzip, deflate, br"}


def site_of(city):
    return json.loads((ROOT / "deploy" / "cities" / city / "site.json").read_text())


def assets_of(text):
    return sorted(set(re.findall(r'(?:href|src)="(/assets/[^"]+)"', text)))


@pytest.fixture
def own_city(make_node):
    """(node, folder): a Dortmund whose texts may be changed."""
    node = make_node(start=False)
    folder = node.dir / "city"
    shutil.copytree(ROOT / "deploy" / "cities" / "dortmund", folder)
    node.set("city_dir", str(folder))
    return node, folder


def check(node):
    return subprocess.run([BIN / "kosi-gateway", "--config", node.config, "--check-config"], capture_output=True, text=True, env=node.environment)


def change(folder, **values):
    file = folder / "site.json"
    site = json.loads(file.read_text())
    site.update(values)
    file.write_text(json.dumps(site, ensure_ascii=False, indent=1))


# ---- the city

@pytest.mark.parametrize("language,home", [("de", "/"), ("en", "/en/")])
def test_the_start_page_says_what_the_city_wrote(city_node, language, home):
    site, page = site_of(city_node.city), Page(city_node.http.get(home).expect(200))
    for text in (site["name"], site["claim"], site["headline"], site["lead"], site["footer"], *(b["text"] for b in site["about"])):
        assert " ".join(text[language].split()) in page.text
    for item in site["menu"] + site["footer_menu"]:
        assert item["label"][language] in page.text and item["link"][language] in page.links


def test_every_link_of_the_menus_leads_somewhere(city_node):
    for item in site_of(city_node.city)["menu"] + site_of(city_node.city)["footer_menu"]:
        for link in item["link"].values():
            assert city_node.http.get(link).status in (200, 303), link


def test_the_start_page_shows_the_newest_entry_and_figures(fresh):
    assert "Neu in der Übersicht" not in fresh.http.get("/").expect(200).text
    title = unique_title()
    form = fresh.form()
    sent = fresh.http.post(f"/api/v1/forms/{form['slug']}/submissions", filled_form(form, title=title)).expect(201).json
    fresh.staff().decide(sent["id"], "accept").expect(200)
    text = wait_until(lambda: (t := fresh.http.get("/").expect(200).text) and title in t and t, 5, "the entry on the start page")
    assert "Neu in der Übersicht" in text and "veröffentlichter Eintrag" in text


def test_the_start_page_stands_without_the_registry(fresh):
    for name in ("registry-1", "registry-2"):
        subprocess.run(["s6-svc", "-wD", "-d", fresh.run / "services" / name], check=True, env=fresh.environment)
    began = time.monotonic()
    page = Page(fresh.http.get("/").expect(200))
    assert site_of("dortmund")["headline"]["de"] in page.text
    assert time.monotonic() - began < 4 * PATIENCE   # it waits a second for what it can do without, not as long as a request may take


def test_content_pages_come_from_markdown_in_both_languages(city_node):
    for slug, english in CONTENT.items():
        for path, language in ((f"/{slug}", "de"), (english, "en")):
            text = (ROOT / "deploy" / "cities" / city_node.city / "pages" / f"{slug}.{language}.md").read_text()
            answer = city_node.http.get(path).expect(200)
            page = Page(answer)
            assert page.language == language and page.title.startswith(text.splitlines()[0][2:])
            assert answer.text.count("<h1") == 1 and "<h2>" in answer.text
            assert (english if language == "de" else f"/{slug}") in page.links


def test_the_present_page_is_marked_in_the_menu(dortmund):
    assert '<a href="/landschaft" aria-current="page">' in dortmund.http.get("/landschaft?q=x").text
    assert '<a href="/impressum" aria-current="page">' in dortmund.http.get("/impressum").text
    assert "aria-current" not in dortmund.http.get("/").text


def test_only_what_everybody_may_find_is_for_search_engines(dortmund):
    found = dortmund.http.get("/ueber-uns").text
    assert 'rel="canonical" href="http' in found and "noindex" not in found and '<meta name="description"' in found
    for hidden in (dortmund.http.get("/nothing").text, dortmund.http.get("/intern/anmelden").text):
        assert "canonical" not in hidden and '<meta name="robots" content="noindex">' in hidden


# ---- changed texts

def test_changed_texts_show_after_sighup_and_broken_ones_do_not(own_city):
    node, folder = own_city
    node.start()
    old = node.http.get("/").expect(200).text
    change(folder, headline={"de": "Neue Überschrift <b>"}, light={"header": "#102030", "on_header": "#ffffff", "action": "#003366", "on_action": "#ffffff"})
    (folder / "pages" / "impressum.de.md").write_text("# Neues Impressum\n\nZeile <script>alert(1)</script> [x](javascript:alert(1))\nzweite\n")
    node.kill("gateway-1", signal.SIGHUP)
    text = wait_until(lambda: (t := node.http.get("/").expect(200).text) != old and t, 5, "the new texts")
    assert "Neue Überschrift &lt;b&gt;" in text
    city_css = next(a for a in assets_of(text) if "/city." in a)
    assert city_css not in old and "#102030" in node.http.get(city_css).expect(200).text
    imprint = node.http.get("/impressum").expect(200).text
    assert "<h1>Neues Impressum</h1>" in imprint and "<script" not in imprint and "javascript:" not in imprint and "<br />" in imprint
    change(folder, name={"en": "only English"})
    node.kill("gateway-1", signal.SIGHUP)
    wait_until(lambda: "event=site_kept" in node.log_text(), 5, "the complaint")
    assert "Neue Überschrift" in node.http.get("/").expect(200).text


@pytest.mark.parametrize("values,complaint", [
    ({"light": {"header": "#003a5d", "on_header": "#335577", "action": "#00538a", "on_action": "#ffffff"}}, "light.on_header: #335577 can't be read"),
    ({"dark": {"header": "#0b2a3f", "on_header": "#ffffff", "action": "#00538a", "on_action": "#ffffff"}}, "dark.action: #00538a can't be read"),
    ({"light": {"header": "blue", "on_header": "#ffffff", "action": "#00538a", "on_action": "#ffffff"}}, "must be colours"),
    ({"menu": [{"label": {"de": "x"}, "link": {"de": "javascript:alert(1)"}}]}, "menu[0].link: \"javascript:alert(1)\" is no address"),
    ({"colour": 1}, "colour"),
    ({"lead": None}, "lead"),
])
def test_what_cannot_be_shown_stops_the_start_with_file_and_line(own_city, values, complaint):
    node, folder = own_city
    assert check(node).returncode == 0
    change(folder, **values)
    done = check(node)
    assert done.returncode == 78 and complaint in done.stderr and re.search(r"site\.json:\d+: ", done.stderr), done.stderr


def test_a_page_that_is_missing_or_has_no_title_stops_the_start(own_city):
    node, folder = own_city
    (folder / "pages" / "impressum.de.md").unlink()
    (folder / "pages" / "ueber-uns.en.md").write_text("No title\n")
    done = check(node)
    assert done.returncode == 78 and "impressum.de.md:1: this page is missing" in done.stderr
    assert "ueber-uns.en.md:1: the first line is no title" in done.stderr


def test_pages_promise_what_the_settings_say(own_city):
    node, folder = own_city
    (folder / "pages" / "ueber-uns.en.md").write_text("# After {{overdue_days}} days\n\n{{session_hours}} hours\n")
    for name, days in (("mail_keep_days", 77), ("refresh_days", 401), ("overdue_days", 9), ("session_hours", 5)):
        node.set(name, days)
    assert check(node).returncode == 0
    node.start()
    for path, promises in (("/datenschutz", ("Nach 77 Tagen lässt sich", "nach 401 Tagen die Frage", "bis zu 77 Tage")),
                           ("/en/privacy", ("After 77 days", "after 401 days the question", "for up to 77 days")),
                           ("/en/about", ("After 9 days", "5 hours"))):
        text = Page(node.http.get(path).expect(200)).text
        assert all(p in text for p in promises) and "{{" not in text
    (folder / "pages" / "datenschutz.de.md").write_text("# Datenschutz\n\nNach {{mail_keep}} Tagen.\n")
    done = check(node)
    assert done.returncode == 78 and 'datenschutz.de.md:3: "{{mail_keep}}" stands for no setting. Write one of {{mail_keep_days}}' in done.stderr


# ---- files for browsers

def test_assets_are_kept_for_ever_and_come_compressed(dortmund):
    text = dortmund.http.get("/").text
    for path in assets_of(text):
        plain = dortmund.http.get(path).expect(200)
        assert plain.header("Cache-Control") == "public, max-age=31536000, immutable" and plain.header("Content-Encoding") is None
        assert dortmund.http.get(path, headers={"If-None-Match": plain.header("ETag")}).status == 304
        if "/kosi." in path:
            zipped = dortmund.http.get(path, headers={"Accept-Encoding": "gzip"}).expect(200)
            smaller = dortmund.http.get(path, headers=BROWSER).expect(200)
            assert zipped.header("Content-Encoding") == "gzip" and gzip.decompress(zipped.body) == plain.body
            assert smaller.header("Content-Encoding") == "br" and len(smaller.body) < len(zipped.body) < len(plain.body) / 3
            assert {a.header("Vary") for a in (plain, zipped, smaller)} == {"Accept-Encoding"}
            assert len({a.header("ETag") for a in (plain, zipped, smaller)}) == 3
            assert dortmund.http.get(path, headers={**BROWSER, "If-None-Match": smaller.header("ETag")}).status == 304
    css = next(p for p in assets_of(text) if "/kosi." in p)
    for other in (css.replace("kosi.", "kosi.x"), "/assets/", "/assets/%2e%2e%2fkosi.css", "/assets/kosi.css"):
        assert dortmund.http.get(other).status == 404
    assert all(font in dortmund.http.get(css).text for font in re.findall(r"fira-sans-\w+\.\w+\.woff2", text))


def test_a_first_visit_and_the_next_page_are_small(city_node):
    for page in ("/", "/landschaft", f"/formulare/{city_node.form_slug()}", "/datenschutz"):
        plain, sent = city_node.http.get(page).expect(200), city_node.http.get(page, headers=BROWSER).expect(200)
        files = sum(len(city_node.http.get(path, headers=BROWSER).expect(200).body) for path in assets_of(plain.text))
        assert len(sent.body) + files < FIRST_VISIT_MAX
        assert len(sent.body) < NEXT_PAGE_MAX, page


def test_pages_are_packed_for_who_takes_it_and_only_without_secrets(dortmund):
    plain, packed = dortmund.http.get("/landschaft").expect(200), dortmund.http.get("/landschaft", headers=BROWSER).expect(200)
    assert plain.header("Content-Encoding") is None and packed.header("Content-Encoding") == "gzip"
    assert gzip.decompress(packed.body).decode() == plain.text and packed.header("ETag") != plain.header("ETag")
    assert plain.header("Vary") == packed.header("Vary") == "Accept-Encoding"
    again = dortmund.http.get("/landschaft", headers={**BROWSER, "If-None-Match": packed.header("ETag")})
    assert again.status == 304 and dortmund.http.get("/landschaft", headers={**BROWSER, "If-None-Match": plain.header("ETag")}).status == 200
    assert dortmund.http.get("/intern/anmelden", headers=BROWSER).expect(200).header("Content-Encoding") is None


def test_pages_need_nothing_that_their_policy_forbids(dortmund):
    answer = dortmund.http.get("/")
    policy = answer.header("Content-Security-Policy")
    assert "default-src 'none'" in policy and "style-src 'self'" in policy and "font-src 'self'" in policy
    assert "unsafe" not in policy and " style=" not in answer.text and "<style" not in answer.text
