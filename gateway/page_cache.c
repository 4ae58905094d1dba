#include "gateway/page_cache.h"
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

enum { SERVICES_MOST = 16, LARGEST_BYTES = 256 * 1024, ADDRESS_MOST = 2048 };

struct slot {
    struct slot *next_same;             // in its bucket
    struct slot *newer, *older;         // by last use
    char *address;
    uint64_t hash;
    struct kept_page *page;
    struct log_position positions[PAGE_POSITIONS];
    int position_count;
    int64_t made_ms;
};
struct page_cache {
    struct slot **buckets;
    size_t bucket_count, count, bytes, most_pages, most_bytes;
    struct slot *newest, *oldest;
    struct log_position seen[SERVICES_MOST];
    unsigned char key[crypto_shorthash_KEYBYTES];   // so that nobody can choose addresses that fall into one bucket
};

struct page_cache *page_cache_new(size_t most_pages, size_t most_bytes) {
    struct page_cache *cache = calloc(1, sizeof *cache);
    if (!cache)
        return NULL;
    cache->bucket_count = most_pages;
    cache->most_pages = most_pages;
    cache->most_bytes = most_bytes;
    cache->buckets = calloc(most_pages, sizeof(struct slot *));
    crypto_shorthash_keygen(cache->key);
    if (!cache->buckets)
        page_cache_free(&cache);
    return cache;
}

void kept_page_release(struct kept_page *page) {
    if (page && --page->references == 0)
        free(page);
}

static void unlink_use(struct page_cache *cache, struct slot *slot) {
    *(slot->newer ? &slot->newer->older : &cache->newest) = slot->older;
    *(slot->older ? &slot->older->newer : &cache->oldest) = slot->newer;
    slot->newer = slot->older = NULL;
}

static void use(struct page_cache *cache, struct slot *slot) {
    slot->older = cache->newest;
    *(slot->older ? &slot->older->newer : &cache->oldest) = slot;
    cache->newest = slot;
}

static void drop(struct page_cache *cache, struct slot *slot) {
    struct slot **place = &cache->buckets[slot->hash % cache->bucket_count];
    while (*place != slot)
        place = &(*place)->next_same;
    *place = slot->next_same;
    unlink_use(cache, slot);
    cache->count--;
    cache->bytes -= slot->page->size;
    kept_page_release(slot->page);
    free(slot->address);
    free(slot);
}

void page_cache_free(struct page_cache **cache) {
    while (*cache && (*cache)->oldest)
        drop(*cache, (*cache)->oldest);
    if (*cache)
        free((*cache)->buckets);
    free(*cache);
    *cache = NULL;
}

// NULL: none, and no room for one more service.
static struct log_position *seen_of(struct page_cache *cache, const char *service) {
    for (int i = 0; i < SERVICES_MOST; i++) {
        if (!cache->seen[i].service)
            cache->seen[i].service = service;
        if (cache->seen[i].service == service)
            return &cache->seen[i];
    }
    return NULL;
}

void page_cache_seen(struct page_cache *cache, struct log_position position) {
    struct log_position *seen = seen_of(cache, position.service);
    if (seen)
        seen->seq = position.seq;   // also when it is lower: a log can begin anew after a restore
}

static uint64_t hash_of(const struct page_cache *cache, const char *address) {
    uint64_t hash;
    crypto_shorthash((unsigned char *)&hash, (const unsigned char *)address, strlen(address), cache->key);
    return hash;
}

static struct slot *slot_of(const struct page_cache *cache, const char *address, uint64_t hash) {
    struct slot *slot = cache->buckets[hash % cache->bucket_count];
    while (slot && (slot->hash != hash || strcmp(slot->address, address) != 0))
        slot = slot->next_same;
    return slot;
}

static bool fresh(struct page_cache *cache, const struct slot *slot, int64_t now_ms) {
    if (now_ms - slot->made_ms >= PAGE_FRESH_MS)
        return false;
    for (int i = 0; i < slot->position_count; i++) {
        const struct log_position *seen = seen_of(cache, slot->positions[i].service);
        if (!seen || seen->seq != slot->positions[i].seq)
            return false;
    }
    return true;
}

struct kept_page *page_cache_find(struct page_cache *cache, const char *address, int64_t now_ms) {
    struct slot *slot = slot_of(cache, address, hash_of(cache, address));
    if (!slot || !fresh(cache, slot, now_ms))
        return NULL;
    unlink_use(cache, slot);
    use(cache, slot);
    slot->page->references++;
    return slot->page;
}

static struct kept_page *copy_of(const struct kept_page *head, const char *bytes) {
    struct kept_page *page = malloc(sizeof *page + head->size);
    if (!page)
        return NULL;
    memcpy(page, head, sizeof *page);
    memcpy(page->bytes, bytes, head->size);
    page->references = 1;
    return page;
}

void page_cache_keep(struct page_cache *cache, const char *address, const struct kept_page *head, const char *bytes,
                     const struct log_position *positions, int count, int64_t now_ms) {
    if (head->size > LARGEST_BYTES || head->size > cache->most_bytes || strlen(address) > ADDRESS_MOST || count > PAGE_POSITIONS)
        return;
    uint64_t hash = hash_of(cache, address);
    struct slot *old = slot_of(cache, address, hash), *slot = calloc(1, sizeof *slot);
    if (old)
        drop(cache, old);
    while (cache->oldest && (cache->count >= cache->most_pages || cache->bytes + head->size > cache->most_bytes))
        drop(cache, cache->oldest);
    struct kept_page *page = slot ? copy_of(head, bytes) : NULL;
    char *name = page ? strdup(address) : NULL;
    if (!name) {
        kept_page_release(page);
        free(slot);
        return;
    }
    *slot = (struct slot){.next_same = cache->buckets[hash % cache->bucket_count], .address = name, .hash = hash, .page = page,
                          .position_count = count, .made_ms = now_ms};
    memcpy(slot->positions, positions, (size_t)count * sizeof *positions);
    cache->buckets[hash % cache->bucket_count] = slot;
    use(cache, slot);
    cache->count++;
    cache->bytes += page->size;
}

size_t page_cache_bytes(const struct page_cache *cache) { return cache->bytes; }
