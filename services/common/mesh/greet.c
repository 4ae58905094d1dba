#include "services/common/mesh/greet.h"
#include "services/common/base/clock.h"
#include "services/common/mesh/follow.h"
#include <string.h>
#include <unistd.h>

enum { SILENT_MS = 150, PROBE_MS = 100, HELLO_AGAIN_MS = 250, STATE_MS = 1000, IDLE_MS = 1000 };

static Kosi__Envelope envelope_of(struct worker *worker, Kosi__Kind kind) {
    Kosi__Envelope envelope = KOSI__ENVELOPE__INIT;
    envelope.has_version = envelope.has_kind = envelope.has_incarnation = true;
    envelope.version = WIRE_VERSION;
    envelope.kind = kind;
    envelope.incarnation = (ProtobufCBinaryData){sizeof worker->incarnation, worker->incarnation};
    return envelope;
}

// Packs into a call's arena, sends, frees.
static void send_message(struct worker *worker, const Kosi__Envelope *envelope, const ProtobufCMessage *message,
                         struct mesh_call_private *call) {
    size_t size = protobuf_c_message_get_packed_size(message);
    uint8_t *bytes = arena_take(call->call.arena, size ? size : 1);
    if (bytes != NULL) {
        protobuf_c_message_pack(message, bytes);
        worker->send(worker, envelope, bytes, size);
    }
}

static void describe_methods(const struct worker *worker, Kosi__HelloMethod *methods, Kosi__HelloMethod **list) {
    for (int i = 0; i < worker->method_count; i++) {
        const struct contract_method *contract = worker->methods[i].contract;
        kosi__hello_method__init(&methods[i]);
        methods[i].name = (char *)contract->name;
        methods[i].has_write = methods[i].has_reach = methods[i].has_max_bytes = true;
        methods[i].write = contract->write;
        methods[i].reach = contract->reach;
        methods[i].max_bytes = contract->max_bytes;
        list[i] = &methods[i];
    }
}

// The broker wakes a follower only for what it follows.
static void describe_follows(const struct worker *worker, Kosi__Hello *hello, Kosi__FollowTypes *types) {
    for (int i = 0; i < worker->service->follow_count; i++) {
        const struct mesh_follow *follow = &worker->service->follows[i];
        hello->follows[hello->n_follows++] = (char *)follow->service;
        Kosi__FollowTypes *only = &types[hello->n_follow_types];
        kosi__follow_types__init(only);
        only->service = (char *)follow->service;
        only->types = (char **)follow->types;
        while (follow->types != NULL && follow->types[only->n_types] != NULL)
            only->n_types++;
        if (only->n_types > 0)
            hello->follow_types[hello->n_follow_types++] = only;
    }
}

void greet_hello(struct worker *worker) {
    struct mesh_call_private *call = call_take(worker);
    if (call == NULL)
        return;
    Kosi__HelloMethod methods[WORKER_METHODS_MOST], *list[WORKER_METHODS_MOST];
    char *follows[WORKER_FOLLOWS_MOST];
    Kosi__FollowTypes types[WORKER_FOLLOWS_MOST], *type_list[WORKER_FOLLOWS_MOST];
    describe_methods(worker, methods, list);
    Kosi__Hello hello = KOSI__HELLO__INIT;
    hello.service = (char *)worker->service->contract->name;
    hello.has_slot = hello.has_credit = hello.has_writer = hello.has_pid = true;
    hello.slot = worker->slot;
    hello.credit = worker->lock_held ? WRITER_CREDIT : READER_CREDIT;
    hello.writer = worker->lock_held;
    hello.pid = (uint32_t)getpid();
    hello.n_methods = (size_t)worker->method_count;
    hello.methods = list;
    hello.follows = follows;
    hello.follow_types = type_list;
    describe_follows(worker, &hello, types);
    Kosi__Envelope envelope = envelope_of(worker, KOSI__KIND__HELLO);
    send_message(worker, &envelope, &hello.base, call);
    worker->hello_ms = clock_mono_ms();
    call_free(worker, call);
}

