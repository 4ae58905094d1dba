// fake_bus: a core with a clock that tests step and peers that are one letter each. What the core sends is kept to be read.
#pragma once
#include "services/broker/core.h"
#include "services/common/base/buf.h"
#include "kosi/problem.pb-c.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

enum { SENT_MAX = 4096, ARENA_BYTES = 1 << 20 };
struct sent {
    enum side side;
    char to;
    Kosi__Kind kind;
    uint64_t delivery;
    char id[32], outcome[32], origin[8], body[128];
    uint32_t time_left_ms, retry_after_ms;
    size_t body_size, id_size;
};
struct fake_bus {
    struct config config;
    struct core *core;
    struct arena *arena;
    int64_t now_us;
    uint64_t random;
    struct sent sent[SENT_MAX];
    size_t count, read;
    bool gone[256], full[256]; // by peer: what sending to it meets
    int killed, opened, closed;
};

static int64_t fake_now(void *owner) {
    return ((struct fake_bus *)owner)->now_us;
}

static void fake_random(void *owner, void *out, size_t n) {
    struct fake_bus *bus = owner;
    for (size_t i = 0; i < n; i++) {
        bus->random = bus->random * 6364136223846793005u + 1442695040888963407u;
        ((uint8_t *)out)[i] = (uint8_t)(bus->random >> 56);
    }
}

static void copy_text(char *out, size_t room, const void *from, size_t n) {
    n = n < room ? n : room - 1;
    memcpy(out, from, n);
    out[n] = 0;
}

static enum wire_result fake_send(void *owner, enum side side, const uint8_t *routing, size_t routing_size,
                                  const Kosi__Envelope *e, zmq_msg_t *body) {
    struct fake_bus *bus = owner;
    if (routing_size != 1)
        return WIRE_GONE; // only passers-by have longer names
    if (bus->gone[*routing])
        return WIRE_GONE;
    if (bus->full[*routing])
        return WIRE_FULL;
    assert_true(kosi__envelope__get_packed_size(e) <= WIRE_ENVELOPE_MAX);
    if (e->kind != KOSI__KIND__PING) {
        assert_true(bus->count < SENT_MAX);
        struct sent *sent = &bus->sent[bus->count++];
        *sent = (struct sent){.side = side,
                              .to = (char)*routing,
                              .kind = e->kind,
                              .delivery = e->delivery,
                              .time_left_ms = e->time_left_ms,
                              .retry_after_ms = e->retry_after_ms,
                              .id_size = e->request_id.len};
        copy_text(sent->id, sizeof sent->id, e->request_id.data ? (char *)e->request_id.data : "", e->request_id.len);
        copy_text(sent->outcome, sizeof sent->outcome, e->outcome ? e->outcome : "", e->outcome ? strlen(e->outcome) : 0);
        copy_text(sent->origin, sizeof sent->origin, e->origin ? e->origin : "", e->origin ? strlen(e->origin) : 0);
        if (body) {
            sent->body_size = zmq_msg_size(body);
            copy_text(sent->body, sizeof sent->body, zmq_msg_data(body), zmq_msg_size(body));
        }
    }
    if (body) {
        zmq_msg_close(body);
        zmq_msg_init(body);
    }
    return WIRE_OK;
}

static int fake_open(void *owner, uint32_t pid) {
    ((struct fake_bus *)owner)->opened++;
    return (int)pid;
}

static void fake_kill(void *owner, int handle) {
    ((struct fake_bus *)owner)->killed = handle;
}

static void fake_close(void *owner, int handle) {
    (void)handle;
    ((struct fake_bus *)owner)->closed++;
}

static int bus_open(void **state) {
    struct fake_bus *bus = calloc(1, sizeof *bus);
    bus->config = (struct config){.city = (char *)"dortmund",
                                  .services = {{"echo", 2}},
                                  .service_count = 1,
                                  .queue_count = 10,
                                  .queue_bytes = 100000,
                                  .request_timeout_ms = 5000,
                                  .hung_after_ms = 1000,
                                  .kill_hung_after_ms = 3000};
    bus->now_us = 1000000;
    bus->random = 7;
    bus->arena = arena_new(ARENA_BYTES);
    struct core_io io = {bus, fake_now, fake_random, fake_send, fake_open, fake_kill, fake_close};
    bus->core = core_new(&bus->config, &io);
    assert_non_null(bus->core);
    *state = bus;
    return 0;
}

static int bus_close(void **state) {
    struct fake_bus *bus = *state;
    core_free(&bus->core);
    assert_int_equal(bus->opened, bus->closed);
    arena_free(&bus->arena);
    free(bus);
    return 0;
}

// ---- what peers say

static void say(struct fake_bus *bus, enum side side, char from, Kosi__Envelope *envelope, const void *body, size_t size) {
    struct wire_message message = {.routing = {(uint8_t)from}, .routing_size = 1, .envelope = envelope};
    envelope->has_version = envelope->has_kind = true;
    if (!envelope->version)
        envelope->version = WIRE_VERSION;
    zmq_msg_init_size(&message.body, size);
    if (size)
        memcpy(zmq_msg_data(&message.body), body, size);
    core_message(bus->core, side, &message);
    zmq_msg_close(&message.body);
}

