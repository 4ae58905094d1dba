#include "gateway/limiter.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <cmocka.h>

static const struct limiter_rate rates[LIMITS] = {[LIMIT_READS] = {.each_us = 20000, .burst_us = 200000},
                                                  [LIMIT_WRITES] = {.each_us = 1000000, .burst_us = 3000000}};

static void a_burst_and_then_the_rate(void **state) {
    (void)state;
    struct limiter *limiter = limiter_new(rates);
    int64_t now = 1000000000;
    for (int i = 0; i < 10; i++)
        assert_int_equal(limiter_take(limiter, 7, LIMIT_READS, now), 0);
    assert_int_equal(limiter_take(limiter, 7, LIMIT_READS, now), 20);
    assert_int_equal(limiter_take(limiter, 7, LIMIT_READS, now + 19000), 1);
    assert_int_equal(limiter_take(limiter, 7, LIMIT_READS, now + 20000), 0);
    assert_int_equal(limiter_take(limiter, 7, LIMIT_READS, now + 20000), 20);
    for (int i = 0; i < 10; i++)   // a long pause fills it, and no more than that
        assert_int_equal(limiter_take(limiter, 7, LIMIT_READS, now + 100000000), 0);
    assert_int_equal(limiter_take(limiter, 7, LIMIT_READS, now + 100000000), 20);
    limiter_free(&limiter);
    assert_null(limiter);
}

static void refusals_cost_nothing(void **state) {
    (void)state;
    struct limiter *limiter = limiter_new(rates);
    for (int i = 0; i < 1000; i++)
        limiter_take(limiter, 7, LIMIT_WRITES, 5000000);
    assert_int_equal(limiter_take(limiter, 7, LIMIT_WRITES, 5000000), 1000);
    assert_int_equal(limiter_take(limiter, 7, LIMIT_WRITES, 6000000), 0);
    limiter_free(&limiter);
}

static void clients_and_kinds_apart(void **state) {
    (void)state;
    struct limiter *limiter = limiter_new(rates);
    while (limiter_take(limiter, 7, LIMIT_WRITES, 5000000) == 0)
        ;
    assert_int_equal(limiter_take(limiter, 7, LIMIT_READS, 5000000), 0);
    assert_int_equal(limiter_take(limiter, 9, LIMIT_WRITES, 5000000), 0);
    limiter_free(&limiter);
}

// A flood of other clients does not wash away who owes much.
static void a_flood_forgets_the_harmless(void **state) {
    (void)state;
    struct limiter *limiter = limiter_new(rates);
    while (limiter_take(limiter, 7, LIMIT_WRITES, 5000000) == 0)
        ;
    for (uint64_t other = 1; other < 1000000; other++)
        limiter_take(limiter, other * 0x9e3779b97f4a7c15u | 1, LIMIT_READS, 5000000);
    assert_int_equal(limiter_take(limiter, 7, LIMIT_WRITES, 5000000), 1000);
    limiter_free(&limiter);
}

static void no_limit(void **state) {
    (void)state;
    struct limiter *limiter = limiter_new((struct limiter_rate[LIMITS]){{0, 0}, {0, 0}});
    for (int i = 0; i < 100000; i++)
        assert_int_equal(limiter_take(limiter, 7, LIMIT_WRITES, 0), 0);
    limiter_free(&limiter);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_burst_and_then_the_rate), cmocka_unit_test(refusals_cost_nothing),
                                       cmocka_unit_test(clients_and_kinds_apart), cmocka_unit_test(a_flood_forgets_the_harmless),
                                       cmocka_unit_test(no_limit)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
