// Requests live in chunks that are never given back, so a delivery number leads to its request without a search and an
// answer that comes too late finds a number that no longer fits.
#include "services/broker/request.h"
#include <stdlib.h>
#include <string.h>

enum {
    CHUNK = 64,
    INDEX_BITS = 20, // a delivery number is a counter << INDEX_BITS | index of the request
    FIRST_BUCKETS = 1024,
    FORWARDED_TIME_LEFT = 5000,
};
_Static_assert(REQUESTS_MAX <= 1 << INDEX_BITS, "an index fits into a delivery number");

// ---- lists

void list_append(struct request_list *list, struct request *request) {
    request->list = list;
    request->next = NULL;
    request->previous = list->last;
    if (list->last)
        list->last->next = request;
    else
        list->first = request;
    list->last = request;
    list->count++;
}

void list_remove(struct request *request) {
    struct request_list *list = request->list;
    if (!list)
        return;
    if (request->previous)
        request->previous->next = request->next;
    else
        list->first = request->next;
    if (request->next)
        request->next->previous = request->previous;
    else
        list->last = request->previous;
    list->count--;
    request->list = NULL;
    request->next = request->previous = NULL;
}

// ---- the heap of deadlines

static void heap_put(struct request_pool *pool, size_t at, struct request *request) {
    pool->heap[at] = request;
    request->heap_at = at;
}

static void heap_up(struct request_pool *pool, struct request *request) {
    size_t at = request->heap_at;
    while (at > 0 && pool->heap[(at - 1) / 2]->deadline_us > request->deadline_us) {
        heap_put(pool, at, pool->heap[(at - 1) / 2]);
        at = (at - 1) / 2;
    }
    heap_put(pool, at, request);
}

static void heap_down(struct request_pool *pool, struct request *request) {
    size_t at = request->heap_at;
    for (size_t child = 2 * at + 1; child < pool->heap_count; child = 2 * at + 1) {
        if (child + 1 < pool->heap_count && pool->heap[child + 1]->deadline_us < pool->heap[child]->deadline_us)
            child++;
        if (pool->heap[child]->deadline_us >= request->deadline_us)
            break;
        heap_put(pool, at, pool->heap[child]);
        at = child;
    }
    heap_put(pool, at, request);
}

static void heap_add(struct request_pool *pool, struct request *request) {
    heap_put(pool, pool->heap_count++, request);
    heap_up(pool, request);
}

static void heap_remove(struct request_pool *pool, struct request *request) {
    struct request *last = pool->heap[--pool->heap_count];
    if (last == request)
        return;
    heap_put(pool, request->heap_at, last);
    heap_up(pool, last);
    heap_down(pool, last);
}

struct request *request_first_due(struct core *core) {
    return core->pool.heap_count ? core->pool.heap[0] : NULL;
}

// ---- the table of request ids

static uint64_t id_hash(const struct core *core, const struct peer *client, const ProtobufCBinaryData *id) {
    uint64_t hash = core->pool.seed ^ (uint64_t)(uintptr_t)client;
    for (size_t i = 0; i < id->len; i++)
        hash = (hash ^ id->data[i]) * 1099511628211u;
    return hash ^ hash >> 29;
}

static bool has_id(const struct request *request, const struct peer *client, const ProtobufCBinaryData *id) {
    const ProtobufCBinaryData *own = &request->head.request_id;
    return request->client == client && own->len == id->len && memcmp(own->data, id->data, id->len) == 0;
}

bool request_known(const struct core *core, const struct peer *client, const ProtobufCBinaryData *id) {
    const struct request_pool *pool = &core->pool;
    struct request *at = pool->buckets[id_hash(core, client, id) % pool->bucket_count];
    while (at && !has_id(at, client, id))
        at = at->same_bucket;
    return at != NULL;
}

static void table_add(struct request_pool *pool, struct request *request) {
    struct request **bucket = &pool->buckets[request->hash % pool->bucket_count];
    request->same_bucket = *bucket;
    *bucket = request;
    pool->open++;
}

