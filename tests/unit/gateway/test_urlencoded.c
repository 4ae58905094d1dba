#include "gateway/urlencoded.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static void decodes_strictly(void **state) {
    (void)state;
    static const struct { const char *text; bool plus; const char *want; } rows[] = {
        {"abc", false, "abc"}, {"", false, ""}, {"a%20b", false, "a b"}, {"a+b", true, "a b"}, {"a+b", false, "a+b"},
        {"Stra%C3%9Fe", false, "Straße"}, {"%e2%82%ac", false, "€"}, {"%2F", false, "/"},
        {"%", false, NULL}, {"%2", false, NULL}, {"%zz", false, NULL}, {"a%2", false, NULL}, {"%00", false, NULL},
        {"%C3", false, NULL}, {"%ED%A0%80", false, NULL}, {"%C0%AF", false, NULL}, {"\xff", false, NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char out[64];
        long n = urlencoded_decode(rows[i].text, strlen(rows[i].text), rows[i].plus, out);
        if (!rows[i].want) {
            assert_int_equal(n, -1);
            continue;
        }
        assert_string_equal(out, rows[i].want);
        assert_int_equal(n, strlen(rows[i].want));
    }
}

static void splits_pairs(void **state) {
    (void)state;
    struct arena *arena = arena_new(1 << 20);
    struct urlencoded_pairs pairs;
    const char *text = "a=1&b=&&c&=x&d=2%263&a=4";
    assert_int_equal(urlencoded_split(text, strlen(text), arena, &pairs), 0);
    static const char *const want[][2] = {{"a", "1"}, {"b", ""}, {"c", ""}, {"", "x"}, {"d", "2&3"}, {"a", "4"}};
    assert_int_equal(pairs.count, 6);
    for (size_t i = 0; i < pairs.count; i++) {
        assert_string_equal(pairs.items[i].name, want[i][0]);
        assert_string_equal(pairs.items[i].value, want[i][1]);
    }
    assert_string_equal(urlencoded_value(&pairs, "a"), "1");
    assert_null(urlencoded_value(&pairs, "z"));
    assert_int_equal(urlencoded_split("", 0, arena, &pairs), 0);
    assert_int_equal(pairs.count, 0);
    assert_int_equal(urlencoded_split("a=%00", 5, arena, &pairs), -1);
    assert_int_equal(urlencoded_split("%f=1", 4, arena, &pairs), -1);
    arena_free(&arena);
}

static void pairs_have_a_bound(void **state) {
    (void)state;
    struct arena *arena = arena_new(1 << 20);
    struct urlencoded_pairs pairs;
    char many[4 * (URLENCODED_PAIRS_MAX + 2)];
    memset(many, '&', sizeof many);
    assert_int_equal(urlencoded_split(many, URLENCODED_PAIRS_MAX - 1, arena, &pairs), 0);
    assert_int_equal(urlencoded_split(many, URLENCODED_PAIRS_MAX, arena, &pairs), -2);
    arena_free(&arena);
}

static void small_memory_is_told(void **state) {
    (void)state;
    struct urlencoded_pairs pairs;
    struct arena *arena = arena_new(16);
    assert_int_equal(urlencoded_split("aaaaaaaaaaaaaaaaaaaaaaaaa=1", 27, arena, &pairs), -2);
    arena_free(&arena);
}

// Whatever bytes come: no crash, and what was taken reads back.
static void random_bytes(void **state) {
    (void)state;
    struct arena *arena = arena_new(1 << 20);
    srand(1);
    for (int round = 0; round < 20000; round++) {
        char text[48], out[49];
        size_t n = (size_t)rand() % sizeof text;
        for (size_t i = 0; i < n; i++)
            text[i] = rand() % 3 ? "%&=+0aF"[rand() % 7] : (char)(rand() % 256);
        struct urlencoded_pairs pairs;
        urlencoded_split(text, n, arena, &pairs);
        if (urlencoded_decode(text, n, false, out) >= 0) {
            struct buf again BUF_AUTO;
            char back[49 * 3];
            buf_init(&again, 0);
            urlencoded_add(&again, out);
            assert_int_equal(urlencoded_decode(again.data, again.len, true, back), strlen(out));
            assert_string_equal(back, out);
        }
        arena_reset(arena);
    }
    arena_free(&arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(decodes_strictly), cmocka_unit_test(splits_pairs),
                                       cmocka_unit_test(pairs_have_a_bound), cmocka_unit_test(small_memory_is_told),
                                       cmocka_unit_test(random_bytes)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
