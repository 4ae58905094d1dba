// One entry: what it is, at a glance, where it comes from, how it changed, what is like it; and share data for others' programs.
#include "gateway/pages/facets.h"
#include "gateway/pages/linked_data.h"
#include "gateway/respond.h"
#include "kosi/pages_landscape.pb-c.h"
#include <stdio.h>
#include <string.h>

enum { FACTS_MAX = 32, FIELDS_TEXT_MAX = 1024, DESCRIPTION_CHARACTERS = 160 };

struct view {
    struct request *r;
    const Kosi__VocabularyReply *vocabulary;
    const Kosi__EntryDetail *detail;
    const Kosi__Entry *entry;
    Kosi__EntryPage page;
};

static Kosi__PageLink *add_fact(struct view *v, enum text label, const char *text) {
    if (!text || !*text || v->page.n_facts == FACTS_MAX)
        return NULL;
    Kosi__PageLink *fact = arena_take(v->r->arena, sizeof *fact);
    if (!fact)
        return NULL;
    kosi__page_link__init(fact);
    fact->label = (char *)request_text(v->r, label);
    fact->plain = (char *)text;
    v->page.facts[v->page.n_facts++] = fact;
    return fact;
}

static void add_linked(struct view *v, enum text label, const char *text, const char *link) {
    Kosi__PageLink *fact = add_fact(v, label, text);
    if (!fact || !link)
        return;
    fact->text = fact->plain;
    fact->plain = NULL;
    fact->link = (char *)link;
}

// A fact that links to all entries that share it.
static void add_shared(struct view *v, const char *facet, enum text label, const char *id) {
    const char *path = route_page_path(PAGE_LANDSCAPE, v->r->language, NULL, v->r->arena);
    if (id && *id)
        add_linked(v, label, facet_label(v->vocabulary, facet, id), search_single(v->r, path, facet, id));
}

static void add_facts(struct view *v) {
    const Kosi__Entry *entry = v->entry;
    v->page.facts = arena_take(v->r->arena, FACTS_MAX * sizeof *v->page.facts);
    if (!v->page.facts)
        return;
    for (size_t i = 0; i < entry->n_themes; i++)
        add_shared(v, "theme", TEXT_FACET_THEME, entry->themes[i]);
    add_shared(v, "district", TEXT_FACET_DISTRICT, entry->district);
    add_shared(v, "sector", TEXT_FACET_SECTOR, entry->sector);
    add_shared(v, "stage", TEXT_FACET_STAGE, entry->stage);
    add_fact(v, TEXT_FACT_SINCE, page_day(v->r, entry->since));
}

// ---- where it comes from

static void add_provenance(struct view *v) {
    struct request *r = v->r;
    const Kosi__Entry *entry = v->entry;
    bool own = !entry->city || strcmp(entry->city, r->gateway->config->city) == 0;
    size_t also = 0;
    char count[16];
    for (size_t i = 0; i < entry->n_relations; i++)
        also += entry->relations[i]->type && strcmp(entry->relations[i]->type, "also_reported") == 0;
    snprintf(count, sizeof count, "%zu", also);
    v->page.provenance = own ? (char *)request_text(r, TEXT_ENTRY_PROVENANCE)
                             : (char *)catalogue_fill(r->arena, request_text(r, TEXT_ENTRY_PROVENANCE_PARTNER), "city", entry->city, NULL);
    if (also)
        v->page.also_reported = (char *)catalogue_fill(
            r->arena, request_text(r, also == 1 ? TEXT_ENTRY_ALSO_ONE : TEXT_ENTRY_ALSO), "count", count, NULL);
    if (entry->confirmed_at)
        v->page.confirmed = (char *)page_date(r, entry->confirmed_at);
}

// ---- versions

static const struct { const char *field; enum text text; } fields[] = {
    {"kind", TEXT_FACET_KIND},         {"title", TEXT_FIELD_NAME_TITLE},      {"summary", TEXT_FIELD_NAME_SUMMARY},
    {"description", TEXT_FIELD_NAME_DESCRIPTION}, {"themes", TEXT_FACET_THEME}, {"sector", TEXT_FACET_SECTOR},
    {"district", TEXT_FACET_DISTRICT}, {"point", TEXT_FIELD_NAME_POINT},      {"stage", TEXT_FACET_STAGE},
    {"since", TEXT_FACT_SINCE},        {"website", TEXT_FIELD_NAME_WEBSITE},  {"licence", TEXT_FACT_LICENCE},
    {"relations", TEXT_FIELD_NAME_RELATIONS}};

static const char *field_text(struct request *r, const char *name) {
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        if (strcmp(fields[i].field, name) == 0)
            return request_text(r, fields[i].text);
    return name;
}

static const char *version_text(struct request *r, const Kosi__EntryVersion *version) {
    struct buf names BUF_AUTO;
    buf_init(&names, FIELDS_TEXT_MAX);
    buf_text(&names, "");
    for (size_t i = 0; i < version->n_fields; i++)
        buf_format(&names, "%s%s", i ? ", " : "", field_text(r, version->fields[i]));
    if (version->number == 1)
        return request_text(r, TEXT_VERSION_FIRST);
    if (names.failed || !names.len)
        return request_text(r, TEXT_VERSION_CONFIRMED);
    return catalogue_fill(r->arena, request_text(r, TEXT_VERSION_CHANGED), "fields", names.data, NULL);
}

