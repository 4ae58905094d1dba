#include "services/accounts/attempt.h"
#include "services/accounts/session_store.h"
#include "services/common/base/clock.h"

static uint64_t key_of(struct mesh_call *call, const char *what, const char *login, uint64_t place) {
    const struct accounts *accounts = call->state;
    const char *text = arena_format(call->arena, "%s\n%s\n%llx", what, login, (unsigned long long)place);
    return throttle_key(&accounts->throttle, text ? text : what);
}

static int64_t wait_ms(struct accounts *accounts, const struct attempt *attempt) {
    int64_t longest = 0, now_ms = clock_mono_ms();
    pthread_mutex_lock(&accounts->lock);
    for (int i = 0; i < attempt->count; i++) {
        uint32_t free = i == ATTEMPT_KEYS - 1 ? THROTTLE_FREE_PLACE : THROTTLE_FREE;
        int64_t wait = throttle_wait_ms(&accounts->throttle, attempt->keys[i], free, now_ms);
        longest = wait > longest ? wait : longest;
    }
    pthread_mutex_unlock(&accounts->lock);
    return longest;
}

int attempt_begin(struct mesh_call *call, const char *login, const char *account_id, uint64_t place, struct attempt *out) {
    int known = place && account_id ? place_known(call->store, account_id, place) : 0;
    if (known < 0)
        return known;
    *out = (struct attempt){.count = 0};
    out->keys[out->count++] = key_of(call, "both", login, place);
    if (!known)
        out->keys[out->count++] = key_of(call, "login", login, 0);
    if (!known && place)
        out->keys[out->count++] = key_of(call, "place", "", place);
    int64_t wait = wait_ms(call->state, out);
    call->retry_after_ms = (uint32_t)wait;
    return wait ? PROBLEM_SLOW_DOWN : 0;
}

// What others have failed at from elsewhere is not forgotten by one who gets in.
void attempt_end(struct mesh_call *call, const struct attempt *attempt, bool right) {
    struct accounts *accounts = call->state;
    pthread_mutex_lock(&accounts->lock);
    for (int i = 0; i < attempt->count && !right; i++)
        throttle_failed(&accounts->throttle, attempt->keys[i], clock_mono_ms());
    if (right)
        throttle_passed(&accounts->throttle, attempt->keys[0]);
    pthread_mutex_unlock(&accounts->lock);
}
