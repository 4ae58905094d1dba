// The list of the landscape: search box, what narrows it as plain links with counts, what is narrowed by as chips to take away, order,
// entries, pages. Two questions: the vocabulary for labels (kept for some seconds), then the list.
#include "gateway/pages/facets.h"
#include "gateway/respond.h"
#include "kosi/pages_landscape.pb-c.h"
#include <stdio.h>
#include <string.h>

enum { PAGE_ITEMS = 20 };
static const struct { const char *id; enum text label; } sorts[] = {
    {"newest", TEXT_SORT_NEWEST}, {"oldest", TEXT_SORT_OLDEST}, {"relevance", TEXT_SORT_RELEVANCE}};
enum { SORTS = sizeof sorts / sizeof *sorts };

struct listing {
    struct request *r;
    const Kosi__EntryListReply *list;
    const Kosi__VocabularyReply *vocabulary;
    const char *path;
    Kosi__LandscapePage page;
};

static uint32_t count_of(const Kosi__EntryListReply *list, const char *facet, const char *id) {
    for (size_t i = 0; i < list->n_facets; i++) {
        const Kosi__FacetCount *count = list->facets[i];
        if (count->facet && count->id && strcmp(count->facet, facet) == 0 && strcmp(count->id, id) == 0)
            return count->count;
    }
    return 0;
}

// False when nothing would be found by it. A facet that is already narrowed by has no counts for its other values, since they would
// tell nothing about what adding one brings; where counts stop at a bound, a value may have none and still be there.
static bool view_term(struct listing *l, const struct facet *facet, const Kosi__Term *term, Kosi__PageTerm *out) {
    uint32_t count = count_of(l->list, facet->name, term->id);
    bool counted = !search_has(l->r, facet->name, NULL), chosen = search_has(l->r, facet->name, term->id);
    if (counted && count == 0 && !l->list->total_capped)
        return false;
    kosi__page_term__init(out);
    out->term_label = term->label;
    out->has_term_chosen = true;
    out->term_chosen = chosen;
    if (counted && count > 0)
        out->term_count = arena_format(l->r->arena, l->list->total_capped ? "%u+" : "%u", count);
    if (!chosen)
        out->term_link = (char *)search_url(l->r, l->path, &(struct search_change){.add = facet->name, .add_value = term->id});
    return true;
}

static Kosi__PageFacet *view_facet(struct listing *l, const struct facet *facet) {
    size_t count;
    Kosi__Term *const *terms = facet_terms(l->vocabulary, facet, &count);
    struct arena *arena = l->r->arena;
    Kosi__PageFacet *out = arena_take(arena, sizeof *out);
    Kosi__PageTerm *views = arena_take(arena, (count + 1) * sizeof *views);
    Kosi__PageTerm **pointers = arena_take(arena, (count + 1) * sizeof(Kosi__PageTerm *));
    if (!out || !views || !pointers)
        return NULL;
    kosi__page_facet__init(out);
    out->facet_label = (char *)request_text(l->r, facet->label);
    out->has_facet_open = true;
    out->facet_open = search_has(l->r, facet->name, NULL);
    out->terms = pointers;
    for (size_t i = 0; i < count; i++)
        if (view_term(l, facet, terms[i], &views[i]))
            pointers[out->n_terms++] = &views[i];
    return out->n_terms ? out : NULL;
}

static void add_facets(struct listing *l) {
    l->page.facets = arena_take(l->r->arena, FACETS * sizeof *l->page.facets);
    for (int i = 0; l->vocabulary && l->page.facets && i < FACETS; i++) {
        Kosi__PageFacet *facet = view_facet(l, &facets[i]);
        if (facet)
            l->page.facets[l->page.n_facets++] = facet;
    }
}

// ---- chips, and what the search form carries along

static void add_chip(struct listing *l, const struct urlencoded_pair *pair) {
    Kosi__PageChip *chip = arena_take(l->r->arena, sizeof *chip);
    const char *label = strcmp(pair->name, "q") == 0 ? catalogue_fill(l->r->arena, request_text(l->r, TEXT_LANDSCAPE_QUOTED), "q", pair->value, NULL)
                                                     : facet_label(l->vocabulary, pair->name, pair->value);
    if (!chip)
        return;
    kosi__page_chip__init(chip);
    chip->chip_label = (char *)label;
    chip->chip_link = (char *)search_url(l->r, l->path, &(struct search_change){.drop = pair->name, .drop_value = pair->value});
    l->page.chips[l->page.n_chips++] = chip;
}

