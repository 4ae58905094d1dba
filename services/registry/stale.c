#include "services/registry/stale.h"
#include "services/common/base/config.h"
#include "services/common/base/id.h"
#include "services/common/base/problem.h"
#include "services/registry/freshness.h"

enum { PAGE_USUAL = 50, TOKEN_TEXT = 40, MARK = 0x5354414c };
static const int64_t us_per_day = 24LL * 3600 * 1000 * 1000, after_all_shown = 4000000000000000000;

// The last one of a page. rank: when it vanishes; behind those the vanished ones, the latest first.
struct place { int64_t rank, n; uint64_t mark; };

static char *text(const char *constant) { return (char *)(uintptr_t)constant; }

static bool read_place(const char *token, struct place *out) {
    *out = (struct place){.rank = INT64_MIN, .mark = MARK};
    if (token == NULL || token[0] == '\0')
        return true;
    return id_base64url_parse(token, (uint8_t *)out, sizeof *out) == sizeof *out && out->mark == MARK;
}

static int64_t left_after(const struct config *config, enum freshness step) {
    return ((step == FRESH_ASKED ? config->refresh_grace_days : 0) + config->archive_days) * us_per_day;
}

static struct store_statement *query(const struct landscape *l, const struct config *config, const struct place *from, size_t most) {
    struct store_statement *s = store_prepare(
        l->store, "SELECT e.id, e.head, f.step, f.step_at, f.asked, f.rank, f.n, (SELECT submission FROM source WHERE entry_id = e.id LIMIT 1)"
                  " FROM (SELECT n, step, step_at, asked,"
                  " CASE step WHEN 1 THEN step_at + ?1 WHEN 2 THEN step_at + ?2 ELSE ?3 - step_at END AS rank FROM fresh"
                  " WHERE step > 0 AND (rank > ?4 OR (rank = ?4 AND n > ?5)) ORDER BY rank, n LIMIT ?6) f"
                  " JOIN entry e ON e.n = f.n ORDER BY f.rank, f.n");
    store_bind_int(s, 1, left_after(config, FRESH_ASKED));
    store_bind_int(s, 2, left_after(config, FRESH_MARKED));
    store_bind_int(s, 3, after_all_shown);
    store_bind_int(s, 4, from->rank);
    store_bind_int(s, 5, from->n);
    store_bind_int(s, 6, (int64_t)most + 1);
    return s;
}

static const char *title_of(const struct landscape *l, struct store_statement *s) {
    size_t size;
    const void *head = store_blob(s, 1, &size);
    Kosi__Entry *entry = kosi__entry__unpack(arena_allocator(l->arena), size, head);
    return entry != NULL ? entry->title : NULL;
}

static Kosi__StaleEntry *read_item(const struct landscape *l, struct store_statement *s) {
    static const char *const steps[] = {[FRESH_ASKED] = "asked", [FRESH_MARKED] = "marked", [FRESH_ARCHIVED] = "archived"};
    Kosi__StaleEntry *item = arena_take(l->arena, sizeof *item);
    if (item == NULL)
        return NULL;
    kosi__stale_entry__init(item);
    int64_t step = store_int(s, 2), rank = store_int(s, 5);
    item->id = arena_text(l->arena, store_text(s, 0));
    item->title = text(title_of(l, s));
    item->step = text(steps[step]);
    item->has_since = item->has_vanishes_at = true;
    item->since = store_int(s, 3);
    item->vanishes_at = step == FRESH_ARCHIVED ? item->since : rank;
    item->people = store_text(s, 4)[0] != '\0' ? arena_text(l->arena, store_text(s, 4)) : text("pending");
    item->submission_id = store_is_null(s, 7) ? NULL : arena_text(l->arena, store_text(s, 7));
    return item->id != NULL && item->title != NULL && item->people != NULL ? item : NULL;
}

static int read_page(const struct landscape *l, struct store_statement *s, size_t most, struct place *place, Kosi__StaleReply *reply) {
    int rc;
    while ((rc = store_step(s)) == 1 && reply->n_items < most) {
        place->rank = store_int(s, 5);
        place->n = store_int(s, 6);
        if ((reply->items[reply->n_items++] = read_item(l, s)) == NULL) {
            rc = STORE_FAULT;
            break;
        }
    }
    store_reset(s);
    if (rc != 1)
        return rc;
    reply->next_page_token = arena_take(l->arena, TOKEN_TEXT);
    if (reply->next_page_token == NULL)
        return STORE_FAULT;
    id_base64url((const uint8_t *)place, sizeof *place, reply->next_page_token);
    return 0;
}

static int count(const struct landscape *l, Kosi__StaleReply *reply) {
    struct store_statement *s = store_prepare(l->store, "SELECT coalesce(sum(step < 3), 0), coalesce(sum(step = 3), 0),"
                                                        " coalesce(sum(step < 3 AND asked NOT IN ('', 'written')), 0) FROM fresh WHERE step > 0");
    int rc = store_step(s);
    reply->has_shown = reply->has_archived = reply->has_unasked = rc == 1;
    if (rc == 1) {
        reply->shown = (uint32_t)store_int(s, 0);
        reply->archived = (uint32_t)store_int(s, 1);
        reply->unasked = (uint32_t)store_int(s, 2);
    }
    store_reset(s);
    return rc < 0 ? rc : 0;
}

int stale_list(const struct landscape *l, const struct config *config, const Kosi__StaleRequest *request, Kosi__StaleReply *reply) {
    struct place place;
    if (!read_place(request->page_token, &place))
        return PROBLEM_BAD_PAGE_TOKEN;
    size_t most = request->has_page_size ? request->page_size : PAGE_USUAL;
    reply->items = arena_take(l->arena, (most + 1) * sizeof *reply->items);
    if (reply->items == NULL)
        return STORE_FAULT;
    int rc = read_page(l, query(l, config, &place, most), most, &place, reply);
    return rc ? rc : count(l, reply);
}
