#include "gateway/metrics.h"

const int metrics_bounds_ms[METRICS_BUCKETS - 1] = {1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 5000};

void metrics_count(struct metrics *metrics, int status, int64_t us) {
    int class = status / 100 - 1;
    if (class >= 0 && class < METRICS_CLASSES)
        metrics->by_class[class]++;
    int bucket = 0;
    while (bucket < METRICS_BUCKETS - 1 && us > (int64_t)metrics_bounds_ms[bucket] * 1000)
        bucket++;
    metrics->latency_bucket[bucket]++;
    metrics->latency_us_sum += (uint64_t)us;
}
