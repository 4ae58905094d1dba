#include "services/common/base/arena.h"

#include <assert.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if defined(__SANITIZE_ADDRESS__)
#define ARENA_POISONED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ARENA_POISONED 1
#endif
#endif
#ifdef ARENA_POISONED
#include <sanitizer/asan_interface.h>
#else
#define ASAN_POISON_MEMORY_REGION(address, size) ((void)(address), (void)(size))
#define ASAN_UNPOISON_MEMORY_REGION(address, size) ((void)(address), (void)(size))
#endif

enum { FIRST_BLOCK_BYTES = 16 * 1024, LARGEST_BLOCK_BYTES = 256 * 1024, SHORT_BYTES = 256, ALIGNMENT = 16 };

struct block {
    struct block *next;
    size_t size, used;
    _Alignas(ALIGNMENT) uint8_t data[];
};

struct arena {
    size_t cap, taken;
    struct block *first, *current;
    ProtobufCAllocator allocator;
};

static struct block *block_new(size_t size) {
    struct block *block = malloc(sizeof(*block) + size);
    if (block == NULL)
        return NULL;
    *block = (struct block){.size = size};
    ASAN_POISON_MEMORY_REGION(block->data, size);
    return block;
}

static void block_free(struct block *block) {
    ASAN_UNPOISON_MEMORY_REGION(block->data, block->size);
    free(block);
}

static void *allocator_alloc(void *owner, size_t size);
static void allocator_free(void *owner, void *pointer);

struct arena *arena_new(size_t cap_bytes) {
    struct arena *arena = calloc(1, sizeof(*arena));
    if (arena == NULL)
        return NULL;
    arena->cap = cap_bytes < SIZE_MAX / 2 ? cap_bytes : SIZE_MAX / 2;   // so that rounding up can't wrap
    arena->allocator = (ProtobufCAllocator){.alloc = allocator_alloc, .free = allocator_free, .allocator_data = arena};
    return arena;
}

void arena_free(struct arena **arena) {
    if (*arena == NULL)
        return;
    arena_reset(*arena);
    if ((*arena)->first != NULL)
        block_free((*arena)->first);
    free(*arena);
    *arena = NULL;
}

void arena_reset(struct arena *arena) {
    arena->taken = 0;
    if (arena->first == NULL)
        return;
    struct block *next = NULL;
    for (struct block *block = arena->first->next; block != NULL; block = next) {
        next = block->next;
        block_free(block);
    }
    arena->first->next = NULL;
    arena->first->used = 0;
    arena->current = arena->first;
    ASAN_POISON_MEMORY_REGION(arena->first->data, arena->first->size);
}

// A block with room for `bytes`. Blocks double up to a bound, so that many small takes cost few calls of malloc.
static struct block *block_with_room(struct arena *arena, size_t bytes) {
    struct block *current = arena->current;
    if (current != NULL && current->size - current->used >= bytes)
        return current;
    size_t size = current == NULL ? FIRST_BLOCK_BYTES : current->size * 2;
    if (size > LARGEST_BLOCK_BYTES)
        size = LARGEST_BLOCK_BYTES;
    struct block *block = block_new(size < bytes ? bytes : size);
    if (block == NULL)
        return NULL;
    if (current == NULL)
        arena->first = block;
    else
        current->next = block;
    arena->current = block;
    return block;
}

// Not zeroed: for what is written in full at once.
static void *take_raw(struct arena *arena, size_t bytes) {
    size_t left = arena->cap - arena->taken;
    if (bytes > left)
        return NULL;
    // an empty take counts too: a flood of them would not be bounded otherwise
    size_t rounded = bytes == 0 ? ALIGNMENT : (bytes + ALIGNMENT - 1) & ~(size_t)(ALIGNMENT - 1);
    if (rounded > left)
        return NULL;
    struct block *block = block_with_room(arena, rounded);
    if (block == NULL)
        return NULL;
    void *taken = block->data + block->used;
    block->used += rounded;
    arena->taken += rounded;
    ASAN_UNPOISON_MEMORY_REGION(taken, bytes);
    return taken;
}

void *arena_take(struct arena *arena, size_t bytes) {
    void *taken = take_raw(arena, bytes);
    return taken == NULL ? NULL : memset(taken, 0, bytes);
}

// protobuf-c clears what it does not fill.
static void *allocator_alloc(void *owner, size_t size) { return take_raw(owner, size); }

static void allocator_free(void *owner, void *pointer) {
    (void)owner;
    (void)pointer;
}

char *arena_text(struct arena *arena, const char *text) {
    return text == NULL ? NULL : arena_text_n(arena, text, strlen(text));
}

char *arena_text_n(struct arena *arena, const char *text, size_t n) {
    if (n == SIZE_MAX)
        return NULL;
    char *copy = take_raw(arena, n + 1);
    if (copy == NULL)
        return NULL;
    if (n > 0)
        memcpy(copy, text, n);
    copy[n] = '\0';
    return copy;
}

void *arena_copy(struct arena *arena, const void *bytes, size_t n) {
    void *copy = take_raw(arena, n);
    if (copy != NULL && n > 0)
        memcpy(copy, bytes, n);
    return copy;
}

char *arena_format(struct arena *arena, const char *format, ...) {
    char first[SHORT_BYTES]; // most fit, and are formatted once
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(first, sizeof first, format, arguments);
    va_end(arguments);
    if (length < 0)
        return NULL;
    if (length < SHORT_BYTES)
        return arena_text_n(arena, first, (size_t)length);
    char *text = take_raw(arena, (size_t)length + 1);
    if (text == NULL)
        return NULL;
    va_start(arguments, format);
    vsnprintf(text, (size_t)length + 1, format, arguments);
    va_end(arguments);
    return text;
}

ProtobufCAllocator *arena_allocator(struct arena *arena) { return &arena->allocator; }
