// Reads that ask another service: the second part runs once, with the answer or the reason, and nobody waits for ever.
#include "bench_worker.h"
#include "submissions.handlers.h"
#include "kosi/registry.pb-c.h"

static struct mesh_handler handlers[WORKER_METHODS_MOST];
static struct mesh_service service = {.handlers = handlers};
static struct {
    void *context, *router, *dealer;
    int asked, second_parts;
    const char *outcome; // what is answered; NULL: nothing is
    const char *body;    // instead of a sound one
    bool twice;          // the handler asks a second time
} other;

static int with_answer(struct mesh_call *call, int outcome, const ProtobufCMessage *answer, ProtobufCMessage *reply) {
    other.second_parts++;
    assert_true((outcome == 0) == (answer != NULL));
    if (outcome == 0 && other.twice) {
        other.twice = false;
        Kosi__SimilarRequest again = KOSI__SIMILAR_REQUEST__INIT;
        again.title = "again";
        return mesh_ask(call, "registry", "Similar", &again.base, with_answer);
    }
    Kosi__FormListReply *list = (Kosi__FormListReply *)reply;
    assert_int_equal(list->n_items, 0); // empty again
    list->next_page_token = answer ? ((const Kosi__SimilarReply *)answer)->items[0]->title : (char *)problem_code(outcome);
    return 0;
}

static int forms(struct mesh_call *call, const ProtobufCMessage *request, ProtobufCMessage *reply) {
    (void)request;
    ((Kosi__FormListReply *)reply)->next_page_token = "of the first part";
    Kosi__SimilarRequest question = KOSI__SIMILAR_REQUEST__INIT;
    question.title = "title";
    return mesh_ask(call, "registry", "Similar", &question.base, with_answer);
}

static int nothing(struct mesh_call *call, const ProtobufCMessage *request, ProtobufCMessage *reply) {
    (void)call;
    (void)request;
    (void)reply;
    return 0;
}

static int set_up(void **state) {
    (void)state;
    memset(&other, 0, sizeof other);
    other.outcome = "ok";
    service.contract = contract_service_named("submissions");
    for (int i = 0; i < service.contract->method_count; i++)
        handlers[i].handle = strcmp(service.contract->methods[i].name, "Forms") == 0 ? forms : nothing;
    other.context = zmq_ctx_new();
    other.router = zmq_socket(other.context, ZMQ_ROUTER);
    other.dealer = zmq_socket(other.context, ZMQ_DEALER);
    assert_int_equal(wire_configure(other.router, true) | wire_configure(other.dealer, false), 0);
    assert_int_equal(zmq_bind(other.router, "inproc://other") | zmq_connect(other.dealer, "inproc://other"), 0);
    bench_open_on(&service, other.dealer);
    bench_become_writer();
    return 0;
}
static int tear_down(void **state) {
    (void)state;
    bench_close(); // also with a question under way
    zmq_close(other.dealer);
    zmq_close(other.router);
    zmq_ctx_term(other.context);
    return 0;
}

static void answer(const struct wire_message *message) {
    other.asked++;
    if (other.outcome == NULL)
        return;
    assert_string_equal(message->envelope->service, "registry");
    assert_string_equal(message->envelope->method, "Similar");
    uint8_t body[256];
    Kosi__SimilarEntry item = KOSI__SIMILAR_ENTRY__INIT, *items[] = {&item};
    Kosi__SimilarReply reply = KOSI__SIMILAR_REPLY__INIT;
    item.title = "of the second part";
    reply.items = items;
    reply.n_items = 1;
    size_t size = kosi__similar_reply__pack(&reply, body);
    Kosi__Envelope envelope = KOSI__ENVELOPE__INIT;
    envelope.has_kind = envelope.has_request_id = true;
    envelope.kind = KOSI__KIND__REPLY;
    envelope.request_id = message->envelope->request_id;
    envelope.outcome = (char *)other.outcome;
    const void *bytes = other.body ? (const void *)other.body : body;
    size = other.body ? strlen(other.body) : size;
    wire_send(other.router, message->routing, message->routing_size, &envelope, bytes, size);
}

