// A service's queue and who gets what.
//
// Reads and writes wait apart, since only the writer takes writes. Requests that were with a worker when it died are suspects:
// one of them may have killed it. They go first, but each alone: a worker gets a suspect when it has nothing else, and nothing
// else until it has answered it. So a poisonous request meets its second worker without company, and the innocent that were
// with it the first time survive.
#include "services/broker/service.h"
#include "services/broker/answer.h"
#include "services/broker/request.h"
#include "services/broker/worker.h"
#include <stdlib.h>
#include <string.h>

enum {
    LOOK_AHEAD = 16, // requests looked at when the first one's method is not served by whoever is free
    RETRY_LEAST_MS = 250,
    RETRY_MOST_MS = 5000,
};

struct service *service_named(struct core *core, const char *name) {
    for (uint32_t i = 0; i < core->service_count; i++) {
        if (strcmp(core->services[i]->name, name) == 0)
            return core->services[i];
    }
    return NULL;
}

struct service *service_add(struct core *core, const char *name, bool expected) {
    struct service *service = service_named(core, name);
    size_t size = strlen(name);
    if (!service) {
        if (core->service_count == SERVICES_MAX || size == 0 || size >= NAME_BYTES)
            return NULL;
        service = calloc(1, sizeof *service);
        if (!service)
            return NULL;
        memcpy(service->name, name, size + 1);
        core->services[core->service_count++] = service;
    }
    service->expected |= expected;
    return service;
}

struct method *service_method(struct service *service, const char *name) {
    for (uint32_t i = 0; i < service->method_count; i++) {
        if (strcmp(service->methods[i].name, name) == 0)
            return &service->methods[i];
    }
    return NULL;
}

uint32_t service_retry_ms(const struct core *core, const struct service *service) {
    int64_t oldest_us = service_oldest_us(service);
    int64_t waits_ms = oldest_us ? (core->now_us - oldest_us) / 1000 : 0; // so long does the queue take
    if (waits_ms < RETRY_LEAST_MS)
        return RETRY_LEAST_MS;
    return waits_ms > RETRY_MOST_MS ? RETRY_MOST_MS : (uint32_t)waits_ms;
}

static int64_t earlier(int64_t least_us, const struct request_list *list) {
    if (!list->first || (least_us && least_us < list->first->arrived_us))
        return least_us;
    return list->first->arrived_us;
}

int64_t service_oldest_us(const struct service *service) {
    int64_t least_us = earlier(0, &service->unsorted);
    for (int kind = 0; kind < QUEUE_KINDS; kind++)
        least_us = earlier(earlier(least_us, &service->waiting[kind]), &service->suspects[kind]);
    return least_us;
}

// ---- in and out

static void put(struct service *service, struct request_list *list, struct request *request) {
    request->state = REQUEST_WAITING;
    list_append(list, request);
    service->depth++;
    service->waiting_bytes += request->charge;
}

static enum queue kind_of(const struct request *request) {
    return request->method->write ? QUEUE_WRITES : QUEUE_READS;
}

void service_put(struct core *core, struct request *request) {
    (void)core;
    struct service *service = request->service;
    put(service, request->method ? &service->waiting[kind_of(request)] : &service->unsorted, request);
}

void service_put_again(struct core *core, struct request *request) {
    struct service *service = request->service;
    request->state = REQUEST_WAITING;
    if (request->deliveries >= DELIVERIES_MAX) {
        service->worker_lost++;
        answer_request(core, request, PROBLEM_WORKER_LOST, 0);
        return;
    }
    put(service, &service->suspects[kind_of(request)], request);
}

void service_out(struct core *core, struct request *request) {
    (void)core;
    request->service->depth--;
    request->service->waiting_bytes -= request->charge;
    list_remove(request);
}

// ---- who could take it

static bool serves(const struct worker *worker, const struct method *method) {
    return (!method->write || worker->writer) && (worker->methods[method->index / 64] >> method->index % 64 & 1);
}

bool service_can(const struct service *service, const struct request *request) {
    for (uint32_t i = 0; i < service->worker_count; i++) {
        if (request->method && worker_usable(service->workers[i]) && serves(service->workers[i], request->method))
            return true;
    }
    return false;
}

static bool has_room(const struct worker *worker) {
    return worker_usable(worker) && !worker->full && !worker->alone && !worker->reserved && worker->in_flight < worker->credit;
}

// A read goes to a reader before the writer, then to whoever has least to do.
static bool better(const struct worker *a, const struct worker *b) {
    if (!b || a->writer != b->writer)
        return !b || b->writer;
    return a->in_flight < b->in_flight;
}

static struct worker *free_worker(const struct service *service, const struct method *method) {
    struct worker *best = NULL;
    for (uint32_t i = 0; i < service->worker_count; i++) {
        struct worker *worker = service->workers[i];
        if (has_room(worker) && serves(worker, method) && better(worker, best))
            best = worker;
    }
    return best;
}

