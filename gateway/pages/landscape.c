// The landscape: search box, filters, list; and one entry. Two questions each: the vocabulary for labels (kept for some seconds),
// then the list or the entry.
#include "gateway/pages/page.h"
#include "gateway/respond.h"
#include "services/common/contract/json_walk.h"
#include "services/common/contract/validate.h"
#include <stdio.h>
#include <string.h>

enum { PAGE_ITEMS = 20, FACETS = 5, FACTS_MAX = 32 };

struct facet {
    const char *name;
    enum text label;
    size_t terms, count;    // offsets in VocabularyReply
};
#define TERMS(field) offsetof(Kosi__VocabularyReply, field), offsetof(Kosi__VocabularyReply, n_##field)
static const struct facet facets[FACETS] = {
    {"kind", TEXT_FACET_KIND, TERMS(kinds)},    {"theme", TEXT_FACET_THEME, TERMS(themes)},
    {"district", TEXT_FACET_DISTRICT, TERMS(districts)}, {"stage", TEXT_FACET_STAGE, TERMS(stages)},
    {"sector", TEXT_FACET_SECTOR, TERMS(sectors)},
};

static Kosi__Term *const *terms_of(const Kosi__VocabularyReply *vocabulary, const struct facet *facet) {
    return *(Kosi__Term *const *const *)((const char *)vocabulary + facet->terms);
}
static size_t term_count(const Kosi__VocabularyReply *vocabulary, const struct facet *facet) {
    return *(const size_t *)((const char *)vocabulary + facet->count);
}

static const char *label_of(const Kosi__VocabularyReply *vocabulary, const char *facet_name, const char *id) {
    for (int i = 0; i < FACETS; i++)
        if (vocabulary && id && strcmp(facets[i].name, facet_name) == 0)
            return page_term(terms_of(vocabulary, &facets[i]), term_count(vocabulary, &facets[i]), id);
    return id ? id : "";
}

// ---- the list

static bool asked_for(const struct request *r, const char *name, const char *value) {
    for (size_t i = 0; i < r->query.count; i++)
        if (strcmp(r->query.items[i].name, name) == 0 && strcmp(r->query.items[i].value, value) == 0)
            return true;
    return false;
}

static const char *choice_label(struct request *r, const Kosi__Term *term, const Kosi__EntryListReply *list, const char *facet) {
    for (size_t i = 0; i < list->n_facets; i++) {
        const Kosi__FacetCount *count = list->facets[i];
        if (count->facet && count->id && strcmp(count->facet, facet) == 0 && strcmp(count->id, term->id) == 0)
            return arena_format(r->arena, "%s (%u)", term->label, count->count);
    }
    return term->label;
}

static Kosi__PageFilter *view_filter(struct request *r, const struct facet *facet, const Kosi__VocabularyReply *vocabulary,
                                     const Kosi__EntryListReply *list) {
    size_t count = term_count(vocabulary, facet);
    Kosi__PageFilter *filter = arena_take(r->arena, sizeof *filter);
    Kosi__PageChoice *choices = arena_take(r->arena, (count + 1) * sizeof *choices);
    Kosi__PageChoice **pointers = arena_take(r->arena, (count + 1) * sizeof(Kosi__PageChoice *));
    if (!filter || !choices || !pointers)
        return NULL;
    kosi__page_filter__init(filter);
    filter->filter_name = (char *)facet->name;
    filter->filter_label = (char *)request_text(r, facet->label);
    filter->choices = pointers;
    for (size_t i = 0; i < count; i++) {
        const Kosi__Term *term = terms_of(vocabulary, facet)[i];
        kosi__page_choice__init(&choices[i]);
        choices[i].choice_id = term->id;
        choices[i].choice_label = (char *)choice_label(r, term, list, facet->name);
        choices[i].has_chosen = choices[i].chosen = asked_for(r, facet->name, term->id);
        pointers[filter->n_choices++] = &choices[i];
    }
    return filter;
}

static void add_filters(struct request *r, const Kosi__EntryListReply *list, Kosi__LandscapePage *page) {
    const Kosi__VocabularyReply *vocabulary = page_vocabulary(r);
    page->filters = arena_take(r->arena, FACETS * sizeof *page->filters);
    for (int i = 0; vocabulary && page->filters && i < FACETS; i++) {
        Kosi__PageFilter *filter = view_filter(r, &facets[i], vocabulary, list);
        if (filter)
            page->filters[page->n_filters++] = filter;
    }
}

static const char *joined(struct request *r, const char *a, const char *b) {
    return arena_format(r->arena, "%s%s%s", a, *a && *b ? " · " : "", b);
}

