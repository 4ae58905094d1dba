#include "writing.h"
#include "services/notifications/mail_text.h"

struct sheet { struct mail_facts facts; struct buf text, html; char *subject; };

static void sheet_open(struct sheet *sheet) {
    *sheet = (struct sheet){.facts = {.arena = arena_new(16 << 20), .language = "de"}};
    buf_init(&sheet->text, 0);
    buf_init(&sheet->html, 0);
}

static void sheet_close(struct sheet *sheet) {
    arena_free(&sheet->facts.arena);
    buf_free(&sheet->text);
    buf_free(&sheet->html);
}

static void set(struct sheet *sheet, const char *name, const char *value) {
    assert_int_equal(mail_facts_set(&sheet->facts, name, value), 0);
}

static void fill(struct sheet *sheet, const char *source) {
    struct mail_filled filled;
    buf_clear(&sheet->text);
    buf_clear(&sheet->html);
    assert_int_equal(mail_text_fill(source, &sheet->facts, &filled), 0);
    sheet->subject = filled.subject;
    mail_text_plain(filled.content, &sheet->text);
    assert_int_equal(mail_text_html(filled.content, &sheet->html), 0);
    mail_filled_free(&filled);
}

static const char *shown(const struct buf *buf) {
    return buf->data != NULL ? buf->data : "";
}

static void test_fill(void **state) {
    (void)state;
    struct sheet s;
    sheet_open(&s);
    set(&s, "receipt", "DO-7F3K-92QX");
    set(&s, "status_url", "https://kosi.example.org/einreichungen/T_o-ken?a=1&b=2");
    fill(&s, "# Code {{receipt}}\n\nIhr *Code*: **{{receipt}}**. Mehr [auf der Seite]({{status_url}}).\n\nWeiter:\n[Ansehen]({{status_url}})\n\n{{status_url}}\n");
    assert_string_equal(s.subject, "Code DO-7F3K-92QX");
    assert_string_equal(shown(&s.text), "Ihr Code: DO-7F3K-92QX. Mehr auf der Seite\n(https://kosi.example.org/einreichungen/T_o-ken?a=1&b=2).\n\n"
                                        "Weiter:\nAnsehen:\nhttps://kosi.example.org/einreichungen/T_o-ken?a=1&b=2\n\n"
                                        "https://kosi.example.org/einreichungen/T_o-ken?a=1&b=2\n");
    assert_string_equal(shown(&s.html),
                        "<p>Ihr <em>Code</em>: <strong>DO-7F3K-92QX</strong>. Mehr <a href=\"https://kosi.example.org/einreichungen/T_o-ken?a=1&amp;b=2\">auf der Seite</a>.</p>\n"
                        "<p>Weiter:<br />\n<a class=\"button\" href=\"https://kosi.example.org/einreichungen/T_o-ken?a=1&amp;b=2\">Ansehen</a></p>\n"
                        "<p><a class=\"button\" href=\"https://kosi.example.org/einreichungen/T_o-ken?a=1&amp;b=2\">https://kosi.example.org/einreichungen/T_o-ken?a=1&amp;b=2</a></p>\n");
    sheet_close(&s);
}

// What people typed stays text, whatever it looks like.
static void test_injection(void **state) {
    (void)state;
    static const char *const typed[] = {"[Gewinn](https://boese.example)", "<script>alert(1)</script>", "<https://boese.example>", "**fett** `code`",
                                        "# Betreff", "{{status_url}}", "a\n\n# b\n- c", "\"><a href=\"https://boese.example\">x</a>", "![x](https://boese.example/x.png)",
                                        "&lt;b&gt; &#x3c;b>", "{{entries}}", "{{body}}", "\\[x\\](y)", "{{", "}}{{receipt"};
    struct sheet s;
    sheet_open(&s);
    set(&s, "status_url", "https://kosi.example.org/s");
    for (size_t i = 0; i < sizeof typed / sizeof *typed; i++) {
        set(&s, "title", typed[i]);
        set(&s, "receipt", typed[i]);
        fill(&s, "# Zu {{receipt}}\n\nEs geht um „{{title}}“ und *{{title}}*.\n\n{{title}}\n\n- {{title}}\n- [{{title}}](https://kosi.example.org/)\n");
        assert_null(strstr(shown(&s.html), "<script"));
        assert_null(strstr(shown(&s.html), "href=\"https://boese"));
        assert_null(strstr(shown(&s.html), "<img"));
        assert_null(strstr(shown(&s.html), "<b>"));
        assert_null(strstr(shown(&s.html), "<h1"));
        assert_null(strstr(shown(&s.html), "<strong"));
        assert_null(strstr(shown(&s.html), "kosi.example.org/s"));
        const char *link = strstr(shown(&s.html), "<a ");
        assert_non_null(link);
        assert_null(strstr(link + 1, "<a "));   // the template's own, and no other
        assert_null(strpbrk(s.subject, "\r\n"));
        assert_int_equal(strncmp(s.subject, "Zu ", 3), 0);
    }
    sheet_close(&s);
}

