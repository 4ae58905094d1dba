// field: one field of a protobuf-c message, by descriptor; and the path to it, as it is told to whoever sent it.
// Shared by the walkers of this folder.
#pragma once
#include "services/common/base/arena.h"
#include "services/common/contract/contract.h"
#include "services/common/contract/violations.h"

// Where the walk is. Lives on the stack of the walk; rendered only when there is something to complain about.
struct path {
    const struct path *up;
    const char *name;    // NULL: an item, by index
    size_t index;
};
// "answers.title", "questions.3.label"
void path_violation(struct violations *v, const struct path *path, const char *code, int64_t limit);

enum field_result { FIELD_OK, FIELD_FORMAT, FIELD_RANGE, FIELD_NO_MEMORY };

// Index of the field in both tables; -1 if there is none.
int field_index(const struct contract_message *contract, const char *name);
// Field of a `map` entry or a `value` message that must be there by the contract's own rules.
const ProtobufCFieldDescriptor *field_named(const ProtobufCMessageDescriptor *descriptor, const char *name);

// Small, and asked for every field of every message: inlined.
static inline bool field_is_repeated(const ProtobufCFieldDescriptor *field) { return field->label == PROTOBUF_C_LABEL_REPEATED; }

static inline bool field_is_pointer(const ProtobufCFieldDescriptor *field) {
    return field->type == PROTOBUF_C_TYPE_STRING || field->type == PROTOBUF_C_TYPE_MESSAGE;
}

static inline size_t field_item_size(const ProtobufCFieldDescriptor *field) {
    switch (field->type) {
    case PROTOBUF_C_TYPE_INT64:
    case PROTOBUF_C_TYPE_SINT64:
    case PROTOBUF_C_TYPE_SFIXED64:
    case PROTOBUF_C_TYPE_UINT64:
    case PROTOBUF_C_TYPE_FIXED64:
    case PROTOBUF_C_TYPE_DOUBLE:
        return 8;
    case PROTOBUF_C_TYPE_STRING:
    case PROTOBUF_C_TYPE_MESSAGE:
        return sizeof(void *);
    case PROTOBUF_C_TYPE_BYTES:
        return sizeof(ProtobufCBinaryData);
    case PROTOBUF_C_TYPE_BOOL:
        return sizeof(protobuf_c_boolean);
    default:
        return 4;
    }
}

static inline void *field_at(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field) {
    return (char *)(uintptr_t)message + field->offset;
}

// Of a repeated field its count; else whether it is there, if that is not told by a pointer.
static inline void *field_quantifier(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field) {
    return (char *)(uintptr_t)message + field->quantifier_offset;
}

// Of fields that are not repeated.
static inline bool field_is_set(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field) {
    if (field_is_pointer(field)) {
        const void *pointer = *(void *const *)field_at(message, field);
        return pointer != NULL && pointer != field->default_value;
    }
    return field->label == PROTOBUF_C_LABEL_REQUIRED || *(const protobuf_c_boolean *)field_quantifier(message, field);
}

static inline void field_mark_set(ProtobufCMessage *message, const ProtobufCFieldDescriptor *field) {
    if (field->label == PROTOBUF_C_LABEL_OPTIONAL && !field_is_pointer(field))
        *(protobuf_c_boolean *)field_quantifier(message, field) = 1;
}

// Of repeated fields.
static inline size_t field_count(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field) {
    return *(const size_t *)field_quantifier(message, field);
}
static inline void *field_item(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field, size_t i) {
    return *(char **)field_at(message, field) + i * field_item_size(field);
}
void *field_make_items(ProtobufCMessage *message, const ProtobufCFieldDescriptor *field, size_t count, struct arena *arena);
void *field_append(ProtobufCMessage *message, const ProtobufCFieldDescriptor *field, struct arena *arena);

ProtobufCMessage *field_new_message(const ProtobufCMessageDescriptor *descriptor, struct arena *arena);

// Puts a value into the place of one item of the field. Texts are copied.
enum field_result field_put_integer(const ProtobufCFieldDescriptor *field, void *target, int64_t value);
enum field_result field_put_real(const ProtobufCFieldDescriptor *field, void *target, double value);
// Strings, bytes (base64url), enums (by name) and times (RFC 3339).
enum field_result field_put_text(const ProtobufCFieldDescriptor *field, const struct contract_field *rules, void *target,
                                 const char *text, size_t length, struct arena *arena);
int64_t field_get_integer(const ProtobufCFieldDescriptor *field, const void *item);
bool field_is_number(const ProtobufCFieldDescriptor *field);
