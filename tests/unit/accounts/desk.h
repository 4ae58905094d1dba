// desk: accounts' handlers without a bus: a database in a folder of its own, a call, a clock that the test sets.
#pragma once
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "accounts.handlers.h"
#include "services/accounts/attempt.h"
#include "services/accounts/session_store.h"
#include "services/accounts/accounts.h"
#include "services/accounts/audit.h"
#include "services/accounts/migrations.h"
#include "services/accounts/password.h"
#include "services/accounts/token.h"
#include "services/common/store/store.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct desk {
    char dir[64], path[96];
    struct store *store;
    struct accounts accounts;
    struct config config;
    uint8_t public_key[crypto_sign_PUBLICKEYBYTES];
    struct mesh_call call;
};

static inline int desk_open(void **state) {
    struct desk *desk = calloc(1, sizeof *desk);
    assert_true(desk && sodium_init() >= 0);
    strcpy(desk->dir, "/tmp/kosi-accounts-XXXXXX");
    assert_non_null(mkdtemp(desk->dir));
    snprintf(desk->path, sizeof desk->path, "%s/accounts.db", desk->dir);
    desk->store = store_open(desk->path, STORE_WRITER);
    assert_non_null(desk->store);
    assert_int_equal(store_migrate(desk->store, accounts_migrations, accounts_migration_count), 0);
    crypto_sign_keypair(desk->public_key, desk->accounts.actor_key);
    pthread_mutex_init(&desk->accounts.lock, NULL);
    throttle_init(&desk->accounts.throttle);
    factor_make_key(desk->accounts.actor_key, desk->accounts.factor_key);
    desk->config.session_hours = 12;
    desk->call = (struct mesh_call){.store = desk->store, .arena = arena_new(4 << 20), .config = &desk->config, .state = &desk->accounts,
                                    .locale = "de", .origin = "front", .now_us = INT64_C(1800000000000000)};
    desk->call.violations.arena = desk->call.arena;
    *state = desk;
    return 0;
}

static inline int desk_close(void **state) {
    struct desk *desk = *state;
    char command[128];
    store_close(&desk->store);
    arena_free(&desk->call.arena);
    snprintf(command, sizeof command, "rm -rf %s", desk->dir);
    assert_int_equal(system(command), 0);
    free(desk);
    return 0;
}

// An account with the password "lang-genug-zum-testen".
static inline void desk_account(struct desk *desk, const char *login, const char *roles) {
    static char hash[crypto_pwhash_STRBYTES];
    char id[ID_TEXT_MAX];
    if (!*hash)
        assert_int_equal(password_hash("lang-genug-zum-testen", hash), 0);
    id_uuid7(id);
    struct account account = {.id = id, .login = login, .password_hash = hash, .roles = roles};
    assert_int_equal(account_insert(desk->store, &account, desk->call.now_us), 0);
}

static inline int desk_sign_in(struct desk *desk, const char *login, const char *password, Kosi__SignInReply *reply) {
    Kosi__SignInRequest request = KOSI__SIGN_IN_REQUEST__INIT;
    request.login = (char *)login;
    request.password = (char *)password;
    desk->call.prepared = NULL;
    desk->call.retry_after_ms = 0;
    kosi__sign_in_reply__init(reply);
    int refused = accounts_sign_in_slow(&desk->call, &request);
    return refused ? refused : accounts_sign_in(&desk->call, &request, reply);
}
