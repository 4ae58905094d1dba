// The operator's way out for a follower that stopped or has parked records.
#include "services/common/base/log.h"
#include "services/common/mesh/follow.h"
#include "services/common/mesh/trying.h"

enum { METHOD_BYTES = 4096 };

static int change(struct store *store, const char *sql, const char *service) {
    struct store_statement *s = store_prepare(store, sql);
    store_bind_text(s, 1, service);
    return store_run(s);
}

// The parked records once more, and of what lies between them nothing: to apply that again could undo what it led to. Returns 1 when
// there was one.
static int rewind_to_parked(struct store *store, const char *service) {
    struct store_statement *s = store_prepare(
        store, "UPDATE mesh_cursors SET seq = min(seq, p.first - 1), again = max(seq, coalesce(again, 0)), mark = NULL, mark_seq = NULL FROM"
               " (SELECT min(seq) AS first FROM mesh_parked WHERE service = ?1) AS p WHERE service = ?1 AND p.first IS NOT NULL");
    store_bind_text(s, 1, service);
    int rc = store_run(s);
    int found = store_changes(store) > 0;
    if (rc != 0 || !found)
        return rc;
    rc = change(store, "INSERT INTO mesh_again(service, seq) SELECT service, seq FROM mesh_parked WHERE service = ?1 ON CONFLICT DO NOTHING", service);
    return rc ? rc : 1;
}

static int start_now(struct mesh_call *call, const char *service) {
    struct store_statement *s = store_prepare(call->store, "INSERT INTO mesh_meta(name, value) VALUES('since/' || ?1, ?2)"
                                                           " ON CONFLICT DO UPDATE SET value = ?2");
    store_bind_text(s, 1, service);
    store_bind_blob(s, 2, &call->now_us, sizeof call->now_us);
    int rc = store_run(s);
    rc = rc ? rc : change(call->store, "DELETE FROM mesh_again WHERE service = ?1", service);
    return rc ? rc : change(call->store, "DELETE FROM mesh_cursors WHERE service = ?1", service);
}

static int go_on(struct mesh_call *call, const char *service) {
    int rc = follow_stopped(call->inner->worker, service) ? 0 : rewind_to_parked(call->store, service);
    return rc == 0 ? start_now(call, service) : rc < 0 ? rc : 0;
}

static int follow_reset(struct mesh_call *call, const ProtobufCMessage *request_base, ProtobufCMessage *reply_base) {
    const char *service = ((const Kosi__FollowResetRequest *)request_base)->service;
    Kosi__FollowResetReply *reply = (Kosi__FollowResetReply *)reply_base;
    int rc = follow_again(call->inner->worker, service);
    if (rc > 1)
        return rc;
    reply->has_stateful = reply->has_parked = true;
    reply->stateful = rc == 1;
    rc = reply->stateful ? go_on(call, service) : change(call->store, "DELETE FROM mesh_cursors WHERE service = ?1", service);
    if (rc == 0)
        rc = trying_clear(call->store, service);
    if (rc == 0)
        rc = change(call->store, "DELETE FROM mesh_parked WHERE service = ?1", service);
    reply->parked = (uint32_t)store_changes(call->store);
    if (rc == 0)
        log_event(LOG_WARN_, "follow_reset", "service", service, "parked", log_number(reply->parked), NULL);
    return rc;
}

void follow_reset_open(struct mesh_method *out) {
    static struct contract_method method = {
        .name = "FollowReset", .write = true, .reach = REACH_OPERATOR, .max_bytes = METHOD_BYTES};
    method.input = contract_message_named("FollowResetRequest");
    method.output = contract_message_named("FollowResetReply");
    *out = (struct mesh_method){.contract = &method, .handle = follow_reset};
}
