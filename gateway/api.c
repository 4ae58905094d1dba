#include "gateway/api.h"
#include "gateway/geojson.h"
#include "gateway/respond.h"
#include "gateway/session.h"
#include "services/common/contract/json_walk.h"
#include "services/common/contract/validate.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { KEY_MAX = 64 };

static bool reads(const struct request *r) {
    return strcmp(r->route->verb, "GET") == 0 || strcmp(r->route->verb, "DELETE") == 0;
}

int api_take_key(struct request *r, const char *key) {
    size_t n = strlen(key);
    bool fine = n >= 1 && n <= KEY_MAX;
    for (size_t i = 0; i < n && fine; i++)
        fine = key[i] > ' ' && key[i] < 0x7f;
    if (!fine) {
        violations_add(&r->violations, "Idempotency-Key", n > KEY_MAX ? "too_long" : "invalid_format", n > KEY_MAX ? KEY_MAX : 0);
        return PROBLEM_BAD_PARAMETER;
    }
    r->idempotency_key = arena_text(r->arena, key);
    return 0;
}

static int field_index(const struct contract_message *contract, const char *name) {
    for (unsigned i = 0; i < contract->descriptor->n_fields; i++)
        if (strcmp(contract->descriptor->fields[i].name, name) == 0)
            return (int)i;
    return -1;
}

// Does the message need something that only a body can bring?
static bool body_needed(const struct request *r) {
    const struct contract_message *input = r->route->method->input;
    for (unsigned i = 0; i < input->descriptor->n_fields; i++) {
        const struct contract_field *field = &input->fields[i];
        if (field->needed && !field->bearer && !field->needs_if_match &&
            !route_variable(&r->match, input->descriptor->fields[i].name))
            return true;
    }
    return false;
}

int api_check_head(struct request *r, const char **detail) {
    bool body = r->head.chunked || r->head.length > 0;
    if (reads(r) || !body)
        return 0;
    if (edge_type_is(r->head.content_type, "application/json"))
        return 0;
    *detail = "Content-Type: application/json is expected";
    return PROBLEM_UNSUPPORTED_TYPE;
}

static int fill_path(struct request *r, ProtobufCMessage *input) {
    for (int i = 0; i < r->match.variable_count; i++)
        if (pair_to_message(r->match.variables[i].name, r->match.variables[i].value, false, r->route->method->input, input,
                            &r->violations))
            return PROBLEM_NOT_FOUND;
    return 0;
}

static int take_language(struct request *r, const char *value) {
    for (int language = 0; language < LANGUAGES; language++)
        if (strcmp(value, language_name((enum language)language)) == 0) {
            r->language = (enum language)language;
            return 0;
        }
    violations_add(&r->violations, "lang", "not_an_option", 0);
    return PROBLEM_BAD_PARAMETER;
}

static int refuse_query(struct request *r, const char *name, const char *code, int problem) {
    violations_add(&r->violations, name, code, 0);
    return problem;
}

static int fill_query(struct request *r, ProtobufCMessage *input) {
    const struct contract_message *contract = r->route->method->input;
    uint64_t seen = 0;
    bool language_seen = false;
    for (size_t i = 0; i < r->query.count; i++) {
        const struct urlencoded_pair *pair = &r->query.items[i];
        if (strcmp(pair->name, "lang") == 0) {
            if (language_seen)
                return refuse_query(r, "lang", "invalid_format", PROBLEM_BAD_PARAMETER);
            language_seen = true;
            if (take_language(r, pair->value))
                return PROBLEM_BAD_PARAMETER;
            continue;
        }
        int index = reads(r) ? field_index(contract, pair->name) : -1;
        const struct contract_field *field = index < 0 ? NULL : &contract->fields[index];
        if (!field || field->bearer || field->hidden || field->needs_if_match || field->message ||
            route_variable(&r->match, pair->name))
            return refuse_query(r, pair->name, "unknown_field", PROBLEM_UNKNOWN_FIELD);
        bool repeated = contract->descriptor->fields[index].label == PROTOBUF_C_LABEL_REPEATED;
        if (!repeated && index < 64 && (seen >> index & 1))
            return refuse_query(r, pair->name, "invalid_format", PROBLEM_BAD_PARAMETER);
        seen |= index < 64 ? (uint64_t)1 << index : 0;
        int problem = pair_to_message(pair->name, pair->value, false, contract, input, &r->violations);
        if (problem)
            return r->violations.count ? problem : refuse_query(r, pair->name, "invalid_format", problem);
    }
    return 0;
}

