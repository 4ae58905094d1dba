#include "gateway/texts.h"
#include "mo.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <unistd.h>
#include <cmocka.h>

static char file[] = "/tmp/kosi-mo-XXXXXX";

static int set_up(void **state) {
    (void)state;
    int fd = mkstemp(file);
    static const char *const pairs[][2] = {{"", "Content-Type: text/plain"}, {"a.b", "Ä & B"}, {"a.c", "{limit} von {x}"}, {"z", "Z"}};
    mo_write(file, pairs, 4);
    return fd < 0 || close(fd);
}

static int tear_down(void **state) {
    (void)state;
    return unlink(file);
}

static void finds_texts(void **state) {
    (void)state;
    struct buf errors BUF_AUTO;
    buf_init(&errors, 0);
    struct catalogue *c = catalogue_open(file, &errors);
    assert_non_null(c);
    assert_string_equal(catalogue_find(c, "a.b"), "Ä & B");
    assert_string_equal(catalogue_find(c, "z"), "Z");
    assert_null(catalogue_find(c, "a"));
    assert_null(catalogue_find(c, "zz"));
    assert_string_equal(catalogue_text(c, "zz"), "zz");
    assert_true(texts_check(c, "de", &errors) > 50);
    assert_non_null(strstr(errors.data, "problem.validation"));
    catalogue_free(&c);
}

static void fills_in(void **state) {
    (void)state;
    struct arena *arena = arena_new(1 << 16);
    assert_string_equal(catalogue_fill(arena, "{limit} von {x}{", "limit", "5", NULL), "5 von {x}{");
    assert_string_equal(catalogue_fill(arena, "", "limit", "5", NULL), "");
    assert_string_equal(catalogue_fill(arena, "{a}{b}", "a", "{b}", "b", "2", NULL), "{b}2");
    arena_free(&arena);
}

// A file cut short or changed at any byte is refused or still safe to read.
static void broken_files(void **state) {
    (void)state;
    char bytes[512];
    FILE *in = fopen(file, "r");
    size_t n = fread(bytes, 1, sizeof bytes, in);
    fclose(in);
    for (size_t at = 0; at < 2 * n; at++) {
        FILE *out = fopen(file, "w");
        char copy[512];
        memcpy(copy, bytes, n);
        if (at >= n)
            copy[at - n] = (char)0xff;
        fwrite(copy, 1, at < n ? at : n, out);
        fclose(out);
        struct buf errors BUF_AUTO;
        buf_init(&errors, 0);
        struct catalogue *c = catalogue_open(file, &errors);
        if (c)
            catalogue_find(c, "a.b");
        else
            assert_true(errors.len > 0);
        catalogue_free(&c);
    }
    struct buf errors BUF_AUTO;
    buf_init(&errors, 0);
    assert_null(catalogue_open("/nowhere/de.mo", &errors));
    assert_non_null(strstr(errors.data, "/nowhere/de.mo"));
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(finds_texts), cmocka_unit_test(fills_in), cmocka_unit_test(broken_files)};
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
