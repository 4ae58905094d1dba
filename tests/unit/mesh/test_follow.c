// Followers: each record takes effect exactly once, whichever database step fails, and nothing is digested out of order.
#include "bench_worker.h"
#include "services/common/mesh/follow.h"
#include "services/common/mesh/parked.h"
#include "services/common/mesh/trying.h"

enum { RECORDS = 30 };
static const struct store_migration migrations[] = {
    {1, 1, "CREATE TABLE effect(seq INTEGER PRIMARY KEY, subject TEXT NOT NULL) STRICT"}};
static int apply(struct mesh_call *call, const struct mesh_record *record);
static const char *const types[] = {"SubmissionReceived", NULL};
static const struct mesh_follow projection[] = {{"submissions", types, false, apply}},
                                stateful[] = {{"submissions", types, true, apply}};
static struct mesh_handler handlers[WORKER_METHODS_MOST];
static struct mesh_service service = {.handlers = handlers, .migrations = migrations, .migration_count = 1, .follow_count = 1};

// The followed service, as its log is now.
static struct {
    void *context, *router, *dealer;
    uint8_t epoch[16];
    uint64_t last_seq, undigestible;
    int asked;
    int64_t began_at;
} source;
static uint64_t refused_seq, deadly_seq, refused_late_seq, faulty_seq;
static int applied;
static jmp_buf death;

static int nothing(struct mesh_call *call, const ProtobufCMessage *request, ProtobufCMessage *reply) {
    (void)call;
    (void)request;
    (void)reply;
    return 0;
}

static int apply(struct mesh_call *call, const struct mesh_record *record) {
    if (record->seq == refused_seq)
        return 1;
    if (record->seq == deadly_seq)
        longjmp(death, 1);
    struct store_statement *s = store_prepare(call->store, "INSERT INTO effect(seq, subject) VALUES(?1, ?2)");
    store_bind_int(s, 1, (int64_t)record->seq);
    store_bind_text(s, 2, record->subject);
    int rc = store_run(s);
    applied++;
    Kosi__EntryUnpublished effect = KOSI__ENTRY_UNPUBLISHED__INIT;
    effect.id = (char *)record->subject;
    if (rc == 0)
        rc = mesh_log(call, record->subject, &effect.base, NULL);
    if (rc != 0 || record->seq == refused_late_seq)
        return rc ? rc : 1;
    return record->seq == faulty_seq ? STORE_CONFLICT : 0;
}

static int set_up_with(const struct mesh_follow *follows) {
    service.contract = contract_service_named("registry");
    service.follows = follows;
    for (int i = 0; i < service.contract->method_count; i++)
        handlers[i].handle = nothing;
    memset(&source, 0, sizeof source);
    refused_seq = deadly_seq = refused_late_seq = faulty_seq = 0;
    applied = 0;
    source.context = zmq_ctx_new();
    source.router = zmq_socket(source.context, ZMQ_ROUTER);
    source.dealer = zmq_socket(source.context, ZMQ_DEALER);
    assert_int_equal(wire_configure(source.router, true) | wire_configure(source.dealer, false), 0);
    assert_int_equal(zmq_bind(source.router, "inproc://source") | zmq_connect(source.dealer, "inproc://source"), 0);
    source.last_seq = RECORDS;
    bench_open_on(&service, source.dealer);
    bench_become_writer();
    return 0;
}
static int set_up(void **state) {
    (void)state;
    return set_up_with(projection);
}
static int set_up_stateful(void **state) {
    (void)state;
    return set_up_with(stateful);
}
static int tear_down(void **state) {
    (void)state;
    bench_close();
    zmq_close(source.dealer);
    zmq_close(source.router);
    zmq_ctx_term(source.context);
    return 0;
}

static void fill_record(Kosi__LogRecord *record, uint64_t seq, char *subject) {
    kosi__log_record__init(record);
    sprintf(subject, "subject-%llu", (unsigned long long)(seq % 10));
    record->has_seq = record->has_content = true;
    record->seq = seq;
    record->type = "SubmissionReceived";
    record->subject = subject;
    record->has_at = true;
    record->at = source.began_at;
    if (seq == source.undigestible)
        record->content = (ProtobufCBinaryData){2, (uint8_t *)"\xff\xff"};
}

