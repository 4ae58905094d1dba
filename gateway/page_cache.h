// page_cache: public pages as they were rendered, kept for those who ask next. A page is kept together with the positions of the logs
// it was made from, and shown for PAGE_FRESH_MS at most, and no longer once this gateway has seen one of those logs further on.
// Only pages that say Cache-Control: public are kept: nothing with a secret, a session or a form's key. Bounded in pages and bytes;
// the least recently used go first. Look-up is one hash; everything is O(1) but the copy of the page.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PAGE_FRESH_MS = 1000, PAGE_POSITIONS = 4, PAGE_TAG_MAX = 24 };

// Where a service's log was, as a reply told.
struct log_position {
    const char *service;   // the contract's own string: compared by address
    uint64_t seq;
};
// Kept as long as the cache or an answer under way needs it.
struct kept_page {
    int references;
    size_t size;
    const char *language;   // static
    bool packed;            // by gzip
    char tag[PAGE_TAG_MAX];
    char bytes[];
};
struct page_cache;

struct page_cache *page_cache_new(size_t most_pages, size_t most_bytes);   // NULL: out of memory
void page_cache_free(struct page_cache **cache);
// A reply told this position; pages made from an earlier one are stale now.
void page_cache_seen(struct page_cache *cache, struct log_position position);
// The page of an address, to be released with kept_page_release(); NULL: none, or stale.
struct kept_page *page_cache_find(struct page_cache *cache, const char *address, int64_t now_ms);
// Copies the page. Too large a page, or no memory: nothing happens.
void page_cache_keep(struct page_cache *cache, const char *address, const struct kept_page *head, const char *bytes,
                     const struct log_position *positions, int count, int64_t now_ms);
void kept_page_release(struct kept_page *page);
size_t page_cache_bytes(const struct page_cache *cache);
