// What programs read: the landscape as an Atom feed (RFC 4287), one for every search; addresses for search engines in parts of bounded
// size (sitemaps.org); robots.txt. Each answer costs the same however many entries there are.
#include "gateway/pages/facets.h"
#include "gateway/pages/xml.h"
#include "gateway/respond.h"
#include "kosi/submissions.pb-c.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FEED_ITEMS = 50, FEED_BYTES_MAX = 1024 * 1024, SITEMAP_BYTES_MAX = 4 * 1024 * 1024, PART_DIGITS = 6 };
static const char atom_type[] = "application/atom+xml; charset=utf-8", xml_type[] = "application/xml; charset=utf-8";

static const char *absolute(struct request *r, const char *path) {
    return arena_format(r->arena, "%s%s", r->gateway->config->public_url, path);
}

static void answer(struct request *r, const char *type, const char *cache) {
    char tag[TAG_MAX];
    if (r->answer.failed) {
        respond_problem(r, PROBLEM_INTERNAL, NULL);
        return;
    }
    gateway_tag(r->answer.data, r->answer.len, tag);
    respond_header(r, "Cache-Control", cache);
    respond_header(r, "Access-Control-Allow-Origin", "*");
    respond_tagged(r, type, r->answer.data, r->answer.len, tag);
}

// ---- Atom

static void write_category(struct buf *out, const Kosi__VocabularyReply *vocabulary, const char *facet, const char *id) {
    if (id && *id)
        xml_empty(out, "category", "term", id, "scheme", facet, "label", facet_label(vocabulary, facet, id), (char *)NULL);
}

static void write_entry(struct request *r, struct buf *out, const Kosi__Entry *entry) {
    const Kosi__VocabularyReply *vocabulary = page_vocabulary(r);
    const char *path = route_page_path(PAGE_ENTRY, r->language, entry->id, r->arena);
    buf_text(out, "<entry>\n");
    xml_element(out, "id", arena_format(r->arena, "urn:uuid:%s", entry->id));
    xml_element(out, "title", entry->title);
    xml_empty(out, "link", "rel", "alternate", "type", "text/html", "href", absolute(r, path), (char *)NULL);
    xml_time(out, "published", entry->published_at);
    xml_time(out, "updated", entry->updated_at);
    xml_element(out, "summary", entry->summary);
    xml_element(out, "rights", entry->licence);
    write_category(out, vocabulary, "kind", entry->kind);
    for (size_t i = 0; i < entry->n_themes; i++)
        write_category(out, vocabulary, "theme", entry->themes[i]);
    write_category(out, vocabulary, "district", entry->district);
    buf_text(out, "</entry>\n");
}

// "Landscape: Climate, Eving"
static const char *feed_title(struct request *r) {
    struct buf title BUF_AUTO;
    buf_init(&title, 64 * 1024);
    buf_text(&title, request_text(r, TEXT_LANDSCAPE_TITLE));
    int shown = 0;
    for (size_t i = 0; i < r->query.count; i++) {
        const struct urlencoded_pair *pair = &r->query.items[i];
        if (strcmp(pair->name, "sort") == 0 || strcmp(pair->name, "page_token") == 0 || strcmp(pair->name, "bbox") == 0)
            continue;
        buf_format(&title, "%s%s", shown++ ? ", " : ": ", facet_label(page_vocabulary(r), pair->name, pair->value));
    }
    return title.failed ? request_text(r, TEXT_LANDSCAPE_TITLE) : arena_text(r->arena, title.data);
}

