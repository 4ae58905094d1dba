#include "gateway/respond.h"
#include "gateway/pages/page.h"
#include "services/common/base/clock.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

static const char *const always[][2] = {
    {"X-Content-Type-Options", "nosniff"},
    {"Content-Security-Policy",
     "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"},
    {"Cross-Origin-Opener-Policy", "same-origin"},
    {"Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"},
    {"X-Frame-Options", "DENY"},
};

void respond_header(struct request *r, const char *name, const char *value) {
    if (!value || r->header_count == HEADERS_MAX)
        return;
    r->headers[2 * r->header_count] = name;
    r->headers[2 * r->header_count + 1] = value;
    r->header_count++;
}

void respond_bytes(struct request *r, int status, const char *content_type, const void *bytes, size_t size) {
    r->status = status;
    r->content_type = content_type;
    r->answer_bytes = size ? bytes : "";
    r->answer_size = size;
    r->answered = true;
}

void respond_tagged(struct request *r, const char *content_type, const void *bytes, size_t size, const char *tag) {
    respond_header(r, "ETag", arena_text(r->arena, tag));
    if (edge_tag_matches(r->head.if_none_match, tag))
        respond_bytes(r, 304, NULL, NULL, 0);
    else
        respond_bytes(r, 200, content_type, bytes, size);
}

bool respond_is_public(const struct request *r) {
    for (int i = 0; i < r->header_count; i++)
        if (strcmp(r->headers[2 * i], "Cache-Control") == 0)
            return strncmp(r->headers[2 * i + 1], "public", 6) == 0;
    return false;
}

void respond_redirect(struct request *r, const char *path) {
    respond_header(r, "Location", arena_format(r->arena, "%s%s", r->gateway->config->public_url, path));
    respond_bytes(r, 303, NULL, NULL, 0);
}

static const struct { const char *code; enum text text; } field_texts[] = {
    {"required", TEXT_FIELD_REQUIRED}, {"too_long", TEXT_FIELD_TOO_LONG}, {"too_short", TEXT_FIELD_TOO_SHORT},
    {"invalid_format", TEXT_FIELD_INVALID_FORMAT}, {"not_an_option", TEXT_FIELD_NOT_AN_OPTION},
    {"not_accepted", TEXT_FIELD_NOT_ACCEPTED}, {"out_of_range", TEXT_FIELD_OUT_OF_RANGE},
    {"unknown_field", TEXT_FIELD_UNKNOWN_FIELD}, {"malformed", TEXT_FIELD_MALFORMED},
    {"no_subject", TEXT_FIELD_NO_SUBJECT}, {"empty", TEXT_FIELD_EMPTY}, {"open_braces", TEXT_FIELD_OPEN_BRACES},
    {"unknown_fact", TEXT_FIELD_UNKNOWN_FACT}, {"fact_missing", TEXT_FIELD_FACT_MISSING}, {"fact_not_alone", TEXT_FIELD_FACT_NOT_ALONE},
    {"subject_not_sure", TEXT_FIELD_SUBJECT_NOT_SURE}, {"link_not_web", TEXT_FIELD_LINK_NOT_WEB}, {"not_in_mails", TEXT_FIELD_NOT_IN_MAILS},
    {"shows_nothing", TEXT_FIELD_SHOWS_NOTHING}, {"too_deep", TEXT_FIELD_TOO_DEEP}, {"link_incomplete", TEXT_FIELD_LINK_INCOMPLETE},
};

const char *respond_field_text(struct request *r, const Kosi__FieldProblem *problem) {
    char key[80];   // a field may have words of its own: "field.not_accepted.otp"
    snprintf(key, sizeof key, "field.%s.%s", problem->code ? problem->code : "", problem->field ? problem->field : "");
    const char *own = catalogue_find(r->gateway->catalogues[r->language], key);
    enum text text = TEXT_FIELD_INVALID_FORMAT;
    for (size_t i = 0; i < sizeof field_texts / sizeof *field_texts; i++)
        if (problem->code && strcmp(problem->code, field_texts[i].code) == 0)
            text = field_texts[i].text;
    char limit[24];
    snprintf(limit, sizeof limit, "%lld", (long long)problem->limit);
    return catalogue_fill(r->arena, own ? own : request_text(r, text), "limit", limit, NULL);
}

