#include "services/common/contract/json_walk.h"

#include "services/common/base/problem.h"
#include "services/common/contract/field.h"

#include <string.h>

struct walk {
    const struct json *json;
    struct violations *violations;
    bool too_large, malformed, unknown, wrong;
};

static void walk_object(struct walk *w, size_t at, const struct contract_message *contract, ProtobufCMessage *message,
                        const struct path *path);
static void walk_value(struct walk *w, size_t at, ProtobufCMessage *value, const struct path *path);

static void fail(struct walk *w, enum field_result result, const struct path *path) {
    switch (result) {
    case FIELD_OK:
        return;
    case FIELD_NO_MEMORY:
        w->too_large = true;
        return;
    case FIELD_RANGE:
        w->malformed = true;
        path_violation(w->violations, path, "out_of_range", 0);
        return;
    case FIELD_FORMAT:
        w->wrong = true;
        path_violation(w->violations, path, "invalid_format", 0);
        return;
    }
}

static enum field_result put_scalar(struct walk *w, const struct json_token *token, const struct contract_field *rules,
                                    const ProtobufCFieldDescriptor *field, void *target) {
    switch (token->type) {
    case JSON_STRING:
        return field_put_text(field, rules, target, token->text, token->length, w->violations->arena);
    case JSON_INTEGER:
        return rules->time ? FIELD_FORMAT : field_put_integer(field, target, token->integer);
    case JSON_REAL:
        return rules->time ? FIELD_FORMAT : field_put_real(field, target, token->real);
    case JSON_TRUE:
    case JSON_FALSE:
        if (field->type != PROTOBUF_C_TYPE_BOOL)
            return FIELD_FORMAT;
        *(protobuf_c_boolean *)target = token->type == JSON_TRUE;
        return FIELD_OK;
    default:
        return FIELD_FORMAT;
    }
}

static bool put_item(struct walk *w, size_t at, const struct contract_field *rules, const ProtobufCFieldDescriptor *field,
                     void *target, const struct path *path) {
    const struct json_token *token = &w->json->tokens[at];
    if (field->type != PROTOBUF_C_TYPE_MESSAGE) {
        enum field_result result = put_scalar(w, token, rules, field, target);
        fail(w, result, path);
        return result == FIELD_OK;
    }
    if (token->type != JSON_OBJECT && !rules->message->value) {
        fail(w, FIELD_FORMAT, path);
        return false;
    }
    ProtobufCMessage *message = field_new_message(rules->message->descriptor, w->violations->arena);
    if (message == NULL) {
        fail(w, FIELD_NO_MEMORY, path);
        return false;
    }
    *(ProtobufCMessage **)target = message;
    if (rules->message->value)
        walk_value(w, at, message, path);
    else
        walk_object(w, at, rules->message, message, path);
    return true;
}

// How many items are there is told at once: the room is made in one piece. The count is raised item by item, so that a message is
// whole whenever the walk breaks off.
static bool make_room(struct walk *w, const ProtobufCFieldDescriptor *field, ProtobufCMessage *message, size_t count) {
    if (count > 0 && field_make_items(message, field, count, w->violations->arena) == NULL) {
        w->too_large = true;
        return false;
    }
    return count > 0;
}

static void raise_count(ProtobufCMessage *message, const ProtobufCFieldDescriptor *field) {
    ++*(size_t *)(void *)((char *)message + field->quantifier_offset);
}

static void walk_array(struct walk *w, size_t at, const struct contract_field *rules, const ProtobufCFieldDescriptor *field,
                       ProtobufCMessage *message, const struct path *path) {
    const struct json_token *tokens = w->json->tokens;
    if (tokens[at].type != JSON_ARRAY) {
        fail(w, FIELD_FORMAT, path);
        return;
    }
    if (!make_room(w, field, message, tokens[at].count))
        return;
    size_t index = 0;
    for (size_t item = at + 1; item < tokens[at].next && !w->too_large; item = tokens[item].next, index++) {
        struct path item_path = {.up = path, .index = index};
        bool numbered = field->type == PROTOBUF_C_TYPE_MESSAGE;
        void *target = field_item(message, field, field_count(message, field));
        if (put_item(w, item, rules, field, target, numbered ? &item_path : path))
            raise_count(message, field);
    }
}

static bool put_entry(struct walk *w, size_t key, const struct contract_field *rules, ProtobufCMessage *entry,
                      const struct path *path) {
    const ProtobufCFieldDescriptor *key_field = field_named(entry->descriptor, "key");
    const ProtobufCFieldDescriptor *value_field = field_named(entry->descriptor, "value");
    const struct contract_field *value_rules = &rules->message->fields[value_field - entry->descriptor->fields];
    char *text = arena_text_n(w->violations->arena, w->json->tokens[key].text, w->json->tokens[key].length);
    if (text == NULL) {
        fail(w, FIELD_NO_MEMORY, path);
        return false;
    }
    *(char **)field_at(entry, key_field) = text;
    if (!put_item(w, key + 1, value_rules, value_field, field_at(entry, value_field), path))
        return false;
    field_mark_set(entry, value_field);
    return true;
}

