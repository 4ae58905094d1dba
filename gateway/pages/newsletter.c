// What was sent to all who asked for it, for everyone: the list, each of them, and a feed (RFC 4287).
#include "gateway/pages/page.h"
#include "gateway/pages/xml.h"
#include "gateway/respond.h"
#include "kosi/notifications.pb-c.h"
#include "kosi/pages_newsletter.pb-c.h"
#include <string.h>

enum { FEED_BYTES_MAX = 1024 * 1024, PAGE_ITEMS = 20 };

static char *path_of(struct request *r, enum page page, const char *variable) {
    return (char *)route_page_path(page, r->language, variable, r->arena);
}

static const char *absolute(struct request *r, const char *path) {
    return arena_format(r->arena, "%s%s", r->gateway->config->public_url, path);
}

static void ask_archive(struct request *r, request_then *then) {
    Kosi__ArchiveRequest input = KOSI__ARCHIVE_REQUEST__INIT;
    input.has_page_size = true;
    input.page_size = PAGE_ITEMS;
    input.page_token = (char *)urlencoded_value(&r->query, "page_token");
    if (!page_fits(r, &input.base))
        respond_problem(r, PROBLEM_BAD_PAGE_TOKEN, NULL);
    else
        page_ask(r, "notifications", "Archive", &input.base, then);
}

// ---- the list

static void add_issues(struct request *r, const Kosi__ArchiveReply *list, Kosi__NewslettersPage *page) {
    Kosi__NewsletterItem *items = arena_take(r->arena, (list->n_items + 1) * sizeof *items);
    page->issues = arena_take(r->arena, (list->n_items + 1) * sizeof *page->issues);
    for (size_t i = 0; items && page->issues && i < list->n_items; i++) {
        kosi__newsletter_item__init(&items[i]);
        items[i].issue_link = path_of(r, PAGE_ISSUE, list->items[i]->id);
        items[i].issue_title = list->items[i]->subject;
        items[i].issue_when = (char *)page_date(r, list->items[i]->sent_at);
        items[i].issue_lang = list->items[i]->language;
        page->issues[page->n_issues++] = &items[i];
    }
    page->has_empty = page->empty = list->n_items == 0;
}

static void show_list(struct request *r, const struct client_reply *reply) {
    const Kosi__ArchiveReply *list = page_take(r, reply, "ArchiveReply");
    if (!list)
        return;
    Kosi__NewslettersPage page = KOSI__NEWSLETTERS_PAGE__INIT;
    page.title = (char *)request_text(r, TEXT_NEWSLETTER_TITLE);
    page.other_url = (char *)page_other_url(r, PAGE_NEWSLETTERS, NULL);
    page.subscribe_url = path_of(r, PAGE_SUBSCRIBE, NULL);
    if (list->next_page_token && *list->next_page_token)
        page.next_url = arena_format(r->arena, "%s?page_token=%s", path_of(r, PAGE_NEWSLETTERS, NULL), list->next_page_token);
    add_issues(r, list, &page);
    if (page_shell(r)) {
        page_shell(r)->section = (char *)"newsletter";
        page_shell(r)->feed_url = path_of(r, PAGE_NEWSLETTER_FEED, NULL);
        page_shell(r)->description = (char *)request_text(r, TEXT_NEWSLETTER_DESCRIPTION);
    }
    respond_header(r, "Cache-Control", page_public);
    page_render(r, 200, "newsletters", &page.base);
}

static void serve_list(struct request *r) { ask_archive(r, show_list); }

// ---- one

