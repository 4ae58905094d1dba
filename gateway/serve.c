#include "gateway/serve.h"
#include "gateway/api.h"
#include "gateway/ops.h"
#include "gateway/pages/page.h"
#include "gateway/respond.h"
#include "services/common/base/clock.h"
#include "services/common/base/log.h"
#include <string.h>

enum {
    HEAD_BYTES_MAX = 8 * 1024,                // request line and headers; more is 431
    SHORT_BODY_MAX = 16 * 1024,               // has less time to come (connection.h)
    ENDLESS_BYTES = 1024 * 1024,              // so much more than there may be: answered without waiting for the end
    DRAIN_BYTES_MAX = 32 * 1024 * 1024        // of a body that is refused: read away, so that the client sees the answer
};

static struct request *begin(struct gateway *gateway, const char *uri, struct MHD_Connection *connection) {
    struct request *r = request_new(gateway, uri);
    if (r)
        r->connection = connection;
    return r;
}

// The library would keep each name of the query in the connection's little memory, which more than some hundred exhaust. The
// request has its own copy of the address, so the library is left none: uri is in its read buffer, not constant.
static void forget_query(const char *uri) {
    union { const char *in; char *out; } at = {.in = strchr(uri, '?')};
    if (at.in)
        at.out[1] = '\0';
}

void *serve_begin(void *gateway, const char *uri, struct MHD_Connection *connection) {
    struct request *r = begin(gateway, uri, connection);
    if (!r)
        return NULL;
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    r->life = info ? info->socket_context : NULL;
    if (r->life)
        r->life->request = r;
    if (r->life && r->life->phase == PHASE_IDLE)
        connection_enter(&r->gateway->connections, r->life, PHASE_HEAD, clock_mono_ms());
    forget_query(uri);
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

// How much body there may be, and who asks too often. Reading costs a client other tokens than writing.
static int check_limits(struct request *r, int problem) {
    int64_t most = r->gateway->config->body_bytes, of_route = r->route ? r->route->body_bytes : 0;
    r->body_max = of_route && of_route < most ? of_route : most;
    if (!problem && r->head.length > r->body_max)
        problem = PROBLEM_TOO_LARGE;
    bool writes = r->route && strcmp(r->route->verb, "GET") != 0;
    int64_t wait_ms = limiter_take(r->gateway->limiter, edge_client(r), writes ? LIMIT_WRITES : LIMIT_READS, clock_mono_us());
    if (wait_ms == 0)
        return problem;
    r->gateway->metrics.slowed_down++;
    respond_header(r, "Retry-After", arena_format(r->arena, "%lld", (long long)((wait_ms + 999) / 1000)));
    r->throttled = !problem;
    return problem ? PROBLEM_SLOW_DOWN : 0;
}

static int read_head(struct request *r, const char *method, const char *version, const char **detail) {
    edge_read(r->connection, method, version, &r->head);
    r->language = edge_language(r->head.accept_language);
    int problem = refuse_head(r, version, detail);
    if (problem || r->ops)
        return problem;
    problem = find_route(r, detail);
    return check_limits(r, problem);
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
    int problem = r->method ? read_head(r, method, version, &detail) : PROBLEM_BUSY;
    bool endless = r->head.length > DRAIN_BYTES_MAX || (problem && r->head.expect);
    if (problem && (r->close_after || endless)) {
        r->close_after = true;
        respond_problem(r, problem, detail);
        return respond_queue(r);
    }
    r->refusal = (enum problem)problem;
    r->refusal_detail = detail;
    bool body = r->head.chunked || r->head.length > 0;
    if (body && r->life)
        connection_enter(&r->gateway->connections, r->life, r->body_max > SHORT_BODY_MAX ? PHASE_UPLOAD : PHASE_BODY, clock_mono_ms());
    return MHD_YES;
}

// ---- the body

// A body in chunks need never end. The answer goes out while it comes; what still comes is read away for a while, so that the client
// sees the answer, and then the connection is cut.
static void tell_early(struct request *r) {
    r->told_early = true;
    respond_problem(r, r->refusal, r->refusal_detail);
    if (r->life)
        respond_early(r, r->life->fd);
}

static enum MHD_Result take_body(struct request *r, const char *data, size_t *size) {
    r->received_bytes += (int64_t)*size;
    if (r->received_bytes > DRAIN_BYTES_MAX)
        return MHD_NO;
    if (!r->refusal && r->received_bytes > r->body_max)
        r->refusal = PROBLEM_TOO_LARGE;
    if (r->head.chunked && !r->told_early && r->received_bytes > r->body_max + ENDLESS_BYTES)
        tell_early(r);
    if (!r->refusal)
        buf_add(&r->body, data, *size);
    *size = 0;
    return MHD_YES;
}

static bool may_be_kept(const struct request *r) {
    return r->route->kind == ROUTE_PAGE && !r->route->secret && !r->route->page_row->role && strcmp(r->route->verb, "GET") == 0;
}

// What was typed into a page is not lost: it comes back to be sent again.
static void slow_down(struct request *r) {
    bool typed = r->route && r->route->kind == ROUTE_PAGE && strcmp(r->route->verb, "POST") == 0;
    if (typed && page_read_form(r) == 0)
        page_resend(r, PROBLEM_SLOW_DOWN);
    else
        respond_problem(r, PROBLEM_SLOW_DOWN, NULL);
}

static void serve(struct request *r) {
    log_trace(r->trace);
    r->deadline_ms = clock_mono_ms() + (r->route && r->route->time_ms ? r->route->time_ms : r->gateway->config->request_timeout_ms);
    r->close_after |= r->head.chunked;   // the library reads chunks so leniently that a proxy may find their end elsewhere
    if (r->refusal == PROBLEM_TOO_LARGE)
        r->gateway->metrics.too_large++;
    if (r->refusal)
        respond_problem(r, r->refusal, r->refusal_detail);
    else if (r->body.failed)
        respond_problem(r, PROBLEM_BUSY, NULL);
    else if (r->throttled)
        slow_down(r);
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
    if (r->left || r->told_early)
        return MHD_NO;
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