static const char *title_of(struct request *r, const char *code) {
    char key[80];
    snprintf(key, sizeof key, "problem.%s", code);
    const char *text = catalogue_find(r->gateway->catalogues[r->language], key);   // there: texts_check()
    return text ? text : "";
}

static void write_errors(struct request *r, struct json_writer *w) {
    json_key(w, "errors");
    json_begin_array(w);
    for (size_t i = 0; i < r->violations.count; i++) {
        const Kosi__FieldProblem *item = r->violations.items[i];
        json_begin_object(w);
        json_key(w, "field");
        json_string(w, item->field ? item->field : "");
        json_key(w, "code");
        json_string(w, item->code ? item->code : "invalid_format");
        json_key(w, "message");
        json_string(w, respond_field_text(r, item));
        if (item->limit) {
            json_key(w, "limit");
            json_integer(w, item->limit);
        }
        json_end_object(w);
    }
    json_end_array(w);
}

// The public contract names fewer outcomes than the node tells apart; the title still says which it was.
static const char *public_code(int outcome) {
    switch (outcome) {
    case PROBLEM_SIGN_IN_FAILED:
        return problem_code(PROBLEM_NOT_SIGNED_IN);
    case PROBLEM_UNKNOWN_SERVICE:
        return problem_code(PROBLEM_STARTING);
    case PROBLEM_UNKNOWN_METHOD:
    case PROBLEM_WRONG_VERSION:
        return problem_code(PROBLEM_INTERNAL);
    default:
        return problem_code(outcome);
    }
}

static void respond_json_problem(struct request *r, int outcome, const char *detail) {
    const char *code = public_code(outcome);
    int status = problem_status(outcome);
    buf_clear(&r->answer);
    struct json_writer w = {.out = &r->answer};
    json_begin_object(&w);
    json_key(&w, "type");
    json_string(&w, arena_format(r->arena, "/probleme/%s", code));
    json_key(&w, "title");
    json_string(&w, title_of(r, problem_code(outcome)));
    json_key(&w, "status");
    json_integer(&w, status);
    json_key(&w, "code");
    json_string(&w, code);
    if (detail && *detail && status < 500) {
        json_key(&w, "detail");
        json_string(&w, detail);
    }
    json_key(&w, "instance");
    json_string(&w, r->trace_hex);
    if (r->violations.count)
        write_errors(r, &w);
    json_end_object(&w);
    respond_bytes(r, status, "application/problem+json", r->answer.data, r->answer.len);
}

static bool wants_page(const struct request *r) {
    if (r->ops)
        return false;
    if (r->route)
        return r->route->kind == ROUTE_PAGE;
    return strncmp(r->uri, "/api/", 5) != 0 && strncmp(r->uri, "/openapi", 8) != 0;
}

// A form that failed for no fault of its own comes back with all that was typed.
static bool keeps_typed(const struct request *r, int status) {
    return r->form.count && strcmp(r->route->verb, "POST") == 0 && (status == 409 || status == 410 || status == 429 || status >= 500);
}

void respond_problem(struct request *r, int outcome, const char *detail) {
    int status = problem_status(outcome);
    bool later = status == 503 || status == 429;
    for (int i = 0; later && i < r->header_count; i++)
        if (strcmp(r->headers[2 * i], "Retry-After") == 0)
            later = false;
    if (later)
        respond_header(r, "Retry-After", "1");
    if (status == 401)
        respond_header(r, "WWW-Authenticate", "Bearer");
    if (status == 405)
        respond_header(r, "Allow", route_allow(&r->match, r->arena));
    if (wants_page(r) && keeps_typed(r, status))
        page_resend(r, outcome);
    else if (wants_page(r))
        page_problem(r, status, title_of(r, problem_code(outcome)));
    else
        respond_json_problem(r, outcome, detail);
}

