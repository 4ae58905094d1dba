#include "gateway/metrics_page.h"
#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <unistd.h>

enum { GATEWAYS_MOST = 64 };

struct metrics_page {
    uint32_t size;   // of this struct: a page of another program version is passed over
    int slot;
    uint64_t connections, open_requests, cut, crowded_out, left;
    struct metrics counted;
};

static struct metrics_page page_of(const struct gateway *g) {
    return (struct metrics_page){.size = sizeof(struct metrics_page), .slot = g->slot, .connections = g->connections.count,
                                 .open_requests = g->open_requests, .cut = g->connections.cut,
                                 .crowded_out = g->connections.crowded_out, .left = g->connections.left,
                                 .counted = g->metrics};
}

static const char *page_path(const struct gateway *g, int slot) {
    char name[40];
    snprintf(name, sizeof name, "gateway/%d.metrics", slot);
    return config_run_path(g->config, name);
}

static int open_page(const struct gateway *g, int slot, int flags) {
    const char *path = page_path(g, slot);
    return path ? open(path, flags | O_CLOEXEC, 0600) : -1;
}

// A file in memory (RUN is a tmpfs); whole pages are small enough to be written at one go.
int metrics_page_publish(struct gateway *g, int64_t now_ms) {
    if (g->metrics.latency_us_sum == g->metrics_published)
        return -1;
    if (now_ms < g->metrics_due_ms)
        return (int)(g->metrics_due_ms - now_ms);
    g->metrics_due_ms = now_ms + METRICS_PUBLISH_MS;
    g->metrics_published = g->metrics.latency_us_sum;
    struct metrics_page page = page_of(g);
    int fd = open_page(g, g->slot, O_WRONLY | O_CREAT);
    if (fd < 0)
        return -1;
    (void)!pwrite(fd, &page, sizeof page, 0);
    close(fd);
    return -1;
}

void metrics_page_end(const struct gateway *g) {
    const char *path = page_path(g, g->slot);
    if (path)
        unlink(path);
}

static int read_pages(const struct gateway *g, struct metrics_page pages[GATEWAYS_MOST]) {
    int count = 0;
    for (int slot = 1; slot <= GATEWAYS_MOST; slot++) {
        int fd = slot == g->slot ? -1 : open_page(g, slot, O_RDONLY);
        struct metrics_page *page = &pages[count];
        if (slot == g->slot) {
            *page = page_of(g);
            count++;
        } else if (fd >= 0 && read(fd, page, sizeof *page) == (ssize_t)sizeof *page && page->size == sizeof *page && page->slot == slot) {
            count++;
        }
        if (fd >= 0)
            close(fd);
    }
    return count;
}

static void write_latency(struct buf *out, const struct metrics_page *page) {
    const struct metrics *m = &page->counted;
    uint64_t sum = 0;
    for (int i = 0; i < METRICS_BUCKETS - 1; i++)
        buf_format(out, "kosi_http_request_seconds_bucket{gateway=\"%d\",le=\"%g\"} %llu\n", page->slot, metrics_bounds_ms[i] / 1000.0,
                   (unsigned long long)(sum += m->latency_bucket[i]));
    sum += m->latency_bucket[METRICS_BUCKETS - 1];
    buf_format(out, "kosi_http_request_seconds_bucket{gateway=\"%d\",le=\"+Inf\"} %llu\n", page->slot, (unsigned long long)sum);
    buf_format(out, "kosi_http_request_seconds_sum{gateway=\"%d\"} %.6f\n", page->slot, (double)m->latency_us_sum / 1e6);
    buf_format(out, "kosi_http_request_seconds_count{gateway=\"%d\"} %llu\n", page->slot, (unsigned long long)sum);
}

static const struct { const char *name, *type; size_t offset; } rows[] = {
    {"kosi_http_connections", "gauge", offsetof(struct metrics_page, connections)},
    {"kosi_http_requests_open", "gauge", offsetof(struct metrics_page, open_requests)},
    {"kosi_http_connections_cut_total", "counter", offsetof(struct metrics_page, cut)},
    {"kosi_http_connections_crowded_out_total", "counter", offsetof(struct metrics_page, crowded_out)},
    {"kosi_http_clients_left_total", "counter", offsetof(struct metrics_page, left)},
    {"kosi_http_suspicious_total", "counter", offsetof(struct metrics_page, counted.suspicious)},
    {"kosi_http_too_large_total", "counter", offsetof(struct metrics_page, counted.too_large)},
    {"kosi_http_honeypot_total", "counter", offsetof(struct metrics_page, counted.honeypot)},
    {"kosi_http_refused_full_total", "counter", offsetof(struct metrics_page, counted.refused_full)},
    {"kosi_http_slowed_down_total", "counter", offsetof(struct metrics_page, counted.slowed_down)},
};

void metrics_pages_write(struct gateway *g, struct buf *out) {
    static struct metrics_page pages[GATEWAYS_MOST];   // one thread, and too large for a stack
    int count = read_pages(g, pages);
    buf_text(out, "# TYPE kosi_http_responses_total counter\n");
    for (int p = 0; p < count; p++)
        for (int i = 0; i < METRICS_CLASSES; i++)
            buf_format(out, "kosi_http_responses_total{gateway=\"%d\",class=\"%dxx\"} %llu\n", pages[p].slot, i + 1,
                       (unsigned long long)pages[p].counted.by_class[i]);
    buf_text(out, "# TYPE kosi_http_request_seconds histogram\n");
    for (int p = 0; p < count; p++)
        write_latency(out, &pages[p]);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        buf_format(out, "# TYPE %s %s\n", rows[i].name, rows[i].type);
        for (int p = 0; p < count; p++)
            buf_format(out, "%s{gateway=\"%d\"} %llu\n", rows[i].name, pages[p].slot,
                       (unsigned long long)*(const uint64_t *)((const char *)&pages[p] + rows[i].offset));
    }
}
