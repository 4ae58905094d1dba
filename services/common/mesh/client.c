// How nothing is lost while the broker comes and goes.
//
// Messages on one connection keep their order. Every PING carries a number that the broker's PONG repeats, and every request
// remembers how many PINGs were sent before it. A PONG from another incarnation, or one that skips a number, proves that
// messages were lost on the way; then all unanswered requests sent before the answered PING go again (later ones went the same
// way as the PING). Besides, a request without an answer goes again every second, for losses that no PONG shows. Repeats cost
// nothing: the broker drops one whose first copy it still has, and a service answers a write it has already done from its keys.
#include "services/common/mesh/client.h"
#include "services/common/base/clock.h"
#include "services/common/base/id.h"
#include <assert.h>
#include <endian.h>
#include <stdlib.h>
#include <string.h>

enum {
    PING_MS = 50,
    AGAIN_MS = 1000, // an unanswered request is sent once more
    GRACE_MS = 100,  // the broker answers what ran out of time, more exactly than we could; give it the chance
    IDLE_MS = 1000,
    STARTING_RETRY_MS = 1000,
    SLOT_BITS = 24, // a handle is number << SLOT_BITS | slot + 1
    PREFIX = 8,     // random bytes per client that begin its request ids; the handle follows, so that they count up
    RECEIVE_BUDGET = 256,
    ENVELOPE_ARENA = 64 * 1024,
    ROOM_KEPT = 4096,
};

// A pending request: one block of memory with all that a repeat needs.
struct pending {
    uint64_t handle;         // 0: free
    Kosi__Envelope envelope; // its pointers lead into `bytes`
    uint8_t request_id[ID_BYTES];
    uint8_t trace_id[ID_BYTES];
    uint8_t *bytes, *body;
    size_t room, body_size; // room: of bytes, which a small one leaves to the next in its place
    int64_t deadline_ms, sent_ms;
    uint64_t pings_before; // PINGs sent before it was (last) sent
    bool sent;
    const char *verdict; // decided without asking anybody; told at the next tick
    client_done *done;
    void *owner;
    size_t heap_at;
    uint32_t next_free;
};
struct client {
    void *socket;
    struct arena *arena;
    struct pending *pending;
    uint32_t *heap; // indices of pending, by deadline
    size_t max, count;
    uint32_t first_free;
    uint64_t next_number;
    uint8_t prefix[PREFIX];
    uint8_t incarnation[8]; // of the broker
    bool known;             // whether a PONG told it
    uint64_t pings, last_pong;
    int64_t ping_due_ms;
    uint64_t *held; // handles of what client_flush() sends
    size_t held_count;
    bool holds, due;
};

// ---- the heap of deadlines

static int64_t heap_key(const struct client *client, size_t at) {
    return client->pending[client->heap[at]].deadline_ms;
}

static void heap_put(struct client *client, size_t at, uint32_t slot) {
    client->heap[at] = slot;
    client->pending[slot].heap_at = at;
}

static void heap_up(struct client *client, size_t at) {
    uint32_t slot = client->heap[at];
    int64_t key = client->pending[slot].deadline_ms;
    while (at > 0 && heap_key(client, (at - 1) / 2) > key) {
        heap_put(client, at, client->heap[(at - 1) / 2]);
        at = (at - 1) / 2;
    }
    heap_put(client, at, slot);
}

static void heap_down(struct client *client, size_t at) {
    uint32_t slot = client->heap[at];
    int64_t key = client->pending[slot].deadline_ms;
    for (size_t child = 2 * at + 1; child < client->count; child = 2 * at + 1) {
        if (child + 1 < client->count && heap_key(client, child + 1) < heap_key(client, child))
            child++;
        if (heap_key(client, child) >= key)
            break;
        heap_put(client, at, client->heap[child]);
        at = child;
    }
    heap_put(client, at, slot);
}

