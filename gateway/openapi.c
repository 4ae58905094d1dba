#include "gateway/openapi.h"
#include "gateway/openapi_schema.h"
#include "services/common/base/problem.h"
#include <stdio.h>
#include <string.h>

enum { OPENAPI_BYTES_MAX = 2 * 1024 * 1024 };

static void pair(struct json_writer *w, const char *key, const char *value) {
    json_key(w, key);
    json_string(w, value);
}

static void ref(struct json_writer *w, const char *folder, const char *name) {
    char text[120];
    snprintf(text, sizeof text, "#/components/%s/%s", folder, name);
    json_begin_object(w);
    pair(w, "$ref", text);
    json_end_object(w);
}

static bool in_path(const char *path, const char *name) {
    char variable[80];
    snprintf(variable, sizeof variable, "{%s}", name);
    return strstr(path, variable) != NULL;
}

static void begin_parameter(struct json_writer *w, const char *name, const char *place, bool required) {
    json_begin_object(w);
    pair(w, "name", name);
    pair(w, "in", place);
    json_key(w, "required");
    json_bool(w, required);
    json_key(w, "schema");
}

static void text_parameter(struct json_writer *w, const char *name, const char *pattern) {
    begin_parameter(w, name, "header", false);
    json_begin_object(w);
    pair(w, "type", "string");
    if (pattern)
        pair(w, "pattern", pattern);
    json_end_object(w);
    json_end_object(w);
}

static void language_parameter(struct json_writer *w) {
    begin_parameter(w, "lang", "query", false);
    json_begin_object(w);
    pair(w, "type", "string");
    json_key(w, "enum");
    json_begin_array(w);
    json_string(w, "de");
    json_string(w, "en");
    json_end_array(w);
    json_end_object(w);
    json_end_object(w);
}

static bool reads(const struct route *route) { return strcmp(route->verb, "GET") == 0 || strcmp(route->verb, "DELETE") == 0; }

static void write_parameters(struct json_writer *w, const struct route *route) {
    const struct contract_message *input = route->method->input;
    json_key(w, "parameters");
    json_begin_array(w);
    for (unsigned i = 0; i < input->descriptor->n_fields; i++) {
        const struct contract_field *field = &input->fields[i];
        const char *name = input->descriptor->fields[i].name;
        bool path = in_path(route->path, name);
        bool query = reads(route) && !field->bearer && !field->hidden && !field->needs_if_match && !field->message;
        if (field->needs_if_match)
            text_parameter(w, "If-Match", NULL);
        if (!path && !query)
            continue;
        begin_parameter(w, name, path ? "path" : "query", path || field->needed);
        openapi_field(w, input, i);
        json_end_object(w);
    }
    language_parameter(w);
    if (!reads(route) && !route->method->keyless)
        text_parameter(w, "Idempotency-Key", "^[!-~]{1,64}$");
    json_end_array(w);
}

// The body is the input message without what the address and the headers give.
static void write_body(struct json_writer *w, const struct route *route) {
    if (reads(route))
        return;
    bool needed = false;
    struct openapi_without without = {.path = route->path, .headers = true};
    int shown = openapi_members(route->method->input, &without, &needed);
    if (shown == 0)
        return;
    json_key(w, "requestBody");
    json_begin_object(w);
    json_key(w, "required");
    json_bool(w, needed);
    json_key(w, "content");
    json_begin_object(w);
    json_key(w, "application/json");
    json_begin_object(w);
    json_key(w, "schema");
    openapi_object(w, route->method->input, &without);
    json_end_object(w);
    json_end_object(w);
    json_end_object(w);
}

static void write_success(struct json_writer *w, const struct route *route) {
    char status[8];
    snprintf(status, sizeof status, "%d", route->row->status);
    json_key(w, status);
    json_begin_object(w);
    pair(w, "description", route->method->output->descriptor->short_name);
    if (route->row->status != 204) {
        json_key(w, "content");
        json_begin_object(w);
        json_key(w, "application/json");
        json_begin_object(w);
        json_key(w, "schema");
        ref(w, "schemas", route->method->output->descriptor->short_name);
        json_end_object(w);
        if (route->row->also) {
            json_key(w, route->row->also);
            json_begin_object(w);
            json_end_object(w);
        }
        json_end_object(w);
    }
    json_end_object(w);
}

