#include "services/common/mesh/client.h"
#include "services/common/base/clock.h"
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

enum { PATIENCE_MS = 5000 };
// A client, and a socket on which the test is the broker.
struct bed {
    void *context, *router, *dealer;
    struct client *client;
    struct arena *arena;
    char directory[32], endpoint[64];
    char incarnation;
    bool dumb;                // answers no PING
    int requests;             // read so far
    struct wire_message last; // the latest request; envelope is only good until the next read
    uint8_t last_id[16];
    uint32_t last_time_left;
    int done;
    char outcome[32];
    uint64_t ask_again; // from within done
};

static void bind_router(struct bed *bed) {
    bed->router = zmq_socket(bed->context, ZMQ_ROUTER);
    assert_int_equal(wire_configure(bed->router, true), 0);
    assert_int_equal(zmq_bind(bed->router, bed->endpoint), 0);
}

static int bed_open(void **state) {
    struct bed *bed = calloc(1, sizeof *bed);
    strcpy(bed->directory, "/tmp/kosi-XXXXXX");
    assert_non_null(mkdtemp(bed->directory));
    snprintf(bed->endpoint, sizeof bed->endpoint, "ipc://%s/broker", bed->directory);
    bed->context = zmq_ctx_new();
    bed->arena = arena_new(1 << 20);
    bed->incarnation = 'A';
    bind_router(bed);
    bed->dealer = zmq_socket(bed->context, ZMQ_DEALER);
    assert_int_equal(wire_configure(bed->dealer, false), 0);
    assert_int_equal(zmq_connect(bed->dealer, bed->endpoint), 0);
    bed->client = client_new(bed->dealer, 8);
    zmq_msg_init(&bed->last.body);
    *state = bed;
    return bed->client ? 0 : -1;
}

static int bed_close(void **state) {
    struct bed *bed = *state;
    client_free(&bed->client);
    int linger = 0;
    zmq_setsockopt(bed->dealer, ZMQ_LINGER, &linger, sizeof linger);
    zmq_close(bed->dealer);
    zmq_close(bed->router);
    zmq_ctx_term(bed->context);
    arena_free(&bed->arena);
    rmdir(bed->directory);
    free(bed);
    return 0;
}

static void send_pong(struct bed *bed, const struct wire_message *ping) {
    uint8_t incarnation[8] = {(uint8_t)bed->incarnation};
    Kosi__Envelope pong = KOSI__ENVELOPE__INIT;
    pong.has_version = pong.has_kind = pong.has_request_id = pong.has_incarnation = true;
    pong.version = WIRE_VERSION;
    pong.kind = KOSI__KIND__PONG;
    pong.request_id = ping->envelope->request_id;
    pong.incarnation = (ProtobufCBinaryData){sizeof incarnation, incarnation};
    wire_send(bed->router, ping->routing, ping->routing_size, &pong, NULL, 0);
}

// One turn of both sides.
static void turn(struct bed *bed) {
    zmq_pollitem_t items[] = {{.socket = bed->router, .events = ZMQ_POLLIN}, {.socket = bed->dealer, .events = ZMQ_POLLIN}};
    zmq_poll(items, 2, 5);
    struct wire_message message;
    arena_reset(bed->arena);
    while (wire_receive(bed->router, true, bed->arena, &message) == WIRE_OK) {
        if (message.envelope->kind == KOSI__KIND__PING && !bed->dumb)
            send_pong(bed, &message);
        if (message.envelope->kind == KOSI__KIND__REQUEST) {
            bed->requests++;
            bed->last = message;
            memcpy(bed->last_id, message.envelope->request_id.data, sizeof bed->last_id);
            bed->last_time_left = message.envelope->time_left_ms;
        }
        zmq_msg_close(&message.body);
    }
    client_receive(bed->client);
    client_tick(bed->client);
}

static void turns_for(struct bed *bed, int ms) {
    for (int64_t end = clock_mono_ms() + ms; clock_mono_ms() < end;)
        turn(bed);
}

#define UNTIL(bed, condition)                                                                                                  \
    do {                                                                                                                       \
        for (int64_t end_ = clock_mono_ms() + PATIENCE_MS; !(condition) && clock_mono_ms() < end_;)                            \
            turn(bed);                                                                                                         \
        assert_true(condition);                                                                                                \
    } while (0)

