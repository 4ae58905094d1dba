// Addresses: one per mailbox, asked by ration, confirmed by their readers; consents that are only ever added to; forgotten in the end.
#include "services/notifications/preferences.h"
#include "post.h"

#define HOUR 3600
#define DAY  (24 * HOUR)

static struct contact again(struct post *p, const struct contact *contact) {
    struct contact out;
    assert_int_equal(contact_by_id(p->call, contact->id, &out), 0);
    return out;
}

static int count(struct post *p, const char *sql, const char *id) {
    struct store_statement *s = store_prepare(p->call->store, sql);
    store_bind_text(s, 1, id);
    assert_int_equal(store_step(s), 1);
    int n = (int)store_int(s, 0);
    store_reset(s);
    return n;
}
static int consents(struct post *p, const struct contact *contact) { return count(p, "SELECT count(*) FROM consent WHERE contact = ?1", contact->id); }

static void one_contact_per_mailbox(void **state) {
    struct post *p = *state;
    struct contact first = post_contact(p, "Lea.Beispiel@example.org", false), other;
    assert_int_equal(contact_meet(p->call, "lea.BEISPIEL@example.org", "en", &other), 0);
    assert_string_equal(other.id, first.id);
    assert_string_equal(other.address, "Lea.Beispiel@example.org");
    assert_string_equal(other.language, "de");
    assert_int_equal(contact_by_address(p->call, "LEA.BEISPIEL@example.org", &other), 0);
    assert_int_equal(contact_by_address(p->call, "noa@example.org", &other), PROBLEM_NOT_FOUND);
    assert_int_equal(contact_meet(p->call, "j\xC3\x96rg@b\xC3\xBC" "cher.example", "fr", &first), 0);   // what no language names is German
    assert_int_equal(contact_by_address(p->call, "jo\xCC\x88rg@b\xC3\x9C" "cher.example", &other), 0);   // composed or not
    assert_string_equal(other.id, first.id);
    assert_string_equal(first.language, "de");
}

// The domain of somebody's address has two names; it stays one mailbox.
static void one_contact_per_domain(void **state) {
    struct post *p = *state;
    struct contact first = post_contact(p, "lea@m\xC3\xBCller.example", false), other;
    static const char *const same[] = {"lea@xn--mller-kva.example", "Lea@XN--MLLER-KVA.example", "LEA@M\xC3\x9CLLER.example",
                                       "lea@mu\xCC\x88ller.example", "lea@m\xC3\xBC\xC2\xADller.example",
                                       "lea@m\xC3\xBCller\xE3\x80\x82" "example"};   // in parts, with a soft hyphen, with another full stop
    for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
        assert_int_equal(contact_meet(p->call, same[i], "de", &other), 0);
        assert_string_equal(other.id, first.id);
    }
    assert_int_equal(contact_by_address(p->call, "lea@mueller.example", &other), PROBLEM_NOT_FOUND);
    first = post_contact(p, "l\xC3\xA9" "a@xn--mller-kva.example", false);
    assert_int_equal(contact_by_address(p->call, "L\xC3\x89" "A@m\xC3\xBCller.example", &other), 0);
    assert_string_equal(other.id, first.id);
    first = post_contact(p, "lea@\xF0\x9F\x98\x80.example", false);   // no domain has this name: it is a contact as it is
    assert_int_equal(contact_by_address(p->call, "LEA@\xF0\x9F\x98\x80.example", &other), 0);
    assert_string_equal(other.id, first.id);
}

