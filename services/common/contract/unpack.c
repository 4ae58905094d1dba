#include "services/common/contract/unpack.h"

#include "services/common/contract/field.h"

#include <string.h>

enum { VARINT = 0, FIXED64 = 1, LENGTH = 2, FIXED32 = 5, DEPTH_MAX = 32 };

struct reader {
    struct arena *arena;
    bool exact;
};

// What stands behind one tag.
struct piece {
    unsigned wire;
    uint64_t value;         // of LENGTH: how many bytes
    const uint8_t *bytes;   // of LENGTH
};

static bool take_varint(const uint8_t **at, const uint8_t *end, uint64_t *value) {
    if (*at < end && **at < 0x80) {
        *value = *(*at)++;
        return true;
    }
    *value = 0;
    for (unsigned shift = 0; shift < 64 && *at < end; shift += 7) {
        uint8_t byte = *(*at)++;
        *value |= (uint64_t)(byte & 0x7f) << shift;
        if (byte < 0x80)
            return true;
    }
    return false;
}

static bool take_fixed(const uint8_t **at, const uint8_t *end, size_t n, uint64_t *value) {
    if ((size_t)(end - *at) < n)
        return false;
    *value = 0;
    for (size_t i = 0; i < n; i++)
        *value |= (uint64_t)(*at)[i] << 8 * i;
    *at += n;
    return true;
}

static bool take_piece(const uint8_t **at, const uint8_t *end, struct piece *piece) {
    switch (piece->wire) {
    case VARINT:
        return take_varint(at, end, &piece->value);
    case FIXED64:
        return take_fixed(at, end, 8, &piece->value);
    case FIXED32:
        return take_fixed(at, end, 4, &piece->value);
    case LENGTH:
        if (!take_varint(at, end, &piece->value) || piece->value > (uint64_t)(end - *at))
            return false;
        piece->bytes = *at;
        *at += piece->value;
        return true;
    default:
        return false;   // groups are not in use
    }
}

// Numbers mostly count up from one.
static const ProtobufCFieldDescriptor *field_numbered(const ProtobufCMessageDescriptor *descriptor, uint64_t number) {
    if (number - 1 < descriptor->n_fields && descriptor->fields[number - 1].id == number)
        return &descriptor->fields[number - 1];
    return number > UINT32_MAX ? NULL : protobuf_c_message_descriptor_get_field(descriptor, (unsigned)number);
}

// ---- one item

static bool put_varint(const ProtobufCFieldDescriptor *field, void *target, uint64_t value) {
    uint32_t low = (uint32_t)value;
    switch (field->type) {
    case PROTOBUF_C_TYPE_INT32:
    case PROTOBUF_C_TYPE_UINT32:
    case PROTOBUF_C_TYPE_ENUM:
        *(uint32_t *)target = low;
        return true;
    case PROTOBUF_C_TYPE_SINT32:
        *(uint32_t *)target = (low >> 1) ^ (0 - (low & 1));
        return true;
    case PROTOBUF_C_TYPE_INT64:
    case PROTOBUF_C_TYPE_UINT64:
        *(uint64_t *)target = value;
        return true;
    case PROTOBUF_C_TYPE_SINT64:
        *(uint64_t *)target = (value >> 1) ^ (0 - (value & 1));
        return true;
    case PROTOBUF_C_TYPE_BOOL:
        *(protobuf_c_boolean *)target = value != 0;
        return true;
    default:
        return false;
    }
}

static bool put_text(struct reader *r, char **target, const struct piece *piece) {
    if (piece->wire != LENGTH || memchr(piece->bytes, 0, piece->value) != NULL)
        return false;
    *target = arena_text_n(r->arena, (const char *)piece->bytes, piece->value);
    return *target != NULL;
}

static bool put_bytes(struct reader *r, ProtobufCBinaryData *target, const struct piece *piece) {
    if (piece->wire != LENGTH)
        return false;
    *target = (ProtobufCBinaryData){.len = piece->value};
    target->data = piece->value > 0 ? arena_copy(r->arena, piece->bytes, piece->value) : NULL;
    return piece->value == 0 || target->data != NULL;
}

static bool walk(struct reader *r, const struct contract_message *contract, ProtobufCMessage *message, const uint8_t *at,
                 const uint8_t *end, int depth);

// A message said twice is one: the second adds to the first.
static bool put_message(struct reader *r, const struct contract_message *inner, ProtobufCMessage **target,
                        const struct piece *piece, int depth) {
    if (piece->wire != LENGTH || depth >= DEPTH_MAX)
        return false;
    if (*target == NULL && (*target = field_new_message(inner->descriptor, r->arena)) == NULL)
        return false;
    return walk(r, inner, *target, piece->bytes, piece->bytes + piece->value, depth + 1);
}

static bool put_item(struct reader *r, const struct contract_field *rules, const ProtobufCFieldDescriptor *field, void *target,
                     const struct piece *piece, int depth) {
    uint32_t low = (uint32_t)piece->value;
    switch (field->type) {
    case PROTOBUF_C_TYPE_STRING:
        return put_text(r, target, piece);
    case PROTOBUF_C_TYPE_BYTES:
        return put_bytes(r, target, piece);
    case PROTOBUF_C_TYPE_MESSAGE:
        return put_message(r, rules->message, target, piece, depth);
    case PROTOBUF_C_TYPE_DOUBLE:
    case PROTOBUF_C_TYPE_FIXED64:
    case PROTOBUF_C_TYPE_SFIXED64:
        memcpy(target, &piece->value, sizeof(piece->value));
        return piece->wire == FIXED64;
    case PROTOBUF_C_TYPE_FLOAT:
    case PROTOBUF_C_TYPE_FIXED32:
    case PROTOBUF_C_TYPE_SFIXED32:
        memcpy(target, &low, sizeof(low));
        return piece->wire == FIXED32;
    default:
        return piece->wire == VARINT && put_varint(field, target, piece->value);
    }
}

// ---- a message

static bool put(struct reader *r, const struct contract_message *contract, const ProtobufCFieldDescriptor *field,
                ProtobufCMessage *message, const struct piece *piece, int depth) {
    const struct contract_field *rules = &contract->fields[field - contract->descriptor->fields];
    if (field_is_repeated(field)) {
        void *item = field_append(message, field, r->arena);
        return item != NULL && put_item(r, rules, field, item, piece, depth);
    }
    r->exact = r->exact && !field_is_set(message, field);
    field_mark_set(message, field);
    return put_item(r, rules, field, field_at(message, field), piece, depth);
}

static bool walk(struct reader *r, const struct contract_message *contract, ProtobufCMessage *message, const uint8_t *at,
                 const uint8_t *end, int depth) {
    while (at < end) {
        uint64_t tag;
        if (!take_varint(&at, end, &tag))
            return false;
        struct piece piece = {.wire = tag & 7};
        if (!take_piece(&at, end, &piece))
            return false;
        const ProtobufCFieldDescriptor *field = field_numbered(contract->descriptor, tag >> 3);
        if (field == NULL)
            r->exact = false;
        else if (!put(r, contract, field, message, &piece, depth))
            return false;
    }
    return true;
}

ProtobufCMessage *unpack_message(const struct contract_message *contract, const void *bytes, size_t size, struct arena *arena,
                                 bool *exact) {
    struct reader r = {.arena = arena, .exact = true};
    ProtobufCMessage *message = field_new_message(contract->descriptor, arena);
    const uint8_t *begin = bytes;
    if (message == NULL || (size > 0 && !walk(&r, contract, message, begin, begin + size, 0)))
        return NULL;
    if (exact != NULL)
        *exact = r.exact;
    return message;
}