static void write_head(struct request *r, struct buf *out, const Kosi__EntryListReply *list) {
    static const struct search_change none;
    const char *path = route_page_path(PAGE_FEED, r->language, NULL, r->arena), *self = search_url(r, path, &none);
    const char *page = search_url(r, route_page_path(PAGE_LANDSCAPE, r->language, NULL, r->arena), &none);
    int64_t updated = 0;
    for (size_t i = 0; i < list->n_items; i++)
        updated = list->items[i]->updated_at > updated ? list->items[i]->updated_at : updated;
    buf_format(out, "<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"%s\">\n", language_name(r->language));
    xml_element(out, "id", absolute(r, self));
    xml_element(out, "title", feed_title(r));
    xml_time(out, "updated", updated);
    buf_text(out, "<author>");
    xml_element(out, "name", r->gateway->config->public_url);
    buf_text(out, "</author>\n");
    xml_empty(out, "link", "rel", "self", "type", "application/atom+xml", "href", absolute(r, self), (char *)NULL);
    xml_empty(out, "link", "rel", "alternate", "type", "text/html", "href", absolute(r, page), (char *)NULL);
    if (list->next_page_token && *list->next_page_token)
        xml_empty(out, "link", "rel", "next", "type", "application/atom+xml", "href",
                  absolute(r, search_url(r, path, &(struct search_change){.page_token = list->next_page_token})), (char *)NULL);
}

static void show_feed(struct request *r, const struct client_reply *reply) {
    Kosi__EntryListReply *list = page_take(r, reply, "EntryListReply");
    if (!list)
        return;
    buf_clear(&r->answer);
    r->answer.limit = FEED_BYTES_MAX;
    xml_begin(&r->answer);
    write_head(r, &r->answer, list);
    for (size_t i = 0; i < list->n_items; i++)
        write_entry(r, &r->answer, list->items[i]);
    buf_text(&r->answer, "</feed>\n");
    answer(r, atom_type, "public, max-age=60");
}

// Always newest first: that is what readers of feeds expect, and an order of its own would be another feed.
static void ask_feed(struct request *r) {
    Kosi__EntryListRequest input = KOSI__ENTRY_LIST_REQUEST__INIT;
    search_read(r, &input);
    input.has_page_size = true;
    input.page_size = FEED_ITEMS;
    input.sort = (char *)"newest";
    page_ask(r, "registry", "List", &input.base, show_feed);
}

static void serve_feed(struct request *r) { facets_first(r, ask_feed); }

// ---- sitemaps: an index, the pages, and the entries in parts

static void begin_urls(struct request *r) {
    buf_clear(&r->answer);
    r->answer.limit = SITEMAP_BYTES_MAX;
    xml_begin(&r->answer);
    buf_text(&r->answer, "<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\" xmlns:xhtml=\"http://www.w3.org/1999/xhtml\">\n");
}

static void end_urls(struct request *r) {
    buf_text(&r->answer, "</urlset>\n");
    answer(r, xml_type, "public, max-age=60");
}

// A page in both languages, each naming the other.
static void write_url(struct request *r, const char *const paths[LANGUAGES], int64_t updated_at) {
    struct buf *out = &r->answer;
    for (int language = 0; language < LANGUAGES; language++) {
        buf_text(out, "<url>");
        xml_element(out, "loc", absolute(r, paths[language]));
        if (updated_at)
            xml_time(out, "lastmod", updated_at);
        for (int other = 0; other < LANGUAGES; other++)
            xml_empty(out, "xhtml:link", "rel", "alternate", "hreflang", language_name((enum language)other), "href",
                      absolute(r, paths[other]), (char *)NULL);
        buf_text(out, "</url>\n");
    }
}

static void write_page(struct request *r, enum page page, const char *variable, int64_t updated_at) {
    const char *paths[LANGUAGES];
    for (int language = 0; language < LANGUAGES; language++)
        paths[language] = route_page_path(page, (enum language)language, variable, r->arena);
    write_url(r, paths, updated_at);
}

static void show_index(struct request *r, const struct client_reply *reply) {
    Kosi__SitemapReply *sitemap = page_take(r, reply, "SitemapReply");
    if (!sitemap)
        return;
    buf_clear(&r->answer);
    r->answer.limit = SITEMAP_BYTES_MAX;
    xml_begin(&r->answer);
    buf_text(&r->answer, "<sitemapindex xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n<sitemap>");
    xml_element(&r->answer, "loc", absolute(r, "/sitemap/pages.xml"));
    buf_text(&r->answer, "</sitemap>\n");
    for (uint32_t part = 1; part <= sitemap->parts; part++) {
        char path[32];
        snprintf(path, sizeof path, "/sitemap/%u.xml", part);
        buf_format(&r->answer, "<sitemap><loc>%s%s</loc></sitemap>\n", r->gateway->config->public_url, path);
    }
    buf_text(&r->answer, "</sitemapindex>\n");
    answer(r, xml_type, "public, max-age=60");
}

