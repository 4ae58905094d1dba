#include "services/common/base/clock.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

static void assert_time(int64_t us, const char *expected) {
    char text[RFC3339_MAX];
    assert_string_equal(clock_rfc3339(us, text), expected);
    int64_t again = 0;
    assert_int_equal(clock_parse_rfc3339(text, &again), 0);
    assert_int_equal(again, us);
}

static void test_times_as_text_and_back(void **state) {
    (void)state;
    assert_time(0, "1970-01-01T00:00:00Z");
    assert_time(-1, "1969-12-31T23:59:59.999999Z");
    assert_time(1768487400123456, "2026-01-15T14:30:00.123456Z");
    assert_time(951782400000000, "2000-02-29T00:00:00Z");
    assert_time(253402300799999999, "9999-12-31T23:59:59.999999Z");
    assert_time(-62135596800000000, "0001-01-01T00:00:00Z");
    char text[RFC3339_MAX];
    clock_rfc3339(INT64_MAX, text);   // fits, whatever it says
    clock_rfc3339(INT64_MIN, text);
}

static void test_every_day_of_a_leap_cycle(void **state) {
    (void)state;
    char text[RFC3339_MAX];
    for (int64_t day = -200000; day < 200000; day += 13) {
        int64_t us = day * 86400 * 1000000, again = 1;
        assert_int_equal(clock_parse_rfc3339(clock_rfc3339(us, text), &again), 0);
        assert_int_equal(again, us);
    }
}

static void test_offsets_and_fractions_of_clients(void **state) {
    (void)state;
    int64_t us = 0;
    assert_int_equal(clock_parse_rfc3339("2026-01-15T15:30:00.5+01:00", &us), 0);
    assert_int_equal(us, 1768487400500000);
    assert_int_equal(clock_parse_rfc3339("2026-01-15t09:00:00.123456789-05:30", &us), 0);
    assert_int_equal(us, 1768487400123456);
    const char *const wrong[] = {"", "2026-01-15", "2026-01-15T14:30Z", "2026-01-15T14:30:00", "2026-02-29T00:00:00Z",
                                 "2026-01-15T24:00:00Z", "2026-01-15T14:60:00Z", "2026-01-15T14:30:00.Z", "2026-01-15T14:30:00+0100",
                                 "2026-01-15T14:30:00Zx", "2026-1-15T14:30:00Z", "+026-01-15T14:30:00Z", "2026-01-15T14:30:61Z"};
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
        assert_int_equal(clock_parse_rfc3339(wrong[i], &us), -1);
}

static void test_dates_that_exist(void **state) {
    (void)state;
    const char *const right[] = {"2026-01-15", "2024-02-29", "2000-02-29", "2026-12-31", "0001-01-01"};
    const char *const wrong[] = {"2026-02-29", "1900-02-29", "2026-04-31", "2026-13-01", "2026-00-10", "2026-01-00", "2026-01-32",
                                 "2026-1-15", "26-01-15", "2026-01-15 ", " 2026-01-15", "2026/01/15", "", "2026-01-1x"};
    for (size_t i = 0; i < sizeof(right) / sizeof(right[0]); i++)
        assert_int_equal(clock_check_date(right[i]), 0);
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
        assert_int_equal(clock_check_date(wrong[i]), -1);
}

static void test_the_day_in_the_city(void **state) {
    (void)state;
    char day[CLOCK_DATE_MAX];
    int64_t us;
    clock_set_zone("CET-1CEST,M3.5.0,M10.5.0/3");
    assert_int_equal(clock_parse_rfc3339("2026-01-14T23:30:00Z", &us), 0);
    assert_string_equal(clock_local_date(us, day), "2026-01-15");
    assert_int_equal(clock_parse_rfc3339("2026-01-14T22:30:00Z", &us), 0);
    assert_string_equal(clock_local_date(us, day), "2026-01-14");
    assert_int_equal(clock_parse_rfc3339("2026-07-14T22:30:00Z", &us), 0);   // summer time
    assert_string_equal(clock_local_date(us, day), "2026-07-15");
}

