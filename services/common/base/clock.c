#include "services/common/base/clock.h"
#include "services/common/base/log.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { US_PER_SECOND = 1000000, SECONDS_PER_DAY = 86400 };
static const int64_t hour_us = 3600 * INT64_C(1000000), settle_us = CLOCK_SETTLE_S * INT64_C(1000000);
static const int64_t long_us = INT64_MAX / 2;

// passed: since the machine started, in microseconds, whatever its clock shows. Wall time is that and an offset.
static _Atomic int64_t offset_us, settled_us; // settled: when (passed) the clock is to be relied on
static struct { bool any; int64_t offset_us, since_us; } doubted; // where the machine's clock is instead, and since when
static struct { _Atomic int64_t passed_us, wrong_us, right_us; } test;
static const char *test_file;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static int64_t now_us(clockid_t id) {
    struct timespec now;
    clock_gettime(id, &now);
    return (int64_t)now.tv_sec * US_PER_SECOND + now.tv_nsec / 1000;
}

static void read_test_file(void) {
    char text[96] = "";
    int fd = open(test_file, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return;
    ssize_t n = read(fd, text, sizeof(text) - 1);
    close(fd);
    if (n <= 0)
        return;
    long long passed, wrong = 0, right = long_us;
    if (sscanf(text, "%lld %lld %lld", &passed, &wrong, &right) < 1)
        return;
    test.passed_us = passed;
    test.wrong_us = wrong;
    test.right_us = right;
}

static int64_t passed_us(void) {
    return now_us(CLOCK_BOOTTIME) + atomic_load_explicit(&test.passed_us, memory_order_relaxed);
}

static int64_t machine_offset_us(void) {
    return now_us(CLOCK_REALTIME) - now_us(CLOCK_BOOTTIME) + atomic_load_explicit(&test.wrong_us, memory_order_relaxed);
}

static void look_first(void) {
    test_file = getenv("KOSI_TEST_CLOCK");
    if (test_file != NULL)
        read_test_file();
    offset_us = machine_offset_us();
    settled_us = INT64_MIN;
}

int64_t clock_wall_us(void) {
    pthread_once(&once, look_first);
    return passed_us() + atomic_load_explicit(&offset_us, memory_order_relaxed);
}

int64_t clock_mono_us(void) { return now_us(CLOCK_MONOTONIC); }

int64_t clock_mono_ms(void) { return clock_mono_us() / 1000; }

static bool elsewhere(int64_t a_us, int64_t b_us) {
    return a_us - b_us > hour_us || b_us - a_us > hour_us;
}

static void tell(const char *event, int64_t by_us) {
    log_event(LOG_WARN_, event, "seconds", log_number(by_us / US_PER_SECOND), NULL);
}

void clock_refresh(void) {
    pthread_once(&once, look_first);
    if (test_file != NULL)
        read_test_file();
    int64_t machine_us = machine_offset_us(), passed = passed_us();
    bool strange = elsewhere(machine_us, offset_us), settled = clock_settled();
    if (strange && (!doubted.any || elsewhere(machine_us, doubted.offset_us))) {
        doubted.offset_us = machine_us;
        doubted.since_us = passed;
        tell("clock_jumped", machine_us - offset_us);
    }
    doubted.any = strange;
    if (strange && settled && passed - doubted.since_us < settle_us)
        return;
    if (strange)
        tell("clock_followed", machine_us - offset_us);
    if (strange && !settled)
        settled_us = passed + settle_us; // whoever is setting it may do so once more
    doubted.any = false;
    offset_us = machine_us;
}

void clock_compare(int64_t written_us) {
    int64_t later_us = clock_wall_us() - written_us;
    if (later_us >= -hour_us && later_us <= 24 * hour_us)
        return;
    tell("clock_unsettled", later_us);
    settled_us = passed_us() + settle_us - test.right_us;
}

bool clock_settled(void) {
    return passed_us() >= atomic_load_explicit(&settled_us, memory_order_relaxed);
}

// Days since 1970-01-01 to a date of the proleptic Gregorian calendar and back; years begin in March, so that the leap day is
// the last of its year (Howard Hinnant's "chrono-compatible low-level date algorithms").
static void date_of_days(int64_t days, int64_t *year, int *month, int *day) {
    days += 719468;
    int64_t era = (days >= 0 ? days : days - 146096) / 146097;
    int64_t day_of_era = days - era * 146097;
    int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t shifted = (5 * day_of_year + 2) / 153;
    *day = (int)(day_of_year - (153 * shifted + 2) / 5 + 1);
    *month = (int)(shifted < 10 ? shifted + 3 : shifted - 9);
    *year = year_of_era + era * 400 + (*month <= 2);
}

static int64_t days_of_date(int64_t year, int month, int day) {
    year -= month <= 2;
    int64_t era = (year >= 0 ? year : year - 399) / 400;
    int64_t year_of_era = year - era * 400;
    int64_t day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719468;
}

// n digits with leading zeroes, and what follows them. Written for every line of the log: snprintf takes ten times as long.
static char *put_digits(char *out, int n, int64_t value, char after) {
    for (int i = n - 1; i >= 0; i--, value /= 10)
        out[i] = (char)('0' + value % 10);
    out[n] = after;
    return out + n + 1;
}

static char *put_year(char *out, int64_t year) {
    if (year >= 0 && year <= 9999)
        return put_digits(out, 4, year, '-');
    return out + snprintf(out, RFC3339_MAX, "%04lld-", (long long)year);
}

char *clock_rfc3339(int64_t wall_us, char *out) {
    int64_t seconds = wall_us / US_PER_SECOND, fraction = wall_us % US_PER_SECOND;
    if (fraction < 0) {
        fraction += US_PER_SECOND;
        seconds--;
    }
    int64_t days = seconds / SECONDS_PER_DAY, rest = seconds % SECONDS_PER_DAY;
    if (rest < 0) {
        rest += SECONDS_PER_DAY;
        days--;
    }
    int64_t year = 0;
    int month = 0, day = 0;
    date_of_days(days, &year, &month, &day);
    char *at = put_year(out, year);
    at = put_digits(at, 2, month, '-');
    at = put_digits(at, 2, day, 'T');
    at = put_digits(at, 2, rest / 3600, ':');
    at = put_digits(at, 2, rest / 60 % 60, ':');
    at = put_digits(at, 2, rest % 60, fraction != 0 ? '.' : 'Z');
    if (fraction != 0)
        at = put_digits(at, 6, fraction, 'Z');
    *at = '\0';
    return out;
}

void clock_set_zone(const char *posix_rule) {
    setenv("TZ", posix_rule, 1);
    tzset();
}

char *clock_local_date(int64_t wall_us, char out[CLOCK_DATE_MAX]) {
    time_t seconds = (time_t)(wall_us / US_PER_SECOND);
    struct tm local = {0};
    localtime_r(&seconds, &local);
    strftime(out, CLOCK_DATE_MAX, "%Y-%m-%d", &local);
    return out;
}

// Exactly n digits at *text, moving it on; -1 if they are not there.
static int digits(const char **text, int n) {
    int value = 0;
    for (int i = 0; i < n; i++, (*text)++) {
        if (**text < '0' || **text > '9')
            return -1;
        value = value * 10 + (**text - '0');
    }
    return value;
}

static int take(const char **text, const char *any_of) {
    if (**text == '\0' || strchr(any_of, **text) == NULL)
        return -1;
    return *(*text)++;
}

static int parse_date(const char **text, int64_t *days) {
    int year = digits(text, 4);
    if (year < 0 || take(text, "-") < 0)
        return -1;
    int month = digits(text, 2);
    if (month < 1 || month > 12 || take(text, "-") < 0)
        return -1;
    int day = digits(text, 2);
    if (day < 1 || day > 31)
        return -1;
    *days = days_of_date(year, month, day);
    int64_t year_again = 0;
    int month_again = 0, day_again = 0;
    date_of_days(*days, &year_again, &month_again, &day_again);
    return month_again == month && day_again == day ? 0 : -1;
}

int clock_check_date(const char *text) {
    int64_t days = 0;
    return parse_date(&text, &days) == 0 && *text == '\0' ? 0 : -1;
}

// Digits after the point, cut to microseconds.
static int64_t parse_fraction(const char **text) {
    int64_t fraction = 0;
    int count = 0;
    for (; **text >= '0' && **text <= '9'; (*text)++, count++)
        if (count < 6)
            fraction = fraction * 10 + (**text - '0');
    for (int i = count; i < 6; i++)
        fraction *= 10;
    return count == 0 ? -1 : fraction;
}

static int parse_offset(const char **text, int64_t *seconds) {
    int sign = take(text, "Zz+-");
    if (sign < 0)
        return -1;
    *seconds = 0;
    if (sign == 'Z' || sign == 'z')
        return 0;
    int hours = digits(text, 2);
    if (hours < 0 || hours > 23 || take(text, ":") < 0)
        return -1;
    int minutes = digits(text, 2);
    if (minutes < 0 || minutes > 59)
        return -1;
    *seconds = (hours * 60 + minutes) * 60 * (sign == '-' ? -1 : 1);
    return 0;
}

int clock_parse_rfc3339(const char *text, int64_t *wall_us) {
    int64_t days = 0, fraction = 0, offset = 0;
    if (parse_date(&text, &days) != 0 || take(&text, "Tt ") < 0)
        return -1;
    int hour = digits(&text, 2);
    if (hour < 0 || hour > 23 || take(&text, ":") < 0)
        return -1;
    int minute = digits(&text, 2);
    if (minute < 0 || minute > 59 || take(&text, ":") < 0)
        return -1;
    int second = digits(&text, 2);
    if (second < 0 || second > 60)   // 60: a leap second, counted as the next
        return -1;
    if (*text == '.') {
        text++;
        fraction = parse_fraction(&text);
        if (fraction < 0)
            return -1;
    }
    if (parse_offset(&text, &offset) != 0 || *text != '\0')
        return -1;
    *wall_us = (days * SECONDS_PER_DAY + hour * 3600 + minute * 60 + second - offset) * US_PER_SECOND + fraction;
    return 0;
}

// ---- the city's time

static int64_t offset_at(int64_t seconds) {
    struct tm local;
    time_t at = (time_t)seconds;
    return localtime_r(&at, &local) != NULL ? local.tm_gmtoff : 0;
}

// shown: what the clock shows, counted as if it were UTC. A day before and a day after, the zone's offset is that before and after
// any change close by.
static int64_t shown_to_seconds(int64_t shown) {
    int64_t before = offset_at(shown - SECONDS_PER_DAY), after = offset_at(shown + SECONDS_PER_DAY);
    if (before != after && offset_at(shown - before) != before && offset_at(shown - after) == after)
        return shown - after;
    return shown - before;
}

int clock_local_to_wall(const char *local, int64_t *wall_us) {
    int64_t days = 0;
    if (parse_date(&local, &days) != 0 || take(&local, "T ") < 0)
        return -1;
    int hour = digits(&local, 2);
    if (hour < 0 || hour > 23 || take(&local, ":") < 0)
        return -1;
    int minute = digits(&local, 2), second = 0;
    if (minute < 0 || minute > 59)
        return -1;
    if (*local != '\0') {
        second = take(&local, ":") < 0 ? -1 : digits(&local, 2);
        if (second < 0 || second > 59 || *local != '\0')
            return -1;
    }
    *wall_us = shown_to_seconds(days * SECONDS_PER_DAY + hour * 3600 + minute * 60 + second) * US_PER_SECOND;
    return 0;
}

int64_t clock_local_last(int64_t wall_us, int weekday, int hour, char date[CLOCK_DATE_MAX]) {
    int64_t days = 0, found = 0;
    const char *today = clock_local_date(wall_us, date);
    if (parse_date(&today, &days) != 0)
        days = wall_us / US_PER_SECOND / SECONDS_PER_DAY;
    for (int back = 0; back < 9; back++, days--) {
        found = shown_to_seconds(days * SECONDS_PER_DAY + hour * 3600) * US_PER_SECOND;
        int64_t day_of_week = ((days + 4) % 7 + 7) % 7;   // 1970 began on a Thursday
        if (found <= wall_us && (weekday == CLOCK_ANY_DAY || day_of_week == weekday))
            break;
    }
    clock_local_date(found, date);
    return found;
}

int clock_weekday_of(const char *english) {
    static const char *const names[] = {"sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"};
    for (int i = 0; i < 7; i++)
        if (strcmp(names[i], english) == 0)
            return i;
    return -1;
}
