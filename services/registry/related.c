#include "services/registry/related.h"
#include "services/registry/facet.h"
#include <stdlib.h>
#include <string.h>

enum { CANDIDATES_MAX = 2 * RELATED_CANDIDATES, MATCH_BYTES = 16 * 1024 };
static const int weight[FACET_ALL] = {[FACET_KIND] = 1, [FACET_THEME] = 2, [FACET_DISTRICT] = 3, [FACET_SECTOR] = 1};

struct candidate { int64_t n; int score; };
struct relating {
    const struct landscape *l;
    int64_t n;                 // of the entry itself
    char *codes;
    struct candidate items[CANDIDATES_MAX];
    size_t count;
};

static int load(struct relating *r, const char *entry_id) {
    struct store_statement *s = store_prepare(r->l->store, "SELECT c.n, c.codes FROM entry e JOIN card c ON c.n = e.n WHERE e.id = ?1");
    store_bind_text(s, 1, entry_id);
    int rc = store_step(s);
    if (rc == 1) {
        r->n = store_int(s, 0);
        r->codes = arena_text(r->l->arena, store_text(s, 1));
    }
    store_reset(s);
    if (rc == 1 && r->codes == NULL)
        return STORE_FAULT;
    return rc < 0 ? rc : 0;
}

// ---- conditions of the index
struct terms { enum facet facet; struct buf *match; int count; };

static int add_term(void *owner, enum facet facet, const char *id) {
    struct terms *terms = owner;
    if (facet != terms->facet)
        return 0;
    buf_text(terms->match, terms->count++ > 0 ? " OR \"" : "\"");
    facet_token(facet, id, terms->match);
    buf_char(terms->match, '"');
    return 0;
}

// ("theme_a" OR "theme_b"): how many there are.
static int add_terms(const struct relating *r, enum facet facet, struct buf *match) {
    struct terms terms = {.facet = facet, .match = match};
    buf_char(match, '(');
    facet_each(r->codes, add_term, &terms);
    buf_char(match, ')');
    return terms.count;
}

// ---- how much two have in common
struct scoring { const char *codes; int score; };

static int score_code(void *owner, enum facet facet, const char *id) {
    struct scoring *scoring = owner;
    char code[FACET_ID_MAX + 16];
    struct buf text BUF_AUTO;
    buf_init(&text, sizeof code);
    facet_token(facet, id, &text);
    size_t n = text.len;
    for (const char *at = scoring->codes; !text.failed && (at = strstr(at, text.data)) != NULL; at += n)
        if ((at == scoring->codes || at[-1] == ' ') && (at[n] == '\0' || at[n] == ' ')) {
            scoring->score += weight[facet];
            break;
        }
    return 0;
}

static bool known(const struct relating *r, int64_t n) {
    for (size_t i = 0; i < r->count; i++)
        if (r->items[i].n == n)
            return true;
    return false;
}

static int gather(struct relating *r, const char *match) {
    struct store_statement *s =
        store_prepare(r->l->store, "SELECT c.n, c.codes FROM search JOIN card c ON c.n = search.rowid"
                                   " WHERE search MATCH ?1 AND search.rowid <> ?2 ORDER BY search.rowid DESC LIMIT ?3");
    store_bind_text(s, 1, match);
    store_bind_int(s, 2, r->n);
    store_bind_int(s, 3, RELATED_CANDIDATES);
    int rc;
    while ((rc = store_step(s)) == 1) {
        int64_t n = store_int(s, 0);
        if (r->count == CANDIDATES_MAX || known(r, n))
            continue;
        struct scoring scoring = {.codes = store_text(s, 1)};
        facet_each(r->codes, score_code, &scoring);
        r->items[r->count++] = (struct candidate){n, scoring.score};
    }
    store_reset(s);
    return rc;
}

static int gather_all(struct relating *r) {
    BUF_AUTO struct buf match;
    buf_init(&match, MATCH_BYTES);
    if (add_terms(r, FACET_THEME, &match) == 0)
        return 0;
    size_t themes = match.len;
    buf_text(&match, " AND ");
    int districts = add_terms(r, FACET_DISTRICT, &match);
    if (match.failed)
        return STORE_FAULT;
    int rc = districts > 0 ? gather(r, match.data) : 0;
    if (rc != 0 || r->count >= RELATED_MAX)
        return rc;
    match.data[themes] = '\0';
    return gather(r, match.data);
}

static int better(const void *left, const void *right) {
    const struct candidate *a = left, *b = right;
    if (a->score != b->score)
        return a->score > b->score ? -1 : 1;
    return a->n > b->n ? -1 : a->n < b->n;
}

static int tell(const struct landscape *l, int64_t n, Kosi__RelatedEntry *out) {
    struct store_statement *s = store_prepare(l->store, "SELECT head FROM entry WHERE n = ?1");
    store_bind_int(s, 1, n);
    int rc = store_step(s);
    size_t size = 0;
    const void *head = rc == 1 ? store_blob(s, 0, &size) : NULL;
    Kosi__Entry *entry = head != NULL ? kosi__entry__unpack(arena_allocator(l->arena), size, head) : NULL;
    store_reset(s);
    if (rc < 0 || entry == NULL)
        return rc < 0 ? rc : STORE_FAULT;
    kosi__related_entry__init(out);
    out->id = entry->id;
    out->title = entry->title;
    out->kind = entry->kind;
    out->district = entry->district;
    out->url = landscape_url(l, entry->id);
    return out->url == NULL ? STORE_FAULT : 0;
}

int related_find(const struct landscape *l, const char *entry_id, Kosi__EntryDetail *reply) {
    struct relating *r = arena_take(l->arena, sizeof *r);
    Kosi__RelatedEntry *items = arena_take(l->arena, RELATED_MAX * sizeof *items);
    reply->related = arena_take(l->arena, RELATED_MAX * sizeof *reply->related);
    if (r == NULL || items == NULL || reply->related == NULL)
        return STORE_FAULT;
    r->l = l;
    int rc = load(r, entry_id);
    if (rc == 0 && r->codes != NULL)
        rc = gather_all(r);
    if (r->count > 0)
        qsort(r->items, r->count, sizeof *r->items, better);
    for (size_t i = 0; rc == 0 && i < r->count && i < RELATED_MAX; i++) {
        rc = tell(l, r->items[i].n, &items[i]);
        reply->related[reply->n_related++] = &items[i];
    }
    return rc;
}