static void ask_body(struct fake_bus *bus, enum side side, char from, const char *method, const char *id, uint32_t ms,
                     size_t size) {
    static char bytes[100000];
    Kosi__Envelope e = KOSI__ENVELOPE__INIT;
    e.kind = KOSI__KIND__REQUEST;
    e.service = (char *)"echo";
    e.method = (char *)method;
    e.has_request_id = true;
    e.request_id = (ProtobufCBinaryData){strlen(id), (uint8_t *)id};
    e.has_time_left_ms = true;
    e.time_left_ms = ms;
    say(bus, side, from, &e, bytes, size);
}

static void ask(struct fake_bus *bus, const char *method, const char *id) {
    ask_body(bus, SIDE_FRONT, 'c', method, id, 5000, 3);
}

struct hello {
    char from, incarnation;
    uint32_t slot, credit;
    bool writer;
    const char *follows, *only; // only: the one type it follows
};

static void hello(struct fake_bus *bus, struct hello h) {
    Kosi__HelloMethod methods[] = {KOSI__HELLO_METHOD__INIT, KOSI__HELLO_METHOD__INIT, KOSI__HELLO_METHOD__INIT,
                                   KOSI__HELLO_METHOD__INIT};
    Kosi__HelloMethod *list[] = {&methods[0], &methods[1], &methods[2], &methods[3]};
    methods[0].name = (char *)"Read";
    methods[1].name = (char *)"Write";
    methods[1].has_write = methods[1].write = true;
    methods[2].name = (char *)"Inside";
    methods[2].has_reach = methods[2].reach = 1;
    methods[3].name = (char *)"Operate";
    methods[3].has_reach = true;
    methods[3].reach = 2;
    char *follows[] = {(char *)h.follows};
    Kosi__Hello body = KOSI__HELLO__INIT;
    body.service = (char *)"echo";
    body.has_slot = body.has_credit = body.has_writer = body.has_pid = true;
    body.slot = h.slot;
    body.credit = h.credit;
    body.writer = h.writer;
    body.pid = 1000u + (uint32_t)h.from;
    body.methods = list;
    body.n_methods = 4;
    body.follows = follows;
    body.n_follows = h.follows ? 1 : 0;
    char *types[] = {(char *)h.only};
    Kosi__FollowTypes only = KOSI__FOLLOW_TYPES__INIT, *follow_types[] = {&only};
    only.service = (char *)h.follows;
    only.types = types;
    only.n_types = 1;
    body.follow_types = follow_types;
    body.n_follow_types = h.only ? 1 : 0;
    uint8_t packed[1024], incarnation[8] = {(uint8_t)h.from, (uint8_t)h.incarnation};
    Kosi__Envelope e = KOSI__ENVELOPE__INIT;
    e.kind = KOSI__KIND__HELLO;
    e.has_incarnation = true;
    e.incarnation = (ProtobufCBinaryData){sizeof incarnation, incarnation};
    say(bus, SIDE_BACK, h.from, &e, packed, kosi__hello__pack(&body, packed));
}

static void tell(struct fake_bus *bus, char from, Kosi__Kind kind) {
    Kosi__Envelope e = KOSI__ENVELOPE__INIT;
    e.kind = kind;
    say(bus, SIDE_BACK, from, &e, NULL, 0);
}

static void reply(struct fake_bus *bus, char from, uint64_t delivery) {
    Kosi__Envelope e = KOSI__ENVELOPE__INIT;
    e.kind = KOSI__KIND__REPLY;
    e.has_delivery = true;
    e.delivery = delivery;
    e.outcome = (char *)"ok";
    say(bus, SIDE_BACK, from, &e, "done", 4);
}

static void pass(struct fake_bus *bus, int ms) {
    for (; ms > 0; ms -= 10) {
        bus->now_us += 10000;
        core_tick(bus->core);
    }
}

// ---- what they hear

// The next thing that was sent, or NULL.
static const struct sent *next(struct fake_bus *bus) {
    return bus->read < bus->count ? &bus->sent[bus->read++] : NULL;
}

static const struct sent *delivered(struct fake_bus *bus, char to, const char *id) {
    const struct sent *sent = next(bus);
    assert_non_null(sent);
    assert_int_equal(sent->kind, KOSI__KIND__REQUEST);
    assert_int_equal(sent->to, to);
    assert_string_equal(sent->id, id);
    return sent;
}

static const struct sent *answered(struct fake_bus *bus, const char *id, const char *outcome) {
    const struct sent *sent = next(bus);
    assert_non_null(sent);
    assert_int_equal(sent->kind, KOSI__KIND__REPLY);
    assert_string_equal(sent->id, id);
    assert_string_equal(sent->outcome, outcome);
    return sent;
}

static void silent(struct fake_bus *bus) {
    assert_int_equal(bus->read, bus->count);
}
