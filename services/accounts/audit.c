#include "services/accounts/audit.h"
#include "accounts.handlers.h"
#include "services/common/base/id.h"
#include <stdio.h>
#include <string.h>
#include <time.h>

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

int audit_write(struct mesh_call *call, const char *login, const char *method, const char *subject, const char *detail) {
    Kosi__StaffAction action = KOSI__STAFF_ACTION__INIT;
    action.login = (char *)login;
    action.service = (char *)"accounts";
    action.method = (char *)method;
    action.subject = (char *)subject;
    action.detail = (char *)detail;
    return mesh_log(call, NULL, &action.base, NULL);
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

#define COLUMNS                                                                                                              \
    "SELECT u.id, u.acted_at, u.login, u.service, u.method, u.subject, u.detail, a.login FROM audit u"                       \
    " LEFT JOIN account a ON a.id = u.subject WHERE (u.acted_at, u.id) < (?1, ?2) AND u.acted_at >= ?4 AND (?5 = '' OR u.method = ?5)"
#define NEWEST " ORDER BY u.acted_at DESC, u.id DESC LIMIT ?3"

static struct store_statement *query(struct mesh_call *call, const Kosi__AuditRequest *request, struct place from, int64_t since) {
    struct store_statement *s;
    if (request->actor && request->subject)
        s = store_prepare(call->store, COLUMNS " AND u.subject = ?6 AND u.login = ?7" NEWEST);
    else if (request->subject)
        s = store_prepare(call->store, COLUMNS " AND u.subject = ?6" NEWEST);
    else if (request->actor)
        s = store_prepare(call->store, COLUMNS " AND u.login = ?6" NEWEST);
    else
        s = store_prepare(call->store, COLUMNS NEWEST);
    store_bind_int(s, 1, from.acted_at);
    store_bind_int(s, 2, from.id);
    store_bind_int(s, 3, (int64_t)request->page_size + 1);
    store_bind_int(s, 4, since);
    store_bind_text(s, 5, or_empty(request->method));
    if (request->subject)
        store_bind_text(s, 6, request->subject);
    if (request->actor)
        store_bind_text(s, request->subject ? 7 : 6, request->actor);
    return s;
}

// The city's midnight at which a day begins, `days` later.
static int64_t midnight(const char *date, int days) {
    struct tm local = {.tm_isdst = -1};
    if (sscanf(date, "%4d-%2d-%2d", &local.tm_year, &local.tm_mon, &local.tm_mday) != 3)
        return 0;
    local.tm_year -= 1900;
    local.tm_mon -= 1;
    local.tm_mday += days;
    return (int64_t)mktime(&local) * 1000000;
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
    item->subject_login = store_is_null(s, 7) ? NULL : arena_text(arena, store_text(s, 7));
    return item->login && item->service && item->method && item->subject && item->detail ? item : NULL;
}

int accounts_audit(struct mesh_call *call, const Kosi__AuditRequest *request, Kosi__AuditReply *reply) {
    struct place last;
    if (!read_place(request->page_token, &last))
        return PROBLEM_BAD_PAGE_TOKEN;
    reply->items = arena_take(call->arena, request->page_size * sizeof *reply->items);
    if (!reply->items)
        return STORE_FAULT;
    int64_t since = request->from ? midnight(request->from, 0) : 0, until = request->to ? midnight(request->to, 1) : INT64_MAX;
    if (last.acted_at >= until)
        last = (struct place){until, 0};
    struct store_statement *s = query(call, request, last, since);
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
