#include "services/common/contract/field.h"

#include "services/common/base/clock.h"
#include "services/common/base/id.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

enum { PATH_BYTES = 512, TIME_TEXT_MAX = 64 };

static size_t path_write(const struct path *path, char *out, size_t room) {
    size_t n = path->up == NULL ? 0 : path_write(path->up, out, room);
    if (n >= room)
        return n;
    const char *dot = n > 0 ? "." : "";
    int written = path->name != NULL ? snprintf(out + n, room - n, "%s%s", dot, path->name)
                                     : snprintf(out + n, room - n, "%s%zu", dot, path->index);
    return written < 0 ? n : n + (size_t)written;
}

void path_violation(struct violations *v, const struct path *path, const char *code, int64_t limit) {
    char text[PATH_BYTES] = "";
    if (path != NULL)
        path_write(path, text, sizeof(text));
    violations_add(v, text, code, limit);
}

int field_index(const struct contract_message *contract, const char *name) {
    const ProtobufCFieldDescriptor *field = protobuf_c_message_descriptor_get_field_by_name(contract->descriptor, name);
    return field == NULL ? -1 : (int)(field - contract->descriptor->fields);
}

const ProtobufCFieldDescriptor *field_named(const ProtobufCMessageDescriptor *descriptor, const char *name) {
    return protobuf_c_message_descriptor_get_field_by_name(descriptor, name);
}

void *field_make_items(ProtobufCMessage *message, const ProtobufCFieldDescriptor *field, size_t count, struct arena *arena) {
    if (count == 0)
        return NULL;
    void *items = arena_take(arena, count * field_item_size(field));
    if (items != NULL)
        *(void **)field_at(message, field) = items;
    return items;
}

// The room doubles whenever the count is a power of two, so that no capacity needs to be kept.
void *field_append(ProtobufCMessage *message, const ProtobufCFieldDescriptor *field, struct arena *arena) {
    size_t *count = field_quantifier(message, field), size = field_item_size(field);
    char **items = field_at(message, field);
    if ((*count & (*count - 1)) == 0) {
        char *more = arena_take(arena, (*count == 0 ? 1 : *count * 2) * size);
        if (more == NULL)
            return NULL;
        if (*count > 0)
            memcpy(more, *items, *count * size);
        *items = more;
    }
    return *items + size * (*count)++;
}

ProtobufCMessage *field_new_message(const ProtobufCMessageDescriptor *descriptor, struct arena *arena) {
    ProtobufCMessage *message = arena_take(arena, descriptor->sizeof_message);
    if (message != NULL)
        protobuf_c_message_init(descriptor, message);
    return message;
}

bool field_is_number(const ProtobufCFieldDescriptor *field) {
    return field->type != PROTOBUF_C_TYPE_STRING && field->type != PROTOBUF_C_TYPE_BYTES && field->type != PROTOBUF_C_TYPE_BOOL &&
           field->type != PROTOBUF_C_TYPE_ENUM && field->type != PROTOBUF_C_TYPE_MESSAGE;
}

static bool is_real(const ProtobufCFieldDescriptor *field) {
    return field->type == PROTOBUF_C_TYPE_DOUBLE || field->type == PROTOBUF_C_TYPE_FLOAT;
}

enum field_result field_put_integer(const ProtobufCFieldDescriptor *field, void *target, int64_t value) {
    switch (field->type) {
    case PROTOBUF_C_TYPE_INT32:
    case PROTOBUF_C_TYPE_SINT32:
    case PROTOBUF_C_TYPE_SFIXED32:
        *(int32_t *)target = (int32_t)value;
        return value >= INT32_MIN && value <= INT32_MAX ? FIELD_OK : FIELD_RANGE;
    case PROTOBUF_C_TYPE_UINT32:
    case PROTOBUF_C_TYPE_FIXED32:
        *(uint32_t *)target = (uint32_t)value;
        return value >= 0 && value <= UINT32_MAX ? FIELD_OK : FIELD_RANGE;
    case PROTOBUF_C_TYPE_UINT64:
    case PROTOBUF_C_TYPE_FIXED64:
        *(uint64_t *)target = (uint64_t)value;
        return value >= 0 ? FIELD_OK : FIELD_RANGE;
    case PROTOBUF_C_TYPE_INT64:
    case PROTOBUF_C_TYPE_SINT64:
    case PROTOBUF_C_TYPE_SFIXED64:
        *(int64_t *)target = value;
        return FIELD_OK;
    case PROTOBUF_C_TYPE_DOUBLE:
    case PROTOBUF_C_TYPE_FLOAT:
        return field_put_real(field, target, (double)value);
    default:
        return FIELD_FORMAT;
    }
}

