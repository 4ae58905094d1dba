// What is owed, to whom it goes when, and that nothing is lost or sent twice between ledger and senders.
#include "post.h"
#include "services/notifications/mail_moves.h"
#include "services/notifications/staff_mail.h"

#define SUBJECT "0198c0de-0000-7000-8000-000000000001"

static void owed_once(void **state) {
    struct post *p = *state;
    struct contact lea = post_contact(p, "lea@example.org", true);
    const struct owed_mail mail = {.kind = MAIL_ACCEPTED, .dedup = "submission/1/accepted/7", .contact = &lea, .subject_id = SUBJECT};
    uint64_t first, again;
    assert_int_equal(ledger_owe(p->call, &mail, &first), 0);
    assert_int_equal(ledger_owe(p->call, &mail, &again), 0);
    assert_true(first > 0);
    assert_int_equal(again, 0);
    assert_int_equal(post_row(p, (int64_t)first).state, MAIL_OWED);
    assert_int_equal(post_tally(p, MAIL_OWED), 1);
    assert_true(p->worker.wake);
}

static int64_t consents_of(struct post *p, const struct contact *contact) {
    struct store_statement *s = store_prepare(p->call->store, "SELECT count(*) FROM consent WHERE contact = ?1");
    store_bind_text(s, 1, contact->id);
    assert_int_equal(store_step(s), 1);
    int64_t count = store_int(s, 0);
    store_reset(s);
    return count;
}

static uint64_t owe_receipt(struct post *p, const struct contact *contact, const char *dedup) {
    const struct owed_mail mail = {.kind = MAIL_RECEIVED, .dedup = dedup, .contact = contact, .subject_id = SUBJECT};
    uint64_t n;
    assert_int_equal(ledger_owe(p->call, &mail, &n), 0);
    return n;
}

// Neither the mail that asked nor the one that waits: told again when asking is allowed again, they leave that to the next.
static void what_is_there_spends_nothing(void **state) {
    struct post *p = *state;
    struct contact lea = post_contact(p, "lea@example.org", false);
    uint64_t asked = owe_receipt(p, &lea, "receipt/1"), waits = owe_receipt(p, &lea, "receipt/2");
    assert_int_equal(post_row(p, (int64_t)asked).state, MAIL_OWED);
    assert_int_equal(post_row(p, (int64_t)waits).state, MAIL_WAITING);
    int64_t consents = consents_of(p, &lea);
    post_later(p, 24 * 60 * POST_MINUTE);
    lea = post_contact(p, "lea@example.org", false);
    assert_int_equal(owe_receipt(p, &lea, "receipt/1"), 0);
    assert_int_equal(owe_receipt(p, &lea, "receipt/2"), 0);
    assert_int_equal(post_row(p, (int64_t)waits).state, MAIL_WAITING);
    assert_int_equal(consents_of(p, &lea), consents);
    assert_int_equal(post_row(p, (int64_t)owe_receipt(p, &lea, "receipt/3")).state, MAIL_OWED);
    assert_int_equal(consents_of(p, &lea), consents + 1);
    assert_int_equal(owe_receipt(p, &lea, "receipt/2"), 0);   // and when it is not allowed
    assert_int_equal(post_tally(p, MAIL_OWED), 2);
    assert_int_equal(post_tally(p, MAIL_WAITING), 1);
}

static void only_what_asks_goes_to_who_has_not_confirmed(void **state) {
    struct post *p = *state;
    struct contact lea = post_contact(p, "lea@example.org", false);
    int64_t receipt = post_owe(p, &lea, MAIL_RECEIVED, SUBJECT);
    int64_t again = post_owe(p, &lea, MAIL_RECEIVED, SUBJECT), accepted = post_owe(p, &lea, MAIL_ACCEPTED, SUBJECT);
    int64_t asked = post_owe(p, &lea, MAIL_CONFIRM, "");
    assert_int_equal(post_row(p, receipt).state, MAIL_OWED);
    assert_int_equal(post_row(p, again).state, MAIL_WAITING);
    assert_int_equal(post_row(p, accepted).state, MAIL_WAITING);
    assert_int_equal(post_row(p, asked).state, MAIL_WAITING);
    assert_int_equal(contact_confirm(p->call, &lea), 0);
    assert_int_equal(post_row(p, again).state, MAIL_OWED);
    assert_int_equal(post_row(p, accepted).state, MAIL_OWED);
    assert_int_equal(post_row(p, asked).state, MAIL_CANCELLED);   // nothing to ask any more
    assert_string_equal(post_row(p, asked).reason, "overtaken");
}

