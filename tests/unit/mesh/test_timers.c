// Timers by a clock that is stepped, and slow parts on their thread.
#include "bench_worker.h"
#include "services/common/mesh/slow.h"
#include "services/common/mesh/timers.h"
#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

static char clock_file[64];
static int runs, more, slow_runs;
static bool slow_refuses;

static int tick(struct mesh_call *call) {
    (void)call;
    runs++;
    return more;
}
static int nothing(struct mesh_call *call, const ProtobufCMessage *request, ProtobufCMessage *reply) {
    (void)call;
    (void)request;
    (void)reply;
    return 0;
}
static int take_time(struct mesh_call *call, const ProtobufCMessage *request) {
    (void)request;
    slow_runs++;
    if (call->store == NULL)
        return STORE_FAULT;
    call->prepared = arena_text(call->arena, "prepared");
    if (!slow_refuses)
        return 0;
    mesh_violation(call, "login", "invalid_format", 0);
    return PROBLEM_VALIDATION;
}
static int finish(struct mesh_call *call, const ProtobufCMessage *request, ProtobufCMessage *reply) {
    (void)request;
    (void)reply;
    return call->prepared != NULL && strcmp(call->prepared, "prepared") == 0 ? 0 : STORE_FAULT;
}

static const struct mesh_timer timers[] = {{"tick", 3600 * 1000, tick}};
static struct mesh_handler handlers[WORKER_METHODS_MOST];
static struct mesh_service service = {.handlers = handlers, .timers = timers, .timer_count = 1};

static void step_clock(int64_t seconds) {
    FILE *file = fopen(clock_file, "w");
    fprintf(file, "%lld\n", (long long)(seconds * 1000000));
    fclose(file);
    clock_refresh();
}

static int set_up(void **state) {
    (void)state;
    service.contract = contract_service_named("accounts");
    for (int i = 0; i < service.contract->method_count; i++)
        handlers[i] = (struct mesh_handler){nothing, NULL};
    for (int i = 0; i < service.contract->method_count; i++)
        if (strcmp(service.contract->methods[i].name, "UserAdd") == 0)
            handlers[i] = (struct mesh_handler){finish, take_time};
    runs = more = slow_runs = 0;
    slow_refuses = false;
    step_clock(0);
    bench_open(&service);
    bench_become_writer();
    return 0;
}
static int tear_down(void **state) {
    (void)state;
    bench_close();
    return 0;
}

static void timers_go_by_the_stepped_clock(void **state) {
    (void)state;
    timers_tick(bench->worker.timers);
    assert_int_equal(runs, 0);
    step_clock(2); // first run: soon after the start
    timers_tick(bench->worker.timers);
    assert_int_equal(runs, 1);
    step_clock(3000);
    timers_tick(bench->worker.timers);
    assert_int_equal(runs, 1);
    step_clock(3700);
    timers_tick(bench->worker.timers);
    assert_int_equal(runs, 2);
    step_clock(0); // set back: not silent for as long as it was ahead
    timers_tick(bench->worker.timers);
    step_clock(3601);
    timers_tick(bench->worker.timers);
    assert_int_equal(runs, 3);
    more = 1; // more to do: again soon
    step_clock(8000);
    timers_tick(bench->worker.timers);
    step_clock(8001);
    timers_tick(bench->worker.timers);
    assert_int_equal(runs, 5);
}

static void readers_run_no_timers(void **state) {
    (void)state;
    bench->worker.writer_ready = false;
    step_clock(10000);
    timers_tick(bench->worker.timers);
    assert_int_equal(runs, 0);
}

static void old_keys_are_forgotten_in_small_batches(void **state) {
    (void)state;
    assert_int_equal(store_begin(bench->worker.writer), 0);
    for (int i = 0; i < 1200; i++) {
        struct store_statement *s =
            store_prepare(bench->worker.writer, "INSERT INTO mesh_keys(short, hash, at) VALUES(?1, x'00', ?2)");
        store_bind_int(s, 1, i);
        store_bind_int(s, 2, i < 1100 ? 1000 : clock_wall_us());
        assert_int_equal(store_run(s), 0);
    }
    assert_int_equal(store_commit(bench->worker.writer), 0);
    int64_t seconds = 0;
    static const char count[] = "SELECT count(*) FROM mesh_keys";
    timers_tick(bench->worker.timers);
    step_clock(seconds += 2);
    timers_tick(bench->worker.timers);
    assert_int_equal(bench_number(count), 700);
    for (int i = 0; i < 4; i++) {
        step_clock(++seconds);
        timers_tick(bench->worker.timers);
    }
    assert_int_equal(bench_number(count), 100);
}

