// connection: how long a client may take. Every connection is in one phase, and every phase but one has a deadline for the whole
// of it (not for the pause between two bytes), after which the socket is shut down. All connections in a phase have the same time,
// so each phase is a queue in the order of deadlines. When nearly all there may be are open, the idle have to make room, and who
// connected and says nothing has a second.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum connection_phase {
    PHASE_HEAD,    // accepted, the first request's head is on its way
    PHASE_IDLE,    // between two requests, or the next one's first line
    PHASE_BODY,    // request line seen: rest of the head, and the body
    PHASE_WORK,    // we owe the answer: the request's own deadline counts
    PHASE_WRITE,   // the client reads
    PHASES
};
struct connection {
    struct connection *previous, *next;
    enum connection_phase phase;
    int64_t deadline_ms;
    struct request *request;   // under way; the library does not tell the end of one that it gives up while it reads the head
    int fd;
};
struct connections {
    struct connection *first[PHASES], *last[PHASES];
    size_t count, limit;
    uint64_t cut;          // for taking too long
    uint64_t crowded_out;  // idle, cut to make room
};

struct connection *connection_new(struct connections *all, int fd, int64_t now_ms);   // NULL: out of memory
void connection_free(struct connections *all, struct connection *connection);
void connection_enter(struct connections *all, struct connection *connection, enum connection_phase phase, int64_t now_ms);
// Shuts down whoever is late. Returns the milliseconds to the next deadline, -1 when there is none.
int connections_tick(struct connections *all, int64_t now_ms);
