// limiter: how often one client (edge_client()) may ask. Each has a token bucket for reading and one for writing, in a table of fixed
// size: whoever comes when it is full takes the place of who owes least, so a flood of addresses can't grow it, and what it makes
// forget is little. One table per gateway. Pure: the caller brings the time.
#pragma once
#include <stdint.h>

enum limit { LIMIT_READS, LIMIT_WRITES, LIMITS };
struct limiter_rate {
    int64_t each_us;    // one more is allowed after so long; 0: as many as they like
    int64_t burst_us;   // and so much may be owed: burst_us / each_us at once
};

struct limiter;
struct limiter *limiter_new(const struct limiter_rate rates[LIMITS]);   // NULL: out of memory
void limiter_free(struct limiter **limiter);
// 0: go on, and it is counted. Else it is too much, and not counted: milliseconds until one is allowed again.
int64_t limiter_take(struct limiter *limiter, uint64_t client, enum limit limit, int64_t now_us);