static void nothing_goes_to_a_suspended_address(void **state) {
    struct post *p = *state;
    struct contact lea = post_contact(p, "lea@example.org", true);
    int64_t open = post_owe(p, &lea, MAIL_ACCEPTED, SUBJECT);
    assert_int_equal(contact_suspend(p->call, lea.id, "bounced"), 0);
    assert_int_equal(post_row(p, open).state, MAIL_FAILED);
    assert_string_equal(post_row(p, open).reason, "bounced");
    assert_int_equal(contact_by_id(p->call, lea.id, &lea), 0);
    assert_int_equal(post_row(p, post_owe(p, &lea, MAIL_REJECTED, SUBJECT)).state, MAIL_FAILED);
}

static void leased_reported_sent(void **state) {
    struct post *p = *state;
    struct contact lea = post_contact(p, "lea@example.org", true), noa = post_contact(p, "Noa@example.net", true);
    int64_t newsletter = post_owe(p, &lea, MAIL_NEWSLETTER, "");
    int64_t accepted = post_owe(p, &lea, MAIL_ACCEPTED, SUBJECT), elsewhere = post_owe(p, &noa, MAIL_ACCEPTED, SUBJECT);
    Kosi__LeaseReply *got = post_lease(p, (struct post_ask){.holder = 1, .slot = 1, .wants = 10});
    assert_int_equal(got->n_mails, 2);
    assert_int_equal(got->mails[0]->number, accepted);   // what goes to one comes before what goes to many
    assert_int_equal(got->mails[1]->number, newsletter);
    assert_string_equal(got->mails[0]->address, "lea@example.org");
    assert_true(got->mails[0]->confirmed);
    assert_string_equal(post_row(p, elsewhere).route, "example.net");
    uint64_t holding[] = {(uint64_t)newsletter};
    got = post_lease(p, (struct post_ask){.holder = 1, .slot = 1, .wants = 10, .holding = holding, .held = 1, .about = accepted, .outcome = "sent"});
    assert_int_equal(got->n_mails, 0);
    assert_int_equal(post_row(p, accepted).state, MAIL_SENT);
    assert_int_equal(post_row(p, newsletter).state, MAIL_LEASED);
    // told twice
    post_lease(p, (struct post_ask){.holder = 1, .slot = 1, .holding = holding, .held = 1, .about = accepted, .outcome = "sent"});
    assert_int_equal(post_row(p, accepted).attempts, 1);
    assert_int_equal(post_tally(p, MAIL_SENT), 1);
}

static int given_to(const Kosi__LeaseReply *got, const char *route) {
    int count = 0;
    for (size_t i = 0; i < got->n_mails; i++)
        count += strcmp(got->mails[i]->route, route) == 0;
    return count;
}

// A sender asks for all its routes, most of which there is nothing for.
static void routes_share_the_room_and_one_alone_has_it_all(void **state) {
    struct post *p = *state;
    struct contact lea = post_contact(p, "lea@example.org", true), noa = post_contact(p, "Noa@example.net", true);
    for (int i = 0; i < 20; i++)
        post_owe(p, &lea, MAIL_ACCEPTED, SUBJECT);
    Kosi__LeaseReply *got = post_lease(p, (struct post_ask){.holder = 1, .slot = 1, .wants = 10, .room = 10, .other_route = "example.net"});
    assert_int_equal(given_to(got, "default"), 10);
    for (int i = 0; i < 20; i++)
        post_owe(p, &noa, MAIL_ACCEPTED, SUBJECT);
    got = post_lease(p, (struct post_ask){.holder = 1, .slot = 1, .wants = 10, .room = 10, .other_route = "example.net"});
    assert_int_equal(given_to(got, "default"), 5);
    assert_int_equal(given_to(got, "example.net"), 5);
    got = post_lease(p, (struct post_ask){.holder = 1, .slot = 1, .wants = 2, .room = 10, .other_route = "example.net"});
    assert_int_equal(got->n_mails, 4);
}