static void answer_last(struct bed *bed) {
    Kosi__Envelope e = KOSI__ENVELOPE__INIT;
    e.has_version = e.has_kind = e.has_request_id = true;
    e.version = WIRE_VERSION;
    e.kind = KOSI__KIND__REPLY;
    e.request_id = (ProtobufCBinaryData){sizeof bed->last_id, bed->last_id};
    e.outcome = (char *)"ok";
    assert_int_equal(wire_send(bed->router, bed->last.routing, bed->last.routing_size, &e, "answer", 6), WIRE_OK);
}

static void keep(void *owner, const struct client_reply *reply) {
    struct bed *bed = owner;
    bed->done++;
    snprintf(bed->outcome, sizeof bed->outcome, "%s", reply->outcome);
    if (strcmp(reply->outcome, "ok") == 0)
        assert_memory_equal(reply->body, "answer", 6);
}

static uint64_t ask(struct bed *bed, uint32_t timeout_ms) {
    struct client_request request = {.service = "echo",
                                     .method = "Echo",
                                     .body = "question",
                                     .body_size = 8,
                                     .timeout_ms = timeout_ms,
                                     .idempotency_key = "key",
                                     .done = keep,
                                     .owner = bed};
    return client_ask(bed->client, &request);
}

static void test_ask_and_answer(void **state) {
    struct bed *bed = *state;
    assert_true(ask(bed, 0) > 0);
    UNTIL(bed, bed->requests == 1);
    assert_int_equal(bed->last_time_left, WIRE_TIME_LEFT_MS);
    answer_last(bed);
    answer_last(bed);
    UNTIL(bed, bed->done);
    turns_for(bed, 30);
    assert_int_equal(bed->done, 1);
    assert_string_equal(bed->outcome, "ok");
    assert_int_equal(client_waiting(bed->client), 0);
}

static void test_bounded_and_forgotten(void **state) {
    struct bed *bed = *state;
    uint64_t handles[8];
    for (int i = 0; i < 8; i++)
        handles[i] = ask(bed, 0);
    assert_int_equal(ask(bed, 0), 0);
    client_forget(bed->client, handles[3]);
    client_forget(bed->client, handles[3]);
    assert_int_equal(client_waiting(bed->client), 7);
    assert_true(ask(bed, 0) != handles[3]);
    client_forget(bed->client, 0);
    client_forget(bed->client, UINT64_MAX);
    UNTIL(bed, bed->requests == 9);
    answer_last(bed);
    UNTIL(bed, bed->done == 1);
    client_free(&bed->client);
    assert_int_equal(bed->done, 8);
    assert_string_equal(bed->outcome, "unknown_outcome");
}

static void test_time_runs_out_in_order(void **state) {
    struct bed *bed = *state;
    for (uint32_t i = 0; i < 8; i++)
        ask(bed, 50 + (i * 37) % 80);
    UNTIL(bed, bed->done == 8);
    assert_string_equal(bed->outcome, "unknown_outcome");
}

static void test_another_broker_is_asked_again(void **state) {
    struct bed *bed = *state;
    ask(bed, 4000);
    UNTIL(bed, bed->requests == 1);
    turns_for(bed, 120);
    assert_int_equal(bed->requests, 1); // one broker, one time
    zmq_close(bed->router);
    bed->incarnation = 'B';
    bind_router(bed);
    UNTIL(bed, bed->requests == 2);
    assert_true(bed->last_time_left < 3900);
    answer_last(bed);
    UNTIL(bed, bed->done);
    assert_string_equal(bed->outcome, "ok");
}

static void test_a_skipped_pong_means_a_loss(void **state) {
    struct bed *bed = *state;
    bool before_silence_is = false; // that is after a second; three tries, since this machine may be busy
    for (int n = 1; n <= 3 && !before_silence_is; n++) {
        ask(bed, 4000);
        UNTIL(bed, bed->requests == 2 * n - 1);
        bed->dumb = true;
        turns_for(bed, 120);
        bed->dumb = false;
        UNTIL(bed, bed->requests == 2 * n);
        before_silence_is = bed->last_time_left > 3000;
        answer_last(bed);
        UNTIL(bed, bed->done == n);
    }
    assert_true(before_silence_is);
}