static struct question user_add(void) {
    static uint8_t body[256];
    Kosi__UserAddRequest request = KOSI__USER_ADD_REQUEST__INIT;
    request.login = "jemand";
    request.password = "lang-genug-fuer-alle";
    return (struct question){
        .method = "UserAdd", .origin = "ops", .body = body, .size = kosi__user_add_request__pack(&request, body)};
}

// As the loop does: hand to the thread, wait for its descriptor, take back.
static void run_slowly(int count) {
    struct call_list admitted = bench->worker.writes;
    bench->worker.writes = (struct call_list){0};
    for (struct mesh_call_private *call = call_pop(&admitted); call != NULL; call = call_pop(&admitted))
        assert_int_equal(slow_submit(bench->worker.slow, call), 0);
    while (count > 0) {
        struct pollfd wait = {.fd = slow_fd(bench->worker.slow), .events = POLLIN};
        assert_int_equal(poll(&wait, 1, 10000), 1);
        struct mesh_call_private *call;
        while ((call = slow_take(bench->worker.slow)) != NULL) {
            count--;
            if (call->outcome != 0)
                reply_send(call);
            else
                call_push(&bench->worker.writes, call);
        }
    }
    worker_turn(&bench->worker);
}

static void slow_parts_prepare_what_the_writer_finishes(void **state) {
    (void)state;
    struct question q = user_add();
    for (uint8_t i = 0; i < 20; i++) {
        q.request_id = i;
        bench_put(&q);
    }
    run_slowly(20);
    assert_int_equal(bench->reply_count, 20);
    for (int i = 0; i < 20; i++)
        assert_string_equal(bench->replies[i].outcome, "ok");
    assert_int_equal(slow_runs, 20);
}

static void slow_parts_may_refuse(void **state) {
    (void)state;
    slow_refuses = true;
    struct question q = user_add();
    bench_put(&q);
    run_slowly(1);
    assert_string_equal(bench->replies[0].outcome, "validation");
    Kosi__Problem *problem = kosi__problem__unpack(NULL, bench->replies[0].size, bench->replies[0].body);
    assert_string_equal(problem->errors[0]->field, "login");
    kosi__problem__free_unpacked(problem, NULL);
}

static void the_slow_queue_has_a_bound(void **state) {
    (void)state;
    struct question q = user_add();
    for (int i = 0; i < SLOW_JOBS_MOST + 1; i++) {
        q.request_id = (uint8_t)i;
        bench_put(&q);
    }
    struct call_list admitted = bench->worker.writes;
    bench->worker.writes = (struct call_list){0};
    for (int i = 0; i < SLOW_JOBS_MOST; i++)
        assert_int_equal(slow_submit(bench->worker.slow, call_pop(&admitted)), 0);
    struct mesh_call_private *last = call_pop(&admitted);
    assert_int_equal(slow_submit(bench->worker.slow, last), PROBLEM_BUSY);
    reply_refuse(last, PROBLEM_BUSY);
    assert_string_equal(bench->replies[0].outcome, "busy");
    assert_int_equal(bench->replies[0].retry_after_ms, 1000);
}

int main(void) {
    snprintf(clock_file, sizeof clock_file, "/tmp/kosi-clock-%d", getpid());
    setenv("KOSI_TEST_CLOCK", clock_file, 1);
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(timers_go_by_the_stepped_clock),
        TEST(readers_run_no_timers),
        TEST(old_keys_are_forgotten_in_small_batches),
        TEST(slow_parts_prepare_what_the_writer_finishes),
        TEST(slow_parts_may_refuse),
        TEST(the_slow_queue_has_a_bound),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    unlink(clock_file);
    return failed;
}