static void turn(void) {
    struct arena *arena = arena_new(1 << 20);
    struct wire_message message;
    worker_turn(&bench->worker);
    while (wire_receive(other.router, true, arena, &message) == WIRE_OK) {
        if (message.envelope->kind == KOSI__KIND__REQUEST)
            answer(&message);
        wire_message_close(&message);
    }
    client_receive(bench->worker.client);
    arena_free(&arena);
}

static void ask_for_forms(uint8_t id, int time_left_ms) {
    struct question q = {.method = "Forms", .request_id = id, .time_left_ms = time_left_ms};
    bench_put(&q);
}

static const char *told(const struct caught *reply) {
    static char text[64];
    assert_string_equal(reply->outcome, "ok");
    Kosi__FormListReply *list = kosi__form_list_reply__unpack(NULL, reply->size, reply->body);
    snprintf(text, sizeof text, "%s", list->next_page_token);
    kosi__form_list_reply__free_unpacked(list, NULL);
    return text;
}

static void all_are_free(void) {
    assert_int_equal(bench->worker.call_count, 0);
    assert_null(bench->worker.asking.first);
}

static void the_answer_comes_to_the_second_part(void **state) {
    (void)state;
    ask_for_forms(1, 0);
    turn();
    assert_int_equal(bench->reply_count, 0); // nothing is answered before
    turn();
    assert_int_equal(bench->reply_count, 1);
    assert_string_equal(told(&bench->replies[0]), "of the second part");
    all_are_free();
}

static void a_refusal_and_garbage_come_as_the_reason(void **state) {
    (void)state;
    other.outcome = "busy";
    ask_for_forms(1, 0);
    turn();
    other.outcome = "ok";
    other.body = "\xff\xff\xff";
    ask_for_forms(2, 0);
    turn();
    turn();
    assert_int_equal(bench->reply_count, 2);
    assert_string_equal(told(&bench->replies[0]), "busy");
    assert_string_equal(told(&bench->replies[1]), "internal");
    all_are_free();
}

static void a_service_that_says_nothing_costs_half_the_time(void **state) {
    (void)state;
    other.outcome = NULL;
    int64_t began = clock_mono_ms();
    ask_for_forms(1, 3000);
    while (bench->reply_count == 0 && clock_mono_ms() - began < 10000)
        turn();
    assert_true(clock_mono_ms() - began < 3000); // who asked us still gets its answer
    assert_string_equal(told(&bench->replies[0]), "unknown_outcome");
    assert_in_range(bench->worker.call_count, 0, 1); // the timers keep one for themselves when they have run
    assert_null(bench->worker.asking.first);
}

static void many_at_once_are_bounded(void **state) {
    (void)state;
    enum { QUESTIONS = 280, ROOM = 256 };
    for (int i = 0; i < QUESTIONS; i++)
        ask_for_forms((uint8_t)i, 0);
    for (int i = 0; i < 10; i++)
        turn();
    assert_int_equal(bench->reply_count, QUESTIONS);
    int busy = 0;
    for (int i = 0; i < QUESTIONS; i++)
        busy += strcmp(bench->replies[i].outcome, "busy") == 0;
    assert_true(busy <= QUESTIONS - ROOM);
    assert_int_equal(other.second_parts, QUESTIONS - busy);
    all_are_free();
}

static void the_second_part_may_ask_again(void **state) {
    (void)state;
    other.twice = true;
    ask_for_forms(1, 0);
    for (int i = 0; i < 4; i++)
        turn();
    assert_int_equal(other.asked, 2);
    assert_int_equal(bench->reply_count, 1);
    assert_string_equal(told(&bench->replies[0]), "of the second part");
    all_are_free();
}

static void an_end_meanwhile_leaves_nothing(void **state) {
    (void)state;
    other.outcome = NULL;
    ask_for_forms(1, 0);
    turn();
    assert_int_equal(bench->worker.asking.count, 1);
}

int main(void) {
#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        T(the_answer_comes_to_the_second_part),
        T(a_refusal_and_garbage_come_as_the_reason),
        T(a_service_that_says_nothing_costs_half_the_time),
        T(many_at_once_are_bounded),
        T(the_second_part_may_ask_again),
        T(an_end_meanwhile_leaves_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