static void a_reply_that_got_lost_loses_nothing(void **state) {
    struct post *p = *state;
    struct contact lea = post_contact(p, "lea@example.org", true);
    int64_t n = post_owe(p, &lea, MAIL_ACCEPTED, SUBJECT);
    post_lease(p, (struct post_ask){.holder = 1, .slot = 1, .wants = 1});
    Kosi__LeaseReply *got = post_lease(p, (struct post_ask){.holder = 1, .slot = 1, .wants = 1});   // it has nothing
    assert_int_equal(got->n_mails, 1);
    assert_int_equal(got->mails[0]->number, n);
    // and what it has, though the ledger has forgotten it gave it, stays with it
    uint64_t holding[] = {(uint64_t)n};
    post_lease(p, (struct post_ask){.holder = 1, .slot = 1});
    assert_int_equal(post_row(p, n).state, MAIL_OWED);
    post_lease(p, (struct post_ask){.holder = 1, .slot = 1, .wants = 1, .holding = holding, .held = 1});
    assert_int_equal(post_row(p, n).state, MAIL_LEASED);
}

static void another_sender_in_the_slot_ends_the_leases_of_the_one_before(void **state) {
    struct post *p = *state;
    struct contact lea = post_contact(p, "lea@example.org", true);
    int64_t n = post_owe(p, &lea, MAIL_ACCEPTED, SUBJECT);
    post_lease(p, (struct post_ask){.holder = 1, .slot = 1, .wants = 1});
    assert_int_equal(post_lease(p, (struct post_ask){.holder = 3, .slot = 2, .wants = 1})->n_mails, 0);
    assert_int_equal(post_lease(p, (struct post_ask){.holder = 2, .slot = 1, .wants = 1})->n_mails, 1);
    // The one that was thought gone did send it: then it is sent, and what the other says changes nothing.
    post_lease(p, (struct post_ask){.holder = 1, .slot = 3, .about = n, .outcome = "sent"});
    assert_int_equal(post_row(p, n).state, MAIL_SENT);
    post_lease(p, (struct post_ask){.holder = 2, .slot = 1, .about = n, .outcome = "later"});
    assert_int_equal(post_row(p, n).state, MAIL_SENT);
    assert_int_equal(post_row(p, n).attempts, 1);
}

static void retried_for_three_days(void **state) {
    struct post *p = *state;
    struct contact lea = post_contact(p, "lea@example.org", true);
    int64_t n = post_owe(p, &lea, MAIL_ACCEPTED, SUBJECT), first = p->call->now_us;
    while (post_row(p, n).state != MAIL_FAILED) {
        assert_int_equal(post_lease(p, (struct post_ask){.holder = 1, .slot = 1, .wants = 1})->n_mails, 1);
        post_lease(p, (struct post_ask){.holder = 1, .slot = 1, .about = n, .outcome = "later"});
        struct mail_row row = post_row(p, n);
        if (row.state == MAIL_RETRY) {
            assert_int_equal(post_lease(p, (struct post_ask){.holder = 1, .slot = 1, .wants = 1})->n_mails, 0);   // not yet
            post_later(p, (row.due_at - p->call->now_us) / POST_S + 1);
        }
    }
    assert_in_range(p->call->now_us - first, 72 * 3600 * POST_S - 60 * POST_S, 72 * 3600 * POST_S + 60 * POST_S);
    assert_int_equal(post_row(p, n).code, 451);
    assert_string_equal(post_row(p, n).reason, "refused");
    assert_true(post_row(p, n).attempts > 15);
    assert_int_equal(post_tally(p, MAIL_FAILED), 1);
}

