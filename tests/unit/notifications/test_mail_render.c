#include "writing.h"
#include "services/common/base/link.h"
#include "services/notifications/letter.h"
#include "services/notifications/mail_text.h"
#include "services/notifications/template_store.h"

static const char a_matter[] = "INSERT INTO matter(id, contact, language, receipt, form_title, entry_id, received_at, known_at, undecided) "
                               "VALUES ('" SUBMISSION "', '" CONTACT "', 'de', 'DO-7F3K-92QX', 'Initiative melden', '" ENTRY "', 1, 1, 1)";
static const char some_news[] = "INSERT INTO news(entry_id, title, summary, themes, district, shown, first_at) "
                                "VALUES ('" ENTRY "', 'Reparatur-Café', '', '', '', 1, 1)";

static int count(const char *text, const char *part) {
    int n = 0;
    for (; (text = strstr(text, part)) != NULL; text += strlen(part))
        n++;
    return n;
}

static void look_over(const struct mail_copy *copy, const char *language) {
    char lang[40];
    snprintf(lang, sizeof lang, "<html lang=\"%s\">", language);
    assert_null(strstr(copy->text, "{{"));
    assert_null(strstr(copy->html, "{{"));
    assert_null(strstr(copy->subject, "{{"));
    assert_true(strlen(copy->subject) > 5);
    assert_non_null(strstr(copy->html, lang));
    assert_int_equal(count(copy->html, "<h1"), 1);
    assert_int_equal(count(copy->html, "<main"), 1);
    assert_non_null(strstr(copy->text, strcmp(language, "de") == 0 ? "Impressum: https://kosi.example.org/impressum" : "Imprint: https://kosi.example.org/en/imprint"));
}

static void test_every_text_of_every_city(void **state) {
    (void)state;
    static const char *const cities[] = {"dortmund", "wuppertal"}, *const languages[] = {"de", "en"};
    for (int city = 0; city < 2; city++) {
        struct writing w;
        writing_open(&w);
        mail_texts_close(&w.room.texts);
        w.config.city_dir = arena_format(w.pen.arena, "%s/deploy/cities/%s", KOSI_SHARE_DIR, cities[city]);
        struct buf errors BUF_AUTO;
        buf_init(&errors, 0);
        w.room.texts = mail_texts_open(&w.config, &errors);
        assert_non_null(w.room.texts);
        for (int i = 0; i < MAIL_KINDS * 2; i++) {
            struct mail_facts facts;
            struct mail_copy copy;
            enum mail_kind kind = (enum mail_kind)(i / 2);
            assert_int_equal(mail_gather_example(&w.pen, kind, languages[i % 2], &facts), 0);
            assert_true(mail_facts_full(kind, &facts));
            assert_int_equal(mail_render_filled(&w.pen, kind, mail_texts_source(w.room.texts, kind, languages[i % 2]), &facts, &copy), 0);
            look_over(&copy, languages[i % 2]);
        }
        writing_close(&w);
    }
}

static void test_received(void **state) {
    (void)state;
    struct writing w;
    writing_open(&w);
    writing_run(&w, a_matter);
    Kosi__LeasedMail mail = writing_mail("received", "de", SUBMISSION);
    struct mail_copy copy, later;
    assert_int_equal(mail_render(&w.pen, &mail, &copy), 0);
    look_over(&copy, "de");
    assert_string_equal(copy.subject, "Ihre Einreichung DO-7F3K-92QX ist angekommen");
    assert_non_null(strstr(copy.text, "„Initiative melden“"));
    const char *confirm = strstr(copy.text, "/post/bestaetigen/");
    assert_non_null(confirm);
    char token[ID_TOKEN_MAX], id[ID_TEXT_MAX];
    snprintf(token, sizeof token, "%.*s", (int)strcspn(confirm + 18, "\n"), confirm + 18);
    assert_true(link_check(w.room.node_key, LINK_CONFIRM, token, 1, id));
    assert_string_equal(id, CONTACT);
    assert_null(strstr(copy.text, "einstellungen"));   // nothing to choose before it is confirmed
    assert_null(copy.list);
    assert_null(copy.leave_url);
    assert_non_null(strstr(copy.message_id, "@example.org"));
    assert_int_equal(mail_render(&w.pen, &mail, &later), 0);
    assert_string_equal(copy.message_id, later.message_id);
    assert_string_equal(copy.text, later.text);

    mail.confirmed = true;
    assert_int_equal(mail_render(&w.pen, &mail, &copy), 0);
    assert_null(strstr(copy.text, "bestaetigen"));
    assert_non_null(strstr(copy.text, "/post/einstellungen/"));
    writing_close(&w);
}