static void write_operation(struct json_writer *w, const struct route *route) {
    char id[80];
    snprintf(id, sizeof id, "%s.%s", route->service->name, route->method->name);
    json_key(w, strcmp(route->verb, "GET") == 0 ? "get" : strcmp(route->verb, "POST") == 0 ? "post"
                : strcmp(route->verb, "PUT") == 0 ? "put" : "delete");
    json_begin_object(w);
    pair(w, "operationId", id);
    json_key(w, "tags");
    json_begin_array(w);
    json_string(w, route->service->name);
    json_end_array(w);
    bool bearer = route->method->role != NULL;
    for (unsigned i = 0; i < route->method->input->descriptor->n_fields; i++)
        bearer |= route->method->input->fields[i].bearer;
    if (bearer) {
        json_key(w, "security");
        json_begin_array(w);
        json_begin_object(w);
        json_key(w, "bearer");
        json_begin_array(w);
        json_end_array(w);
        json_end_object(w);
        json_end_array(w);
    }
    if (route->method->role)
        pair(w, "x-kosi-role", route->method->role);
    write_parameters(w, route);
    write_body(w, route);
    json_key(w, "responses");
    json_begin_object(w);
    write_success(w, route);
    json_key(w, "default");
    ref(w, "responses", "Problem");
    json_end_object(w);
    json_end_object(w);
}

static bool seen_before(const struct routes *routes, size_t index) {
    for (size_t i = 0; i < index; i++)
        if (strcmp(routes_at(routes, i)->path, routes_at(routes, index)->path) == 0)
            return true;
    return false;
}

static void write_paths(struct json_writer *w, const struct routes *routes) {
    json_key(w, "paths");
    json_begin_object(w);
    for (size_t i = 0; routes_at(routes, i); i++) {
        if (routes_at(routes, i)->kind != ROUTE_API || seen_before(routes, i))
            continue;
        json_key(w, routes_at(routes, i)->path);
        json_begin_object(w);
        for (size_t k = i; routes_at(routes, k); k++)
            if (strcmp(routes_at(routes, k)->path, routes_at(routes, i)->path) == 0)
                write_operation(w, routes_at(routes, k));
        json_end_object(w);
    }
    json_end_object(w);
}

static void write_components(struct json_writer *w, const struct routes *routes) {
    json_key(w, "components");
    json_begin_object(w);
    json_key(w, "securitySchemes");
    json_begin_object(w);
    json_key(w, "bearer");
    json_begin_object(w);
    pair(w, "type", "http");
    pair(w, "scheme", "bearer");
    json_end_object(w);
    json_end_object(w);
    json_key(w, "responses");
    json_begin_object(w);
    json_key(w, "Problem");
    json_begin_object(w);
    pair(w, "description", "Problem (RFC 9457)");
    json_key(w, "content");
    json_begin_object(w);
    json_key(w, "application/problem+json");
    json_begin_object(w);
    json_key(w, "schema");
    ref(w, "schemas", "Problem");
    json_end_object(w);
    json_end_object(w);
    json_end_object(w);
    json_end_object(w);
    json_key(w, "schemas");
    openapi_schemas(w, routes);
    json_end_object(w);
}

int openapi_make(struct gateway *gateway, struct buf *errors) {
    struct asset *asset = &gateway->openapi;
    buf_init(&asset->bytes, OPENAPI_BYTES_MAX);
    struct json_writer w = {.out = &asset->bytes};
    json_begin_object(&w);
    pair(&w, "openapi", "3.1.0");
    json_key(&w, "info");
    json_begin_object(&w);
    pair(&w, "title", "KoSI");
    pair(&w, "version", KOSI_VERSION);
    json_end_object(&w);
    json_key(&w, "servers");
    json_begin_array(&w);
    json_begin_object(&w);
    pair(&w, "url", gateway->config->public_url);
    json_end_object(&w);
    json_end_array(&w);
    write_paths(&w, gateway->routes);
    write_components(&w, gateway->routes);
    json_end_object(&w);
    gateway_tag(asset->bytes.data, asset->bytes.len, asset->tag);
    if (!asset->bytes.failed)
        return 0;
    buf_text(errors, "openapi.json: out of memory.\n");
    return -1;
}