static void test_silence_is_asked_again(void **state) {
    struct bed *bed = *state;
    bed->dumb = true;
    ask(bed, 4000);
    UNTIL(bed, bed->requests == 2);
    assert_in_range(bed->last_time_left, 2000, 3100);
}

static void test_too_large_is_said(void **state) {
    struct bed *bed = *state;
    static uint8_t actor[WIRE_ENVELOPE_MAX];
    struct client_request request = {.service = "echo",
                                     .method = "Echo",
                                     .signed_actor = actor,
                                     .signed_actor_size = sizeof actor,
                                     .done = keep,
                                     .owner = bed};
    assert_true(client_ask(bed->client, &request) > 0);
    assert_int_equal(bed->done, 0); // never from within the call
    UNTIL(bed, bed->done == 1);
    assert_string_equal(bed->outcome, "too_large");
}

static void keep_and_ask(void *owner, const struct client_reply *reply) {
    struct bed *bed = owner;
    bed->ask_again = ask(bed, 0);
    keep(owner, reply);
}

static void test_ask_from_within_an_answer(void **state) {
    struct bed *bed = *state;
    struct client_request request = {.service = "echo", .method = "Echo", .done = keep_and_ask, .owner = bed};
    client_ask(bed->client, &request);
    UNTIL(bed, bed->requests == 1);
    answer_last(bed);
    UNTIL(bed, bed->requests == 2);
    assert_true(bed->ask_again > 0);
    answer_last(bed);
    UNTIL(bed, bed->done == 2);
}

static void test_strangers_messages_are_left(void **state) {
    struct bed *bed = *state;
    Kosi__Envelope e = KOSI__ENVELOPE__INIT;
    uint8_t id[16] = {1};
    struct wire_message message = {.envelope = &e};
    zmq_msg_init(&message.body);
    e.kind = KOSI__KIND__REPLY;
    assert_false(client_take(bed->client, &message));
    e.request_id = (ProtobufCBinaryData){sizeof id, id};
    assert_false(client_take(bed->client, &message));
    e.kind = KOSI__KIND__REQUEST;
    assert_false(client_take(bed->client, &message));
    e.kind = KOSI__KIND__PONG;
    assert_true(client_take(bed->client, &message));
}

// ---- one question

struct asked {
    const char *endpoint;
    int result;
    char outcome[64];
    uint8_t *body;
    size_t size;
    uint32_t timeout_ms;
    bool over;
};

static void *ask_once(void *argument) {
    struct asked *asked = argument;
    struct client_request request = {.service = "broker", .method = "Status", .timeout_ms = asked->timeout_ms};
    asked->result = client_ask_once(asked->endpoint, &request, asked->outcome, &asked->body, &asked->size);
    __atomic_store_n(&asked->over, true, __ATOMIC_RELEASE);
    return NULL;
}

static void test_one_question(void **state) {
    struct bed *bed = *state;
    struct asked asked = {.endpoint = bed->endpoint, .timeout_ms = 4000};
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, ask_once, &asked), 0);
    UNTIL(bed, bed->requests == 1);
    answer_last(bed);
    UNTIL(bed, __atomic_load_n(&asked.over, __ATOMIC_ACQUIRE));
    pthread_join(thread, NULL);
    assert_int_equal(asked.result, 0);
    assert_string_equal(asked.outcome, "ok");
    assert_memory_equal(asked.body, "answer", asked.size);
    free(asked.body);
}

static void test_one_question_without_a_broker(void **state) {
    (void)state;
    struct asked asked = {.endpoint = "ipc:///tmp/kosi-nobody-there", .timeout_ms = 100};
    ask_once(&asked);
    assert_int_equal(asked.result, -1);
}

#define T(name) cmocka_unit_test_setup_teardown(name, bed_open, bed_close)
int main(void) {
    const struct CMUnitTest tests[] = {
        T(test_ask_and_answer),
        T(test_bounded_and_forgotten),
        T(test_time_runs_out_in_order),
        T(test_another_broker_is_asked_again),
        T(test_a_skipped_pong_means_a_loss),
        T(test_silence_is_asked_again),
        T(test_too_large_is_said),
        T(test_ask_from_within_an_answer),
        T(test_strangers_messages_are_left),
        T(test_one_question),
        T(test_one_question_without_a_broker),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