static void fill_client(struct request *r, const ProtobufCFieldDescriptor *field, ProtobufCMessage *input) {
    *(uint64_t *)((char *)input + field->offset) = edge_client(r);
    *(protobuf_c_boolean *)((char *)input + field->quantifier_offset) = true;
}

// Fields that come from headers: the bearer token and the version of If-Match.
static int fill_headers(struct request *r, ProtobufCMessage *input) {
    const struct contract_message *contract = r->route->method->input;
    for (unsigned i = 0; i < contract->descriptor->n_fields; i++) {
        const struct contract_field *field = &contract->fields[i];
        const char *value = NULL;
        if (field->client)
            fill_client(r, contract->descriptor->fields + i, input);
        if (field->bearer) {
            value = session_bearer(r);
            if (!value)
                return PROBLEM_NOT_SIGNED_IN;
        } else if (field->needs_if_match) {
            value = r->head.if_match;
            if (!value && field->needed)
                return PROBLEM_IF_MATCH_REQUIRED;
            if (!value || strcmp(value, "*") == 0)
                continue;
            size_t n = strlen(value);
            if (n < 3 || value[0] != '"' || value[n - 1] != '"')
                return refuse_query(r, "If-Match", "invalid_format", PROBLEM_BAD_PARAMETER);
            value = arena_text_n(r->arena, value + 1, n - 2);
        }
        if (!value)
            continue;
        if (text_to_field(contract, (int)i, value, input, &r->violations)) {
            r->violations.count = 0;
            return field->bearer ? PROBLEM_NOT_SIGNED_IN
                                 : refuse_query(r, "If-Match", "invalid_format", PROBLEM_BAD_PARAMETER);
        }
    }
    return 0;
}

static int refuse_path_members(struct request *r, const struct json *json) {
    const struct json_token *root = &json->tokens[0];
    if (root->type != JSON_OBJECT)
        return 0;
    for (uint32_t at = 1; at < root->next; at = json->tokens[at + 1].next)
        if (route_variable(&r->match, json->tokens[at].text))
            return refuse_query(r, json->tokens[at].text, "unknown_field", PROBLEM_UNKNOWN_FIELD);
    return 0;
}

static int fill_body(struct request *r, ProtobufCMessage *input, const char **detail) {
    if (reads(r))
        return 0;
    if (r->body.len == 0) {
        *detail = "the body is empty";
        return body_needed(r) ? PROBLEM_MALFORMED : 0;
    }
    struct json *json = &r->gateway->json;
    int result = json_parse(json, r->body.data, r->body.len);
    if (result == -2)
        return PROBLEM_BUSY;
    if (result) {
        *detail = arena_format(r->arena, "line %d, column %d: %s", json->line, json->column, json->error ? json->error : "");
        return PROBLEM_MALFORMED;
    }
    if (json->tokens[0].type != JSON_OBJECT) {
        *detail = "an object is expected";
        return PROBLEM_MALFORMED;
    }
    int problem = refuse_path_members(r, json);
    return problem ? problem : json_to_message(json, 0, r->route->method->input, input, &r->violations);
}

// What the generic check found, told as the address it came from demands: an id in the path that can be none is not found; in a query
// it is a bad parameter.
static int check_message(struct request *r, const ProtobufCMessage *input) {
    int problem = validate_message(r->route->method->input, input, &r->violations);
    if (problem != PROBLEM_VALIDATION)
        return problem;
    for (size_t i = 0; i < r->violations.count; i++) {
        int index = field_index(r->route->method->input, r->violations.items[i]->field);
        if (index >= 0 && r->route->method->input->fields[index].bearer) {
            r->violations.count = 0;
            return PROBLEM_NOT_SIGNED_IN;
        }
        if (route_variable(&r->match, r->violations.items[i]->field)) {
            r->violations.count = 0;
            return PROBLEM_NOT_FOUND;
        }
    }
    if (!reads(r))
        return problem;
    bool token = r->violations.count && strcmp(r->violations.items[0]->field, "page_token") == 0;
    return token ? PROBLEM_BAD_PAGE_TOKEN : PROBLEM_BAD_PARAMETER;
}

static int read_input(struct request *r, ProtobufCMessage *input, const char **detail) {
    int problem = fill_path(r, input);
    if (!problem)
        problem = fill_query(r, input);
    if (!problem)
        problem = fill_headers(r, input);
    if (!problem && r->head.idempotency_key && !reads(r))
        problem = api_take_key(r, r->head.idempotency_key);
    if (!problem)
        problem = fill_body(r, input, detail);
    return problem ? problem : check_message(r, input);
}

