#include "services/broker/answer.h"
#include "services/broker/request.h"
#include "services/broker/service.h"
#include "kosi/problem.pb-c.h"
#include <string.h>

// To a peer that may have left meanwhile; who asked and left needs no answer.
static void send_to(struct core *core, const struct peer *peer, const Kosi__Envelope *envelope, zmq_msg_t *body) {
    enum wire_result result = core->io.send(core->io.owner, peer->side, peer->routing, peer->routing_size, envelope, body);
    if (result == WIRE_GONE)
        core_drop(core, DROP_UNROUTABLE);
    else if (result != WIRE_OK)
        core_drop(core, result == WIRE_FULL ? DROP_CLIENT_FULL : DROP_TOO_LARGE);
}

static Kosi__Envelope reply_head(struct core *core, const ProtobufCBinaryData *id, enum problem problem) {
    Kosi__Envelope head = KOSI__ENVELOPE__INIT;
    head.has_version = head.has_kind = head.has_incarnation = true;
    head.version = WIRE_VERSION;
    head.kind = KOSI__KIND__REPLY;
    head.incarnation = (ProtobufCBinaryData){INCARNATION, core->incarnation};
    head.outcome = (char *)problem_code(problem);
    if (id->len && id->len <= REQUEST_ID_MAX) {
        head.has_request_id = true;
        head.request_id = *id;
    }
    return head;
}

static int pack_body(zmq_msg_t *body, const ProtobufCMessage *message) {
    if (zmq_msg_init_size(body, protobuf_c_message_get_packed_size(message)))
        return -1;
    protobuf_c_message_pack(message, zmq_msg_data(body));
    return 0;
}

void answer_problem(struct core *core, const struct peer *client, const ProtobufCBinaryData *id, enum problem problem,
                    uint32_t retry_after_ms) {
    Kosi__Envelope head = reply_head(core, id, problem);
    Kosi__Problem content = KOSI__PROBLEM__INIT;
    content.code = head.outcome;
    head.has_retry_after_ms = content.has_retry_after_ms = retry_after_ms > 0;
    head.retry_after_ms = content.retry_after_ms = retry_after_ms;
    zmq_msg_t body;
    if (pack_body(&body, &content.base)) {
        core_drop(core, DROP_MEMORY);
        return;
    }
    send_to(core, client, &head, &body);
    zmq_msg_close(&body);
}

void answer_request(struct core *core, struct request *request, enum problem problem, uint32_t retry_after_ms) {
    answer_problem(core, request->client, &request->head.request_id, problem, retry_after_ms);
    if (request->state == REQUEST_DELIVERED) { // its worker still has it and its credit
        request_answered(core, request);
        request->state = REQUEST_ABANDONED;
        return;
    }
    if (request->list)
        service_out(core, request);
    request_free(core, request);
}

static void count_latency(struct service *service, int64_t took_us) {
    static const int64_t bounds_ms[LATENCY_BUCKETS - 1] = {1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 5000};
    size_t bucket = 0;
    while (bucket < LATENCY_BUCKETS - 1 && took_us > bounds_ms[bucket] * 1000)
        bucket++;
    service->latency[bucket]++;
    service->latency_us_sum += (uint64_t)took_us;
}

void answer_forward(struct core *core, struct request *request, struct wire_message *reply) {
    const Kosi__Envelope *from = reply->envelope;
    Kosi__Envelope head = reply_head(core, &request->head.request_id, PROBLEM_NONE);
    head.outcome = from->outcome ? from->outcome : (char *)problem_code(PROBLEM_INTERNAL);
    head.has_replayed = from->has_replayed;
    head.replayed = from->replayed;
    head.has_retry_after_ms = from->has_retry_after_ms;
    head.retry_after_ms = from->retry_after_ms;
    head.has_log_seq = from->has_log_seq;
    head.log_seq = from->log_seq;
    send_to(core, request->client, &head, &reply->body);
    request->service->replies++;
    count_latency(request->service, core->now_us - request->arrived_us);
}

void answer_expired(struct core *core, struct request *request) {
    struct service *service = request->service;
    service->expired++;
    if (request->deliveries)
        answer_request(core, request, PROBLEM_UNKNOWN_OUTCOME, 0);
    else if (service_can(service, request))
        answer_request(core, request, PROBLEM_BUSY, service_retry_ms(core, service));
    else
        answer_request(core, request, PROBLEM_STARTING, STARTING_RETRY_MS);
}

void answer_message(struct core *core, const struct peer *peer, const ProtobufCBinaryData *id,
                    const ProtobufCMessage *message) {
    Kosi__Envelope head = reply_head(core, id, PROBLEM_NONE);
    zmq_msg_t body;
    if (pack_body(&body, message)) {
        core_drop(core, DROP_MEMORY);
        return;
    }
    send_to(core, peer, &head, &body);
    zmq_msg_close(&body);
}

void answer_pong(struct core *core, const struct peer *peer, const ProtobufCBinaryData *id) {
    Kosi__Envelope head = reply_head(core, id, PROBLEM_NONE);
    head.kind = KOSI__KIND__PONG;
    head.outcome = NULL;
    send_to(core, peer, &head, NULL);
}
