#include "gateway/serve.h"
#include "gateway/api.h"
#include "gateway/ops.h"
#include "gateway/pages/page.h"
#include "gateway/respond.h"
#include "services/common/base/clock.h"
#include "services/common/base/log.h"
#include <string.h>

enum {
    HEAD_BYTES_MAX = 12 * 1024,               // request line and headers; more is 431
    DRAIN_BYTES_MAX = 32 * 1024 * 1024        // of a body that is refused: read away, so that the client sees the answer
};

static struct request *begin(struct gateway *gateway, const char *uri, struct MHD_Connection *connection) {
    struct request *r = request_new(gateway, uri);
    if (r)
        r->connection = connection;
    return r;
}

void *serve_begin(void *gateway, const char *uri, struct MHD_Connection *connection) {
    struct request *r = begin(gateway, uri, connection);
    if (!r)
        return NULL;
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    r->life = info ? info->socket_context : NULL;
    if (r->life) {
        r->life->request = r;
        connection_enter(&r->gateway->connections, r->life, PHASE_BODY, clock_mono_ms());
    }
    return r;
}

void *serve_begin_ops(void *gateway, const char *uri, struct MHD_Connection *connection) {
    struct request *r = begin(gateway, uri, connection);
    if (r)
        r->ops = true;
    return r;
}

// ---- the head

static int refuse_head(struct request *r, const char *version, const char **detail) {
    *detail = edge_suspect(&r->head, version, r->uri);
    if (*detail) {
        r->gateway->metrics.suspicious++;
        r->close_after = true;
        return PROBLEM_MALFORMED;
    }
    if (r->head.bytes + strlen(r->uri) > HEAD_BYTES_MAX) {
        r->close_after = true;
        return PROBLEM_HEADERS_TOO_LARGE;
    }
    return 0;
}

// The page's language is in its address; elsewhere ?lang= and Accept-Language decide.
static void choose_language(struct request *r) {
    bool english = strncmp(r->uri, "/en/", 4) == 0 || strcmp(r->uri, "/en") == 0;
    r->language = english ? LANGUAGE_EN : edge_language(r->head.accept_language);
    if (r->route && r->route->kind == ROUTE_PAGE)
        r->language = r->route->language;
    const char *wanted = urlencoded_value(&r->query, "lang");
    for (int i = 0; wanted && r->route && r->route->kind == ROUTE_API && i < LANGUAGES; i++)
        if (strcmp(wanted, language_name((enum language)i)) == 0)
            r->language = (enum language)i;
}

static int find_route(struct request *r, const char **detail) {
    size_t n = strcspn(r->uri, "?");
    const char *query = r->uri[n] ? r->uri + n + 1 : "";
    int found = routes_match(r->gateway->routes, r->uri, n, r->arena, &r->match);
    r->route = found == 0 ? route_for(&r->match, r->method) : NULL;
    int split = urlencoded_split(query, strlen(query), r->arena, &r->query);
    choose_language(r);
    if (found < 0 || split) {
        *detail = "the address is no valid percent-encoded UTF-8";
        return PROBLEM_MALFORMED;
    }
    if (found > 0)
        return PROBLEM_NOT_FOUND;
    if (!r->route && strcmp(r->method, "OPTIONS") != 0)
        return PROBLEM_METHOD_NOT_ALLOWED;
    return r->route && r->route->kind == ROUTE_API ? api_check_head(r, detail) : 0;
}

static int read_head(struct request *r, const char *version, const char **detail) {
    edge_read(r->connection, &r->head);
    r->language = edge_language(r->head.accept_language);
    int problem = refuse_head(r, version, detail);
    if (problem || r->ops)
        return problem;
    problem = find_route(r, detail);
    bool huge = r->head.length > r->gateway->config->body_bytes;
    if (!problem && huge)
        problem = PROBLEM_TOO_LARGE;
    return problem;
}

static void answer_options(struct request *r) {
    const char *allow = route_allow(&r->match, r->arena);
    respond_header(r, "Allow", allow);
    const struct route *get = route_for(&r->match, "GET");
    if (get && get->kind != ROUTE_PAGE && !get->secret && !(get->method && get->method->role)) {
        respond_header(r, "Access-Control-Allow-Origin", "*");
        respond_header(r, "Access-Control-Allow-Methods", "GET, HEAD");
        respond_header(r, "Access-Control-Allow-Headers", "Accept, Accept-Language, If-None-Match");
        respond_header(r, "Access-Control-Max-Age", "86400");
    }
    respond_bytes(r, 204, NULL, NULL, 0);
}

