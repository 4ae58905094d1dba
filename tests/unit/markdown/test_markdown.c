#include "services/common/markdown/markdown.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static void render(const char *text, enum markdown_links links, int first, struct buf *html) {
    cmark_node *document = markdown_parse(text, links, first);
    assert_non_null(document);
    assert_int_equal(markdown_html(document, html), 0);
    cmark_node_free(document);
}

static void check(const char *text, enum markdown_links links, int first, const char *expected) {
    struct buf html BUF_AUTO;
    buf_init(&html, 0);
    render(text, links, first, &html);
    assert_string_equal(html.data, expected);
}

static void web(const char *text, const char *expected) { check(text, MARKDOWN_WEB, 3, expected); }
static void both(const char *text, const char *expected) {
    web(text, expected);
    check(text, MARKDOWN_WEB_AND_MAIL, 2, expected);
}

static void test_plain(void **state) {
    (void)state;
    both("Ein *guter* **Tag**", "<p>Ein <em>guter</em> <strong>Tag</strong></p>\n");
    both("- eins\n- zwei\n\n> drei\n\n    vier", "<ul>\n<li>eins</li>\n<li>zwei</li>\n</ul>\n<blockquote>\n<p>drei</p>\n</blockquote>\n<pre><code>vier\n</code></pre>\n");
    both("a < b & c\n\n`<b>`", "<p>a &lt; b &amp; c</p>\n<p><code>&lt;b&gt;</code></p>\n");
    both("", "");
    both("a\xFFz", "<p>a\xEF\xBF\xBDz</p>\n");   // no UTF-8
}

static void test_no_raw_html(void **state) {
    (void)state;
    both("<script>alert(1)</script>\n\nText", "<p>Text</p>\n");
    both("Ein <b onclick=x>Wort</b>", "<p>Ein Wort</p>\n");
    both("<!-- nichts -->", "");
    both("&lt;script&gt; &#x3c;b>", "<p>&lt;script&gt; &lt;b&gt;</p>\n");
    both("\"><a href=\"https://boese.example\">x</a>", "<p>&quot;&gt;x</p>\n");
    both("> <iframe src=x>\n\n- <style>*{}</style>", "<blockquote>\n</blockquote>\n<ul>\n<li></li>\n</ul>\n");
}

static void test_links(void **state) {
    (void)state;
    both("[Seite](https://kosi.example.org/a?b=1&c)", "<p><a href=\"https://kosi.example.org/a?b=1&amp;c\">Seite</a></p>\n");
    both("<https://kosi.example.org>", "<p><a href=\"https://kosi.example.org\">https://kosi.example.org</a></p>\n");
    both("[x](javascript:alert(1))", "<p>x</p>\n");
    both("[x](JaVaScript:alert(1)) [y](data:text/html,a) [z](/intern/) [w](//boese.example)", "<p>x y z w</p>\n");
    both("[x](&#106;avascript:a) [y](java&#10;script:a) [z]( javascript:a) [w]()", "<p>x y z w</p>\n");
    both("[x][1] [y]\n\n[1]: vbscript:x\n[y]: file:///etc/passwd", "<p>x y</p>\n");
    both("[*x*](ftp://example.org/ \"Titel\")", "<p><em>x</em></p>\n");
    web("<mailto:a@example.org> <a@example.org>", "<p>mailto:a@example.org a@example.org</p>\n");
    check("<a@example.org>", MARKDOWN_WEB_AND_MAIL, 2, "<p><a href=\"mailto:a@example.org\">a@example.org</a></p>\n");
    assert_false(markdown_may_link(NULL, MARKDOWN_WEB_AND_MAIL));
    assert_true(markdown_may_link("HTTPS://example.org", MARKDOWN_WEB));
    assert_false(markdown_may_link("https:example.org", MARKDOWN_WEB));
}

static void test_images(void **state) {
    (void)state;
    both("![Bild *eins*](https://example.org/zaehler.png)", "<p>Bild <em>eins</em></p>\n");
    both("[![Bild](https://example.org/b.png)](vbscript:x)", "<p>Bild</p>\n");
    both("![[x](javascript:a)](y)", "<p>x</p>\n");
    both("[![Bild](b.png)](https://example.org)", "<p><a href=\"https://example.org\">Bild</a></p>\n");
}

static void test_headings(void **state) {
    (void)state;
    web("# Ziel", "<h3>Ziel</h3>\n");
    web("###### Ziel", "<h3>Ziel</h3>\n");
    check("## a\n\n# b <b>x</b>\n", MARKDOWN_WEB_AND_MAIL, 2, "<h2>a</h2>\n<h2>b x</h2>\n");
    check("### a\n\n###### b\n\n# c\n\n### d\n\n#### e\n\n## f\n", MARKDOWN_WEB, 2,
          "<h2>a</h2>\n<h3>b</h3>\n<h2>c</h2>\n<h3>d</h3>\n<h4>e</h4>\n<h3>f</h3>\n");
    web("# 1\n## 2\n### 3\n#### 4\n##### 5\n###### 6", "<h3>1</h3>\n<h4>2</h4>\n<h5>3</h5>\n<h6>4</h6>\n<h6>5</h6>\n<h6>6</h6>\n");
}

