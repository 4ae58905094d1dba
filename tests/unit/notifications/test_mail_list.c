// The ledger by pages: every mail once, newest first, whatever is asked for.
#include "post.h"
#include "services/notifications/mail_list.h"
#include "services/notifications/mail_moves.h"

static const unsigned all = (1u << (MAIL_CANCELLED + 1)) - (1u << MAIL_OWED);

// 60 mails in changing states.
static void fill(struct post *p) {
    struct contact lea = post_contact(p, "lea@example.org", true), noa = post_contact(p, "noa@example.org", true);
    for (int i = 0; i < 60; i++) {
        int64_t n = post_owe(p, i % 3 ? &lea : &noa, i % 2 ? MAIL_ACCEPTED : MAIL_REJECTED, i % 5 ? "a" : "b");
        struct mail_row row = post_row(p, n);
        if (i % 4 == 1)
            assert_int_equal(mail_moves_make(p->call, &row, "hold"), 0);
        if (i % 4 == 2)
            assert_int_equal(mail_moves_make(p->call, &row, "cancel"), 0);
    }
}

static int count_pages(struct post *p, struct mail_question question) {
    int count = 0;
    int64_t last = INT64_MAX;
    question.before = INT64_MAX;
    do {
        struct mail_page page;
        assert_int_equal(mail_list(p->call, &question, &page), 0);
        assert_true(page.count <= question.page_size);
        for (size_t i = 0; i < page.count; i++, count++) {
            assert_true(page.rows[i].n < last);
            last = page.rows[i].n;
        }
        assert_true(page.go_on_before == 0 || page.count > 0);
        question.before = page.go_on_before;
    } while (question.before != 0);
    return count;
}

static void pages_hold_every_mail_once(void **state) {
    struct post *p = *state;
    fill(p);
    for (size_t size = 1; size <= 61; size += 4) {
        assert_int_equal(count_pages(p, (struct mail_question){.states = all, .page_size = size}), 60);
        assert_int_equal(count_pages(p, (struct mail_question){.states = 1u << MAIL_HELD, .page_size = size}), 15);
        assert_int_equal(count_pages(p, (struct mail_question){.states = 1u << MAIL_HELD | 1u << MAIL_CANCELLED, .page_size = size}), 30);
        assert_int_equal(count_pages(p, (struct mail_question){.states = 1u << MAIL_CANCELLED, .kind = "rejected", .page_size = size}), 15);
        assert_int_equal(count_pages(p, (struct mail_question){.states = all, .subject_id = "b", .page_size = size}), 12);
        arena_reset(p->call->arena);
    }
}

static void by_addressee(void **state) {
    struct post *p = *state;
    fill(p);
    struct contact noa = post_contact(p, "NOA@example.org", false);
    assert_int_equal(count_pages(p, (struct mail_question){.states = all, .contact = noa.id, .page_size = 7}), 20);
    assert_int_equal(count_pages(p, (struct mail_question){.states = all, .contact = "", .page_size = 7}), 0);
}

static void only_overdue(void **state) {
    struct post *p = *state;
    fill(p);
    assert_int_equal(count_pages(p, (struct mail_question){.states = all, .overdue = true, .page_size = 9}), 0);
    post_later(p, 16 * POST_MINUTE);
    assert_int_equal(count_pages(p, (struct mail_question){.states = all, .overdue = true, .page_size = 9}), 30);
}

static void moves_by_hand(void **state) {
    struct post *p = *state;
    struct contact lea = post_contact(p, "lea@example.org", true), noa = post_contact(p, "noa@example.org", false);
    struct mail_row row = post_row(p, post_owe(p, &lea, MAIL_ACCEPTED, "a"));
    assert_int_equal(mail_moves_make(p->call, &row, "release"), PROBLEM_ILLEGAL_STATE);
    assert_int_equal(mail_moves_make(p->call, &row, "hold"), 0);
    assert_int_equal(mail_moves_make(p->call, &row, "hold"), 0);   // it is
    assert_int_equal(mail_moves_make(p->call, &row, "release"), 0);
    assert_int_equal(row.state, MAIL_OWED);
    assert_int_equal(mail_moves_make(p->call, &row, "cancel"), 0);
    assert_int_equal(mail_moves_make(p->call, &row, "retry"), 0);
    assert_int_equal(post_row(p, row.n).state, MAIL_OWED);
    // Released, a mail to an address that is not confirmed waits.
    row = post_row(p, post_owe(p, &noa, MAIL_ACCEPTED, "a"));
    assert_int_equal(mail_moves_make(p->call, &row, "hold"), 0);
    assert_int_equal(mail_moves_make(p->call, &row, "release"), 0);
    assert_int_equal(row.state, MAIL_WAITING);
}

static void nothing_is_tried_again_in_vain(void **state) {
    struct post *p = *state;
    struct contact lea = post_contact(p, "lea@example.org", true);
    struct mail_row row = post_row(p, post_owe(p, &lea, MAIL_ACCEPTED, "a"));
    assert_int_equal(contact_suspend(p->call, lea.id, "bounced"), 0);
    row = post_row(p, row.n);
    assert_int_equal(mail_moves_make(p->call, &row, "retry"), PROBLEM_ILLEGAL_STATE);
    assert_int_equal(post_row(p, row.n).state, MAIL_FAILED);
    char **moves;
    size_t count;
    assert_int_equal(ledger_forget_contact(p->call, lea.id), 0);
    row = post_row(p, row.n);
    assert_int_equal(mail_moves_possible(p->call, &row, &moves, &count), 0);
    assert_int_equal(count, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        POST_TEST(pages_hold_every_mail_once), POST_TEST(by_addressee),    POST_TEST(only_overdue),
        POST_TEST(moves_by_hand),              POST_TEST(nothing_is_tried_again_in_vain),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
