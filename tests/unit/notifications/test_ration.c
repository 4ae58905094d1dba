// How much strangers can make us write to one mailbox: counted by mailbox, whatever becomes of the contact; and forgotten in the end.
#include "services/notifications/ration.h"
#include "post.h"

#define HOUR 3600
#define DAY  (24 * HOUR)

static bool may_ask(struct post *p, const char *address) {
    bool may;
    assert_int_equal(ration_may_ask(p->call, address, &may), 0);
    return may;
}

static int rows(struct post *p) {
    struct store_statement *s = store_prepare(p->call->store, "SELECT count(*) FROM ration");
    assert_int_equal(store_step(s), 1);
    int n = (int)store_int(s, 0);
    store_reset(s);
    return n;
}

static void one_mailbox_however_it_is_spelt(void **state) {
    struct post *p = *state;
    assert_int_equal(ration_asked(p->call, "lea@example.org"), 0);
    static const char *const same[] = {"lea@example.org", "LEA@example.org", "lea+news@example.org", "Lea+@example.org", "lea+a+b@example.org"};
    static const char *const others[] = {"le@example.org", "lea@example.net", "+lea@example.org", "lea.news@example.org"};
    for (size_t i = 0; i < sizeof same / sizeof *same; i++)
        assert_false(may_ask(p, same[i]));
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        assert_true(may_ask(p, others[i]));
}

static void one_ration_per_domain(void **state) {
    struct post *p = *state;
    assert_int_equal(ration_asked(p->call, "lea@m\xC3\xBCller.example"), 0);
    assert_false(may_ask(p, "lea@xn--mller-kva.example"));
    assert_false(may_ask(p, "Lea+news@XN--mller-kva.example"));
    assert_true(may_ask(p, "lea@mueller.example"));
    assert_int_equal(rows(p), 1);
}

static void a_complaint_outlives_the_contact(void **state) {
    struct post *p = *state;
    struct contact lea = post_contact(p, "lea@example.org", false), again;
    assert_int_equal(contact_suspend(p->call, lea.id, "complaint"), 0);
    assert_int_equal(contact_tidy(p->call, lea.id), 0);
    assert_int_equal(contact_by_address(p->call, "lea@example.org", &again), PROBLEM_NOT_FOUND);
    post_later(p, 8 * DAY);
    again = post_contact(p, "lea@example.org", false);
    assert_int_equal(post_row(p, post_owe(p, &again, MAIL_RECEIVED, "")).state, MAIL_WAITING);
}

static void released_is_asked_again(void **state) {
    struct post *p = *state;
    struct contact lea = post_contact(p, "lea@example.org", false);
    assert_int_equal(contact_suspend(p->call, lea.id, "bounced"), 0);
    assert_false(may_ask(p, lea.address));
    assert_int_equal(contact_release(p->call, lea.id), 0);
    assert_true(may_ask(p, lea.address));
}

static void ten_an_hour(void **state) {
    struct post *p = *state;
    int64_t due, start = p->call->now_us;
    for (int i = 0; i < 25; i++) {
        assert_int_equal(ration_due(p->call, "lea@example.org", &due), 0);
        assert_int_equal(due, start + i / 10 * HOUR * POST_S);
    }
    post_later(p, 3 * HOUR - 1);
    assert_int_equal(ration_due(p->call, "lea@example.org", &due), 0);
    assert_int_equal(due, p->call->now_us);   // there is room in the third hour
    post_later(p, 1);
    for (int i = 0; i < 10; i++)
        assert_int_equal(ration_due(p->call, "lea@example.org", &due), 0);
    assert_int_equal(due, p->call->now_us);
}

static void forgotten_after_sixty_days(void **state) {
    struct post *p = *state;
    assert_int_equal(ration_asked(p->call, "lea@example.org"), 0);
    post_later(p, 60 * DAY);
    assert_int_equal(watchdog_forget(p->call), 0);
    assert_int_equal(rows(p), 1);
    post_later(p, 1);
    assert_int_equal(watchdog_forget(p->call), 0);
    assert_int_equal(rows(p), 0);
}

// A submission's receipt, which asks.
static enum mail_state submitted(struct post *p, const char *subject, int64_t *n) {
    struct contact lea = post_contact(p, "lea@example.org", false);
    *n = post_owe(p, &lea, MAIL_RECEIVED, subject);
    return post_row(p, *n).state;
}

static void withdrawn(struct post *p, const char *subject) {
    assert_int_equal(ledger_drop(p->call, subject, -1, "erased"), 0);
}

static void what_never_left_is_given_back(void **state) {
    struct post *p = *state;
    int64_t n;
    for (int i = 0; i < 5; i++) {   // none of them is ever sent
        assert_int_equal(submitted(p, "a", &n), MAIL_OWED);
        withdrawn(p, "a");
        post_later(p, 1);
    }
    assert_int_equal(submitted(p, "b", &n), MAIL_OWED);
    assert_int_equal(submitted(p, "c", &n), MAIL_WAITING);
    withdrawn(p, "c");   // waited: it was not counted
    assert_int_equal(submitted(p, "d", &n), MAIL_WAITING);
}

static void what_a_sender_had_may_have_left(void **state) {
    struct post *p = *state;
    int64_t n;
    assert_int_equal(submitted(p, "a", &n), MAIL_OWED);
    assert_int_equal(post_lease(p, (struct post_ask){.holder = 1, .wants = 5})->n_mails, 1);
    withdrawn(p, "a");
    assert_int_equal(submitted(p, "b", &n), MAIL_WAITING);
    post_later(p, HOUR);
    assert_int_equal(submitted(p, "c", &n), MAIL_OWED);
    assert_int_equal(post_lease(p, (struct post_ask){.holder = 1, .wants = 5})->n_mails, 1);
    post_lease(p, (struct post_ask){.holder = 2});   // the first is gone, who knows after what
    assert_int_equal(post_row(p, n).state, MAIL_OWED);
    withdrawn(p, "c");
    assert_int_equal(submitted(p, "d", &n), MAIL_WAITING);
}

static void only_the_last_asking_is_given_back(void **state) {
    struct post *p = *state;
    int64_t old, n;
    assert_int_equal(submitted(p, "old", &old), MAIL_OWED);
    post_later(p, HOUR);
    assert_int_equal(submitted(p, "new", &n), MAIL_OWED);
    withdrawn(p, "old");   // the other one may be sent now
    post_later(p, HOUR);
    assert_int_equal(submitted(p, "a", &n), MAIL_WAITING);
    assert_int_equal(ration_used_up(p->call, "lea@example.org"), 0);
    withdrawn(p, "new");
    post_later(p, 8 * DAY);
    assert_int_equal(submitted(p, "b", &n), MAIL_WAITING);   // who complained stays left alone
}

int main(void) {
    const struct CMUnitTest tests[] = {POST_TEST(one_mailbox_however_it_is_spelt), POST_TEST(one_ration_per_domain), POST_TEST(a_complaint_outlives_the_contact),
                                       POST_TEST(released_is_asked_again), POST_TEST(ten_an_hour), POST_TEST(forgotten_after_sixty_days),
                                       POST_TEST(what_never_left_is_given_back), POST_TEST(what_a_sender_had_may_have_left),
                                       POST_TEST(only_the_last_asking_is_given_back)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
