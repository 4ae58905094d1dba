// What the city wrote itself, in Markdown: imprint, privacy, accessibility, about, easy language (gateway/site.h).
#include "gateway/pages/page.h"
#include "gateway/respond.h"
#include "gateway/site.h"
#include <string.h>

static void serve_content(struct request *request);

const struct page_row content_pages[] = {
    {PAGE_IMPRINT, "GET", {"/impressum", "/en/imprint"}, serve_content, NULL, false},
    {PAGE_PRIVACY, "GET", {"/datenschutz", "/en/privacy"}, serve_content, NULL, false},
    {PAGE_ACCESSIBILITY, "GET", {"/barrierefreiheit", "/en/accessibility"}, serve_content, NULL, false},
    {PAGE_ABOUT, "GET", {"/ueber-uns", "/en/about"}, serve_content, NULL, false},
    {PAGE_EASY, "GET", {"/leichte-sprache", "/en/easy-read"}, serve_content, NULL, false},
    {.verb = NULL}};

// The file is named as the German address.
static void serve_content(struct request *r) {
    const struct page_row *row = r->route->page_row;
    const struct site_page *found = site_page(r->gateway->site, row->paths[LANGUAGE_DE] + 1);
    if (!found) {
        respond_problem(r, PROBLEM_NOT_FOUND, NULL);
        return;
    }
    Kosi__ContentPage page = KOSI__CONTENT_PAGE__INIT;
    page.title = found->title[r->language];
    page.content_html = found->html[r->language];
    page.other_url = (char *)page_other_url(r, row->page, NULL);
    page.has_easy = page.easy = row->page == PAGE_EASY;
    respond_header(r, "Cache-Control", "public, max-age=60");
    page_render(r, 200, "content", &page.base);
}
