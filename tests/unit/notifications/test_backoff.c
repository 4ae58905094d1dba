// When a mail that could not be sent is due again: three days, step by step.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include "services/notifications/backoff.h"

#define S    INT64_C(1000000)
#define HOUR (3600 * S)

static void delays_double_up_to_four_hours(void **state) {
    (void)state;
    const uint32_t middle = UINT32_MAX / 2;
    const int64_t minutes[] = {1, 2, 4, 8, 16, 32, 64, 128, 240, 240, 240};
    for (uint32_t n = 1; n <= 11; n++) {
        int64_t delay = backoff_delay_us(&backoff_mail, n, middle);
        assert_in_range(delay, minutes[n - 1] * 60 * S - S, minutes[n - 1] * 60 * S + S);
    }
    assert_in_range(backoff_delay_us(&backoff_mail, UINT32_MAX, middle), 4 * HOUR - S, 4 * HOUR + S);
}

static void jitter_is_a_quarter_either_way(void **state) {
    (void)state;
    for (uint32_t n = 1; n < 20; n++) {
        int64_t least = backoff_delay_us(&backoff_mail, n, 0), most = backoff_delay_us(&backoff_mail, n, UINT32_MAX);
        int64_t plain = backoff_delay_us(&backoff_mail, n, UINT32_MAX / 2);
        assert_in_range(least, plain * 3 / 4 - S, plain * 3 / 4 + S);
        assert_in_range(most, plain * 5 / 4 - S, plain * 5 / 4 + S);
    }
}

static void tries_end_with_their_time(void **state) {
    (void)state;
    for (uint64_t random = 0; random <= UINT32_MAX; random += UINT32_MAX / 3) {
        int64_t first = 1000 * HOUR, now = first, next;
        int tries = 1;
        for (; (next = backoff_next_us(&backoff_mail, now, first, 72 * HOUR, (uint32_t)tries, (uint32_t)random)) != 0; tries++) {
            assert_true(next > now);
            assert_true(next <= first + 72 * HOUR);
            now = next;
        }
        assert_int_equal(now, first + 72 * HOUR);   // the last one is at the very end
        assert_in_range(tries, 20, 34);
    }
}

static void late_is_over(void **state) {
    (void)state;
    assert_int_equal(backoff_next_us(&backoff_mail, 73 * HOUR, 0, 72 * HOUR, 3, 7), 0);
    assert_int_equal(backoff_next_us(&backoff_mail, 71 * HOUR, 0, 72 * HOUR, 30, UINT32_MAX), 72 * HOUR);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(delays_double_up_to_four_hours),
        cmocka_unit_test(jitter_is_a_quarter_either_way),
        cmocka_unit_test(tries_end_with_their_time),
        cmocka_unit_test(late_is_over),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