static void the_reply_says_when_the_next_is_due(void **state) {
    struct post *p = *state;
    struct contact lea = post_contact(p, "lea@example.org", true);
    const struct owed_mail mail = {.kind = MAIL_REFRESH, .dedup = "later", .contact = &lea, .due_at = p->call->now_us + 30 * POST_S};
    assert_int_equal(ledger_owe(p->call, &mail, NULL), 0);
    Kosi__LeaseReply *got = post_lease(p, (struct post_ask){.holder = 1, .slot = 1, .wants = 5});
    assert_int_equal(got->n_mails, 0);
    assert_int_equal(got->next_ms, 30000);
}

static void untried_comes_back_as_it_was(void **state) {
    struct post *p = *state;
    struct contact lea = post_contact(p, "lea@example.org", true);
    int64_t n = post_owe(p, &lea, MAIL_ACCEPTED, SUBJECT);
    post_lease(p, (struct post_ask){.holder = 1, .slot = 1, .wants = 1});
    post_lease(p, (struct post_ask){.holder = 1, .slot = 1, .about = n, .outcome = "unsent", .troubled = "default"});
    struct mail_row row = post_row(p, n);
    assert_int_equal(row.state, MAIL_OWED);
    assert_int_equal(row.attempts, 0);
    assert_int_equal(row.due_at, POST_START);
}

static void dropped_while_a_sender_has_it(void **state) {
    struct post *p = *state;
    struct contact lea = post_contact(p, "lea@example.org", true);
    int64_t n = post_owe(p, &lea, MAIL_ACCEPTED, SUBJECT), other = post_owe(p, &lea, MAIL_REJECTED, SUBJECT);
    post_lease(p, (struct post_ask){.holder = 1, .slot = 1, .wants = 2});
    assert_int_equal(ledger_drop(p->call, SUBJECT, MAIL_ACCEPTED, "overtaken"), 0);
    assert_int_equal(post_row(p, n).state, MAIL_CANCELLED);
    assert_int_equal(post_row(p, other).state, MAIL_LEASED);
    uint64_t holding[] = {(uint64_t)n, (uint64_t)other};
    post_lease(p, (struct post_ask){.holder = 1, .slot = 1, .holding = holding, .held = 2});
    assert_int_equal(post_row(p, n).state, MAIL_CANCELLED);
    post_lease(p, (struct post_ask){.holder = 1, .slot = 1, .holding = &holding[1], .held = 1, .about = n, .outcome = "sent"});
    assert_int_equal(post_row(p, n).state, MAIL_SENT);
}

static void an_erased_subject_leaves_no_trace(void **state) {
    struct post *p = *state;
    struct contact lea = post_contact(p, "lea@example.org", true);
    int64_t open = post_owe(p, &lea, MAIL_ACCEPTED, SUBJECT);
    assert_int_equal(ledger_forget_subject(p->call, SUBJECT), 0);
    struct mail_row row = post_row(p, open);
    assert_int_equal(row.state, MAIL_CANCELLED);
    assert_null(row.contact);
    assert_string_equal(row.subject_id, "");
    struct store_statement *s = store_prepare(p->call->store, "SELECT count(*) FROM mail WHERE contact IS NOT NULL OR facts IS NOT NULL");
    assert_int_equal(store_step(s), 1);
    assert_int_equal(store_int(s, 0), 0);
    store_reset(s);
}

static void leases_of_a_lost_sender_come_back(void **state) {
    struct post *p = *state;
    struct contact lea = post_contact(p, "lea@example.org", true);
    int64_t n = post_owe(p, &lea, MAIL_ACCEPTED, SUBJECT);
    post_lease(p, (struct post_ask){.holder = 1, .slot = 1, .wants = 1, .troubled = "example.net"});
    assert_int_equal(watchdog_look(p->call), 0);
    assert_int_equal(post_row(p, n).state, MAIL_LEASED);
    senders_start(p->room.senders, INT64_MIN / 2);   // as after a start long ago: nobody was heard of since
    assert_int_equal(watchdog_look(p->call), 0);
    assert_int_equal(post_row(p, n).state, MAIL_OWED);
    struct store_statement *s = store_prepare(p->call->store, "SELECT count(*) FROM trouble");
    assert_int_equal(store_step(s), 1);
    assert_int_equal(store_int(s, 0), 0);
    store_reset(s);
}

