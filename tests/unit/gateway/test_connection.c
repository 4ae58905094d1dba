#include "gateway/connection.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>
#include <cmocka.h>

static int ends[2];

static int set_up(void **state) {
    (void)state;
    return socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends);
}

static int tear_down(void **state) {
    (void)state;
    return close(ends[0]) || close(ends[1]);
}

static bool is_cut(void) {
    char byte;
    return read(ends[1], &byte, 1) == 0;
}

static void slow_heads_are_cut(void **state) {
    (void)state;
    struct connections all = {.limit = 10};
    struct connection *c = connection_new(&all, ends[0], 1000);
    assert_int_equal(connections_tick(&all, 1000), 10000);
    assert_int_equal(connections_tick(&all, 10999), 1);
    assert_false(is_cut());
    assert_int_equal(connections_tick(&all, 11000), -1);
    assert_true(is_cut());
    assert_int_equal(all.cut, 1);
    assert_int_equal(connections_tick(&all, 99000), -1);   // once
    connection_free(&all, c);
    assert_int_equal(all.count, 0);
}

// Bytes that keep coming do not help: the whole phase has one deadline, which only a change of phase moves.
static void phases_have_their_own_time(void **state) {
    (void)state;
    struct connections all = {.limit = 10};
    struct connection *c = connection_new(&all, ends[0], 0);
    connection_enter(&all, c, PHASE_UPLOAD, 5000);
    assert_int_equal(connections_tick(&all, 11000), 24000);
    connection_enter(&all, c, PHASE_BODY, 20000);
    assert_int_equal(connections_tick(&all, 20000), 10000);
    connection_enter(&all, c, PHASE_WORK, 20000);
    assert_int_equal(connections_tick(&all, 20000), 1000);
    assert_int_equal(connections_tick(&all, 1000000), -1);
    connection_enter(&all, c, PHASE_WRITE, 1000000);
    assert_int_equal(connections_tick(&all, 1000000), 60000);
    assert_false(is_cut());
    assert_int_equal(connections_tick(&all, 1060000), -1);
    assert_true(is_cut());
    connection_free(&all, c);
}

// Only who has waited a while is watched, and who is answered is not watched any longer.
static void the_gone_are_told(void **state) {
    (void)state;
    struct connections all = {.limit = 10};
    assert_int_equal(connections_open(&all), 0);
    struct connection *c = connection_new(&all, ends[0], 0);
    connection_enter(&all, c, PHASE_WORK, 0);
    shutdown(ends[1], SHUT_WR);
    connections_tick(&all, 999);
    assert_null(connections_left(&all, 999));
    connections_tick(&all, 1000);
    assert_ptr_equal(connections_left(&all, 1001), c);
    assert_null(connections_left(&all, 1002));
    assert_true(is_cut());
    assert_int_equal(all.left, 1);
    connection_enter(&all, c, PHASE_WORK, 2000);
    connections_tick(&all, 3000);
    connection_enter(&all, c, PHASE_WRITE, 3001);
    assert_null(connections_left(&all, 3002));
    connection_free(&all, c);
    connections_close(&all);
}

static void the_idle_make_room(void **state) {
    (void)state;
    struct connections all = {.limit = 16};
    struct connection *made[16];
    made[0] = connection_new(&all, ends[0], 0);
    connection_enter(&all, made[0], PHASE_IDLE, 0);
    for (int i = 1; i < 15; i++)
        made[i] = connection_new(&all, -1, 0);
    assert_false(is_cut());
    made[15] = connection_new(&all, -1, 0);
    assert_true(is_cut());
    assert_int_equal(all.crowded_out, 1);
    for (int i = 0; i < 16; i++)
        connection_free(&all, made[i]);
    assert_int_equal(all.count, 0);
}

// Two thousand sockets that say nothing kept everybody else waiting for ten seconds.
static void the_silent_make_room(void **state) {
    (void)state;
    struct connections all = {.limit = 16};
    struct connection *made[16];
    made[0] = connection_new(&all, ends[0], 5000);
    for (int i = 1; i < 15; i++)
        made[i] = connection_new(&all, -1, 5000);
    assert_int_equal(connections_tick(&all, 6000), 9000);
    made[15] = connection_new(&all, -1, 5900);
    assert_int_equal(connections_tick(&all, 5900), 100);
    assert_false(is_cut());
    assert_int_equal(connections_tick(&all, 6000), 900);
    assert_true(is_cut());
    for (int i = 0; i < 16; i++)
        connection_free(&all, made[i]);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test_setup_teardown(slow_heads_are_cut, set_up, tear_down),
                                       cmocka_unit_test_setup_teardown(phases_have_their_own_time, set_up, tear_down),
                                       cmocka_unit_test_setup_teardown(the_gone_are_told, set_up, tear_down),
                                       cmocka_unit_test_setup_teardown(the_idle_make_room, set_up, tear_down),
                                       cmocka_unit_test_setup_teardown(the_silent_make_room, set_up, tear_down)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
