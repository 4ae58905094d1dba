// The frame of a mail: its colours by day and by night, and what lists of mails show of it.
#include "writing.h"
#include "services/notifications/mail_layout.h"

struct framed { struct writing w; struct buf html; };

static int open_frame(void **state) {
    struct framed *f = calloc(1, sizeof *f);
    writing_open(&f->w);
    buf_init(&f->html, 0);
    *state = f;
    return 0;
}

static int close_frame(void **state) {
    struct framed *f = *state;
    buf_free(&f->html);
    writing_close(&f->w);
    free(f);
    return 0;
}

static const char *html_of(struct framed *f, const char *source) {
    struct mail_facts facts;
    struct mail_filled filled;
    buf_clear(&f->html);
    assert_int_equal(mail_gather_example(&f->w.pen, MAIL_WITHDRAWN, "de", &facts), 0);
    assert_int_equal(mail_text_fill(source, &facts, &filled), 0);
    assert_int_equal(mail_layout_html(f->w.room.texts, MAIL_WITHDRAWN, &filled, &facts, &f->html), 0);
    mail_filled_free(&filled);
    return f->html.data;
}

// Day's colours in one sheet, night's in another.
static void colours_for_day_and_night(void **state) {
    const char *html = html_of(*state, "# S\n\nText.");
    const char *day = strstr(html, "<style>"), *night = day ? strstr(day + 1, "<style>") : NULL;
    assert_non_null(night);
    assert_non_null(strstr(html, "<meta name=\"color-scheme\" content=\"light dark\">"));
    assert_non_null(strstr(day, ":root{color-scheme:light dark}"));
    assert_non_null(strstr(day, "a{color:#00538a}\n.band{background:#003a5d}.band a{color:#ffffff}\na.button{background:#00538a;color:#ffffff}"));
    assert_true(strstr(day, "#00538a") < night && strstr(night, "#00538a") == NULL);
    assert_non_null(strstr(night, "@media (prefers-color-scheme:dark){\nbody{background:#131525;color:#f3f4f7}"));
    assert_non_null(strstr(night, "a{color:#8fc7f0}\n.band{background:#0b2a3f}.band a{color:#f3f4f7}\na.button{background:#8fc7f0;color:#000000}"));
}

static void opens_with(struct framed *f, const char *source, const char *wanted) {
    static const char before[] = "<body>\n<div style=\"display:none;mso-hide:all\">";
    const char *at = strstr(html_of(f, source), before);
    assert_non_null(at);
    at += sizeof before - 1;
    const char *end = strstr(at, "</div>\n<div class=\"band\">");
    assert_non_null(end);
    assert_int_equal(end - at, strlen(wanted));
    assert_memory_equal(at, wanted, strlen(wanted));
}

static void the_first_that_is_no_greeting(void **state) {
    struct framed *f = *state;
    opens_with(f, "# S\n\nGuten Tag,\n\nSie haben **alles**\nzurückgezogen [hier]({{status_url}}).\n\nMehr.", "Sie haben alles zurückgezogen hier.");
    opens_with(f, "# S\n\n## Oben\n\n- a\n\n`x` < y & z", "x &lt; y &amp; z");
    opens_with(f, "# S\n\nGuten Tag, hier ist alles.", "Guten Tag, hier ist alles.");
    char line[400] = "# S\n\n", wanted[400] = "";
    for (int i = 0; i < 20; i++)
        strcat(line, "äöü ßäöü ");    // 9 characters
    strcat(line, "Ende");
    for (int i = 0; i < 15; i++)
        strcat(wanted, "äöü ßäöü ");   // 135, and one more word
    strcat(wanted, "äöü …");
    opens_with(f, line, wanted);
}

static void nothing_to_open_with(void **state) {
    assert_null(strstr(html_of(*state, "# S\n\n- eins\n- zwei\n\nMit Gruß,"), "display:none"));
}

// What is as wide as it likes would make the whole mail wider than a telephone.
static void nothing_makes_it_wide(void **state) {
    const char *html = html_of(*state, "# S\n\nText.");
    assert_non_null(strstr(html, "<main style=\"word-wrap:break-word;overflow-wrap:break-word\">"));
    assert_non_null(strstr(html, "pre{white-space:pre-wrap}"));
    assert_non_null(strstr(html, "a.button{display:inline-block;box-sizing:border-box;max-width:100%;"));   // an address on a line of its own
}

// An English mail about a German newsletter: what is German says so, and the plain text is as it always was.
static void the_body_in_its_own_language(void **state) {
    static const char source[] = "# {{subject}}\n\n{{body}}\n\n[Leave]({{leave_url}})";
    struct framed *f = *state;
    struct buf plain[2];
    for (int own = 0; own < 2; own++) {
        struct mail_facts facts;
        struct mail_filled filled;
        buf_clear(&f->html);
        buf_init(&plain[own], 0);
        assert_int_equal(mail_gather_example(&f->w.pen, MAIL_NEWSLETTER, "en", &facts), 0);
        facts.body = "## Neues\n\n- viel";
        facts.body_language = own ? "de" : NULL;
        assert_int_equal(mail_text_fill(source, &facts, &filled), 0);
        mail_text_plain(filled.content, &plain[own]);
        assert_int_equal(mail_layout_html(f->w.room.texts, MAIL_NEWSLETTER, &filled, &facts, &f->html), 0);
        assert_true(own == (strstr(f->html.data, "<h1 lang=\"de\">") != NULL));
        assert_true(own == (strstr(f->html.data, "<div lang=\"de\">\n<h2>Neues</h2>\n<ul>\n<li>viel</li>\n</ul>\n</div>\n<p><a") != NULL));
        assert_non_null(strstr(f->html.data, "<html lang=\"en\">"));
        mail_filled_free(&filled);
    }
    assert_string_equal(plain[0].data, plain[1].data);
    buf_free(&plain[0]);
    buf_free(&plain[1]);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(colours_for_day_and_night, open_frame, close_frame),
        cmocka_unit_test_setup_teardown(the_first_that_is_no_greeting, open_frame, close_frame),
        cmocka_unit_test_setup_teardown(nothing_makes_it_wide, open_frame, close_frame),
        cmocka_unit_test_setup_teardown(the_body_in_its_own_language, open_frame, close_frame),
        cmocka_unit_test_setup_teardown(nothing_to_open_with, open_frame, close_frame),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