static void heap_remove(struct client *client, size_t at) {
    uint32_t last = client->heap[--client->count];
    if (at == client->count)
        return;
    heap_put(client, at, last);
    heap_up(client, at);
    heap_down(client, client->pending[last].heap_at);
}

// ---- pending requests

static struct pending *pending_of(struct client *client, uint64_t handle) {
    size_t slot = (size_t)(handle & ((1u << SLOT_BITS) - 1)) - 1;
    if (handle == 0 || slot >= client->max || client->pending[slot].handle != handle)
        return NULL;
    return &client->pending[slot];
}

static void pending_free(struct client *client, struct pending *pending) {
    heap_remove(client, pending->heap_at);
    if (pending->room > ROOM_KEPT) {
        free(pending->bytes);
        pending->bytes = NULL;
        pending->room = 0;
    }
    pending->handle = 0;
    pending->next_free = client->first_free;
    client->first_free = (uint32_t)(pending - client->pending);
}

// The place is free before the owner hears of it, so the owner may ask again at once.
static void pending_done(struct client *client, struct pending *pending, const struct client_reply *reply) {
    client_done *done = pending->done;
    void *owner = pending->owner;
    pending_free(client, pending);
    if (done)
        done(owner, reply);
}

static void pending_send(struct client *client, struct pending *pending, int64_t now_ms) {
    int64_t left = pending->deadline_ms - now_ms;
    if (left <= 0 || pending->verdict)
        return;
    pending->envelope.time_left_ms = (uint32_t)left;
    enum wire_result result = wire_send(client->socket, NULL, 0, &pending->envelope, pending->body, pending->body_size);
    client->due = true;
    pending->sent_ms = now_ms;
    pending->pings_before = client->pings;
    if (result == WIRE_OK)
        pending->sent = true;
    if (result == WIRE_TOO_LARGE)
        pending->verdict = "too_large";
}

static char *put_text(uint8_t **at, const char *text) {
    size_t n = strlen(text) + 1;
    char *copy = memcpy(*at, text, n);
    *at += n;
    return copy;
}

static size_t text_size(const char *text) {
    return text ? strlen(text) + 1 : 0;
}

static uint8_t *pending_room(struct pending *pending, size_t size) {
    if (size <= pending->room)
        return pending->bytes;
    uint8_t *more = realloc(pending->bytes, size);
    if (!more)
        return NULL;
    pending->bytes = more;
    pending->room = size;
    return more;
}

// Copies the request into one block. -1: out of memory.
static int pending_fill(struct pending *pending, const struct client_request *request) {
    const char *locale = request->locale ? request->locale : "de";
    size_t size = text_size(request->service) + text_size(request->method) + text_size(locale) +
                  text_size(request->idempotency_key) + request->signed_actor_size + request->body_size;
    uint8_t *at = pending_room(pending, size);
    if (!at)
        return -1;
    Kosi__Envelope *envelope = &pending->envelope;
    kosi__envelope__init(envelope);
    envelope->has_version = envelope->has_kind = envelope->has_time_left_ms = true;
    envelope->version = WIRE_VERSION;
    envelope->kind = KOSI__KIND__REQUEST;
    envelope->service = put_text(&at, request->service);
    envelope->method = put_text(&at, request->method);
    envelope->locale = put_text(&at, locale);
    if (request->idempotency_key)
        envelope->idempotency_key = put_text(&at, request->idempotency_key);
    if (request->signed_actor) {
        envelope->has_actor = true;
        envelope->actor = (ProtobufCBinaryData){request->signed_actor_size, at};
        memcpy(at, request->signed_actor, request->signed_actor_size);
        at += request->signed_actor_size;
    }
    if (request->trace_id)
        memcpy(pending->trace_id, request->trace_id, sizeof pending->trace_id);
    else
        id_random(pending->trace_id, sizeof pending->trace_id);
    envelope->has_trace_id = envelope->has_request_id = true;
    envelope->trace_id = (ProtobufCBinaryData){sizeof pending->trace_id, pending->trace_id};
    envelope->request_id = (ProtobufCBinaryData){sizeof pending->request_id, pending->request_id};
    pending->body = at;
    pending->body_size = request->body_size;
    if (request->body_size)
        memcpy(at, request->body, request->body_size);
    return 0;
}

