// wire: sending and receiving Envelope + body over a ZeroMQ socket, and the limits of both.
// Sockets: the broker binds ROUTERs, everyone else connects DEALERs (fresh random identity per process start).
#pragma once
#include "services/common/base/arena.h"
#include "kosi/envelope.pb-c.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <zmq.h>

enum {
    WIRE_VERSION = 1,
    WIRE_ENVELOPE_MAX = 4096,          // bytes of a packed envelope
    WIRE_BODY_MAX = 4 * 1024 * 1024,   // bytes of a body; also ZMQ_MAXMSGSIZE
    WIRE_IDENTITY_MAX = 64,
    WIRE_TIME_LEFT_MS = 5000,
};

// A received message. `routing` is empty on a DEALER. Release with wire_message_close().
struct wire_message {
    uint8_t routing[WIRE_IDENTITY_MAX];
    size_t routing_size;
    Kosi__Envelope *envelope;          // from the arena given to wire_receive
    zmq_msg_t body;
};
enum wire_result {
    WIRE_OK = 0,
    WIRE_EMPTY,        // nothing waits (EAGAIN)
    WIRE_MALFORMED,    // read away and dropped: undecodable envelope, no kind
    WIRE_FRAMES,       // wrong number of frames, read away
    WIRE_TOO_LARGE,    // envelope over WIRE_ENVELOPE_MAX
    WIRE_GONE,         // sending: EHOSTUNREACH
    WIRE_FULL,         // sending: EAGAIN
    WIRE_FAULT,
};
void *wire_context(void); // a daemon's ZeroMQ context; NULL: out of memory
// Options common to all sockets: LINGER, MAXMSGSIZE, HWM, heartbeats, handshake limits. router: mandatory.
int wire_configure(void *socket, bool router);
// For poll(): readable when there may be news for this socket. It tells only once, and a send may take the telling away: whoever
// polls it receives until WIRE_EMPTY first, and again after everything sent.
int wire_fd(void *socket);
enum wire_result wire_receive(void *socket, bool router, struct arena *arena, struct wire_message *out);
void wire_message_close(struct wire_message *message);
// Never blocks. Sends [routing] envelope body; body is copied. routing NULL on a DEALER.
enum wire_result wire_send(void *socket, const uint8_t *routing, size_t routing_size, const Kosi__Envelope *envelope,
                           const void *body, size_t body_size);
// The same with the body moved, not copied (message is empty afterwards, on success).
enum wire_result wire_send_msg(void *socket, const uint8_t *routing, size_t routing_size, const Kosi__Envelope *envelope,
                               zmq_msg_t *body);
const char *wire_result_name(enum wire_result result);
