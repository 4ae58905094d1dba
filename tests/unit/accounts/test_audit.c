// The audit trail: each record once, newest first, page by page.
#include "accounts/desk.h"

static void act(struct desk *desk, const char *service, uint64_t seq, int64_t at, const char *login, const char *subject) {
    Kosi__StaffAction action = KOSI__STAFF_ACTION__INIT;
    action.login = (char *)login;
    action.service = (char *)service;
    action.method = (char *)"Decide";
    action.subject = (char *)subject;
    action.detail = (char *)"accept";
    struct mesh_record record = {.seq = seq, .type = "StaffAction", .subject = subject, .content = &action.base, .at = at};
    assert_int_equal(audit_apply(&desk->call, &record), 0);
}

static int read_page(struct desk *desk, Kosi__AuditRequest *request, Kosi__AuditReply *reply) {
    kosi__audit_reply__init(reply);
    return accounts_audit(&desk->call, request, reply);
}

static void a_record_counts_once(void **state) {
    struct desk *desk = *state;
    Kosi__AuditRequest request = KOSI__AUDIT_REQUEST__INIT;
    Kosi__AuditReply reply;
    act(desk, "submissions", 1, 100, "anna", "s1");
    act(desk, "submissions", 1, 100, "anna", "s1");
    act(desk, "accounts", 1, 100, "operator", "a1");
    assert_int_equal(read_page(desk, &request, &reply), 0);
    assert_int_equal(reply.n_items, 2);
}

static void an_erased_record_is_passed_over(void **state) {
    struct desk *desk = *state;
    struct mesh_record record = {.seq = 1, .type = "StaffAction", .subject = "x", .at = 1};
    assert_int_equal(audit_apply(&desk->call, &record), 0);
}

static void pages_are_newest_first_and_complete(void **state) {
    struct desk *desk = *state;
    Kosi__AuditRequest request = KOSI__AUDIT_REQUEST__INIT;
    Kosi__AuditReply reply;
    for (uint64_t i = 1; i <= 25; i++)   // two services, times that meet
        act(desk, i % 2 ? "submissions" : "accounts", i, (int64_t)(i / 3), "anna", "s1");
    request.page_size = 10;
    int64_t last = INT64_MAX;
    size_t seen = 0, pages = 0;
    do {
        assert_int_equal(read_page(desk, &request, &reply), 0);
        for (size_t i = 0; i < reply.n_items; i++) {
            assert_true(reply.items[i]->acted_at <= last);
            last = reply.items[i]->acted_at;
        }
        seen += reply.n_items;
        request.page_token = reply.next_page_token;
        pages++;
    } while (request.page_token && pages < 9);
    assert_int_equal(seen, 25);
    assert_int_equal(pages, 3);
}

static void filters_by_who_and_what(void **state) {
    struct desk *desk = *state;
    Kosi__AuditRequest request = KOSI__AUDIT_REQUEST__INIT;
    Kosi__AuditReply reply;
    act(desk, "submissions", 1, 1, "anna", "s1");
    act(desk, "submissions", 2, 2, "bert", "s1");
    act(desk, "submissions", 3, 3, "anna", "s2");
    request.actor = (char *)"anna";
    assert_int_equal(read_page(desk, &request, &reply), 0);
    assert_int_equal(reply.n_items, 2);
    request.subject = (char *)"s1";
    assert_int_equal(read_page(desk, &request, &reply), 0);
    assert_int_equal(reply.n_items, 1);
    assert_string_equal(reply.items[0]->login, "anna");
    request.actor = NULL;
    assert_int_equal(read_page(desk, &request, &reply), 0);
    assert_int_equal(reply.n_items, 2);
}

static void foreign_page_tokens_are_refused(void **state) {
    struct desk *desk = *state;
    static const char *const odd[] = {"x", "AAAA", "!!!!!!!!!!!!!!!!!!!!!!", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"};
    Kosi__AuditRequest request = KOSI__AUDIT_REQUEST__INIT;
    Kosi__AuditReply reply;
    for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) {
        request.page_token = (char *)odd[i];
        assert_int_equal(read_page(desk, &request, &reply), PROBLEM_BAD_PAGE_TOKEN);
    }
}

static void follows_every_service_that_writes(void **state) {
    (void)state;
    struct mesh_follow follows[CONFIG_SERVICES_MAX];
    bool submissions = false, accounts = false, registry = false;
    int n = audit_follows(follows, CONFIG_SERVICES_MAX);
    for (int i = 0; i < n; i++) {
        submissions |= strcmp(follows[i].service, "submissions") == 0;
        accounts |= strcmp(follows[i].service, "accounts") == 0;
        registry |= strcmp(follows[i].service, "registry") == 0;
        assert_string_equal(follows[i].types[0], "StaffAction");
    }
    assert_true(submissions && accounts && registry);
    assert_int_equal(audit_follows(follows, 1), 1);
}

int main(void) {
#define WITH_DESK(test) cmocka_unit_test_setup_teardown(test, desk_open, desk_close)
    const struct CMUnitTest tests[] = {
        WITH_DESK(a_record_counts_once),      WITH_DESK(an_erased_record_is_passed_over), WITH_DESK(pages_are_newest_first_and_complete),
        WITH_DESK(filters_by_who_and_what),   WITH_DESK(foreign_page_tokens_are_refused),
        cmocka_unit_test(follows_every_service_that_writes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
