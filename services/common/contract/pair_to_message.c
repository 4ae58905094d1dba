#include "services/common/contract/json_walk.h"

#include "services/common/base/problem.h"
#include "services/common/contract/field.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static int problem_of_result(enum field_result result, const char *name, struct violations *violations) {
    switch (result) {
    case FIELD_OK:
        return 0;
    case FIELD_NO_MEMORY:
        return PROBLEM_TOO_LARGE;
    default:
        violations_add(violations, name, result == FIELD_RANGE ? "out_of_range" : "invalid_format", 0);
        return PROBLEM_BAD_PARAMETER;
    }
}

static enum field_result put_number(const ProtobufCFieldDescriptor *field, void *target, const char *text) {
    // strtod would take blanks, "inf", "nan" and hexadecimals
    if (strspn(text, "0123456789+-.eE") != strlen(text) || text[0] == '+')
        return FIELD_FORMAT;
    char *end = NULL;
    errno = 0;
    if (field->type == PROTOBUF_C_TYPE_DOUBLE || field->type == PROTOBUF_C_TYPE_FLOAT) {
        double real = strtod(text, &end);
        return *end != '\0' || end == text ? FIELD_FORMAT : field_put_real(field, target, real);
    }
    long long whole = strtoll(text, &end, 10);
    if (*end != '\0' || end == text)
        return FIELD_FORMAT;
    return errno == ERANGE ? FIELD_RANGE : field_put_integer(field, target, whole);
}

static enum field_result put_bool(void *target, const char *text) {
    bool yes = strcmp(text, "true") == 0 || strcmp(text, "1") == 0 || strcmp(text, "on") == 0;
    bool no = strcmp(text, "false") == 0 || strcmp(text, "0") == 0 || strcmp(text, "off") == 0;
    *(protobuf_c_boolean *)target = yes;
    return yes || no ? FIELD_OK : FIELD_FORMAT;
}

static enum field_result put_pair(const ProtobufCFieldDescriptor *field, const struct contract_field *rules, void *target,
                                  const char *text, struct arena *arena) {
    if (field->type == PROTOBUF_C_TYPE_BOOL)
        return put_bool(target, text);
    if (field_is_number(field) && !rules->time)
        return put_number(field, target, text);
    return field_put_text(field, rules, target, text, strlen(text), arena);
}

int text_to_field(const struct contract_message *contract, int index, const char *text, ProtobufCMessage *message,
                  struct violations *violations) {
    const ProtobufCFieldDescriptor *field = &contract->descriptor->fields[index];
    const struct contract_field *rules = &contract->fields[index];
    if (field->type == PROTOBUF_C_TYPE_MESSAGE)
        return problem_of_result(FIELD_FORMAT, field->name, violations);
    if (!field_is_repeated(field)) {
        enum field_result result = put_pair(field, rules, field_at(message, field), text, violations->arena);
        if (result == FIELD_OK)
            field_mark_set(message, field);
        return problem_of_result(result, field->name, violations);
    }
    // one more than allowed is kept, for validation to see; the others would only cost memory
    if (field_count(message, field) > rules->max_items)
        return 0;
    uint64_t item[2] = {0};   // as large as the largest: bytes
    enum field_result result = put_pair(field, rules, item, text, violations->arena);
    void *target = result == FIELD_OK ? field_append(message, field, violations->arena) : NULL;
    if (result == FIELD_OK && target == NULL)
        result = FIELD_NO_MEMORY;
    if (result == FIELD_OK)
        memcpy(target, item, field_item_size(field));
    return problem_of_result(result, field->name, violations);
}

static ProtobufCMessage *entry_named(const ProtobufCMessage *message, const ProtobufCFieldDescriptor *field,
                                     const ProtobufCFieldDescriptor *key, const char *name) {
    for (size_t i = 0; i < field_count(message, field); i++) {
        ProtobufCMessage *entry = *(ProtobufCMessage **)field_item(message, field, i);
        if (strcmp(*(const char **)field_at(entry, key), name) == 0)
            return entry;
    }
    return NULL;
}

static bool append_text(ProtobufCMessage *value, const ProtobufCFieldDescriptor *items, char *text, struct arena *arena) {
    char **item = text == NULL ? NULL : field_append(value, items, arena);
    if (item == NULL)
        return false;
    *item = text;
    return true;
}

// The second value of a name turns text into a list.
static int repeat_value(ProtobufCMessage *value, const char *text, const struct contract_message *contract, struct arena *arena) {
    const ProtobufCFieldDescriptor *first = field_named(value->descriptor, "text"), *items = field_named(value->descriptor, "items");
    const ProtobufCFieldDescriptor *list = field_named(value->descriptor, "list");
    char **old = field_at(value, first);
    if (field_count(value, items) > contract->fields[items - contract->descriptor->fields].max_items)
        return 0;
    if (*old != NULL && !append_text(value, items, *old, arena))
        return PROBLEM_TOO_LARGE;
    *old = NULL;
    *(protobuf_c_boolean *)field_at(value, list) = 1;
    field_mark_set(value, list);
    return append_text(value, items, arena_text(arena, text), arena) ? 0 : PROBLEM_TOO_LARGE;
}

