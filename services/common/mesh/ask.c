#include "services/common/mesh/ask.h"
#include "services/common/base/clock.h"
#include "services/common/mesh/reply.h"
#include <assert.h>

int mesh_ask(struct mesh_call *call, const char *service, const char *method, const ProtobufCMessage *request,
             mesh_then *then) {
    struct mesh_call_private *inner = call->inner;
    assert(inner->method != NULL && !inner->method->contract->write);
    const struct contract_service *contract = contract_service_named(service);
    inner->asked_service = service;
    inner->asked_method = contract ? contract_method_named(contract, method) : NULL;
    assert(inner->asked_method != NULL); // a name in our own code
    inner->question_size = protobuf_c_message_get_packed_size(request);
    uint8_t *bytes = arena_take(call->arena, inner->question_size ? inner->question_size : 1);
    if (bytes == NULL)
        return STORE_FAULT;
    protobuf_c_message_pack(request, bytes);
    inner->question = bytes;
    inner->then = then;
    return MESH_LATER;
}

static void unlist(struct call_list *list, struct mesh_call_private *call) {
    struct call_list kept = {0};
    for (struct mesh_call_private *c = call_pop(list); c != NULL; c = call_pop(list))
        if (c != call)
            call_push(&kept, c);
    *list = kept;
}

// The answer is unpacked into the call's arena; the handler's second part runs with the next batch of reads.
static void answered(void *owner, const struct client_reply *reply) {
    struct mesh_call_private *call = owner;
    struct worker *worker = call->worker;
    call->answered = true;
    call->answer_outcome = problem_of(reply->outcome);
    call->answer = NULL;
    if (call->answer_outcome == 0) {
        call->answer = protobuf_c_message_unpack(call->asked_method->output->descriptor, arena_allocator(call->call.arena),
                                                 reply->body_size, reply->body);
        if (call->answer == NULL)
            call->answer_outcome = PROBLEM_INTERNAL;
    }
    unlist(&worker->asking, call);
    call_push(&worker->reads, call);
}

void ask_start(struct mesh_call_private *call) {
    struct worker *worker = call->worker;
    const Kosi__Envelope *envelope = call->message.envelope;
    int64_t left_ms = call->deadline_ms - clock_mono_ms();
    struct client_request request = {
        .service = call->asked_service,
        .method = call->asked_method->name,
        .body = call->question,
        .body_size = call->question_size,
        .timeout_ms = left_ms > 1 ? (uint32_t)left_ms / 2 : 1, // whoever asked still has to be answered
        .signed_actor = envelope->has_actor ? envelope->actor.data : NULL,
        .signed_actor_size = envelope->has_actor ? envelope->actor.len : 0,
        .locale = call->call.locale,
        .trace_id = envelope->trace_id.len == 16 ? envelope->trace_id.data : NULL,
        .done = answered,
        .owner = call,
    };
    call_push(&worker->asking, call);
    if (worker->client != NULL && client_ask(worker->client, &request) != 0)
        return;
    unlist(&worker->asking, call);
    reply_refuse(call, PROBLEM_BUSY);
}
