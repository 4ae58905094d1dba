#include "broker/fake_bus.h"
#include "services/broker/nouns.h"

#define WRITER(letter, ...)                                                                                                    \
    (struct hello) {                                                                                                           \
        .from = (letter), .slot = 1, .credit = 4, .writer = true, __VA_ARGS__                                                  \
    }
#define READER(letter, ...)                                                                                                    \
    (struct hello) {                                                                                                           \
        .from = (letter), .slot = 2, .credit = 4, __VA_ARGS__                                                                  \
    }

static void test_request_and_reply(void **state) {
    struct fake_bus *bus = *state;
    hello(bus, WRITER('w'));
    ask(bus, "Read", "r1");
    const struct sent *d = delivered(bus, 'w', "r1");
    assert_string_equal(d->origin, "front");
    assert_int_equal(d->time_left_ms, 5000);
    assert_int_equal(d->body_size, 3);
    bus->now_us += 2000;
    reply(bus, 'w', d->delivery);
    assert_string_equal(answered(bus, "r1", "ok")->body, "done");
    reply(bus, 'w', d->delivery); // once more: nobody waits for it
    silent(bus);
}

static void test_waits_for_worker_and_writer(void **state) {
    struct fake_bus *bus = *state;
    ask(bus, "Write", "w1");
    ask(bus, "Read", "r1");
    ask(bus, "Nothing", "n1");
    ask(bus, "Inside", "i1");
    silent(bus);
    hello(bus, READER('r'));
    answered(bus, "n1", "unknown_method");
    answered(bus, "i1", "unknown_method");
    delivered(bus, 'r', "r1");
    silent(bus);
    hello(bus, WRITER('w'));
    delivered(bus, 'w', "w1");
    ask(bus, "Read", "r2");
    delivered(bus, 'r', "r2"); // readers first
}

static void test_reach(void **state) {
    struct fake_bus *bus = *state;
    hello(bus, WRITER('w'));
    ask_body(bus, SIDE_BACK, 'b', "Inside", "b1", 5000, 0);
    assert_string_equal(delivered(bus, 'w', "b1")->origin, "back");
    ask_body(bus, SIDE_BACK, 'b', "Operate", "b2", 5000, 0);
    answered(bus, "b2", "unknown_method");
    ask_body(bus, SIDE_OPS, 'o', "Operate", "o1", 5000, 0);
    delivered(bus, 'w', "o1");
}

static void test_credit(void **state) {
    struct fake_bus *bus = *state;
    hello(bus, (struct hello){.from = 'w', .slot = 1, .credit = 2, .writer = true});
    ask(bus, "Read", "1");
    ask(bus, "Write", "2");
    ask(bus, "Write", "3");
    ask(bus, "Read", "4");
    const struct sent *first = delivered(bus, 'w', "1");
    delivered(bus, 'w', "2");
    silent(bus);
    reply(bus, 'w', first->delivery);
    answered(bus, "1", "ok");
    delivered(bus, 'w', "3"); // in the order of arrival, reads or writes
    silent(bus);
}

static void test_full(void **state) {
    struct fake_bus *bus = *state;
    char id[16];
    for (int i = 0; i < 10; i++) {
        snprintf(id, sizeof id, "q%d", i);
        ask(bus, "Read", id);
    }
    ask(bus, "Read", "over");
    assert_true(answered(bus, "over", "busy")->retry_after_ms >= 100);
}

static void test_full_by_bytes(void **state) {
    struct fake_bus *bus = *state;
    hello(bus, WRITER('w'));
    ask_body(bus, SIDE_FRONT, 'c', "Read", "big", 5000, 98000);
    const struct sent *d = delivered(bus, 'w', "big");
    ask_body(bus, SIDE_FRONT, 'c', "Read", "next", 5000, 5000);
    answered(bus, "next", "busy");
    reply(bus, 'w', d->delivery);
    answered(bus, "big", "ok");
    ask_body(bus, SIDE_FRONT, 'c', "Read", "then", 5000, 5000);
    delivered(bus, 'w', "then");
}

static void test_time_runs_out(void **state) {
    struct fake_bus *bus = *state;
    ask_body(bus, SIDE_FRONT, 'c', "Read", "early", 100, 0);
    pass(bus, 90);
    silent(bus);
    pass(bus, 10);
    assert_int_equal(answered(bus, "early", "starting")->retry_after_ms, 1000);
    hello(bus, (struct hello){.from = 'w', .slot = 1, .credit = 1, .writer = true});
    ask_body(bus, SIDE_FRONT, 'c', "Write", "sent", 100, 0);
    ask_body(bus, SIDE_FRONT, 'c', "Write", "kept", 120, 0);
    uint64_t delivery = delivered(bus, 'w', "sent")->delivery;
    pass(bus, 130);
    answered(bus, "sent", "unknown_outcome");
    answered(bus, "kept", "busy");
    ask(bus, "Write", "later");
    silent(bus); // the credit is taken until the worker has answered
    reply(bus, 'w', delivery);
    delivered(bus, 'w', "later");
}