static int pair_to_map(const char *name, const char *text, int index, const struct contract_message *contract,
                       ProtobufCMessage *message, struct arena *arena) {
    const ProtobufCFieldDescriptor *field = &contract->descriptor->fields[index];
    const struct contract_message *entry_contract = contract->fields[index].message;
    const ProtobufCFieldDescriptor *key = field_named(entry_contract->descriptor, "key");
    const ProtobufCFieldDescriptor *value_field = field_named(entry_contract->descriptor, "value");
    const struct contract_message *value_contract = entry_contract->fields[value_field - entry_contract->descriptor->fields].message;
    ProtobufCMessage *entry = entry_named(message, field, key, name);
    if (entry != NULL)
        return repeat_value(*(ProtobufCMessage **)field_at(entry, value_field), text, value_contract, arena);
    if (field_count(message, field) > contract->fields[index].max_items)
        return 0;   // refused by validation as a whole
    entry = field_new_message(entry_contract->descriptor, arena);
    ProtobufCMessage *value = field_new_message(value_contract->descriptor, arena);
    char *name_copy = arena_text(arena, name), *text_copy = arena_text(arena, text);
    if (entry == NULL || value == NULL || name_copy == NULL || text_copy == NULL)
        return PROBLEM_TOO_LARGE;
    *(char **)field_at(entry, key) = name_copy;
    *(ProtobufCMessage **)field_at(entry, value_field) = value;
    *(char **)field_at(value, field_named(value->descriptor, "text")) = text_copy;
    ProtobufCMessage **target = field_append(message, field, arena);
    if (target == NULL)
        return PROBLEM_TOO_LARGE;
    *target = entry;
    return 0;
}

// A map of free values; others can't be filled from text.
static int map_index(const struct contract_message *contract) {
    for (unsigned i = 0; i < contract->descriptor->n_fields; i++) {
        if (!contract->fields[i].map)
            continue;
        int value = field_index(contract->fields[i].message, "value");
        const struct contract_message *value_contract = contract->fields[i].message->fields[value].message;
        return value_contract != NULL && value_contract->value ? (int)i : -1;
    }
    return -1;
}

static int unknown(const char *name, struct violations *violations) {
    violations_add(violations, name, "unknown_field", 0);
    return PROBLEM_UNKNOWN_FIELD;
}

static bool is_open(const struct contract_message *contract, int index) {
    return index >= 0 && !contract->fields[index].hidden && !contract->fields[index].bearer && !contract->fields[index].needs_if_match;
}

// "contact.email": into the sub-message, made when its first field comes.
static int pair_to_part(const char *name, const char *dot, const char *value, const struct contract_message *contract,
                        ProtobufCMessage *message, struct violations *violations) {
    char part[64];
    size_t n = (size_t)(dot - name);
    if (n == 0 || n >= sizeof(part))
        return unknown(name, violations);
    memcpy(part, name, n);
    part[n] = '\0';
    int index = field_index(contract, part);
    const ProtobufCFieldDescriptor *field = index < 0 ? NULL : &contract->descriptor->fields[index];
    if (!is_open(contract, index) || field->type != PROTOBUF_C_TYPE_MESSAGE || field_is_repeated(field))
        return unknown(name, violations);
    const struct contract_message *inner = contract->fields[index].message;
    int inner_index = field_index(inner, dot + 1);
    if (!is_open(inner, inner_index))
        return unknown(name, violations);
    if (value[0] == '\0')
        return 0;
    ProtobufCMessage **target = field_at(message, field);
    if (*target == NULL)
        *target = field_new_message(inner->descriptor, violations->arena);
    if (*target == NULL)
        return PROBLEM_TOO_LARGE;
    size_t before = violations->count;
    int problem = text_to_field(inner, inner_index, value, *target, violations);
    if (violations->count > before) {   // told by its whole name
        violations->count = before;
        violations_add(violations, name, violations->items[before]->code, 0);
    }
    return problem;
}

int pair_to_message(const char *name, const char *value, bool allow_map, const struct contract_message *contract,
                    ProtobufCMessage *message, struct violations *violations) {
    const char *dot = strchr(name, '.');
    if (dot != NULL)
        return pair_to_part(name, dot, value, contract, message, violations);
    int index = field_index(contract, name);
    bool whole = is_open(contract, index) && contract->descriptor->fields[index].type != PROTOBUF_C_TYPE_MESSAGE;
    if (whole)
        return value[0] == '\0' ? 0 : text_to_field(contract, index, value, message, violations);
    int map = allow_map && index < 0 ? map_index(contract) : -1;
    if (map < 0)
        return unknown(name, violations);
    return value[0] == '\0' ? 0 : pair_to_map(name, value, map, contract, message, violations->arena);
}
