#include "services/registry/search.h"
#include "services/registry/query.h"
#include "services/registry/tally.h"
#include <stdlib.h>
#include <string.h>

struct hit { int64_t n; int score; };
struct hits {
    struct hit *items;
    size_t count, room;
    bool more;          // there are others beyond the last one
    int64_t passed;     // where to go on: the last one looked at
};
struct list {
    const struct landscape *l;
    struct query query;
    struct tally *tally;
    struct hits hits;   // the newest ones, for counting and ranking
    struct hits page;   // those of them, or after them, that are shown
    uint32_t total;
    bool capped;
    struct page_token next;
    bool goes_on;
};

#define CARD "c.n, c.codes, c.title, c.summary, c.lat, c.lon FROM "
#define MATCHED "search JOIN card c ON c.n = search.rowid WHERE search MATCH ?3 AND search.rowid"
static const char match_newest[] = "SELECT " CARD MATCHED " < ?1 ORDER BY search.rowid DESC LIMIT ?2";
static const char match_oldest[] = "SELECT " CARD MATCHED " > ?1 ORDER BY search.rowid ASC LIMIT ?2";
static const char all_newest[] = "SELECT " CARD "card c WHERE c.n < ?1 ORDER BY c.n DESC LIMIT ?2";
static const char all_oldest[] = "SELECT " CARD "card c WHERE c.n > ?1 ORDER BY c.n ASC LIMIT ?2";
enum { COLUMN_N, COLUMN_CODES, COLUMN_TITLE, COLUMN_SUMMARY, COLUMN_LAT, COLUMN_LON };

// ---- how well a hit fits
enum { TITLE_WORD = 12, TITLE_BEGINNING = 8, SUMMARY_WORD = 4, SUMMARY_BEGINNING = 2, TITLE_ONLY = 6 };

static int score(const struct words *words, const char *title, const char *summary) {
    static const int in_title[] = {0, TITLE_BEGINNING, TITLE_WORD}, in_summary[] = {0, SUMMARY_BEGINNING, SUMMARY_WORD};
    int sum = 0, blanks = 0;
    for (int i = 0; i < words->count; i++) {
        bool prefix = words->prefix && i == words->count - 1;
        sum += in_title[words_found(title, words->items[i], prefix)];
        sum += in_summary[words_found(summary, words->items[i], prefix)];
    }
    for (const char *at = title; (at = strchr(at, ' ')) != NULL; at++)
        blanks++;
    bool whole = sum >= words->count * TITLE_BEGINNING && blanks < words->count;   // the title says nothing else
    return sum + (whole ? TITLE_ONLY : 0);
}

static int better(const void *left, const void *right) {
    const struct hit *a = left, *b = right;
    if (a->score != b->score)
        return a->score > b->score ? -1 : 1;
    return a->n > b->n ? -1 : a->n < b->n;
}

// ---- reading hits
struct reading {
    const char *sql, *match;
    int64_t from;            // not included
    size_t want;
    bool count, rank;
};

static bool fits(const struct list *list, struct store_statement *s) {
    if (!list->query.boxed)
        return true;
    return !store_is_null(s, COLUMN_LAT) && area_holds(&list->query.area, store_real(s, COLUMN_LAT), store_real(s, COLUMN_LON));
}

static int keep(struct list *list, const struct reading *r, struct store_statement *s, struct hits *hits) {
    int points = r->rank ? score(&list->query.words, store_text(s, COLUMN_TITLE), store_text(s, COLUMN_SUMMARY)) : 0;
    hits->items[hits->count++] = (struct hit){store_int(s, COLUMN_N), points};
    return r->count && tally_codes(list->tally, store_text(s, COLUMN_CODES)) != 0 ? STORE_FAULT : 0;
}