static void links_are_of_one_kind_and_generation(void **state) {
    struct post *p = *state;
    struct contact lea = post_contact(p, "lea@example.org", false), out;
    char token[ID_TOKEN_MAX];
    link_token(p->room.node_key, LINK_CONFIRM, lea.id, lea.generation, token);
    assert_int_equal(contact_by_token(p->call, LINK_CONFIRM, token, &out), 0);
    assert_string_equal(out.id, lea.id);
    assert_int_equal(contact_by_token(p->call, LINK_PREFERENCES, token, &out), PROBLEM_NOT_FOUND);
    link_token(p->room.node_key, LINK_CONFIRM, lea.id, lea.generation + 1, token);
    assert_int_equal(contact_by_token(p->call, LINK_CONFIRM, token, &out), PROBLEM_NOT_FOUND);
    assert_int_equal(contact_by_token(p->call, LINK_CONFIRM, "x", &out), PROBLEM_NOT_FOUND);
    assert_int_equal(contact_by_token(p->call, LINK_CONFIRM, NULL, &out), PROBLEM_NOT_FOUND);
}

static void asking_becomes_rare(void **state) {
    struct post *p = *state;
    static const int64_t pauses[] = {0, HOUR, DAY, 7 * DAY, 30 * DAY, 30 * DAY};
    struct contact lea = post_contact(p, "lea@example.org", false);
    bool may;
    for (size_t i = 0; i < sizeof pauses / sizeof *pauses; i++) {
        if (i > 0) {
            post_later(p, pauses[i] - 1);
            lea = post_contact(p, "lea@example.org", false);
            assert_int_equal(contact_may_ask(p->call, &lea, &may), 0);
            assert_false(may);
            post_later(p, 1);
            lea = post_contact(p, "lea@example.org", false);
        }
        assert_int_equal(contact_would_ask(p->call, &lea, &may), 0);
        assert_true(may);   // looking counts nothing
        assert_int_equal(contact_may_ask(p->call, &lea, &may), 0);
        assert_true(may);
    }
}

static void a_list_comes_by_asking_and_agreeing(void **state) {
    struct post *p = *state;
    struct contact lea = post_contact(p, "lea@example.org", true);
    struct consent_open_request asked;
    char **lists;
    size_t n;
    int before = consents(p, &lea);
    assert_int_equal(consent_confirm(p->call, &lea, "digest"), 0);   // nobody asked
    assert_int_equal(consents(p, &lea), before);
    assert_int_equal(consent_request(p->call, &lea, "digest", "en", NULL), 0);
    assert_int_equal(consent_request(p->call, &lea, "digest", "de", NULL), 0);   // says nothing new
    assert_int_equal(consents(p, &lea), before + 1);
    assert_int_equal(consent_pending(p->call, &lea, "digest", &asked), 0);
    assert_true(asked.open && asked.mail == NULL);
    assert_string_equal(asked.language, "en");
    assert_int_equal(consent_confirm(p->call, &lea, "digest"), 0);
    assert_int_equal(consent_confirm(p->call, &lea, "digest"), 0);
    assert_int_equal(consents(p, &lea), before + 2);
    assert_int_equal(consent_lists(p->call, lea.id, &lists, &n), 0);
    assert_int_equal(n, 1);
    assert_true(consent_has(lists, n, "digest"));
    bool left;
    int64_t open = post_owe(p, &lea, MAIL_DIGEST, ""), other = post_owe(p, &lea, MAIL_ACCEPTED, "");
    assert_int_equal(consent_revoke(p->call, &lea, "digest", "citizen", &left), 0);
    assert_true(left);
    assert_int_equal(post_row(p, open).state, MAIL_CANCELLED);
    assert_int_equal(post_row(p, other).state, MAIL_OWED);
    assert_int_equal(consent_revoke(p->call, &lea, "digest", "citizen", &left), 0);
    assert_false(left);
    assert_int_equal(consents(p, &lea), before + 3);
    assert_int_equal(consent_lists(p->call, lea.id, &lists, &n), 0);
    assert_int_equal(n, 0);
}

static void a_request_ends_after_thirty_days(void **state) {
    struct post *p = *state;
    struct contact lea = post_contact(p, "lea@example.org", true);
    struct consent_open_request asked;
    assert_int_equal(consent_request(p->call, &lea, "newsletter", "de", "0198c0de-0000-7000-8000-000000000001"), 0);
    post_later(p, 30 * DAY + 1);
    lea = post_contact(p, "lea@example.org", false);
    assert_int_equal(consent_pending(p->call, &lea, "newsletter", &asked), 0);
    assert_false(asked.open);
    int before = consents(p, &lea);
    assert_int_equal(consent_confirm(p->call, &lea, "newsletter"), 0);
    assert_int_equal(consents(p, &lea), before);
}

