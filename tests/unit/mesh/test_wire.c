#include "services/common/mesh/wire.h"
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

struct pair {
    void *context, *router, *dealer;
    struct arena *arena;
};

static int pair_open(void **state) {
    struct pair *pair = calloc(1, sizeof *pair);
    pair->context = zmq_ctx_new();
    pair->router = zmq_socket(pair->context, ZMQ_ROUTER);
    pair->dealer = zmq_socket(pair->context, ZMQ_DEALER);
    pair->arena = arena_new(1 << 20);
    int failed = wire_configure(pair->router, true) | wire_configure(pair->dealer, false) |
                 zmq_bind(pair->router, "inproc://wire") | zmq_connect(pair->dealer, "inproc://wire");
    *state = pair;
    return failed;
}

static int pair_close(void **state) {
    struct pair *pair = *state;
    zmq_close(pair->dealer);
    zmq_close(pair->router);
    zmq_ctx_term(pair->context);
    arena_free(&pair->arena);
    free(pair);
    return 0;
}

static enum wire_result receive(struct pair *pair, bool router, struct wire_message *out) {
    void *socket = router ? pair->router : pair->dealer;
    zmq_pollitem_t item = {.socket = socket, .events = ZMQ_POLLIN};
    zmq_poll(&item, 1, 1000);
    arena_reset(pair->arena);
    return wire_receive(socket, router, pair->arena, out);
}

static Kosi__Envelope request(void) {
    Kosi__Envelope e = KOSI__ENVELOPE__INIT;
    e.has_version = e.has_kind = true;
    e.version = WIRE_VERSION;
    e.kind = KOSI__KIND__REQUEST;
    e.service = (char *)"echo";
    return e;
}

static void test_there_and_back(void **state) {
    struct pair *pair = *state;
    Kosi__Envelope e = request();
    struct wire_message message;
    assert_int_equal(wire_send(pair->dealer, NULL, 0, &e, "body", 4), WIRE_OK);
    assert_int_equal(receive(pair, true, &message), WIRE_OK);
    assert_int_equal(message.routing_size, 16); // the identity that the configuration made
    assert_string_equal(message.envelope->service, "echo");
    assert_int_equal(zmq_msg_size(&message.body), 4);
    e.kind = KOSI__KIND__REPLY;
    assert_int_equal(wire_send_msg(pair->router, message.routing, message.routing_size, &e, &message.body), WIRE_OK);
    assert_int_equal(zmq_msg_size(&message.body), 0); // moved
    wire_message_close(&message);
    assert_int_equal(receive(pair, false, &message), WIRE_OK);
    assert_int_equal(message.routing_size, 0);
    assert_memory_equal(zmq_msg_data(&message.body), "body", 4);
    wire_message_close(&message);
    assert_int_equal(wire_receive(pair->dealer, false, pair->arena, &message), WIRE_EMPTY);
}

static void send_frames(struct pair *pair, int count, const void *first, size_t size) {
    for (int i = 0; i < count; i++)
        assert_true(zmq_send(pair->dealer, i ? "" : first, i ? 0 : size, i + 1 < count ? ZMQ_SNDMORE : 0) >= 0);
}

static void test_bad_messages_are_read_away(void **state) {
    struct pair *pair = *state;
    static char large[WIRE_ENVELOPE_MAX + 1];
    Kosi__Envelope e = request();
    uint8_t packed[100];
    size_t size = kosi__envelope__pack(&e, packed);
    struct {
        int frames;
        const void *first;
        size_t size;
        enum wire_result result;
    } cases[] = {
        {1, packed, size, WIRE_FRAMES},
        {3, packed, size, WIRE_FRAMES},
        {7, packed, size, WIRE_FRAMES},
        {2, "\xff\xff", 2, WIRE_MALFORMED},
        {2, "", 0, WIRE_MALFORMED},
        {2, "\x08\x01", 2, WIRE_MALFORMED},
        {2, packed, size - 1, WIRE_MALFORMED},
        {2, large, sizeof large, WIRE_TOO_LARGE},
        {5, large, sizeof large, WIRE_TOO_LARGE},
        {1, "", 0, WIRE_FRAMES},
        {2, packed, size, WIRE_OK},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct wire_message message;
        send_frames(pair, cases[i].frames, cases[i].first, cases[i].size);
        assert_int_equal(receive(pair, true, &message), cases[i].result);
        wire_message_close(&message);
    }
}

static void test_what_cannot_be_sent(void **state) {
    struct pair *pair = *state;
    static char large[WIRE_BODY_MAX + 1];
    Kosi__Envelope e = request();
    assert_int_equal(wire_send(pair->router, (const uint8_t *)"nobody", 6, &e, NULL, 0), WIRE_GONE);
    zmq_msg_t body;
    zmq_msg_init_size(&body, 10);
    assert_int_equal(wire_send_msg(pair->router, (const uint8_t *)"nobody", 6, &e, &body), WIRE_GONE);
    assert_int_equal(zmq_msg_size(&body), 10); // still the caller's
    zmq_msg_close(&body);
    assert_int_equal(wire_send(pair->dealer, NULL, 0, &e, large, sizeof large), WIRE_TOO_LARGE);
    memset(large, 'x', WIRE_ENVELOPE_MAX);
    large[WIRE_ENVELOPE_MAX] = 0;
    e.method = large;
    assert_int_equal(wire_send(pair->dealer, NULL, 0, &e, NULL, 0), WIRE_TOO_LARGE);
}

static void test_a_full_connection(void **state) {
    struct pair *pair = *state;
    Kosi__Envelope e = request();
    enum wire_result result = WIRE_OK;
    int sent = 0;
    for (; result == WIRE_OK && sent < 100000; sent++)
        result = wire_send(pair->dealer, NULL, 0, &e, NULL, 0);
    assert_int_equal(result, WIRE_FULL);
    struct wire_message message;
    for (int i = 0; i < sent - 1; i++) { // all that was taken arrives whole
        assert_int_equal(receive(pair, true, &message), WIRE_OK);
        wire_message_close(&message);
    }
}

static void test_every_result_has_a_name(void **state) {
    (void)state;
    for (int i = WIRE_OK; i <= WIRE_FAULT; i++)
        assert_string_not_equal(wire_result_name((enum wire_result)i), "unknown");
}

#define T(name) cmocka_unit_test_setup_teardown(name, pair_open, pair_close)
int main(void) {
    const struct CMUnitTest tests[] = {T(test_there_and_back), T(test_bad_messages_are_read_away), T(test_what_cannot_be_sent),
                                       T(test_a_full_connection), T(test_every_result_has_a_name)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