// Appends up to r->want hits. `more` is set when the index has others, or when so many were looked at that it is time to stop.
static int read_hits(struct list *list, const struct reading *r, struct hits *hits) {
    size_t most = hits->count + r->want < hits->room ? hits->count + r->want : hits->room;
    size_t scan = list->query.boxed ? SEARCH_SCAN_MAX : r->want + 1, looked_at = 0;
    struct store_statement *s = store_prepare(list->l->store, r->sql);
    store_bind_int(s, 1, r->from);
    store_bind_int(s, 2, (int64_t)scan);
    if (r->match != NULL)
        store_bind_text(s, 3, r->match);
    hits->more = false;
    int rc;
    while ((rc = store_step(s)) == 1) {
        if (hits->count == most) {
            hits->more = true;
            break;
        }
        hits->passed = store_int(s, COLUMN_N);
        if (fits(list, s) && (rc = keep(list, r, s, hits)) != 0)
            break;
        looked_at++;
    }
    store_reset(s);
    hits->more = hits->more || (list->query.boxed && looked_at == scan);
    return rc < 0 ? rc : 0;
}

static int make_room(struct list *list, struct hits *hits, size_t room) {
    hits->items = arena_take(list->l->arena, (room + 1) * sizeof *hits->items);
    hits->room = room;
    return hits->items == NULL ? STORE_FAULT : 0;
}

// ---- totals
static int read_counters(struct list *list) {
    struct store_statement *s = store_prepare(list->l->store, "SELECT facet, id, count FROM facet_count WHERE count > 0");
    int rc;
    while ((rc = store_step(s)) == 1) {
        const char *facet = store_text(s, 0);
        uint32_t count = (uint32_t)store_int(s, 2);
        if (facet[0] == '\0')
            list->total = count;
        for (int f = 0; f < FACET_COUNTED; f++)
            if (strcmp(facet, facet_name((enum facet)f)) == 0 && tally_set(list->tally, (enum facet)f, store_text(s, 1), count) != 0)
                rc = STORE_FAULT;
        if (rc < 0)
            break;
    }
    store_reset(s);
    return rc < 0 ? rc : 0;
}

// The newest hits: counted, and scored when they are to be ranked.
static int read_newest(struct list *list) {
    const struct query *q = &list->query;
    bool rank = q->sort == 'r';
    struct reading r = {.sql = match_newest, .match = q->match, .from = INT64_MAX, .want = SEARCH_HITS_MAX, .count = true, .rank = rank};
    if (rank && q->goes_on)
        r.from = q->token.n + 1;
    int rc = make_room(list, &list->hits, SEARCH_HITS_MAX + SEARCH_TITLES_MAX);
    rc = rc ? rc : read_hits(list, &r, &list->hits);
    list->total = (uint32_t)list->hits.count;
    list->capped = list->hits.more;
    return rc;
}

// ---- pages
static int page_of_ranked(struct list *list) {
    struct query *q = &list->query;
    struct hits *hits = &list->hits;
    int64_t newest = hits->count > 0 ? hits->items[0].n : 0;
    if (hits->more) {
        struct reading titles = {.sql = match_newest, .match = q->title_match, .from = hits->passed, .want = SEARCH_TITLES_MAX, .rank = true};
        int rc = read_hits(list, &titles, hits);
        if (rc != 0)
            return rc;
    }
    qsort(hits->items, hits->count, sizeof *hits->items, better);
    size_t start = q->goes_on ? q->token.offset : 0;
    start = start < hits->count ? start : hits->count;
    size_t count = hits->count - start < q->page_size ? hits->count - start : q->page_size;
    list->page = (struct hits){.items = hits->items + start, .count = count};
    list->goes_on = start + count < hits->count;
    list->next = (struct page_token){'r', q->token.query, q->goes_on ? q->token.n : newest, (uint32_t)(start + count)};
    return 0;
}

static int page_in_order(struct list *list) {
    const struct query *q = &list->query;
    bool oldest = q->sort == 'o';
    struct reading r = {.match = q->match, .from = q->goes_on ? q->token.n : oldest ? 0 : INT64_MAX, .want = q->page_size};
    if (q->match != NULL)
        r.sql = oldest ? match_oldest : match_newest;
    else
        r.sql = oldest ? all_oldest : all_newest;
    int rc = make_room(list, &list->page, q->page_size);
    rc = rc ? rc : read_hits(list, &r, &list->page);
    list->goes_on = list->page.more;
    list->next = (struct page_token){q->sort, q->token.query, list->page.passed, 0};
    return rc;
}

