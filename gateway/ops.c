#include "gateway/ops.h"
#include "gateway/metrics_page.h"
#include "gateway/respond.h"
#include "services/common/base/clock.h"
#include "kosi/envelope.pb-c.h"
#include <string.h>

// The broker answers its status itself; it is no service of the contract.
static const struct contract_method broker_status = {.name = "Status", .max_bytes = 1024};

void serve_openapi(struct request *r) {
    const struct asset *asset = &r->gateway->openapi;
    respond_header(r, "Cache-Control", "public, max-age=300");
    respond_header(r, "Access-Control-Allow-Origin", "*");
    respond_tagged(r, "application/json", asset->bytes.data, asset->bytes.len, asset->tag);
}

// ---- readiness

enum { REASONS_MOST = 8 };
enum health { HEALTH_OK, HEALTH_DEGRADED, HEALTH_FAILED };
static const char *const health_names[] = {"ok", "degraded", "failed"};

struct finding {
    enum health health;
    int count;
    const char *reasons[REASONS_MOST];
};

static void find(struct finding *finding, enum health health, const char *reason) {
    finding->health = health > finding->health ? health : finding->health;
    for (int i = 0; i < finding->count; i++)
        if (strcmp(finding->reasons[i], reason) == 0)
            return;
    if (finding->count < REASONS_MOST)
        finding->reasons[finding->count++] = reason;
}

// Does a service work? Without a writer nothing can be changed.
static void look_at_workers(const Kosi__ServiceStatus *service, struct finding *finding) {
    bool alive = false, writer = false;
    for (size_t i = 0; i < service->n_workers; i++) {
        const Kosi__WorkerStatus *worker = service->workers[i];
        bool well = !worker->hung && !worker->leaving;
        alive |= well;
        writer |= well && worker->writer;
    }
    if (!alive)
        find(finding, HEALTH_FAILED, "no_worker");
    else if (!writer)
        find(finding, strcmp(service->name, "submissions") == 0 ? HEALTH_FAILED : HEALTH_DEGRADED, "no_writer");
}

static struct finding look_at(const Kosi__ServiceStatus *service) {
    struct finding finding = {.health = HEALTH_OK};
    look_at_workers(service, &finding);
    if (service->no_room)
        find(&finding, HEALTH_DEGRADED, "no_room");
    for (size_t i = 0; i < service->n_follows; i++) {
        if (service->follows[i]->stopped && *service->follows[i]->stopped)
            find(&finding, HEALTH_DEGRADED, "follow_stopped");
        if (service->follows[i]->parked > 0)
            find(&finding, HEALTH_DEGRADED, "parked");
    }
    for (size_t i = 0; i < service->n_gauges; i++)
        if (service->gauges[i]->trouble && service->gauges[i]->name)
            find(&finding, HEALTH_DEGRADED, service->gauges[i]->name);
    return finding;
}

static const char *const essential[] = {"submissions", "registry"};

static bool is_essential(const char *name) {
    return strcmp(name, essential[0]) == 0 || strcmp(name, essential[1]) == 0;
}

static void write_service(struct json_writer *w, const char *name, const struct finding *finding) {
    json_begin_object(w);
    json_key(w, "name");
    json_string(w, name);
    json_key(w, "status");
    json_string(w, health_names[finding->health]);
    if (finding->count > 0) {
        json_key(w, "reasons");
        json_begin_array(w);
        for (int i = 0; i < finding->count; i++)
            json_string(w, finding->reasons[i]);
        json_end_array(w);
    }
    json_end_object(w);
}

// The node's health is that of the worst service, but only broker, submissions and registry can fail it.
static enum health write_services(struct json_writer *w, const Kosi__StatusReply *status) {
    static const struct finding missing = {HEALTH_FAILED, 1, {"no_worker"}};
    enum health node = HEALTH_OK;
    bool seen[2] = {false, false};
    for (size_t i = 0; i < status->n_services; i++) {
        const Kosi__ServiceStatus *service = status->services[i];
        if (!service->name)
            continue;
        struct finding finding = look_at(service);
        for (int e = 0; e < 2; e++)
            seen[e] |= strcmp(service->name, essential[e]) == 0;
        write_service(w, service->name, &finding);
        enum health effect = finding.health == HEALTH_FAILED && !is_essential(service->name) ? HEALTH_DEGRADED : finding.health;
        node = effect > node ? effect : node;
    }
    for (int e = 0; e < 2; e++)
        if (!seen[e]) {
            write_service(w, essential[e], &missing);
            node = HEALTH_FAILED;
        }
    return node;
}

static Kosi__StatusReply *read_status(struct request *r, const struct client_reply *reply) {
    if (strcmp(reply->outcome, "ok") != 0)
        return NULL;
    return kosi__status_reply__unpack(arena_allocator(r->arena), reply->body_size, reply->body);
}

static void show_ready(struct request *r, const struct client_reply *reply) {
    static const struct finding well = {HEALTH_OK, 0, {NULL}}, silent = {HEALTH_FAILED, 0, {NULL}};
    const Kosi__StatusReply *status = read_status(r, reply);
    buf_clear(&r->answer);
    struct json_writer w = {.out = &r->answer};
    json_begin_object(&w);
    json_key(&w, "services");
    json_begin_array(&w);
    write_service(&w, "broker", status ? &well : &silent);
    enum health node = status ? write_services(&w, status) : HEALTH_FAILED;
    json_end_array(&w);
    json_key(&w, "status");
    json_string(&w, node == HEALTH_OK ? "ready" : health_names[node]);
    json_key(&w, "city");
    json_string(&w, r->gateway->config->city);
    json_end_object(&w);
    if (node == HEALTH_FAILED)
        respond_header(r, "Retry-After", "1");
    respond_bytes(r, node == HEALTH_FAILED ? 503 : 200, "application/json", r->answer.data, r->answer.len);
}

