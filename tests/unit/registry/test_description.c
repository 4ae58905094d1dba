#include "world.h"
#include "services/registry/description.h"

static void check(const char *text, const char *expected) {
    struct buf html;
    buf_init(&html, 0);
    assert_int_equal(description_html(text, &html), 0);
    assert_string_equal(html.data, expected);
    buf_free(&html);
}

// Safe as common/markdown makes it: to the web only, below the page's own headings.
static void test_as_on_a_page(void **state) {
    (void)state;
    check("# Ziel\n\n<b>Ein</b> *guter* [Tag](https://kosi.example.org/) <a@example.org>",
          "<h3>Ziel</h3>\n<p>Ein <em>guter</em> <a href=\"https://kosi.example.org/\">Tag</a> a@example.org</p>\n");
    check("", "");
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
        assert_int_equal(description_html(text, &html), 0);
        assert_true(html.len <= DESCRIPTION_HTML_MAX);
        buf_free(&html);
    }
    free(text);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_as_on_a_page), cmocka_unit_test(test_bounded)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
