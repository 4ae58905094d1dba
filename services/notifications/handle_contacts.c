// What staff see of addresses: those that mails no longer go to, and the proof of who agreed to what.
#include "services/common/contract/page_token.h"
#include "services/notifications/consent.h"
#include "services/notifications/mailroom.h"
#include "notifications.handlers.h"
#include <string.h>

#define ROW_COLUMNS "n, id, address, state, language, created_at, confirmed_at, suspended_at, suspended_why, soft_bounces"
enum { EVENTS_MOST = 500 };

static const char *const states[] = {"all", "unconfirmed", "confirmed", "suspended"};   // by enum contact_state
enum { STATES = sizeof states / sizeof *states };

static int state_of(const char *name) {
    for (int i = 0; i < STATES; i++)
        if (strcmp(name, states[i]) == 0)
            return i;
    return -1;
}

// ---- a contact

static void set_time(struct store_statement *s, int column, protobuf_c_boolean *has, int64_t *out) {
    *has = !store_is_null(s, column);
    *out = store_int(s, column);
}

static Kosi__ContactRow *read_row(struct mesh_call *call, struct store_statement *s) {
    Kosi__ContactRow *row = arena_take(call->arena, sizeof *row);
    if (row == NULL)
        return NULL;
    kosi__contact_row__init(row);
    row->id = arena_text(call->arena, store_text(s, 1));
    row->address = arena_text(call->arena, store_text(s, 2));
    row->state = (char *)states[store_int(s, 3)];
    row->language = arena_text(call->arena, store_text(s, 4));
    set_time(s, 5, &row->has_created_at, &row->created_at);
    set_time(s, 6, &row->has_confirmed_at, &row->confirmed_at);
    set_time(s, 7, &row->has_suspended_at, &row->suspended_at);
    row->suspended_why = store_is_null(s, 8) ? NULL : arena_text(call->arena, store_text(s, 8));
    row->has_bounces = true;
    row->bounces = (uint32_t)store_int(s, 9);
    return row->id != NULL && row->address != NULL ? row : NULL;
}

// ---- list

// The newest first. An address finds one, whatever its state.
static struct store_statement *list(struct mesh_call *call, int state, const char *folded, int64_t before, uint32_t most) {
    struct store_statement *s;
    if (folded != NULL) {
        s = store_prepare(call->store, "SELECT " ROW_COLUMNS " FROM contact WHERE folded = ?1 AND n < ?2 LIMIT ?3");
        store_bind_text(s, 1, folded);
    } else if (state == 0) {
        s = store_prepare(call->store, "SELECT " ROW_COLUMNS " FROM contact WHERE ?1 = 0 AND n < ?2 ORDER BY n DESC LIMIT ?3");
        store_bind_int(s, 1, state);
    } else {
        s = store_prepare(call->store, "SELECT " ROW_COLUMNS " FROM contact WHERE state = ?1 AND n < ?2 ORDER BY n DESC LIMIT ?3");
        store_bind_int(s, 1, state);
    }
    store_bind_int(s, 2, before);
    store_bind_int(s, 3, (int64_t)most + 1);
    return s;
}

static int count_suspended(struct mesh_call *call, uint32_t *out) {
    enum { COUNTED_MOST = 1000 };
    struct store_statement *s = store_prepare(call->store, "SELECT count(*) FROM (SELECT 1 FROM contact WHERE state = ?1 AND state <> 2 LIMIT ?2)");
    store_bind_int(s, 1, CONTACT_SUSPENDED);
    store_bind_int(s, 2, COUNTED_MOST);
    int rc = store_step(s);
    *out = rc > 0 ? (uint32_t)store_int(s, 0) : 0;
    store_reset(s);
    return rc < 0 ? rc : 0;
}

static int read_rows(struct mesh_call *call, struct store_statement *s, const Kosi__ContactsRequest *request, Kosi__ContactsReply *reply) {
    int rc;
    int64_t n = 0;
    while ((rc = store_step(s)) > 0 && reply->n_items < request->page_size) {
        n = store_int(s, 0);
        if ((reply->items[reply->n_items++] = read_row(call, s)) == NULL)
            rc = STORE_FAULT;
        if (rc < 0)
            break;
    }
    store_reset(s);
    if (rc <= 0)
        return rc;
    reply->next_page_token = page_token_make(mailroom_of(call)->node_key, &request->base, n, call->arena);
    return reply->next_page_token != NULL ? 0 : STORE_FAULT;
}

static int add_lists(struct mesh_call *call, Kosi__ContactRow *row) {
    return consent_lists(call, row->id, &row->lists, &row->n_lists);
}