static void show_part(struct request *r, const struct client_reply *reply) {
    Kosi__SitemapReply *sitemap = page_take(r, reply, "SitemapReply");
    if (!sitemap)
        return;
    begin_urls(r);
    for (size_t i = 0; i < sitemap->n_items; i++)
        write_page(r, PAGE_ENTRY, sitemap->items[i]->id, sitemap->items[i]->updated_at);
    end_urls(r);
}

// Pages that everybody may see and that stand on their own: no variable in the address, no role, not a file.
static bool announced(const struct page_row *row) {
    if (strcmp(row->verb, "GET") != 0 || row->role || row->secret || !row->paths[LANGUAGE_EN])
        return false;
    for (int language = 0; language < LANGUAGES; language++)
        if (strpbrk(row->paths[language], "{.") || strstr(row->paths[language], "/intern/"))
            return false;
    return true;
}

static void show_pages(struct request *r, const struct client_reply *reply) {
    Kosi__FormListReply *forms = page_take(r, reply, "FormListReply");
    if (!forms)
        return;
    begin_urls(r);
    for (int t = 0; page_tables[t]; t++)
        for (const struct page_row *row = page_tables[t]; row->verb; row++)
            if (announced(row))
                write_url(r, row->paths, 0);
    for (size_t i = 0; i < forms->n_items; i++)
        write_page(r, PAGE_FORM, forms->items[i]->slug, 0);
    end_urls(r);
}

static void ask_sitemap(struct request *r, uint32_t part, request_then *then) {
    Kosi__SitemapRequest input = KOSI__SITEMAP_REQUEST__INIT;
    input.has_part = true;
    input.part = part;
    page_ask(r, "registry", "Sitemap", &input.base, then);
}

static void serve_index(struct request *r) { ask_sitemap(r, 0, show_index); }

static void serve_part(struct request *r) {
    const char *name = route_variable(&r->match, "part");
    size_t digits = strspn(name, "0123456789");
    if (strcmp(name, "pages.xml") == 0) {
        Kosi__FormListRequest input = KOSI__FORM_LIST_REQUEST__INIT;
        page_ask(r, "submissions", "Forms", &input.base, show_pages);
    } else if (digits > 0 && digits <= PART_DIGITS && name[0] != '0' && strcmp(name + digits, ".xml") == 0) {
        ask_sitemap(r, (uint32_t)strtoul(name, NULL, 10), show_part);
    } else {
        respond_problem(r, PROBLEM_NOT_FOUND, NULL);
    }
}

// ---- robots

static void serve_robots(struct request *r) {
    static const char *const closed[] = {"/api/", "/intern/", "/en/intern/", "/einreichungen/", "/en/submissions/",
                                         "/eintrag-bestaetigen/", "/en/confirm-entry/", "/post/", "/en/mail/"};
    buf_clear(&r->answer);
    buf_text(&r->answer, "User-agent: *\n");
    for (size_t i = 0; i < sizeof closed / sizeof *closed; i++)
        buf_format(&r->answer, "Disallow: %s\n", closed[i]);
    buf_format(&r->answer, "Sitemap: %s/sitemap.xml\n", r->gateway->config->public_url);
    answer(r, "text/plain; charset=utf-8", "public, max-age=3600");
}

const struct page_row feed_pages[] = {
    {PAGE_FEED, "GET", {"/landschaft/feed.atom", "/en/landscape/feed.atom"}, serve_feed, NULL, false},
    {PAGE_NONE, "GET", {"/sitemap.xml", NULL}, serve_index, NULL, false},
    {PAGE_NONE, "GET", {"/sitemap/{part}", NULL}, serve_part, NULL, false},
    {PAGE_NONE, "GET", {"/robots.txt", NULL}, serve_robots, NULL, false},
    {.verb = NULL}};
