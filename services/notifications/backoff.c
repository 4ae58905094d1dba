#include "services/notifications/backoff.h"

static const int64_t minute_us = 60 * INT64_C(1000000);
const struct backoff backoff_mail = {.first_us = 60 * INT64_C(1000000), .most_us = 4 * 3600 * INT64_C(1000000)};

int64_t backoff_delay_us(const struct backoff *backoff, uint32_t tries, uint32_t random) {
    int64_t delay = backoff->first_us;
    for (uint32_t i = 1; i < tries && delay < backoff->most_us; i++)
        delay *= 2;
    if (delay > backoff->most_us)
        delay = backoff->most_us;
    int64_t jitter = delay / 2;
    return delay - jitter / 2 + (int64_t)((double)jitter * ((double)random / (double)UINT32_MAX));
}

int64_t backoff_next_us(const struct backoff *backoff, int64_t now_us, int64_t first_try_us, int64_t time_for_tries_us, uint32_t tries,
                        uint32_t random) {
    int64_t end = first_try_us + time_for_tries_us, next = now_us + backoff_delay_us(backoff, tries, random);
    if (now_us >= end - minute_us)
        return 0;
    return next < end ? next : end;
}
