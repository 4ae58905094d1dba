// What the fuzz targets share. A target is a file fuzz_NAME.c with LLVMFuzzerTestOneInput; seed.py writes its first inputs.
#pragma once
#include "services/common/base/arena.h"
#include "services/common/base/buf.h"
#include "services/common/base/json.h"
#include "services/common/base/problem.h"
#include "services/common/contract/json_walk.h"
#include "services/common/contract/unpack.h"
#include "services/common/contract/validate.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { FUZZ_ARENA_BYTES = 1024 * 1024, FUZZ_JSON_BYTES = 8 * 1024 * 1024 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

// As the daemons do with a body of a peer: bytes, then the unpacked message, are checked. NULL when refused by its bytes.
static inline ProtobufCMessage *fuzz_unpack(const struct contract_message *contract, const uint8_t *data, size_t size,
                                            struct violations *violations, int *problem) {
    ProtobufCMessage *message = unpack_message(contract, data, size, violations->arena, NULL);
    if (message != NULL) {
        *problem = validate_message(contract, message, violations);
        assert((*problem == 0) == (violations->count == 0));
    }
    return message;
}

// Reads text (changed in place) into a new message. NULL unless the walker is content.
static inline ProtobufCMessage *fuzz_read(const struct contract_message *contract, struct buf *text, struct violations *violations) {
    struct json json = {0};
    ProtobufCMessage *message = arena_take(violations->arena, contract->descriptor->sizeof_message);
    if (message == NULL)
        return NULL;
    protobuf_c_message_init(contract->descriptor, message);
    int parsed = json_parse(&json, text->data, text->len);
    int walked = parsed == 0 ? json_to_message(&json, 0, contract, message, violations) : -1;
    json_free(&json);
    return walked == 0 ? message : NULL;
}

// What is written as JSON and understood again is, written a second time, the same text.
static inline void fuzz_round_trip(const struct contract_message *contract, const ProtobufCMessage *message, struct arena *arena) {
    struct violations violations = {.arena = arena};
    struct buf first, second, scratch;
    buf_init(&first, FUZZ_JSON_BYTES);
    buf_init(&second, FUZZ_JSON_BYTES);
    buf_init(&scratch, FUZZ_JSON_BYTES);
    message_to_json(contract, message, &scratch);
    ProtobufCMessage *read = scratch.failed ? NULL : fuzz_read(contract, &scratch, &violations);
    if (read != NULL) {   // nulls are gone, hidden fields too: from here on nothing may change
        message_to_json(contract, read, &first);
        buf_clear(&scratch);
        buf_add(&scratch, first.data, first.len);
        read = fuzz_read(contract, &scratch, &violations);
    }
    if (read != NULL) {
        message_to_json(contract, read, &second);
        assert(strcmp(first.data, second.data) == 0);
    }
    buf_free(&first);
    buf_free(&second);
    buf_free(&scratch);
}
