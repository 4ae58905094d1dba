// A mail that ends its sender's process ends after three of them; no other does, whatever else ends senders.
#include "post.h"
#include "services/common/mesh/trying.h"

enum { MAILS = 5 };

struct scene {
    struct post *p;
    int64_t n[MAILS];
    uint8_t holder;
};

static struct scene owed(void **state) {
    struct scene scene = {.p = *state, .holder = 1};
    struct contact lea = post_contact(scene.p, "lea@example.org", true);
    for (int i = 0; i < MAILS; i++)
        scene.n[i] = post_owe(scene.p, &lea, MAIL_ACCEPTED, "");
    return scene;
}

// What the sender gets that holds nothing.
static Kosi__LeaseReply *ask(struct scene *scene) {
    return post_lease(scene->p, (struct post_ask){.holder = scene->holder, .slot = 1, .wants = 10});
}

static Kosi__LeaseReply *report(struct scene *scene, int64_t n, const char *outcome) {
    return post_lease(scene->p, (struct post_ask){.holder = scene->holder, .slot = 1, .wants = 10, .about = n, .outcome = outcome});
}

static Kosi__LeaseReply *ask_holding(struct scene *scene, int64_t n) {
    uint64_t holding[] = {(uint64_t)n};
    return post_lease(scene->p, (struct post_ask){.holder = scene->holder, .slot = 1, .wants = 10, .holding = holding, .held = 1});
}

// The process ends, another begins.
static Kosi__LeaseReply *die(struct scene *scene) {
    scene->holder++;
    return ask(scene);
}

static void assert_alone(const Kosi__LeaseReply *reply, int64_t n) {
    assert_int_equal(reply->n_mails, 1);
    assert_int_equal(reply->mails[0]->number, n);
}

static int64_t deaths_of(struct scene *scene, int64_t n) {
    struct store_statement *s = store_prepare(scene->p->call->store, "SELECT deaths FROM suspect WHERE mail = ?1");
    store_bind_int(s, 1, n);
    int64_t deaths = store_step(s) == 1 ? store_int(s, 0) : -1;
    store_reset(s);
    return deaths;
}

static void what_a_dead_sender_had_goes_alone(void **state) {
    struct scene scene = owed(state);
    assert_int_equal(ask(&scene)->n_mails, MAILS);
    assert_alone(die(&scene), scene.n[0]);
    assert_int_equal(ask_holding(&scene, scene.n[0])->n_mails, 0);
    for (int i = 0; i + 1 < MAILS; i++)
        assert_alone(report(&scene, scene.n[i], "sent"), scene.n[i + 1]);
    report(&scene, scene.n[MAILS - 1], "later");
    struct contact noa = post_contact(scene.p, "noa@example.org", true);
    post_owe(scene.p, &noa, MAIL_ACCEPTED, "");
    post_owe(scene.p, &noa, MAIL_REJECTED, "");
    assert_int_equal(ask(&scene)->n_mails, 2);   // none is suspect any more
}

static void the_third_death_ends_the_one_it_names(void **state) {
    struct scene scene = owed(state);
    ask(&scene);
    assert_alone(die(&scene), scene.n[0]);
    assert_alone(report(&scene, scene.n[0], "sent"), scene.n[1]);
    assert_alone(die(&scene), scene.n[1]);   // and first of all: nobody else dies meanwhile
    assert_alone(die(&scene), scene.n[1]);
    assert_alone(die(&scene), scene.n[2]);
    struct mail_row row = post_row(scene.p, scene.n[1]);
    assert_int_equal(row.state, MAIL_FAILED);
    assert_string_equal(row.reason, "deadly");
    for (int i = 2; i < MAILS; i++) {
        assert_int_equal(deaths_of(&scene, scene.n[i]), 0);
        report(&scene, scene.n[i], "sent");
        assert_int_equal(post_row(scene.p, scene.n[i]).state, MAIL_SENT);
    }
    assert_int_equal(deaths_of(&scene, scene.n[1]), -1);
}

static void what_a_sender_lives_to_report_on_is_innocent(void **state) {
    struct scene scene = owed(state);
    ask(&scene);
    die(&scene);
    assert_alone(die(&scene), scene.n[0]);
    assert_alone(die(&scene), scene.n[0]);
    assert_int_equal(deaths_of(&scene, scene.n[0]), 2);
    assert_alone(report(&scene, scene.n[0], "later"), scene.n[1]);
    assert_int_equal(deaths_of(&scene, scene.n[0]), -1);
}

static void an_orderly_end_counts_against_nobody(void **state) {
    struct scene scene = owed(state);
    ask(&scene);
    die(&scene);
    for (int i = 0; i < 5; i++) {
        post_lease(scene.p, (struct post_ask){.holder = scene.holder, .slot = 1, .about = scene.n[0], .outcome = "unsent"});
        assert_alone(die(&scene), scene.n[0]);
    }
    assert_int_equal(deaths_of(&scene, scene.n[0]), 0);
}

// Nor does it speak for anybody: what was on its way was broken off.
static void nor_does_what_an_orderly_end_broke_off(void **state) {
    struct scene scene = owed(state);
    ask(&scene);
    die(&scene);
    die(&scene);
    for (int i = 0; i < 5; i++) {
        post_lease(scene.p, (struct post_ask){.holder = scene.holder, .slot = 1, .about = scene.n[0], .outcome = "later", .reason = "interrupted"});
        struct mail_row row = post_row(scene.p, scene.n[0]);
        row.due_at = scene.p->call->now_us;
        assert_int_equal(mail_row_save(scene.p->call, &row), 0);
        assert_alone(die(&scene), scene.n[0]);
    }
    assert_int_equal(deaths_of(&scene, scene.n[0]), 1);
}