static void answer(struct wire_message *message) {
    Kosi__LogReadRequest *asked =
        kosi__log_read_request__unpack(NULL, zmq_msg_size(&message->body), zmq_msg_data(&message->body));
    Kosi__LogRecord records[8], *list[8];
    char subjects[8][32];
    Kosi__LogReadReply reply = KOSI__LOG_READ_REPLY__INIT;
    reply.has_epoch = reply.has_scanned_to = reply.has_last_seq = true;
    reply.epoch = (ProtobufCBinaryData){sizeof source.epoch, source.epoch};
    reply.last_seq = source.last_seq;
    reply.scanned_to = asked->after_seq;
    reply.records = list;
    while (reply.n_records < 8 && reply.scanned_to < source.last_seq) {
        fill_record(&records[reply.n_records], ++reply.scanned_to, subjects[reply.n_records]);
        list[reply.n_records] = &records[reply.n_records];
        reply.n_records++;
    }
    uint8_t body[4096];
    Kosi__Envelope envelope = KOSI__ENVELOPE__INIT;
    envelope.has_kind = envelope.has_request_id = true;
    envelope.kind = KOSI__KIND__REPLY;
    envelope.request_id = message->envelope->request_id;
    envelope.outcome = "ok";
    size_t size = kosi__log_read_reply__pack(&reply, body);
    assert_int_equal(wire_send(source.router, message->routing, message->routing_size, &envelope, body, size), WIRE_OK);
    kosi__log_read_request__free_unpacked(asked, NULL);
    source.asked++;
}

// One exchange; time does not pass by itself: now_ms says what the follower believes.
static void turn(int64_t now_ms) {
    follow_tick(&bench->worker, now_ms);
    struct arena *arena = arena_new(1 << 20);
    struct wire_message message;
    while (wire_receive(source.router, true, arena, &message) == WIRE_OK) {
        if (message.envelope->kind == KOSI__KIND__REQUEST)
            answer(&message);
        wire_message_close(&message);
    }
    client_receive(bench->worker.client);
    arena_free(&arena);
}

static void turn_until_still(void) {
    for (int i = 0; i < 40; i++)
        turn(clock_mono_ms() + 10000LL * i);
}

static int64_t cursor(void) {
    return bench_number("SELECT coalesce(max(seq), 0) FROM mesh_cursors");
}
static const char effects[] = "SELECT count(*) FROM effect", logged[] = "SELECT count(*) FROM log";

static void a_projection_takes_all(void **state) {
    (void)state;
    turn_until_still();
    assert_int_equal(bench_number(effects), RECORDS);
    assert_int_equal(bench_number(logged), RECORDS);
    assert_int_equal(cursor(), RECORDS);
    assert_true(bench->hint_count > 0);
    assert_string_equal(bench->hint_types, "EntryUnpublished ");
}

static void a_stateful_follower_starts_now(void **state) {
    (void)state;
    turn_until_still();
    assert_int_equal(bench_number(effects), 0);
    assert_int_equal(cursor(), RECORDS);
    source.last_seq += 3;
    turn_until_still();
    assert_int_equal(bench_number(effects), 3);
}

static void in_a_new_node_there_is_no_past(void **state) {
    (void)state;
    source.began_at = INT64_MAX / 2; // after this database was made
    turn_until_still();
    assert_int_equal(bench_number(effects), RECORDS);
    assert_int_equal(cursor(), RECORDS);
}

static int ask_reset(void) {
    struct mesh_method method;
    follow_reset_open(&method);
    struct mesh_call_private *call = call_take(&bench->worker);
    Kosi__FollowResetRequest request = KOSI__FOLLOW_RESET_REQUEST__INIT;
    Kosi__FollowResetReply reply = KOSI__FOLLOW_RESET_REPLY__INIT;
    request.service = "submissions";
    call->call.store = bench->worker.writer;
    call->call.now_us = clock_wall_us();
    assert_int_equal(store_begin(bench->worker.writer), 0);
    assert_int_equal(method.handle(&call->call, &request.base, &reply.base), 0);
    assert_int_equal(store_commit(bench->worker.writer), 0);
    call_free(&bench->worker, call);
    assert_true(reply.stateful);
    return (int)reply.parked;
}

static void a_stateful_follower_goes_on_where_it_parked_and_never_at_the_beginning(void **state) {
    (void)state;
    turn_until_still();
    refused_seq = source.last_seq + 2;
    source.last_seq += 5;
    turn_until_still();
    assert_int_equal(bench_number(effects), 4);
    assert_int_equal(bench_number("SELECT count(*) FROM mesh_parked"), 1);
    refused_seq = 0;
    assert_int_equal(ask_reset(), 1);
    turn_until_still();
    assert_int_equal(bench_number("SELECT count(*) FROM mesh_parked"), 0);
    assert_int_equal(bench_number("SELECT count(*) FROM effect WHERE seq > 30"), 5); // none a second time
    assert_int_equal(bench_number("SELECT count(*) FROM mesh_again"), 0);
    source.epoch[0] ^= 1; // and after a restore at the present
    source.last_seq++;
    turn_until_still();
    assert_int_equal(ask_reset(), 0);
    turn_until_still();
    source.last_seq++;
    turn_until_still();
    assert_int_equal(bench_number(effects), 6);
}

