#include "services/broker/worker.h"
#include "services/broker/answer.h"
#include "services/broker/peer.h"
#include "services/broker/request.h"
#include "services/broker/service.h"
#include "services/common/base/log.h"
#include <stdlib.h>
#include <string.h>

bool worker_usable(const struct worker *worker) {
    return !worker->gone && !worker->ended && !worker->hung && !worker->leaving;
}

static void log_worker(enum log_level level, const char *event, const struct worker *worker) {
    log_event(level, event, "service", worker->service->name, "slot", log_number(worker->slot), "pid", log_number(worker->pid),
              "writer", worker->writer ? "yes" : "no", "in_flight", log_number(worker->in_flight), NULL);
}

static void send_plain(struct core *core, struct worker *worker, Kosi__Kind kind) {
    Kosi__Envelope head = KOSI__ENVELOPE__INIT;
    head.has_version = head.has_kind = head.has_incarnation = true;
    head.version = WIRE_VERSION;
    head.kind = kind;
    head.incarnation = (ProtobufCBinaryData){INCARNATION, core->incarnation};
    const struct peer *peer = worker->peer;
    if (core->io.send(core->io.owner, peer->side, peer->routing, peer->routing_size, &head, NULL) == WIRE_GONE)
        worker_gone(core, worker);
}

// ---- the end of a worker

static bool unsettled(const struct worker *worker) {
    return worker->gone || worker->lost_writes;
}

void worker_gone(struct core *core, struct worker *worker) {
    if (worker->gone)
        return;
    core->unsettled += !unsettled(worker);
    worker->gone = true;
    worker->gone_us = core->now_us;
    log_worker(worker->leaving && !worker->in_flight ? LOG_INFO_ : LOG_WARN_, "worker_gone", worker);
}

static void writer_lost(struct core *core, struct worker *worker) {
    core->unsettled += !unsettled(worker);
    worker->writer = false;
    worker->lost_writes = true;
    worker->gone_us = core->now_us;
}

static void give_back(struct core *core, struct worker *worker, bool writes_only) {
    for (struct request *request = worker->delivered.first, *next; request; request = next) {
        next = request->next;
        if (writes_only && !request->method->write)
            continue;
        worker->in_flight--;
        if (request->state == REQUEST_ABANDONED) {
            request_free(core, request);
            continue;
        }
        list_remove(request);
        request->worker = NULL;
        service_put_again(core, request);
    }
    if (!worker->in_flight)
        worker->alone = false;
}

// What it has goes back into the queue.
static void unanswered(struct core *core, struct worker *worker) {
    give_back(core, worker, false);
}

void worker_forget(struct core *core, struct worker *worker) {
    struct service *service = worker->service;
    for (uint32_t i = 0; i < service->worker_count; i++) {
        if (service->workers[i] == worker)
            service->workers[i] = service->workers[--service->worker_count];
    }
    if (worker->peer->worker == worker)
        worker->peer->worker = NULL;
    if (worker->process >= 0)
        core->io.process_close(core->io.owner, worker->process);
    if (worker->hello)
        kosi__hello__free_unpacked(worker->hello, NULL);
    free(worker->state);
    free(worker);
}

static void settle_service(struct core *core, struct service *service) {
    for (uint32_t i = service->worker_count; i-- > 0;) {
        struct worker *worker = service->workers[i];
        if (worker->lost_writes)
            give_back(core, worker, true);
        worker->lost_writes = false;
        if (worker->gone) {
            // Whoever gets nothing any more must not live on: it may hold the writer's lock. So it is with one stopped for so
            // long that its connection was given up, and with one whose supervisor died and started another beside it.
            if ((worker->hung || worker->replaced) && worker->process >= 0)
                core->io.process_kill(core->io.owner, worker->process);
            unanswered(core, worker);
            worker_forget(core, worker);
        }
    }
    service_dispatch(core, service);
}

bool core_settle(struct core *core) {
    if (!core->unsettled)
        return false;
    core->unsettled = 0;
    for (uint32_t i = 0; i < core->service_count; i++)
        settle_service(core, core->services[i]);
    return true;
}

bool core_wants_settling(const struct core *core) {
    return core->unsettled > 0;
}

// ---- hello

