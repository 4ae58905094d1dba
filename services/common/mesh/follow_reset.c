// The operator's way out for a follower that stopped or has parked records.
#include "services/common/base/log.h"
#include "services/common/mesh/follow.h"

enum { METHOD_BYTES = 4096 };

static int forget(struct store *store, const char *sql, const char *service) {
    struct store_statement *s = store_prepare(store, sql);
    store_bind_text(s, 1, service);
    return store_run(s);
}

static int follow_reset(struct mesh_call *call, const ProtobufCMessage *request_base, ProtobufCMessage *reply_base) {
    const char *service = ((const Kosi__FollowResetRequest *)request_base)->service;
    Kosi__FollowResetReply *reply = (Kosi__FollowResetReply *)reply_base;
    int rc = follow_again(call->inner->worker, service);
    if (rc == 0 && (rc = forget(call->store, "DELETE FROM mesh_parked WHERE service = ?1", service)) == 0) {
        reply->has_parked = true;
        reply->parked = (uint32_t)store_changes(call->store);
        rc = forget(call->store, "DELETE FROM mesh_cursors WHERE service = ?1", service);
    }
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
