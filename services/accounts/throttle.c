#include "services/accounts/throttle.h"
#include <sodium.h>
#include <string.h>

void throttle_init(struct throttle *throttle) {
    memset(throttle, 0, sizeof *throttle);
    randombytes_buf(throttle->secret, sizeof throttle->secret);
}

uint64_t throttle_key(const struct throttle *throttle, const char *name) {
    uint64_t key;
    _Static_assert(sizeof key == crypto_shorthash_BYTES, "siphash gives 8 bytes");
    crypto_shorthash((uint8_t *)&key, (const uint8_t *)name, strlen(name), throttle->secret);
    return key;
}

static const struct throttle_entry *find(const struct throttle *throttle, uint64_t key) {
    const struct throttle_entry *row = throttle->entries[key % THROTTLE_ROWS];
    for (int i = 0; i < THROTTLE_WAYS; i++)
        if (row[i].failures && row[i].key == key)
            return &row[i];
    return NULL;
}

int64_t throttle_wait_ms(const struct throttle *throttle, uint64_t key, uint32_t free_failures, int64_t now_ms) {
    const struct throttle_entry *entry = find(throttle, key);
    if (!entry || entry->failures < free_failures)
        return 0;
    uint32_t doubled = entry->failures - free_failures;
    int64_t wait = doubled > 10 ? THROTTLE_WAIT_MOST_MS : (int64_t)1000 << doubled;
    if (wait > THROTTLE_WAIT_MOST_MS)
        wait = THROTTLE_WAIT_MOST_MS;
    int64_t left = entry->failed_ms + wait - now_ms;
    return left > 0 ? left : 0;
}

void throttle_failed(struct throttle *throttle, uint64_t key, int64_t now_ms) {
    struct throttle_entry *row = throttle->entries[key % THROTTLE_ROWS], *entry = &row[0];
    for (int i = 0; i < THROTTLE_WAYS; i++) {
        if (row[i].failures && row[i].key == key) {
            entry = &row[i];
            break;
        }
        if (entry->failures && (!row[i].failures || row[i].failed_ms < entry->failed_ms))
            entry = &row[i];
    }
    if (entry->key != key || now_ms - entry->failed_ms > THROTTLE_FORGET_MS)
        entry->failures = 0;
    entry->key = key;
    entry->failed_ms = now_ms;
    entry->failures++;
}

void throttle_passed(struct throttle *throttle, uint64_t key) {
    struct throttle_entry *entry = (struct throttle_entry *)find(throttle, key);
    if (entry)
        entry->failures = 0;
}
