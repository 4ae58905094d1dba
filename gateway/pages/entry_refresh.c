// Behind the link of the mail that asks whether an entry is still right: looking changes nothing, the button confirms.
#include "gateway/pages/facets.h"
#include "gateway/respond.h"
#include "kosi/pages_newsletter.pb-c.h"
#include <string.h>

enum { FACTS_MAX = 26 };
static const char done_flag[] = "done";

static void add_fact(struct request *r, Kosi__EntryRefreshPage *page, enum text label, const char *text) {
    Kosi__PageLink *fact = text && *text && page->n_facts < FACTS_MAX ? arena_take(r->arena, sizeof *fact) : NULL;
    if (!fact)
        return;
    kosi__page_link__init(fact);
    fact->label = (char *)request_text(r, label);
    fact->plain = (char *)text;
    page->facts[page->n_facts++] = fact;
}

static void add_facts(struct request *r, const Kosi__Entry *entry, Kosi__EntryRefreshPage *page) {
    const Kosi__VocabularyReply *vocabulary = page_vocabulary(r);
    page->facts = arena_take(r->arena, FACTS_MAX * sizeof *page->facts);
    if (!page->facts)
        return;
    add_fact(r, page, TEXT_FACET_KIND, facet_label(vocabulary, "kind", entry->kind));
    for (size_t i = 0; i < entry->n_themes; i++)
        add_fact(r, page, TEXT_FACET_THEME, facet_label(vocabulary, "theme", entry->themes[i]));
    add_fact(r, page, TEXT_FACET_DISTRICT, facet_label(vocabulary, "district", entry->district));
    add_fact(r, page, TEXT_FACET_SECTOR, facet_label(vocabulary, "sector", entry->sector));
    add_fact(r, page, TEXT_FACET_STAGE, facet_label(vocabulary, "stage", entry->stage));
    add_fact(r, page, TEXT_FACT_SINCE, page_day(r, entry->since));
}

// What it is about: still due, and shown or not; or nothing to do.
static void fill_words(struct request *r, const Kosi__RefreshReply *reply, Kosi__EntryRefreshPage *page) {
    const Kosi__Entry *entry = reply->entry;
    bool shown = !reply->archived;
    page->has_due = page->due = reply->due;
    if (reply->due)
        page->lead = (char *)request_text(r, shown ? TEXT_REFRESH_LEAD : TEXT_REFRESH_LEAD_ARCHIVED);
    else if (urlencoded_value(&r->query, done_flag))
        page->done = (char *)request_text(r, TEXT_REFRESH_DONE);
    else
        page->lead = (char *)catalogue_fill(r->arena, request_text(r, TEXT_REFRESH_NOTHING), "when", page_date(r, entry->confirmed_at), NULL);
    if (!shown)
        return;
    page->entry_url = (char *)route_page_path(PAGE_ENTRY, r->language, entry->id, r->arena);
    page->change_url = (char *)route_page_path(PAGE_REPORT, r->language, entry->id, r->arena);
}

static void show(struct request *r, const struct client_reply *answer) {
    const char *token = route_variable(&r->match, "token");
    const Kosi__RefreshReply *reply = page_take(r, answer, "RefreshReply");
    if (!reply)
        return;
    if (!reply->entry || !reply->entry->id) {
        respond_problem(r, PROBLEM_INTERNAL, NULL);
        return;
    }
    Kosi__EntryRefreshPage page = KOSI__ENTRY_REFRESH_PAGE__INIT;
    page.title = (char *)request_text(r, TEXT_REFRESH_TITLE);
    page.other_url = (char *)page_other_url(r, PAGE_ENTRY_REFRESH, token);
    page.action = (char *)route_page_path(PAGE_ENTRY_REFRESH, r->language, token, r->arena);
    page.entry_name = reply->entry->title;
    page.summary = reply->entry->summary && *reply->entry->summary ? reply->entry->summary : NULL;
    page.description_html = reply->entry->description_html;
    page.website = reply->entry->website;
    add_facts(r, reply->entry, &page);
    fill_words(r, reply, &page);
    page_render(r, 200, "entry_refresh", &page.base);
}

// false after the request was answered: it is no token.
static bool take_token(struct request *r, Kosi__RefreshRequest *input) {
    kosi__refresh_request__init(input);
    input->token = (char *)route_variable(&r->match, "token");
    if (page_fits(r, &input->base))
        return true;
    respond_problem(r, PROBLEM_NOT_FOUND, NULL);
    return false;
}

static void look(struct request *r) {
    Kosi__RefreshRequest input;
    if (take_token(r, &input))
        page_ask(r, "registry", "RefreshLook", &input.base, show);
}

static void serve(struct request *r) { facets_first(r, look); }

static void confirmed(struct request *r, const struct client_reply *answer) {
    const char *path = route_page_path(PAGE_ENTRY_REFRESH, r->language, route_variable(&r->match, "token"), r->arena);
    if (page_take(r, answer, "RefreshReply"))
        respond_redirect(r, arena_format(r->arena, "%s?%s=1", path, done_flag));
}

static void confirm(struct request *r) {
    Kosi__RefreshRequest input;
    int problem = page_read_form(r);
    if (problem)
        respond_problem(r, problem, NULL);
    else if (take_token(r, &input))
        page_ask(r, "registry", "Refresh", &input.base, confirmed);
}

const struct page_row entry_refresh_pages[] = {
    {PAGE_ENTRY_REFRESH, "GET", {"/eintrag-bestaetigen/{token}", "/en/confirm-entry/{token}"}, serve, NULL, true},
    {PAGE_ENTRY_REFRESH, "POST", {"/eintrag-bestaetigen/{token}", "/en/confirm-entry/{token}"}, confirm, NULL, true},
    {.verb = NULL}};