static void walk_map(struct walk *w, size_t at, const struct contract_field *rules, const ProtobufCFieldDescriptor *field,
                     ProtobufCMessage *message, const struct path *path) {
    const struct json_token *tokens = w->json->tokens;
    if (tokens[at].type != JSON_OBJECT) {
        fail(w, FIELD_FORMAT, path);
        return;
    }
    if (!make_room(w, field, message, tokens[at].count))
        return;
    for (size_t key = at + 1; key < tokens[at].next && !w->too_large; key = tokens[key + 1].next) {
        if (tokens[key + 1].type == JSON_NULL)
            continue;
        struct path entry_path = {.up = path, .name = tokens[key].text};
        ProtobufCMessage *entry = field_new_message(rules->message->descriptor, w->violations->arena);
        if (entry == NULL) {
            fail(w, FIELD_NO_MEMORY, &entry_path);
            return;
        }
        if (!put_entry(w, key, rules, entry, &entry_path))
            continue;
        *(ProtobufCMessage **)field_item(message, field, field_count(message, field)) = entry;
        raise_count(message, field);
    }
}

static void value_items(struct walk *w, size_t at, ProtobufCMessage *value, const struct path *path) {
    const struct json_token *tokens = w->json->tokens;
    const ProtobufCFieldDescriptor *items = field_named(value->descriptor, "items");
    const ProtobufCFieldDescriptor *list = field_named(value->descriptor, "list");
    *(protobuf_c_boolean *)field_at(value, list) = 1;
    field_mark_set(value, list);
    if (!make_room(w, items, value, tokens[at].count))
        return;
    for (size_t item = at + 1; item < tokens[at].next; item = tokens[item].next) {
        if (tokens[item].type != JSON_STRING) {
            fail(w, FIELD_FORMAT, path);
            return;
        }
        char *text = arena_text_n(w->violations->arena, tokens[item].text, tokens[item].length);
        if (text == NULL) {
            fail(w, FIELD_NO_MEMORY, path);
            return;
        }
        *(char **)field_item(value, items, field_count(value, items)) = text;
        raise_count(value, items);
    }
}

static void walk_value(struct walk *w, size_t at, ProtobufCMessage *value, const struct path *path) {
    const struct json_token *token = &w->json->tokens[at];
    if (token->type == JSON_ARRAY) {
        value_items(w, at, value, path);
        return;
    }
    bool text = token->type == JSON_STRING;
    if (!text && token->type != JSON_INTEGER && token->type != JSON_REAL) {
        fail(w, FIELD_FORMAT, path);
        return;
    }
    static const struct contract_field no_rules;
    const ProtobufCFieldDescriptor *field = field_named(value->descriptor, text ? "text" : "number");
    fail(w, put_scalar(w, token, &no_rules, field, field_at(value, field)), path);
    field_mark_set(value, field);
}

static void walk_member(struct walk *w, size_t key, const struct contract_message *contract, ProtobufCMessage *message,
                        const struct path *path) {
    int index = field_index(contract, w->json->tokens[key].text);
    const struct contract_field *rules = index < 0 ? NULL : &contract->fields[index];
    if (rules == NULL || rules->hidden || rules->bearer || rules->needs_if_match) {
        w->unknown = true;
        path_violation(w->violations, path, "unknown_field", 0);
        return;
    }
    if (w->json->tokens[key + 1].type == JSON_NULL)
        return;
    const ProtobufCFieldDescriptor *field = &contract->descriptor->fields[index];
    if (rules->map)
        walk_map(w, key + 1, rules, field, message, path);
    else if (field_is_repeated(field))
        walk_array(w, key + 1, rules, field, message, path);
    else if (put_item(w, key + 1, rules, field, field_at(message, field), path))
        field_mark_set(message, field);
}

static void walk_object(struct walk *w, size_t at, const struct contract_message *contract, ProtobufCMessage *message,
                        const struct path *path) {
    const struct json_token *tokens = w->json->tokens;
    for (size_t key = at + 1; key < tokens[at].next && !w->too_large; key = tokens[key + 1].next) {
        struct path member = {.up = path, .name = tokens[key].text};
        walk_member(w, key, contract, message, &member);
    }
}

int json_to_message(const struct json *json, size_t at, const struct contract_message *contract, ProtobufCMessage *message,
                    struct violations *violations) {
    struct walk w = {.json = json, .violations = violations};
    if (at >= json->count || json->tokens[at].type != JSON_OBJECT) {
        path_violation(violations, NULL, "invalid_format", 0);
        return PROBLEM_MALFORMED;
    }
    walk_object(&w, at, contract, message, NULL);
    if (w.too_large)
        return PROBLEM_TOO_LARGE;
    return w.malformed ? PROBLEM_MALFORMED : w.unknown ? PROBLEM_UNKNOWN_FIELD : w.wrong ? PROBLEM_VALIDATION : 0;
}
