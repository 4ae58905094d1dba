// throttle: how long somebody must wait after failed sign-ins. A wait that grows and ends by itself: nobody can lock a colleague out
// for good. It keys by what was typed and from where, be there such an account or not, so it tells nothing. In memory, of fixed size:
// when a row is full the least recent of it is forgotten. Times are monotonic milliseconds.
#pragma once
#include <stdint.h>

enum {
    THROTTLE_FREE = 5,                     // failures without a wait
    THROTTLE_FREE_PLACE = 50,              // of one place with all its accounts: a town hall may be one place
    THROTTLE_WAIT_MOST_MS = 10000,
    THROTTLE_FORGET_MS = 15 * 60 * 1000,   // after the last failure
    THROTTLE_ROWS = 256,
    THROTTLE_WAYS = 4,
};
struct throttle_entry { uint64_t key; uint32_t failures; int64_t failed_ms; };   // failures 0: free
struct throttle {
    uint8_t secret[16];                    // so that nobody can choose logins that push out another
    struct throttle_entry entries[THROTTLE_ROWS][THROTTLE_WAYS];
};

void throttle_init(struct throttle *throttle);
uint64_t throttle_key(const struct throttle *throttle, const char *name);
// 0: may try. free_failures: how many have no wait.
int64_t throttle_wait_ms(const struct throttle *throttle, uint64_t key, uint32_t free_failures, int64_t now_ms);
void throttle_failed(struct throttle *throttle, uint64_t key, int64_t now_ms);
void throttle_passed(struct throttle *throttle, uint64_t key);