static void pack(Kosi__LeasedMail *mail, struct arena *arena, Kosi__MailFacts *facts) {
    mail->has_facts = true;
    mail->facts.len = kosi__mail_facts__get_packed_size(facts);
    mail->facts.data = arena_take(arena, mail->facts.len + 1);
    kosi__mail_facts__pack(facts, mail->facts.data);
}

static void with_fact(Kosi__LeasedMail *mail, struct arena *arena, const char *name, const char *value) {
    Kosi__MailFacts facts = KOSI__MAIL_FACTS__INIT;
    Kosi__MailFact fact = KOSI__MAIL_FACT__INIT, *list[] = {&fact};
    fact.name = (char *)(uintptr_t)name;
    fact.value = (char *)(uintptr_t)value;
    facts.facts = list;
    facts.n_facts = 1;
    pack(mail, arena, &facts);
}

static void test_decisions(void **state) {
    (void)state;
    struct writing w;
    writing_open(&w);
    writing_run(&w, a_matter);
    writing_run(&w, some_news);
    struct mail_copy copy;
    Kosi__LeasedMail mail = writing_mail("accepted", "en", SUBMISSION);
    mail.confirmed = true;
    assert_int_equal(mail_render(&w.pen, &mail, &copy), 0);
    assert_non_null(strstr(copy.text, "“Reparatur-Café”"));
    assert_non_null(strstr(copy.text, "https://kosi.example.org/en/landscape/" ENTRY));

    mail = writing_mail("rejected", "de", SUBMISSION);
    assert_int_equal(mail_render(&w.pen, &mail, &copy), PROBLEM_VALIDATION);   // without a reason it says nothing
    with_fact(&mail, w.pen.arena, "reason", "outside-city");
    assert_int_equal(mail_render(&w.pen, &mail, &copy), 0);
    assert_non_null(strstr(copy.text, "Der Grund: Sie betrifft nicht unsere Stadt."));
    with_fact(&mail, w.pen.arena, "reason", "not-known");
    assert_int_equal(mail_render(&w.pen, &mail, &copy), 0);
    assert_non_null(strstr(copy.text, "Der Grund: Das Team hat"));

    mail = writing_mail("refresh", "de", ENTRY);
    with_fact(&mail, w.pen.arena, "until", "2027-03-01");
    assert_int_equal(mail_render(&w.pen, &mail, &copy), 0);
    assert_non_null(strstr(copy.text, "bis zum 1. März 2027."));
    assert_non_null(strstr(copy.text, "https://kosi.example.org/eintrag-bestaetigen/"));
    assert_non_null(strstr(copy.text, "https://kosi.example.org/einreichungen/"));
    writing_close(&w);
}

static void test_password(void **state) {
    (void)state;
    struct writing w;
    writing_open(&w);
    struct mail_copy copy;
    Kosi__LeasedMail mail = writing_mail("password-reset", "en", SUBMISSION);
    Kosi__MailFacts facts = KOSI__MAIL_FACTS__INIT;
    static const char *const pairs[3][2] = {{"login", "erika"}, {"until", "1800000000000000"}, {"serial", "3"}};
    Kosi__MailFact items[3], *list[3];
    for (int i = 0; i < 3; i++) {
        kosi__mail_fact__init(&items[i]);
        items[i].name = (char *)(uintptr_t)pairs[i][0];
        items[i].value = (char *)(uintptr_t)pairs[i][1];
        list[i] = &items[i];
    }
    facts.facts = list;
    facts.n_facts = 3;
    pack(&mail, w.pen.arena, &facts);
    assert_int_equal(mail_render(&w.pen, &mail, &copy), 0);
    assert_non_null(strstr(copy.text, "January 2027, "));
    const char *reset = strstr(copy.text, "/en/intern/new-password/");
    assert_non_null(reset);
    char token[ID_TOKEN_MAX], id[ID_TEXT_MAX];
    snprintf(token, sizeof token, "%.*s", (int)strcspn(reset + 24, "\n"), reset + 24);
    assert_true(link_check(w.room.node_key, LINK_RESET, token, 3, id));
    writing_close(&w);
}

