#include "services/common/mesh/reply.h"
#include "services/common/base/log.h"
#include <sodium.h>
#include <string.h>

enum { RETRY_MS = 1000, RETRY_SPREAD_MS = 1000 };

// ---- derived fields

bool reply_has_derived(const struct contract_message *contract) {
    for (unsigned i = 0; i < contract->descriptor->n_fields; i++) {
        const struct contract_field *field = &contract->fields[i];
        if (field->derived || (field->message != NULL && reply_has_derived(field->message)))
            return true;
    }
    return false;
}

// ProtobufCMessage is the first member of every message; members are found by the descriptor's offsets.
static void *member(ProtobufCMessage *message, unsigned offset) {
    return (char *)message + offset;
}

static void clear_field(const ProtobufCFieldDescriptor *field, ProtobufCMessage *message) {
    if (field->label == PROTOBUF_C_LABEL_REPEATED)
        *(size_t *)member(message, field->quantifier_offset) = 0;
    else if (field->type == PROTOBUF_C_TYPE_STRING || field->type == PROTOBUF_C_TYPE_MESSAGE)
        *(void **)member(message, field->offset) = NULL;
    else
        *(protobuf_c_boolean *)member(message, field->quantifier_offset) = 0;
}

static void clear_inside(const struct contract_field *contract, const ProtobufCFieldDescriptor *field,
                         ProtobufCMessage *message) {
    if (field->label != PROTOBUF_C_LABEL_REPEATED) {
        ProtobufCMessage *inside = *(ProtobufCMessage **)member(message, field->offset);
        if (inside != NULL)
            reply_clear_derived(contract->message, inside);
        return;
    }
    size_t count = *(size_t *)member(message, field->quantifier_offset);
    ProtobufCMessage **items = *(ProtobufCMessage ***)member(message, field->offset);
    for (size_t i = 0; i < count; i++)
        reply_clear_derived(contract->message, items[i]);
}

void reply_clear_derived(const struct contract_message *contract, ProtobufCMessage *message) {
    for (unsigned i = 0; i < contract->descriptor->n_fields; i++) {
        const ProtobufCFieldDescriptor *field = &contract->descriptor->fields[i];
        if (contract->fields[i].derived)
            clear_field(field, message);
        else if (field->type == PROTOBUF_C_TYPE_MESSAGE)
            clear_inside(&contract->fields[i], field, message);
    }
}

// ---- packing

static int pack(struct mesh_call_private *call, const ProtobufCMessage *message) {
    call->packed_size = protobuf_c_message_get_packed_size(message);
    uint8_t *bytes = arena_take(call->call.arena, call->packed_size ? call->packed_size : 1);
    call->packed = bytes;
    if (bytes == NULL)
        return STORE_FAULT;
    protobuf_c_message_pack(message, bytes);
    return 0;
}

int reply_pack(struct mesh_call_private *call) {
    return pack(call, call->reply);
}

int reply_finish(struct mesh_call_private *call) {
    bool derive = call->method->derived && call->worker->service->derive != NULL && call->reply != NULL;
    if (call->packed != NULL && !derive)
        return 0;
    if (derive)
        call->worker->service->derive(&call->call, call->method->contract, call->reply);
    return pack(call, call->reply);
}

static uint32_t retry_after_ms(int outcome) {
    switch (outcome) {
    case PROBLEM_STORAGE: // spread, so that those who wait do not come back as one
        return RETRY_MS + randombytes_uniform(RETRY_SPREAD_MS);
    case PROBLEM_BUSY:
    case PROBLEM_STARTING:
        return RETRY_MS;
    default:
        return 0;
    }
}

static int pack_problem(struct mesh_call_private *call, uint32_t retry_ms) {
    Kosi__Problem problem = KOSI__PROBLEM__INIT;
    problem.code = (char *)problem_code(call->outcome);
    problem.n_errors = call->call.violations.count;
    problem.errors = call->call.violations.items;
    problem.detail = (char *)call->call.detail;
    problem.has_retry_after_ms = retry_ms > 0;
    problem.retry_after_ms = retry_ms;
    return pack(call, &problem.base);
}

// ---- sending

static void tell_fault(const struct mesh_call_private *call) {
    const Kosi__Envelope *envelope = call->message.envelope;
    log_trace(envelope->trace_id.len == 16 ? envelope->trace_id.data : NULL);
    log_event(LOG_ERROR_, "request_failed", "method", call->method ? call->method->contract->name : "", "error",
              log_number(call->outcome), NULL);
    log_trace(NULL);
}

static Kosi__Envelope envelope_for(const struct mesh_call_private *call, uint32_t retry_ms) {
    const Kosi__Envelope *asked = call->message.envelope;
    Kosi__Envelope envelope = KOSI__ENVELOPE__INIT;
    envelope.has_version = envelope.has_kind = true;
    envelope.version = WIRE_VERSION;
    envelope.kind = KOSI__KIND__REPLY;
    envelope.has_request_id = asked->has_request_id;
    envelope.request_id = asked->request_id;
    envelope.has_trace_id = asked->has_trace_id;
    envelope.trace_id = asked->trace_id;
    envelope.has_delivery = asked->has_delivery;
    envelope.delivery = asked->delivery;
    envelope.outcome = (char *)problem_code(call->outcome);
    envelope.has_replayed = envelope.replayed = call->replayed;
    envelope.has_retry_after_ms = retry_ms > 0;
    envelope.retry_after_ms = retry_ms;
    envelope.has_log_seq = call->log_seq > 0;
    envelope.log_seq = call->log_seq;
    return envelope;
}

void reply_send(struct mesh_call_private *call) {
    struct worker *worker = call->worker;
    if (call->outcome == 0 && call->packed_size > WIRE_BODY_MAX)
        call->outcome = STORE_FAULT;
    if (call->outcome < 0) {
        tell_fault(call);
        call->outcome = PROBLEM_INTERNAL;
        call->call.violations.count = 0;
        call->call.detail = NULL; // never with details
    }
    uint32_t retry_ms = call->call.retry_after_ms ? call->call.retry_after_ms : retry_after_ms(call->outcome);
    if (call->outcome != 0 && pack_problem(call, retry_ms) != 0)
        call->packed_size = 0;
    Kosi__Envelope envelope = envelope_for(call, retry_ms);
    worker->send(worker, &envelope, call->packed, call->packed_size);
    call_free(worker, call);
}

void reply_refuse(struct mesh_call_private *call, int outcome) {
    call->outcome = outcome;
    reply_send(call);
}
