#include "services/registry/query.h"
#include "services/common/base/problem.h"
#include "services/registry/facet.h"
#include <string.h>

enum { MATCH_BYTES = 32 * 1024, DEFAULT_PAGE = 50 };

struct values { char *const *items; size_t count; };

static struct values asked(const Kosi__EntryListRequest *r, enum facet facet) {
    switch (facet) {
    case FACET_KIND:
        return (struct values){r->kind, r->n_kind};
    case FACET_THEME:
        return (struct values){r->theme, r->n_theme};
    case FACET_DISTRICT:
        return (struct values){r->district, r->n_district};
    case FACET_STAGE:
        return (struct values){r->stage, r->n_stage};
    case FACET_SECTOR:
        return (struct values){r->sector, r->n_sector};
    default:
        return (struct values){r->city, r->n_city};
    }
}

static void add_and(struct buf *match) {
    if (match->len > 0)
        buf_text(match, " AND ");
}

static void add_any(struct buf *match, enum facet facet, struct values values) {
    if (values.count == 0)
        return;
    add_and(match);
    buf_char(match, '(');
    for (size_t i = 0; i < values.count; i++) {
        buf_text(match, i > 0 ? " OR \"" : "\"");
        facet_token(facet, values.items[i], match);
        buf_char(match, '"');
    }
    buf_char(match, ')');
}

static bool is_slug(const char *id) {
    return id[0] != '\0' && id[strspn(id, "abcdefghijklmnopqrstuvwxyz0123456789-")] == '\0';
}

// City ids of partners are in no vocabulary; "all" is no condition.
static int add_city(const struct landscape *l, struct values values, bool single_city, struct buf *match) {
    bool own = values.count == 0, all = false;
    for (size_t i = 0; i < values.count; i++) {
        if (!is_slug(values.items[i]))
            return PROBLEM_BAD_PARAMETER;
        own = own || strcmp(values.items[i], l->city) == 0;
        all = all || strcmp(values.items[i], "all") == 0;
    }
    if (all || (own && single_city))
        return 0;
    char *const city[] = {(char *)(uintptr_t)l->city};
    add_any(match, FACET_CITY, values.count > 0 ? values : (struct values){city, 1});
    return 0;
}

static int add_filters(const struct landscape *l, const Kosi__EntryListRequest *request, bool single_city, struct buf *match,
                       const char **bad_field) {
    for (int f = 0; f < FACET_COUNTED; f++) {
        enum facet facet = (enum facet)f;
        struct values values = asked(request, facet);
        for (size_t i = 0; i < values.count; i++)
            if (!vocabulary_has(l->vocabulary, facet_list(facet), values.items[i])) {
                *bad_field = facet_name(facet);
                return PROBLEM_BAD_PARAMETER;
            }
        add_any(match, facet, values);
    }
    if (add_city(l, asked(request, FACET_CITY), single_city, match) != 0) {
        *bad_field = facet_name(FACET_CITY);
        return PROBLEM_BAD_PARAMETER;
    }
    return 0;
}

static void add_words(const struct words *words, const char *mark, struct buf *match) {
    for (int i = 0; i < words->count; i++) {
        add_and(match);
        buf_format(match, "\"%s%s\"%s", mark, words->items[i], words->prefix && i == words->count - 1 ? "*" : "");
    }
}

static bool is_blank(const char *text) {
    return text == NULL || text[strspn(text, " \t\r\n")] == '\0';
}

static int read_sort(const Kosi__EntryListRequest *request, struct query *out, const char **bad_field) {
    const char *sort = request->sort;
    bool ranked = out->words.count > 0 && !out->words.common;
    if (is_blank(sort))
        out->sort = ranked ? 'r' : 'n';
    else if (strcmp(sort, "newest") == 0)
        out->sort = 'n';
    else if (strcmp(sort, "oldest") == 0)
        out->sort = 'o';
    else if (strcmp(sort, "relevance") == 0)   // without words worth ranking by, the newest are as good as any
        out->sort = ranked ? 'r' : 'n';
    else
        *bad_field = "sort";
    return *bad_field != NULL ? PROBLEM_BAD_PARAMETER : 0;
}

// FNV-1a. Only guards against mistakes: whoever forges a token gets a page of public entries.
static uint32_t hash_text(uint32_t hash, const char *text) {
    for (; text != NULL && *text != '\0'; text++)
        hash = (hash ^ (uint8_t)*text) * 16777619u;
    return (hash ^ 0xFF) * 16777619u;
}

static int read_token(const Kosi__EntryListRequest *request, struct query *out) {
    uint32_t hash = hash_text(2166136261u, out->match);
    out->token.query = hash_text(hash, request->bbox);
    if (request->page_token == NULL || request->page_token[0] == '\0')
        return 0;
    struct page_token token;
    if (!page_token_parse(request->page_token, &token) || token.sort != out->sort || token.query != out->token.query)
        return PROBLEM_BAD_PAGE_TOKEN;
    out->token = token;
    out->goes_on = true;
    return 0;
}

static int keep(struct arena *arena, struct buf *match, char **out) {
    *out = NULL;
    if (match->failed)
        return -1;
    if (match->len > 0)
        *out = arena_text(arena, match->data);
    return match->len > 0 && *out == NULL ? -1 : 0;
}

static int read_conditions(const struct landscape *l, const Kosi__EntryListRequest *request, bool single_city, struct query *out,
                           const char **bad_field) {
    BUF_AUTO struct buf match, titles;
    buf_init(&match, MATCH_BYTES);
    buf_init(&titles, MATCH_BYTES);
    out->boxed = !is_blank(request->bbox);
    if (out->boxed && !area_parse(request->bbox, &out->area)) {
        *bad_field = "bbox";
        return PROBLEM_BAD_PARAMETER;
    }
    add_words(&out->words, "", &match);
    add_words(&out->words, QUERY_TITLE_MARK, &titles);
    BUF_AUTO struct buf filters;
    buf_init(&filters, MATCH_BYTES);
    int rc = add_filters(l, request, single_city, &filters, bad_field);
    if (rc != 0)
        return rc;
    if (out->boxed) {
        add_and(&filters);
        area_match(&out->area, &filters);
    }
    if (filters.len > 0) {
        add_and(&match);
        buf_add(&match, filters.data, filters.len);
        add_and(&titles);
        buf_add(&titles, filters.data, filters.len);
    }
    if (filters.failed)
        return -1;
    rc = keep(l->arena, &match, &out->match);
    return rc ? rc : keep(l->arena, &titles, &out->title_match);
}

int query_read(const struct landscape *landscape, const Kosi__EntryListRequest *request, bool single_city, struct query *out,
               const char **bad_field) {
    *out = (struct query){.page_size = request->has_page_size ? request->page_size : DEFAULT_PAGE};
    *bad_field = NULL;
    if (!is_blank(request->q) && words_of(request->q, landscape->arena, &out->words) != 0)
        return -1;
    out->nothing = !is_blank(request->q) && out->words.count == 0;
    int rc = read_sort(request, out, bad_field);
    if (rc == 0)
        rc = read_conditions(landscape, request, single_city, out, bad_field);
    if (rc == 0 && out->sort != 'r')
        out->title_match = NULL;
    return rc ? rc : read_token(request, out);
}