void greet_goodbye(struct worker *worker) {
    Kosi__Envelope envelope = envelope_of(worker, KOSI__KIND__GOODBYE);
    worker->send(worker, &envelope, NULL, 0);
}

static void send_state(struct worker *worker, const Kosi__Envelope *pong, int64_t now_ms) {
    struct mesh_call_private *call = call_take(worker);
    if (call == NULL)
        return;
    Kosi__FollowState *follows[WORKER_FOLLOWS_MOST];
    Kosi__GaugeState *gauges[GAUGES_MOST];
    Kosi__WorkerState state = KOSI__WORKER_STATE__INIT;
    state.has_uptime_s = true;
    state.uptime_s = (uint64_t)(now_ms - worker->started_ms) / 1000;
    if (worker->lock_held) {
        state.has_no_room = true;
        state.no_room = worker->writer == NULL || store_short_of_room(worker->writer);
    }
    if (worker->writer_ready) {
        state.has_log_epoch = state.has_log_last_seq = true;
        state.log_epoch = (ProtobufCBinaryData){sizeof worker->epoch, worker->epoch};
        state.log_last_seq = worker->log_last_seq;
        state.n_follows = follow_states(worker, call->call.arena, follows);
        state.follows = follows;
        state.n_gauges = gauges_states(&worker->gauges, call->call.arena, gauges);
        state.gauges = gauges;
    }
    send_message(worker, pong, &state.base, call);
    call_free(worker, call);
}

static void meet(struct worker *worker, const Kosi__Envelope *envelope) {
    if (envelope->incarnation.len == sizeof worker->greeted)
        memcpy(worker->greeted, envelope->incarnation.data, sizeof worker->greeted);
}

static bool stranger(const struct worker *worker, const Kosi__Envelope *envelope) {
    return envelope->incarnation.len == sizeof worker->greeted &&
           memcmp(worker->greeted, envelope->incarnation.data, sizeof worker->greeted) != 0;
}

// Only a broker that has our hello pings us.
void greet_ping(struct worker *worker, const Kosi__Envelope *ping) {
    int64_t now_ms = clock_mono_ms();
    meet(worker, ping);
    Kosi__Envelope pong = envelope_of(worker, KOSI__KIND__PONG);
    pong.has_request_id = ping->has_request_id;
    pong.request_id = ping->request_id;
    if (now_ms - worker->state_ms < STATE_MS) {
        worker->send(worker, &pong, NULL, 0);
        return;
    }
    worker->state_ms = now_ms;
    send_state(worker, &pong, now_ms);
}

void greet_pong(struct worker *worker, const Kosi__Envelope *pong) {
    bool ready = worker->schema_ready || worker->lock_held;
    bool unknown = !pong->has_request_id || pong->request_id.len == 0; // the broker's answer to one it does not know
    if (!ready || worker->leaving || (!unknown && !stranger(worker, pong)))
        return;
    if (!stranger(worker, pong) && clock_mono_ms() - worker->hello_ms < HELLO_AGAIN_MS)
        return;
    meet(worker, pong);
    greet_hello(worker);
}

int greet_tick(struct worker *worker, int64_t now_ms) {
    if (worker->hello_ms == 0)
        return IDLE_MS;
    int64_t silent_ms = now_ms - worker->heard_ms;
    if (silent_ms < SILENT_MS)
        return (int)(SILENT_MS - silent_ms);
    if (now_ms - worker->probe_ms >= PROBE_MS) {
        worker->probe_ms = now_ms;
        Kosi__Envelope probe = envelope_of(worker, KOSI__KIND__PING);
        probe.has_request_id = true;
        probe.request_id = (ProtobufCBinaryData){sizeof worker->incarnation * 2, (uint8_t[16]){0}};
        worker->send(worker, &probe, NULL, 0);
    }
    return PROBE_MS;
}
