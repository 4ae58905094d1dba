// connection: how long a client may take. Every connection is in one phase, and every phase but one has a deadline for the whole
// of it (not for the pause between two bytes), after which the socket is shut down. All connections in a phase have the same time,
// so each phase is a queue in the order of deadlines. When nearly all there may be are open, the idle have to make room, and who
// connected and says nothing has a second.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum connection_phase {
    PHASE_HEAD,    // accepted, or the request line seen: the head is on its way
    PHASE_IDLE,    // between two requests, or the next one's first line
    PHASE_BODY,    // the head is complete, a short body is on its way
    PHASE_UPLOAD,  // a long one
    PHASE_WORK,    // we owe the answer: the request's own deadline counts
    PHASE_WATCH,   // for a while already: is the client still there?
    PHASE_WRITE,   // the client reads
    PHASE_CUT,     // shut down; the library has not noticed yet
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
    int watch_fd;          // epoll: tells when a client in PHASE_WATCH has closed its side; 0: none
    uint64_t cut;          // for taking too long
    uint64_t crowded_out;  // idle, cut to make room
    uint64_t left;         // gone while we owed them the answer
};

struct connection *connection_new(struct connections *all, int fd, int64_t now_ms);   // NULL: out of memory
void connection_free(struct connections *all, struct connection *connection);
void connection_enter(struct connections *all, struct connection *connection, enum connection_phase phase, int64_t now_ms);
// Opens watch_fd. 0 or -1.
int connections_open(struct connections *all);
void connections_close(struct connections *all);
// A client in PHASE_WATCH that has left, and it is shut down; NULL when there is none (any more).
struct connection *connections_left(struct connections *all, int64_t now_ms);
// Shuts down whoever is late. Returns the milliseconds to the next deadline, -1 when there is none.
int connections_tick(struct connections *all, int64_t now_ms);