static int64_t figure(const struct post *p, const char *name, int *flags) {
    for (int i = 0; i < p->worker.gauges.count; i++)
        if (strcmp(p->worker.gauges.items[i].name, name) == 0) {
            *flags = p->worker.gauges.items[i].flags;
            return p->worker.gauges.items[i].value;
        }
    return -1;
}

static void late_mails_are_counted_and_mean_trouble(void **state) {
    struct post *p = *state;
    int flags;
    struct contact lea = post_contact(p, "lea@example.org", true);
    post_owe(p, &lea, MAIL_ACCEPTED, SUBJECT);
    assert_int_equal(watchdog_look(p->call), 0);
    assert_int_equal(figure(p, "mails_overdue", &flags), 0);
    assert_int_equal(flags, 0);
    post_later(p, 15 * POST_MINUTE + 1);
    assert_int_equal(watchdog_look(p->call), 0);
    assert_int_equal(figure(p, "mails_overdue", &flags), 1);
    assert_int_equal(flags, MESH_GAUGE_TROUBLE);
    assert_int_equal(post_tally(p, 0), 1);
    post_lease(p, (struct post_ask){.holder = 1, .slot = 1, .wants = 1});
    post_lease(p, (struct post_ask){.holder = 1, .slot = 1, .about = 1, .outcome = "sent"});
    assert_int_equal(watchdog_look(p->call), 0);
    assert_int_equal(figure(p, "mails_overdue", &flags), 0);
    assert_int_equal(figure(p, "mails_sent_total", &flags), 1);
    assert_int_equal(flags, MESH_GAUGE_TOTAL);
}

// Who reckons with a counter takes one that falls for a start from nothing.
static void what_was_sent_is_a_figure_that_only_grows(void **state) {
    struct post *p = *state;
    int flags;
    struct contact lea = post_contact(p, "lea@example.org", true);
    int64_t n = post_owe(p, &lea, MAIL_ACCEPTED, SUBJECT);
    post_lease(p, (struct post_ask){.holder = 1, .slot = 1, .wants = 1});
    post_lease(p, (struct post_ask){.holder = 1, .slot = 1, .about = n, .outcome = "sent"});
    struct mail_row row = post_row(p, n);
    assert_true(mail_row_move(&row, MAIL_COME_BACK, p->call->now_us));
    assert_int_equal(mail_row_save(p->call, &row), 0);
    assert_int_equal(watchdog_look(p->call), 0);
    assert_int_equal(figure(p, "mails_failed", &flags), 1);
    assert_int_equal(figure(p, "mails_sent_total", &flags), 1);
    assert_int_equal(flags, MESH_GAUGE_TOTAL);
}

static void nobody_waits_for_ever(void **state) {
    struct post *p = *state;
    struct contact lea = post_contact(p, "lea@example.org", false);
    int64_t old = post_owe(p, &lea, MAIL_ACCEPTED, SUBJECT);
    post_later(p, 20 * 86400);
    lea = post_contact(p, "lea@example.org", false);
    int64_t young = post_owe(p, &lea, MAIL_REJECTED, SUBJECT);
    post_later(p, 10 * 86400 + 1);
    assert_int_equal(watchdog_cancel(p->call), 0);
    assert_int_equal(post_row(p, old).state, MAIL_CANCELLED);
    assert_string_equal(post_row(p, old).reason, "unconfirmed");
    assert_int_equal(post_row(p, young).state, MAIL_WAITING);
}

// One that was owed while the clock was ahead, and those behind it.
static void nobody_waits_for_a_day_that_is_far_off(void **state) {
    struct post *p = *state;
    post_later(p, INT64_C(70) * 365 * 86400);
    struct contact lea = post_contact(p, "lea@example.org", false);
    int64_t ahead = post_owe(p, &lea, MAIL_ACCEPTED, SUBJECT);
    post_later(p, -INT64_C(70) * 365 * 86400);
    lea = post_contact(p, "lea@example.org", false);
    int64_t behind = post_owe(p, &lea, MAIL_REJECTED, SUBJECT);
    assert_int_equal(watchdog_cancel(p->call), 0);
    assert_int_equal(post_row(p, ahead).state, MAIL_WAITING);
    post_later(p, 30 * 86400 + 1);
    assert_int_equal(watchdog_cancel(p->call), 0);
    assert_int_equal(post_row(p, ahead).state, MAIL_CANCELLED);
    assert_int_equal(post_row(p, behind).state, MAIL_CANCELLED);
}

