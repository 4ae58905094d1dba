// accounts: what this service keeps in memory between requests.
#pragma once
#include "services/accounts/throttle.h"
#include <pthread.h>
#include <sodium.h>

struct accounts {
    uint8_t actor_key[crypto_sign_SECRETKEYBYTES];   // signs who acts; only this service has it
    pthread_mutex_t lock;                            // over throttle: the slow parts run on a thread of their own
    struct throttle throttle;
};