static void add_entries(struct request *r, const Kosi__EntryListReply *list, Kosi__LandscapePage *page) {
    const Kosi__VocabularyReply *vocabulary = page_vocabulary(r);
    page->entries = arena_take(r->arena, (list->n_items + 1) * sizeof *page->entries);
    Kosi__PageEntry *views = arena_take(r->arena, (list->n_items + 1) * sizeof *views);
    for (size_t i = 0; page->entries && views && i < list->n_items; i++) {
        const Kosi__Entry *entry = list->items[i];
        kosi__page_entry__init(&views[i]);
        views[i].entry_link = (char *)route_page_path(PAGE_ENTRY, r->language, entry->id, r->arena);
        views[i].entry_title = entry->title;
        views[i].entry_kind = (char *)label_of(vocabulary, "kind", entry->kind);
        views[i].entry_summary = entry->summary;
        const char *facts = joined(r, label_of(vocabulary, "district", entry->district), label_of(vocabulary, "stage", entry->stage));
        views[i].entry_facts = (char *)facts;
        page->entries[page->n_entries++] = &views[i];
    }
    page->has_empty = page->empty = list->n_items == 0;
    page->has_listing = page->listing = list->n_items > 0;
}

static void add_pair(struct buf *out, const char *name, const char *value) {
    buf_char(out, strchr(out->data, '?') ? '&' : '?');
    urlencoded_add(out, name);
    buf_char(out, '=');
    urlencoded_add(out, value);
}

// The same search at another place: its next page, or in the other language.
static const char *search_url(struct request *r, const char *path, const char *page_token) {
    struct buf out BUF_AUTO;
    buf_init(&out, 16 * 1024);
    buf_text(&out, path);
    for (size_t i = 0; i < r->query.count; i++) {
        const struct urlencoded_pair *pair = &r->query.items[i];
        if (strcmp(pair->name, "page_token") == 0 || *pair->value == '\0')
            continue;
        add_pair(&out, pair->name, pair->value);
    }
    if (page_token && *page_token)
        add_pair(&out, "page_token", page_token);
    return out.failed ? path : arena_text(r->arena, out.data);
}

static const char *count_text(struct request *r, const Kosi__EntryListReply *list) {
    char count[16];
    snprintf(count, sizeof count, "%u", list->total);
    enum text text = list->total_capped ? TEXT_LANDSCAPE_COUNT_CAPPED
                     : list->total == 1 ? TEXT_LANDSCAPE_COUNT_ONE
                                        : TEXT_LANDSCAPE_COUNT;
    return catalogue_fill(r->arena, request_text(r, text), "count", count, NULL);
}

static bool narrowed(const struct request *r) {
    for (size_t i = 0; i < r->query.count; i++)
        if (*r->query.items[i].value && strcmp(r->query.items[i].name, "page_token") != 0)
            return true;
    return false;
}

static void show_list(struct request *r, const struct client_reply *reply) {
    Kosi__EntryListReply *list = page_take(r, reply, "EntryListReply");
    if (!list)
        return;
    const char *path = route_page_path(PAGE_LANDSCAPE, r->language, NULL, r->arena);
    Kosi__LandscapePage page = KOSI__LANDSCAPE_PAGE__INIT;
    page.title = (char *)request_text(r, TEXT_LANDSCAPE_TITLE);
    page.other_url = (char *)search_url(r, page_other_url(r, PAGE_LANDSCAPE, NULL), urlencoded_value(&r->query, "page_token"));
    page.action = (char *)path;
    page.q = (char *)urlencoded_value(&r->query, "q");
    page.count = (char *)count_text(r, list);
    page.all_url = narrowed(r) ? (char *)path : NULL;
    if (list->next_page_token && *list->next_page_token)
        page.next_url = (char *)search_url(r, path, list->next_page_token);
    add_filters(r, list, &page);
    add_entries(r, list, &page);
    respond_header(r, "Cache-Control", "public, max-age=1");
    page_render(r, 200, "landscape", &page.base);
}

// Query names that are no filters, and values that can be none, are passed over: a page never fails for them.
static void fill_filters(struct request *r, const struct contract_message *contract, Kosi__EntryListRequest *input) {
    for (size_t i = 0; i < r->query.count; i++) {
        const struct urlencoded_pair *pair = &r->query.items[i];
        if (*pair->value == '\0' || strcmp(pair->name, "page_size") == 0)
            continue;
        struct violations unused = {.arena = r->arena};
        Kosi__EntryListRequest trial = KOSI__ENTRY_LIST_REQUEST__INIT;
        bool fine = pair_to_message(pair->name, pair->value, false, contract, &trial.base, &unused) == 0 &&
                    validate_message(contract, &trial.base, &unused) == 0;
        unused.count = 0;
        if (fine)
            pair_to_message(pair->name, pair->value, false, contract, &input->base, &unused);
    }
}

