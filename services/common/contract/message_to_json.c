#include "services/common/contract/json_walk.h"

#include "services/common/base/clock.h"
#include "services/common/base/id.h"
#include "services/common/contract/field.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

static void write_message(struct json_writer *w, const struct contract_message *contract, const ProtobufCMessage *message);
static void write_value(struct json_writer *w, const ProtobufCMessage *value);

static void write_enum(struct json_writer *w, const ProtobufCFieldDescriptor *field, int number) {
    const ProtobufCEnumValue *value = protobuf_c_enum_descriptor_get_value(field->descriptor, number);
    char name[64] = "";
    if (value == NULL) {
        json_integer(w, number);
        return;
    }
    for (size_t i = 0; value->name[i] != '\0' && i + 1 < sizeof(name); i++)
        name[i] = (char)tolower((unsigned char)value->name[i]);
    json_string(w, name);
}

static void write_bytes(struct json_writer *w, const ProtobufCBinaryData *bytes) {
    char *text = malloc((bytes->len * 4 + 2) / 3 + 1);
    if (text == NULL) {
        w->out->failed = true;
        return;
    }
    id_base64url(bytes->data, bytes->len, text);
    json_string(w, text);
    free(text);
}

static void write_number(struct json_writer *w, const struct contract_field *rules, const ProtobufCFieldDescriptor *field,
                         const void *item) {
    char time[RFC3339_MAX];
    if (rules->time)
        json_string(w, clock_rfc3339(*(const int64_t *)item, time));
    else if (field->type == PROTOBUF_C_TYPE_DOUBLE)
        json_real(w, *(const double *)item);
    else if (field->type == PROTOBUF_C_TYPE_FLOAT)
        json_real(w, (double)*(const float *)item);
    else if (field->type == PROTOBUF_C_TYPE_UINT64 || field->type == PROTOBUF_C_TYPE_FIXED64)
        json_unsigned(w, *(const uint64_t *)item);
    else
        json_integer(w, field_get_integer(field, item));
}

static void write_item(struct json_writer *w, const struct contract_field *rules, const ProtobufCFieldDescriptor *field,
                       const void *item) {
    switch (field->type) {
    case PROTOBUF_C_TYPE_STRING:
        json_string(w, *(const char *const *)item);
        return;
    case PROTOBUF_C_TYPE_BYTES:
        write_bytes(w, item);
        return;
    case PROTOBUF_C_TYPE_BOOL:
        json_bool(w, *(const protobuf_c_boolean *)item != 0);
        return;
    case PROTOBUF_C_TYPE_ENUM:
        write_enum(w, field, *(const int *)item);
        return;
    case PROTOBUF_C_TYPE_MESSAGE:
        if (rules->message->value)
            write_value(w, *(const ProtobufCMessage *const *)item);
        else
            write_message(w, rules->message, *(const ProtobufCMessage *const *)item);
        return;
    default:
        write_number(w, rules, field, item);
    }
}

static void write_array(struct json_writer *w, const struct contract_field *rules, const ProtobufCFieldDescriptor *field,
                        const ProtobufCMessage *message) {
    json_begin_array(w);
    for (size_t i = 0; i < field_count(message, field); i++)
        write_item(w, rules, field, field_item(message, field, i));
    json_end_array(w);
}

static void write_map(struct json_writer *w, const struct contract_field *rules, const ProtobufCFieldDescriptor *field,
                      const ProtobufCMessage *message) {
    const ProtobufCMessageDescriptor *descriptor = rules->message->descriptor;
    const ProtobufCFieldDescriptor *key = field_named(descriptor, "key"), *value = field_named(descriptor, "value");
    json_begin_object(w);
    for (size_t i = 0; i < field_count(message, field); i++) {
        const ProtobufCMessage *entry = *(const ProtobufCMessage *const *)field_item(message, field, i);
        if (!field_is_set(entry, key) || !field_is_set(entry, value))
            continue;
        json_key(w, *(const char *const *)field_at(entry, key));
        write_item(w, &rules->message->fields[value - descriptor->fields], value, field_at(entry, value));
    }
    json_end_object(w);
}

static void write_value(struct json_writer *w, const ProtobufCMessage *value) {
    const ProtobufCFieldDescriptor *text = field_named(value->descriptor, "text"), *items = field_named(value->descriptor, "items");
    const ProtobufCFieldDescriptor *number = field_named(value->descriptor, "number");
    const ProtobufCFieldDescriptor *list = field_named(value->descriptor, "list");
    static const struct contract_field no_rules;
    bool is_list = field_is_set(value, list) && *(const protobuf_c_boolean *)field_at(value, list) != 0;
    if (is_list || field_count(value, items) > 0)
        write_array(w, &no_rules, items, value);
    else if (field_is_set(value, text))
        json_string(w, *(const char *const *)field_at(value, text));
    else if (field_is_set(value, number))
        json_real(w, *(const double *)field_at(value, number));
    else
        json_null(w);
}

static void write_message(struct json_writer *w, const struct contract_message *contract, const ProtobufCMessage *message) {
    json_begin_object(w);
    for (unsigned i = 0; i < contract->descriptor->n_fields; i++) {
        const ProtobufCFieldDescriptor *field = &contract->descriptor->fields[i];
        const struct contract_field *rules = &contract->fields[i];
        bool nothing = !field_is_repeated(field) && !field_is_set(message, field);
        if (rules->hidden || rules->bearer || (nothing && !rules->always))
            continue;
        json_key(w, field->name);
        if (nothing)
            json_null(w);
        else if (rules->map)
            write_map(w, rules, field, message);
        else if (field_is_repeated(field))
            write_array(w, rules, field, message);
        else
            write_item(w, rules, field, field_at(message, field));
    }
    json_end_object(w);
}

void message_to_json(const struct contract_message *contract, const ProtobufCMessage *message, struct buf *out) {
    struct json_writer w = {.out = out};
    if (contract->value)
        write_value(&w, message);
    else
        write_message(&w, contract, message);
}
