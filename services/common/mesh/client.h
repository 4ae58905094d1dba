// client: asking services through the broker, asynchronously, from a loop that owns one DEALER socket (gateway, a worker's own
// questions, the CLI). It keeps every unanswered request until its deadline and sends it again when the broker's
// incarnation changes (seen in PONGs to its own PINGs, sent every 50 ms while something is unanswered), so a restart of the broker
// fails nothing that still has time. Bounded in count. Single-threaded.
#pragma once
#include "services/common/mesh/wire.h"

struct client;
struct client_reply {
    const char *outcome;               // "ok" or a problem's code; "unknown_outcome" when the deadline passed after it was sent
    const uint8_t *body;               // output message, or a Problem; may be empty
    size_t body_size;
    bool replayed;
    uint32_t retry_after_ms;
    uint64_t log_seq;
};
// Called exactly once per request, from client_receive() or client_tick(). The reply is borrowed for the call.
typedef void client_done(void *owner, const struct client_reply *reply);

struct client_request {
    const char *service, *method;
    const void *body;                  // packed input message; copied
    size_t body_size;
    uint32_t timeout_ms;               // 0: 5000
    const char *idempotency_key;       // NULL: none
    const uint8_t *signed_actor;       // packed SignedActor, may be NULL
    size_t signed_actor_size;
    const char *locale;                // NULL: "de"
    const uint8_t *trace_id;           // 16 bytes; NULL: a fresh one
    client_done *done;
    void *owner;
};
// socket: a connected DEALER that the client borrows, or shares with a worker that hands it every REPLY and PONG.
struct client *client_new(void *socket, size_t max_waiting);
void client_free(struct client **client);               // calls done with "unknown_outcome" for what is open
// Returns a handle > 0, or 0 when max_waiting is reached (the caller answers busy).
uint64_t client_ask(struct client *client, const struct client_request *request);
// From now on what is asked goes out by client_flush(), all at once: one wake-up on the other side for a turn's questions.
int client_hold(struct client *client);                 // 0, or -1: out of memory
void client_flush(struct client *client);
void client_forget(struct client *client, uint64_t handle);   // done will not be called; the reply is dropped
int client_receive(struct client *client);              // reads everything waiting on the socket; returns how many messages
// Whether client_receive() has to be called although the socket's ZMQ_FD shows nothing: something was sent since (ZeroMQ may have
// taken the news with it), or not all was read.
bool client_due(const struct client *client);
// For a worker that reads the shared socket itself: hand over one REPLY or PONG. Returns false if it was not the client's.
bool client_take(struct client *client, const struct wire_message *message);
int client_tick(struct client *client);                 // deadlines, pings, resends; returns ms until it wants to be called again
size_t client_waiting(const struct client *client);

// For programs that only ask one thing and wait (the CLI): connects to endpoint, asks, waits. Returns 0 with *body malloc'd and
// outcome filled (at least 40 bytes), -1 when no broker answers.
int client_ask_once(const char *endpoint, const struct client_request *request, char outcome[64], uint8_t **body, size_t *body_size);