static void test_huge_time_is_bounded(void **state) {
    struct fake_bus *bus = *state;
    ask_body(bus, SIDE_FRONT, 'c', "Read", "long", UINT32_MAX, 0);
    pass(bus, 59990);
    silent(bus);
    pass(bus, 10);
    answered(bus, "long", "starting");
}

static void test_death_redelivers_and_isolates(void **state) {
    struct fake_bus *bus = *state;
    hello(bus, WRITER('a'));
    ask(bus, "Read", "1");
    ask(bus, "Read", "2");
    ask(bus, "Read", "3");
    uint64_t first = delivered(bus, 'a', "1")->delivery;
    delivered(bus, 'a', "2");
    delivered(bus, 'a', "3");
    hello(bus, READER('b'));
    ask(bus, "Read", "other");
    uint64_t other = delivered(bus, 'b', "other")->delivery;
    bus->gone['a'] = true;
    pass(bus, 50);
    reply(bus, 'a', first); // was on its way when the worker died: counts
    answered(bus, "1", "ok");
    silent(bus);
    core_settle(bus->core);
    silent(bus); // b has other work: no suspect joins it
    ask(bus, "Read", "late");
    silent(bus); // and it gets nothing else meanwhile
    reply(bus, 'b', other);
    answered(bus, "other", "ok");
    uint64_t alone = delivered(bus, 'b', "2")->delivery;
    silent(bus);
    reply(bus, 'b', alone);
    answered(bus, "2", "ok");
    delivered(bus, 'b', "3");
    bus->gone['b'] = true;
    pass(bus, 50);
    core_settle(bus->core);
    answered(bus, "3", "worker_lost");
    silent(bus);
    hello(bus, READER('c', .slot = 3));
    delivered(bus, 'c', "late");
}

static void test_send_meets_the_dead(void **state) {
    struct fake_bus *bus = *state;
    hello(bus, WRITER('a'));
    hello(bus, READER('b'));
    bus->gone['b'] = true;
    ask(bus, "Read", "1"); // not a delivery: it never arrived
    delivered(bus, 'a', "1");
}

static void test_full_connection_is_tried_again(void **state) {
    struct fake_bus *bus = *state;
    hello(bus, WRITER('a'));
    bus->full['a'] = true;
    ask(bus, "Read", "1");
    silent(bus);
    bus->full['a'] = false;
    pass(bus, 60);
    delivered(bus, 'a', "1");
}

static void test_new_incarnation(void **state) {
    struct fake_bus *bus = *state;
    hello(bus, WRITER('a'));
    ask(bus, "Write", "1");
    uint64_t old = delivered(bus, 'a', "1")->delivery;
    hello(bus, WRITER('b', .incarnation = 1));
    core_settle(bus->core);
    uint64_t again = delivered(bus, 'b', "1")->delivery;
    reply(bus, 'a', old);
    assert_int_equal(next(bus)->kind, KOSI__KIND__PONG); // whoever is not known hears who we are
    hello(bus, WRITER('a'));                             // but whose place is taken is not let in again
    reply(bus, 'b', again);
    answered(bus, "1", "ok");
    ask(bus, "Write", "2");
    delivered(bus, 'b', "2");
    silent(bus);
}

static void test_a_hung_one_given_up_is_killed(void **state) {
    struct fake_bus *bus = *state;
    hello(bus, WRITER('a'));
    pass(bus, 1100);
    bus->gone['a'] = true; // its connection: the process is only stopped, and may hold the writer's lock
    pass(bus, 100);
    core_settle(bus->core);
    assert_int_equal(bus->killed, 1000 + 'a');
}

// Its supervisor died and another started a successor: the old one would keep the writer's lock for ever.
static void test_one_whose_slot_is_taken_is_killed(void **state) {
    struct fake_bus *bus = *state;
    hello(bus, WRITER('a'));
    ask(bus, "Write", "1");
    delivered(bus, 'a', "1");
    hello(bus, READER('b', .slot = 1));
    assert_int_equal(bus->killed, 0); // its last answers are read first
    core_settle(bus->core);
    assert_int_equal(bus->killed, 1000 + 'a');
}

static void test_new_writer_gets_the_writes(void **state) {
    struct fake_bus *bus = *state;
    hello(bus, WRITER('a'));
    ask(bus, "Write", "w");
    ask(bus, "Read", "r");
    delivered(bus, 'a', "w");
    uint64_t read = delivered(bus, 'a', "r")->delivery;
    hello(bus, READER('b', .writer = true));
    core_settle(bus->core);
    delivered(bus, 'b', "w");
    reply(bus, 'a', read);
    answered(bus, "r", "ok");
}

