// What is handed out once: derived, different for each account and serial, right only in its time; tickets between two steps of signing in.
#include "accounts/desk.h"
#include "services/accounts/factor.h"
#include "services/accounts/ticket.h"
#include <liboath/oath.h>

static const int64_t now_us = INT64_C(1800000000000000);
static uint8_t key[FACTOR_KEY_BYTES] = "a key of thirty-two bytes, yes!";

static void code_at(const struct factor *factor, int64_t at_us, char out[7]) {
    uint8_t secret[FACTOR_SECRET_BYTES];
    factor_secret(factor, secret);
    assert_int_equal(oath_totp_generate((const char *)secret, sizeof secret, (time_t)(at_us / 1000000), 30, 0, 6, out), OATH_OK);
}

static void a_code_is_right_for_a_step_before_and_after(void **state) {
    (void)state;
    struct factor factor = {key, "0190a000-0000-7000-8000-000000000001", 1};
    int64_t step = now_us / 30000000;
    char code[7];
    for (int off = -2; off <= 2; off++) {
        code_at(&factor, now_us + off * INT64_C(30000000), code);
        assert_int_equal(factor_step(&factor, code, now_us, 0), off >= -1 && off <= 1 ? step + off : 0);
    }
    code_at(&factor, now_us, code);
    assert_int_equal(factor_step(&factor, code, now_us, step - 1), step);
    assert_int_equal(factor_step(&factor, code, now_us, step), 0);   // used
}

static void typing_is_forgiven_and_odd_input_is_not(void **state) {
    (void)state;
    struct factor factor = {key, "0190a000-0000-7000-8000-000000000001", 1};
    static const char *const odd[] = {"", "1", "12345", "1234567", "abcdef", "000000000000000000000000000000000000000", "\xff\xff\xff"};
    char code[7], spaced[9];
    code_at(&factor, now_us, code);
    snprintf(spaced, sizeof spaced, "%.3s %.3s", code, code + 3);
    assert_true(factor_step(&factor, spaced, now_us, 0) > 0);
    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) {
        assert_int_equal(factor_step(&factor, odd[i], now_us, 0), 0);
        assert_int_equal(factor_code_index(&factor, odd[i]), -1);
    }
}

static void each_account_and_serial_has_its_own(void **state) {
    (void)state;
    struct factor one = {key, "0190a000-0000-7000-8000-000000000001", 1}, next = one, other = one;
    char a[FACTOR_CODE_TEXT], b[FACTOR_CODE_TEXT], word[FACTOR_PASSWORD_TEXT], word_again[FACTOR_PASSWORD_TEXT];
    next.serial = 2;
    other.account_id = "0190a000-0000-7000-8000-000000000002";
    factor_code(&one, 4, a);
    assert_int_equal(strlen(a), FACTOR_CODE_TEXT - 1);
    assert_int_equal(factor_code_index(&one, a), 4);
    assert_int_equal(factor_code_index(&next, a), -1);
    assert_int_equal(factor_code_index(&other, a), -1);
    factor_code(&one, 5, b);
    assert_string_not_equal(a, b);
    factor_password(&one, word);
    factor_password(&one, word_again);
    assert_string_equal(word, word_again);
    assert_int_equal(strlen(word), FACTOR_PASSWORD_TEXT - 1);
    factor_password(&next, word_again);
    assert_string_not_equal(word, word_again);
}

static void a_ticket_stands_for_one_password_for_some_minutes(void **state) {
    struct desk *desk = *state;
    struct account account, read;
    bool shown = false;
    desk_account(desk, "anna", "admin");
    assert_int_equal(account_find(desk->store, desk->call.arena, "anna", &account), 1);
    const char *text = ticket_make(key, &account, true, now_us, desk->call.arena);
    assert_int_equal(ticket_read(key, desk->store, text, now_us, desk->call.arena, &read, &shown), 1);
    assert_true(shown);
    assert_string_equal(read.login, "anna");
    assert_int_equal(ticket_read(key, desk->store, text, now_us + TICKET_VALID_US + 1, desk->call.arena, &read, &shown), 0);
    char *altered = arena_text(desk->call.arena, text);
    for (size_t i = 0; i < strlen(text); i++) {
        altered[i] = text[i] == 'A' ? 'B' : 'A';
        assert_int_equal(ticket_read(key, desk->store, altered, now_us, desk->call.arena, &read, &shown), 0);
        altered[i] = text[i];
    }
    assert_int_equal(store_run(store_prepare(desk->store, "UPDATE account SET password_hash = 'other'")), 0);
    assert_int_equal(ticket_read(key, desk->store, text, now_us, desk->call.arena, &read, &shown), 0);
}