static void test_newsletter(void **state) {
    (void)state;
    struct writing w;
    writing_open(&w);
    writing_run(&w, "INSERT INTO newsletter(id, state, version, subject_de, body_de, subject_en, body_en, updated_at, login)"
                    " VALUES ('" ENTRY "', 2, 1, 'Frühling', 'Es **grünt**.', '', '', 1, 'x')");
    struct mail_copy copy;
    Kosi__LeasedMail mail = writing_mail("newsletter", "en", ENTRY);
    mail.confirmed = true;
    assert_int_equal(mail_render(&w.pen, &mail, &copy), 0);
    assert_string_equal(copy.subject, "Frühling");
    assert_string_equal(copy.language, "en, de");   // nobody wrote an English one; what stands around it can be read
    look_over(&copy, "en");
    assert_non_null(strstr(copy.html, "<h1 lang=\"de\">Frühling</h1>"));
    assert_non_null(strstr(copy.html, ">Unsubscribe</a>"));
    assert_null(strstr(copy.text, "Abmelden"));
    assert_non_null(strstr(copy.html, "<strong>grünt</strong>"));
    assert_string_equal(copy.list, "newsletter");
    assert_non_null(strstr(copy.leave_url, "/en/mail/"));
    writing_run(&w, "UPDATE newsletter SET subject_en = 'Spring', body_en = 'It is green.'");
    assert_int_equal(mail_render(&w.pen, &mail, &copy), 0);
    assert_string_equal(copy.subject, "Spring");
    assert_string_equal(copy.language, "en");
    assert_null(strstr(copy.html, "lang=\"de\""));
    writing_close(&w);
}

static void test_templates(void **state) {
    (void)state;
    struct writing w;
    writing_open(&w);
    writing_run(&w, a_matter);
    struct template_text text, versions[TEMPLATE_VERSIONS_SHOWN];
    struct mail_copy copy;
    Kosi__LeasedMail mail = writing_mail("received", "de", SUBMISSION);
    assert_int_equal(template_present(&w.pen, MAIL_RECEIVED, "de", &text), 0);
    assert_int_equal(text.version, 0);
    text = (struct template_text){"# Da: {{receipt}}\n\n{{status_url}} {{confirm_url}}\n", 1, 5, "erika"};
    assert_int_equal(template_save(&w.pen, MAIL_RECEIVED, "de", &text), 0);
    assert_int_equal(template_save(&w.pen, MAIL_RECEIVED, "de", &text), STORE_CONFLICT);
    assert_int_equal(mail_render(&w.pen, &mail, &copy), 0);
    assert_string_equal(copy.subject, "Da: DO-7F3K-92QX");
    assert_int_equal(copy.template_version, 1);
    text = (struct template_text){NULL, 2, 6, "erika"};
    assert_int_equal(template_save(&w.pen, MAIL_RECEIVED, "de", &text), 0);
    assert_int_equal(mail_render(&w.pen, &mail, &copy), 0);
    assert_string_equal(copy.subject, "Ihre Einreichung DO-7F3K-92QX ist angekommen");
    assert_int_equal(template_versions(&w.pen, MAIL_RECEIVED, "de", versions), 2);
    assert_int_equal(versions[0].version, 2);
    assert_int_equal(template_version(&w.pen, MAIL_RECEIVED, "de", 1, &text), 0);
    assert_int_equal(strncmp(text.source, "# Da", 4), 0);
    assert_int_equal(template_version(&w.pen, MAIL_RECEIVED, "de", 3, &text), PROBLEM_NOT_FOUND);
    assert_int_equal(template_version(&w.pen, MAIL_RECEIVED, "de", 0, &text), 0);
    writing_close(&w);
}

static void test_city_files(void **state) {
    (void)state;
    struct writing w;
    writing_open(&w);
    char command[400], file[120];
    snprintf(command, sizeof command, "cp %s/deploy/cities/dortmund/site.json %s/ && mkdir %s/mails", KOSI_SHARE_DIR, w.folder, w.folder);
    assert_int_equal(system(command), 0);
    snprintf(file, sizeof file, "%s/mails/confirm.de.md", w.folder);
    FILE *stream = fopen(file, "w");
    assert_non_null(stream);
    fputs("# Betreff\n\n{{confirm_uri}}\n", stream);
    fclose(stream);
    w.config.city_dir = w.folder;
    struct buf errors BUF_AUTO;
    buf_init(&errors, 0);
    assert_null(mail_texts_open(&w.config, &errors));
    assert_non_null(strstr(errors.data, "/mails/confirm.de.md:3: {{confirm_uri}} is nothing this mail can name."));
    assert_non_null(strstr(errors.data, "/mails/confirm.de.md:1: {{confirm_url}} is not in the text. Add it"));
    writing_close(&w);
}

int main(void) {
    letter_open();
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_every_text_of_every_city), cmocka_unit_test(test_received),
                                       cmocka_unit_test(test_decisions), cmocka_unit_test(test_password), cmocka_unit_test(test_newsletter),
                                       cmocka_unit_test(test_templates), cmocka_unit_test(test_city_files)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