static void test_hung_and_back(void **state) {
    struct fake_bus *bus = *state;
    hello(bus, WRITER('a'));
    ask(bus, "Write", "1");
    uint64_t delivery = delivered(bus, 'a', "1")->delivery;
    pass(bus, 1100);
    ask(bus, "Read", "2");
    silent(bus);               // gets nothing new
    reply(bus, 'a', delivery); // awake again; nobody else could do it, so its answer is good
    answered(bus, "1", "ok");
    delivered(bus, 'a', "2");
}

static void test_hung_is_killed(void **state) {
    struct fake_bus *bus = *state;
    hello(bus, WRITER('a'));
    hello(bus, READER('b'));
    for (int i = 0; i < 40; i++) {
        tell(bus, 'b', KOSI__KIND__PONG);
        pass(bus, 100);
        if (i == 20)
            assert_int_equal(bus->killed, 0);
    }
    assert_int_equal(bus->killed, 1000 + 'a');
}

static void test_a_stopped_broker_accuses_nobody(void **state) {
    struct fake_bus *bus = *state;
    hello(bus, WRITER('a'));
    bus->now_us += 60 * 1000000;
    core_tick(bus->core);
    ask(bus, "Read", "1");
    delivered(bus, 'a', "1");
    assert_int_equal(bus->killed, 0);
}

static void test_an_ended_process_is_asked_at_once(void **state) {
    struct fake_bus *bus = *state;
    hello(bus, WRITER('a'));
    core_process_ended(bus->core, 1000 + 'a');
    ask(bus, "Read", "1");
    silent(bus);
    assert_int_equal(core_tick(bus->core), 1);
    bus->gone['a'] = true;
    core_tick(bus->core);
    assert_true(core_wants_settling(bus->core));
    assert_true(core_settle(bus->core));
    assert_int_equal(bus->closed, 1);
}

static void test_goodbye(void **state) {
    struct fake_bus *bus = *state;
    hello(bus, WRITER('a'));
    ask(bus, "Write", "1");
    uint64_t delivery = delivered(bus, 'a', "1")->delivery;
    tell(bus, 'a', KOSI__KIND__GOODBYE);
    assert_int_equal(next(bus)->kind, KOSI__KIND__GOODBYE);
    ask(bus, "Write", "2");
    reply(bus, 'a', delivery);
    answered(bus, "1", "ok");
    silent(bus);
    hello(bus, READER('b', .writer = true));
    delivered(bus, 'b', "2");
}

static void test_hints(void **state) {
    struct fake_bus *bus = *state;
    hello(bus, WRITER('a'));
    hello(bus, READER('b', .follows = "echo"));
    tell(bus, 'a', KOSI__KIND__HINT);
    silent(bus);
    hello(bus, READER('b', .writer = true, .follows = "echo"));
    tell(bus, 'a', KOSI__KIND__HINT);
    const struct sent *hint = next(bus);
    assert_int_equal(hint->kind, KOSI__KIND__HINT);
    assert_int_equal(hint->to, 'b');
}

static void tell_hint(struct fake_bus *bus, char from, const char *type) {
    char *types[] = {(char *)type};
    Kosi__Hint hint = KOSI__HINT__INIT;
    hint.types = types;
    hint.n_types = type ? 1 : 0;
    uint8_t packed[64];
    Kosi__Envelope e = KOSI__ENVELOPE__INIT;
    e.kind = KOSI__KIND__HINT;
    say(bus, SIDE_BACK, from, &e, packed, kosi__hint__pack(&hint, packed));
}

static void test_hints_of_what_nobody_follows(void **state) {
    struct fake_bus *bus = *state;
    hello(bus, WRITER('a'));
    hello(bus, READER('b', .writer = true, .follows = "echo", .only = "Accepted"));
    tell_hint(bus, 'a', "Received");
    silent(bus);
    tell_hint(bus, 'a', "Accepted");
    assert_int_equal(next(bus)->to, 'b');
    tell_hint(bus, 'a', NULL); // of anything
    assert_int_equal(next(bus)->to, 'b');
    silent(bus);
}

// The broker was stopped for so long that connections were given up: a worker that nobody pinged any more waited for ever.
static void test_a_worker_whose_connection_was_lost_is_let_in_again(void **state) {
    struct fake_bus *bus = *state;
    hello(bus, WRITER('w'));
    bus->gone['w'] = true;
    pass(bus, 100);
    core_settle(bus->core);
    bus->gone['w'] = false;
    uint8_t incarnation[8] = {'w'}, number[16] = {0};
    Kosi__Envelope probe = KOSI__ENVELOPE__INIT;
    probe.kind = KOSI__KIND__PING;
    probe.has_incarnation = probe.has_request_id = true;
    probe.incarnation = (ProtobufCBinaryData){sizeof incarnation, incarnation};
    probe.request_id = (ProtobufCBinaryData){sizeof number, number};
    say(bus, SIDE_BACK, 'w', &probe, NULL, 0);
    assert_int_equal(next(bus)->id_size, 0); // "say hello"
    hello(bus, WRITER('w'));
    say(bus, SIDE_BACK, 'w', &probe, NULL, 0);
    assert_int_equal(next(bus)->id_size, sizeof number);
    ask(bus, "Write", "1");
    delivered(bus, 'w', "1");
}

