// kosi-accounts: who may sign in, who is signed in, who did what.
#include "accounts.handlers.h"
#include "services/accounts/session_store.h"
#include "services/accounts/accounts.h"
#include "services/accounts/audit.h"
#include "services/accounts/handed_out.h"
#include "services/accounts/migrations.h"
#include <stdlib.h>

enum { PRUNE_EVERY_MS = 60 * 1000, PRUNE_AT_ONCE = 200 };
// An expired session is remembered for a while, so that its holder hears "expired", not "unknown".
static const int64_t remember_us = INT64_C(7) * 24 * 3600 * 1000 * 1000;
static const int64_t remember_place_us = INT64_C(90) * 24 * 3600 * 1000 * 1000;   // from where somebody signed in

static int open_accounts(const struct config *config, void **state, struct buf *errors) {
    struct accounts *accounts = calloc(1, sizeof *accounts);
    if (!accounts || sodium_init() < 0) {
        buf_text(errors, "kosi-accounts: no memory. Give it more.\n");
        free(accounts);
        return -1;
    }
    if (config_key(config, "actor", accounts->actor_key, sizeof accounts->actor_key, errors) ||
        config_key(config, "node", accounts->node_key, sizeof accounts->node_key, errors)) {
        free(accounts);
        return -1;
    }
    pthread_mutex_init(&accounts->lock, NULL);
    throttle_init(&accounts->throttle);
    factor_make_key(accounts->actor_key, accounts->factor_key);
    *state = accounts;
    return 0;
}

static void close_accounts(void *state) {
    struct accounts *accounts = state;
    pthread_mutex_destroy(&accounts->lock);
    sodium_memzero(accounts->actor_key, sizeof accounts->actor_key);
    sodium_memzero(accounts->factor_key, sizeof accounts->factor_key);
    sodium_memzero(accounts->node_key, sizeof accounts->node_key);
    free(accounts);
}

static int prune(struct mesh_call *call) {
    int result = session_prune(call->store, call->now_us - remember_us, PRUNE_AT_ONCE);
    return result ? result : place_prune(call->store, call->now_us - remember_place_us);
}

int main(int argc, char **argv) {
    struct mesh_follow follows[CONFIG_SERVICES_MAX];
    static const struct mesh_timer timers[] = {{"sessions", PRUNE_EVERY_MS, prune}};
    const struct mesh_service service = {
        .contract = &contract_accounts,
        .handlers = accounts_handlers,
        .migrations = accounts_migrations,
        .migration_count = accounts_migration_count,
        .follows = follows,
        .follow_count = audit_follows(follows, CONFIG_SERVICES_MAX),
        .timers = timers,
        .timer_count = sizeof timers / sizeof *timers,
        .open = open_accounts,
        .close = close_accounts,
        .derive = handed_out_derive,
    };
    return mesh_main(argc, argv, &service);
}
