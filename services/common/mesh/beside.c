#include "services/common/mesh/beside.h"
#include "services/common/base/clock.h"
#include "services/common/base/log.h"
#include "services/common/base/thread.h"
#include "services/common/mesh/schema.h"
#include "services/common/mesh/worker.h"
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum { STACK_BYTES = 512 * 1024, LOOK_MS = 5 };

struct beside_private {
    const struct mesh_beside *spec;
    const struct mesh_service *service;
    const char *path;
    struct store *store;
    bool schema_ready;
    void *socket;
    int event, bus;
    pthread_t thread;
    bool started;
    atomic_bool ending, ended, writes;
};
struct besides {
    int count;
    struct beside_private inner[BESIDES_MOST];
    struct beside items[BESIDES_MOST];
};

// ---- for run()

bool beside_ending(const struct beside *beside) {
    return atomic_load(&beside->inner->ending);
}

bool beside_writes(const struct beside *beside) {
    return atomic_load(&beside->inner->writes);
}

struct store *beside_store(struct beside *beside) {
    struct beside_private *inner = beside->inner;
    int error;
    if (inner->store == NULL)
        inner->store = store_try_open(inner->path, STORE_READER, &error);
    if (inner->store != NULL && !inner->schema_ready)
        inner->schema_ready = schema_ready(inner->store, inner->service) == 1;
    return inner->schema_ready ? inner->store : NULL;
}

int beside_serve(struct beside *beside) {
    client_receive(beside->client);
    int wait_ms = client_tick(beside->client);
    return client_due(beside->client) ? 0 : wait_ms;
}

bool beside_woken(struct beside *beside) {
    uint64_t count;
    return read(beside->inner->event, &count, sizeof count) == sizeof count;
}

void beside_fds(const struct beside *beside, int fds[BESIDE_FDS]) {
    fds[0] = beside->inner->event;
    fds[1] = beside->inner->bus;
}

void beside_wait(struct beside *beside, int wait_ms) {
    int serve_ms = beside_serve(beside);
    struct pollfd fds[BESIDE_FDS] = {{.fd = beside->inner->event, .events = POLLIN},
                                     {.fd = beside->inner->bus, .events = POLLIN}};
    poll(fds, BESIDE_FDS, serve_ms < wait_ms ? serve_ms : wait_ms);
    beside_serve(beside);
}

// ---- life

static void *run(void *context) {
    struct beside *beside = context;
    beside->inner->spec->run(beside);
    client_free(&beside->client);
    store_close(&beside->inner->store);
    atomic_store(&beside->inner->ended, true);
    return NULL;
}

static int open_one(struct beside *beside, struct beside_private *inner, struct worker *worker, void *context) {
    const char *endpoint = config_endpoint(worker->config, "back");
    inner->event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    inner->socket = zmq_socket(context, ZMQ_DEALER);
    if (inner->event < 0 || inner->socket == NULL || endpoint == NULL || wire_configure(inner->socket, false) != 0 ||
        zmq_connect(inner->socket, endpoint) != 0)
        return -1;
    inner->bus = wire_fd(inner->socket);
    inner->service = worker->service;
    inner->path = worker->path;
    *beside = (struct beside){.config = worker->config, .state = worker->state, .slot = worker->slot, .inner = inner};
    beside->client = client_new(inner->socket, BESIDE_ASKS_MOST);
    return beside->client != NULL ? 0 : -1;
}

static int start_one(struct beside *beside, struct beside_private *inner) {
    inner->started = thread_start(&inner->thread, STACK_BYTES, run, beside) == 0;
    return inner->started ? 0 : -1;
}

struct besides *besides_start(struct worker *worker, void *context) {
    const struct mesh_service *service = worker->service;
    struct besides *besides = calloc(1, sizeof *besides);
    int rc = besides != NULL ? 0 : -1;
    for (int i = 0; rc == 0 && i < service->beside_count; i++) {
        const struct mesh_beside *spec = &service->besides[i];
        if (spec->needed != NULL && !spec->needed(worker->config, worker->state))
            continue;
        struct beside_private *inner = &besides->inner[besides->count];
        struct beside *beside = &besides->items[besides->count++];
        inner->spec = spec;
        inner->event = -1;
        rc = open_one(beside, inner, worker, context);
        rc = rc == 0 ? start_one(beside, inner) : rc;
    }
    if (rc == 0)
        return besides;
    log_event(LOG_ERROR_, "beside_failed", "reason", strerror(errno), NULL);
    besides_close(&besides);
    return NULL;
}

static void wake(struct beside_private *inner) {
    uint64_t one = 1;
    while (write(inner->event, &one, sizeof one) < 0 && errno == EINTR)
        ;
}

void besides_wake(struct besides *besides) {
    for (int i = 0; besides != NULL && i < besides->count; i++)
        wake(&besides->inner[i]);
}

void besides_tell_role(struct besides *besides, bool writes) {
    for (int i = 0; besides != NULL && i < besides->count; i++) {
        if (atomic_exchange(&besides->inner[i].writes, writes) != writes)
            wake(&besides->inner[i]);
    }
}

void besides_end(struct besides *besides) {
    for (int i = 0; besides != NULL && i < besides->count; i++)
        atomic_store(&besides->inner[i].ending, true);
    besides_wake(besides);
}

bool besides_ended(const struct besides *besides) {
    for (int i = 0; besides != NULL && i < besides->count; i++)
        if (besides->inner[i].started && !atomic_load(&besides->inner[i].ended))
            return false;
    return true;
}

static void close_one(struct beside *beside, struct beside_private *inner) {
    client_free(&beside->client); // of one that never ran
    if (inner->socket != NULL)
        zmq_close(inner->socket);
    if (inner->event >= 0)
        close(inner->event);
}

bool besides_close(struct besides **besides_at) {
    struct besides *besides = *besides_at;
    if (besides == NULL)
        return true;
    int64_t until_ms = clock_mono_ms() + BESIDE_END_MS;
    besides_end(besides);
    while (!besides_ended(besides) && clock_mono_ms() < until_ms)
        poll(NULL, 0, LOOK_MS);
    if (!besides_ended(besides))
        return false;
    for (int i = 0; i < besides->count; i++) {
        if (besides->inner[i].started)
            pthread_join(besides->inner[i].thread, NULL);
        close_one(&besides->items[i], &besides->inner[i]);
    }
    free(besides);
    *besides_at = NULL;
    return true;
}