// What was on a connection that was given up is lost, and with it went the worker's credit, until nothing was left of it.
static void test_lost_deliveries_do_not_use_up_the_credit(void **state) {
    struct fake_bus *bus = *state;
    hello(bus, WRITER('w', .credit = 1));
    ask(bus, "Write", "lost");
    uint64_t delivery = delivered(bus, 'w', "lost")->delivery;
    for (int i = 0; i < 20; i++) {
        pass(bus, 500);
        tell(bus, 'w', KOSI__KIND__PONG);
    }
    answered(bus, "lost", "unknown_outcome");
    silent(bus);
    for (int i = 0; i < 11; i++) {
        pass(bus, 500);
        tell(bus, 'w', KOSI__KIND__PONG);
    }
    reply(bus, 'w', delivery); // after all: to nobody
    silent(bus);
    ask(bus, "Write", "next");
    delivered(bus, 'w', "next");
    ask(bus, "Write", "waits");
    silent(bus);
}

static void test_duplicates_and_strangers(void **state) {
    struct fake_bus *bus = *state;
    ask(bus, "Read", "1");
    ask(bus, "Read", "1");
    ask(bus, "Read", "");
    answered(bus, "", "malformed");
    tell(bus, 'x', KOSI__KIND__GOODBYE);
    assert_int_equal(next(bus)->kind, KOSI__KIND__PONG);
    hello(bus, WRITER('w'));
    delivered(bus, 'w', "1");
    silent(bus);
}

// Whoever had come for one question was remembered for a minute; with enough of them nobody new was let in.
static void test_passers_by_keep_nobody_out(void **state) {
    struct fake_bus *bus = *state;
    ask(bus, "Read", "waits");
    for (int i = 0; i < PEERS_MAX + 100; i++) {
        Kosi__Envelope ping = KOSI__ENVELOPE__INIT;
        ping.kind = KOSI__KIND__PING;
        ping.has_version = ping.has_kind = true;
        ping.version = WIRE_VERSION;
        struct wire_message message = {.routing = {1, (uint8_t)i, (uint8_t)(i >> 8)}, .routing_size = 3, .envelope = &ping};
        zmq_msg_init(&message.body);
        core_message(bus->core, SIDE_OPS, &message);
        zmq_msg_close(&message.body);
    }
    pass(bus, 1000);
    hello(bus, WRITER('w'));
    delivered(bus, 'w', "waits");
}

static void test_a_client_that_left(void **state) {
    struct fake_bus *bus = *state;
    hello(bus, WRITER('w'));
    ask(bus, "Read", "1");
    uint64_t delivery = delivered(bus, 'w', "1")->delivery;
    bus->gone['c'] = true;
    reply(bus, 'w', delivery);
    silent(bus);
    pass(bus, 80000);
    bus->gone['c'] = false;
    ask(bus, "Read", "2");
    tell(bus, 'w', KOSI__KIND__PONG);
    delivered(bus, 'w', "2");
}

#define T(name) cmocka_unit_test_setup_teardown(name, bus_open, bus_close)
int main(void) {
    const struct CMUnitTest tests[] = {
        T(test_request_and_reply),
        T(test_waits_for_worker_and_writer),
        T(test_reach),
        T(test_credit),
        T(test_full),
        T(test_full_by_bytes),
        T(test_time_runs_out),
        T(test_huge_time_is_bounded),
        T(test_death_redelivers_and_isolates),
        T(test_send_meets_the_dead),
        T(test_full_connection_is_tried_again),
        T(test_new_incarnation),
        T(test_new_writer_gets_the_writes),
        T(test_hung_and_back),
        T(test_a_hung_one_given_up_is_killed),
        T(test_one_whose_slot_is_taken_is_killed),
        T(test_hung_is_killed),
        T(test_a_stopped_broker_accuses_nobody),
        T(test_an_ended_process_is_asked_at_once),
        T(test_goodbye),
        T(test_hints),
        T(test_hints_of_what_nobody_follows),
        T(test_a_worker_whose_connection_was_lost_is_let_in_again),
        T(test_lost_deliveries_do_not_use_up_the_credit),
        T(test_duplicates_and_strangers),
        T(test_passers_by_keep_nobody_out),
        T(test_a_client_that_left),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
