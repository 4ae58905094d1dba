// Changing settings keeps everything else as the operator wrote it.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "deploy/cli/conffile.h"
#include <string.h>

static void check(const char *before, int (*change)(struct buf *), const char *after) {
    BUF_AUTO struct buf text;
    buf_init(&text, 0);
    buf_text(&text, before);
    assert_int_equal(change(&text), 0);
    assert_string_equal(text.data, after);
}
static int set_port(struct buf *text) { return conffile_set(text, "listen_port", "9000"); }
static int set_city(struct buf *text) { return conffile_set_text(text, "city", "dortmund"); }
static int set_workers(struct buf *text) { return conffile_set_workers(text, "registry", 4); }

static void a_value_is_replaced_where_it_stands(void **state) {
    (void)state;
    check("a = 1\nlisten_port = 8081   # ours\nb = 2\n", set_port, "a = 1\nlisten_port = 9000   # ours\nb = 2\n");
    check("listen_port=8081", set_port, "listen_port=9000");
    check("city = \"wuppertal # no } comment\" # x\n", set_city, "city = \"dortmund\" # x\n");
    check("city =\n  'wuppertal'\n", set_city, "city =\n  \"dortmund\"\n");
}

static void comments_texts_and_sections_do_not_mislead(void **state) {
    (void)state;
    check("# listen_port = 1\n// listen_port = 2\n/* listen_port = 3 */\n", set_port,
          "# listen_port = 1\n// listen_port = 2\n/* listen_port = 3 */\nlisten_port = 9000\n");
    check("x = \"listen_port = 1\"\nservice a { listen_port = 2 }\n", set_port,
          "x = \"listen_port = 1\"\nservice a { listen_port = 2 }\nlisten_port = 9000\n");
    check("other_listen_port = 1", set_port, "other_listen_port = 1\nlisten_port = 9000\n");
    check("", set_port, "listen_port = 9000\n");
}

static void workers_are_changed_in_their_section(void **state) {
    (void)state;
    check("service accounts { workers = 1 }\nservice registry { workers = 2 } # more\n", set_workers,
          "service accounts { workers = 1 }\nservice registry { workers = 4 } # more\n");
    check("service \"registry\" {\n    # many\n    workers = 2\n}\n", set_workers, "service \"registry\" {\n    # many\n    workers = 4\n}\n");
    check("service registry {}\n", set_workers, "service registry { workers = 4\n}\n");
    check("service accounts { workers = 1 }", set_workers, "service accounts { workers = 1 }\nservice registry { workers = 4 }\n");
}

static void unfinished_texts_end_somewhere(void **state) {
    (void)state;
    check("/* x", set_port, "/* x\nlisten_port = 9000\n");
    check("x = \"y", set_port, "x = \"y\nlisten_port = 9000\n");
    check("}}}{{{", set_port, "}}}{{{\nlisten_port = 9000\n");
}

static void names_that_need_quoting_are_refused(void **state) {
    (void)state;
    assert_true(conffile_plain("/var/lib/kosi ä/x"));
    static const char *const bad[] = {"a\"b", "a'b", "$HOME", "a\\b", "`x`", "a\nb", "\x7f"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(conffile_plain(bad[i]));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_value_is_replaced_where_it_stands),  cmocka_unit_test(comments_texts_and_sections_do_not_mislead),
        cmocka_unit_test(workers_are_changed_in_their_section), cmocka_unit_test(unfinished_texts_end_somewhere),
        cmocka_unit_test(names_that_need_quoting_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
