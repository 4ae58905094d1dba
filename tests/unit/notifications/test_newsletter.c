// How far a newsletter is, told without reading the ledger through.
#include "post.h"
#include "services/notifications/mail_moves.h"
#include "services/notifications/newsletter.h"
#include <sqlite3.h>

enum { READERS = 7 };

static struct newsletter written(struct post *p) {
    struct newsletter newsletter = {.id = (char *)"0198c0de-0000-7000-8000-000000000001", .state = NEWSLETTER_DRAFT, .version = 1,
                                    .subject_de = (char *)"Neues", .body_de = (char *)"Viel.", .subject_en = (char *)"", .body_en = (char *)"",
                                    .edited_by = (char *)"anna", .updated_at = p->call->now_us};
    assert_int_equal(newsletter_save(p->call, &newsletter), 0);
    return newsletter;
}

static void subscribe(struct post *p) {
    for (int i = 0; i < READERS; i++) {
        char address[32];
        snprintf(address, sizeof address, "r%d@example.org", i);
        struct contact contact = post_contact(p, address, true);
        assert_int_equal(consent_request(p->call, &contact, "newsletter", "de", NULL), 0);
        assert_int_equal(consent_confirm(p->call, &contact, "newsletter"), 0);
    }
}

// Its sending has begun, and its readers' mails are owed.
static struct newsletter sent(struct post *p) {
    struct newsletter newsletter = written(p);
    newsletter.state = NEWSLETTER_SENDING;
    newsletter.sent_at = p->call->now_us;
    assert_int_equal(newsletter_save(p->call, &newsletter), 0);
    while (newsletter_run(p->call) > 0)
        ;
    return newsletter;
}

static enum newsletter_state listed(struct post *p) {
    struct newsletter_page page;
    assert_int_equal(newsletter_list(p->call, NEWSLETTERS_ALL, INT64_MAX, 10, &page), 0);
    assert_int_equal(page.count, 1);
    return page.items[0].state;
}

static void end(struct post *p, int64_t n) {
    struct mail_row row = post_row(p, n);
    assert_int_equal(mail_moves_make(p->call, &row, "cancel"), 0);
}

static void sent_is_what_has_nothing_open(void **state) {
    struct post *p = *state;
    struct newsletter shown;
    struct newsletter_figures figures;
    subscribe(p);
    const struct newsletter newsletter = sent(p);
    for (int64_t n = 1; n <= READERS; n++) {
        assert_int_equal(newsletter_count(p->call, newsletter.id, &figures), 0);
        assert_int_equal(figures.open, READERS + 1 - n);
        assert_int_equal(listed(p), NEWSLETTER_SENDING);
        end(p, n);
    }
    assert_int_equal(listed(p), NEWSLETTER_SENT);
    assert_int_equal(newsletter_load(p->call, newsletter.id, &shown), 0);
    assert_int_equal(shown.state, NEWSLETTER_SENT);
    struct mail_row row = post_row(p, READERS);
    assert_int_equal(mail_moves_make(p->call, &row, "retry"), 0);   // by hand, later
    assert_int_equal(listed(p), NEWSLETTER_SENDING);
}

static void nobody_to_send_it_to(void **state) {
    struct post *p = *state;
    sent(p);
    assert_int_equal(listed(p), NEWSLETTER_SENT);
}

// ---- what it costs

static sqlite3 *opened;

static int note_database(sqlite3 *database, const char **why, const void *api) {
    (void)why;
    (void)api;
    opened = database;
    return SQLITE_OK;
}

static int open_noted(void **state) {
    sqlite3_auto_extension((void (*)(void))note_database);
    int rc = post_open(state);
    sqlite3_cancel_auto_extension((void (*)(void))note_database);
    return rc;
}

// Rows that statements read which no index led to.
static int rows_scanned(void) {
    int rows = 0;
    for (sqlite3_stmt *s = sqlite3_next_stmt(opened, NULL); s != NULL; s = sqlite3_next_stmt(opened, s))
        rows += sqlite3_stmt_status(s, SQLITE_STMTSTATUS_FULLSCAN_STEP, 1);
    return rows;
}

static void the_ledger_is_not_read_through(void **state) {
    struct post *p = *state;
    struct newsletter_figures figures;
    subscribe(p);
    const struct newsletter newsletter = sent(p);
    rows_scanned();
    assert_int_equal(listed(p), NEWSLETTER_SENDING);
    assert_int_equal(newsletter_count(p->call, newsletter.id, &figures), 0);
    assert_int_equal(rows_scanned(), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        POST_TEST(sent_is_what_has_nothing_open),
        POST_TEST(nobody_to_send_it_to),
        cmocka_unit_test_setup_teardown(the_ledger_is_not_read_through, open_noted, post_close),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