// First call, before any body. What can't be told from an attack, or won't end, is answered and closed at once; other refusals wait
// until the body has been read away, since closing a socket with unread bytes can take the answer from the client.
static enum MHD_Result take_head(struct request *r, const char *method, const char *version) {
    r->head_seen = true;
    r->method = arena_text(r->arena, method);
    const char *detail = NULL;
    int problem = r->method ? read_head(r, version, &detail) : PROBLEM_BUSY;
    bool endless = r->head.length > DRAIN_BYTES_MAX || (problem && r->head.expect);
    if (problem && (r->close_after || endless)) {
        r->close_after = true;
        respond_problem(r, problem, detail);
        return respond_queue(r);
    }
    r->refusal = (enum problem)problem;
    r->refusal_detail = detail;
    return MHD_YES;
}

// ---- the body

static enum MHD_Result take_body(struct request *r, const char *data, size_t *size) {
    r->received_bytes += (int64_t)*size;
    if (r->received_bytes > DRAIN_BYTES_MAX)
        return MHD_NO;
    if (!r->refusal && r->received_bytes > r->gateway->config->body_bytes)
        r->refusal = PROBLEM_TOO_LARGE;
    if (!r->refusal)
        buf_add(&r->body, data, *size);
    *size = 0;
    return MHD_YES;
}

static bool may_be_kept(const struct request *r) {
    return r->route->kind == ROUTE_PAGE && !r->route->secret && !r->route->page_row->role && strcmp(r->route->verb, "GET") == 0;
}

static void serve(struct request *r) {
    log_trace(r->trace);
    if (r->refusal == PROBLEM_TOO_LARGE)
        r->gateway->metrics.too_large++;
    if (r->refusal)
        respond_problem(r, r->refusal, r->refusal_detail);
    else if (r->body.failed)
        respond_problem(r, PROBLEM_BUSY, NULL);
    else if (r->ops)
        ops_serve(r);
    else if (!r->route)
        answer_options(r);
    else if (!may_be_kept(r) || !page_from_cache(r))
        r->route->serve(r);
    log_trace(NULL);
}

static enum MHD_Result handle(struct request *r, struct MHD_Connection *connection, const char *method, const char *version,
                              const char *data, size_t *size) {
    if (!r)
        return MHD_NO;
    if (!r->head_seen)
        return take_head(r, method, version);
    if (*size > 0)
        return take_body(r, data, size);
    if (r->answered)
        return respond_queue(r);
    if (r->suspended)
        return MHD_YES;
    serve(r);
    if (r->answered)
        return respond_queue(r);
    if (!r->handle)
        return MHD_NO;
    r->suspended = true;
    if (r->life)
        connection_enter(&r->gateway->connections, r->life, PHASE_WORK, clock_mono_ms());
    MHD_suspend_connection(connection);
    return MHD_YES;
}

enum MHD_Result serve_public(void *gateway, struct MHD_Connection *connection, const char *url, const char *method,
                             const char *version, const char *data, size_t *size, void **context) {
    (void)gateway, (void)url;
    return handle(*context, connection, method, version, data, size);
}

enum MHD_Result serve_ops(void *gateway, struct MHD_Connection *connection, const char *url, const char *method,
                          const char *version, const char *data, size_t *size, void **context) {
    (void)gateway, (void)url;
    return handle(*context, connection, method, version, data, size);
}

// ---- the end

static void write_line(struct request *r) {
    int64_t us = clock_mono_us() - r->started_us;
    metrics_count(&r->gateway->metrics, r->status, us);
    log_trace(r->trace);
    log_event(LOG_INFO_, "request", "method", r->method ? r->method : "-", "route", r->route ? r->route->path : "-", "status",
              log_number(r->status), "us", log_number(us), NULL);
    log_trace(NULL);
}

void serve_end(void *gateway, struct MHD_Connection *connection, void **context, enum MHD_RequestTerminationCode code) {
    (void)gateway, (void)connection, (void)code;
    struct request *r = *context;
    if (!r)
        return;
    if (!r->ops && r->head_seen)
        write_line(r);
    if (r->life) {
        r->life->request = NULL;
        connection_enter(&r->gateway->connections, r->life, PHASE_IDLE, clock_mono_ms());
    }
    request_free(r);
    *context = NULL;
}