static void add_versions(struct view *v) {
    const Kosi__EntryDetail *detail = v->detail;
    Kosi__PageVersion *views = arena_take(v->r->arena, (detail->n_versions + 1) * sizeof *views);
    v->page.versions = arena_take(v->r->arena, (detail->n_versions + 1) * sizeof *v->page.versions);
    for (size_t i = 0; views && v->page.versions && i < detail->n_versions; i++) {
        kosi__page_version__init(&views[i]);
        views[i].version_number = arena_format(v->r->arena, "%u", detail->versions[i]->number);
        views[i].version_when = (char *)page_date(v->r, detail->versions[i]->changed_at);
        views[i].version_text = (char *)version_text(v->r, detail->versions[i]);
        v->page.versions[v->page.n_versions++] = &views[i];
    }
    v->page.has_older = v->page.older = detail->more_versions;
}

// ---- what is like it

static void add_related(struct view *v) {
    const Kosi__EntryDetail *detail = v->detail;
    struct request *r = v->r;
    Kosi__PageEntry *views = arena_take(r->arena, (detail->n_related + 1) * sizeof *views);
    v->page.related = arena_take(r->arena, (detail->n_related + 1) * sizeof *v->page.related);
    for (size_t i = 0; views && v->page.related && i < detail->n_related; i++) {
        const Kosi__RelatedEntry *other = detail->related[i];
        kosi__page_entry__init(&views[i]);
        views[i].entry_link = (char *)route_page_path(PAGE_ENTRY, r->language, other->id, r->arena);
        views[i].entry_title = other->title;
        views[i].entry_kind = (char *)facet_label(v->vocabulary, "kind", other->kind);
        views[i].entry_facts = (char *)facet_label(v->vocabulary, "district", other->district);
        v->page.related[v->page.n_related++] = &views[i];
    }
    v->page.has_has_related = v->page.has_related = v->page.n_related > 0;
}

// ---- for search engines and shared links

// The beginning of a text, cut between words.
static const char *beginning(struct request *r, const char *text) {
    size_t characters = 0, cut = 0, at = 0;
    for (; text[at] && characters <= DESCRIPTION_CHARACTERS; at++) {
        if (text[at] == ' ' || text[at] == '\n')
            cut = at;
        characters += ((unsigned char)text[at] & 0xC0) != 0x80;
    }
    if (!text[at])
        return text;
    return arena_format(r->arena, "%.*s …", (int)cut, text);
}

static void fill_shell(struct view *v) {
    struct request *r = v->r;
    Kosi__PageShell *shell = page_shell(r);
    const char *path = route_page_path(PAGE_ENTRY, r->language, v->entry->id, r->arena);
    const char *url = arena_format(r->arena, "%s%s", r->gateway->config->public_url, path);
    v->page.linked_data_html = (char *)linked_data_of(r, v->entry, url);
    if (!shell)
        return;
    shell->section = (char *)"landscape";
    shell->canonical_url = (char *)url;
    if (v->entry->summary && *v->entry->summary)
        shell->description = (char *)beginning(r, v->entry->summary);
}

static void show_entry(struct request *r, const struct client_reply *reply) {
    Kosi__EntryDetail *detail = page_take(r, reply, "EntryDetail");
    if (!detail)
        return;
    if (!detail->entry) {
        respond_problem(r, PROBLEM_INTERNAL, NULL);
        return;
    }
    const Kosi__Entry *entry = detail->entry;
    struct view v = {.r = r, .vocabulary = page_vocabulary(r), .detail = detail, .entry = entry, .page = KOSI__ENTRY_PAGE__INIT};
    v.page.title = entry->title;
    v.page.other_url = (char *)page_other_url(r, PAGE_ENTRY, entry->id);
    v.page.kind = (char *)facet_label(v.vocabulary, "kind", entry->kind);
    v.page.summary = entry->summary;
    v.page.has_unconfirmed = v.page.unconfirmed = entry->unconfirmed;
    v.page.description_html = entry->description_html;
    v.page.website = entry->website;
    v.page.report_url = (char *)route_page_path(PAGE_REPORT, r->language, entry->id, r->arena);
    add_facts(&v);
    add_linked(&v, TEXT_FACT_LICENCE, entry->licence, licence_url(entry->licence));
    if (entry->published_at)
        add_fact(&v, TEXT_FACT_PUBLISHED, page_date(r, entry->published_at));
    if (entry->updated_at > entry->published_at)
        add_fact(&v, TEXT_FACT_UPDATED, page_date(r, entry->updated_at));
    add_provenance(&v);
    add_versions(&v);
    add_related(&v);
    fill_shell(&v);
    page_crumb(r, request_text(r, TEXT_LANDSCAPE_TITLE), route_page_path(PAGE_LANDSCAPE, r->language, NULL, r->arena));
    respond_header(r, "Cache-Control", page_public);
    page_render(r, 200, "entry", &v.page.base);
}

static void ask_entry(struct request *r) {
    Kosi__EntryRequest input = KOSI__ENTRY_REQUEST__INIT;
    input.id = (char *)route_variable(&r->match, "id");
    page_ask(r, "registry", "Detail", &input.base, show_entry);
}

static void serve_entry(struct request *r) {
    Kosi__EntryRequest input = KOSI__ENTRY_REQUEST__INIT;
    input.id = (char *)route_variable(&r->match, "id");
    if (!page_fits(r, &input.base))
        respond_problem(r, PROBLEM_NOT_FOUND, NULL);
    else
        facets_first(r, ask_entry);
}

const struct page_row entry_pages[] = {
    {PAGE_ENTRY, "GET", {"/landschaft/{id}", "/en/landscape/{id}"}, serve_entry, NULL, false},
    {.verb = NULL}};