static void test_no_tricks_with_characters(void **state) {
    (void)state;
    struct sheet s;
    sheet_open(&s);
    set(&s, "title", "a\r\nBcc: b@example.org\x01\x7F" "c\xE2\x80\xAE" "d\xE2\x81\xA6" "e\xC2\x85" "f ü");
    assert_string_equal(mail_facts_get(&s.facts, "title"), "a Bcc: b@example.org c d e f ü");
    fill(&s, "# {{title}}\n\nx\n");
    assert_null(strpbrk(s.subject, "\r\n"));
    sheet_close(&s);
}

static void test_links_lead_to_the_web_only(void **state) {
    (void)state;
    struct sheet s;
    sheet_open(&s);
    static const char *const urls[] = {"javascript:alert(1)", "data:text/html,x", "//boese.example", "", "vbscript:x"};
    for (size_t i = 0; i < sizeof urls / sizeof *urls; i++) {
        set(&s, "entry_url", urls[i]);
        fill(&s, "# S\n\nVorher.\n\nJetzt [ansehen]({{entry_url}}).\n");
        assert_null(strstr(shown(&s.html), "<a"));
    }
    assert_null(strstr(shown(&s.html) + 1, "javascript"));
    sheet_close(&s);
}

static void test_empty_blocks_go(void **state) {
    (void)state;
    struct sheet s;
    sheet_open(&s);
    set(&s, "title", "T");
    fill(&s, "# S\n\nMit {{title}}.\n\nOhne {{entry_url}} nichts.\n\n## Auch nicht {{until}}\n\n- eins {{title}}\n- zwei [x]({{entry_url}})\n\n1. nur {{until}}\n\nEnde.\n");
    assert_string_equal(shown(&s.text), "Mit T.\n\n- eins T\n\nEnde.\n");
    assert_null(strstr(shown(&s.html), "<ol"));
    assert_null(strstr(shown(&s.html), "<h2"));
    sheet_close(&s);
}

static void test_entries(void **state) {
    (void)state;
    struct sheet s;
    sheet_open(&s);
    Kosi__MailItem one = KOSI__MAIL_ITEM__INIT, two = KOSI__MAIL_ITEM__INIT, *items[] = {&one, &two};
    one.title = "Eins <b>*x*</b>";
    one.link = "https://kosi.example.org/landschaft/1";
    one.text = "[a](https://boese.example)";
    two.title = "Zwei";
    two.link = "javascript:x";
    s.facts.entries = items;
    s.facts.entry_count = 2;
    fill(&s, "# S\n\nNeu:\n\n{{entries}}\n\nEnde.\n");
    assert_string_equal(shown(&s.text), "Neu:\n\n- Eins <b>*x*</b>:\n  https://kosi.example.org/landschaft/1\n\n  [a](https://boese.example)\n\n- Zwei\n\nEnde.\n");
    assert_null(strstr(shown(&s.html), "<b>"));
    assert_null(strstr(shown(&s.html), "boese.example\""));
    assert_null(strstr(shown(&s.html), "javascript"));
    sheet_close(&s);
}

static void test_body(void **state) {
    (void)state;
    struct sheet s;
    sheet_open(&s);
    set(&s, "city", "Stadt");
    s.facts.body = "# Oben\n\nIn {{city}} <b onclick=x>wird</b> **viel** [getan](https://example.org/) und [nicht](javascript:x).\n\n"
                   "<script>x</script>\n\n![Bild](https://example.org/zaehler.png)\n\n> zitiert\n> weiter\n\n1. a\n2. b\n\nUnd:\n\n    code\n";
    fill(&s, "# S\n\n{{body}}\n");
    assert_string_equal(shown(&s.text), "Oben\n----\n\nIn {{city}} wird viel getan (https://example.org/) und nicht.\n\nBild\n\n> zitiert weiter\n\n1. a\n2. b\n\nUnd:\n\n    code\n");
    assert_non_null(strstr(shown(&s.html), "<h2>Oben</h2>"));
    assert_null(strstr(shown(&s.html), "onclick"));
    assert_null(strstr(shown(&s.html), "<script"));
    assert_null(strstr(shown(&s.html), "<img"));
    sheet_close(&s);
}

static void test_headings(void **state) {
    (void)state;
    struct sheet s;
    sheet_open(&s);
    s.facts.body = "### a\n\n###### b\n\n# c\n\n### d\n\n#### e\n\n## f\n";
    fill(&s, "# S\n\n{{body}}\n");
    assert_string_equal(shown(&s.html), "<h2>a</h2>\n<h3>b</h3>\n<h2>c</h2>\n<h3>d</h3>\n<h4>e</h4>\n<h3>f</h3>\n");
    sheet_close(&s);
}