static void show_issue(struct request *r, const struct client_reply *reply) {
    const Kosi__ArchiveIssue *issue = page_take(r, reply, "ArchiveIssue");
    if (!issue)
        return;
    Kosi__NewsletterIssuePage page = KOSI__NEWSLETTER_ISSUE_PAGE__INIT;
    page.title = issue->subject;
    page.other_url = (char *)page_other_url(r, PAGE_ISSUE, issue->id);
    page.sent_when = (char *)page_date(r, issue->sent_at);
    page.issue_html = issue->html;
    if (issue->language && strcmp(issue->language, language_name(r->language)) != 0)
        page.issue_lang = issue->language;
    page.archive_url = path_of(r, PAGE_NEWSLETTERS, NULL);
    page.subscribe_url = path_of(r, PAGE_SUBSCRIBE, NULL);
    page_crumb(r, request_text(r, TEXT_NEWSLETTER_TITLE), page.archive_url);
    if (page_shell(r))
        page_shell(r)->section = (char *)"newsletter";
    respond_header(r, "Cache-Control", page_public);
    page_render(r, 200, "newsletter_issue", &page.base);
}

static void serve_issue(struct request *r) {
    Kosi__NewsletterRequest input = KOSI__NEWSLETTER_REQUEST__INIT;
    input.id = (char *)route_variable(&r->match, "id");
    page_ask_about(r, "notifications", "Issue", &input.base, show_issue);
}

// ---- the feed

static void write_issue(struct request *r, struct buf *out, const Kosi__ArchiveIssue *issue) {
    buf_format(out, "<entry xml:lang=\"%s\">\n", issue->language);
    xml_element(out, "id", arena_format(r->arena, "urn:uuid:%s", issue->id));
    xml_element(out, "title", issue->subject);
    xml_empty(out, "link", "rel", "alternate", "type", "text/html", "href", absolute(r, path_of(r, PAGE_ISSUE, issue->id)), (char *)NULL);
    xml_time(out, "published", issue->sent_at);
    xml_time(out, "updated", issue->sent_at);
    buf_text(out, "</entry>\n");
}

static void write_feed(struct request *r, struct buf *out, const Kosi__ArchiveReply *list) {
    const char *self = absolute(r, path_of(r, PAGE_NEWSLETTER_FEED, NULL));
    xml_begin(out);
    buf_format(out, "<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"%s\">\n", language_name(r->language));
    xml_element(out, "id", self);
    xml_element(out, "title", request_text(r, TEXT_NEWSLETTER_TITLE));
    xml_time(out, "updated", list->n_items ? list->items[0]->sent_at : 0);
    buf_text(out, "<author>");
    xml_element(out, "name", r->gateway->config->public_url);
    buf_text(out, "</author>\n");
    xml_empty(out, "link", "rel", "self", "type", "application/atom+xml", "href", self, (char *)NULL);
    xml_empty(out, "link", "rel", "alternate", "type", "text/html", "href", absolute(r, path_of(r, PAGE_NEWSLETTERS, NULL)), (char *)NULL);
    for (size_t i = 0; i < list->n_items; i++)
        write_issue(r, out, list->items[i]);
    buf_text(out, "</feed>\n");
}

static void show_feed(struct request *r, const struct client_reply *reply) {
    char tag[TAG_MAX];
    const Kosi__ArchiveReply *list = page_take(r, reply, "ArchiveReply");
    if (!list)
        return;
    buf_clear(&r->answer);
    r->answer.limit = FEED_BYTES_MAX;
    write_feed(r, &r->answer, list);
    if (r->answer.failed) {
        respond_problem(r, PROBLEM_INTERNAL, NULL);
        return;
    }
    gateway_tag(r->answer.data, r->answer.len, tag);
    respond_header(r, "Cache-Control", "public, max-age=60");
    respond_header(r, "Access-Control-Allow-Origin", "*");
    respond_tagged(r, "application/atom+xml; charset=utf-8", r->answer.data, r->answer.len, tag);
}

static void serve_feed(struct request *r) { ask_archive(r, show_feed); }

const struct page_row newsletter_pages[] = {
    {PAGE_NEWSLETTERS, "GET", {"/newsletter", "/en/newsletter"}, serve_list, NULL, false},
    {PAGE_NEWSLETTER_FEED, "GET", {"/newsletter/feed.atom", "/en/newsletter/feed.atom"}, serve_feed, NULL, false},
    {PAGE_ISSUE, "GET", {"/newsletter/{id}", "/en/newsletter/{id}"}, serve_issue, NULL, false},
    {.verb = NULL}};
