#include "gateway/openapi_schema.h"
#include "services/common/base/problem.h"
#include <stdio.h>
#include <string.h>

enum { SCHEMAS_MAX = 200 };

static void pair(struct json_writer *w, const char *key, const char *value) {
    json_key(w, key);
    json_string(w, value);
}

static void number(struct json_writer *w, const char *key, uint64_t value) {
    json_key(w, key);
    json_unsigned(w, value);
}

static void ref(struct json_writer *w, const char *name) {
    char text[120];
    snprintf(text, sizeof text, "#/components/schemas/%s", name);
    pair(w, "$ref", text);
}

// What we send is not checked against limits, so they are told only of what is sent to us.
static bool tell_limits = true;

static const struct { enum contract_format format; const char *name, *pattern; } formats[] = {
    {FORMAT_SLUG, NULL, "^[a-z0-9_-]+$"},  {FORMAT_EMAIL, "email", NULL}, {FORMAT_URL, "uri", NULL},
    {FORMAT_UUID, "uuid", NULL},           {FORMAT_DATE, "date", NULL},   {FORMAT_TOKEN, NULL, "^[A-Za-z0-9_-]+$"},
    {FORMAT_LANGUAGE, NULL, "^(de|en)$"},  {FORMAT_LOGIN, NULL, "^[a-z0-9._-]+$"}, {FORMAT_SECRET, "password", NULL},
};

static void write_string_type(struct json_writer *w, bool or_null) {
    if (!or_null) {
        pair(w, "type", "string");
        return;
    }
    json_key(w, "type");
    json_begin_array(w);
    json_string(w, "string");
    json_string(w, "null");
    json_end_array(w);
}

static void write_string(struct json_writer *w, const struct contract_field *field) {
    write_string_type(w, field->always);
    if (field->max_chars && tell_limits)
        number(w, "maxLength", field->max_chars);
    if ((field->min_chars || field->needed) && tell_limits)
        number(w, "minLength", field->min_chars ? field->min_chars : 1);
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        if (formats[i].format != field->format)
            continue;
        if (formats[i].name)
            pair(w, "format", formats[i].name);
        if (formats[i].pattern)
            pair(w, "pattern", formats[i].pattern);
    }
}

static void write_number(struct json_writer *w, const ProtobufCFieldDescriptor *descriptor, const struct contract_field *field) {
    bool real = descriptor->type == PROTOBUF_C_TYPE_DOUBLE || descriptor->type == PROTOBUF_C_TYPE_FLOAT;
    bool sign = descriptor->type != PROTOBUF_C_TYPE_UINT32 && descriptor->type != PROTOBUF_C_TYPE_UINT64;
    pair(w, "type", real ? "number" : "integer");
    if (field->has_least || !sign) {
        json_key(w, "minimum");
        json_real(w, field->has_least ? field->least : 0);
    }
    if (field->has_most) {
        json_key(w, "maximum");
        json_real(w, field->most);
    }
    if (descriptor->default_value && descriptor->type == PROTOBUF_C_TYPE_UINT32)
        number(w, "default", *(const uint32_t *)descriptor->default_value);
}

static void write_enum(struct json_writer *w, const ProtobufCEnumDescriptor *descriptor) {
    pair(w, "type", "string");
    json_key(w, "enum");
    json_begin_array(w);
    for (unsigned i = 0; i < descriptor->n_values; i++) {
        char name[64];
        snprintf(name, sizeof name, "%s", descriptor->values[i].name);
        for (char *at = name; *at; at++)
            *at = *at >= 'A' && *at <= 'Z' ? (char)(*at + 32) : *at;
        json_string(w, name);
    }
    json_end_array(w);
}

static void write_single(struct json_writer *w, const ProtobufCFieldDescriptor *descriptor, const struct contract_field *field) {
    switch (descriptor->type) {
    case PROTOBUF_C_TYPE_MESSAGE:
        ref(w, field->message->descriptor->short_name);
        break;
    case PROTOBUF_C_TYPE_STRING:
        write_string(w, field);
        break;
    case PROTOBUF_C_TYPE_BYTES:
        pair(w, "type", "string");
        pair(w, "contentEncoding", "base64url");
        break;
    case PROTOBUF_C_TYPE_BOOL:
        pair(w, "type", "boolean");
        break;
    case PROTOBUF_C_TYPE_ENUM:
        write_enum(w, descriptor->descriptor);
        break;
    default:
        if (field->time) {
            pair(w, "type", "string");
            pair(w, "format", "date-time");
        } else {
            write_number(w, descriptor, field);
        }
    }
}

// {key: value}: the map's message has the fields key and value.
static void write_map(struct json_writer *w, const struct contract_field *field) {
    pair(w, "type", "object");
    if (field->max_items && tell_limits)
        number(w, "maxProperties", field->max_items);
    const struct contract_message *entry = field->message;
    for (unsigned i = 0; i < entry->descriptor->n_fields; i++) {
        if (strcmp(entry->descriptor->fields[i].name, "value") != 0)
            continue;
        json_key(w, "additionalProperties");
        openapi_field(w, entry, i);
    }
}

void openapi_field(struct json_writer *w, const struct contract_message *contract, unsigned index) {
    const ProtobufCFieldDescriptor *descriptor = &contract->descriptor->fields[index];
    const struct contract_field *field = &contract->fields[index];
    json_begin_object(w);
    if (field->map) {
        write_map(w, field);
    } else if (descriptor->label == PROTOBUF_C_LABEL_REPEATED) {
        pair(w, "type", "array");
        if (field->max_items && tell_limits)
            number(w, "maxItems", field->max_items);
        json_key(w, "items");
        json_begin_object(w);
        write_single(w, descriptor, field);
        json_end_object(w);
    } else {
        write_single(w, descriptor, field);
    }
    json_end_object(w);
}