static void test_bounded(void **state) {
    (void)state;
    static const char *const pieces[] = {"> ", "- ", "[", "*a ", "![a](", "# x\n", "1. ", "`", "<b>", "{{body}}\n\n", "{{title}} "};
    char *text = malloc(40001);
    assert_non_null(text);
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
        struct sheet s;
        sheet_open(&s);
        size_t length = strlen(pieces[i]);
        for (size_t at = 0; at < 40000; at++)
            text[at] = pieces[i][at % length];
        text[40000] = '\0';
        s.facts.body = text;
        fill(&s, "# S\n\n{{body}}\n");
        sheet_close(&s);
    }
    free(text);
}

static void test_lines(void **state) {
    (void)state;
    struct sheet s;
    sheet_open(&s);
    fill(&s, "# S\n\nEin Satz mit vielen Wörtern, der länger ist als eine Zeile breit sein darf, und noch einer: https://kosi.example.org/"
             "eine-adresse-die-nicht-gebrochen-wird-so-lang-sie-auch-ist-weil-man-sie-sonst-nicht-anklicken-kann Ende.\n\n- Auch in einer Liste wird der Text so gebrochen, dass er "
             "unter sich selbst steht und nicht davor.\n");
    assert_string_equal(shown(&s.text), "Ein Satz mit vielen Wörtern, der länger ist als eine Zeile breit sein\ndarf, und noch einer:\nhttps://kosi.example.org/"
                                        "eine-adresse-die-nicht-gebrochen-wird-so-lang-sie-auch-ist-weil-man-sie-sonst-nicht-anklicken-kann\nEnde.\n\n"
                                        "- Auch in einer Liste wird der Text so gebrochen, dass er unter sich\n  selbst steht und nicht davor.\n");
    sheet_close(&s);
}

// ---- checking

static void check(enum mail_kind kind, const char *source, const char *expected) {
    struct mail_faults faults;
    struct buf found BUF_AUTO;
    buf_init(&found, 0);
    assert_int_equal(mail_text_check(kind, source, &faults), 0);
    for (int i = 0; i < faults.count; i++) {
        struct buf told BUF_AUTO;
        buf_init(&told, 0);
        mail_fault_tell(&faults.items[i], &told);
        assert_true(told.len > 20);
        buf_format(&found, "%d:%s:%s ", faults.items[i].line, faults.items[i].code, faults.items[i].name);
    }
    assert_string_equal(shown(&found), expected);
}

static void test_check(void **state) {
    (void)state;
    check(MAIL_CONFIRM, "# S\n\n[ja]({{confirm_url}})\n", "");
    check(MAIL_CONFIRM, "", "1:no_subject: 1:fact_missing:confirm_url ");
    check(MAIL_CONFIRM, "Kein Betreff\n\n{{confirm_url}}\n", "1:no_subject: ");
    check(MAIL_CONFIRM, "# S {{confirm_url}}\n", "1:empty: 1:subject_not_sure:confirm_url ");
    check(MAIL_CONFIRM, "# S\n\n{{confirm_url}}\n\n{{titel}}\n{{ confirm_url }}\n", "5:unknown_fact:titel 6:open_braces: ");
    check(MAIL_CONFIRM, "# S\n\n[ja](x{{confirm_url}})\n\n[x](javascript:a)\n\n[z](/intern)\n", "3:link_not_web: 5:link_not_web: 7:link_not_web: ");
    check(MAIL_CONFIRM, "# S\n\n{{confirm_url}}\n\n- > - > - > - > gut\n\n> > > > > > > > > zu tief\n", "7:too_deep: ");
    check(MAIL_CONFIRM, "# S\n\n{{confirm_url}} <b>x</b>\n\n![b](https://example.org/b.png)\n", "3:not_in_mails: 3:not_in_mails: 5:not_in_mails: ");
    check(MAIL_DIGEST, "# S\n\nNeu: {{entries}} [ab]({{leave_url}})\n", "3:fact_not_alone:entries ");
    check(MAIL_NEWSLETTER, "# {{subject}}\n\n{{body}}\n\n{{leave_url}}\n", "");
}

static void test_escape(void **state) {
    (void)state;
    struct buf out BUF_AUTO;
    buf_init(&out, 0);
    mail_text_escape("<a href=\"x\" title='y'>&", &out);
    assert_string_equal(out.data, "&lt;a href=&quot;x&quot; title=&#39;y&#39;&gt;&amp;");
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_fill), cmocka_unit_test(test_injection), cmocka_unit_test(test_no_tricks_with_characters),
                                       cmocka_unit_test(test_links_lead_to_the_web_only), cmocka_unit_test(test_empty_blocks_go),
                                       cmocka_unit_test(test_entries), cmocka_unit_test(test_body), cmocka_unit_test(test_headings), cmocka_unit_test(test_bounded),
                                       cmocka_unit_test(test_lines), cmocka_unit_test(test_check), cmocka_unit_test(test_escape)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
