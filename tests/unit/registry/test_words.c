#include "world.h"
#include "services/registry/words.h"

static struct words of(struct arena *arena, const char *text) {
    struct words words;
    assert_int_equal(words_of(text, arena, &words), 0);
    return words;
}

static void test_stop_words_go_when_others_remain(void **state) {
    (void)state;
    struct arena *arena = arena_new(1 << 16);
    struct words words = of(arena, "Lastenräder für die STRASSE");
    assert_int_equal(words.count, 2);
    assert_string_equal(words.items[0], "lastenraeder");
    assert_string_equal(words.items[1], "strasse");
    assert_true(words.prefix);
    assert_false(words.common);
    words = of(arena, "für die");
    assert_int_equal(words.count, 2);
    assert_true(words.common);
    assert_false(words.prefix);
    words = of(arena, "Garten der");
    assert_int_equal(words.count, 1);
    assert_false(words.prefix);   // the last word typed is another
    arena_free(&arena);
}

static void test_bounds(void **state) {
    (void)state;
    struct arena *arena = arena_new(1 << 16);
    assert_int_equal(of(arena, "?!  --").count, 0);
    assert_int_equal(of(arena, "rad Rad RAD").count, 1);
    assert_false(of(arena, "ra").prefix);
    struct words words = of(arena, "a1 b2 c3 d4 e5 f6 g7 h8 i9 j10 k11");
    assert_int_equal(words.count, WORDS_MAX);
    assert_false(words.prefix);   // the last one does not count, so its beginning does not either
    arena_free(&arena);
}

static void test_every_stop_word_is_found(void **state) {
    (void)state;
    const char *some[] = {"aber", "an", "and", "auch", "auf", "das", "dieser", "dieses", "fuer", "und", "uns", "zur", "you", "with"};
    for (size_t i = 0; i < sizeof some / sizeof *some; i++)
        assert_true(words_is_stop(some[i]));
    assert_false(words_is_stop("garten"));
}

static void test_found(void **state) {
    (void)state;
    assert_int_equal(words_found("fahrrad garagen im quartier", "garagen", false), 2);
    assert_int_equal(words_found("fahrrad garagen im quartier", "gara", true), 1);
    assert_int_equal(words_found("fahrrad garagen im quartier", "gara", false), 0);
    assert_int_equal(words_found("fahrrad garagen im quartier", "rad", true), 0);
    assert_int_equal(words_found("radweg rad", "rad", true), 2);
    assert_int_equal(words_found("", "rad", true), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_stop_words_go_when_others_remain),
        cmocka_unit_test(test_bounds),
        cmocka_unit_test(test_every_stop_word_is_found),
        cmocka_unit_test(test_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
