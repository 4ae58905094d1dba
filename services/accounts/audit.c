#include "services/accounts/audit.h"
#include "accounts.handlers.h"
#include "services/common/base/id.h"
#include <string.h>

static const char *or_empty(const char *text) { return text ? text : ""; }

int audit_apply(struct mesh_call *call, const struct mesh_record *record) {
    const Kosi__StaffAction *action = (const Kosi__StaffAction *)record->content;
    if (!action)
        return 0;
    struct store_statement *s =
        store_prepare(call->store, "INSERT INTO audit(service, seq, acted_at, login, method, subject, detail)"
                                   " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT DO NOTHING");
    store_bind_text(s, 1, or_empty(action->service));
    store_bind_int(s, 2, (int64_t)record->seq);
    store_bind_int(s, 3, record->at);
    store_bind_text(s, 4, or_empty(action->login));
    store_bind_text(s, 5, or_empty(action->method));
    store_bind_text(s, 6, or_empty(action->subject));
    store_bind_text(s, 7, or_empty(action->detail));
    return store_run(s);
}

static bool writes(const struct contract_service *service) {
    for (int i = 0; i < service->method_count; i++)
        if (service->methods[i].write)
            return true;
    return false;
}

int audit_follows(struct mesh_follow *out, int most) {
    static const char *const types[] = {"StaffAction", NULL};
    int n = 0;
    for (const struct contract_service *const *service = contract_services; *service && n < most; service++)
        if (writes(*service))
            out[n++] = (struct mesh_follow){.service = (*service)->name, .types = types, .apply = audit_apply};
    return n;
}

// ---- pages, newest first: a token names the last row shown
struct place { int64_t acted_at, id; };
enum { PLACE_TEXT = 24 };

static bool read_place(const char *token, struct place *out) {
    *out = (struct place){INT64_MAX, INT64_MAX};
    return !token || id_base64url_parse(token, (uint8_t *)out, sizeof *out) == sizeof *out;
}

static char *place_text(struct arena *arena, struct place place) {
    char *text = arena_take(arena, PLACE_TEXT);
    if (text)
        id_base64url((const uint8_t *)&place, sizeof place, text);
    return text;
}

#define COLUMNS "SELECT id, acted_at, login, service, method, subject, detail FROM audit WHERE (acted_at, id) < (?1, ?2)"
#define NEWEST " ORDER BY acted_at DESC, id DESC LIMIT ?3"

static struct store_statement *query(struct mesh_call *call, const Kosi__AuditRequest *request, struct place from) {
    struct store_statement *s;
    if (request->actor && request->subject)
        s = store_prepare(call->store, COLUMNS " AND subject = ?4 AND login = ?5" NEWEST);
    else if (request->subject)
        s = store_prepare(call->store, COLUMNS " AND subject = ?4" NEWEST);
    else if (request->actor)
        s = store_prepare(call->store, COLUMNS " AND login = ?4" NEWEST);
    else
        s = store_prepare(call->store, COLUMNS NEWEST);
    store_bind_int(s, 1, from.acted_at);
    store_bind_int(s, 2, from.id);
    store_bind_int(s, 3, (int64_t)request->page_size + 1);
    if (request->subject)
        store_bind_text(s, 4, request->subject);
    if (request->actor)
        store_bind_text(s, request->subject ? 5 : 4, request->actor);
    return s;
}

static Kosi__AuditItem *read_item(struct arena *arena, struct store_statement *s) {
    Kosi__AuditItem *item = arena_take(arena, sizeof *item);
    if (!item)
        return NULL;
    kosi__audit_item__init(item);
    item->has_acted_at = 1;
    item->acted_at = store_int(s, 1);
    item->login = arena_text(arena, store_text(s, 2));
    item->service = arena_text(arena, store_text(s, 3));
    item->method = arena_text(arena, store_text(s, 4));
    item->subject = arena_text(arena, store_text(s, 5));
    item->detail = arena_text(arena, store_text(s, 6));
    return item->login && item->service && item->method && item->subject && item->detail ? item : NULL;
}

int accounts_audit(struct mesh_call *call, const Kosi__AuditRequest *request, Kosi__AuditReply *reply) {
    struct place last;
    if (!read_place(request->page_token, &last))
        return PROBLEM_BAD_PAGE_TOKEN;
    reply->items = arena_take(call->arena, request->page_size * sizeof *reply->items);
    if (!reply->items)
        return STORE_FAULT;
    struct store_statement *s = query(call, request, last);
    int row;
    while ((row = store_step(s)) > 0 && reply->n_items < request->page_size) {
        last = (struct place){store_int(s, 1), store_int(s, 0)};
        if (!(reply->items[reply->n_items++] = read_item(call->arena, s)))
            row = STORE_FAULT;
        if (row < 0)
            break;
    }
    store_reset(s);
    if (row > 0 && !(reply->next_page_token = place_text(call->arena, last)))
        row = STORE_FAULT;
    return row < 0 ? row : 0;
}
