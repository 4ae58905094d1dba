// Numbers of the node's settings in a city's pages.
// cmocka wants the next four before itself
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include "gateway/site_marks.h"
#include <string.h>

static const struct config config = {.mail_keep_days = 90, .refresh_days = 400, .refresh_grace_days = 20, .archive_days = 120, .overdue_days = 10,
                                     .session_hours = 8};

static int fill(const char *text, struct buf *out, struct buf *errors) {
    buf_init(out, 0);
    buf_init(errors, 0);
    return site_marks_fill(&config, "p.de.md", text, out, errors);
}

static void becomes(const char *text, const char *wanted) {
    BUF_AUTO struct buf out, errors;
    assert_int_equal(fill(text, &out, &errors), 0);
    assert_string_equal(out.len ? out.data : "", wanted);
    assert_int_equal(errors.len, 0);
}

static void refused(const char *text, const char *complaint) {
    BUF_AUTO struct buf out, errors;
    assert_int_equal(fill(text, &out, &errors), -1);
    if (!strstr(errors.data, complaint))
        fail_msg("%s", errors.data);
}

static void settings_are_named(void **state) {
    (void)state;
    becomes("", "");
    becomes("# T\n\n{ohne} }} {\n", "# T\n\n{ohne} }} {\n");
    becomes("# T\n\nNach {{mail_keep_days}} Tagen.", "# T\n\nNach 90 Tagen.");
    becomes("{{refresh_days}}{{refresh_grace_days}} {{archive_days}}, {{overdue_days}}; {{session_hours}}", "40020 120, 10; 8");
}

static void others_are_refused_with_line_and_remedy(void **state) {
    (void)state;
    refused("# T\n\n{{mail_keep_day}} x", "p.de.md:3: \"{{mail_keep_day}}\" stands for no setting. Write one of {{mail_keep_days}} {{refresh_days}} ");
    refused("{{city}}", "{{session_hours}} or no braces.");
    refused("x\n{{ mail_keep_days }}", "p.de.md:2: \"{{ mail_keep_days }}\"");
    refused("{{mail_keep_days", "p.de.md:1: \"{{mail_keep_days\"");
    refused("{{{{mail_keep_days}}}}", "p.de.md:1: ");
    refused("{{\nx}}", "p.de.md:1: \"{{\" stands");
    refused("{{ääääääääääääääääääääääääääääää}}", "\"{{äääääääääääääääääää\" stands");
    BUF_AUTO struct buf out, errors;
    assert_int_equal(fill("{{a}}\n\n{{b}}\n", &out, &errors), -1);
    assert_non_null(strstr(errors.data, "p.de.md:1: \"{{a}}\""));
    assert_non_null(strstr(errors.data, "p.de.md:3: \"{{b}}\""));   // each at once
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(settings_are_named), cmocka_unit_test(others_are_refused_with_line_and_remedy)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