static bool left_out(const struct contract_message *contract, unsigned index, const struct openapi_without *without) {
    const struct contract_field *field = &contract->fields[index];
    if (field->hidden)
        return true;
    if (!without)
        return false;
    char variable[80];
    snprintf(variable, sizeof variable, "{%s}", contract->descriptor->fields[index].name);
    bool header = field->bearer || field->needs_if_match;
    return (without->headers && header) || (without->path && strstr(without->path, variable));
}

int openapi_members(const struct contract_message *contract, const struct openapi_without *without, bool *needed) {
    int count = 0;
    for (unsigned i = 0; i < contract->descriptor->n_fields; i++) {
        if (left_out(contract, i, without))
            continue;
        count++;
        *needed |= contract->fields[i].needed;
    }
    return count;
}

static void write_value(struct json_writer *w) {
    json_begin_object(w);
    json_key(w, "oneOf");
    json_begin_array(w);
    json_begin_object(w);
    pair(w, "type", "string");
    json_end_object(w);
    json_begin_object(w);
    pair(w, "type", "array");
    json_key(w, "items");
    json_begin_object(w);
    pair(w, "type", "string");
    json_end_object(w);
    json_end_object(w);
    json_begin_object(w);
    pair(w, "type", "number");
    json_end_object(w);
    json_end_array(w);
    json_end_object(w);
}

void openapi_object(struct json_writer *w, const struct contract_message *contract, const struct openapi_without *without) {
    if (contract->value) {
        write_value(w);
        return;
    }
    json_begin_object(w);
    pair(w, "type", "object");
    json_key(w, "properties");
    json_begin_object(w);
    bool needed = false;
    for (unsigned i = 0; i < contract->descriptor->n_fields; i++) {
        if (left_out(contract, i, without))
            continue;
        json_key(w, contract->descriptor->fields[i].name);
        openapi_field(w, contract, i);
        needed |= contract->fields[i].needed;
    }
    json_end_object(w);
    if (needed) {
        json_key(w, "required");
        json_begin_array(w);
        for (unsigned i = 0; i < contract->descriptor->n_fields; i++)
            if (contract->fields[i].needed && !left_out(contract, i, without))
                json_string(w, contract->descriptor->fields[i].name);
        json_end_array(w);
    }
    json_end_object(w);
}

// ---- which messages are spoken of

struct wanted {
    const struct contract_message *items[SCHEMAS_MAX];
    size_t count, sent;   // the first `sent` are sent to us
};

static void want(struct wanted *wanted, const struct contract_message *contract) {
    for (size_t i = 0; i < wanted->count; i++)
        if (wanted->items[i] == contract)
            return;
    if (wanted->count == SCHEMAS_MAX)
        return;
    wanted->items[wanted->count++] = contract;
    for (unsigned i = 0; i < contract->descriptor->n_fields; i++)
        if (contract->fields[i].message && !contract->fields[i].hidden)
            want(wanted, contract->fields[i].message);
}

static void write_problem(struct json_writer *w) {
    static const char *const texts[] = {"type", "title", "code", "instance", "detail"};
    json_key(w, "Problem");
    json_begin_object(w);
    pair(w, "type", "object");
    json_key(w, "properties");
    json_begin_object(w);
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        json_key(w, texts[i]);
        json_begin_object(w);
        pair(w, "type", "string");
        if (strcmp(texts[i], "code") == 0) {
            json_key(w, "enum");
            json_begin_array(w);
            for (int problem = 1; problem < PROBLEM_COUNT; problem++)
                json_string(w, problem_code(problem));
            json_end_array(w);
        }
        json_end_object(w);
    }
    json_key(w, "status");
    json_begin_object(w);
    pair(w, "type", "integer");
    json_end_object(w);
    json_key(w, "errors");
    json_begin_object(w);
    pair(w, "type", "array");
    json_key(w, "items");
    json_begin_object(w);
    pair(w, "type", "object");
    json_key(w, "properties");
    json_begin_object(w);
    static const char *const members[][2] = {{"field", "string"}, {"code", "string"}, {"message", "string"}, {"limit", "integer"}};
    for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
        json_key(w, members[i][0]);
        json_begin_object(w);
        pair(w, "type", members[i][1]);
        json_end_object(w);
    }
    json_end_object(w);
    json_end_object(w);
    json_end_object(w);
    json_end_object(w);
    json_end_object(w);
}

void openapi_schemas(struct json_writer *w, const struct routes *routes) {
    struct wanted wanted = {.count = 0};
    for (size_t i = 0; routes_at(routes, i); i++) {
        const struct route *route = routes_at(routes, i);
        const struct contract_message *input = route->kind == ROUTE_API ? route->method->input : NULL;
        for (unsigned f = 0; input && f < input->descriptor->n_fields; f++)
            if (input->fields[f].message)
                want(&wanted, input->fields[f].message);
    }
    wanted.sent = wanted.count;
    for (size_t i = 0; routes_at(routes, i); i++)
        if (routes_at(routes, i)->kind == ROUTE_API && routes_at(routes, i)->row->status != 204)
            want(&wanted, routes_at(routes, i)->method->output);
    json_begin_object(w);
    write_problem(w);
    for (size_t i = 0; i < wanted.count; i++) {
        tell_limits = i < wanted.sent;
        json_key(w, wanted.items[i]->descriptor->short_name);
        openapi_object(w, wanted.items[i], NULL);
    }
    tell_limits = true;
    json_end_object(w);
}