static void table_remove(struct request_pool *pool, struct request *request) {
    struct request **at = &pool->buckets[request->hash % pool->bucket_count];
    while (*at != request)
        at = &(*at)->same_bucket;
    *at = request->same_bucket;
    pool->open--;
}

static void table_grow(struct request_pool *pool) {
    size_t old_count = pool->bucket_count;
    struct request **old = pool->buckets, **wider = calloc(old_count * 4, sizeof *wider);
    if (!wider)
        return; // slower, not wrong
    pool->buckets = wider;
    pool->bucket_count = old_count * 4;
    pool->open = 0;
    for (size_t i = 0; i < old_count; i++) {
        for (struct request *at = old[i], *next; at; at = next) {
            next = at->same_bucket;
            table_add(pool, at);
        }
    }
    free(old);
}

// ---- the pool

int pool_init(struct core *core) {
    struct request_pool *pool = &core->pool;
    pool->chunks = calloc(REQUESTS_MAX / CHUNK, sizeof *pool->chunks);
    pool->bucket_count = FIRST_BUCKETS;
    pool->buckets = calloc(pool->bucket_count, sizeof *pool->buckets);
    core->io.random(core->io.owner, &pool->seed, sizeof pool->seed);
    // Numbers of an earlier broker must not fit: its workers may still answer.
    core->io.random(core->io.owner, &pool->next_number, sizeof pool->next_number);
    return pool->chunks && pool->buckets ? 0 : -1;
}

void pool_free(struct core *core) {
    struct request_pool *pool = &core->pool;
    for (size_t i = 0; i < pool->chunk_count * CHUNK; i++) {
        struct request *request = &pool->chunks[i / CHUNK][i % CHUNK];
        if (request->state != REQUEST_FREE)
            request_free(core, request);
    }
    for (size_t i = 0; i < pool->chunk_count; i++)
        free(pool->chunks[i]);
    free(pool->chunks);
    free(pool->buckets);
    free(pool->heap);
}

static int pool_grow(struct request_pool *pool) {
    if (pool->chunk_count == REQUESTS_MAX / CHUNK)
        return -1;
    size_t room = (pool->chunk_count + 1) * CHUNK;
    if (room > pool->heap_room) {
        struct request **heap = realloc(pool->heap, 2 * room * sizeof *heap);
        if (!heap)
            return -1;
        pool->heap = heap;
        pool->heap_room = 2 * room;
    }
    struct request *chunk = calloc(CHUNK, sizeof *chunk);
    if (!chunk)
        return -1;
    for (uint32_t i = CHUNK; i-- > 0;) {
        chunk[i].index = (uint32_t)(pool->chunk_count * CHUNK) + i;
        chunk[i].next = pool->free;
        pool->free = &chunk[i];
    }
    pool->chunks[pool->chunk_count++] = chunk;
    return 0;
}

// ---- one request

static size_t text_bytes(const char *text) {
    return text ? strlen(text) + 1 : 0;
}

static size_t head_bytes(const Kosi__Envelope *e) {
    return text_bytes(e->service) + text_bytes(e->method) + text_bytes(e->idempotency_key) + text_bytes(e->locale) +
           e->request_id.len + e->actor.len + e->trace_id.len;
}

static char *keep_text(uint8_t **at, const char *text) {
    if (!text)
        return NULL;
    size_t n = strlen(text) + 1;
    char *copy = memcpy(*at, text, n);
    *at += n;
    return copy;
}

static ProtobufCBinaryData keep_bytes(uint8_t **at, ProtobufCBinaryData bytes) {
    ProtobufCBinaryData copy = {bytes.len, *at};
    if (bytes.len)
        memcpy(*at, bytes.data, bytes.len);
    *at += bytes.len;
    return copy;
}

