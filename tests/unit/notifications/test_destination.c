// A route's pace, and how it is left alone when its server cannot be used.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include "services/notifications/destination.h"

static const struct smtp_verdict sent = {SMTP_SENT, TROUBLE_NONE, false}, down = {SMTP_LATER, TROUBLE_UNREACHABLE, true},
                                 lost = {SMTP_LATER, TROUBLE_LOST, false}, refused = {SMTP_NEVER, TROUBLE_REFUSED, false},
                                 interrupted = {SMTP_LATER, TROUBLE_INTERRUPTED, false};

static struct smtp *smtp;

static struct destination fresh(int pace_ms) {
    struct smtp_server server = {.url = "smtp://127.0.0.1:1", .tls = "none", .connections = 4};
    return (struct destination){.name = "default", .line = smtp_line(smtp, &server), .connections = 4, .pace_ms = pace_ms};
}

static void rests_longer_each_time(void **state) {
    (void)state;
    struct destination destination = fresh(0);
    int64_t now = 1000;
    const int seconds[] = {1, 2, 4, 8, 16, 32, 60, 60, 60};
    for (int i = 0; i < 9; i++) {
        assert_true(destination_learn(&destination, &down, now, UINT32_MAX));
        assert_true(destination.troubled && destination_rests(&destination, now));
        int rest = (int)(destination.rest_until_ms - now);
        assert_in_range(rest, seconds[i] * 750, seconds[i] * 1000);
        assert_int_equal(destination_depth(&destination, now), 0);
        assert_false(destination_learn(&destination, &down, now + 10, 0)); // those that were under way say nothing new
        now = destination.rest_until_ms;
        assert_false(destination_rests(&destination, now));
        assert_int_equal(destination_depth(&destination, now), 1); // one tries
    }
    assert_false(destination_learn(&destination, &sent, now, 0));
    assert_false(destination.troubled);
    assert_int_equal(destination_depth(&destination, now), 24);
    assert_true(destination_learn(&destination, &down, now, 0));
    assert_in_range(destination.rest_until_ms - now, 750, 1000); // from the beginning
}

static void a_refusal_shows_that_it_is_there(void **state) {
    (void)state;
    struct destination destination = fresh(0);
    destination_learn(&destination, &down, 1000, 0);
    assert_false(destination_learn(&destination, &interrupted, 3000, 0));
    assert_true(destination.troubled);
    assert_false(destination_learn(&destination, &refused, 3000, 0));
    assert_false(destination.troubled);
}

static int takes_at_once(struct destination *destination, int64_t now) {
    static struct smtp_post posts[8], *next = posts; // nobody is there to take them
    struct job job = {0};
    int wait_ms = 1000, before = smtp_line_count(destination->line);
    destination->first = &job;
    for (; destination_free(destination, now, &wait_ms); next++) {
        *next = (struct smtp_post){.from = "kosi@example.org", .to = "anna@example.org"};
        assert_int_equal(smtp_post(destination->line, next), 0);
    }
    destination->first = NULL;
    return smtp_line_count(destination->line) - before;
}

// A server that turns a connection away has enough with the others; without others it is the server that cannot be used.
static void connections_that_are_too_many(void **state) {
    (void)state;
    struct destination destination = fresh(0);
    struct smtp_post away = {.story = {.stage = STAGE_GREET, .code = 421}, .verdict = {SMTP_LATER, TROUBLE_BUSY, true}};
    assert_false(destination_crowded(&destination, &away, 1000));
    destination.spared = 2;
    destination.more_ms = 5000;
    assert_int_equal(takes_at_once(&destination, 1000), 2);
    assert_true(destination_crowded(&destination, &away, 1000)); // two are on their way
    assert_int_equal(destination.spared, 2);
    destination_start(&destination, 60999);
    assert_int_equal(destination.spared, 2);
    destination_start(&destination, 61000);
    assert_int_equal(destination.spared, 1);
    assert_int_equal(takes_at_once(&destination, 61000), 1);
    away.story.stage = STAGE_MAIL;
    assert_false(destination_crowded(&destination, &away, 61000)); // it is about this one, or all
    away.story.stage = STAGE_GREET;
    away.story.code = 554;
    assert_false(destination_crowded(&destination, &away, 61000));
}

// Turned away with nothing of ours inside: others may have all the connections, so it rests, but is in trouble only when that lasts.
static void a_server_without_time(void **state) {
    (void)state;
    struct destination destination = fresh(0);
    int64_t now = 1000;
    assert_true(destination_busy(&destination, now, UINT32_MAX));
    assert_false(destination_busy(&destination, now + 10, 0)); // one that was under way as well
    for (int i = 0; i < 3; i++) {
        assert_true(destination_rests(&destination, now) && !destination.troubled);
        assert_int_equal(destination_depth(&destination, now), 0);
        now = destination.rest_until_ms;
        assert_int_equal(destination_depth(&destination, now), 1);
        assert_true(destination_busy(&destination, now, UINT32_MAX));
    }
    for (; now < 301000; now = destination.rest_until_ms) {
        assert_false(destination.troubled);
        destination_busy(&destination, now, 0);
    }
    assert_true(destination_busy(&destination, now, 0) && destination.troubled);
    assert_false(destination_learn(&destination, &sent, now, 0));
    assert_false(destination.troubled || destination_rests(&destination, now));
    destination_busy(&destination, now, 0); // and from the beginning
    destination_busy(&destination, now + 3600000, 0);
    assert_false(destination.troubled); // nobody knows what was meanwhile
}

static void connections_that_break_all_the_time(void **state) {
    (void)state;
    struct destination destination = fresh(0);
    for (int i = 0; i < 4; i++)
        assert_false(destination_learn(&destination, &lost, 1000, 0));
    assert_false(destination_learn(&destination, &sent, 1000, 0));
    for (int i = 0; i < 4; i++)
        assert_false(destination_learn(&destination, &lost, 1000, 0));
    assert_true(destination_learn(&destination, &lost, 1000, 0));
}

static void pace(void **state) {
    (void)state;
    struct destination destination = fresh(600); // a hundred a minute
    struct job jobs[200] = {0};
    for (int i = 0; i < 200; i++)
        destination_push(&destination, &jobs[i]);
    int64_t now = 100000;
    int started = 0;
    for (int64_t end = now + 60000; now < end; now++) {
        int wait_ms = 1000;
        if (!destination_free(&destination, now, &wait_ms)) {
            assert_in_range(wait_ms, 1, 600);
            continue;
        }
        assert_ptr_equal(destination_pop(&destination), &jobs[started]);
        destination_start(&destination, now);
        started++;
    }
    assert_in_range(started, 99, 101);
    assert_int_equal(destination.waiting, 200 - started);
    now += 3600000; // nothing is made up for after a quiet time
    int wait_ms = 1000;
    assert_true(destination_free(&destination, now, &wait_ms));
    destination_start(&destination, now);
    assert_false(destination_free(&destination, now, &wait_ms));
    assert_in_range(destination_depth(&destination, now), 1, 5);
}

int main(void) {
    smtp = smtp_open();
    const struct CMUnitTest tests[] = {cmocka_unit_test(rests_longer_each_time), cmocka_unit_test(a_refusal_shows_that_it_is_there),
                                       cmocka_unit_test(connections_that_are_too_many),
                                       cmocka_unit_test(a_server_without_time),
                                       cmocka_unit_test(connections_that_break_all_the_time), cmocka_unit_test(pace)};
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    smtp_close(&smtp);
    return failed;
}