static void effects_and_cursor_move_together(void **state) {
    (void)state;
    static const int codes[] = {SQLITE_FULL, SQLITE_CONSTRAINT, SQLITE_BUSY};
    for (int n = 1; n <= 60; n++) {
        store_fail_step(bench->worker.writer, n, codes[n % 3]);
        turn(clock_mono_ms() + 10000LL * n);
        turn(clock_mono_ms() + 10000LL * n + 5000);
        store_fail_step(bench->worker.writer, 0, 0);
        source.last_seq++;
        assert_int_equal(bench_number(effects), cursor());
        assert_int_equal(bench_number(logged), cursor());
    }
    turn_until_still();
    assert_int_equal(bench_number(effects), RECORDS + 60);
    assert_int_equal(bench_number("SELECT count(*) FROM mesh_parked"), 0);
    assert_false(bench->worker.failed);
}

static void what_is_refused_parks_its_subject(void **state) {
    (void)state;
    refused_seq = 3;
    source.undigestible = 4;
    turn_until_still();
    assert_int_equal(cursor(), RECORDS);
    assert_int_equal(bench_number("SELECT count(*) FROM mesh_parked"), 6); // 3, 13, 23 and 4, 14, 24
    assert_int_equal(bench_number("SELECT count(*) FROM mesh_parked WHERE reason = 'undigested'"), 2);
    assert_int_equal(bench_number(effects), RECORDS - 6);
    assert_int_equal(bench_number(logged), RECORDS - 6);
}

static const char parked[] = "SELECT count(*) FROM mesh_parked";

static void what_a_refused_record_changed_is_undone(void **state) {
    (void)state;
    refused_late_seq = 3; // the third of the first answer, which has eight
    turn_until_still();
    assert_int_equal(cursor(), RECORDS);
    assert_int_equal(bench_number(parked), 3); // 3, 13, 23
    assert_int_equal(bench_number("SELECT seq FROM mesh_parked WHERE reason = 'undigested'"), 3);
    assert_int_equal(bench_number(effects), RECORDS - 3);
    assert_int_equal(bench_number(logged), RECORDS - 3);
    assert_int_equal(bench_number("SELECT max(seq) FROM log"), RECORDS - 3);
    assert_int_equal(applied, RECORDS - 2 + 3); // the turn with it twice up to there, the others once
}

static void what_fails_every_time_is_undone_and_parked(void **state) {
    (void)state;
    faulty_seq = 3;
    turn_until_still();
    assert_int_equal(cursor(), RECORDS);
    assert_int_equal(bench_number(parked), 3);
    assert_int_equal(bench_number("SELECT seq FROM mesh_parked WHERE reason = 'fault'"), 3);
    assert_int_equal(bench_number(effects), RECORDS - 3);
    assert_int_equal(bench_number(logged), RECORDS - 3);
}

static void another_epoch_stops_it(void **state) {
    (void)state;
    turn_until_still();
    source.epoch[0] ^= 1;
    source.last_seq++;
    turn_until_still();
    assert_int_equal(bench_number(effects), RECORDS);
    struct arena *arena = arena_new(4096);
    Kosi__FollowState *states[WORKER_FOLLOWS_MOST];
    assert_int_equal(follow_states(&bench->worker, arena, states), 1);
    assert_string_equal(states[0]->stopped, "epoch");
    arena_free(&arena);
    int asked = source.asked;
    turn_until_still();
    assert_int_equal(source.asked, asked);
}

static void a_hint_is_enough(void **state) {
    (void)state;
    turn_until_still();
    int64_t now_ms = clock_mono_ms() - 100000; // nothing is due
    source.last_seq++;
    turn(now_ms);
    assert_int_equal(cursor(), RECORDS);
    char *other[] = {"SubmissionTaken"}, *wanted[] = {"SubmissionTaken", "SubmissionReceived"};
    Kosi__Hint hint = KOSI__HINT__INIT;
    hint.service = "submissions";
    hint.types = other;
    hint.n_types = 1;
    follow_hint(&bench->worker, &hint);
    turn(now_ms);
    turn(now_ms);
    assert_int_equal(cursor(), RECORDS);
    hint.types = wanted;
    hint.n_types = 2;
    follow_hint(&bench->worker, &hint);
    turn(now_ms);
    turn(now_ms);
    assert_int_equal(cursor(), RECORDS + 1);
}

