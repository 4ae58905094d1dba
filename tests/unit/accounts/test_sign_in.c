// Signing in and what a session is good for.
#include "accounts/desk.h"

static const char right[] = "lang-genug-zum-testen";
static const int64_t hour_us = INT64_C(3600000000);

static void nobody_costs_what_a_wrong_password_costs(void **state) {
    (void)state;
    assert_int_equal(crypto_pwhash_str_needs_rehash(password_nobody, crypto_pwhash_OPSLIMIT_INTERACTIVE, crypto_pwhash_MEMLIMIT_INTERACTIVE), 0);
    assert_false(password_check(NULL, right));
    assert_false(password_check(NULL, ""));
}

static void right_password_opens_a_session(void **state) {
    struct desk *desk = *state;
    Kosi__SignInReply reply;
    desk_account(desk, "anna", "admin moderator");
    assert_int_equal(desk_sign_in(desk, "Anna", right, &reply), 0);
    assert_int_equal(strlen(reply.token), 43);
    assert_int_equal(reply.expires_at, desk->call.now_us + 12 * hour_us);
    assert_int_equal(reply.n_roles, 2);
    assert_string_equal(reply.roles[1], "moderator");
    Kosi__SessionRequest request = KOSI__SESSION_REQUEST__INIT;
    Kosi__SessionReply session = KOSI__SESSION_REPLY__INIT;
    request.token = reply.token;
    assert_int_equal(accounts_session(&desk->call, &request, &session), 0);
    assert_string_equal(session.login, "anna");
}

static void token_is_stored_hashed_only(void **state) {
    struct desk *desk = *state;
    Kosi__SignInReply reply;
    struct session_token token;
    desk_account(desk, "anna", "admin");
    assert_int_equal(desk_sign_in(desk, "anna", right, &reply), 0);
    assert_true(session_token_read(reply.token, &token));
    struct store_statement *s = store_prepare(desk->store, "SELECT token_hash FROM session");
    size_t length;
    assert_int_equal(store_step(s), 1);
    assert_memory_equal(store_blob(s, 0, &length), token.hash, SESSION_HASH_BYTES);
    store_reset(s);
}

static void wrong_and_unknown_get_the_same_answer_and_then_wait(void **state) {
    struct desk *desk = *state;
    Kosi__SignInReply reply;
    desk_account(desk, "anna", "admin");
    for (int i = 0; i < THROTTLE_FREE; i++) {
        assert_int_equal(desk_sign_in(desk, "anna", "falsch", &reply), PROBLEM_SIGN_IN_FAILED);
        assert_int_equal(desk_sign_in(desk, "niemand", "falsch", &reply), PROBLEM_SIGN_IN_FAILED);
    }
    assert_int_equal(desk_sign_in(desk, "anna", right, &reply), PROBLEM_SLOW_DOWN);
    assert_in_range(desk->call.retry_after_ms, 1, 1000);
    assert_int_equal(desk_sign_in(desk, "niemand", "falsch", &reply), PROBLEM_SLOW_DOWN);
}

static void password_changed_meanwhile_is_refused(void **state) {
    struct desk *desk = *state;
    Kosi__SignInRequest request = KOSI__SIGN_IN_REQUEST__INIT;
    Kosi__SignInReply reply = KOSI__SIGN_IN_REPLY__INIT;
    desk_account(desk, "anna", "admin");
    request.login = (char *)"anna";
    request.password = (char *)right;
    assert_int_equal(accounts_sign_in_slow(&desk->call, &request), 0);
    assert_int_equal(store_run(store_prepare(desk->store, "UPDATE account SET password_hash = 'other'")), 0);
    assert_int_equal(accounts_sign_in(&desk->call, &request, &reply), PROBLEM_SIGN_IN_FAILED);
}

static void session_ends_with_time_or_sign_out(void **state) {
    struct desk *desk = *state;
    Kosi__SignInReply first, second;
    Kosi__SessionRequest request = KOSI__SESSION_REQUEST__INIT;
    Kosi__SessionReply session = KOSI__SESSION_REPLY__INIT;
    Kosi__SignOutReply out = KOSI__SIGN_OUT_REPLY__INIT;
    desk_account(desk, "anna", "admin");
    assert_int_equal(desk_sign_in(desk, "anna", right, &first), 0);
    assert_int_equal(desk_sign_in(desk, "anna", right, &second), 0);
    request.token = second.token;
    assert_int_equal(accounts_sign_out(&desk->call, &request, &out), 0);
    assert_int_equal(accounts_sign_out(&desk->call, &request, &out), PROBLEM_NOT_SIGNED_IN);
    assert_int_equal(accounts_session(&desk->call, &request, &session), PROBLEM_NOT_SIGNED_IN);
    request.token = first.token;
    desk->call.now_us += 12 * hour_us;
    assert_int_equal(accounts_session(&desk->call, &request, &session), PROBLEM_SESSION_EXPIRED);
    assert_int_equal(session_prune(desk->store, desk->call.now_us + 1, 10), 0);
    assert_int_equal(accounts_session(&desk->call, &request, &session), PROBLEM_NOT_SIGNED_IN);
}