// Whatever is written again and again: nothing that is not safe, nothing that takes long or uses up the stack.
static void test_hostile(void **state) {
    (void)state;
    static const char *const pieces[] = {"\"", "> ", "#\n", "a\n\n", "[", "*a ", "![a](", "- ", "1. ", "`", "<b>", "[x](javascript:a) ", "<a@example.org>"};
    enum { LENGTH = 40000 };
    char *text = malloc(LENGTH + 1);
    assert_non_null(text);
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
        struct buf html BUF_AUTO;
        buf_init(&html, 0);
        size_t length = strlen(pieces[i]);
        for (size_t at = 0; at < LENGTH; at++)
            text[at] = pieces[i][at % length];
        text[LENGTH] = '\0';
        render(text, MARKDOWN_WEB, 3, &html);
        assert_null(strstr(html.data, "<b>"));
        assert_null(strstr(html.data, "<img"));
        assert_null(strstr(html.data, "href"));
    }
    free(text);
}

// One level more than may be: the words stay, the quote goes.
static void test_depth(void **state) {
    (void)state;
    struct buf text BUF_AUTO, html BUF_AUTO;
    buf_init(&text, 0);
    buf_init(&html, 0);
    for (int i = 0; i < 49000; i++)
        buf_text(&text, i % 3 == 0 ? "- " : i % 3 == 1 ? "> " : "1. ");
    buf_text(&text, "Tief\n");
    cmark_node *raw = markdown_parse_raw(text.data), *document = markdown_parse(text.data, MARKDOWN_WEB, 3);
    assert_int_equal(markdown_too_deep(raw), 1);
    assert_int_equal(markdown_too_deep(document), 0);
    assert_int_equal(markdown_html(document, &html), 0);
    assert_non_null(strstr(html.data, "Tief"));
    assert_true(html.len < 400);
    cmark_node_free(raw);
    cmark_node_free(document);
#define EIGHT_TIMES(tag) tag tag tag tag tag tag tag tag
    cmark_node *later = markdown_parse_raw("> > > > 1. - > - acht\n\n- - - - - - - - acht\n- > > > > > > > > neun");
    assert_int_equal(markdown_too_deep(later), 4);
    cmark_node_free(later);
    web("> > > > > > > > acht\n> > > > > > > > > - neun\n> > > > > > > > >\n> > > > > > > > > # neun\n\naußen",
        EIGHT_TIMES("<blockquote>\n") "<p>acht</p>\n<p>neun</p>\n<h3>neun</h3>\n" EIGHT_TIMES("</blockquote>\n") "<p>außen</p>\n");
}

static bool nothing_in(const char *text) {
    cmark_node *document = markdown_parse(text, MARKDOWN_WEB_AND_MAIL, 2);
    assert_non_null(document);
    bool nothing = markdown_shows_nothing(document);
    cmark_node_free(document);
    return nothing;
}

static void test_shows_nothing(void **state) {
    (void)state;
    static const char *const nothing[] = {"", " \n", "<p>Hallo</p>", "![](https://example.org/b.png)", "> <b></b>\n\n- \n\n***", "#", "&nbsp; &#x200b;",
                                          "[](https://example.org)", "[a]: https://example.org", "<!-- Hallo -->"};
    static const char *const something[] = {"a", "![Bild](b.png)", "`x`", "    x", "> - 1", "<b>x</b>", "<a@example.org>", "# Ü", "\u3042"};
    for (size_t i = 0; i < sizeof nothing / sizeof *nothing; i++)
        assert_true(nothing_in(nothing[i]));
    for (size_t i = 0; i < sizeof something / sizeof *something; i++)
        assert_false(nothing_in(something[i]));
}

static void test_no_room(void **state) {
    (void)state;
    struct buf html BUF_AUTO;
    buf_init(&html, 10);
    cmark_node *document = markdown_parse("Mehr als zehn Zeichen", MARKDOWN_WEB, 3);
    assert_int_equal(markdown_html(document, &html), -1);
    cmark_node_free(document);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_plain),    cmocka_unit_test(test_no_raw_html), cmocka_unit_test(test_links),
                                       cmocka_unit_test(test_images),   cmocka_unit_test(test_headings),    cmocka_unit_test(test_hostile),
                                       cmocka_unit_test(test_no_room), cmocka_unit_test(test_depth),       cmocka_unit_test(test_shows_nothing)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