static void know_method(struct service *service, struct worker *worker, const Kosi__HelloMethod *told) {
    size_t size = told->name ? strlen(told->name) : 0;
    if (!size || size >= NAME_BYTES)
        return;
    struct method *method = service_method(service, told->name);
    if (!method) {
        if (service->method_count == METHODS_MAX)
            return;
        method = &service->methods[service->method_count];
        method->index = service->method_count++;
        memcpy(method->name, told->name, size + 1);
        method->write = told->write; // never changes: requests are queued by it
    }
    method->reach = told->reach;
    method->max_bytes = told->max_bytes;
    worker->methods[method->index / 64] |= UINT64_C(1) << method->index % 64;
}

static void keep_hello(struct worker *worker, zmq_msg_t *body) {
    Kosi__Hello *hello = kosi__hello__unpack(NULL, zmq_msg_size(body), zmq_msg_data(body));
    if (!hello)
        return;
    if (worker->hello)
        kosi__hello__free_unpacked(worker->hello, NULL);
    worker->hello = hello;
}

// Whoever stood where this worker stands now gets nothing from here on.
static void retire_others(struct core *core, struct worker *worker) {
    struct service *service = worker->service;
    for (uint32_t i = 0; i < service->worker_count; i++) {
        struct worker *other = service->workers[i];
        if (other == worker || other->gone)
            continue;
        if (other->slot == worker->slot) {
            if (memcmp(other->incarnation, worker->incarnation, INCARNATION) != 0)
                memcpy(core->retired[core->retired_next++ % RETIRED_MAX], other->incarnation, INCARNATION);
            other->replaced = other->pid != worker->pid;
            worker_gone(core, other);
        } else if (worker->writer && other->writer)
            writer_lost(core, other);
    }
}

static void update(struct core *core, struct worker *worker, const Kosi__Hello *hello) {
    bool news = worker->writer != (bool)hello->writer || !worker->credit;
    worker->slot = hello->slot;
    worker->credit = hello->credit > CREDIT_MAX ? CREDIT_MAX : hello->credit ? hello->credit : 1;
    worker->writer = hello->writer;
    worker->leaving = false;
    worker->heard_us = core->now_us;
    memset(worker->methods, 0, sizeof worker->methods);
    for (size_t i = 0; i < hello->n_methods; i++)
        know_method(worker->service, worker, hello->methods[i]);
    retire_others(core, worker);
    if (news)
        log_worker(LOG_INFO_, "worker_hello", worker);
}

static struct worker *worker_new(struct core *core, struct peer *peer, struct service *service, const Kosi__Envelope *envelope,
                                 const Kosi__Hello *hello) {
    if (service->worker_count == WORKERS_MAX)
        return NULL;
    struct worker *worker = calloc(1, sizeof *worker);
    if (!worker)
        return NULL;
    worker->peer = peer;
    worker->service = service;
    memcpy(worker->incarnation, envelope->incarnation.data, INCARNATION);
    worker->pid = hello->pid;
    worker->process = hello->pid > 1 ? core->io.process_open(core->io.owner, hello->pid) : -1;
    service->workers[service->worker_count++] = worker;
    peer->worker = worker;
    return worker;
}

// One that was stopped while its successor started would otherwise push that out again.
static bool retired(const struct core *core, const uint8_t *incarnation) {
    for (uint32_t i = 0; i < core->retired_next && i < RETIRED_MAX; i++) {
        if (memcmp(core->retired[i], incarnation, INCARNATION) == 0)
            return true;
    }
    return false;
}

static Kosi__Hello *hello_of(struct core *core, const struct wire_message *message) {
    zmq_msg_t *body = (zmq_msg_t *)&message->body;
    arena_reset(core->arena);
    Kosi__Hello *hello = kosi__hello__unpack(arena_allocator(core->arena), zmq_msg_size(body), zmq_msg_data(body));
    bool fine = hello && hello->service && hello->slot && message->envelope->incarnation.len == INCARNATION;
    return fine ? hello : NULL;
}

