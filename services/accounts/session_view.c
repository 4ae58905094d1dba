#include "services/accounts/session_view.h"
#include "services/accounts/session_store.h"
#include <string.h>

static Kosi__SessionItem *read_item(struct mesh_call *call, struct store_statement *s, const uint8_t *current) {
    size_t size;
    const uint8_t *hash = store_blob(s, 0, &size);
    Kosi__SessionItem *item = arena_take(call->arena, sizeof *item);
    char id[SESSION_ID_TEXT];
    if (!item || size < SESSION_ID_BYTES)
        return NULL;
    kosi__session_item__init(item);
    id_base64url(hash, SESSION_ID_BYTES, id);
    item->id = arena_text(call->arena, id);
    item->device = arena_text(call->arena, store_text(s, 1));
    item->has_signed_in_at = item->has_expires_at = item->has_current = 1;
    item->signed_in_at = store_int(s, 2);
    item->expires_at = store_int(s, 3);
    item->current = current && memcmp(hash, current, SESSION_ID_BYTES) == 0;
    return item->id && item->device ? item : NULL;
}

int session_view_list(struct mesh_call *call, const char *account_id, const uint8_t *current, Kosi__SessionsReply *reply) {
    int row;
    reply->items = arena_take(call->arena, SESSIONS_PER_ACCOUNT * sizeof *reply->items);
    if (!reply->items)
        return STORE_FAULT;
    struct store_statement *s = session_list(call->store, account_id, call->now_us);
    while ((row = store_step(s)) > 0 && reply->n_items < SESSIONS_PER_ACCOUNT) {
        Kosi__SessionItem *item = read_item(call, s, current);
        if (!item) {
            row = STORE_FAULT;
            break;
        }
        reply->items[reply->n_items++] = item;
    }
    store_reset(s);
    return row < 0 ? row : 0;
}

int session_view_end(struct mesh_call *call, const char *account_id, const char *id) {
    uint8_t bytes[SESSION_ID_BYTES];
    if (id_base64url_parse(id, bytes, sizeof bytes) != sizeof bytes)
        return PROBLEM_NOT_FOUND;
    int removed = session_remove_id(call->store, account_id, bytes);
    return removed < 0 ? removed : removed ? 0 : PROBLEM_NOT_FOUND;
}
