#include "gateway/page_cache.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

static const char registry[] = "registry", submissions[] = "submissions";

static struct page_cache *with(size_t pages, size_t bytes) {
    struct page_cache *cache = page_cache_new(pages, bytes);
    assert_non_null(cache);
    page_cache_seen(cache, (struct log_position){registry, 7});
    return cache;
}

static void keep(struct page_cache *cache, const char *address, const char *text, uint64_t seq, int64_t now_ms) {
    struct kept_page head = {.size = strlen(text), .language = "de", .tag = "\"t\""};
    page_cache_keep(cache, address, &head, text, &(struct log_position){registry, seq}, 1, now_ms);
}

static bool has(struct page_cache *cache, const char *address, const char *text, int64_t now_ms) {
    struct kept_page *page = page_cache_find(cache, address, now_ms);
    bool found = page && page->size == strlen(text) && memcmp(page->bytes, text, page->size) == 0;
    kept_page_release(page);
    return found;
}

static void a_page_is_shown_for_a_second(void **state) {
    (void)state;
    struct page_cache *cache = with(4, 1000);
    keep(cache, "/", "start", 7, 100);
    assert_true(has(cache, "/", "start", 100));
    assert_true(has(cache, "/", "start", 100 + PAGE_FRESH_MS - 1));
    assert_false(has(cache, "/", "start", 100 + PAGE_FRESH_MS));
    assert_false(has(cache, "/en/", "start", 100));
    page_cache_free(&cache);
}

static void a_log_that_went_on_makes_its_pages_stale(void **state) {
    (void)state;
    struct page_cache *cache = with(4, 1000);
    keep(cache, "/", "start", 7, 100);
    page_cache_seen(cache, (struct log_position){submissions, 90});
    assert_true(has(cache, "/", "start", 101));
    page_cache_seen(cache, (struct log_position){registry, 8});
    assert_false(has(cache, "/", "start", 101));
    keep(cache, "/", "new start", 8, 102);
    assert_true(has(cache, "/", "new start", 103));
    page_cache_seen(cache, (struct log_position){registry, 2});   // restored from a copy
    assert_false(has(cache, "/", "new start", 103));
    page_cache_free(&cache);
}

static void the_least_recently_used_goes_first(void **state) {
    (void)state;
    struct page_cache *cache = with(2, 1000);
    keep(cache, "/a", "a", 7, 100);
    keep(cache, "/b", "b", 7, 100);
    assert_true(has(cache, "/a", "a", 100));
    keep(cache, "/c", "c", 7, 100);
    assert_true(has(cache, "/a", "a", 100));
    assert_false(has(cache, "/b", "b", 100));
    assert_true(has(cache, "/c", "c", 100));
    page_cache_free(&cache);
}

static void bytes_are_bounded(void **state) {
    (void)state;
    struct page_cache *cache = with(100, 100);
    char text[61];
    memset(text, 'x', 60);
    text[60] = '\0';
    for (int i = 0; i < 50; i++) {
        char address[16];
        snprintf(address, sizeof address, "/%d", i);
        keep(cache, address, text, 7, 100);
        assert_true(page_cache_bytes(cache) <= 100);
        assert_true(has(cache, address, text, 100));
    }
    char large[200];
    memset(large, 'y', 199);
    large[199] = '\0';
    keep(cache, "/large", large, 7, 100);
    assert_false(has(cache, "/large", large, 100));
    page_cache_free(&cache);
}

static void who_reads_keeps_the_page_alive(void **state) {
    (void)state;
    struct page_cache *cache = with(1, 100);
    keep(cache, "/", "old", 7, 100);
    struct kept_page *page = page_cache_find(cache, "/", 100);
    keep(cache, "/", "new", 7, 101);
    keep(cache, "/x", "x", 7, 101);
    page_cache_free(&cache);
    assert_memory_equal(page->bytes, "old", 3);
    kept_page_release(page);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_page_is_shown_for_a_second),
        cmocka_unit_test(a_log_that_went_on_makes_its_pages_stale),
        cmocka_unit_test(the_least_recently_used_goes_first),
        cmocka_unit_test(bytes_are_bounded),
        cmocka_unit_test(who_reads_keeps_the_page_alive),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
