// The wait after failures: grows, ends by itself, tells nothing of who exists, and has a fixed size.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "services/accounts/throttle.h"
#include <sodium.h>
#include <stdio.h>

static struct throttle throttle;

static int fresh(void **state) {
    (void)state;
    assert_true(sodium_init() >= 0);
    throttle_init(&throttle);
    return 0;
}

static void first_failures_are_free_then_the_wait_doubles(void **state) {
    (void)state;
    uint64_t key = throttle_key(&throttle, "anna");
    static const int64_t waits[] = {0, 0, 0, 0, 1000, 2000, 4000, 8000, 10000, 10000};
    for (size_t i = 0; i < sizeof waits / sizeof *waits; i++) {
        throttle_failed(&throttle, key, 1000);
        assert_int_equal(throttle_wait_ms(&throttle, key, THROTTLE_FREE, 1000), waits[i]);
    }
    assert_int_equal(throttle_wait_ms(&throttle, key, THROTTLE_FREE, 10999), 1);
    assert_int_equal(throttle_wait_ms(&throttle, key, THROTTLE_FREE, 11000), 0);
}

static void success_and_time_forgive(void **state) {
    (void)state;
    uint64_t key = throttle_key(&throttle, "bert");
    for (int i = 0; i < 8; i++)
        throttle_failed(&throttle, key, 0);
    throttle_passed(&throttle, key);
    assert_int_equal(throttle_wait_ms(&throttle, key, THROTTLE_FREE, 0), 0);
    for (int i = 0; i < 8; i++)
        throttle_failed(&throttle, key, 0);
    throttle_failed(&throttle, key, THROTTLE_FORGET_MS + 1);
    assert_int_equal(throttle_wait_ms(&throttle, key, THROTTLE_FREE, THROTTLE_FORGET_MS + 1), 0);
}

static void one_login_does_not_wait_for_another(void **state) {
    (void)state;
    for (int i = 0; i < 9; i++)
        throttle_failed(&throttle, throttle_key(&throttle, "anna"), 0);
    assert_int_equal(throttle_wait_ms(&throttle, throttle_key(&throttle, "bert"), THROTTLE_FREE, 0), 0);
}

static void many_logins_forget_the_oldest_only(void **state) {
    (void)state;
    char login[24];
    for (int i = 0; i < 100000; i++) {
        snprintf(login, sizeof login, "login%d", i);
        throttle_failed(&throttle, throttle_key(&throttle, login), i);
    }
    uint64_t key = throttle_key(&throttle, "anna");
    for (int i = 0; i < THROTTLE_FREE; i++)
        throttle_failed(&throttle, key, 100000);
    assert_int_equal(throttle_wait_ms(&throttle, key, THROTTLE_FREE, 100000), 1000);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(first_failures_are_free_then_the_wait_doubles, fresh),
        cmocka_unit_test_setup(success_and_time_forgive, fresh),
        cmocka_unit_test_setup(one_login_does_not_wait_for_another, fresh),
        cmocka_unit_test_setup(many_logins_forget_the_oldest_only, fresh),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