// ---- the broker's pulse

static void send_ping(struct client *client, int64_t now_ms) {
    uint64_t number = client->pings + 1;
    Kosi__Envelope ping = KOSI__ENVELOPE__INIT;
    ping.has_version = ping.has_kind = ping.has_request_id = true;
    ping.version = WIRE_VERSION;
    ping.kind = KOSI__KIND__PING;
    ping.request_id = (ProtobufCBinaryData){sizeof number, (uint8_t *)&number};
    if (wire_send(client->socket, NULL, 0, &ping, NULL, 0) == WIRE_OK)
        client->pings = number;
    client->due = true;
    client->ping_due_ms = now_ms + PING_MS;
}

static void resend_before(struct client *client, uint64_t ping) {
    int64_t now_ms = clock_mono_ms();
    for (size_t at = 0; at < client->count; at++) {
        struct pending *pending = &client->pending[client->heap[at]];
        if (pending->pings_before < ping)
            pending_send(client, pending, now_ms);
    }
}

static void take_pong(struct client *client, const Kosi__Envelope *envelope) {
    uint64_t number = client->pings; // a PONG without a number: take it for the latest
    if (envelope->has_request_id && envelope->request_id.len == sizeof number)
        memcpy(&number, envelope->request_id.data, sizeof number);
    if (number > client->pings || envelope->incarnation.len != sizeof client->incarnation)
        return;
    bool same = client->known && memcmp(client->incarnation, envelope->incarnation.data, sizeof client->incarnation) == 0;
    bool gap = number > client->last_pong + 1;
    client->known = true;
    memcpy(client->incarnation, envelope->incarnation.data, sizeof client->incarnation);
    client->last_pong = number;
    if (!same || gap)
        resend_before(client, number);
}

// ---- interface

struct client *client_new(void *socket, size_t max_waiting) {
    assert(max_waiting > 0 && max_waiting < (1u << SLOT_BITS) - 1);
    struct client *client = calloc(1, sizeof *client);
    if (!client)
        return NULL;
    client->socket = socket;
    client->max = max_waiting;
    client->arena = arena_new(ENVELOPE_ARENA);
    client->pending = calloc(max_waiting, sizeof *client->pending);
    client->heap = calloc(max_waiting, sizeof *client->heap);
    if (!client->arena || !client->pending || !client->heap) {
        client_free(&client);
        return NULL;
    }
    for (uint32_t i = 0; i < max_waiting; i++)
        client->pending[i].next_free = i + 1;
    client->next_number = 1;
    id_random(client->prefix, sizeof client->prefix);
    send_ping(client, clock_mono_ms()); // before the first request: its PONG tells who got that
    return client;
}

void client_free(struct client **client_at) {
    struct client *client = *client_at;
    if (!client)
        return;
    *client_at = NULL;
    struct client_reply unknown = {.outcome = "unknown_outcome"};
    while (client->count)
        pending_done(client, &client->pending[client->heap[0]], &unknown);
    arena_free(&client->arena);
    for (size_t i = 0; client->pending && i < client->max; i++)
        free(client->pending[i].bytes);
    free(client->pending);
    free(client->heap);
    free(client->held);
    free(client);
}

void client_flush(struct client *client) {
    int64_t now_ms = client->held_count ? clock_mono_ms() : 0;
    for (size_t i = 0; i < client->held_count; i++) {
        struct pending *pending = pending_of(client, client->held[i]);
        if (pending && !pending->sent) // else forgotten, or sent again before it was sent
            pending_send(client, pending, now_ms);
    }
    client->held_count = 0;
}