static void nor_does_silence(void **state) {
    struct scene scene = owed(state);
    ask(&scene);
    die(&scene);
    for (int i = 0; i < 5; i++) {
        senders_start(scene.p->room.senders, INT64_MIN / 2);   // for long; perhaps another writes now
        assert_int_equal(watchdog_look(scene.p->call), 0);
        assert_int_equal(post_row(scene.p, scene.n[0]).state, MAIL_OWED);
        assert_int_equal(ask_holding(&scene, scene.n[0])->n_mails, 0);
        assert_int_equal(post_row(scene.p, scene.n[0]).state, MAIL_LEASED);
    }
    assert_int_equal(deaths_of(&scene, scene.n[0]), 0);
    assert_alone(report(&scene, scene.n[0], "sent"), scene.n[1]);
}

// A reply that got lost: nobody began what was in it.
static void nor_what_never_arrived(void **state) {
    struct scene scene = owed(state);
    ask(&scene);
    die(&scene);
    for (int i = 0; i < 5; i++) {
        assert_alone(ask(&scene), scene.n[0]);
        post_lease(scene.p, (struct post_ask){.holder = scene.holder, .slot = 1});
        die(&scene);
    }
    assert_int_equal(deaths_of(&scene, scene.n[0]), 0);
}

static void nor_a_death_over_a_record(void **state) {
    struct scene scene = owed(state);
    int record_deaths;
    ask(&scene);
    for (uint64_t i = 0; i < 5; i++) {
        assert_alone(die(&scene), scene.n[0]);
        assert_int_equal(trying_note(scene.p->call->store, "submissions", 7, &record_deaths), 0);
    }
    assert_int_equal(deaths_of(&scene, scene.n[0]), 0);
    assert_int_equal(trying_clear(scene.p->call->store, "submissions"), 0);
    assert_alone(die(&scene), scene.n[0]);
    assert_int_equal(deaths_of(&scene, scene.n[0]), 1);
}

static void a_slow_server_is_waited_for_five_seconds(void **state) {
    struct scene scene = owed(state);
    ask(&scene);
    die(&scene);
    struct contact noa = post_contact(scene.p, "noa@example.org", true);
    int64_t other = post_owe(scene.p, &noa, MAIL_ACCEPTED, "");
    post_later(scene.p, 4);
    assert_int_equal(ask_holding(&scene, scene.n[0])->n_mails, 0);
    post_later(scene.p, 1);
    assert_alone(ask_holding(&scene, scene.n[0]), other);   // the suspects wait for empty hands
    uint64_t both[] = {(uint64_t)scene.n[0], (uint64_t)other};
    const struct post_ask more = {.holder = scene.holder, .slot = 1, .wants = 10, .holding = both, .held = 2};
    post_later(scene.p, 16);
    assert_int_equal(post_lease(scene.p, more)->n_mails, MAILS - 1);   // but not for ever
    assert_alone(die(&scene), scene.n[1]);   // what was alone for so long comes last, and counts for nothing
    assert_int_equal(deaths_of(&scene, scene.n[0]), 0);
}

static void tried_by_hand_it_begins_anew(void **state) {
    struct scene scene = owed(state);
    ask(&scene);
    for (int i = 0; i < 4; i++)
        die(&scene);
    struct mail_row row = post_row(scene.p, scene.n[0]);
    assert_string_equal(row.reason, "deadly");
    assert_true(mail_row_move(&row, MAIL_BY_HAND_RETRY, scene.p->call->now_us));
    assert_int_equal(mail_row_save(scene.p->call, &row), 0);
    for (int i = 1; i < MAILS; i++)
        report(&scene, scene.n[i], "sent");
    report(&scene, scene.n[0], "sent");
    assert_int_equal(post_row(scene.p, scene.n[0]).state, MAIL_SENT);
}

static void nobody_waits_for_a_suspect_that_has_ended(void **state) {
    struct scene scene = owed(state);
    struct store *store = scene.p->call->store;
    ask(&scene);
    die(&scene);
    for (int i = 0; i < MAILS; i++) {
        struct mail_row row = post_row(scene.p, scene.n[i]);
        assert_true(mail_row_move(&row, MAIL_BY_HAND_CANCEL, scene.p->call->now_us));
        assert_int_equal(mail_row_save(scene.p->call, &row), 0);
    }
    assert_int_equal(watchdog_look(scene.p->call), 0);
    struct store_statement *s = store_prepare(store, "SELECT count(*) FROM suspect");
    assert_int_equal(store_step(s), 1);
    assert_int_equal(store_int(s, 0), 0);
    store_reset(s);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        POST_TEST(what_a_dead_sender_had_goes_alone),
        POST_TEST(the_third_death_ends_the_one_it_names),
        POST_TEST(what_a_sender_lives_to_report_on_is_innocent),
        POST_TEST(an_orderly_end_counts_against_nobody),
        POST_TEST(nor_does_what_an_orderly_end_broke_off),
        POST_TEST(nor_does_silence),
        POST_TEST(nor_what_never_arrived),
        POST_TEST(nor_a_death_over_a_record),
        POST_TEST(a_slow_server_is_waited_for_five_seconds),
        POST_TEST(tried_by_hand_it_begins_anew),
        POST_TEST(nobody_waits_for_a_suspect_that_has_ended),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