enum field_result field_put_real(const ProtobufCFieldDescriptor *field, void *target, double value) {
    if (!isfinite(value))
        return FIELD_RANGE;
    if (field->type == PROTOBUF_C_TYPE_DOUBLE) {
        *(double *)target = value;
        return FIELD_OK;
    }
    if (field->type == PROTOBUF_C_TYPE_FLOAT) {
        if (fabs(value) > (double)FLT_MAX)
            return FIELD_RANGE;
        *(float *)target = (float)value;
        return FIELD_OK;
    }
    if (!field_is_number(field))
        return FIELD_FORMAT;
    // 5.0 is a whole number; beyond 2^53 a double can't tell
    if (value != trunc(value) || fabs(value) > 9007199254740992.0)
        return FIELD_RANGE;
    return field_put_integer(field, target, (int64_t)value);
}

static bool same_name(const char *name, const char *text, size_t length) {
    return strlen(name) == length && strncasecmp(name, text, length) == 0;
}

static enum field_result put_enum(const ProtobufCFieldDescriptor *field, void *target, const char *text, size_t length) {
    const ProtobufCEnumDescriptor *values = field->descriptor;
    for (unsigned i = 0; i < values->n_values; i++) {
        if (!same_name(values->values[i].name, text, length))
            continue;
        *(int *)target = values->values[i].value;
        return FIELD_OK;
    }
    return FIELD_FORMAT;
}

static enum field_result put_time(void *target, const char *text, size_t length) {
    char copy[TIME_TEXT_MAX] = "";
    if (length >= sizeof(copy))
        return FIELD_FORMAT;
    memcpy(copy, text, length);
    return clock_parse_rfc3339(copy, target) == 0 ? FIELD_OK : FIELD_FORMAT;
}

static enum field_result put_bytes(ProtobufCBinaryData *target, const char *text, size_t length, struct arena *arena) {
    char *copy = arena_text_n(arena, text, length);
    uint8_t *bytes = copy == NULL ? NULL : arena_take(arena, length + 1);
    if (bytes == NULL)
        return FIELD_NO_MEMORY;
    long n = id_base64url_parse(copy, bytes, length + 1);
    if (n < 0)
        return FIELD_FORMAT;
    *target = (ProtobufCBinaryData){.len = (size_t)n, .data = bytes};
    return FIELD_OK;
}

enum field_result field_put_text(const ProtobufCFieldDescriptor *field, const struct contract_field *rules, void *target,
                                 const char *text, size_t length, struct arena *arena) {
    if (field->type == PROTOBUF_C_TYPE_STRING) {
        *(char **)target = arena_text_n(arena, text, length);
        return *(char **)target == NULL ? FIELD_NO_MEMORY : FIELD_OK;
    }
    if (field->type == PROTOBUF_C_TYPE_ENUM)
        return put_enum(field, target, text, length);
    if (field->type == PROTOBUF_C_TYPE_BYTES)
        return put_bytes(target, text, length, arena);
    return rules->time ? put_time(target, text, length) : FIELD_FORMAT;
}

int64_t field_get_integer(const ProtobufCFieldDescriptor *field, const void *item) {
    if (is_real(field))
        return 0;
    if (field_item_size(field) == 8)
        return *(const int64_t *)item;
    bool is_unsigned = field->type == PROTOBUF_C_TYPE_UINT32 || field->type == PROTOBUF_C_TYPE_FIXED32;
    return is_unsigned ? (int64_t)*(const uint32_t *)item : (int64_t)*(const int32_t *)item;
}
