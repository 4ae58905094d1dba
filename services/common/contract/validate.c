#include "services/common/contract/validate.h"

#include "services/common/base/clock.h"
#include "services/common/base/id.h"
#include "services/common/base/problem.h"
#include "services/common/base/text.h"
#include "services/common/contract/field.h"

#include <string.h>

struct check {
    struct violations *violations;
    bool malformed, wrong;
};

// transparent: a value, or a map's entry. Their fields are not told apart in JSON and carry the path of the whole.
static void check_message(struct check *c, const struct contract_message *contract, const ProtobufCMessage *message,
                          bool transparent, const struct path *path);

static void wrong(struct check *c, const struct path *path, const char *code, int64_t limit) {
    c->wrong = true;
    path_violation(c->violations, path, code, limit);
}

static bool consists_of(const char *text, const char *others) {
    for (; *text != '\0'; text++) {
        bool common = (*text >= 'a' && *text <= 'z') || (*text >= '0' && *text <= '9');
        if (!common && strchr(others, *text) == NULL)
            return false;
    }
    return true;
}

static bool has_format(enum contract_format format, const char *text, enum text_kind kind) {
    uint8_t id[ID_BYTES];
    switch (format) {
    case FORMAT_TEXT:
        return kind == TEXT_PRINTABLE;
    case FORMAT_LINES:
        return kind >= TEXT_LINES;
    case FORMAT_SLUG:
        return consists_of(text, "-_");   // states and kinds are written with _
    case FORMAT_EMAIL:
        return text_is_email(text);
    case FORMAT_URL:
        return text_is_url(text);
    case FORMAT_UUID:
        return id_parse(text, id);
    case FORMAT_DATE:
        return clock_check_date(text) == 0;
    case FORMAT_TOKEN:
        return consists_of(text, "-_ABCDEFGHIJKLMNOPQRSTUVWXYZ");
    case FORMAT_LANGUAGE:
        return strcmp(text, "de") == 0 || strcmp(text, "en") == 0;
    case FORMAT_LOGIN:
        return consists_of(text, "._-");
    case FORMAT_SECRET:
        return true;
    }
    return false;
}

static void check_text(struct check *c, const struct contract_field *rules, const char *text, bool item, const struct path *path) {
    size_t bytes = strlen(text);
    enum text_kind kind = text_kind(text, bytes);
    if (kind == TEXT_INVALID) {
        c->malformed = true;
        wrong(c, path, "invalid_format", 0);
        return;
    }
    if (rules->needed && !item && strspn(text, " \t\r\n") == bytes) {
        wrong(c, path, "required", 0);
        return;
    }
    if (bytes == 0 && !item)
        return;   // as if absent
    size_t length = bytes > rules->max_chars || rules->min_chars > 0 ? text_length(text) : bytes;
    if (length > rules->max_chars)
        wrong(c, path, "too_long", rules->max_chars);
    else if (length < rules->min_chars)
        wrong(c, path, "too_short", rules->min_chars);
    else if (bytes == 0 ? rules->format != FORMAT_TEXT && rules->format != FORMAT_LINES : !has_format(rules->format, text, kind))
        wrong(c, path, "invalid_format", 0);
}

static double number_of(const ProtobufCFieldDescriptor *field, const void *item) {
    if (field->type == PROTOBUF_C_TYPE_DOUBLE)
        return *(const double *)item;
    if (field->type == PROTOBUF_C_TYPE_FLOAT)
        return (double)*(const float *)item;
    if (field->type == PROTOBUF_C_TYPE_UINT64 || field->type == PROTOBUF_C_TYPE_FIXED64)
        return (double)*(const uint64_t *)item;
    return (double)field_get_integer(field, item);
}

static void check_number(struct check *c, const struct contract_field *rules, double number, const struct path *path) {
    if (number != number)
        wrong(c, path, "out_of_range", 0);
    else if (rules->has_least && number < rules->least)
        wrong(c, path, "out_of_range", (int64_t)rules->least);
    else if (rules->has_most && number > rules->most)
        wrong(c, path, "out_of_range", (int64_t)rules->most);
}