int respond_read_problem(struct request *r, const struct client_reply *reply, const char **detail) {
    *detail = NULL;
    uint32_t retry_ms = reply->retry_after_ms;
    Kosi__Problem *problem =
        kosi__problem__unpack(arena_allocator(r->arena), reply->body_size, reply->body ? reply->body : (const uint8_t *)"");
    if (problem) {
        for (size_t i = 0; i < problem->n_errors; i++)
            violations_add(&r->violations, problem->errors[i]->field ? problem->errors[i]->field : "",
                           problem->errors[i]->code ? problem->errors[i]->code : "invalid_format", problem->errors[i]->limit);
        *detail = problem->detail;
        retry_ms = retry_ms ? retry_ms : problem->retry_after_ms;
    }
    if (retry_ms)
        respond_header(r, "Retry-After", arena_format(r->arena, "%u", (retry_ms + 999) / 1000));
    return problem_of(reply->outcome);
}

void respond_reply_problem(struct request *r, const struct client_reply *reply) {
    const char *detail;
    int outcome = respond_read_problem(r, reply, &detail);
    if (outcome == PROBLEM_VALIDATION && r->route && strcmp(r->route->verb, "GET") == 0)
        outcome = PROBLEM_BAD_PARAMETER;
    respond_problem(r, outcome ? outcome : PROBLEM_INTERNAL, detail);
}

static bool has_header(const struct request *r, const char *name) {
    for (int i = 0; i < r->header_count; i++)
        if (strcmp(r->headers[2 * i], name) == 0)
            return true;
    return false;
}

// What every answer says besides its own headers.
static void complete_headers(struct request *r) {
    bool secret = r->route && r->route->secret;
    bool open = r->route && r->route->kind == ROUTE_API && !r->route->method->role && !secret && strcmp(r->route->verb, "GET") == 0;
    for (size_t i = 0; i < sizeof always / sizeof *always; i++)
        if (!has_header(r, always[i][0]))
            respond_header(r, always[i][0], always[i][1]);
    if (!has_header(r, "Cache-Control"))
        respond_header(r, "Cache-Control", "no-store");
    respond_header(r, "Referrer-Policy", secret ? "no-referrer" : "same-origin");
    respond_header(r, "Cross-Origin-Resource-Policy", open ? "cross-origin" : "same-origin");
    if (strncmp(r->gateway->config->public_url, "https://", 8) == 0)
        respond_header(r, "Strict-Transport-Security", "max-age=31536000");
    respond_header(r, "X-Request-Id", r->trace_hex);
    respond_header(r, "Content-Type", r->content_type);
    if (r->close_after || r->gateway->stopping)
        respond_header(r, "Connection", "close");
    if (open) {
        respond_header(r, "Access-Control-Allow-Origin", "*");
        respond_header(r, "Vary", "Accept-Language");
    }
}

enum MHD_Result respond_queue(struct request *r) {
    union { const void *in; void *out; } bytes = {.in = r->answer_bytes};   // the library takes void * but only reads it
    struct MHD_Response *response = MHD_create_response_from_buffer(r->answer_size, bytes.out, MHD_RESPMEM_PERSISTENT);
    if (!response)
        return MHD_NO;
    complete_headers(r);
    for (int i = 0; i < r->header_count; i++)
        MHD_add_response_header(response, r->headers[2 * i], r->headers[2 * i + 1]);
    if (r->life)
        connection_enter(&r->gateway->connections, r->life, PHASE_WRITE, clock_mono_ms());
    enum MHD_Result result = MHD_queue_response(r->connection, (unsigned)r->status, response);
    MHD_destroy_response(response);
    return result;
}

void respond_early(struct request *r, int fd) {
    struct buf out BUF_AUTO;
    char date[40];
    time_t now = (time_t)(clock_wall_us() / 1000000);
    struct tm utc;
    buf_init(&out, 0);
    strftime(date, sizeof date, "%a, %d %b %Y %H:%M:%S GMT", gmtime_r(&now, &utc));
    respond_header(r, "Date", date);
    r->close_after = true;
    complete_headers(r);
    buf_format(&out, "HTTP/1.1 %d %s\r\nContent-Length: %zu\r\n", r->status, MHD_get_reason_phrase_for((unsigned)r->status),
               r->answer_size);
    for (int i = 0; i < r->header_count; i++)
        buf_format(&out, "%s: %s\r\n", r->headers[2 * i], r->headers[2 * i + 1]);
    buf_text(&out, "\r\n");
    buf_add(&out, r->answer_bytes, r->answer_size);
    if (!out.failed)
        (void)!send(fd, out.data, out.len, MSG_DONTWAIT | MSG_NOSIGNAL);
    shutdown(fd, SHUT_WR);
}