// Location with {reply_field} filled in.
static const char *location_of(struct request *r, const struct contract_message *output, const ProtobufCMessage *reply) {
    struct buf out BUF_AUTO;
    buf_init(&out, 4096);
    buf_text(&out, r->gateway->config->public_url);
    for (const char *at = r->route->row->location; *at;) {
        const char *close = *at == '{' ? strchr(at, '}') : NULL;
        char name[64];
        if (close)
            snprintf(name, sizeof name, "%.*s", (int)(close - at - 1), at + 1);
        int index = close ? field_index(output, name) : -1;
        if (index < 0) {
            buf_char(&out, *at++);
            continue;
        }
        const char *value = *(char *const *)((const char *)reply + output->descriptor->fields[index].offset);
        urlencoded_add(&out, value ? value : "");
        at = close + 1;
    }
    return out.failed ? NULL : arena_text(r->arena, out.data);
}

// Staff edit with If-Match: what they read carries its version as tag. All else is tagged by its bytes.
static void tag_of(struct request *r, const struct contract_message *output, const ProtobufCMessage *reply, char tag[TAG_MAX]) {
    int index = r->route->method->role ? field_index(output, "version") : -1;
    if (index >= 0 && output->descriptor->fields[index].type == PROTOBUF_C_TYPE_UINT32)
        snprintf(tag, TAG_MAX, "\"%u\"", *(const uint32_t *)((const char *)reply + output->descriptor->fields[index].offset));
    else
        gateway_tag(r->answer.data, r->answer.len, tag);
}

// The answer's text, and its media type: JSON, or what the route also offers and the client prefers.
static const char *write_message(struct request *r, const ProtobufCMessage *message) {
    const char *also = r->route->row->also;
    buf_clear(&r->answer);
    if (also)
        respond_header(r, "Vary", "Accept");
    if (also && strcmp(also, geojson_type) == 0 && message->descriptor == &kosi__entry_list_reply__descriptor &&
        geojson_wanted(request_header(r, "Accept"))) {
        geojson_write((const Kosi__EntryListReply *)message, &r->answer);
        return also;
    }
    message_to_json(r->route->method->output, message, &r->answer);
    return "application/json";
}

static void answer_message(struct request *r, const ProtobufCMessage *message) {
    const struct contract_message *output = r->route->method->output;
    const struct contract_route *row = r->route->row;
    const char *type = write_message(r, message);
    if (r->answer.failed) {
        respond_problem(r, PROBLEM_INTERNAL, NULL);
        return;
    }
    if (row->attachment)
        respond_header(r, "Content-Disposition",
                       arena_format(r->arena, "attachment; filename=\"%s.json\"", r->route->service->name));
    if (row->cache && !r->route->secret)
        respond_header(r, "Cache-Control", row->cache);
    if (strcmp(r->route->verb, "GET") != 0) {
        respond_bytes(r, row->status, type, r->answer.data, r->answer.len);
        return;
    }
    char tag[TAG_MAX];
    tag_of(r, output, message, tag);
    respond_tagged(r, type, r->answer.data, r->answer.len, tag);
}

static void answered(struct request *r, const struct client_reply *reply) {
    if (strcmp(reply->outcome, "ok") != 0) {
        respond_reply_problem(r, reply);
        return;
    }
    if (reply->replayed)
        respond_header(r, "Idempotency-Replayed", "true");
    const struct contract_message *output = r->route->method->output;
    ProtobufCMessage *message = request_unpack(r, output, reply);
    if (!message) {
        respond_problem(r, PROBLEM_INTERNAL, NULL);
        return;
    }
    if (r->route->row->location)
        respond_header(r, "Location", location_of(r, output, message));
    if (r->route->row->status == 204)
        respond_bytes(r, 204, NULL, NULL, 0);
    else
        answer_message(r, message);
}

static void vouched(struct request *r, int problem) {
    if (problem)
        respond_problem(r, problem, NULL);
    else
        request_ask(r, r->route->service->name, r->route->method, r->page, answered);
}

static void ask_method(struct request *r) {
    ProtobufCMessage *input = request_message(r, r->route->method->input);
    const char *detail = NULL;
    int problem = input ? read_input(r, input, &detail) : PROBLEM_BUSY;
    r->page = input;
    if (problem)
        respond_problem(r, problem, detail);
    else
        session_vouch(r, r->route->method->input, input, vouched);
}

static void identified(struct request *r, int problem) {
    if (problem)
        respond_problem(r, problem, NULL);
    else
        ask_method(r);
}

// Who calls is found out before anything they sent is judged.
void api_serve(struct request *r) {
    if (r->route->method->role)
        session_identify(r, session_bearer(r), identified);
    else
        ask_method(r);
}