static void keep_field(struct listing *l, const struct urlencoded_pair *pair) {
    Kosi__PageField *field = arena_take(l->r->arena, sizeof *field);
    if (!field)
        return;
    kosi__page_field__init(field);
    field->field_name = (char *)pair->name;
    field->field_value = (char *)pair->value;
    l->page.kept[l->page.n_kept++] = field;
}

static bool is_facet(const char *name) {
    for (int i = 0; i < FACETS; i++)
        if (strcmp(facets[i].name, name) == 0)
            return true;
    return false;
}

static void add_conditions(struct listing *l) {
    const struct urlencoded_pairs *query = &l->r->query;
    l->page.chips = arena_take(l->r->arena, (query->count + 1) * sizeof *l->page.chips);
    l->page.kept = arena_take(l->r->arena, (query->count + 1) * sizeof *l->page.kept);
    for (size_t i = 0; i < query->count && l->page.chips && l->page.kept; i++) {
        const struct urlencoded_pair *pair = &query->items[i];
        bool q = strcmp(pair->name, "q") == 0, own = strcmp(pair->name, "page_token") == 0;
        if (*pair->value == '\0' || own)
            continue;
        if (q || is_facet(pair->name))
            add_chip(l, pair);
        if (!q)
            keep_field(l, pair);
    }
    l->page.has_narrowed = l->page.narrowed = search_conditions(l->r) > 0;
    l->page.all_url = l->page.narrowed ? (char *)l->path : NULL;
}

// ---- order and pages

static void add_sorts(struct listing *l) {
    bool words = search_has(l->r, "q", NULL), given = search_has(l->r, "sort", NULL);
    Kosi__PageSort *views = arena_take(l->r->arena, SORTS * sizeof *views);
    l->page.sorts = arena_take(l->r->arena, SORTS * sizeof *l->page.sorts);
    for (size_t i = 0; i < SORTS && views && l->page.sorts; i++) {
        bool usual = strcmp(sorts[i].id, words ? "relevance" : "newest") == 0;
        if (!words && strcmp(sorts[i].id, "relevance") == 0)
            continue;
        struct search_change change = {.drop = "sort", .add = usual ? NULL : "sort", .add_value = sorts[i].id};
        kosi__page_sort__init(&views[i]);
        views[i].sort_label = (char *)request_text(l->r, sorts[i].label);
        views[i].sort_link = (char *)search_url(l->r, l->path, &change);
        views[i].has_sort_current = true;
        views[i].sort_current = given ? search_has(l->r, "sort", sorts[i].id) : usual;
        l->page.sorts[l->page.n_sorts++] = &views[i];
    }
}

static void add_pages(struct listing *l) {
    static const struct search_change none;
    const char *token = l->list->next_page_token;
    if (token && *token)
        l->page.next_url = (char *)search_url(l->r, l->path, &(struct search_change){.page_token = token});
    if (search_has(l->r, "page_token", NULL))
        l->page.first_url = (char *)search_url(l->r, l->path, &none);
    l->page.has_paged = l->page.paged = l->page.next_url || l->page.first_url;
}

// ---- entries

static const char *joined(struct request *r, const char *a, const char *b) {
    return arena_format(r->arena, "%s%s%s", a, *a && *b ? " · " : "", b);
}

