#include "services/registry/similar.h"
#include "services/common/base/text.h"
#include "services/registry/facet.h"
#include "services/registry/query.h"
#include <stdlib.h>
#include <string.h>

enum { STEM_BYTES = 6, ALL_MAX = SIMILAR_CANDIDATES * (WORDS_MAX + 1) };
static const double same_district = 0.1, least_score = 0.4;

struct candidate { int64_t n; double score; };
struct candidates {
    const struct landscape *l;
    char *title;         // folded
    char *district;      // its code, NULL: not said
    struct candidate items[ALL_MAX];
    size_t count;
};

static bool known(const struct candidates *c, int64_t n) {
    for (size_t i = 0; i < c->count; i++)
        if (c->items[i].n == n)
            return true;
    return false;
}

static bool has_code(const char *codes, const char *code) {
    return words_found(codes, code, false) == 2;
}

static double alike(const struct candidates *c, const char *title, const char *codes) {
    double score = text_likeness(c->title, title);
    if (c->district != NULL && has_code(codes, c->district))
        score += same_district;
    return score < 1 ? score : 1;
}

static int gather(struct candidates *c, const char *match) {
    struct store_statement *s = store_prepare(c->l->store, "SELECT c.n, c.title, c.codes FROM search JOIN card c ON c.n = search.rowid"
                                                           " WHERE search MATCH ?1 ORDER BY search.rowid DESC LIMIT ?2");
    store_bind_text(s, 1, match);
    store_bind_int(s, 2, SIMILAR_CANDIDATES);
    int rc;
    while ((rc = store_step(s)) == 1) {
        int64_t n = store_int(s, 0);
        if (c->count < ALL_MAX && !known(c, n))
            c->items[c->count++] = (struct candidate){n, alike(c, store_text(s, 1), store_text(s, 2))};
    }
    store_reset(s);
    return rc;
}

// Long words count by their beginning: "Fahrradgarage" finds "Fahrradgaragen".
static char *word_match(struct arena *arena, const char *word) {
    size_t length = strlen(word), stem = STEM_BYTES;
    if (length <= STEM_BYTES)
        return arena_format(arena, "\"" QUERY_TITLE_MARK "%s\"", word);
    while (stem > 1 && ((unsigned char)word[stem] & 0xC0) == 0x80)
        stem--;
    return arena_format(arena, "\"" QUERY_TITLE_MARK "%.*s\"*", (int)stem, word);
}

static int gather_all(struct candidates *c, const struct words *words) {
    BUF_AUTO struct buf every;
    buf_init(&every, 0);
    int rc = 0;
    for (int i = 0; i < words->count && rc == 0; i++) {
        const char *match = word_match(c->l->arena, words->items[i]);
        if (match == NULL)
            return STORE_FAULT;
        buf_format(&every, "%s%s", i > 0 ? " AND " : "", match);
        rc = gather(c, match);
    }
    if (rc == 0 && words->count > 1)   // however many newer ones share a single word
        rc = every.failed ? STORE_FAULT : gather(c, every.data);
    return rc;
}

static int better(const void *left, const void *right) {
    const struct candidate *a = left, *b = right;
    if (a->score < b->score || a->score > b->score)
        return a->score > b->score ? -1 : 1;
    return a->n > b->n ? -1 : a->n < b->n;
}

static int load(const struct landscape *l, const struct candidate *candidate, Kosi__SimilarEntry *out) {
    struct store_statement *s = store_prepare(l->store, "SELECT head FROM entry WHERE n = ?1");
    store_bind_int(s, 1, candidate->n);
    int rc = store_step(s);
    size_t size = 0;
    const void *head = rc == 1 ? store_blob(s, 0, &size) : NULL;
    Kosi__Entry *entry = rc == 1 ? kosi__entry__unpack(arena_allocator(l->arena), size, head) : NULL;
    store_reset(s);
    if (rc < 0 || entry == NULL)
        return rc < 0 ? rc : STORE_FAULT;
    kosi__similar_entry__init(out);
    out->id = entry->id;
    out->title = entry->title;
    out->district = entry->district;
    out->has_score = true;
    out->score = candidate->score;
    out->url = landscape_url(l, entry->id);
    return out->url == NULL ? STORE_FAULT : 0;
}

static int tell(struct candidates *c, Kosi__SimilarReply *reply) {
    Kosi__SimilarEntry *items = arena_take(c->l->arena, SIMILAR_MAX * sizeof *items);
    reply->items = arena_take(c->l->arena, SIMILAR_MAX * sizeof *reply->items);
    if (items == NULL || reply->items == NULL)
        return STORE_FAULT;
    int rc = 0;
    for (size_t i = 0; i < c->count && i < SIMILAR_MAX && c->items[i].score >= least_score && rc == 0; i++) {
        rc = load(c->l, &c->items[i], &items[i]);
        reply->items[i] = &items[i];
        reply->n_items = i + 1;
    }
    return rc;
}

static int district_code(const struct landscape *l, const char *district, char **code) {
    *code = NULL;
    if (district == NULL || district[0] == '\0')
        return 0;
    BUF_AUTO struct buf text;
    buf_init(&text, 0);
    facet_token(FACET_DISTRICT, district, &text);
    *code = arena_text(l->arena, text.data);
    return *code == NULL ? STORE_FAULT : 0;
}

int similar_find(const struct landscape *landscape, const Kosi__SimilarRequest *request, Kosi__SimilarReply *reply) {
    struct words words;
    struct candidates *c = arena_take(landscape->arena, sizeof *c);
    char *folded = text_fold(request->title);
    if (c != NULL && folded != NULL) {
        c->l = landscape;
        c->title = arena_text(landscape->arena, folded);
    }
    free(folded);
    if (c == NULL || c->title == NULL || words_of(request->title, landscape->arena, &words) != 0)
        return STORE_FAULT;
    int rc = district_code(landscape, request->district, &c->district);
    rc = rc ? rc : gather_all(c, &words);
    if (rc != 0)
        return rc;
    qsort(c->items, c->count, sizeof *c->items, better);
    return tell(c, reply);
}
