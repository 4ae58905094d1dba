#include "services/broker/core.h"
#include "services/broker/answer.h"
#include "services/broker/peer.h"
#include "services/broker/request.h"
#include "services/broker/service.h"
#include "services/broker/status.h"
#include "services/broker/worker.h"
#include "services/common/base/log.h"
#include <stdlib.h>
#include <string.h>

enum {
    ARENA_CAP = 1024 * 1024, // a worker's hello, its state, a status answer
    SWEEP_US = 10 * 1000 * 1000,
    PEER_IDLE_US = 60 * 1000 * 1000,
};

void core_drop(struct core *core, enum drop reason) {
    static const char *const names[DROP_COUNT] = {
#define X(name, text) text,
        DROP_TABLE(X)
#undef X
    };
    if (!core->dropped[reason]++) // once in the log; how often is in the status
        log_event(LOG_WARN_, "dropped", "reason", names[reason], NULL);
}

void core_unreadable(struct core *core, enum wire_result result) {
    core_drop(core, result == WIRE_FRAMES ? DROP_FRAMES : result == WIRE_TOO_LARGE ? DROP_TOO_LARGE : DROP_MALFORMED);
}

struct core *core_new(const struct config *config, const struct core_io *io) {
    struct core *core = calloc(1, sizeof *core);
    if (!core)
        return NULL;
    core->config = config;
    core->io = *io;
    core->now_us = core->started_us = core->ping_us = core->sweep_us = io->now_us(io->owner);
    core->arena = arena_new(ARENA_CAP);
    io->random(io->owner, core->incarnation, sizeof core->incarnation);
    bool fine = core->arena && pool_init(core) == 0;
    for (int i = 0; fine && i < config->service_count; i++)
        fine = service_add(core, config->services[i].name, true) != NULL;
    if (!fine)
        core_free(&core);
    return core;
}

void core_free(struct core **core_at) {
    struct core *core = *core_at;
    if (!core)
        return;
    *core_at = NULL;
    pool_free(core);
    for (uint32_t i = 0; i < core->service_count; i++) {
        while (core->services[i]->worker_count)
            worker_forget(core, core->services[i]->workers[0]);
        free(core->services[i]);
    }
    peers_sweep(core, 0, true);
    arena_free(&core->arena);
    free(core);
}

int core_workers(const struct core *core) {
    int count = 0;
    for (uint32_t i = 0; i < core->service_count; i++)
        for (uint32_t k = 0; k < core->services[i]->worker_count; k++)
            count += !core->services[i]->workers[k]->gone;
    return count;
}

// ---- requests

static bool busy(const struct core *core, const struct service *service, const struct peer *client, size_t bytes) {
    size_t most = (size_t)core->config->queue_bytes;
    return service->depth >= (size_t)core->config->queue_count || service->held_bytes + bytes > most ||
           client->held_bytes + bytes > 2 * most;
}

// What speaks against a request, known from its envelope.
static enum problem refusal(const struct core *core, const struct peer *client, const struct service *service,
                            const struct method *method, const struct wire_message *message) {
    size_t bytes = zmq_msg_size((zmq_msg_t *)&message->body);
    if (!service || (!service->expected && !service->worker_count))
        return PROBLEM_UNKNOWN_SERVICE;
    if (service->method_count && !method)
        return PROBLEM_UNKNOWN_METHOD;
    enum problem problem = method ? method_refuses(method, client->side, bytes) : PROBLEM_NONE;
    if (problem)
        return problem;
    return busy(core, service, client, bytes) ? PROBLEM_BUSY : PROBLEM_NONE;
}

static void refuse(struct core *core, const struct peer *client, struct service *service, const Kosi__Envelope *envelope,
                   enum problem problem) {
    uint32_t retry_ms = problem == PROBLEM_BUSY && service ? service_retry_ms(core, service) : 0;
    if (service) {
        service->requests++;
        service->busy += problem == PROBLEM_BUSY;
    }
    answer_problem(core, client, &envelope->request_id, problem, retry_ms);
}

static void accept(struct core *core, struct peer *client, struct service *service, struct method *method,
                   struct wire_message *message) {
    struct request *request = request_new(core, client, service, message);
    if (!request) {
        core_drop(core, DROP_MEMORY);
        refuse(core, client, service, message->envelope, PROBLEM_BUSY);
        return;
    }
    service->requests++;
    request->method = method;
    if (request->deadline_us <= core->now_us) {
        answer_expired(core, request);
        return;
    }
    service_put(core, request);
    if (method)
        service_dispatch(core, service);
}

