#include "services/common/base/buf.h"

#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

static void test_always_ends_with_nul(void **state) {
    (void)state;
    BUF_AUTO struct buf buf;
    buf_init(&buf, 0);
    assert_string_equal(buf.data, "");
    buf_text(&buf, "über");
    buf_char(&buf, '!');
    buf_format(&buf, " %d%s", 42, "x");
    buf_add(&buf, "\0y", 2);
    assert_false(buf.failed);
    assert_int_equal(buf.len, 12);
    assert_memory_equal(buf.data, "über! 42x\0y", 13);
    buf_clear(&buf);
    assert_string_equal(buf.data, "");
    assert_int_equal(buf.len, 0);
}

static void test_limit_is_exact_and_failure_stays(void **state) {
    (void)state;
    BUF_AUTO struct buf buf;
    buf_init(&buf, 10);
    buf_text(&buf, "123456789");
    buf_char(&buf, '0');
    assert_false(buf.failed);
    buf_char(&buf, 'x');
    assert_true(buf.failed);
    assert_string_equal(buf.data, "1234567890");
    buf_text(&buf, "");
    buf_text(&buf, "y");
    assert_string_equal(buf.data, "1234567890");
    assert_null(buf_room(&buf, 1));
    buf_clear(&buf);
    assert_false(buf.failed);
    buf_format(&buf, "%011d", 5);
    assert_true(buf.failed);
}

static void test_room_ends_with_nul_however_much_is_written(void **state) {
    (void)state;
    BUF_AUTO struct buf buf;
    buf_init(&buf, 0);
    char *room = buf_room(&buf, 1000);
    assert_non_null(room);
    memcpy(room, "abc", 3);
    buf.len += 3;
    assert_string_equal(buf.data, "abc");
    assert_null(buf_room(&buf, SIZE_MAX - 2));
    assert_true(buf.failed);
}

static void test_a_line_is_one_line(void **state) {
    (void)state;
    struct buf buf BUF_AUTO;
    buf_init(&buf, 0);
    buf_text(&buf, "first\n");
    buf_line(&buf, "f.json:%d: \"%s\" is not known.", 3, "a\nb\x7f\033[1m");
    assert_string_equal(buf.data, "first\nf.json:3: \"a?b??[1m\" is not known.\n");
}

static void test_grows_over_many_appends(void **state) {
    (void)state;
    BUF_AUTO struct buf buf;
    buf_init(&buf, 0);
    for (int i = 0; i < 100000; i++)
        buf_format(&buf, "%05d", i);
    assert_false(buf.failed);
    assert_int_equal(buf.len, 500000);
    assert_memory_equal(buf.data + 499995, "99999", 6);
    buf_free(&buf);
    assert_string_equal(buf.data, "");
    buf_text(&buf, "again");
    assert_string_equal(buf.data, "again");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_always_ends_with_nul),
        cmocka_unit_test(test_limit_is_exact_and_failure_stays),
        cmocka_unit_test(test_room_ends_with_nul_however_much_is_written),
        cmocka_unit_test(test_grows_over_many_appends),
        cmocka_unit_test(test_a_line_is_one_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
