#include "gateway/request.h"
#include "gateway/respond.h"
#include "services/common/base/clock.h"
#include "services/common/base/id.h"
#include "services/common/contract/pack.h"
#include <stdlib.h>
#include <string.h>

enum { ARENA_BYTES = 8 * 1024 * 1024, ANSWER_BYTES = 8 * 1024 * 1024, BUFFER_KEPT_BYTES = 64 * 1024, OPS_TIMEOUT_MS = 1000,
       STATUS_LEFT = 499 /* in our own figures only, as nginx counts them */ };

static struct request *request_make(void) {
    struct request *r = calloc(1, sizeof *r);
    if (!r)
        return NULL;
    buf_init(&r->body, 0);
    buf_init(&r->answer, 0);
    r->arena = arena_new(ARENA_BYTES);
    if (!r->arena) {
        free(r);
        return NULL;
    }
    return r;
}

struct request *request_new(struct gateway *gateway, const char *uri) {
    struct request *r = gateway->spare;
    if (r) {
        gateway->spare = r->next;
        gateway->spare_count--;
    } else {
        r = request_make();
    }
    if (!r)
        return NULL;
    struct buf body = r->body, answer = r->answer;
    *r = (struct request){.gateway = gateway, .arena = r->arena, .body = body, .answer = answer};
    r->body.limit = (size_t)gateway->config->body_bytes;
    r->answer.limit = ANSWER_BYTES;
    r->violations.arena = r->arena;
    r->started_us = clock_mono_us();
    id_random(r->trace, sizeof r->trace);
    id_hex(r->trace, sizeof r->trace, r->trace_hex);
    r->uri = arena_text(r->arena, uri);
    if (!r->uri)
        r->uri = "/";
    gateway->open_requests++;
    return r;
}

static void shrink(struct buf *buf) {
    if (buf->cap > BUFFER_KEPT_BYTES)
        buf_free(buf);
    else
        buf_clear(buf);
}

void request_free(struct request *r) {
    struct gateway *gateway = r->gateway;
    if (r->handle && gateway->client)
        client_forget(gateway->client, r->handle);
    gateway->open_requests--;
    kept_page_release(r->kept);
    if (gateway->spare_count >= SPARE_REQUESTS_MAX || gateway->stopping) {
        arena_free(&r->arena);
        buf_free(&r->body);
        buf_free(&r->answer);
        free(r);
        return;
    }
    arena_reset(r->arena);
    shrink(&r->body);
    shrink(&r->answer);
    r->next = gateway->spare;
    gateway->spare = r;
    gateway->spare_count++;
}

// Pages are kept with the positions of the logs they were made from. The earliest one counts when a service is asked twice.
static void note_position(struct request *r, uint64_t seq) {
    struct log_position position = {r->asked, seq};
    page_cache_seen(r->gateway->pages, position);
    for (int i = 0; i < r->position_count && i < PAGE_POSITIONS; i++)
        if (r->positions[i].service == position.service)
            return;
    if (r->position_count < PAGE_POSITIONS)
        r->positions[r->position_count] = position;
    r->position_count++;
}

static void take_reply(void *owner, const struct client_reply *reply) {
    struct request *r = owner;
    r->handle = 0;
    if (!r->ops && strcmp(reply->outcome, "ok") == 0)
        note_position(r, reply->log_seq);
    request_then *then = r->then;
    then(r, reply);
    if (!r->answered && !r->handle)
        respond_problem(r, PROBLEM_INTERNAL, NULL);   // a continuation that forgot to answer
    if (r->answered && r->suspended) {
        r->suspended = false;
        r->gateway->ops_resumed |= r->ops;
        MHD_resume_connection(r->connection);
    }
}

// Packing needs as much as a request may have; all share it, since a question is copied when it is asked.
static uint8_t *packing_room(struct gateway *gateway, size_t bytes) {
    if (bytes <= gateway->packing_bytes)
        return gateway->packing;
    uint8_t *more = realloc(gateway->packing, bytes);
    if (!more)
        return NULL;
    gateway->packing = more;
    gateway->packing_bytes = bytes;
    return more;
}

void request_abandon(struct request *r) {
    if (!r->suspended)
        return;
    if (r->handle)
        client_forget(r->gateway->client, r->handle);
    r->handle = 0;
    r->left = true;
    r->status = STATUS_LEFT;
    r->suspended = false;
    MHD_resume_connection(r->connection);
}

// Two questions for one answer share its time.
static int64_t time_left(const struct request *r) {
    return r->ops ? OPS_TIMEOUT_MS : r->deadline_ms - clock_mono_ms();
}

void request_ask(struct request *r, const char *service, const struct contract_method *method, const ProtobufCMessage *input,
                 request_then *then) {
    int64_t left_ms = time_left(r);
    uint8_t *begin = left_ms > 0 ? packing_room(r->gateway, method->max_bytes) : NULL;
    if (!begin) {
        respond_problem(r, PROBLEM_BUSY, NULL);
        return;
    }
    uint8_t *end = begin + method->max_bytes, *packed = pack_before(input, begin, end);
    if (!packed) {
        r->gateway->metrics.too_large++;
        respond_problem(r, PROBLEM_TOO_LARGE, NULL);
        return;
    }
    r->then = then;
    r->asked = service;
    struct client_request question = {
        .service = service, .method = method->name, .body = packed, .body_size = (size_t)(end - packed),
        .timeout_ms = (uint32_t)left_ms,
        .idempotency_key = method->write && !method->keyless ? r->idempotency_key : NULL,
        .signed_actor = r->signed_actor, .signed_actor_size = r->signed_actor_size,
        .locale = language_name(r->language), .trace_id = r->trace, .done = take_reply, .owner = r};
    r->handle = client_ask(r->gateway->client, &question);
    if (r->handle)
        return;
    r->gateway->metrics.refused_full++;
    respond_problem(r, PROBLEM_BUSY, NULL);
}

ProtobufCMessage *request_message(struct request *r, const struct contract_message *contract) {
    ProtobufCMessage *message = arena_take(r->arena, contract->descriptor->sizeof_message);
    if (message)
        protobuf_c_message_init(contract->descriptor, message);
    return message;
}

ProtobufCMessage *request_unpack(struct request *r, const struct contract_message *contract, const struct client_reply *reply) {
    return protobuf_c_message_unpack(contract->descriptor, arena_allocator(r->arena), reply->body_size, reply->body);
}

const char *request_text(const struct request *r, enum text text) { return texts_get(r->gateway->catalogues, r->language, text); }

const char *request_header(const struct request *r, const char *name) {
    return MHD_lookup_connection_value(r->connection, MHD_HEADER_KIND, name);
}
