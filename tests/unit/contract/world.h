// What the tests of the walkers share: an arena of the size a request has, and messages read from JSON.
#pragma once
#include "services/common/base/arena.h"
#include "services/common/base/buf.h"
#include "services/common/base/json.h"
#include "services/common/base/problem.h"
#include "services/common/contract/json_walk.h"
#include "services/common/contract/validate.h"
#include "kosi/submissions.pb-c.h"

#include <stdlib.h>
#include <string.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

static struct arena *arena;
static struct violations violations;

static inline ProtobufCMessage *new_message(const char *name) {
    const struct contract_message *contract = contract_message_named(name);
    ProtobufCMessage *message = arena_take(arena, contract->descriptor->sizeof_message);
    protobuf_c_message_init(contract->descriptor, message);
    return message;
}

// Forgets all and starts again with an arena of cap bytes.
static inline void start(size_t cap) {
    arena_free(&arena);
    arena = arena_new(cap);
    violations = (struct violations){.arena = arena};
}

// Reads JSON into a fresh message; *result is the walker's.
static inline ProtobufCMessage *from_json(const char *name, const char *text, int *result) {
    struct json json = {0};
    size_t length = strlen(text);
    char *copy = malloc(length + 1);
    memcpy(copy, text, length + 1);
    assert_int_equal(json_parse(&json, copy, length), 0);
    ProtobufCMessage *message = new_message(name);
    *result = json_to_message(&json, 0, contract_message_named(name), message, &violations);
    json_free(&json);
    free(copy);
    return message;
}

static inline bool has_violation(const char *field, const char *code) {
    for (size_t i = 0; i < violations.count; i++)
        if (strcmp(violations.items[i]->field, field) == 0 && strcmp(violations.items[i]->code, code) == 0)
            return true;
    return false;
}

static inline void assert_only(const char *field, const char *code) {
    if (violations.count != 1 || !has_violation(field, code))
        fail_msg("wanted %s %s, got %zu: %s %s", field, code, violations.count, violations.count ? violations.items[0]->field : "",
                 violations.count ? violations.items[0]->code : "");
}

static inline int start_world(void **state) {
    (void)state;
    start(1024 * 1024);
    return 0;
}

static inline int end_world(void **state) {
    (void)state;
    arena_free(&arena);
    return 0;
}

#define WORLD_TEST(test) cmocka_unit_test_setup_teardown(test, start_world, end_world)