// ---- delivery

static bool deliver(struct core *core, struct worker *worker, struct request *request, bool alone) {
    int64_t left_ms = (request->deadline_us - core->now_us + 999) / 1000;
    zmq_msg_t body; // a second reference to the same bytes: they are needed again if the worker dies
    zmq_msg_init(&body);
    zmq_msg_copy(&body, &request->body);
    request_number(core, request);
    request->head.time_left_ms = left_ms > 0 ? (uint32_t)left_ms : 1;
    request->head.delivery = request->delivery;
    const struct peer *peer = worker->peer;
    enum wire_result result =
        core->io.send(core->io.owner, peer->side, peer->routing, peer->routing_size, &request->head, &body);
    zmq_msg_close(&body);
    if (result == WIRE_GONE)
        worker_gone(core, worker);
    else if (result == WIRE_TOO_LARGE)
        answer_request(core, request, PROBLEM_TOO_LARGE, 0);
    else if (result != WIRE_OK)
        worker->full = true;
    if (result != WIRE_OK)
        return false;
    service_out(core, request);
    list_append(&worker->delivered, request);
    request->state = REQUEST_DELIVERED;
    request->worker = worker;
    if (request->deliveries++)
        request->service->redelivered++;
    worker->in_flight++;
    worker->alone = alone;
    return true;
}

static struct worker *idlest(const struct service *service, const struct method *method) {
    struct worker *best = NULL;
    for (uint32_t i = 0; i < service->worker_count; i++) {
        struct worker *worker = service->workers[i];
        bool fit = worker_usable(worker) && !worker->full && !worker->alone && serves(worker, method);
        if (fit && (!best || worker->in_flight < best->in_flight))
            best = worker;
    }
    return best;
}

// A suspect needs a worker without other work: the one with least is kept free of new work until it has none.
static void dispatch_suspects(struct core *core, struct service *service) {
    for (uint32_t i = 0; i < service->worker_count; i++)
        service->workers[i]->reserved = false;
    for (int kind = 0; kind < QUEUE_KINDS; kind++) {
        struct request *request;
        while ((request = service->suspects[kind].first)) {
            struct worker *worker = idlest(service, request->method);
            if (!worker)
                break;
            if (worker->in_flight > 0) {
                worker->reserved = true;
                break;
            }
            deliver(core, worker, request, true);
        }
    }
}

static struct request *next_of(const struct service *service, enum queue kind, struct worker **worker) {
    struct request *request = service->waiting[kind].first;
    for (int i = 0; request && i < LOOK_AHEAD; i++, request = request->next) {
        if ((*worker = free_worker(service, request->method)))
            return request;
    }
    return NULL;
}

static bool any_room(const struct service *service) {
    for (uint32_t i = 0; i < service->worker_count; i++) {
        if (has_room(service->workers[i]))
            return true;
    }
    return false;
}

void service_dispatch(struct core *core, struct service *service) {
    if (service->suspects[QUEUE_READS].count + service->suspects[QUEUE_WRITES].count)
        dispatch_suspects(core, service);
    else
        for (uint32_t i = 0; i < service->worker_count; i++)
            service->workers[i]->reserved = false;
    while (service->waiting[QUEUE_READS].count + service->waiting[QUEUE_WRITES].count && any_room(service)) {
        struct worker *for_read = NULL, *for_write = NULL;
        struct request *read = next_of(service, QUEUE_READS, &for_read);
        struct request *write = next_of(service, QUEUE_WRITES, &for_write);
        if (write && (!read || write->order < read->order))
            deliver(core, for_write, write, false);
        else if (read)
            deliver(core, for_read, read, false);
        else
            return;
    }
}

// ---- methods became known

enum problem method_refuses(const struct method *method, enum side side, size_t bytes) {
    bool reachable = method->reach == 0 || (method->reach == 1 && side == SIDE_BACK) || side == SIDE_OPS; // enum Reach
    if (!reachable)
        return PROBLEM_UNKNOWN_METHOD;
    return method->max_bytes && bytes > method->max_bytes ? PROBLEM_TOO_LARGE : PROBLEM_NONE;
}

void service_sort(struct core *core, struct service *service) {
    for (struct request *request = service->unsorted.first, *next; request; request = next) {
        next = request->next;
        request->method = service_method(service, request->head.method);
        enum problem problem = PROBLEM_UNKNOWN_METHOD;
        if (request->method)
            problem = method_refuses(request->method, request->client->side, zmq_msg_size(&request->body));
        if (problem) {
            answer_request(core, request, problem, 0);
            continue;
        }
        service_out(core, request);
        service_put(core, request);
    }
}