static void add_entries(struct listing *l) {
    struct request *r = l->r;
    l->page.entries = arena_take(r->arena, (l->list->n_items + 1) * sizeof *l->page.entries);
    Kosi__PageEntry *views = arena_take(r->arena, (l->list->n_items + 1) * sizeof *views);
    for (size_t i = 0; l->page.entries && views && i < l->list->n_items; i++) {
        const Kosi__Entry *entry = l->list->items[i];
        kosi__page_entry__init(&views[i]);
        views[i].entry_link = (char *)route_page_path(PAGE_ENTRY, r->language, entry->id, r->arena);
        views[i].entry_title = entry->title;
        views[i].entry_kind = (char *)facet_label(l->vocabulary, "kind", entry->kind);
        views[i].entry_summary = entry->summary;
        const char *facts = joined(r, facet_label(l->vocabulary, "district", entry->district),
                                   facet_label(l->vocabulary, "stage", entry->stage));
        views[i].entry_facts = (char *)facts;
        l->page.entries[l->page.n_entries++] = &views[i];
    }
    l->page.has_empty = l->page.empty = l->list->n_items == 0;
    l->page.has_listing = l->page.listing = l->list->n_items > 0;
}

static const char *count_text(struct request *r, const Kosi__EntryListReply *list) {
    char count[16];
    snprintf(count, sizeof count, "%u", list->total);
    enum text text = list->total_capped ? TEXT_LANDSCAPE_COUNT_CAPPED
                     : list->total == 1 ? TEXT_LANDSCAPE_COUNT_ONE
                                        : TEXT_LANDSCAPE_COUNT;
    return catalogue_fill(r->arena, request_text(r, text), "count", count, NULL);
}

// Search engines take the whole list and lists by one condition, not every combination of them.
static void fill_shell(struct request *r) {
    static const struct search_change none;
    Kosi__PageShell *shell = page_shell(r);
    if (!shell)
        return;
    const char *feed = search_url(r, route_page_path(PAGE_FEED, r->language, NULL, r->arena), &none);
    shell->section = (char *)"landscape";
    shell->feed_url = arena_format(r->arena, "%s%s", r->gateway->config->public_url, feed);
    shell->description = (char *)request_text(r, TEXT_LANDSCAPE_DESCRIPTION);
    shell->has_no_index = true;
    shell->no_index = search_conditions(r) > 1 || search_has(r, "q", NULL) || search_has(r, "page_token", NULL);
    if (!shell->no_index)
        shell->canonical_url = arena_format(r->arena, "%s%s", r->gateway->config->public_url,
                                            search_url(r, route_page_path(PAGE_LANDSCAPE, r->language, NULL, r->arena), &none));
}

static void show_list(struct request *r, const struct client_reply *reply) {
    static const struct search_change none;
    Kosi__EntryListReply *list = page_take(r, reply, "EntryListReply");
    if (!list)
        return;
    struct listing l = {.r = r, .list = list, .vocabulary = page_vocabulary(r), .page = KOSI__LANDSCAPE_PAGE__INIT};
    l.path = route_page_path(PAGE_LANDSCAPE, r->language, NULL, r->arena);
    l.page.title = (char *)request_text(r, TEXT_LANDSCAPE_TITLE);
    const char *token = urlencoded_value(&r->query, "page_token");
    l.page.other_url = (char *)search_url(r, page_other_url(r, PAGE_LANDSCAPE, NULL), &(struct search_change){.page_token = token});
    l.page.action = (char *)l.path;
    l.page.q = (char *)urlencoded_value(&r->query, "q");
    l.page.count = (char *)count_text(r, list);
    l.page.overview_url = (char *)route_page_path(PAGE_OVERVIEW, r->language, NULL, r->arena);
    l.page.map_url = (char *)search_url(r, "/api/v1/entries", &none);
    add_conditions(&l);
    add_facets(&l);
    add_sorts(&l);
    add_entries(&l);
    add_pages(&l);
    fill_shell(r);
    respond_header(r, "Cache-Control", page_public);
    page_render(r, 200, "landscape", &l.page.base);
}

static void ask_list(struct request *r) {
    Kosi__EntryListRequest input = KOSI__ENTRY_LIST_REQUEST__INIT;
    search_read(r, &input);
    input.has_page_size = true;
    input.page_size = PAGE_ITEMS;
    page_ask(r, "registry", "List", &input.base, show_list);
}

static void serve_list(struct request *r) { facets_first(r, ask_list); }

const struct page_row landscape_pages[] = {
    {PAGE_LANDSCAPE, "GET", {"/landschaft", "/en/landscape"}, serve_list, NULL, false},
    {.verb = NULL}};
