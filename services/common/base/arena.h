// arena: memory that lives as long as one request and is freed at once.
// Bump allocation from chained blocks; a cap makes a hostile message fail cleanly instead of filling the machine.
// Not thread-safe: one arena belongs to one call.
#pragma once
#include <protobuf-c/protobuf-c.h>
#include <stddef.h>

struct arena;

// cap_bytes bounds everything ever taken between two resets. Returns NULL when memory is out.
struct arena *arena_new(size_t cap_bytes);
void arena_free(struct arena **arena);   // NULLs the caller's pointer; NULL is fine
void arena_reset(struct arena *arena);   // keeps the first block for the next request

// All return NULL over the cap or out of memory. Memory is zeroed and aligned for any type.
void *arena_take(struct arena *arena, size_t bytes);
char *arena_text(struct arena *arena, const char *text);              // copy of a NUL-terminated string; NULL gives NULL
char *arena_text_n(struct arena *arena, const char *text, size_t n);  // copy of n bytes, NUL added
void *arena_copy(struct arena *arena, const void *bytes, size_t n);
char *arena_format(struct arena *arena, const char *format, ...) __attribute__((format(printf, 2, 3)));

// For protobuf-c: takes from the arena, its free does nothing. Valid as long as the arena.
ProtobufCAllocator *arena_allocator(struct arena *arena);
