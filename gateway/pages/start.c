// The city's first page: what the lab is, open calls, newest entries, figures. Three questions: the forms, the newest entries with their
// counts, and the vocabulary for labels (kept for some seconds). Without the registry the page says what it can.
#include "gateway/pages/page.h"
#include "gateway/respond.h"
#include "gateway/site.h"
#include "kosi/submissions.pb-c.h"
#include <string.h>

enum { NEWEST = 6, FIGURES = 3 };

struct start {
    Kosi__FormListReply *forms;
    Kosi__EntryListReply *list;   // NULL: the registry did not answer
};

static void add_forms(struct request *r, const Kosi__FormListReply *forms, Kosi__StartPage *page) {
    page->forms = arena_take(r->arena, (forms->n_items + 1) * sizeof *page->forms);
    for (size_t i = 0; i < forms->n_items && page->forms; i++) {
        Kosi__StartForm *form = arena_take(r->arena, sizeof *form);
        if (!form)
            break;
        kosi__start_form__init(form);
        form->form_title = forms->items[i]->title;
        form->form_intro = forms->items[i]->intro;
        form->form_link = (char *)route_page_path(PAGE_FORM, r->language, forms->items[i]->slug, r->arena);
        page->forms[page->n_forms++] = form;
    }
    page->has_calls = page->calls = page->n_forms > 0;
}

static void add_blocks(struct request *r, const Kosi__SiteFile *site, Kosi__StartPage *page) {
    page->blocks = arena_take(r->arena, (site->n_about + 1) * sizeof *page->blocks);
    for (size_t i = 0; i < site->n_about && page->blocks; i++) {
        Kosi__StartBlock *block = arena_take(r->arena, sizeof *block);
        if (!block)
            break;
        kosi__start_block__init(block);
        block->block_heading = (char *)site_text(site->about[i]->heading, r->language);
        block->block_text = (char *)site_text(site->about[i]->text, r->language);
        page->blocks[page->n_blocks++] = block;
    }
}

static void add_newest(struct request *r, const Kosi__EntryListReply *list, Kosi__StartPage *page) {
    const Kosi__VocabularyReply *vocabulary = page_vocabulary(r);
    page->newest = arena_take(r->arena, (list->n_items + 1) * sizeof *page->newest);
    for (size_t i = 0; i < list->n_items && page->newest; i++) {
        const Kosi__Entry *entry = list->items[i];
        Kosi__StartEntry *view = arena_take(r->arena, sizeof *view);
        if (!view)
            break;
        kosi__start_entry__init(view);
        view->entry_link = (char *)route_page_path(PAGE_ENTRY, r->language, entry->id, r->arena);
        view->entry_title = entry->title;
        view->entry_summary = entry->summary;
        view->entry_kind = vocabulary && entry->kind ? (char *)page_term(vocabulary->kinds, vocabulary->n_kinds, entry->kind) : NULL;
        view->entry_date = (char *)page_date(r, entry->published_at);
        page->newest[page->n_newest++] = view;
    }
    page->has_listing = page->listing = page->n_newest > 0;
}

static void add_figure(struct request *r, uint32_t value, bool capped, enum text one, enum text many, Kosi__StartPage *page) {
    Kosi__StartFigure *figure = value && page->figures ? arena_take(r->arena, sizeof *figure) : NULL;
    if (!figure)
        return;
    kosi__start_figure__init(figure);
    figure->figure_value = arena_format(r->arena, "%s%u", capped ? "> " : "", value);
    figure->figure_label = (char *)request_text(r, value == 1 ? one : many);
    page->figures[page->n_figures++] = figure;
}

static uint32_t terms_with_entries(const Kosi__EntryListReply *list, const char *facet) {
    uint32_t n = 0;
    for (size_t i = 0; i < list->n_facets; i++)
        n += list->facets[i]->count > 0 && list->facets[i]->facet && strcmp(list->facets[i]->facet, facet) == 0;
    return n;
}

static void add_figures(struct request *r, const Kosi__EntryListReply *list, Kosi__StartPage *page) {
    page->figures = arena_take(r->arena, FIGURES * sizeof *page->figures);
    add_figure(r, list->total, list->total_capped, TEXT_START_FIGURE_ENTRY, TEXT_START_FIGURE_ENTRIES, page);
    add_figure(r, terms_with_entries(list, "district"), false, TEXT_START_FIGURE_DISTRICT, TEXT_START_FIGURE_DISTRICTS, page);
    add_figure(r, terms_with_entries(list, "theme"), false, TEXT_START_FIGURE_THEME, TEXT_START_FIGURE_THEMES, page);
}

static void show_start(struct request *r) {
    const struct start *start = r->page;
    const Kosi__SiteFile *site = site_file(r->gateway->site);
    Kosi__StartPage page = KOSI__START_PAGE__INIT;
    page.title = (char *)site_text(site->headline, r->language);
    page.lead = (char *)site_text(site->lead, r->language);
    page.other_url = (char *)page_other_url(r, PAGE_START, NULL);
    add_forms(r, start->forms, &page);
    add_blocks(r, site, &page);
    if (start->list) {
        add_newest(r, start->list, &page);
        add_figures(r, start->list, &page);
    }
    respond_header(r, "Cache-Control", "public, max-age=1");
    page_render(r, 200, "start", &page.base);
}

static void took_vocabulary(struct request *r, const struct client_reply *reply) {
    page_keep_vocabulary(r, reply);
    show_start(r);
}

static void took_entries(struct request *r, const struct client_reply *reply) {
    struct start *start = r->page;
    if (strcmp(reply->outcome, "ok") == 0)
        start->list = (Kosi__EntryListReply *)request_unpack(r, contract_message_named("EntryListReply"), reply);
    if (!start->list || !page_vocabulary_is_due(r))
        show_start(r);
    else
        page_ask_vocabulary(r, took_vocabulary);
}

static void took_forms(struct request *r, const struct client_reply *reply) {
    struct start *start = arena_take(r->arena, sizeof *start);
    Kosi__FormListReply *forms = page_take(r, reply, "FormListReply");
    if (!forms)
        return;
    if (!start) {
        respond_problem(r, PROBLEM_BUSY, NULL);
        return;
    }
    *start = (struct start){.forms = forms};
    r->page = start;
    Kosi__EntryListRequest input = KOSI__ENTRY_LIST_REQUEST__INIT;
    input.has_page_size = true;
    input.page_size = NEWEST;
    page_ask_briefly(r, "registry", "List", &input.base, took_entries);
}

static void ask_start(struct request *r) {
    Kosi__FormListRequest input = KOSI__FORM_LIST_REQUEST__INIT;
    page_ask(r, "submissions", "Forms", &input.base, took_forms);
}

const struct page_row start_pages[] = {{PAGE_START, "GET", {"/", "/en/"}, ask_start, NULL, false}, {.verb = NULL}};