static void who_guesses_elsewhere_does_not_slow_a_known_place(void **state) {
    struct desk *desk = *state;
    struct account account;
    struct attempt attempt;
    desk_account(desk, "anna", "admin");
    assert_int_equal(account_find(desk->store, desk->call.arena, "anna", &account), 1);
    assert_int_equal(place_keep(desk->store, account.id, 7, desk->call.now_us), 0);
    for (uint64_t place = 100; place < 100 + THROTTLE_FREE; place++) {
        assert_int_equal(attempt_begin(&desk->call, "anna", account.id, place, &attempt), 0);
        attempt_end(&desk->call, &attempt, false);
    }
    assert_int_equal(attempt_begin(&desk->call, "anna", account.id, 200, &attempt), PROBLEM_SLOW_DOWN);
    assert_in_range(desk->call.retry_after_ms, 1, THROTTLE_WAIT_MOST_MS);
    assert_int_equal(attempt_begin(&desk->call, "anna", account.id, 7, &attempt), 0);
    attempt_end(&desk->call, &attempt, true);
    assert_int_equal(attempt_begin(&desk->call, "anna", account.id, 200, &attempt), PROBLEM_SLOW_DOWN);   // that is not forgotten
    assert_int_equal(attempt_begin(&desk->call, "bert", NULL, 200, &attempt), 0);
}

static void one_place_with_many_logins_is_slowed_down(void **state) {
    struct desk *desk = *state;
    struct attempt attempt;
    char login[24];
    for (int i = 0; i < THROTTLE_FREE_PLACE; i++) {
        snprintf(login, sizeof login, "login%d", i);
        assert_int_equal(attempt_begin(&desk->call, login, NULL, 9, &attempt), 0);
        attempt_end(&desk->call, &attempt, false);
    }
    assert_int_equal(attempt_begin(&desk->call, "another", NULL, 9, &attempt), PROBLEM_SLOW_DOWN);
    assert_int_equal(attempt_begin(&desk->call, "another", NULL, 10, &attempt), 0);
}

static void an_account_keeps_its_newest_places(void **state) {
    struct desk *desk = *state;
    struct account account;
    desk_account(desk, "anna", "admin");
    assert_int_equal(account_find(desk->store, desk->call.arena, "anna", &account), 1);
    for (int i = 0; i < PLACES_PER_ACCOUNT + 3; i++)
        assert_int_equal(place_keep(desk->store, account.id, (uint64_t)i + 1, desk->call.now_us + i), 0);
    assert_int_equal(place_known(desk->store, account.id, 3), 0);
    assert_int_equal(place_known(desk->store, account.id, 4), 1);
    assert_int_equal(place_prune(desk->store, desk->call.now_us + PLACES_PER_ACCOUNT + 3), 0);
    assert_int_equal(place_known(desk->store, account.id, PLACES_PER_ACCOUNT + 3), 0);
}

int main(void) {
#define WITH_DESK(test) cmocka_unit_test_setup_teardown(test, desk_open, desk_close)
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_code_is_right_for_a_step_before_and_after),
        cmocka_unit_test(typing_is_forgiven_and_odd_input_is_not),
        cmocka_unit_test(each_account_and_serial_has_its_own),
        WITH_DESK(a_ticket_stands_for_one_password_for_some_minutes),
        WITH_DESK(who_guesses_elsewhere_does_not_slow_a_known_place),
        WITH_DESK(one_place_with_many_logins_is_slowed_down),
        WITH_DESK(an_account_keeps_its_newest_places),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