static void odd_tokens_are_nobody(void **state) {
    struct desk *desk = *state;
    static const char *const odd[] = {"", "x", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "!AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                                      "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"};
    Kosi__SessionRequest request = KOSI__SESSION_REQUEST__INIT;
    Kosi__IdentifyReply reply = KOSI__IDENTIFY_REPLY__INIT;
    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) {
        request.token = (char *)odd[i];
        assert_int_equal(accounts_identify(&desk->call, &request, &reply), PROBLEM_NOT_SIGNED_IN);
    }
}

static void statement_is_signed_and_short_lived(void **state) {
    struct desk *desk = *state;
    Kosi__SignInReply signed_in;
    Kosi__SessionRequest request = KOSI__SESSION_REQUEST__INIT;
    Kosi__IdentifyReply reply = KOSI__IDENTIFY_REPLY__INIT;
    desk_account(desk, "anna", "moderator");
    assert_int_equal(desk_sign_in(desk, "anna", right, &signed_in), 0);
    request.token = signed_in.token;
    assert_int_equal(accounts_identify(&desk->call, &request, &reply), 0);
    Kosi__SignedActor *statement = kosi__signed_actor__unpack(NULL, reply.signed_actor.len, reply.signed_actor.data);
    assert_non_null(statement);
    assert_int_equal(statement->signature.len, crypto_sign_BYTES);
    assert_int_equal(crypto_sign_verify_detached(statement->signature.data, statement->actor.data, statement->actor.len, desk->public_key), 0);
    Kosi__Actor *actor = kosi__actor__unpack(NULL, statement->actor.len, statement->actor.data);
    assert_string_equal(actor->login, "anna");
    assert_string_equal(actor->roles[0], "moderator");
    assert_int_equal(actor->session.len, 16);
    assert_int_equal(actor->expires_at, desk->call.now_us + 60 * 1000 * 1000);
    kosi__actor__free_unpacked(actor, NULL);
    kosi__signed_actor__free_unpacked(statement, NULL);
}

static void an_account_keeps_its_newest_sessions(void **state) {
    struct desk *desk = *state;
    struct account account;
    desk_account(desk, "anna", "admin");
    assert_int_equal(account_find(desk->store, desk->call.arena, "anna", &account), 1);
    for (int i = 0; i < SESSIONS_PER_ACCOUNT + 5; i++) {
        struct session session = {account, desk->call.now_us + i, desk->call.now_us + hour_us};
        struct session_token token;
        session_token_make(&token);
        assert_int_equal(session_insert(desk->store, token.hash, &session), 0);
    }
    struct store_statement *s = store_prepare(desk->store, "SELECT count(*), min(signed_in_at) FROM session");
    assert_int_equal(store_step(s), 1);
    assert_int_equal(store_int(s, 0), SESSIONS_PER_ACCOUNT);
    assert_int_equal(store_int(s, 1), desk->call.now_us + 5);
    store_reset(s);
}

static void new_account_needs_known_roles_and_a_free_login(void **state) {
    struct desk *desk = *state;
    Kosi__UserAddRequest request = KOSI__USER_ADD_REQUEST__INIT;
    Kosi__UserAddReply reply = KOSI__USER_ADD_REPLY__INIT;
    char *roles[] = {(char *)"moderator", (char *)"chef"};
    request.login = (char *)"anna";
    request.password = (char *)right;
    assert_int_equal(accounts_user_add_slow(&desk->call, &request), PROBLEM_VALIDATION);
    assert_string_equal(desk->call.violations.items[0]->code, "required");
    desk->call.violations.count = 0;
    request.roles = roles;
    request.n_roles = 2;
    assert_int_equal(accounts_user_add_slow(&desk->call, &request), PROBLEM_VALIDATION);
    assert_string_equal(desk->call.violations.items[0]->code, "not_an_option");
    desk->call.violations.count = 0;
    request.n_roles = 1;
    desk_account(desk, "anna", "admin");
    assert_int_equal(accounts_user_add_slow(&desk->call, &request), 0);
    assert_int_equal(accounts_user_add(&desk->call, &request, &reply), PROBLEM_VALIDATION);
    assert_string_equal(desk->call.violations.items[0]->field, "login");
}

int main(void) {
#define WITH_DESK(test) cmocka_unit_test_setup_teardown(test, desk_open, desk_close)
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nobody_costs_what_a_wrong_password_costs),
        WITH_DESK(right_password_opens_a_session),
        WITH_DESK(token_is_stored_hashed_only),
        WITH_DESK(wrong_and_unknown_get_the_same_answer_and_then_wait),
        WITH_DESK(password_changed_meanwhile_is_refused),
        WITH_DESK(session_ends_with_time_or_sign_out),
        WITH_DESK(odd_tokens_are_nobody),
        WITH_DESK(statement_is_signed_and_short_lived),
        WITH_DESK(an_account_keeps_its_newest_sessions),
        WITH_DESK(new_account_needs_known_roles_and_a_free_login),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
