// Signing in. Whether a login exists is told neither by the answer nor by its time. A one-time password is not asked for yet; one that is
// sent is ignored, so that clients may offer the field already.
#include "accounts.handlers.h"
#include "services/accounts/account_store.h"
#include "services/accounts/accounts.h"
#include "services/accounts/password.h"
#include "services/accounts/roles.h"
#include "services/accounts/token.h"
#include "services/common/base/clock.h"
#include "services/common/base/log.h"
#include <ctype.h>
#include <string.h>

// Logins are stored in lower case; a phone's keyboard likes a capital at the start.
static const char *typed_login(struct mesh_call *call, const char *login) {
    char *copy = arena_text(call->arena, login);
    for (char *c = copy; c && *c; c++)
        *c = (char)tolower((unsigned char)*c);
    return copy;
}

static int64_t wait_ms(struct accounts *accounts, uint64_t key) {
    pthread_mutex_lock(&accounts->lock);
    int64_t wait = throttle_wait_ms(&accounts->throttle, key, clock_mono_ms());
    pthread_mutex_unlock(&accounts->lock);
    return wait;
}

static void count_attempt(struct accounts *accounts, uint64_t key, bool right) {
    pthread_mutex_lock(&accounts->lock);
    if (right)
        throttle_passed(&accounts->throttle, key);
    else
        throttle_failed(&accounts->throttle, key, clock_mono_ms());
    pthread_mutex_unlock(&accounts->lock);
}

// Leaves the account whose password was right; the writer looks again whether it is still the same.
int accounts_sign_in_slow(struct mesh_call *call, const Kosi__SignInRequest *request) {
    struct accounts *accounts = call->state;
    struct account *account = arena_take(call->arena, sizeof *account);
    const char *login = typed_login(call, request->login);
    if (!account || !login)
        return STORE_FAULT;
    if (!call->store)
        return PROBLEM_STARTING;
    uint64_t key = throttle_key(&accounts->throttle, login);
    int64_t wait = wait_ms(accounts, key);
    if (wait) {
        call->retry_after_ms = (uint32_t)wait;
        return PROBLEM_SLOW_DOWN;
    }
    int found = account_find(call->store, call->arena, login, account);
    if (found < 0)
        return found;
    bool right = password_check(found ? account->password_hash : NULL, request->password);
    count_attempt(accounts, key, right);
    call->prepared = account;
    return right ? 0 : PROBLEM_SIGN_IN_FAILED;
}

int accounts_sign_in(struct mesh_call *call, const Kosi__SignInRequest *request, Kosi__SignInReply *reply) {
    (void)request;
    const struct account *checked = call->prepared;
    struct session session = {.signed_in_at = call->now_us, .expires_at = call->now_us + call->config->session_hours * INT64_C(3600000000)};
    struct session_token token;
    int found = account_find(call->store, call->arena, checked->login, &session.account);
    if (found < 0)
        return found;
    if (!found || strcmp(session.account.password_hash, checked->password_hash) != 0)
        return PROBLEM_SIGN_IN_FAILED;
    session_token_make(&token);
    int result = session_insert(call->store, token.hash, &session);
    if (result)
        return result;
    reply->token = arena_text(call->arena, token.text);
    reply->has_expires_at = 1;
    reply->expires_at = session.expires_at;
    reply->roles = roles_split(call->arena, session.account.roles, &reply->n_roles);
    if (!reply->token || !reply->roles)
        return STORE_FAULT;
    log_event(LOG_INFO_, "signed_in", "account", session.account.id, NULL);
    return 0;
}
