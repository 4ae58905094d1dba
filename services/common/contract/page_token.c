#include "services/common/contract/page_token.h"
#include "services/common/base/id.h"
#include <assert.h>
#include <sodium.h>
#include <stddef.h>
#include <string.h>

enum { NUMBER_BYTES = 8, SIGN_BYTES = 16, TOKEN_BYTES = NUMBER_BYTES + SIGN_BYTES, TEXT_BYTES = TOKEN_BYTES * 4 / 3 + 1, QUESTION_BYTES = 512 };

// A buffer of protobuf-c that feeds a hash instead of memory.
struct feed {
    ProtobufCBuffer base;
    crypto_generichash_state state;
};

static void absorb(ProtobufCBuffer *buffer, size_t size, const uint8_t *bytes) {
    crypto_generichash_update(&((struct feed *)buffer)->state, bytes, size);
}

static bool in_question(const ProtobufCFieldDescriptor *field) {
    return strcmp(field->name, "page_token") != 0 && strcmp(field->name, "page_size") != 0;
}

// The question is packed from a copy in which these two are absent. Fields stay where they are: nothing is freed.
static void absorb_question(struct feed *feed, const ProtobufCMessage *question) {
    _Alignas(max_align_t) uint8_t copy[QUESTION_BYTES];
    const ProtobufCMessageDescriptor *descriptor = question->descriptor;
    assert(descriptor->sizeof_message <= sizeof copy);
    memcpy(copy, question, descriptor->sizeof_message);
    for (unsigned i = 0; i < descriptor->n_fields; i++) {
        const ProtobufCFieldDescriptor *field = &descriptor->fields[i];
        if (in_question(field))
            continue;
        if (field->type == PROTOBUF_C_TYPE_STRING)
            memset(copy + field->offset, 0, sizeof(char *));
        else
            memset(copy + field->quantifier_offset, 0, sizeof(protobuf_c_boolean));
    }
    protobuf_c_message_pack_to_buffer((const ProtobufCMessage *)(const void *)copy, &feed->base);
}

static void sign(const uint8_t key[32], const ProtobufCMessage *question, const uint8_t number[NUMBER_BYTES], uint8_t out[SIGN_BYTES]) {
    struct feed feed = {.base = {absorb}};
    const char *name = question->descriptor->name;
    crypto_generichash_init(&feed.state, key, 32, SIGN_BYTES);
    crypto_generichash_update(&feed.state, number, NUMBER_BYTES);
    crypto_generichash_update(&feed.state, (const uint8_t *)name, strlen(name) + 1);
    absorb_question(&feed, question);
    crypto_generichash_final(&feed.state, out, SIGN_BYTES);
}

char *page_token_make(const uint8_t key[32], const ProtobufCMessage *question, int64_t number, struct arena *arena) {
    uint8_t bytes[TOKEN_BYTES];
    char *text = arena_take(arena, TEXT_BYTES);
    if (text == NULL)
        return NULL;
    for (int i = 0; i < NUMBER_BYTES; i++)
        bytes[i] = (uint8_t)((uint64_t)number >> (8 * i));
    sign(key, question, bytes, bytes + NUMBER_BYTES);
    id_base64url(bytes, sizeof bytes, text);
    return text;
}

bool page_token_read(const uint8_t key[32], const ProtobufCMessage *question, const char *token, int64_t *number) {
    uint8_t bytes[TOKEN_BYTES], expected[SIGN_BYTES];
    if (token == NULL || token[0] == '\0')
        return true;
    if (id_base64url_parse(token, bytes, sizeof bytes) != TOKEN_BYTES)
        return false;
    sign(key, question, bytes, expected);
    if (sodium_memcmp(expected, bytes + NUMBER_BYTES, SIGN_BYTES) != 0)
        return false;
    uint64_t value = 0;
    for (int i = 0; i < NUMBER_BYTES; i++)
        value |= (uint64_t)bytes[i] << (8 * i);
    *number = (int64_t)value;
    return true;
}