static void hold(struct client *client, uint64_t handle) {
    if (client->held_count == client->max) // of some that were forgotten
        client_flush(client);
    client->held[client->held_count++] = handle;
}

uint64_t client_ask(struct client *client, const struct client_request *request) {
    if (client->count == client->max)
        return 0;
    uint32_t slot = client->first_free;
    struct pending *pending = &client->pending[slot];
    uint32_t next_free = pending->next_free;
    *pending = (struct pending){.done = request->done, .owner = request->owner, .bytes = pending->bytes, .room = pending->room};
    if (pending_fill(pending, request)) {
        pending->next_free = next_free;
        return 0;
    }
    client->first_free = next_free;
    pending->handle = client->next_number++ << SLOT_BITS | (slot + 1);
    memcpy(pending->request_id, client->prefix, PREFIX);
    memcpy(pending->request_id + PREFIX, &(uint64_t){htobe64(pending->handle)}, sizeof pending->handle);
    int64_t now_ms = clock_mono_ms();
    pending->deadline_ms = now_ms + (request->timeout_ms ? request->timeout_ms : WIRE_TIME_LEFT_MS);
    client->heap[client->count++] = slot;
    heap_up(client, client->count - 1);
    if (client->count == 1 && client->ping_due_ms < now_ms)
        client->ping_due_ms = now_ms + PING_MS; // most answers come before the first ping is due
    if (client->holds)
        hold(client, pending->handle);
    else
        pending_send(client, pending, now_ms);
    return pending->handle;
}

int client_hold(struct client *client) {
    client->held = calloc(client->max, sizeof *client->held);
    client->holds = client->held != NULL;
    return client->holds ? 0 : -1;
}

void client_forget(struct client *client, uint64_t handle) {
    struct pending *pending = pending_of(client, handle);
    if (pending)
        pending_free(client, pending);
}

static bool take_reply(struct client *client, const struct wire_message *message) {
    const Kosi__Envelope *envelope = message->envelope;
    if (envelope->request_id.len != ID_BYTES || memcmp(envelope->request_id.data, client->prefix, PREFIX) != 0)
        return false;
    uint64_t handle;
    memcpy(&handle, envelope->request_id.data + PREFIX, sizeof handle);
    struct pending *pending = pending_of(client, be64toh(handle));
    if (!pending)
        return true; // answered before, forgotten or out of time
    struct client_reply reply = {
        .outcome = envelope->outcome ? envelope->outcome : "internal",
        .body = zmq_msg_data((zmq_msg_t *)&message->body),
        .body_size = zmq_msg_size((zmq_msg_t *)&message->body),
        .replayed = envelope->replayed,
        .retry_after_ms = envelope->retry_after_ms,
        .log_seq = envelope->log_seq,
    };
    pending_done(client, pending, &reply);
    return true;
}

bool client_take(struct client *client, const struct wire_message *message) {
    if (message->envelope->kind == KOSI__KIND__REPLY)
        return take_reply(client, message);
    if (message->envelope->kind != KOSI__KIND__PONG)
        return false;
    take_pong(client, message->envelope);
    return true;
}

bool client_due(const struct client *client) {
    return client->due;
}

int client_receive(struct client *client) {
    client->due = true;
    int taken = 0;
    for (int budget = RECEIVE_BUDGET; budget > 0; budget--) {
        struct wire_message message;
        arena_reset(client->arena);
        enum wire_result result = wire_receive(client->socket, false, client->arena, &message);
        if (result == WIRE_EMPTY || result == WIRE_FAULT) {
            client->due = false;
            break;
        }
        if (result == WIRE_OK) {
            client_take(client, &message);
            wire_message_close(&message);
            taken++;
        }
    }
    return taken;
}