static void take_request(struct core *core, enum side side, struct wire_message *message) {
    const Kosi__Envelope *envelope = message->envelope;
    struct peer *client = peer_of(core, side, message);
    if (!client) {
        core_drop(core, DROP_TOO_MANY_PEERS);
        return;
    }
    const ProtobufCBinaryData *id = &envelope->request_id;
    if (envelope->version != WIRE_VERSION) {
        answer_problem(core, client, id, PROBLEM_WRONG_VERSION, 0);
        return;
    }
    if (!id->len || id->len > REQUEST_ID_MAX || !envelope->service || !envelope->method) {
        core_drop(core, DROP_MALFORMED);
        answer_problem(core, client, id, PROBLEM_MALFORMED, 0);
        return;
    }
    if (request_known(core, client, id)) { // its answer is on the way already
        core_drop(core, DROP_DUPLICATE);
        return;
    }
    if (strcmp(envelope->service, "broker") == 0) {
        if (strcmp(envelope->method, "Status") == 0)
            status_answer(core, client, id);
        else
            answer_problem(core, client, id, PROBLEM_UNKNOWN_METHOD, 0);
        return;
    }
    struct service *service = service_named(core, envelope->service);
    struct method *method = service ? service_method(service, envelope->method) : NULL;
    enum problem problem = refusal(core, client, service, method, message);
    if (problem)
        refuse(core, client, service, envelope, problem);
    else
        accept(core, client, service, method, message);
}

static void take_ping(struct core *core, enum side side, const struct wire_message *message) {
    const Kosi__Envelope *envelope = message->envelope;
    struct peer *peer = peer_of(core, side, message);
    if (!peer) {
        core_drop(core, DROP_TOO_MANY_PEERS);
        return;
    }
    // A worker that asks whether we are there and is none of ours any more (its connection was given up while one of us was
    // stopped): a PONG without a number tells it to say hello.
    bool lost = side == SIDE_BACK && envelope->incarnation.len == INCARNATION && !peer->worker;
    answer_pong(core, peer, lost ? &(ProtobufCBinaryData){0, NULL} : &envelope->request_id);
}

void core_message(struct core *core, enum side side, struct wire_message *message) {
    core->now_us = core->io.now_us(core->io.owner);
    int kind = message->envelope->kind;
    if (kind == KOSI__KIND__REQUEST) {
        take_request(core, side, message);
        return;
    }
    if (message->envelope->version != WIRE_VERSION) {
        core_drop(core, DROP_WRONG_VERSION);
        return;
    }
    if (kind == KOSI__KIND__PING)
        take_ping(core, side, message);
    else if (side != SIDE_BACK)
        core_drop(core, DROP_UNEXPECTED_KIND);
    else if (kind == KOSI__KIND__HELLO)
        worker_hello(core, message);
    else if (kind == KOSI__KIND__REPLY || kind == KOSI__KIND__GOODBYE || kind == KOSI__KIND__PONG || kind == KOSI__KIND__HINT)
        worker_message(core, message);
    else
        core_drop(core, DROP_UNEXPECTED_KIND);
}

// ---- time

static void bury_late(struct core *core) {
    for (uint32_t i = 0; i < core->service_count; i++) {
        for (uint32_t k = 0; k < core->services[i]->worker_count; k++) {
            const struct worker *worker = core->services[i]->workers[k];
            if ((worker->gone || worker->lost_writes) && core->now_us - worker->gone_us >= BURY_AFTER_MS * 1000) {
                core_settle(core);
                return;
            }
        }
    }
}

int core_tick(struct core *core) {
    core->now_us = core->io.now_us(core->io.owner);
    struct request *due;
    while ((due = request_first_due(core)) && due->deadline_us <= core->now_us)
        answer_expired(core, due);
    if (core->now_us - core->ping_us >= PING_EVERY_MS * 1000) {
        int64_t since_us = core->now_us - core->ping_us;
        core->ping_us = core->now_us;
        workers_ping(core, since_us);
    }
    if (core->unsettled)
        bury_late(core);
    if (core->now_us - core->sweep_us >= SWEEP_US) {
        core->sweep_us = core->now_us;
        peers_sweep(core, PEER_IDLE_US, false);
    }
    int64_t next_us = core->ping_us + PING_EVERY_MS * 1000;
    if (workers_ending(core))
        next_us = core->now_us + 1000;
    due = request_first_due(core);
    if (due && due->deadline_us < next_us)
        next_us = due->deadline_us;
    return next_us <= core->now_us ? 0 : (int)((next_us - core->now_us + 999) / 1000);
}