static void consents_stay(void **state) {
    struct post *p = *state;
    struct contact lea = post_contact(p, "lea@example.org", true);
    assert_int_equal(consents(p, &lea), 1);
    assert_int_equal(store_run(store_prepare(p->call->store, "UPDATE consent SET at = 0")), STORE_CONFLICT);
    assert_int_equal(store_run(store_prepare(p->call->store, "DELETE FROM consent")), STORE_CONFLICT);
    assert_int_equal(consents(p, &lea), 1);
    assert_int_equal(count(p, "SELECT count(*) FROM wording WHERE ?1 <> ''", lea.id), 1);
}

static void suspended_and_released(void **state) {
    struct post *p = *state;
    struct contact lea = post_contact(p, "lea@example.org", true), noa = post_contact(p, "noa@example.org", false);
    assert_int_equal(contact_suspend(p->call, lea.id, "complaint"), 0);
    assert_int_equal(contact_suspend(p->call, noa.id, "bounced"), 0);
    lea = again(p, &lea);
    assert_int_equal(lea.state, CONTACT_SUSPENDED);
    assert_int_equal(contact_release(p->call, lea.id), 0);
    assert_int_equal(contact_release(p->call, noa.id), 0);
    assert_int_equal(again(p, &lea).state, CONTACT_CONFIRMED);
    assert_int_equal(again(p, &noa).state, CONTACT_UNCONFIRMED);
    assert_int_equal(contact_suspend(p->call, noa.id, "bounced"), 0);
    noa = again(p, &noa);
    assert_int_equal(contact_confirm(p->call, &noa), 0);   // whoever opens the link has read the mail
    assert_int_equal(again(p, &noa).state, CONTACT_CONFIRMED);
}

static void choices_are_kept(void **state) {
    struct post *p = *state;
    struct contact lea = post_contact(p, "lea@example.org", true);
    struct preferences out, some = {.themes = (char *[]){(char *)"climate", (char *)"mobility"}, .theme_count = 2, .frequency = "monthly"};
    assert_int_equal(preferences_load(p->call, &lea, &out), 0);
    assert_int_equal(out.theme_count + out.district_count, 0);
    assert_string_equal(out.frequency, "weekly");
    assert_int_equal(preferences_save(p->call, &lea, &some), 0);
    assert_int_equal(preferences_load(p->call, &lea, &out), 0);
    assert_int_equal(out.theme_count, 2);
    assert_string_equal(out.themes[1], "mobility");
    assert_string_equal(out.frequency, "monthly");
    assert_string_equal(out.language, "de");
    assert_int_equal(count(p, "SELECT count(*) FROM contact WHERE id = ?1 AND themes LIKE '% climate %'", lea.id), 1);
}

static void forgotten_when_nothing_speaks_of_it(void **state) {
    struct post *p = *state;
    struct contact lea = post_contact(p, "lea@example.org", true), out;
    assert_int_equal(consent_request(p->call, &lea, "newsletter", "de", NULL), 0);
    assert_int_equal(consent_confirm(p->call, &lea, "newsletter"), 0);
    int64_t mail = post_owe(p, &lea, MAIL_ACCEPTED, "");
    int kept = consents(p, &lea);
    assert_int_equal(contact_tidy(p->call, lea.id), 0);
    assert_int_equal(contact_by_id(p->call, lea.id, &out), 0);   // it gets the newsletter
    assert_int_equal(consent_revoke_all(p->call, &lea, "citizen"), 0);
    assert_int_equal(contact_tidy(p->call, lea.id), 0);
    assert_int_equal(contact_by_id(p->call, lea.id, &out), PROBLEM_NOT_FOUND);
    assert_int_equal(post_row(p, mail).state, MAIL_CANCELLED);
    assert_int_equal(count(p, "SELECT count(*) FROM mail WHERE contact = ?1", lea.id), 0);
    assert_int_equal(consents(p, &lea), kept + 1);
}

