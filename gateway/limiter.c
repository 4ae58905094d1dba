#include "gateway/limiter.h"
#include <stdlib.h>
#include <string.h>

// A bucket is kept as the time at which it will be full again (the "generic cell rate algorithm"): one number, and no upkeep.
enum { SETS = 4096, WAYS = 4 };   // 384 KiB, of which only what is used is ever touched
struct bucket {
    uint64_t client;
    int64_t full_at_us[LIMITS];
};
struct limiter {
    struct limiter_rate rates[LIMITS];
    struct bucket buckets[SETS][WAYS];
};

struct limiter *limiter_new(const struct limiter_rate rates[LIMITS]) {
    struct limiter *limiter = calloc(1, sizeof *limiter);
    if (limiter)
        memcpy(limiter->rates, rates, sizeof limiter->rates);
    return limiter;
}

void limiter_free(struct limiter **limiter) {
    free(*limiter);
    *limiter = NULL;
}

static int64_t debt_until(const struct bucket *bucket) {
    return bucket->full_at_us[LIMIT_READS] > bucket->full_at_us[LIMIT_WRITES] ? bucket->full_at_us[LIMIT_READS]
                                                                               : bucket->full_at_us[LIMIT_WRITES];
}

static struct bucket *bucket_for(struct limiter *limiter, uint64_t client) {
    struct bucket *set = limiter->buckets[(client >> 8) % SETS], *least = set;
    for (int i = 0; i < WAYS; i++) {
        if (set[i].client == client)
            return &set[i];
        if (debt_until(&set[i]) < debt_until(least))
            least = &set[i];
    }
    *least = (struct bucket){.client = client};
    return least;
}

int64_t limiter_take(struct limiter *limiter, uint64_t client, enum limit limit, int64_t now_us) {
    const struct limiter_rate *rate = &limiter->rates[limit];
    if (rate->each_us == 0)
        return 0;
    int64_t *full_at_us = &bucket_for(limiter, client)->full_at_us[limit];
    int64_t then_us = (*full_at_us > now_us ? *full_at_us : now_us) + rate->each_us;
    int64_t early_us = then_us - now_us - rate->burst_us;
    if (early_us > 0)
        return (early_us + 999) / 1000;
    *full_at_us = then_us;
    return 0;
}