void worker_hello(struct core *core, const struct wire_message *message) {
    Kosi__Hello *hello = hello_of(core, message);
    if (hello && retired(core, message->envelope->incarnation.data)) {
        core_drop(core, DROP_RETIRED_WORKER);
        return;
    }
    struct peer *peer = hello ? peer_of(core, SIDE_BACK, message) : NULL;
    struct service *service = peer ? service_add(core, hello->service, false) : NULL;
    if (!service) {
        core_drop(core, peer || !hello ? DROP_MALFORMED : DROP_TOO_MANY_PEERS);
        return;
    }
    struct worker *worker = peer->worker;
    bool same = worker && !worker->gone && worker->service == service && worker->pid == hello->pid &&
                memcmp(worker->incarnation, message->envelope->incarnation.data, INCARNATION) == 0;
    if (worker && !same) {
        worker_gone(core, worker);
        peer->worker = NULL;
    }
    if (!same)
        worker = worker_new(core, peer, service, message->envelope, hello);
    if (!worker) {
        core_drop(core, DROP_TOO_MANY_PEERS);
        return;
    }
    update(core, worker, hello);
    keep_hello(worker, (zmq_msg_t *)&message->body);
    send_plain(core, worker, KOSI__KIND__PING); // so it knows that it is known, and by whom
    service_sort(core, service);
    service_dispatch(core, service);
}

// ---- what workers say

static void take_goodbye(struct core *core, struct worker *worker) {
    worker->leaving = true;
    log_worker(LOG_INFO_, "worker_leaves", worker);
    send_plain(core, worker, KOSI__KIND__GOODBYE); // nothing comes after this
    service_dispatch(core, worker->service);
}

static void take_state(struct worker *worker, zmq_msg_t *body) {
    size_t size = zmq_msg_size(body);
    uint8_t *state = size && size <= STATE_MAX ? malloc(size) : NULL;
    if (!state)
        return;
    memcpy(state, zmq_msg_data(body), size);
    free(worker->state);
    worker->state = state;
    worker->state_size = size;
}

static bool among(char *const *names, size_t n, const char *name) {
    for (size_t i = 0; i < n; i++) {
        if (strcmp(names[i], name) == 0)
            return true;
    }
    return false;
}

static bool wants_types(const Kosi__FollowTypes *wanted, const Kosi__Hint *hint) {
    for (size_t i = 0; i < hint->n_types; i++) {
        if (among(wanted->types, wanted->n_types, hint->types[i]))
            return true;
    }
    return hint->n_types == 0;
}

static bool wants_hint(const Kosi__Hello *hello, const char *service, const Kosi__Hint *hint) {
    if (!hello || !among(hello->follows, hello->n_follows, service))
        return false;
    for (size_t i = 0; hint && i < hello->n_follow_types; i++) {
        if (hello->follow_types[i]->service && strcmp(hello->follow_types[i]->service, service) == 0)
            return wants_types(hello->follow_types[i], hint);
    }
    return true;
}

static void take_hint(struct core *core, const struct worker *from, const struct wire_message *message) {
    Kosi__Envelope head = KOSI__ENVELOPE__INIT;
    head.has_version = head.has_kind = true;
    head.version = WIRE_VERSION;
    head.kind = KOSI__KIND__HINT;
    head.service = from->service->name;
    zmq_msg_t *told = (zmq_msg_t *)&message->body;
    arena_reset(core->arena);
    const Kosi__Hint *hint = kosi__hint__unpack(arena_allocator(core->arena), zmq_msg_size(told), zmq_msg_data(told));
    for (uint32_t i = 0; i < core->service_count; i++) {
        struct service *service = core->services[i];
        for (uint32_t k = 0; k < service->worker_count; k++) {
            struct worker *worker = service->workers[k];
            if (!worker->writer || worker->gone || !wants_hint(worker->hello, from->service->name, hint))
                continue;
            zmq_msg_t body; // a hint may be lost: nobody asks whether it arrived
            zmq_msg_init(&body);
            zmq_msg_copy(&body, told);
            core->io.send(core->io.owner, SIDE_BACK, worker->peer->routing, worker->peer->routing_size, &head, &body);
            zmq_msg_close(&body);
        }
    }
}

static void take_reply(struct core *core, struct worker *worker, struct wire_message *message) {
    const Kosi__Envelope *envelope = message->envelope;
    struct request *request = request_of_delivery(core, envelope->delivery);
    // One that waits again may still be answered by whom it was taken from (hung, but not for ever).
    if (!request || request->service != worker->service || (request->worker && request->worker != worker)) {
        core_drop(core, DROP_UNKNOWN_DELIVERY);
        return;
    }
    if (request->state != REQUEST_WAITING) {
        worker->in_flight--;
        worker->alone = false;
    }
    if (request->state == REQUEST_WAITING)
        service_out(core, request);
    if (request->state != REQUEST_ABANDONED)
        answer_forward(core, request, message);
    request_free(core, request);
    service_dispatch(core, worker->service);
}