// So that one commit is for many.
static void hints_wait_while_it_rests(void **state) {
    (void)state;
    Kosi__Hint hint = KOSI__HINT__INIT;
    hint.service = "submissions";
    turn_until_still();
    int64_t at_rest_ms = clock_mono_ms() - 100000;
    int asked = source.asked;
    for (int i = 0; i < 5; i++) {
        source.last_seq++;
        follow_hint(&bench->worker, &hint);
        turn(at_rest_ms);
        turn(at_rest_ms);
    }
    assert_int_equal(source.asked, asked + 1);
    assert_int_equal(cursor(), RECORDS + 1);
    turn(clock_mono_ms() + 100);
    turn(at_rest_ms);
    assert_int_equal(source.asked, asked + 2);
    assert_int_equal(cursor(), RECORDS + 5);
}

// ---- records that end the process

static bool dies(void) {
    if (setjmp(death) != 0)
        return true;
    turn_until_still();
    return false;
}

// What is in memory goes, as does the open transaction.
static void start_again(void) {
    struct worker *worker = &bench->worker;
    follow_close(worker);
    worker->writer_ready = false;
    store_close(&worker->writer);
    assert_int_equal(follow_open(worker), 0);
    bench_become_writer();
}
static const char notes[] = "SELECT count(*) FROM mesh_trying";

static void what_ends_the_process_time_and_again_is_parked(void **state) {
    (void)state;
    int deaths = 0;
    deadly_seq = 5;
    for (; dies() && deaths < 20; deaths++)
        start_again();
    assert_int_equal(deaths, 1 + TRYING_MOST); // nobody looked out for the first
    assert_int_equal(cursor(), RECORDS);
    assert_int_equal(bench_number(parked), 3); // 5, and 15 and 25 of the same subject
    assert_int_equal(bench_number("SELECT seq FROM mesh_parked WHERE reason = 'deadly'"), 5);
    assert_int_equal(bench_number(effects), RECORDS - 3);
    assert_int_equal(bench_number(notes), 0);
}

static void a_process_that_is_killed_parks_nothing(void **state) {
    (void)state;
    for (int i = 0; i < 20; i++) { // each time at another record, sometimes twice at the same
        deadly_seq = 1 + (uint64_t)(i + 1) / 2;
        assert_true(dies());
        start_again();
    }
    deadly_seq = 0;
    assert_false(dies());
    assert_int_equal(bench_number(parked), 0);
    assert_int_equal(bench_number(effects), RECORDS);
    assert_int_equal(bench_number(notes), 0);
}

static void what_fails_and_is_tried_again_is_not_deadly(void **state) {
    (void)state;
    deadly_seq = 1;
    assert_true(dies());
    deadly_seq = 0;
    for (int i = 0; i < 2 * TRYING_MOST; i++) {
        start_again();
        turn(clock_mono_ms());
        store_fail_step(bench->worker.writer, 6 + i, SQLITE_BUSY);
        turn(clock_mono_ms() + 5000);
        store_fail_step(bench->worker.writer, 0, 0);
        assert_int_equal(bench_number(notes), 0);
    }
    turn_until_still();
    assert_int_equal(bench_number(parked), 0);
    assert_int_equal(bench_number(effects), RECORDS);
}

static void after_an_orderly_end_nothing_is_noted(void **state) {
    (void)state;
    assert_int_equal(trying_life_ended(bench->worker.writer), 0);
    start_again();
    deadly_seq = 5;
    assert_true(dies());
    start_again();
    assert_int_equal(bench_number(notes), 0);
    assert_true(dies());
    start_again();
    assert_int_equal(bench_number(notes), 1);
}

int main(void) {
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(a_projection_takes_all),
        cmocka_unit_test_setup_teardown(a_stateful_follower_starts_now, set_up_stateful, tear_down),
        cmocka_unit_test_setup_teardown(in_a_new_node_there_is_no_past, set_up_stateful, tear_down),
        cmocka_unit_test_setup_teardown(a_stateful_follower_goes_on_where_it_parked_and_never_at_the_beginning, set_up_stateful, tear_down),
        TEST(effects_and_cursor_move_together),
        TEST(what_is_refused_parks_its_subject),
        TEST(what_a_refused_record_changed_is_undone),
        TEST(what_fails_every_time_is_undone_and_parked),
        TEST(another_epoch_stops_it),
        TEST(a_hint_is_enough),
        TEST(hints_wait_while_it_rests),
        TEST(what_ends_the_process_time_and_again_is_parked),
        TEST(a_process_that_is_killed_parks_nothing),
        TEST(what_fails_and_is_tried_again_is_not_deadly),
        TEST(after_an_orderly_end_nothing_is_noted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
