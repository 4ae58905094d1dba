#include "services/common/mesh/dispatch.h"
#include "services/common/base/clock.h"
#include "services/common/contract/unpack.h"
#include "services/common/contract/validate.h"
#include "services/common/mesh/actor.h"
#include "services/common/mesh/follow.h"
#include "services/common/mesh/mesh_log.h"
#include "services/common/mesh/reply.h"
#include <string.h>

enum { BUILT_IN = 2, REQUEST_ID_MOST = 64, IDEMPOTENCY_KEY_MOST = 64 };

int dispatch_open(struct worker *worker) {
    const struct contract_service *contract = worker->service->contract;
    if (contract->method_count + BUILT_IN > WORKER_METHODS_MOST)
        return -1;
    for (int i = 0; i < contract->method_count; i++) {
        const struct contract_method *method = &contract->methods[i];
        worker->methods[i] = (struct mesh_method){.contract = method,
                                                  .handle = worker->service->handlers[i].handle,
                                                  .slow = worker->service->handlers[i].slow,
                                                  .derived = reply_has_derived(method->output)};
    }
    worker->method_count = contract->method_count + BUILT_IN;
    mesh_log_open(&worker->methods[contract->method_count]);
    follow_reset_open(&worker->methods[contract->method_count + 1]);
    return 0;
}

static const struct mesh_method *method_named(const struct worker *worker, const char *name) {
    for (int i = 0; name != NULL && i < worker->method_count; i++)
        if (strcmp(worker->methods[i].contract->name, name) == 0)
            return &worker->methods[i];
    return NULL;
}

// The broker has checked this; once more costs nothing, and a second broker may be older.
static bool reachable(enum contract_reach reach, const char *origin) {
    if (reach == REACH_PUBLIC || strcmp(origin, "ops") == 0)
        return true;
    return reach == REACH_INTERNAL && strcmp(origin, "back") == 0;
}

static bool key_is_sound(const char *key) {
    size_t length = strlen(key);
    if (length < 1 || length > IDEMPOTENCY_KEY_MOST)
        return false;
    for (const char *c = key; *c; c++)
        if (*c < 0x21 || *c > 0x7e)
            return false;
    return true;
}

static int check_envelope(struct mesh_call_private *call) {
    struct worker *worker = call->worker;
    const Kosi__Envelope *envelope = call->message.envelope;
    if (!envelope->has_version || envelope->version != WIRE_VERSION)
        return PROBLEM_WRONG_VERSION;
    if (envelope->request_id.len < 1 || envelope->request_id.len > REQUEST_ID_MOST)
        return PROBLEM_MALFORMED;
    if (envelope->service == NULL || strcmp(envelope->service, worker->service->contract->name) != 0)
        return PROBLEM_UNKNOWN_SERVICE;
    call->method = method_named(worker, envelope->method);
    if (call->method == NULL || !reachable(call->method->contract->reach, call->call.origin))
        return PROBLEM_UNKNOWN_METHOD;
    if (zmq_msg_size(&call->message.body) > call->method->contract->max_bytes)
        return PROBLEM_TOO_LARGE;
    if (envelope->idempotency_key != NULL && !key_is_sound(envelope->idempotency_key)) {
        violations_add(&call->call.violations, "Idempotency-Key", "invalid_format", 0);
        return PROBLEM_BAD_PARAMETER;
    }
    return 0;
}

static int decode(struct mesh_call_private *call) {
    const struct contract_message *input = call->method->contract->input;
    const uint8_t *bytes = zmq_msg_data(&call->message.body);
    size_t size = zmq_msg_size(&call->message.body);
    bool exact;
    const ProtobufCMessage *request = unpack_message(input, bytes, size, call->call.arena, &exact);
    if (request == NULL)
        return PROBLEM_MALFORMED;
    call->request = request;
    call->call.sent = exact ? bytes : NULL;
    call->call.sent_size = exact ? size : 0;
    return validate_message(input, request, &call->call.violations);
}

int dispatch_admit(struct mesh_call_private *call, int64_t now_ms) {
    struct worker *worker = call->worker;
    const Kosi__Envelope *envelope = call->message.envelope;
    call->call.locale = envelope->locale != NULL && strcmp(envelope->locale, "en") == 0 ? "en" : "de";
    call->call.origin = envelope->origin != NULL ? envelope->origin : "front";
    call->call.now_us = clock_wall_us();
    uint32_t left_ms = envelope->has_time_left_ms ? envelope->time_left_ms : WIRE_TIME_LEFT_MS;
    call->deadline_ms = now_ms + left_ms;
    int rc = check_envelope(call);
    if (rc != 0)
        return rc;
    if (left_ms == 0 || (call->method->contract->write && !worker->lock_held))
        return PROBLEM_STARTING; // not executed: out of time, or sent to one who may not write
    rc = actor_admit(worker->actors, envelope, call->method->contract->role, call->call.now_us, call->call.arena,
                     &call->call.actor);
    return rc != 0 ? rc : decode(call);
}