static bool is_nameless(const struct post *p, int64_t n) {
    struct store_statement *s = store_prepare(p->call->store, "SELECT contact IS NULL AND facts IS NULL FROM mail WHERE n = ?1");
    store_bind_int(s, 1, n);
    assert_int_equal(store_step(s), 1);
    bool nameless = store_int(s, 0) != 0;
    store_reset(s);
    return nameless;
}

static uint64_t owe_named(struct post *p, const struct contact *contact, const char *dedup, const char *subject) {
    uint64_t n;
    assert_int_equal(ledger_owe(p->call, &(struct owed_mail){.kind = MAIL_DIGEST, .dedup = dedup, .contact = contact, .subject_id = subject}, &n), 0);
    return n;
}

static void nothing_of_an_old_mail_leads_to_its_reader(void **state) {
    struct post *p = *state;
    char account[] = "01890000-0000-7000-8000-0000000000aa", login[] = "lea", none[] = "none", german[] = "de";
    struct contact lea = post_contact(p, "lea@example.org", true);
    struct staff staff = {.account = account, .login = login, .roles = login, .contact = lea.id, .new_submissions = none, .language = german};
    assert_int_equal(staff_save(p->call, &staff), 0);
    int64_t n = (int64_t)owe_named(p, &lea, "digest/lea/2027-W01", account);
    assert_int_not_equal(n, 0);
    post_lease(p, (struct post_ask){.holder = 1, .slot = 1, .wants = 1});
    post_lease(p, (struct post_ask){.holder = 1, .slot = 1, .about = n, .outcome = "sent"});
    post_later(p, 180 * 86400 + 1);
    assert_int_equal(watchdog_forget(p->call), 0);
    assert_true(is_nameless(p, n));
    assert_string_equal(post_row(p, n).subject_id, "");
    assert_int_equal(owe_named(p, &lea, "digest/lea/2027-W01", account), 0);   // and it is not owed again
}

static void a_forgotten_contact_leaves_no_name(void **state) {
    struct post *p = *state;
    struct contact lea = post_contact(p, "lea@example.org", true);
    int64_t n = post_owe(p, &lea, MAIL_ACCEPTED, "");
    assert_int_equal(ledger_forget_contact(p->call, lea.id), 0);
    assert_true(is_nameless(p, n));
}

static void addressees_are_forgotten(void **state) {
    struct post *p = *state;
    struct contact lea = post_contact(p, "lea@example.org", true);
    int64_t n = post_owe(p, &lea, MAIL_ACCEPTED, SUBJECT), open = post_owe(p, &lea, MAIL_ACCEPTED, SUBJECT);
    post_lease(p, (struct post_ask){.holder = 1, .slot = 1, .wants = 1});
    post_lease(p, (struct post_ask){.holder = 1, .slot = 1, .about = n, .outcome = "sent"});
    post_later(p, 179 * 86400);
    assert_int_equal(watchdog_forget(p->call), 0);
    assert_non_null(post_row(p, n).contact);
    post_later(p, 86401);
    assert_int_equal(watchdog_forget(p->call), 0);
    assert_null(post_row(p, n).contact);
    assert_string_equal(post_row(p, n).subject_id, SUBJECT);
    assert_non_null(post_row(p, open).contact);
}

static void routes_follow_the_configuration(void **state) {
    struct post *p = *state;
    struct contact noa = post_contact(p, "noa@example.net", true), lea = post_contact(p, "lea@example.org", true);
    int64_t n = post_owe(p, &noa, MAIL_ACCEPTED, SUBJECT), other = post_owe(p, &lea, MAIL_ACCEPTED, SUBJECT);
    struct routes configured = *p->room.routes;
    p->room.routes->count = 1;
    assert_int_equal(watchdog_start(p->call), 0);
    assert_string_equal(post_row(p, n).route, "default");
    *p->room.routes = configured;
    assert_int_equal(watchdog_start(p->call), 0);
    assert_string_equal(post_row(p, n).route, "example.net");
    assert_string_equal(post_row(p, other).route, "default");
}