// Returns whether it was hung until now.
static bool heard(struct core *core, struct worker *worker) {
    bool back = worker->hung;
    worker->heard_us = core->now_us;
    worker->full = worker->hung = false;
    if (back)
        log_worker(LOG_INFO_, "worker_back", worker);
    return back;
}

void worker_message(struct core *core, struct wire_message *message) {
    struct peer *peer = peer_find(core, SIDE_BACK, message);
    if (!peer || !peer->worker) {
        core_drop(core, message->envelope->kind == KOSI__KIND__REPLY ? DROP_UNKNOWN_DELIVERY : DROP_UNKNOWN_WORKER);
        if (peer || (peer = peer_of(core, SIDE_BACK, message)))
            answer_pong(core, peer, &(ProtobufCBinaryData){0, NULL}); // tells it our incarnation: time to say hello
        return;
    }
    struct worker *worker = peer->worker;
    struct service *service = worker->service;
    bool back = !worker->gone && heard(core, worker);
    switch ((int)message->envelope->kind) {
    case KOSI__KIND__GOODBYE:
        take_goodbye(core, worker);
        break;
    case KOSI__KIND__PONG:
        take_state(worker, &message->body);
        break;
    case KOSI__KIND__HINT:
        take_hint(core, worker, message);
        break;
    default:
        take_reply(core, worker, message);
    }
    if (back) // after its message: that may answer what would be given to it again
        service_dispatch(core, service);
}

// ---- who is still there

void core_process_ended(struct core *core, int handle) {
    for (uint32_t i = 0; i < core->service_count; i++) {
        for (uint32_t k = 0; k < core->services[i]->worker_count; k++) {
            if (core->services[i]->workers[k]->process == handle)
                core->services[i]->workers[k]->ended = true;
        }
    }
}

// A connection is gone only after all that came over it was read, so the last answers of the dead are not asked for again.
bool workers_ending(struct core *core) {
    bool some = false;
    for (uint32_t i = 0; i < core->service_count; i++) {
        for (uint32_t k = 0; k < core->services[i]->worker_count; k++) {
            struct worker *worker = core->services[i]->workers[k];
            if (!worker->ended || worker->gone)
                continue;
            send_plain(core, worker, KOSI__KIND__PING);
            some = true;
        }
    }
    return some;
}

// A connection that was given up and made anew loses what was on its way, and nobody is told. A worker answers or gives up what
// is out of time, so what it has not answered long after that, it does not have: it must not cost it its credit for ever.
static void forget_lost(struct core *core, struct worker *worker) {
    struct request *request;
    while ((request = worker->delivered.first) && request->state == REQUEST_ABANDONED &&
           core->now_us - request->deadline_us > LOST_AFTER_MS * 1000) {
        core_drop(core, DROP_NO_REPLY);
        request_free(core, request);
        worker->in_flight--;
    }
    if (!worker->in_flight)
        worker->alone = false;
}

static void check_hung(struct core *core, struct worker *worker) {
    int64_t silent_ms = (core->now_us - worker->heard_us) / 1000;
    if (!worker->hung && silent_ms >= core->config->hung_after_ms) {
        worker->hung = true;
        log_worker(LOG_WARN_, "worker_hung", worker);
        unanswered(core, worker);
    }
    if (worker->hung && !worker->killed && worker->process >= 0 && silent_ms >= core->config->kill_hung_after_ms) {
        worker->killed = true;
        log_worker(LOG_WARN_, "worker_killed", worker);
        core->io.process_kill(core->io.owner, worker->process);
    }
}

void workers_ping(struct core *core, int64_t since_last_us) {
    for (uint32_t i = 0; i < core->service_count; i++) {
        struct service *service = core->services[i];
        for (uint32_t k = 0; k < service->worker_count; k++) {
            struct worker *worker = service->workers[k];
            if (since_last_us > 4 * PING_EVERY_MS * 1000) // it was the broker that was stopped: their silence proves nothing
                worker->heard_us += since_last_us;
            worker->full = false;
            if (worker->gone)
                continue;
            check_hung(core, worker);
            forget_lost(core, worker);
            send_plain(core, worker, KOSI__KIND__PING);
        }
        service_dispatch(core, service);
    }
}