static void write_offset(const char *path, const char *text) {
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static void test_tests_step_the_wall_only(void **state) {
    const char *path = *state;
    int64_t hour = 3600ll * 1000000, before = clock_wall_us(), mono = clock_mono_us();
    write_offset(path, "3600000000\n");
    clock_refresh();
    assert_true(clock_wall_us() - before >= hour);
    assert_true(clock_mono_us() - mono < hour);
    write_offset(path, "nonsense");
    clock_refresh();
    assert_true(clock_wall_us() - before >= hour);   // the last good one stays
    write_offset(path, "0");
    clock_refresh();
    assert_true(clock_wall_us() - before < hour);
}

static void pass(const char *path, int64_t passed_s, int64_t wrong_s) {
    char text[96];
    sprintf(text, "%lld000000 %lld000000", (long long)passed_s, (long long)wrong_s);
    write_offset(path, text);
    clock_refresh();
}

static int64_t seconds_since(int64_t start_us) {
    return (clock_wall_us() - start_us + 500000) / 1000000;
}

// Real time passes, too.
static void assert_since(int64_t start_us, int64_t seconds) {
    assert_in_range(seconds_since(start_us), seconds, seconds + 60);
}

static void test_a_wrong_clock_is_not_followed_at_once(void **state) {
    const char *path = *state;
    enum { DAY = 86400 };
    static const int64_t wrong[] = {400 * DAY, -400 * DAY, 7200, -7200};
    int64_t start = clock_wall_us();
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        pass(path, 0, wrong[i]);
        assert_since(start, 0);
        pass(path, CLOCK_SETTLE_S - 10, wrong[i]);
        assert_since(start, CLOCK_SETTLE_S - 10);
        pass(path, CLOCK_SETTLE_S - 9, 0); // it was put right
        pass(path, 2 * CLOCK_SETTLE_S, 0);
        assert_since(start, 2 * CLOCK_SETTLE_S);
        pass(path, 0, 0);
    }
    pass(path, 0, 10 * DAY); // here, and there, and nowhere for long
    pass(path, CLOCK_SETTLE_S - 10, 20 * DAY);
    pass(path, CLOCK_SETTLE_S + 10, 20 * DAY);
    assert_since(start, CLOCK_SETTLE_S + 10);
    pass(path, 2 * CLOCK_SETTLE_S, 20 * DAY); // there it stays
    assert_since(start, 2 * CLOCK_SETTLE_S + 20 * DAY);
    pass(path, 2 * CLOCK_SETTLE_S, 20 * DAY + 600); // so little at once
    assert_since(start, 2 * CLOCK_SETTLE_S + 20 * DAY + 600);
    pass(path, 2 * CLOCK_SETTLE_S, 0);
    pass(path, 4 * CLOCK_SETTLE_S, 0);
    pass(path, 0, 0);
    assert_since(start, 0);
}

static void compare(const char *path, const char *text, int64_t written_us) {
    write_offset(path, text);
    clock_refresh();
    clock_compare(written_us);
}

static void test_at_a_start_a_clock_that_does_not_fit_has_time_to_be_set(void **state) {
    const char *path = *state;
    int64_t start = clock_wall_us(), day = INT64_C(86400000000);
    static const int days[] = {400, -400};
    compare(path, "0", start - 30 * day);
    assert_true(clock_settled()); // it is known to be right
    compare(path, "0 0 0", start - day / 2);
    assert_true(clock_settled()); // nothing says that it is not
    for (int i = 0; i < 2; i++) {
        compare(path, "0 0 0", start + days[i] * day);
        assert_false(clock_settled());
        assert_in_range(seconds_since(start), 0, 60); // what was written last is no clock
        pass(path, CLOCK_SETTLE_S - 60, 0);
        assert_false(clock_settled());
        pass(path, CLOCK_SETTLE_S + 1, 0);
        assert_true(clock_settled());
        pass(path, 0, 0);
    }
}

static void test_whoever_sets_an_unsettled_clock_is_followed_at_once(void **state) {
    const char *path = *state;
    enum { DAY = 86400 };
    int64_t start = clock_wall_us();
    compare(path, "0 0 0", start - 30 * INT64_C(86400000000));
    pass(path, CLOCK_SETTLE_S - 60, -400 * DAY); // put right by the network, late
    assert_in_range(seconds_since(start - 400 * INT64_C(86400000000)), CLOCK_SETTLE_S - 60, CLOCK_SETTLE_S);
    pass(path, CLOCK_SETTLE_S + 60, -400 * DAY);
    assert_false(clock_settled()); // and perhaps not yet for good
    pass(path, 2 * CLOCK_SETTLE_S, -400 * DAY);
    assert_true(clock_settled());
    pass(path, 2 * CLOCK_SETTLE_S, 0); // from here on as usual
    assert_true(seconds_since(start) < 0);
    pass(path, 4 * CLOCK_SETTLE_S, 0);
    pass(path, 0, 0);
    assert_in_range(seconds_since(start), 0, 60);
}

// The environment is looked at once, so it is set before the first look.
static int set_test_clock(void **state) {
    static char path[] = "/tmp/kosi-clock-XXXXXX";
    int fd = mkstemp(path);
    if (fd < 0)
        return -1;
    close(fd);
    *state = path;
    return setenv("KOSI_TEST_CLOCK", path, 1);
}

static int remove_test_clock(void **state) { return unlink(*state); }

static void assert_local(const char *shown, const char *expected) {
    char text[RFC3339_MAX];
    int64_t us = 0;
    assert_int_equal(clock_local_to_wall(shown, &us), 0);
    assert_string_equal(clock_rfc3339(us, text), expected);
}