// ---- the answer
// Items are the stored packed entries as they are, each with its address appended: they are never unpacked here.
static int add_item(const struct landscape *l, struct store_statement *s, struct buf *out) {
    size_t head_size;
    const void *head = store_blob(s, 1, &head_size);
    Kosi__Entry address = KOSI__ENTRY__INIT;
    address.url = landscape_url(l, store_text(s, 0));
    if (address.url == NULL)
        return STORE_FAULT;
    size_t address_size = kosi__entry__get_packed_size(&address), length = head_size + address_size;
    buf_char(out, 0x0A);   // field 1 (items), length-delimited
    for (size_t rest = length; rest > 0; rest >>= 7)
        buf_char(out, (char)(rest > 0x7F ? (rest & 0x7F) | 0x80 : rest));
    buf_add(out, head, head_size);
    char *room = buf_room(out, address_size);
    if (room == NULL)
        return STORE_FAULT;
    kosi__entry__pack(&address, (uint8_t *)room);
    out->len += address_size;
    return 0;
}

static int add_items(struct list *list, struct buf *out) {
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < list->page.count; i++) {
        struct store_statement *s = store_prepare(list->l->store, "SELECT id, head FROM entry WHERE n = ?1");
        store_bind_int(s, 1, list->page.items[i].n);
        rc = store_step(s);
        rc = rc == 1 ? add_item(list->l, s, out) : rc;
        store_reset(s);
    }
    return rc;
}

static int tell(struct list *list, uint8_t **reply, size_t *size) {
    BUF_AUTO struct buf out;
    buf_init(&out, 0);
    char token[PAGE_TOKEN_MAX];
    Kosi__EntryListReply rest = KOSI__ENTRY_LIST_REPLY__INIT;
    int rc = add_items(list, &out);
    if (rc == 0 && tally_tell(list->tally, &rest.facets, &rest.n_facets) != 0)
        rc = STORE_FAULT;
    if (rc != 0)
        return rc;
    if (list->goes_on) {
        page_token_text(&list->next, token);
        rest.next_page_token = token;
    }
    rest.has_total = rest.has_total_capped = true;
    rest.total = list->total;
    rest.total_capped = list->capped;
    size_t rest_size = kosi__entry_list_reply__get_packed_size(&rest);
    char *room = buf_room(&out, rest_size);
    if (room == NULL || out.failed)
        return STORE_FAULT;
    kosi__entry_list_reply__pack(&rest, (uint8_t *)room);
    *size = out.len + rest_size;
    *reply = arena_copy(list->l->arena, out.data, *size);
    return *reply == NULL ? STORE_FAULT : 0;
}

static int only_own_city(const struct landscape *l, bool *only) {
    struct store_statement *s =
        store_prepare(l->store, "SELECT 1 FROM facet_count WHERE facet = 'city' AND id <> ?1 AND count > 0 LIMIT 1");
    store_bind_text(s, 1, l->city);
    int rc = store_step(s);
    *only = rc == 0;
    store_reset(s);
    return rc < 0 ? rc : 0;
}

int search_list(const struct landscape *landscape, const Kosi__EntryListRequest *request, uint8_t **reply, size_t *size,
                const char **bad_field) {
    struct list list = {.l = landscape};
    bool single_city;
    int rc = only_own_city(landscape, &single_city);
    rc = rc ? rc : query_read(landscape, request, single_city, &list.query, bad_field);
    if (rc == 0 && (list.tally = tally_new(landscape->arena)) == NULL)
        rc = STORE_FAULT;
    if (rc != 0)
        return rc;
    if (!list.query.nothing) {
        rc = list.query.match != NULL ? read_newest(&list) : read_counters(&list);
        if (rc == 0)
            rc = list.query.sort == 'r' ? page_of_ranked(&list) : page_in_order(&list);
    }
    return rc ? rc : tell(&list, reply, size);
}
