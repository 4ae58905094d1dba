// core: the broker without its sockets. Requests come in, wait in the queue of their service, go to workers by credit, and
// every one is answered: by a worker, or by the broker with the reason. Time, randomness, sending and processes are behind
// struct core_io, so that tests step time and read what was sent.
#pragma once
#include "services/common/base/config.h"
#include "services/common/mesh/wire.h"

enum side { SIDE_FRONT, SIDE_BACK, SIDE_OPS, SIDE_COUNT }; // where a peer is connected

struct core_io {
    void *owner;
    int64_t (*now_us)(void *owner); // monotonic
    void (*random)(void *owner, void *out, size_t n);
    // Sends to a peer without blocking. body NULL: an empty one; else moved on WIRE_OK and left alone otherwise.
    enum wire_result (*send)(void *owner, enum side side, const uint8_t *routing, size_t routing_size,
                             const Kosi__Envelope *envelope, zmq_msg_t *body);
    int (*process_open)(void *owner, uint32_t pid); // a handle that means this process for ever, or -1
    void (*process_kill)(void *owner, int handle);  // SIGKILL
    void (*process_close)(void *owner, int handle);
};

struct core;

// config is borrowed and must outlive the core; so is io's owner. NULL: out of memory.
struct core *core_new(const struct config *config, const struct core_io *io);
void core_free(struct core **core);
// One received message. Its body may be taken away (the message then holds an empty one); the caller closes it.
void core_message(struct core *core, enum side side, struct wire_message *message);
// A message that could not be read, for the counters.
void core_unreadable(struct core *core, enum wire_result result);
// The process of a handle from process_open is over.
void core_process_ended(struct core *core, int handle);
// Deadlines, pings, hung workers. Returns ms until it wants to be called again.
int core_tick(struct core *core);
// How many workers are here, also those that are about to leave.
int core_workers(const struct core *core);
// To be called when all that workers had sent has been read: what the dead left unanswered goes to others now, not before,
// since their last answers may still have been on the way. Returns whether somebody was buried.
bool core_settle(struct core *core);
bool core_wants_settling(const struct core *core);