// ---- metrics

static void write_gauge(struct buf *out, const char *service, const char *name, uint64_t value) {
    buf_format(out, "kosi_%s{service=\"%s\"} %llu\n", name, service, (unsigned long long)value);
}

static void write_counters(struct buf *out, const char *name, const Kosi__ServiceCounters *c) {
    write_gauge(out, name, "requests_total", c->requests);
    write_gauge(out, name, "replies_total", c->replies);
    write_gauge(out, name, "busy_total", c->busy);
    write_gauge(out, name, "expired_total", c->expired);
    write_gauge(out, name, "worker_lost_total", c->worker_lost);
    write_gauge(out, name, "redelivered_total", c->redelivered);
    uint64_t sum = 0;
    for (size_t i = 0; i < c->n_latency_bucket; i++) {
        sum += c->latency_bucket[i];
        if (i < METRICS_BUCKETS - 1)
            buf_format(out, "kosi_latency_seconds_bucket{service=\"%s\",le=\"%g\"} %llu\n", name, metrics_bounds_ms[i] / 1000.0,
                       (unsigned long long)sum);
    }
    buf_format(out, "kosi_latency_seconds_bucket{service=\"%s\",le=\"+Inf\"} %llu\n", name, (unsigned long long)sum);
    buf_format(out, "kosi_latency_seconds_sum{service=\"%s\"} %.6f\n", name, (double)c->latency_us_sum / 1e6);
    buf_format(out, "kosi_latency_seconds_count{service=\"%s\"} %llu\n", name, (unsigned long long)sum);
}

static void write_service_metrics(struct buf *out, const Kosi__ServiceStatus *service) {
    const char *name = service->name ? service->name : "";
    uint64_t credit = 0, in_flight = 0, writers = 0;
    for (size_t i = 0; i < service->n_workers; i++) {
        credit += service->workers[i]->credit;
        in_flight += service->workers[i]->in_flight;
        writers += service->workers[i]->writer ? 1 : 0;
    }
    write_gauge(out, name, "workers", service->n_workers);
    write_gauge(out, name, "writers", writers);
    write_gauge(out, name, "credit", credit);
    write_gauge(out, name, "in_flight", in_flight);
    if (service->queue) {
        write_gauge(out, name, "queue_depth", service->queue->depth);
        write_gauge(out, name, "queue_bytes", service->queue->bytes);
        write_gauge(out, name, "queue_oldest_ms", service->queue->oldest_ms);
    }
    if (service->log)
        write_gauge(out, name, "log_seq", service->log->last_seq);
    write_gauge(out, name, "no_room", service->no_room ? 1 : 0);
    for (size_t i = 0; i < service->n_follows; i++) {
        const Kosi__FollowState *f = service->follows[i];
        const char *followed = f->service ? f->service : "";
        buf_format(out, "kosi_follow_behind{service=\"%s\",follows=\"%s\"} %llu\n", name, followed, (unsigned long long)f->behind);
        buf_format(out, "kosi_follow_parked{service=\"%s\",follows=\"%s\"} %llu\n", name, followed, (unsigned long long)f->parked);
    }
    for (size_t i = 0; i < service->n_gauges; i++) {
        const Kosi__GaugeState *g = service->gauges[i];
        if (g->name)
            buf_format(out, "# TYPE kosi_%s %s\nkosi_%s %lld\n", g->name, g->total ? "counter" : "gauge", g->name, (long long)g->value);
    }
    if (service->counters)
        write_counters(out, name, service->counters);
}

static void show_metrics(struct request *r, const struct client_reply *reply) {
    const Kosi__StatusReply *status = read_status(r, reply);
    struct buf *out = &r->answer;
    buf_clear(out);
    metrics_pages_write(r->gateway, out);
    buf_format(out, "# TYPE kosi_broker_up gauge\nkosi_broker_up %d\n", status ? 1 : 0);
    for (size_t i = 0; status && i < status->n_services; i++)
        write_service_metrics(out, status->services[i]);
    for (size_t i = 0; status && status->broker && i < status->broker->n_dropped; i++)
        buf_format(out, "kosi_broker_dropped_total{reason=\"%s\"} %llu\n", status->broker->dropped[i]->reason,
                   (unsigned long long)status->broker->dropped[i]->count);
    respond_bytes(r, 200, "text/plain; version=0.0.4; charset=utf-8", out->data, out->len);
}

static bool path_is(const struct request *r, const char *path) {
    size_t n = strcspn(r->uri, "?");
    return n == strlen(path) && strncmp(r->uri, path, n) == 0;
}

void ops_serve(struct request *r) {
    Kosi__StatusRequest input = KOSI__STATUS_REQUEST__INIT;
    if (strcmp(r->method, "GET") != 0 && strcmp(r->method, "HEAD") != 0)
        respond_problem(r, PROBLEM_METHOD_NOT_ALLOWED, NULL);
    else if (path_is(r, "/healthz"))
        respond_bytes(r, 200, "application/json", "{\"status\":\"ok\"}", 15);
    else if (path_is(r, "/readyz"))
        request_ask(r, "broker", &broker_status, &input.base, show_ready);
    else if (path_is(r, "/metrics"))
        request_ask(r, "broker", &broker_status, &input.base, show_metrics);
    else
        respond_problem(r, PROBLEM_NOT_FOUND, NULL);
}