int notifications_contacts(struct mesh_call *call, const Kosi__ContactsRequest *request, Kosi__ContactsReply *reply) {
    int state = request->state != NULL ? state_of(request->state) : CONTACT_SUSPENDED;
    const char *address = request->address != NULL && *request->address ? request->address : NULL;
    const char *folded = address != NULL ? contact_fold(address, call->arena) : NULL;
    int64_t before = INT64_MAX;
    if (state < 0)
        return PROBLEM_BAD_PARAMETER;
    if (!page_token_read(mailroom_of(call)->node_key, &request->base, request->page_token, &before))
        return PROBLEM_BAD_PAGE_TOKEN;
    reply->items = arena_take(call->arena, request->page_size * sizeof *reply->items);
    if (reply->items == NULL || (address != NULL && folded == NULL))
        return STORE_FAULT;
    int rc = read_rows(call, list(call, state, folded, before, request->page_size), request, reply);
    for (size_t i = 0; i < reply->n_items && rc == 0; i++)
        rc = add_lists(call, reply->items[i]);
    reply->has_suspended = true;
    return rc == 0 ? count_suspended(call, &reply->suspended) : rc;
}

// ---- proof

static Kosi__ConsentEvent *read_event(struct mesh_call *call, struct store_statement *s) {
    Kosi__ConsentEvent *event = arena_take(call->arena, sizeof *event);
    size_t n;
    if (event == NULL)
        return NULL;
    kosi__consent_event__init(event);
    event->has_at = true;
    event->at = store_int(s, 0);
    event->purpose = arena_text(call->arena, store_text(s, 1));
    event->act = arena_text(call->arena, store_text(s, 2));
    event->by = arena_text(call->arena, store_text(s, 3));
    event->language = arena_text(call->arena, store_text(s, 4));
    event->mail_id = store_is_null(s, 5) ? NULL : arena_text(call->arena, store_text(s, 5));
    event->wording = store_is_null(s, 6) ? NULL : arena_text(call->arena, store_text(s, 6));
    const uint8_t *hash = store_blob(s, 7, &n);
    event->wording_hash = n == CONSENT_HASH ? arena_take(call->arena, 2 * CONSENT_HASH + 1) : NULL;
    if (event->wording_hash != NULL)
        id_hex(hash, n, event->wording_hash);
    return event;
}

static int read_events(struct mesh_call *call, const char *id, Kosi__ContactProof *reply) {
    struct store_statement *s =
        store_prepare(call->store, "SELECT c.at, c.purpose, c.act, c.by, c.language, c.mail, w.text, c.wording FROM consent c"
                                   " LEFT JOIN wording w ON w.hash = c.wording WHERE c.contact = ?1 ORDER BY c.n LIMIT ?2");
    int rc;
    reply->events = arena_take(call->arena, EVENTS_MOST * sizeof *reply->events);
    store_bind_text(s, 1, id);
    store_bind_int(s, 2, EVENTS_MOST);
    while ((rc = store_step(s)) > 0 && reply->events != NULL)
        if ((reply->events[reply->n_events++] = read_event(call, s)) == NULL)
            break;
    store_reset(s);
    return rc < 0 ? rc : rc > 0 ? STORE_FAULT : 0;
}

static int read_contact(struct mesh_call *call, const char *id, Kosi__ContactRow **out) {
    struct store_statement *s = store_prepare(call->store, "SELECT " ROW_COLUMNS " FROM contact WHERE id = ?1");
    store_bind_text(s, 1, id);
    int rc = store_step(s);
    *out = rc > 0 ? read_row(call, s) : NULL;
    store_reset(s);
    if (rc > 0 && *out == NULL)
        return STORE_FAULT;
    return rc > 0 ? add_lists(call, *out) : rc;
}

// Also of an address that has been forgotten: that somebody agreed and left stays, under a name that means nobody.
int notifications_proof(struct mesh_call *call, const Kosi__ContactIdRequest *request, Kosi__ContactProof *reply) {
    int rc = read_contact(call, request->id, &reply->contact);
    if (rc == 0)
        rc = read_events(call, request->id, reply);
    return rc == 0 && reply->contact == NULL && reply->n_events == 0 ? PROBLEM_NOT_FOUND : rc;
}

int notifications_contact_release(struct mesh_call *call, const Kosi__ContactIdRequest *request, Kosi__ContactMoveReply *reply) {
    struct contact contact;
    int rc = contact_by_id(call, request->id, &contact);
    if (rc != 0)
        return rc;
    call->audit_subject = contact.id;
    call->audit_detail = "release";
    if (contact.state != CONTACT_SUSPENDED)
        return PROBLEM_ILLEGAL_STATE;
    rc = contact_release(call, contact.id);
    if (rc == 0)
        rc = contact_by_id(call, contact.id, &contact);
    reply->state = (char *)states[contact.state];
    return rc;
}
