// Reports as staff read them, newest first.
#include "services/common/base/problem.h"
#include "services/common/contract/page_token.h"
#include "services/registry/report.h"
#include <string.h>

enum { PAGE_USUAL = 50 };
enum shown { SHOW_OPEN, SHOW_RESOLVED, SHOW_ALL };

static int read_state(const char *state, enum shown *out) {
    static const char *const names[] = {"open", "resolved", "all"};
    *out = SHOW_OPEN;
    if (state == NULL || state[0] == '\0')
        return 0;
    for (int i = 0; i < 3; i++)
        if (strcmp(names[i], state) == 0) {
            *out = (enum shown)i;
            return 0;
        }
    return PROBLEM_BAD_PARAMETER;
}

#define COLUMNS                                                                                                                      \
    "SELECT r.n, r.id, r.entry_id, r.reason, r.text, r.page, r.email, r.created_at, r.resolved_at, r.resolved_by, r.outcome, r.note," \
    " e.head FROM report r LEFT JOIN entry e ON e.id = r.entry_id AND e.state = 1 WHERE r.n < ?1 AND (?3 = '' OR r.reason = ?3)"
#define NEWEST " ORDER BY r.n DESC LIMIT ?2"

static struct store_statement *query(struct store *store, enum shown shown) {
    if (shown == SHOW_OPEN)
        return store_prepare(store, COLUMNS " AND r.resolved_at IS NULL" NEWEST);
    if (shown == SHOW_RESOLVED)
        return store_prepare(store, COLUMNS " AND r.resolved_at IS NOT NULL" NEWEST);
    return store_prepare(store, COLUMNS NEWEST);
}

static char *text_of(struct arena *arena, struct store_statement *s, int column) {
    const char *text = store_text(s, column);
    return text[0] != '\0' ? arena_text(arena, text) : NULL;
}

static char *title_of(struct arena *arena, struct store_statement *s, int column) {
    size_t size = 0;
    const void *head = store_is_null(s, column) ? NULL : store_blob(s, column, &size);
    Kosi__Entry *entry = head != NULL ? kosi__entry__unpack(arena_allocator(arena), size, head) : NULL;
    return entry != NULL ? entry->title : NULL;
}

static Kosi__Report *read_item(struct arena *arena, struct store_statement *s) {
    Kosi__Report *item = arena_take(arena, sizeof *item);
    if (item == NULL)
        return NULL;
    kosi__report__init(item);
    item->id = text_of(arena, s, 1);
    item->entry_id = text_of(arena, s, 2);
    item->reason = text_of(arena, s, 3);
    item->text = text_of(arena, s, 4);
    item->page = text_of(arena, s, 5);
    item->email = text_of(arena, s, 6);
    item->has_created_at = true;
    item->created_at = store_int(s, 7);
    item->has_resolved_at = !store_is_null(s, 8);
    item->resolved_at = store_int(s, 8);
    item->resolved_by = text_of(arena, s, 9);
    item->outcome = text_of(arena, s, 10);
    item->note = text_of(arena, s, 11);
    item->entry_title = title_of(arena, s, 12);
    return item->id != NULL ? item : NULL;
}

// 1: there are more, behind the number *last.
static int read_page(const struct landscape *l, struct store_statement *s, size_t most, int64_t *last, Kosi__ReportListReply *reply) {
    int rc;
    while ((rc = store_step(s)) == 1 && reply->n_items < most) {
        *last = store_int(s, 0);
        if ((reply->items[reply->n_items++] = read_item(l->arena, s)) == NULL) {
            rc = STORE_FAULT;
            break;
        }
    }
    store_reset(s);
    return rc;
}

int report_list(const struct landscape *l, const Kosi__ReportListRequest *request, Kosi__ReportListReply *reply) {
    enum shown shown;
    int64_t last = INT64_MAX;
    int rc = read_state(request->state, &shown);
    if (rc != 0)
        return rc;
    if (!page_token_read(l->node_key, &request->base, request->page_token, &last))
        return PROBLEM_BAD_PAGE_TOKEN;
    size_t most = request->has_page_size ? request->page_size : PAGE_USUAL;
    reply->items = arena_take(l->arena, (most + 1) * sizeof *reply->items);
    if (reply->items == NULL)
        return STORE_FAULT;
    struct store_statement *s = query(l->store, shown);
    store_bind_int(s, 1, last);
    store_bind_int(s, 2, (int64_t)most + 1);
    store_bind_text(s, 3, request->reason != NULL ? request->reason : "");
    rc = read_page(l, s, most, &last, reply);
    if (rc == 1) {
        reply->next_page_token = page_token_make(l->node_key, &request->base, last, l->arena);
        rc = reply->next_page_token != NULL ? 0 : STORE_FAULT;
    }
    reply->has_open = true;
    return rc ? rc : report_count_open(l->store, &reply->open);
}