static void nobody_comes_back(void **state) {
    struct post *p = *state;
    struct contact lea = post_contact(p, "lea@example.org", false), noa = post_contact(p, "noa@example.org", true), out;
    assert_int_equal(consent_request(p->call, &noa, "digest", "de", NULL), 0);
    assert_int_equal(consent_confirm(p->call, &noa, "digest"), 0);
    for (int i = 0; i < 500; i++) {   // more than one batch
        char address[40];
        snprintf(address, sizeof address, "p%d@example.org", i);
        post_contact(p, address, false);
    }
    struct contact rex = post_contact(p, "rex@example.org", false);
    assert_int_equal(contact_suspend(p->call, rex.id, "complaint"), 0);
    char ids[3][ID_TEXT_MAX];
    strcpy(ids[0], lea.id), strcpy(ids[1], noa.id), strcpy(ids[2], rex.id);
    for (int days = 29; days <= 31; days += 2) {
        p->call->now_us = POST_START + days * DAY * POST_S;
        for (int i = 0; i < 5; i++, p->call->now_us += CONTACT_SWEEP_MS * 1000)
            assert_int_equal(contact_sweep(p->call), 0);
        assert_int_equal(contact_by_id(p->call, ids[0], &out), days < 30 ? 0 : PROBLEM_NOT_FOUND);
    }
    assert_int_equal(contact_by_id(p->call, ids[1], &out), 0);
    assert_int_equal(contact_by_id(p->call, ids[2], &out), 0);
    assert_int_equal(count(p, "SELECT count(*) FROM contact WHERE ?1 <> ''", ids[0]), 2);
    p->call->now_us = POST_START + 181 * DAY * POST_S;
    for (int i = 0; i < 5; i++, p->call->now_us += CONTACT_SWEEP_MS * 1000)
        assert_int_equal(contact_sweep(p->call), 0);
    assert_int_equal(contact_by_id(p->call, ids[2], &out), PROBLEM_NOT_FOUND);
}

static void the_city_has_its_own_words(void **state) {
    struct post *p = *state;
    char folder[120], command[400];
    struct consent_wordings *words = NULL;
    struct buf errors BUF_AUTO;
    buf_init(&errors, 0);
    assert_non_null(strstr(consent_words(p->room.wordings, "newsletter", "de"), "Newsletter"));
    assert_null(consent_words(p->room.wordings, "advertising", "de"));
    snprintf(folder, sizeof folder, "%s/city", p->folder);
    snprintf(command, sizeof command, "mkdir -p '%s/wordings' && printf 'Nur Neues.\\n' > '%s/wordings/newsletter.de.txt'", folder, folder);
    assert_int_equal(system(command), 0);
    p->config.city_dir = folder;
    assert_int_equal(consent_open(&p->config, &words, &errors), 0);
    assert_string_equal(consent_words(words, "newsletter", "de"), "Nur Neues.");
    consent_close(&words);
    snprintf(command, sizeof command, "printf '  \\n' > '%s/wordings/digest.en.txt'", folder);
    assert_int_equal(system(command), 0);
    assert_int_equal(consent_open(&p->config, &words, &errors), -1);
    assert_non_null(strstr(errors.data, "city/wordings/digest.en.txt: "));
    assert_null(words);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        POST_TEST(one_contact_per_mailbox), POST_TEST(one_contact_per_domain), POST_TEST(links_are_of_one_kind_and_generation), POST_TEST(asking_becomes_rare),
        POST_TEST(a_list_comes_by_asking_and_agreeing), POST_TEST(a_request_ends_after_thirty_days), POST_TEST(consents_stay),
        POST_TEST(suspended_and_released), POST_TEST(choices_are_kept), POST_TEST(forgotten_when_nothing_speaks_of_it),
        POST_TEST(nobody_comes_back), POST_TEST(the_city_has_its_own_words)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
