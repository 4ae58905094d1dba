// backoff: when a mail that could not be sent is due again. Pure; randomness comes from the caller.
#pragma once
#include <stdint.h>

struct backoff {
    int64_t first_us;   // after the first try
    int64_t most_us;    // between any two
};
extern const struct backoff backoff_mail;
// How long after the n-th try (from 1): doubled each time up to the most, then a quarter more or less as random says, so that what failed
// together does not come back together.
int64_t backoff_delay_us(const struct backoff *backoff, uint32_t tries, uint32_t random);
// The time of the next try, or 0: there is none, the time for tries is over. The last one is at its very end.
int64_t backoff_next_us(const struct backoff *backoff, int64_t now_us, int64_t first_try_us, int64_t time_for_tries_us, uint32_t tries,
                        uint32_t random);
