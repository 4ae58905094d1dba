#include "services/common/base/arena.h"

#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

static void test_takes_are_zeroed_and_aligned(void **state) {
    (void)state;
    struct arena *arena = arena_new(100000);
    for (size_t n = 1; n < 300; n += 7) {
        unsigned char *bytes = arena_take(arena, n);
        assert_non_null(bytes);
        assert_int_equal((uintptr_t)bytes % _Alignof(max_align_t), 0);
        for (size_t i = 0; i < n; i++)
            assert_int_equal(bytes[i], 0);
        memset(bytes, 0xff, n);
    }
    arena_free(&arena);
    assert_null(arena);
    arena_free(&arena);
}

static void test_cap_holds_exactly(void **state) {
    (void)state;
    struct arena *arena = arena_new(1024);
    assert_null(arena_take(arena, 1025));
    assert_null(arena_take(arena, SIZE_MAX));
    assert_null(arena_take(arena, SIZE_MAX - 7));
    assert_non_null(arena_take(arena, 1024));
    assert_null(arena_take(arena, 1));
    assert_null(arena_text(arena, "x"));
    assert_null(arena_format(arena, "%d", 7));
    arena_reset(arena);
    assert_non_null(arena_take(arena, 1024));
    arena_free(&arena);
}

static void test_empty_takes_are_counted(void **state) {
    (void)state;
    struct arena *arena = arena_new(1600);
    int taken = 0;
    while (taken < 1000 && arena_take(arena, 0) != NULL)
        taken++;
    assert_true(taken <= 101);
    arena_free(&arena);
}

static void test_blocks_grow_beyond_the_first(void **state) {
    (void)state;
    struct arena *arena = arena_new(8 * 1024 * 1024);
    char *first = arena_text(arena, "first");
    for (int i = 0; i < 1000; i++) {
        char *piece = arena_take(arena, 5000);
        assert_non_null(piece);
        memset(piece, i, 5000);
    }
    assert_string_equal(first, "first");
    assert_non_null(arena_take(arena, 2 * 1024 * 1024));
    arena_reset(arena);
    char *again = arena_take(arena, 6);
    assert_ptr_equal(again, first);   // the first block is kept
    assert_int_equal(again[0], 0);
    arena_free(&arena);
}

static void test_copies(void **state) {
    (void)state;
    struct arena *arena = arena_new(4096);
    assert_null(arena_text(arena, NULL));
    assert_string_equal(arena_text(arena, "für"), "für");
    assert_string_equal(arena_text_n(arena, "abcdef", 3), "abc");
    assert_string_equal(arena_text_n(arena, NULL, 0), "");
    assert_memory_equal(arena_copy(arena, "a\0b", 3), "a\0b", 3);
    assert_string_equal(arena_format(arena, "%s-%d", "submissions", 1), "submissions-1");
    arena_free(&arena);
}

static void test_allocator_of_protobuf_c(void **state) {
    (void)state;
    struct arena *arena = arena_new(64);
    ProtobufCAllocator *allocator = arena_allocator(arena);
    void *bytes = allocator->alloc(allocator->allocator_data, 64);
    assert_non_null(bytes);
    allocator->free(allocator->allocator_data, bytes);
    assert_null(allocator->alloc(allocator->allocator_data, 1));   // freeing gives nothing back
    arena_free(&arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_takes_are_zeroed_and_aligned), cmocka_unit_test(test_cap_holds_exactly),
        cmocka_unit_test(test_empty_takes_are_counted),      cmocka_unit_test(test_blocks_grow_beyond_the_first),
        cmocka_unit_test(test_copies),                       cmocka_unit_test(test_allocator_of_protobuf_c),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
