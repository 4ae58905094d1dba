// The loop: one thread serves the bus, the batches, the followers and the timers in turn, with a budget for each.
#include "services/common/mesh/worker_loop.h"
#include "services/common/base/clock.h"
#include "services/common/base/id.h"
#include "services/common/base/log.h"
#include "services/common/mesh/batch.h"
#include "services/common/mesh/beside.h"
#include "services/common/mesh/dispatch.h"
#include "services/common/mesh/follow.h"
#include "services/common/mesh/greet.h"
#include "services/common/mesh/reply.h"
#include "services/common/mesh/role.h"
#include "services/common/mesh/slow.h"
#include "services/common/mesh/timers.h"
#include "services/common/mesh/trying.h"
#include "services/common/mesh/writer_lock.h"
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

enum {
    RECEIVE_MOST = 512,   // messages per turn
    QUESTIONS_MOST = 256, // to other services at once
    SCHEMA_LOOK_MS = 20,
    LEAVE_DRAIN_MS = 300, // how long a goodbye may stay unanswered
    LEAVE_MOST_MS = 5000,
    IDLE_CHECKPOINT_MS = 2000,
    FORGET_MOST_MS = 5000, // what is to be forgotten does not wait longer for a quiet moment: there may be none
    POLL_MOST_MS = 1000,
};

void worker_fail(struct worker *worker, int exit_code, const char *reason) {
    if (worker->failed)
        return;
    worker->failed = true;
    worker->exit_code = exit_code;
    log_event(LOG_ERROR_, "failed", "reason", reason, "exit", log_number(exit_code), NULL);
}

static void send_on_bus(struct worker *worker, const Kosi__Envelope *envelope, const void *body, size_t size) {
    enum wire_result result = wire_send(worker->socket, NULL, 0, envelope, body, size);
    if (result != WIRE_OK) // who waits for it asks again, and a write is answered from its key
        log_event(LOG_WARN_, "send_failed", "reason", wire_result_name(result), NULL);
}

// ---- life

int worker_open(struct worker *worker, void *socket) {
    worker->socket = socket;
    worker->send = send_on_bus;
    worker->started_ms = worker->heard_ms = clock_mono_ms();
    id_random(worker->incarnation, sizeof worker->incarnation);
    worker->client = socket ? client_new(socket, QUESTIONS_MOST) : NULL;
    worker->slow = slow_open(worker);
    worker->timers = timers_open(worker);
    bool opened = worker->slow != NULL && worker->timers != NULL && (socket == NULL || worker->client != NULL);
    return opened && dispatch_open(worker) == 0 && follow_open(worker) == 0 ? 0 : -1;
}

static void free_list(struct worker *worker, struct call_list *list) {
    for (struct mesh_call_private *call = call_pop(list); call != NULL; call = call_pop(list))
        call_free(worker, call);
}

void worker_close(struct worker *worker) {
    if (worker->writer_ready)
        trying_life_ended(worker->writer);
    slow_close(&worker->slow);
    follow_close(worker);
    timers_close(&worker->timers);
    client_free(&worker->client); // moves what was asking to the reads
    free_list(worker, &worker->asking);
    free_list(worker, &worker->reads);
    free_list(worker, &worker->writes);
    store_close(&worker->reader);
    store_close(&worker->writer);
    while (worker->spare != NULL) {
        struct mesh_call_private *call = worker->spare;
        worker->spare = call->next;
        arena_free(&call->call.arena);
        free(call);
    }
    free(worker->path);
    worker->path = NULL;
}

// ---- the bus

static void take_request(struct worker *worker, struct mesh_call_private *call) {
    int rc = worker->call_count > CALLS_MOST ? PROBLEM_BUSY : dispatch_admit(call, clock_mono_ms());
    if (rc == 0 && !worker->schema_ready)
        rc = PROBLEM_STORAGE; // announced as the writer, but on a disk without room for the very first table
    else if (rc == 0 && call->method->slow != NULL)
        rc = slow_submit(worker->slow, call);
    else if (rc == 0)
        call_push(call->method->contract->write ? &worker->writes : &worker->reads, call);
    if (rc != 0)
        reply_refuse(call, rc);
}

static void take_hint(struct worker *worker, struct mesh_call_private *call) {
    Kosi__Hint *hint = kosi__hint__unpack(arena_allocator(call->call.arena), zmq_msg_size(&call->message.body),
                                          zmq_msg_data(&call->message.body));
    if (hint != NULL)
        follow_hint(worker, hint);
}

static void take_message(struct worker *worker, struct mesh_call_private *call) {
    const Kosi__Envelope *envelope = call->message.envelope;
    call->has_message = true;
    worker->heard_ms = clock_mono_ms();
    switch ((int)envelope->kind) {
    case KOSI__KIND__REQUEST:
        take_request(worker, call);
        return;
    case KOSI__KIND__PING:
        greet_ping(worker, envelope);
        break;
    case KOSI__KIND__PONG:
        greet_pong(worker, envelope);
        if (envelope->request_id.len == sizeof(uint64_t)) // others answer our own probes
            client_take(worker->client, &call->message);
        break;
    case KOSI__KIND__REPLY:
        client_take(worker->client, &call->message);
        break;
    case KOSI__KIND__HINT:
        take_hint(worker, call);
        break;
    case KOSI__KIND__GOODBYE:
        worker->drained = worker->leaving;
        break;
    default:
        break;
    }
    call_free(worker, call);
}

