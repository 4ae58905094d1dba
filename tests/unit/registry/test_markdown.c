#include "world.h"
#include "services/registry/markdown.h"

static void check(const char *text, const char *expected) {
    struct buf html;
    buf_init(&html, 0);
    assert_int_equal(markdown_html(text, &html), 0);
    assert_string_equal(html.data, expected);
    buf_free(&html);
}

static void test_plain(void **state) {
    (void)state;
    check("Ein *guter* Tag", "<p>Ein <em>guter</em> Tag</p>\n");
    check("# Ziel\n\n- eins\n- zwei", "<h3>Ziel</h3>\n<ul>\n<li>eins</li>\n<li>zwei</li>\n</ul>\n");
    check("###### Ziel", "<h6>Ziel</h6>\n");
    check("a < b & c", "<p>a &lt; b &amp; c</p>\n");
}

static void test_no_raw_html(void **state) {
    (void)state;
    check("<script>alert(1)</script>\n\nText", "<p>Text</p>\n");
    check("Ein <b onclick=x>Wort</b>", "<p>Ein Wort</p>\n");
    check("<!-- nichts -->", "");
}

static void test_links(void **state) {
    (void)state;
    check("[Seite](https://kosi.example.org/a?b=1&c)", "<p><a href=\"https://kosi.example.org/a?b=1&amp;c\">Seite</a></p>\n");
    check("[x](javascript:alert(1))", "<p>x</p>\n");
    check("[x](JaVaScript:alert(1)) [y](data:text/html,a) [z](/intern/) <mailto:a@example.org>", "<p>x y z mailto:a@example.org</p>\n");
    check("![Bild](https://example.org/zaehler.png)", "<p>Bild</p>\n");
    check("[![Bild](https://example.org/b.png)](vbscript:x)", "<p>Bild</p>\n");
}

static void test_bounded(void **state) {
    (void)state;
    char *text = malloc(10001);
    const char *pieces[] = {"\"", "> ", "#\n", "a\n\n", "[", "*a ", "![a](", "- "};
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
        size_t length = strlen(pieces[i]);
        for (size_t at = 0; at < 10000; at++)
            text[at] = pieces[i][at % length];
        text[10000] = '\0';
        struct buf html;
        buf_init(&html, 0);
        assert_int_equal(markdown_html(text, &html), 0);
        assert_true(html.len <= MARKDOWN_HTML_MAX);
        buf_free(&html);
    }
    free(text);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_plain), cmocka_unit_test(test_no_raw_html), cmocka_unit_test(test_links),
                                       cmocka_unit_test(test_bounded)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
