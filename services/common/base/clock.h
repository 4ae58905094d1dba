// clock: the two times there are. Wall time for records, monotonic time for deadlines.
//
// The machine's clock is set by others, and sometimes wrongly for a while. What goes by it cannot be undone: a key is forgotten, a mail sent.
// So wall time goes on as time passes, and follows a clock that is suddenly elsewhere (an hour or more) only when it has been there for five
// minutes.
//
// Tests step time: the environment names a file, KOSI_TEST_CLOCK, of up to three numbers in microseconds: how much more time has passed than
// really has, how wrong the machine's clock is besides, and for how long it has been right at a start (if it is not said: for long).
#pragma once
#include <stdbool.h>
#include <stdint.h>

enum { CLOCK_SETTLE_S = 300 };
int64_t clock_wall_us(void);   // microseconds since 1970, UTC
int64_t clock_mono_us(void);   // microseconds, monotonic
int64_t clock_mono_ms(void);
void clock_refresh(void);      // looks at the machine's clock; one thread does, once a turn of its loop
// At a start: something was written at this time. If that is later than now, or more than a day ago, the clock may be one that nobody has set
// yet. Then it is settled, to be relied on for what cannot be undone, after five minutes, and whoever sets it until then is followed at once.
void clock_compare(int64_t written_us);
bool clock_settled(void);

enum { RFC3339_MAX = 40 };
// "2026-01-15T14:30:00.123456Z" (fraction left out when zero). out holds RFC3339_MAX bytes; returns out.
char *clock_rfc3339(int64_t wall_us, char *out);
// The zone people in the city live in, as a POSIX TZ rule ("CET-1CEST,M3.5.0,M10.5.0/3": needs no zone files). Called once at the
// start, before other threads; localtime_r() and clock_local_date() then use it.
void clock_set_zone(const char *posix_rule);
enum { CLOCK_DATE_MAX = 24 };
char *clock_local_date(int64_t wall_us, char out[CLOCK_DATE_MAX]);   // "2026-01-15" in the city; returns out

// When a clock in the city shows "2027-03-28T09:00" (or with seconds). A time that comes twice in autumn is its first; one that spring
// leaves out is as much later as the clock jumps. 0, or -1: no such date or time.
int clock_local_to_wall(const char *local, int64_t *wall_us);
enum { CLOCK_ANY_DAY = -1 };   // weekdays: 0 is Sunday
// The last time, not after wall_us, that a clock in the city showed this full hour on this weekday, and that day's date.
int64_t clock_local_last(int64_t wall_us, int weekday, int hour, char date[CLOCK_DATE_MAX]);
int clock_weekday_of(const char *english);   // "thursday": 4; -1: none

// Calendar date "2026-01-15": 0 if it exists, -1 if not.
int clock_check_date(const char *text);
// A time as clients write it, with any offset; digits below microseconds are cut. 0, or -1 when it is none.
int clock_parse_rfc3339(const char *text, int64_t *wall_us);
