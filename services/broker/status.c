#include "services/broker/status.h"
#include "services/broker/answer.h"
#include "services/broker/service.h"
#include <unistd.h>

// Everything of the answer lives in the core's arena; what does not fit there is left out rather than failing the whole.
#define TAKE(core, count, type)    ((type *)arena_take((core)->arena, (count) * sizeof(type)))
#define SET(message, field, value) ((message)->has_##field = true, (message)->field = (value))

static const Kosi__WorkerState *state_of(struct core *core, const struct worker *worker) {
    if (!worker->state)
        return NULL;
    return kosi__worker_state__unpack(arena_allocator(core->arena), worker->state_size, worker->state);
}

static Kosi__WorkerStatus *worker_status(struct core *core, const struct worker *worker, const Kosi__WorkerState *state) {
    Kosi__WorkerStatus *out = TAKE(core, 1, Kosi__WorkerStatus);
    if (!out)
        return NULL;
    kosi__worker_status__init(out);
    SET(out, slot, worker->slot);
    SET(out, pid, worker->pid);
    SET(out, incarnation, ((ProtobufCBinaryData){INCARNATION, (uint8_t *)worker->incarnation}));
    SET(out, writer, worker->writer);
    SET(out, credit, worker->credit);
    SET(out, in_flight, worker->in_flight);
    SET(out, hung, worker->hung);
    SET(out, leaving, worker->leaving);
    if (state && state->has_uptime_s)
        SET(out, uptime_s, state->uptime_s);
    return out;
}

// The writer knows the log's end and the cursors best; without one, any worker that spoke of them.
static void log_status(struct core *core, Kosi__ServiceStatus *out, const Kosi__WorkerState *state) {
    if (!state)
        return;
    Kosi__LogStatus *log = state->has_log_epoch ? TAKE(core, 1, Kosi__LogStatus) : NULL;
    if (log) {
        kosi__log_status__init(log);
        SET(log, epoch, state->log_epoch);
        SET(log, last_seq, state->log_last_seq);
        out->log = log;
    }
    out->follows = state->follows;
    out->n_follows = state->n_follows;
    out->gauges = state->gauges;
    out->n_gauges = state->n_gauges;
    SET(out, no_room, state->no_room);
}

static void workers_status(struct core *core, const struct service *service, Kosi__ServiceStatus *out) {
    const Kosi__WorkerState *best = NULL;
    bool from_writer = false;
    out->workers = TAKE(core, service->worker_count + 1, Kosi__WorkerStatus *);
    for (uint32_t i = 0; out->workers && i < service->worker_count; i++) {
        const struct worker *worker = service->workers[i];
        if (worker->gone)
            continue;
        const Kosi__WorkerState *state = state_of(core, worker);
        if (state && !from_writer && (worker->writer || !best)) {
            best = state;
            from_writer = worker->writer;
        }
        if ((out->workers[out->n_workers] = worker_status(core, worker, state)))
            out->n_workers++;
    }
    log_status(core, out, best);
}

static void queue_status(struct core *core, const struct service *service, Kosi__ServiceStatus *out) {
    Kosi__QueueStatus *queue = TAKE(core, 1, Kosi__QueueStatus);
    if (!queue)
        return;
    int64_t oldest_us = service_oldest_us(service);
    kosi__queue_status__init(queue);
    SET(queue, depth, service->depth);
    SET(queue, bytes, service->waiting_bytes);
    SET(queue, oldest_ms, oldest_us ? (uint64_t)(core->now_us - oldest_us) / 1000 : 0);
    out->queue = queue;
}

static void counters_status(struct core *core, struct service *service, Kosi__ServiceStatus *out) {
    Kosi__ServiceCounters *counters = TAKE(core, 1, Kosi__ServiceCounters);
    if (!counters)
        return;
    kosi__service_counters__init(counters);
    SET(counters, requests, service->requests);
    SET(counters, replies, service->replies);
    SET(counters, busy, service->busy);
    SET(counters, expired, service->expired);
    SET(counters, worker_lost, service->worker_lost);
    SET(counters, redelivered, service->redelivered);
    SET(counters, latency_us_sum, service->latency_us_sum);
    counters->latency_bucket = service->latency;
    counters->n_latency_bucket = LATENCY_BUCKETS;
    out->counters = counters;
}

static Kosi__ServiceStatus *service_status(struct core *core, struct service *service) {
    Kosi__ServiceStatus *out = TAKE(core, 1, Kosi__ServiceStatus);
    if (!out)
        return NULL;
    kosi__service_status__init(out);
    out->name = service->name;
    SET(out, expected, service->expected);
    workers_status(core, service, out);
    queue_status(core, service, out);
    counters_status(core, service, out);
    return out;
}

static uint32_t count_clients(const struct core *core) {
    uint32_t count = 0;
    for (size_t i = 0; i < sizeof core->peers / sizeof core->peers[0]; i++) {
        for (const struct peer *peer = core->peers[i]; peer; peer = peer->next)
            count += !peer->worker;
    }
    return count;
}

static Kosi__BrokerStatus *broker_status(struct core *core) {
    static char *names[DROP_COUNT] = {
#define X(name, text) text,
        DROP_TABLE(X)
#undef X
    };
    Kosi__BrokerStatus *out = TAKE(core, 1, Kosi__BrokerStatus);
    Kosi__DroppedCount *counts = TAKE(core, DROP_COUNT, Kosi__DroppedCount);
    Kosi__DroppedCount **list = TAKE(core, DROP_COUNT, Kosi__DroppedCount *);
    if (!out || !counts || !list)
        return NULL;
    kosi__broker_status__init(out);
    SET(out, incarnation, ((ProtobufCBinaryData){INCARNATION, core->incarnation}));
    SET(out, pid, (uint32_t)getpid());
    SET(out, uptime_s, (uint64_t)(core->now_us - core->started_us) / 1000000);
    SET(out, clients, count_clients(core));
    for (int i = 0; i < DROP_COUNT; i++) {
        kosi__dropped_count__init(&counts[i]);
        counts[i].reason = names[i];
        SET(&counts[i], count, core->dropped[i]);
        list[i] = &counts[i];
    }
    out->dropped = list;
    out->n_dropped = DROP_COUNT;
    return out;
}

void status_answer(struct core *core, const struct peer *peer, const ProtobufCBinaryData *id) {
    arena_reset(core->arena);
    Kosi__StatusReply reply = KOSI__STATUS_REPLY__INIT;
    reply.city = core->config->city;
    reply.services = TAKE(core, core->service_count + 1, Kosi__ServiceStatus *);
    for (uint32_t i = 0; reply.services && i < core->service_count; i++) {
        Kosi__ServiceStatus *service = service_status(core, core->services[i]);
        if (service)
            reply.services[reply.n_services++] = service;
    }
    reply.broker = broker_status(core);
    answer_message(core, peer, id, &reply.base);
}
