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

bool field_is_repeated(const ProtobufCFieldDescriptor *field);
size_t field_item_size(const ProtobufCFieldDescriptor *field);
void *field_at(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field);
bool field_is_set(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field);   // of fields that are not repeated
void field_mark_set(ProtobufCMessage *message, const ProtobufCFieldDescriptor *field);
// Repeated fields.
size_t field_count(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field);
void *field_item(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field, size_t i);
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
