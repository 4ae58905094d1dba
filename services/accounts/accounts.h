// accounts: what this service keeps in memory between requests.
#pragma once
#include "services/accounts/factor.h"
#include "services/accounts/throttle.h"
#include <pthread.h>
#include <sodium.h>

struct accounts {
    uint8_t actor_key[crypto_sign_SECRETKEYBYTES];   // signs who acts; only this service has it
    uint8_t factor_key[FACTOR_KEY_BYTES];            // from it: what is handed out once (factor.h)
    uint8_t node_key[32];                            // links for a new password are made with it (link.h)
    pthread_mutex_t lock;                            // over throttle: the slow parts run on a thread of their own
    struct throttle throttle;
};
