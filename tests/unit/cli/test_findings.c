// What daemons say is taken apart into file, line and text; the same line of several daemons is one finding.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "deploy/cli/check.h"
#include <stdio.h>

static void lines_are_taken_apart(void **state) {
    (void)state;
    struct findings found = {.count = 0};
    findings_add(&found, "kosi-a", "/x/kosi.conf:12: no such option 'y'. Remove it.");
    findings_add(&found, "kosi-b", "/x/kosi.conf:12: no such option 'y'. Remove it.");
    findings_add(&found, "kosi-b", "/x/form.json:3: slug: is missing. Add it.");
    findings_add(&found, "kosi-b", "something without a file");
    findings_add(&found, "kosi-b", "ts=2026-01-01T00:00:00Z level=info event=started");
    findings_add(&found, "kosi-b", "");
    assert_int_equal(found.count, 3);
    assert_string_equal(found.items[0].file, "/x/kosi.conf");
    assert_int_equal(found.items[0].line, 12);
    assert_string_equal(found.items[0].text, "no such option 'y'. Remove it.");
    assert_string_equal(found.items[0].daemon, "kosi-a");
    assert_int_equal(found.items[1].line, 3);
    assert_null(found.items[2].file);
    findings_free(&found);
}

static void many_are_cut(void **state) {
    (void)state;
    struct findings found = {.count = 0};
    char line[64];
    for (int i = 0; i < CHECK_FINDINGS_MAX + 50; i++) {
        snprintf(line, sizeof line, "f:%d: x", i);
        findings_add(&found, "kosi-a", line);
    }
    assert_int_equal(found.count, CHECK_FINDINGS_MAX);
    findings_free(&found);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(lines_are_taken_apart), cmocka_unit_test(many_are_cut)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
