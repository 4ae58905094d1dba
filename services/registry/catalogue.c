#include "services/registry/catalogue.h"
#include "services/common/base/buf.h"
#include "services/common/base/text.h"
#include "services/registry/area.h"
#include "services/registry/facet.h"
#include "services/registry/query.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TIDY_PAGES = 128, TIDY_ENTRIES = 256 };   // pages merged in a round; entries whose tokens are in about as many

static void free_text(char **text) {
    free(*text);
}
#define TEXT_AUTO __attribute__((cleanup(free_text)))

static char *fold(const char *text) {
    return text_fold(text != NULL ? text : "");
}

static void add_title_words(const char *title, struct buf *tokens) {
    for (const char *at = title; *at != '\0';) {
        size_t length = strcspn(at, " ");
        buf_text(tokens, " " QUERY_TITLE_MARK);
        buf_add(tokens, at, length);
        at += length;
        at += strspn(at, " ");
    }
}

static int add_tokens(struct store *store, int64_t n, const struct buf *tokens) {
    if (tokens->failed)
        return STORE_FAULT;
    struct store_statement *s = store_prepare(store, "INSERT INTO search(rowid, tokens) VALUES (?1, ?2)");
    store_bind_int(s, 1, n);
    store_bind_text(s, 2, tokens->data);
    return store_run(s);
}

static int add_card(struct store *store, int64_t n, const Kosi__Entry *entry, const char *codes, const char *title, const char *summary) {
    struct store_statement *s =
        store_prepare(store, "INSERT INTO card(n, codes, title, summary, lat, lon) VALUES (?1, ?2, ?3, ?4, ?5, ?6)");
    store_bind_int(s, 1, n);
    store_bind_text(s, 2, codes);
    store_bind_text(s, 3, title);
    store_bind_text(s, 4, summary);
    if (entry->point != NULL) {
        store_bind_real(s, 5, entry->point->lat);
        store_bind_real(s, 6, entry->point->lon);
    }
    return store_run(s);
}

struct counting { struct store *store; int change; };

static int count(void *owner, const char *facet, const char *id) {
    struct counting *c = owner;
    struct store_statement *s = store_prepare(c->store, "INSERT INTO facet_count(facet, id, count) VALUES (?1, ?2, max(?3, 0))"
                                                        " ON CONFLICT DO UPDATE SET count = count + ?3");
    store_bind_text(s, 1, facet);
    store_bind_text(s, 2, id);
    store_bind_int(s, 3, c->change);
    return store_run(s);
}
static int count_code(void *owner, enum facet facet, const char *id) {
    return count(owner, facet_name(facet), id);
}

// ---- themes by districts, of this node's own entries
struct pairing {
    struct counting counting;
    const char *own_city;
    char district[FACET_ID_MAX];
    bool own, themed;
};

static int look_around(void *owner, enum facet facet, const char *id) {
    struct pairing *p = owner;
    if (facet == FACET_DISTRICT)
        snprintf(p->district, sizeof p->district, "%s", id);
    p->themed = p->themed || facet == FACET_THEME;
    p->own = p->own || (facet == FACET_CITY && strcmp(id, p->own_city) == 0);
    return 0;
}

static int count_pair(void *owner, enum facet facet, const char *id) {
    struct pairing *p = owner;
    if (facet != FACET_THEME)
        return 0;
    struct store_statement *s =
        store_prepare(p->counting.store, "INSERT INTO theme_district(theme, district, count) VALUES (?1, ?2, max(?3, 0))"
                                         " ON CONFLICT DO UPDATE SET count = count + ?3");
    store_bind_text(s, 1, id);
    store_bind_text(s, 2, p->district);
    store_bind_int(s, 3, p->counting.change);
    return store_run(s);
}

static int count_pairs(const struct landscape *l, const char *codes, int change) {
    struct pairing pairing = {.counting = {l->store, change}, .own_city = l->city};
    facet_each(codes, look_around, &pairing);
    if (!pairing.own)
        return 0;
    return pairing.themed ? facet_each(codes, count_pair, &pairing) : count_pair(&pairing, FACET_THEME, "");
}

// The row ('', '') counts all entries. codes include the city here.
static int count_all(const struct landscape *l, const char *codes, int change) {
    struct counting counting = {l->store, change};
    int rc = count(&counting, "", "");
    rc = rc ? rc : facet_each(codes, count_code, &counting);
    return rc ? rc : count_pairs(l, codes, change);
}

int catalogue_add(const struct landscape *l, int64_t n, const Kosi__Entry *entry) {
    TEXT_AUTO char *title = fold(entry->title);
    TEXT_AUTO char *summary = fold(entry->summary);
    TEXT_AUTO char *description = fold(entry->description);
    BUF_AUTO struct buf codes, tokens;
    buf_init(&codes, 0);
    buf_init(&tokens, 0);
    if (title == NULL || summary == NULL || description == NULL)
        return STORE_FAULT;
    facet_codes(entry, &codes);
    buf_char(&codes, ' ');
    facet_token(FACET_CITY, entry->city, &codes);
    buf_format(&tokens, "%s %s %s %s", codes.data, title, summary, description);
    add_title_words(title, &tokens);
    if (entry->point != NULL)
        area_point_tokens(entry->point->lat, entry->point->lon, &tokens);
    if (codes.failed)
        return STORE_FAULT;
    int rc = add_tokens(l->store, n, &tokens);
    rc = rc ? rc : add_card(l->store, n, entry, codes.data, title, summary);
    return rc ? rc : count_all(l, codes.data, 1);
}

static int card_codes(const struct landscape *l, int64_t n, char **codes) {
    struct store_statement *s = store_prepare(l->store, "SELECT codes FROM card WHERE n = ?1");
    store_bind_int(s, 1, n);
    int rc = store_step(s);
    *codes = rc == 1 ? arena_text(l->arena, store_text(s, 0)) : NULL;
    store_reset(s);
    if (rc < 0)
        return rc;
    return *codes == NULL ? STORE_FAULT : 0;
}

static int run_with(struct store_statement *s, int64_t number) {
    store_bind_int(s, 1, number);
    return store_run(s);
}

int catalogue_remove(const struct landscape *l, int64_t n) {
    char *codes;
    int rc = card_codes(l, n, &codes);
    rc = rc ? rc : count_all(l, codes, -1);
    rc = rc ? rc : run_with(store_prepare(l->store, "DELETE FROM search WHERE rowid = ?1"), n);
    return rc ? rc : run_with(store_prepare(l->store, "DELETE FROM card WHERE n = ?1"), n);
}

int catalogue_tidy_later(const struct landscape *l) {
    struct store_statement *s =
        store_prepare(l->store, "INSERT INTO chore(name, rounds) VALUES ('tidy', (SELECT coalesce(max(n), 0) FROM entry) / ?1 + 2)"
                                " ON CONFLICT DO UPDATE SET rounds = excluded.rounds");
    return run_with(s, TIDY_ENTRIES);
}

int catalogue_tidy(const struct landscape *l) {
    int rc = store_run(store_prepare(l->store, "UPDATE chore SET rounds = rounds - 1 WHERE name = 'tidy' AND rounds > 0"));
    if (rc != 0 || store_changes(l->store) == 0)
        return rc;
    store_forget(l->store);
    // a negative number: all parts of the index belong to one merge, begun or gone on with
    rc = run_with(store_prepare(l->store, "INSERT INTO search(search, rank) VALUES ('merge', ?1)"), -TIDY_PAGES);
    return rc ? rc : 1;
}