static void end_of_time(struct client *client, struct pending *pending) {
    struct client_reply reply = {.outcome = "unknown_outcome"};
    if (pending->verdict)
        reply.outcome = pending->verdict;
    else if (!pending->sent)
        reply = (struct client_reply){.outcome = "starting", .retry_after_ms = STARTING_RETRY_MS};
    pending_done(client, pending, &reply);
}

// Sends again what has waited for long, and what could not be sent before. Returns when to look again.
static void send_again(struct client *client, int64_t now_ms) {
    for (size_t at = 0; at < client->count; at++) {
        struct pending *pending = &client->pending[client->heap[at]];
        if (!pending->sent || now_ms - pending->sent_ms >= AGAIN_MS)
            pending_send(client, pending, now_ms);
    }
}

static void tell_verdicts(struct client *client) {
    for (size_t at = client->count; at-- > 0;) {
        if (at < client->count && client->pending[client->heap[at]].verdict)
            end_of_time(client, &client->pending[client->heap[at]]);
    }
}

int client_tick(struct client *client) {
    client_flush(client);
    int64_t now_ms = clock_mono_ms();
    if (client->count && now_ms >= client->ping_due_ms) {
        send_ping(client, now_ms);
        send_again(client, now_ms);
        tell_verdicts(client);
    }
    while (client->count && heap_key(client, 0) + GRACE_MS <= now_ms)
        end_of_time(client, &client->pending[client->heap[0]]);
    if (!client->count)
        return IDLE_MS;
    int64_t next = heap_key(client, 0) + GRACE_MS;
    if (next > client->ping_due_ms)
        next = client->ping_due_ms;
    return next <= now_ms ? 0 : (int)(next - now_ms);
}

size_t client_waiting(const struct client *client) {
    return client->count;
}

// ---- one question

struct answer {
    char outcome[64];
    uint8_t *body;
    size_t body_size;
    bool done;
};

static void keep_answer(void *owner, const struct client_reply *reply) {
    struct answer *answer = owner;
    answer->done = true;
    strncpy(answer->outcome, reply->outcome, sizeof answer->outcome - 1);
    answer->body = malloc(reply->body_size + 1);
    if (!answer->body) {
        strcpy(answer->outcome, "internal");
        return;
    }
    if (reply->body_size)
        memcpy(answer->body, reply->body, reply->body_size);
    answer->body_size = reply->body_size;
}

// Returns whether a broker was heard.
static bool ask_and_wait(void *socket, const struct client_request *request, struct answer *answer) {
    struct client *client = client_new(socket, 1);
    if (!client)
        return false;
    struct client_request mine = *request;
    mine.done = keep_answer;
    mine.owner = answer;
    uint64_t handle = client_ask(client, &mine);
    while (handle && !answer->done) {
        zmq_pollitem_t item = {.socket = socket, .events = ZMQ_POLLIN};
        zmq_poll(&item, 1, client_tick(client));
        client_receive(client);
    }
    bool heard = client->known;
    client_free(&client);
    return heard;
}

int client_ask_once(const char *endpoint, const struct client_request *request, char outcome[64], uint8_t **body,
                    size_t *body_size) {
    struct answer answer = {.done = false};
    bool heard = false;
    void *context = zmq_ctx_new();
    void *socket = context ? zmq_socket(context, ZMQ_DEALER) : NULL;
    int linger = 0;
    if (socket && !wire_configure(socket, false) && !zmq_setsockopt(socket, ZMQ_LINGER, &linger, sizeof linger) &&
        !zmq_connect(socket, endpoint))
        heard = ask_and_wait(socket, request, &answer);
    if (socket)
        zmq_close(socket);
    if (context)
        zmq_ctx_term(context);
    if (!answer.done || !answer.body || (!heard && strcmp(answer.outcome, "unknown_outcome") == 0)) {
        free(answer.body);
        return -1;
    }
    strcpy(outcome, answer.outcome);
    *body = answer.body;
    *body_size = answer.body_size;
    return 0;
}