static void check_item(struct check *c, const struct contract_field *rules, const ProtobufCFieldDescriptor *field,
                       const void *item, const struct path *path) {
    switch (field->type) {
    case PROTOBUF_C_TYPE_STRING:
        check_text(c, rules, *(const char *const *)item, field_is_repeated(field), path);
        return;
    case PROTOBUF_C_TYPE_BYTES:
        if (((const ProtobufCBinaryData *)item)->len > rules->max_chars)
            wrong(c, path, "too_long", rules->max_chars);
        return;
    case PROTOBUF_C_TYPE_ENUM:
        if (protobuf_c_enum_descriptor_get_value(field->descriptor, *(const int *)item) == NULL)
            wrong(c, path, "not_an_option", 0);
        return;
    case PROTOBUF_C_TYPE_MESSAGE:
        check_message(c, rules->message, *(const ProtobufCMessage *const *)item, rules->message->value, path);
        return;
    default:
        check_number(c, rules, number_of(field, item), path);
    }
}

static const char *map_key(const ProtobufCFieldDescriptor *key, const ProtobufCMessage *entry) {
    return *(const char *const *)field_at(entry, key);
}

static bool key_stands_before(const ProtobufCMessage *const *entries, size_t i, const ProtobufCFieldDescriptor *key_field,
                              const char *key) {
    for (size_t k = 0; k < i; k++) {
        const char *other = map_key(key_field, entries[k]);
        if (other != NULL && other[0] == key[0] && strcmp(other, key) == 0)
            return true;
    }
    return false;
}

static void check_map(struct check *c, const struct contract_field *rules, const ProtobufCFieldDescriptor *field,
                      const ProtobufCMessage *message, const struct path *path) {
    const ProtobufCFieldDescriptor *key_field = field_named(rules->message->descriptor, "key");
    const ProtobufCMessage *const *entries = *(const ProtobufCMessage *const *const *)field_at(message, field);
    for (size_t i = 0; i < field_count(message, field); i++) {
        const char *key = map_key(key_field, entries[i]);
        if (key == NULL) {
            wrong(c, path, "required", 0);
            continue;
        }
        struct path entry_path = {.up = path, .name = text_valid(key, strlen(key)) ? key : "?"};
        if (key_stands_before(entries, i, key_field, key))
            wrong(c, &entry_path, "invalid_format", 0);
        check_message(c, rules->message, entries[i], true, &entry_path);
    }
}

static void check_repeated(struct check *c, const struct contract_field *rules, const ProtobufCFieldDescriptor *field,
                           const ProtobufCMessage *message, const struct path *path) {
    size_t count = field_count(message, field);
    if (rules->needed && count == 0)
        wrong(c, path, "required", 0);
    if (count > rules->max_items) {
        wrong(c, path, "too_long", rules->max_items);
        return;   // neither checked nor compared: it is refused as a whole
    }
    if (rules->map) {
        check_map(c, rules, field, message, path);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        struct path item_path = {.up = path, .index = i};
        bool numbered = field->type == PROTOBUF_C_TYPE_MESSAGE;
        check_item(c, rules, field, field_item(message, field, i), numbered ? &item_path : path);
    }
}

static void check_message(struct check *c, const struct contract_message *contract, const ProtobufCMessage *message,
                          bool transparent, const struct path *path) {
    for (unsigned i = 0; i < contract->descriptor->n_fields; i++) {
        const ProtobufCFieldDescriptor *field = &contract->descriptor->fields[i];
        const struct contract_field *rules = &contract->fields[i];
        struct path field_path = {.up = path, .name = field->name};
        const struct path *told = transparent ? path : &field_path;
        if (field_is_repeated(field))
            check_repeated(c, rules, field, message, told);
        else if (field_is_set(message, field))
            check_item(c, rules, field, field_at(message, field), told);
        else if (rules->needed)
            wrong(c, told, "required", 0);
    }
}

int validate_message(const struct contract_message *contract, const ProtobufCMessage *message, struct violations *violations) {
    struct check c = {.violations = violations};
    check_message(&c, contract, message, contract->value, NULL);
    return c.malformed ? PROBLEM_MALFORMED : c.wrong ? PROBLEM_VALIDATION : 0;
}
