#include "services/common/mesh/wire.h"
#include "services/common/base/id.h"
#include "services/common/contract/pack.h"
#include "services/common/contract/unpack.h"
#include <errno.h>
#include <sched.h>
#include <string.h>

enum {
    LINGER_MS = 500,   // long enough for the last replies of a daemon that leaves, never a hang
    HIGH_WATER = 2048, // messages per peer: a bound for memory; credits and queue limits are the flow control
    RECONNECT_MS = 20, // a broker that came back is found at once; the default of 100 ms would cost requests their time
    HANDSHAKE_MS = 5000,
    HEARTBEAT_MS = 5000, // for peers that vanish without closing; the daemons' own pings are faster
    HEARTBEAT_TIMEOUT_MS = 15000,
    HEARTBEAT_TTL_MS = 20000,
    OWN_IDENTITY = 16,
};

static int set_int(void *socket, int option, int value) {
    return zmq_setsockopt(socket, option, &value, sizeof value);
}

// A peer that reconnects must be the same peer to the broker, and no two processes may share a name.
static int set_identity(void *socket) {
    uint8_t identity[OWN_IDENTITY];
    id_random(identity, sizeof identity);
    identity[0] |= 1; // a leading zero byte is reserved for names that a ROUTER makes up
    return zmq_setsockopt(socket, ZMQ_ROUTING_ID, identity, sizeof identity);
}

static int configure_router(void *socket) {
    if (set_int(socket, ZMQ_ROUTER_MANDATORY, 1))
        return -1;
    // A peer that reconnects before its old connection is cleared away would otherwise be ignored for ever.
    return set_int(socket, ZMQ_ROUTER_HANDOVER, 1);
}

int wire_configure(void *socket, bool router) {
    int64_t most = WIRE_BODY_MAX;
    if (zmq_setsockopt(socket, ZMQ_MAXMSGSIZE, &most, sizeof most) || set_int(socket, ZMQ_LINGER, LINGER_MS) ||
        set_int(socket, ZMQ_SNDHWM, HIGH_WATER) || set_int(socket, ZMQ_RCVHWM, HIGH_WATER) ||
        set_int(socket, ZMQ_RECONNECT_IVL, RECONNECT_MS) || set_int(socket, ZMQ_HANDSHAKE_IVL, HANDSHAKE_MS) ||
        set_int(socket, ZMQ_HEARTBEAT_IVL, HEARTBEAT_MS) || set_int(socket, ZMQ_HEARTBEAT_TIMEOUT, HEARTBEAT_TIMEOUT_MS) ||
        set_int(socket, ZMQ_HEARTBEAT_TTL, HEARTBEAT_TTL_MS))
        return -1;
    return router ? configure_router(socket) : set_identity(socket);
}

// A sender that is pushed aside by its I/O thread at each message wakes that for each message: they take turns instead, so that
// a burst goes out as one.
void *wire_context(void) {
    void *context = zmq_ctx_new();
    if (context)
        zmq_ctx_set(context, ZMQ_THREAD_SCHED_POLICY, SCHED_BATCH);
    return context;
}

int wire_fd(void *socket) {
    int fd = -1;
    size_t size = sizeof fd;
    zmq_getsockopt(socket, ZMQ_FD, &fd, &size);
    return fd;
}

// ---- receiving

static enum wire_result receive_error(void) {
    return errno == EAGAIN || errno == EINTR ? WIRE_EMPTY : WIRE_FAULT;
}

// Reads what is left of a message, so that the next one starts at its beginning.
static void skip_rest(void *socket, bool more) {
    while (more) {
        zmq_msg_t frame;
        zmq_msg_init(&frame);
        more = zmq_msg_recv(&frame, socket, ZMQ_DONTWAIT) >= 0 && zmq_msg_more(&frame);
        zmq_msg_close(&frame);
    }
}

static enum wire_result receive_routing(void *socket, struct wire_message *out, bool *more) {
    zmq_msg_t frame;
    zmq_msg_init(&frame);
    if (zmq_msg_recv(&frame, socket, ZMQ_DONTWAIT) < 0) {
        enum wire_result result = receive_error();
        zmq_msg_close(&frame);
        return result;
    }
    size_t size = zmq_msg_size(&frame);
    *more = zmq_msg_more(&frame);
    if (size <= WIRE_IDENTITY_MAX) {
        memcpy(out->routing, zmq_msg_data(&frame), size);
        out->routing_size = size;
    }
    zmq_msg_close(&frame);
    if (size <= WIRE_IDENTITY_MAX && *more)
        return WIRE_OK;
    skip_rest(socket, *more);
    return WIRE_FRAMES;
}

// What a newer peer has added goes on to where it is understood: protobuf-c keeps fields that it does not know.
static Kosi__Envelope *unpack_envelope(const uint8_t *bytes, size_t size, struct arena *arena) {
    static const struct contract_message *_Atomic found; // by whichever thread is first
    const struct contract_message *contract = found;
    if (contract == NULL)
        found = contract = contract_message_of(&kosi__envelope__descriptor);
    bool exact = false;
    ProtobufCMessage *message = unpack_message(contract, bytes, size, arena, &exact);
    return message == NULL || exact ? (Kosi__Envelope *)message : kosi__envelope__unpack(arena_allocator(arena), size, bytes);
}