// What a worker may see of the client's envelope; everything else is the broker's to stamp.
static void keep_head(const struct core *core, struct request *request, enum side side, const Kosi__Envelope *e) {
    static char *origins[SIDE_COUNT] = {"front", "back", "ops"};
    uint8_t *at = request->text;
    Kosi__Envelope *head = &request->head;
    kosi__envelope__init(head);
    head->has_version = head->has_kind = head->has_time_left_ms = head->has_delivery = true;
    head->version = WIRE_VERSION;
    head->kind = KOSI__KIND__REQUEST;
    head->service = keep_text(&at, e->service);
    head->method = keep_text(&at, e->method);
    head->idempotency_key = keep_text(&at, e->idempotency_key);
    head->locale = keep_text(&at, e->locale);
    head->request_id = keep_bytes(&at, e->request_id);
    head->actor = keep_bytes(&at, e->actor);
    head->trace_id = keep_bytes(&at, e->trace_id);
    head->has_request_id = true;
    head->has_actor = e->has_actor;
    head->has_trace_id = e->has_trace_id;
    head->has_incarnation = true;
    head->incarnation = (ProtobufCBinaryData){INCARNATION, (uint8_t *)core->incarnation};
    head->origin = origins[side];
}

static int64_t time_left_us(const Kosi__Envelope *e) {
    uint32_t ms = e->has_time_left_ms ? e->time_left_ms : FORWARDED_TIME_LEFT;
    return (ms > TIME_LEFT_MAX_MS ? TIME_LEFT_MAX_MS : (int64_t)ms) * 1000;
}

struct request *request_new(struct core *core, struct peer *client, struct service *service, struct wire_message *message) {
    struct request_pool *pool = &core->pool;
    if (!pool->free && pool_grow(pool))
        return NULL;
    struct request *request = pool->free;
    size_t size = head_bytes(message->envelope);
    uint8_t *text = size <= sizeof request->own ? request->own : malloc(size);
    if (!text)
        return NULL;
    pool->free = request->next;
    request->text = text;
    request->next = NULL;
    keep_head(core, request, client->side, message->envelope);
    request->state = REQUEST_WAITING;
    request->client = client;
    request->service = service;
    request->method = NULL;
    request->worker = NULL;
    request->delivery = 0;
    request->deliveries = 0;
    request->order = core->next_order++;
    request->arrived_us = core->now_us;
    request->deadline_us = core->now_us + time_left_us(message->envelope);
    request->charge = sizeof *request + (size > sizeof request->own ? size : 0) + zmq_msg_size(&message->body);
    zmq_msg_init(&request->body);
    zmq_msg_move(&request->body, &message->body);
    request->hash = id_hash(core, client, &request->head.request_id);
    if (pool->open > 2 * pool->bucket_count)
        table_grow(pool);
    table_add(pool, request);
    heap_add(pool, request);
    client->requests++;
    client->held_bytes += request->charge;
    service->held_bytes += request->charge;
    return request;
}

void request_answered(struct core *core, struct request *request) {
    if (!request->client)
        return;
    table_remove(&core->pool, request);
    heap_remove(&core->pool, request);
    request->client->requests--;
    request->client->held_bytes -= request->charge;
    request->service->held_bytes -= request->charge;
    request->client = NULL;
    zmq_msg_close(&request->body);
    if (request->text != request->own)
        free(request->text);
    request->text = NULL;
}

void request_free(struct core *core, struct request *request) {
    request_answered(core, request);
    list_remove(request);
    request->state = REQUEST_FREE;
    request->next = core->pool.free;
    core->pool.free = request;
}

void request_number(struct core *core, struct request *request) {
    request->delivery = core->pool.next_number++ << INDEX_BITS | request->index;
}

struct request *request_of_delivery(struct core *core, uint64_t delivery) {
    size_t index = delivery & ((1u << INDEX_BITS) - 1);
    if (index >= core->pool.chunk_count * CHUNK)
        return NULL;
    struct request *request = &core->pool.chunks[index / CHUNK][index % CHUNK];
    return request->state != REQUEST_FREE && request->deliveries && request->delivery == delivery ? request : NULL;
}
