#include "services/common/contract/pack.h"

#include "services/common/contract/field.h"

#include <string.h>

enum { WIRE_VARINT = 0, WIRE_64 = 1, WIRE_BYTES = 2, WIRE_32 = 5, VARINT_MAX = 10 };

struct packing {
    uint8_t *begin, *at;   // what is written begins at `at`; NULL: did not fit
};

static void put_message(struct packing *p, const ProtobufCMessage *message);

static void put_bytes(struct packing *p, const void *bytes, size_t n) {
    if (p->at == NULL || (size_t)(p->at - p->begin) < n) {
        p->at = NULL;
        return;
    }
    p->at -= n;
    if (n > 0)
        memcpy(p->at, bytes, n);
}

static void put_varint(struct packing *p, uint64_t value) {
    if (value < 0x80 && p->at != NULL && p->at != p->begin) {   // nearly all tags and lengths
        *--p->at = (uint8_t)value;
        return;
    }
    uint8_t bytes[VARINT_MAX];
    size_t n = 0;
    for (; value >= 0x80; value >>= 7)
        bytes[n++] = (uint8_t)(value | 0x80);
    bytes[n++] = (uint8_t)value;
    put_bytes(p, bytes, n);
}

static void put_tag(struct packing *p, const ProtobufCFieldDescriptor *field, unsigned wire) {
    put_varint(p, (uint64_t)field->id << 3 | wire);
}

static uint64_t zigzag(int64_t value) { return (uint64_t)value << 1 ^ (uint64_t)(value >> 63); }

static uint64_t varint_of(ProtobufCType type, const void *item) {
    switch (type) {
    case PROTOBUF_C_TYPE_SINT32:
        return zigzag(*(const int32_t *)item);
    case PROTOBUF_C_TYPE_SINT64:
        return zigzag(*(const int64_t *)item);
    case PROTOBUF_C_TYPE_UINT32:
        return *(const uint32_t *)item;
    case PROTOBUF_C_TYPE_INT32:
    case PROTOBUF_C_TYPE_ENUM:
        return (uint64_t)(int64_t)*(const int32_t *)item;
    case PROTOBUF_C_TYPE_BOOL:
        return *(const protobuf_c_boolean *)item != 0;
    default:
        return *(const uint64_t *)item;
    }
}

static void put_delimited(struct packing *p, const ProtobufCFieldDescriptor *field, const void *item) {
    const uint8_t *end = p->at;
    if (field->type == PROTOBUF_C_TYPE_STRING) {
        const char *text = *(const char *const *)item;
        put_bytes(p, text, text == NULL ? 0 : strlen(text));
    } else if (field->type == PROTOBUF_C_TYPE_BYTES) {
        const ProtobufCBinaryData *bytes = item;
        put_bytes(p, bytes->data, bytes->len);
    } else if (*(const ProtobufCMessage *const *)item != NULL) {
        put_message(p, *(const ProtobufCMessage *const *)item);
    }
    if (p->at != NULL)
        put_varint(p, (uint64_t)(end - p->at));
    put_tag(p, field, WIRE_BYTES);
}

static void put_item(struct packing *p, const ProtobufCFieldDescriptor *field, const void *item) {
    switch (field->type) {
    case PROTOBUF_C_TYPE_STRING:
    case PROTOBUF_C_TYPE_BYTES:
    case PROTOBUF_C_TYPE_MESSAGE:
        put_delimited(p, field, item);
        return;
    case PROTOBUF_C_TYPE_FIXED32:   // the machines this runs on are little-endian, as the wire is
    case PROTOBUF_C_TYPE_SFIXED32:
    case PROTOBUF_C_TYPE_FLOAT:
        put_bytes(p, item, 4);
        put_tag(p, field, WIRE_32);
        return;
    case PROTOBUF_C_TYPE_FIXED64:
    case PROTOBUF_C_TYPE_SFIXED64:
    case PROTOBUF_C_TYPE_DOUBLE:
        put_bytes(p, item, 8);
        put_tag(p, field, WIRE_64);
        return;
    default:
        put_varint(p, varint_of(field->type, item));
        put_tag(p, field, WIRE_VARINT);
    }
}

static bool is_there(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field) {
    if (field->label == PROTOBUF_C_LABEL_REQUIRED)
        return true;
    return field_is_set(message, field);
}

static void put_repeated(struct packing *p, const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field) {
    for (size_t i = field_count(message, field); i-- > 0;)
        put_item(p, field, field_item(message, field, i));
}

static void put_unknown(struct packing *p, const ProtobufCMessage *message) {
    for (unsigned i = message->n_unknown_fields; i-- > 0;) {
        const ProtobufCMessageUnknownField *field = &message->unknown_fields[i];
        put_bytes(p, field->data, field->len);
        put_varint(p, (uint64_t)field->tag << 3 | field->wire_type);
    }
}

static void put_message(struct packing *p, const ProtobufCMessage *message) {
    put_unknown(p, message);
    for (unsigned i = message->descriptor->n_fields; i-- > 0 && p->at != NULL;) {
        const ProtobufCFieldDescriptor *field = &message->descriptor->fields[i];
        if (field_is_repeated(field))
            put_repeated(p, message, field);
        else if (is_there(message, field))
            put_item(p, field, field_at(message, field));
    }
}

uint8_t *pack_before(const ProtobufCMessage *message, uint8_t *begin, uint8_t *end) {
    struct packing p = {.begin = begin, .at = end};
    put_message(&p, message);
    return p.at;
}