static enum wire_result decode_envelope(zmq_msg_t *frame, struct arena *arena, struct wire_message *out) {
    size_t size = zmq_msg_size(frame);
    if (size > WIRE_ENVELOPE_MAX)
        return WIRE_TOO_LARGE;
    out->envelope = unpack_envelope(zmq_msg_data(frame), size, arena);
    return out->envelope && out->envelope->has_kind ? WIRE_OK : WIRE_MALFORMED;
}

// Takes the envelope's frame; the body must follow and be the last.
static enum wire_result receive_envelope(void *socket, struct arena *arena, struct wire_message *out) {
    zmq_msg_t frame;
    zmq_msg_init(&frame);
    if (zmq_msg_recv(&frame, socket, ZMQ_DONTWAIT) < 0) {
        enum wire_result result = receive_error();
        zmq_msg_close(&frame);
        return result;
    }
    bool more = zmq_msg_more(&frame);
    enum wire_result result = more ? decode_envelope(&frame, arena, out) : WIRE_FRAMES;
    zmq_msg_close(&frame);
    if (result != WIRE_OK)
        skip_rest(socket, more);
    return result;
}

enum wire_result wire_receive(void *socket, bool router, struct arena *arena, struct wire_message *out) {
    out->routing_size = 0;
    out->envelope = NULL;
    bool more = true;
    enum wire_result result = router ? receive_routing(socket, out, &more) : WIRE_OK;
    if (result == WIRE_OK)
        result = receive_envelope(socket, arena, out);
    zmq_msg_init(&out->body);
    if (result != WIRE_OK)
        return result;
    if (zmq_msg_recv(&out->body, socket, ZMQ_DONTWAIT) < 0)
        return WIRE_FAULT; // cannot be: a message arrives with all its frames
    if (!zmq_msg_more(&out->body))
        return WIRE_OK;
    skip_rest(socket, true);
    wire_message_close(out);
    return WIRE_FRAMES;
}

void wire_message_close(struct wire_message *message) {
    zmq_msg_close(&message->body);
    zmq_msg_init(&message->body);
    message->envelope = NULL; // its memory is the arena's
}

// ---- sending

static enum wire_result send_error(void) {
    if (errno == EHOSTUNREACH)
        return WIRE_GONE;
    return errno == EAGAIN || errno == EINTR ? WIRE_FULL : WIRE_FAULT;
}

// Only the first frame can fail for want of a peer or of room; ZeroMQ takes the rest with it.
static enum wire_result send_head(void *socket, const uint8_t *routing, size_t routing_size, const Kosi__Envelope *envelope) {
    uint8_t packed[WIRE_ENVELOPE_MAX], *end = packed + sizeof packed;
    const uint8_t *first = pack_before(&envelope->base, packed, end);
    if (!first)
        return WIRE_TOO_LARGE;
    if (routing && zmq_send(socket, routing, routing_size, ZMQ_DONTWAIT | ZMQ_SNDMORE) < 0)
        return send_error();
    return zmq_send(socket, first, (size_t)(end - first), ZMQ_DONTWAIT | ZMQ_SNDMORE) < 0 ? send_error() : WIRE_OK;
}

enum wire_result wire_send(void *socket, const uint8_t *routing, size_t routing_size, const Kosi__Envelope *envelope,
                           const void *body, size_t body_size) {
    if (body_size > WIRE_BODY_MAX)
        return WIRE_TOO_LARGE;
    enum wire_result result = send_head(socket, routing, routing_size, envelope);
    if (result != WIRE_OK)
        return result;
    return zmq_send(socket, body_size ? body : "", body_size, ZMQ_DONTWAIT) < 0 ? send_error() : WIRE_OK;
}

enum wire_result wire_send_msg(void *socket, const uint8_t *routing, size_t routing_size, const Kosi__Envelope *envelope,
                               zmq_msg_t *body) {
    if (zmq_msg_size(body) > WIRE_BODY_MAX)
        return WIRE_TOO_LARGE;
    enum wire_result result = send_head(socket, routing, routing_size, envelope);
    if (result != WIRE_OK)
        return result;
    return zmq_msg_send(body, socket, ZMQ_DONTWAIT) < 0 ? send_error() : WIRE_OK;
}

const char *wire_result_name(enum wire_result result) {
    switch (result) {
    case WIRE_OK:
        return "ok";
    case WIRE_EMPTY:
        return "empty";
    case WIRE_MALFORMED:
        return "malformed";
    case WIRE_FRAMES:
        return "frames";
    case WIRE_TOO_LARGE:
        return "too_large";
    case WIRE_GONE:
        return "gone";
    case WIRE_FULL:
        return "full";
    case WIRE_FAULT:
        return "fault";
    }
    return "unknown";
}