static void test_what_clocks_in_the_city_show(void **state) {
    (void)state;
    clock_set_zone("CET-1CEST,M3.5.0,M10.5.0/3");
    assert_local("2027-01-15T09:00", "2027-01-15T08:00:00Z");
    assert_local("2027-07-15T09:00:30", "2027-07-15T07:00:30Z");
    assert_local("2027-03-28T01:59", "2027-03-28T00:59:00Z");   // spring: 02:00 to 02:59 are left out
    assert_local("2027-03-28T02:00", "2027-03-28T01:00:00Z");
    assert_local("2027-03-28T02:30", "2027-03-28T01:30:00Z");
    assert_local("2027-03-28T03:00", "2027-03-28T01:00:00Z");
    assert_local("2027-03-28T09:00", "2027-03-28T07:00:00Z");
    assert_local("2027-10-31T01:59", "2027-10-30T23:59:00Z");   // autumn: 02:00 to 02:59 come twice
    assert_local("2027-10-31T02:00", "2027-10-31T00:00:00Z");
    assert_local("2027-10-31T02:59", "2027-10-31T00:59:00Z");
    assert_local("2027-10-31T03:00", "2027-10-31T02:00:00Z");
    assert_local("2027-10-31T09:00", "2027-10-31T08:00:00Z");
    const char *const wrong[] = {"", "2027-03-28", "2027-03-28T9:00", "2027-02-29T09:00", "2027-03-28T24:00", "2027-03-28T09:60",
                                 "2027-03-28T09:00Z", "2027-03-28T09:00:61", "2027-03-28T09:00:0"};
    int64_t us = 0;
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
        assert_int_equal(clock_local_to_wall(wrong[i], &us), -1);
    clock_set_zone("EST5EDT,M3.2.0,M11.1.0");
    assert_local("2027-03-14T02:30", "2027-03-14T07:30:00Z");
    assert_local("2027-11-07T01:30", "2027-11-07T05:30:00Z");
}

static void assert_last(const char *now, int weekday, int hour, const char *expected, const char *expected_date) {
    char text[RFC3339_MAX], date[CLOCK_DATE_MAX];
    int64_t us = 0;
    assert_int_equal(clock_parse_rfc3339(now, &us), 0);
    assert_string_equal(clock_rfc3339(clock_local_last(us, weekday, hour, date), text), expected);
    assert_string_equal(date, expected_date);
}

static void test_the_last_hour_of_its_kind(void **state) {
    (void)state;
    clock_set_zone("CET-1CEST,M3.5.0,M10.5.0/3");
    assert_last("2027-01-15T08:00:00Z", CLOCK_ANY_DAY, 9, "2027-01-15T08:00:00Z", "2027-01-15");
    assert_last("2027-01-15T07:59:59Z", CLOCK_ANY_DAY, 9, "2027-01-14T08:00:00Z", "2027-01-14");
    int thursday = clock_weekday_of("thursday");
    assert_int_equal(thursday, 4);
    assert_int_equal(clock_weekday_of("Thursday"), -1);
    assert_last("2027-01-14T08:00:00Z", thursday, 9, "2027-01-14T08:00:00Z", "2027-01-14");
    assert_last("2027-01-14T07:59:59Z", thursday, 9, "2027-01-07T08:00:00Z", "2027-01-07");
    assert_last("2027-01-20T22:00:00Z", thursday, 9, "2027-01-14T08:00:00Z", "2027-01-14");
    assert_last("2027-04-03T12:00:00Z", clock_weekday_of("sunday"), 2, "2027-03-28T01:00:00Z", "2027-03-28");   // 02:00 is left out
    assert_last("2027-10-31T01:30:00Z", clock_weekday_of("sunday"), 2, "2027-10-31T00:00:00Z", "2027-10-31");   // and comes twice
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_times_as_text_and_back),          cmocka_unit_test(test_every_day_of_a_leap_cycle),
        cmocka_unit_test(test_offsets_and_fractions_of_clients), cmocka_unit_test(test_dates_that_exist),
        cmocka_unit_test(test_tests_step_the_wall_only),         cmocka_unit_test(test_the_day_in_the_city),
        cmocka_unit_test(test_a_wrong_clock_is_not_followed_at_once),
        cmocka_unit_test(test_at_a_start_a_clock_that_does_not_fit_has_time_to_be_set),
        cmocka_unit_test(test_whoever_sets_an_unsettled_clock_is_followed_at_once),
        cmocka_unit_test(test_what_clocks_in_the_city_show),     cmocka_unit_test(test_the_last_hour_of_its_kind),
    };
    return cmocka_run_group_tests(tests, set_test_clock, remove_test_clock);
}
