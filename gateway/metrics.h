// metrics: the gateway's own counters. No personal data: routes are counted by their template.
#pragma once
#include <stddef.h>
#include <stdint.h>

enum { METRICS_BUCKETS = 12, METRICS_CLASSES = 5 };

struct metrics {
    uint64_t by_class[METRICS_CLASSES];           // answers 1xx … 5xx
    uint64_t latency_bucket[METRICS_BUCKETS];     // bounds as the broker's, milliseconds; the last is infinity
    uint64_t latency_us_sum;
    uint64_t suspicious;                          // refused by edge_suspect()
    uint64_t too_large, honeypot, refused_full, slowed_down;
};

extern const int metrics_bounds_ms[METRICS_BUCKETS - 1];
void metrics_count(struct metrics *metrics, int status, int64_t us);