// Takes what waits on the bus: requests to the lists, the rest is done.
static void receive(struct worker *worker) {
    for (int i = 0; i < RECEIVE_MOST; i++) {
        struct mesh_call_private *call = call_take(worker);
        if (call == NULL)
            return;
        enum wire_result result = wire_receive(worker->socket, false, call->call.arena, &call->message);
        if (result == WIRE_OK) {
            take_message(worker, call);
            continue;
        }
        call_free(worker, call);
        if (result == WIRE_EMPTY || result == WIRE_FAULT)
            return;
        log_event(LOG_WARN_, "message_dropped", "reason", wire_result_name(result), NULL);
    }
}

// ---- turns

static void take_lock(struct worker *worker) {
    if (!writer_lock_held(worker->lock)) {
        worker_fail(worker, 74, "the writer lock cannot be had");
        return;
    }
    if (worker->leaving)
        return; // the end of this process hands it on
    worker->lock_held = true;
    role_try_writer(worker);
    role_try_reader(worker);
    if (!worker->leaving && !worker->failed)
        greet_hello(worker);
}

static void take_prepared(struct worker *worker) {
    for (struct mesh_call_private *call = slow_take(worker->slow); call != NULL; call = slow_take(worker->slow)) {
        if (call->outcome != 0)
            reply_send(call);
        else
            call_push(call->method->contract->write ? &worker->writes : &worker->reads, call);
    }
}

static void end(struct worker *worker, int signals) {
    struct signalfd_siginfo info;
    if (read(signals, &info, sizeof info) != sizeof info || worker->ending)
        return;
    worker->ending = true;
    worker->end_ms = clock_mono_ms();
    besides_end(worker->besides);
}

// Goodbye comes after the last report of the threads beside: it may be this worker that has to take it.
static void leave(struct worker *worker) {
    if (!besides_ended(worker->besides) && clock_mono_ms() - worker->end_ms < BESIDE_END_MS)
        return;
    worker->leaving = true;
    worker->leave_ms = clock_mono_ms();
    worker->drained = worker->hello_ms == 0;
    if (!worker->drained)
        greet_goodbye(worker);
    log_event(LOG_INFO_, "leaving", NULL);
}

static int soonest(int a, int b) {
    return a < b ? a : b;
}

static int take_role(struct worker *worker, int64_t now_ms) {
    if (worker->lock_held && !worker->writer_ready && now_ms >= worker->reopen_ms)
        role_try_writer(worker);
    if (role_try_reader(worker) == 1 && !worker->failed && worker->hello_ms == 0 && !worker->leaving)
        greet_hello(worker);
    return worker->schema_ready && (!worker->lock_held || worker->writer_ready) ? POLL_MOST_MS : SCHEMA_LOOK_MS;
}

static void tidy_store(struct worker *worker, int64_t now_ms) {
    bool quiet = now_ms - worker->written_ms > IDLE_CHECKPOINT_MS;
    bool late = store_forgets(worker->writer) && now_ms - worker->forgot_ms > FORGET_MOST_MS;
    if (!quiet && !late)
        return;
    store_idle(worker->writer);
    worker->forgot_ms = now_ms;
    if (quiet)
        worker->written_ms = now_ms;
}

// Returns how long the next poll may wait.
int worker_turn(struct worker *worker) {
    bool wrote = worker->writes.first != NULL;
    batch_reads(worker);
    batch_writes(worker);
    int64_t now_ms = clock_mono_ms();
    if (wrote || worker->written_ms == 0)
        worker->written_ms = now_ms;
    int wait_ms = soonest(follow_tick(worker, now_ms), timers_tick(worker->timers));
    wait_ms = soonest(wait_ms, take_role(worker, now_ms));
    wait_ms = soonest(wait_ms, greet_tick(worker, now_ms));
    if (worker->client != NULL)
        wait_ms = soonest(wait_ms, client_tick(worker->client));
    if (worker->writer_ready)
        tidy_store(worker, now_ms);
    return worker->reads.first != NULL || worker->writes.first != NULL ? 0 : wait_ms;
}

static bool finished(const struct worker *worker) {
    if (worker->failed)
        return true;
    if (!worker->leaving)
        return false;
    int64_t since_ms = clock_mono_ms() - worker->leave_ms;
    bool open = worker->reads.first || worker->writes.first || worker->asking.first || slow_count(worker->slow) > 0;
    bool drained = worker->drained || since_ms > LEAVE_DRAIN_MS;
    return (drained && !open) || since_ms > LEAVE_MOST_MS;
}

int worker_loop(struct worker *worker, int signals) {
    zmq_pollitem_t items[] = {{.socket = worker->socket, .events = ZMQ_POLLIN},
                              {.fd = signals, .events = ZMQ_POLLIN},
                              {.fd = writer_lock_fd(worker->lock), .events = ZMQ_POLLIN},
                              {.fd = slow_fd(worker->slow), .events = ZMQ_POLLIN}};
    int wait_ms = 0;
    while (!finished(worker)) {
        log_flush();
        zmq_poll(items, 4, worker->ending ? soonest(wait_ms, SCHEMA_LOOK_MS) : wait_ms);
        clock_refresh();
        if (items[1].revents)
            end(worker, signals);
        if (worker->ending && !worker->leaving)
            leave(worker);
        if (items[2].revents)
            take_lock(worker);
        if (items[3].revents)
            take_prepared(worker);
        if (items[0].revents)
            receive(worker);
        wait_ms = worker_turn(worker);
    }
    return worker->exit_code;
}
