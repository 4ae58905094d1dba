// bench_worker: a worker without a bus: requests are put in by hand, turned by hand, replies are caught.
#pragma once
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "services/common/base/clock.h"
#include "services/common/mesh/actor.h"
#include "services/common/mesh/dispatch.h"
#include "services/common/mesh/reply.h"
#include "services/common/mesh/role.h"
#include "services/common/mesh/worker_loop.h"
#include "services/common/store/store_inner.h"
#include "kosi/accounts.pb-c.h"
#include "kosi/submissions.pb-c.h"
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CAUGHT_MOST = 300 };
struct caught {
    char outcome[32];
    uint8_t request_id; // first byte
    bool replayed;
    uint32_t retry_after_ms;
    uint8_t body[4096];
    size_t size;
};
struct bench_worker {
    struct worker worker;
    struct config config;
    char dir[64];
    uint8_t actor_secret[crypto_sign_SECRETKEYBYTES];
    struct caught replies[CAUGHT_MOST];
    int reply_count, hint_count;
    char hint_types[256];
};
static struct bench_worker *bench; // what the handlers of a test look at

static void catch_message(struct worker *worker, const Kosi__Envelope *envelope, const void *body, size_t size) {
    (void)worker;
    if (envelope->kind == KOSI__KIND__HINT) {
        Kosi__Hint *hint = kosi__hint__unpack(NULL, size, body);
        bench->hint_count++;
        bench->hint_types[0] = 0; // of the last hint
        for (size_t i = 0; i < hint->n_types; i++)
            strcat(strcat(bench->hint_types, hint->types[i]), " ");
        kosi__hint__free_unpacked(hint, NULL);
    }
    if (envelope->kind != KOSI__KIND__REPLY)
        return;
    assert_true(bench->reply_count < CAUGHT_MOST);
    struct caught *caught = &bench->replies[bench->reply_count++];
    snprintf(caught->outcome, sizeof caught->outcome, "%s", envelope->outcome);
    caught->request_id = envelope->request_id.data[0];
    caught->replayed = envelope->replayed;
    caught->retry_after_ms = envelope->retry_after_ms;
    caught->size = size;
    if (size)
        memcpy(caught->body, body, size < sizeof caught->body ? size : sizeof caught->body);
}

static inline void bench_become_writer(void) {
    bench->worker.lock_held = true;
    role_try_writer(&bench->worker);
    assert_true(bench->worker.writer_ready);
    role_try_reader(&bench->worker);
    assert_true(bench->worker.schema_ready);
}

// socket: for what the worker asks others; NULL: nothing.
static inline void bench_open_on(const struct mesh_service *service, void *socket) {
    assert_true(sodium_init() >= 0);
    bench = calloc(1, sizeof *bench);
    strcpy(bench->dir, "/tmp/kosi-mesh-XXXXXX");
    assert_non_null(mkdtemp(bench->dir));
    bench->config.key_hours = 24;
    bench->config.data_dir = bench->dir;
    struct worker *worker = &bench->worker;
    worker->service = service;
    worker->config = &bench->config;
    worker->slot = 1;
    worker->path = malloc(96);
    snprintf(worker->path, 96, "%s/toy.db", bench->dir);
    uint8_t public_key[crypto_sign_PUBLICKEYBYTES];
    crypto_sign_keypair(public_key, bench->actor_secret);
    worker->actors = actor_with_key(public_key);
    assert_int_equal(worker_open(worker, socket), 0);
    worker->send = catch_message;
}

static inline void bench_open(const struct mesh_service *service) {
    bench_open_on(service, NULL);
}

static inline void bench_close(void) {
    actor_close(&bench->worker.actors);
    worker_close(&bench->worker);
    char command[96];
    snprintf(command, sizeof command, "rm -rf %s", bench->dir);
    assert_int_equal(system(command), 0);
    free(bench);
    bench = NULL;
}

struct question {
    const char *method;
    const void *body;
    size_t size;
    uint8_t request_id;
    const char *key;
    const uint8_t *actor;
    size_t actor_size;
    int time_left_ms; // 0: 5000; negative: none left
    const char *origin;
    uint32_t version; // 0: ours
};

// As a request that came from the bus; runs with the next turn unless it is refused at once.
static inline void bench_put(const struct question *q) {
    struct worker *worker = &bench->worker;
    struct mesh_call_private *call = call_take(worker);
    struct arena *arena = call->call.arena;
    Kosi__Envelope *envelope = arena_take(arena, sizeof *envelope);
    kosi__envelope__init(envelope);
    envelope->has_version = envelope->has_kind = envelope->has_request_id = envelope->has_time_left_ms = true;
    envelope->version = q->version ? q->version : WIRE_VERSION;
    envelope->kind = KOSI__KIND__REQUEST;
    envelope->service = arena_text(arena, worker->service->contract->name);
    envelope->method = arena_text(arena, q->method);
    envelope->request_id = (ProtobufCBinaryData){16, arena_take(arena, 16)};
    envelope->request_id.data[0] = q->request_id;
    envelope->time_left_ms = q->time_left_ms < 0 ? 0 : q->time_left_ms ? (uint32_t)q->time_left_ms : 5000;
    envelope->idempotency_key = arena_text(arena, q->key);
    envelope->origin = arena_text(arena, q->origin ? q->origin : "front");
    envelope->has_actor = q->actor != NULL;
    envelope->actor = (ProtobufCBinaryData){q->actor_size, (uint8_t *)q->actor};
    call->message.envelope = envelope;
    zmq_msg_init_size(&call->message.body, q->size);
    if (q->size)
        memcpy(zmq_msg_data(&call->message.body), q->body, q->size);
    call->has_message = true;
    int rc = dispatch_admit(call, clock_mono_ms());
    if (rc != 0)
        reply_refuse(call, rc);
    else
        call_push(call->method->contract->write ? &worker->writes : &worker->reads, call);
}

static inline struct caught *bench_ask(const struct question *q) {
    bench->reply_count = 0;
    bench_put(q);
    worker_turn(&bench->worker);
    assert_int_equal(bench->reply_count, 1);
    return &bench->replies[0];
}

static inline int64_t bench_number(const char *sql) {
    struct store_statement *s = store_prepare(bench->worker.writer, sql);
    assert_int_equal(store_step(s), 1);
    int64_t n = store_int(s, 0);
    store_reset(s);
    return n;
}