// What has ended keeps the name of a route that there may no longer be.
static void what_is_owed_again_goes_by_a_route_that_there_is(void **state) {
    struct post *p = *state;
    struct contact noa = post_contact(p, "noa@example.net", true);
    int64_t n = post_owe(p, &noa, MAIL_ACCEPTED, "");
    post_lease(p, (struct post_ask){.holder = 1, .slot = 1, .wants = 1, .route = "example.net"});
    post_lease(p, (struct post_ask){.holder = 1, .slot = 1, .about = n, .outcome = "never"});
    p->room.routes->count = 1;
    assert_int_equal(watchdog_start(p->call), 0);
    struct mail_row row = post_row(p, n);
    assert_int_equal(row.state, MAIL_FAILED);
    assert_int_equal(mail_moves_make(p->call, &row, "retry"), 0);
    assert_int_equal(post_lease(p, (struct post_ask){.holder = 1, .slot = 1, .wants = 1})->n_mails, 1);
}

// Nobody waits for hours to pass once more.
static void a_clock_that_is_put_back_holds_up_nothing(void **state) {
    struct post *p = *state;
    struct contact lea = post_contact(p, "lea@example.org", true);
    assert_int_equal(watchdog_look(p->call), 0);
    post_owe(p, &lea, MAIL_ACCEPTED, SUBJECT);
    post_later(p, -5 * 60 * POST_MINUTE);
    assert_int_equal(post_lease(p, (struct post_ask){.holder = 1, .slot = 1, .wants = 1})->n_mails, 0);
    assert_int_equal(watchdog_look(p->call), 0);
    assert_int_equal(post_lease(p, (struct post_ask){.holder = 1, .slot = 1, .wants = 1})->n_mails, 1);
}

// Nor who is started after it.
static void a_clock_that_was_put_back_meanwhile_holds_up_nothing(void **state) {
    struct post *p = *state;
    struct contact lea = post_contact(p, "lea@example.org", true);
    post_owe(p, &lea, MAIL_ACCEPTED, SUBJECT);
    post_later(p, -5 * 60 * POST_MINUTE);
    assert_int_equal(watchdog_start(p->call), 0);
    assert_int_equal(watchdog_look(p->call), 0);
    assert_int_equal(post_lease(p, (struct post_ask){.holder = 1, .slot = 1, .wants = 1})->n_mails, 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        POST_TEST(owed_once),
        POST_TEST(what_is_there_spends_nothing),
        POST_TEST(only_what_asks_goes_to_who_has_not_confirmed),
        POST_TEST(nothing_goes_to_a_suspended_address),
        POST_TEST(leased_reported_sent),
        POST_TEST(routes_share_the_room_and_one_alone_has_it_all),
        POST_TEST(a_reply_that_got_lost_loses_nothing),
        POST_TEST(another_sender_in_the_slot_ends_the_leases_of_the_one_before),
        POST_TEST(retried_for_three_days),
        POST_TEST(the_reply_says_when_the_next_is_due),
        POST_TEST(untried_comes_back_as_it_was),
        POST_TEST(dropped_while_a_sender_has_it),
        POST_TEST(an_erased_subject_leaves_no_trace),
        POST_TEST(leases_of_a_lost_sender_come_back),
        POST_TEST(late_mails_are_counted_and_mean_trouble),
        POST_TEST(what_was_sent_is_a_figure_that_only_grows),
        POST_TEST(nothing_of_an_old_mail_leads_to_its_reader),
        POST_TEST(a_forgotten_contact_leaves_no_name),
        POST_TEST(nobody_waits_for_ever),
        POST_TEST(nobody_waits_for_a_day_that_is_far_off),
        POST_TEST(addressees_are_forgotten),
        POST_TEST(routes_follow_the_configuration),
        POST_TEST(what_is_owed_again_goes_by_a_route_that_there_is),
        POST_TEST(a_clock_that_is_put_back_holds_up_nothing),
        POST_TEST(a_clock_that_was_put_back_meanwhile_holds_up_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
