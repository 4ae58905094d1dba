// A forgotten password: who gets a link and how often, and what a link is good for.
#include "desk.h"
#include "services/common/base/link.h"
#include "services/common/mesh/schema.h"

#define MINUTE (INT64_C(60) * 1000 * 1000)
static char new_password[] = "etwas-ganz-anderes";

// A desk whose service has a log.
static struct worker worker;
static struct mesh_call_private inner;

static int open_with_log(void **state) {
    static const struct mesh_service service = {0};
    int result = desk_open(state);
    struct desk *desk = *state;
    worker = (struct worker){.writer = desk->store};
    inner = (struct mesh_call_private){.worker = &worker};
    desk->call.inner = &inner;
    return result ? result : schema_migrate(desk->store, &service);
}

static int ask(struct desk *desk, const char *login) {
    Kosi__ResetAskRequest request = KOSI__RESET_ASK_REQUEST__INIT;
    Kosi__ResetAskReply reply = KOSI__RESET_ASK_REPLY__INIT;
    request.login = (char *)login;
    int result = accounts_reset_ask(&desk->call, &request, &reply);
    assert_int_equal(result == 0, reply.asked);
    return result;
}

static int64_t one_number(struct desk *desk, const char *sql) {
    struct store_statement *s = store_prepare(desk->store, sql);
    int64_t number = store_step(s) == 1 ? store_int(s, 0) : -1;
    store_reset(s);
    return number;
}

static int64_t links(struct desk *desk) {
    return one_number(desk, "SELECT coalesce(sum(serial), 0) FROM reset WHERE account <> ''");
}

static void token(struct desk *desk, const char *login, uint32_t serial, char out[ID_TOKEN_MAX]) {
    struct account account;
    assert_int_equal(account_find(desk->store, desk->call.arena, login, &account), 1);
    link_token(desk->accounts.node_key, LINK_RESET, account.id, serial, out);
}

static int finish(struct desk *desk, char *link) {
    Kosi__ResetFinishRequest request = KOSI__RESET_FINISH_REQUEST__INIT;
    Kosi__ResetFinishReply reply = KOSI__RESET_FINISH_REPLY__INIT;
    request.token = link;
    request.new_password = new_password;
    desk->call.prepared = NULL;
    int result = accounts_reset_finish_slow(&desk->call, &request);
    return result ? result : accounts_reset_finish(&desk->call, &request, &reply);
}

static void test_a_link_once_in_a_while(void **state) {
    struct desk *desk = *state;
    desk_account(desk, "anna", "moderator");
    assert_int_equal(ask(desk, "Anna"), 0);
    assert_int_equal(links(desk), 1);
    desk->call.now_us += 4 * MINUTE;
    assert_int_equal(ask(desk, "anna"), 0);
    assert_int_equal(links(desk), 1);
    desk->call.now_us += 6 * MINUTE;
    assert_int_equal(ask(desk, "anna"), 0);
    assert_int_equal(links(desk), 2);
}

static void test_a_new_one_when_the_last_is_no_longer_good(void **state) {
    struct desk *desk = *state;
    desk_account(desk, "anna", "moderator");
    for (int i = 1; i <= 4; i++) {
        assert_int_equal(ask(desk, "anna"), 0);
        assert_int_equal(links(desk), i);
        desk->call.now_us += 60 * MINUTE;
    }
}

static void test_nobody_is_written_to_for_a_login_that_is_none(void **state) {
    struct desk *desk = *state;
    assert_int_equal(ask(desk, "niemand"), 0);
    assert_int_equal(links(desk), 0);
    assert_int_equal(one_number(desk, "SELECT count(*) FROM reset"), 1);
    assert_int_equal(ask(desk, "nobody"), 0);
    assert_int_equal(one_number(desk, "SELECT count(*) FROM reset"), 1);
}

static void test_asking_is_slowed_down(void **state) {
    struct desk *desk = *state;
    for (int i = 0; i < THROTTLE_FREE; i++)
        assert_int_equal(ask(desk, "opfer"), 0);
    assert_int_equal(ask(desk, "opfer"), PROBLEM_SLOW_DOWN);
    assert_true(desk->call.retry_after_ms > 0);
}

static void test_a_link_serves_once_and_for_an_hour(void **state) {
    struct desk *desk = *state;
    char link[ID_TOKEN_MAX], other[ID_TOKEN_MAX];
    desk_account(desk, "anna", "moderator");
    assert_int_equal(ask(desk, "anna"), 0);
    token(desk, "anna", 1, link);
    token(desk, "anna", 7, other);
    assert_int_equal(finish(desk, other), PROBLEM_NOT_FOUND);
    desk->call.now_us += 61 * MINUTE;
    assert_int_equal(finish(desk, link), PROBLEM_GONE);
    desk->call.now_us -= 2 * MINUTE;
    assert_int_equal(finish(desk, link), 0);
    assert_int_equal(finish(desk, link), PROBLEM_GONE);
    Kosi__SignInReply reply;
    assert_int_equal(desk_sign_in(desk, "anna", new_password, &reply), 0);
}

static void test_the_one_before_the_newest_is_over(void **state) {
    struct desk *desk = *state;
    char first[ID_TOKEN_MAX], second[ID_TOKEN_MAX];
    desk_account(desk, "anna", "moderator");
    assert_int_equal(ask(desk, "anna"), 0);
    desk->call.now_us += 15 * MINUTE;
    assert_int_equal(ask(desk, "anna"), 0);
    token(desk, "anna", 1, first);
    token(desk, "anna", 2, second);
    assert_int_equal(finish(desk, first), PROBLEM_GONE);
    assert_int_equal(finish(desk, second), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_link_once_in_a_while, open_with_log, desk_close),
        cmocka_unit_test_setup_teardown(test_a_new_one_when_the_last_is_no_longer_good, open_with_log, desk_close),
        cmocka_unit_test_setup_teardown(test_nobody_is_written_to_for_a_login_that_is_none, open_with_log, desk_close),
        cmocka_unit_test_setup_teardown(test_asking_is_slowed_down, open_with_log, desk_close),
        cmocka_unit_test_setup_teardown(test_a_link_serves_once_and_for_an_hour, open_with_log, desk_close),
        cmocka_unit_test_setup_teardown(test_the_one_before_the_newest_is_over, open_with_log, desk_close),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