static void ask_list(struct request *r) {
    const struct contract_message *contract = contract_message_named("EntryListRequest");
    Kosi__EntryListRequest input = KOSI__ENTRY_LIST_REQUEST__INIT;
    fill_filters(r, contract, &input);
    input.has_page_size = true;
    input.page_size = PAGE_ITEMS;
    page_ask(r, "registry", "List", &input.base, show_list);
}

// ---- one entry

static Kosi__PageLink *add_fact(struct request *r, Kosi__EntryPage *page, enum text label, const char *text) {
    if (!text || !*text || page->n_facts == FACTS_MAX)
        return NULL;
    Kosi__PageLink *fact = arena_take(r->arena, sizeof *fact);
    if (!fact)
        return NULL;
    kosi__page_link__init(fact);
    fact->label = (char *)request_text(r, label);
    fact->plain = (char *)text;
    page->facts[page->n_facts++] = fact;
    return fact;
}

// A fact that links to all entries that share it.
static void add_shared(struct request *r, Kosi__EntryPage *page, const char *facet_name, enum text label, const char *id) {
    if (!id || !*id)
        return;
    Kosi__PageLink *fact = add_fact(r, page, label, label_of(page_vocabulary(r), facet_name, id));
    if (!fact)
        return;
    fact->text = fact->plain;
    fact->plain = NULL;
    fact->link = arena_format(r->arena, "%s?%s=%s", route_page_path(PAGE_LANDSCAPE, r->language, NULL, r->arena), facet_name, id);
}

static void add_facts(struct request *r, const Kosi__Entry *entry, Kosi__EntryPage *page) {
    page->facts = arena_take(r->arena, FACTS_MAX * sizeof *page->facts);
    if (!page->facts)
        return;
    for (size_t i = 0; i < entry->n_themes; i++)
        add_shared(r, page, "theme", TEXT_FACET_THEME, entry->themes[i]);
    add_shared(r, page, "district", TEXT_FACET_DISTRICT, entry->district);
    add_shared(r, page, "sector", TEXT_FACET_SECTOR, entry->sector);
    add_shared(r, page, "stage", TEXT_FACET_STAGE, entry->stage);
    add_fact(r, page, TEXT_FACT_SINCE, page_day(r, entry->since));
    add_fact(r, page, TEXT_FACT_LICENCE, entry->licence);
    if (entry->published_at)
        add_fact(r, page, TEXT_FACT_PUBLISHED, page_date(r, entry->published_at));
    if (entry->updated_at > entry->published_at)
        add_fact(r, page, TEXT_FACT_UPDATED, page_date(r, entry->updated_at));
}

static void show_entry(struct request *r, const struct client_reply *reply) {
    Kosi__Entry *entry = page_take(r, reply, "Entry");
    if (!entry)
        return;
    Kosi__EntryPage page = KOSI__ENTRY_PAGE__INIT;
    page.title = entry->title;
    page.other_url = (char *)page_other_url(r, PAGE_ENTRY, entry->id);
    page.kind = (char *)label_of(page_vocabulary(r), "kind", entry->kind);
    page.summary = entry->summary;
    page.description_html = entry->description_html;
    page.website = entry->website;
    add_facts(r, entry, &page);
    respond_header(r, "Cache-Control", "public, max-age=1");
    page_render(r, 200, "entry", &page.base);
}

static void ask_entry(struct request *r) {
    Kosi__EntryRequest input = KOSI__ENTRY_REQUEST__INIT;
    input.id = (char *)route_variable(&r->match, "id");
    struct violations unused = {.arena = r->arena};
    if (validate_message(contract_message_named("EntryRequest"), &input.base, &unused))
        respond_problem(r, PROBLEM_NOT_FOUND, NULL);
    else
        page_ask(r, "registry", "Get", &input.base, show_entry);
}

// ---- labels first

static void list_labelled(struct request *r, const struct client_reply *reply) {
    page_keep_vocabulary(r, reply);
    ask_list(r);
}
static void entry_labelled(struct request *r, const struct client_reply *reply) {
    page_keep_vocabulary(r, reply);
    ask_entry(r);
}

static void ask_labels(struct request *r, request_then *then) {
    Kosi__VocabularyRequest input = KOSI__VOCABULARY_REQUEST__INIT;
    page_ask(r, "registry", "Vocabulary", &input.base, then);
}

static void serve_list(struct request *r) {
    if (page_vocabulary(r))
        ask_list(r);
    else
        ask_labels(r, list_labelled);
}

static void serve_entry(struct request *r) {
    if (page_vocabulary(r))
        ask_entry(r);
    else
        ask_labels(r, entry_labelled);
}

const struct page_row landscape_pages[] = {
    {PAGE_LANDSCAPE, "GET", {"/landschaft", "/en/landscape"}, serve_list, NULL, false},
    {PAGE_ENTRY, "GET", {"/landschaft/{id}", "/en/landscape/{id}"}, serve_entry, NULL, false},
    {.verb = NULL}};
