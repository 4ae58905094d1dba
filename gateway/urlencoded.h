// urlencoded: names and values as they come in a path, a query or a form post. Strict: a broken %, a NUL or invalid UTF-8 is refused,
// never repaired. Pure, so that it can be tested and fuzzed alone.
#pragma once
#include "services/common/base/arena.h"
#include "services/common/base/buf.h"
#include <stdbool.h>

// Decodes n bytes into out (room for n + 1). plus: '+' is a blank. Returns the length, or -1 when malformed.
long urlencoded_decode(const char *text, size_t n, bool plus, char *out);

struct urlencoded_pair {
    const char *name, *value;
};
struct urlencoded_pairs {
    struct urlencoded_pair *items;
    size_t count;
};
enum { URLENCODED_PAIRS_MAX = 500 };
// Splits and decodes "a=1&b=2". Empty pieces are passed over. Returns 0, -1 when malformed, -2 with more than URLENCODED_PAIRS_MAX
// pairs or when memory is out. The result lives in the arena.
int urlencoded_split(const char *text, size_t n, struct arena *arena, struct urlencoded_pairs *out);
// The value of the first pair of that name, NULL when there is none.
const char *urlencoded_value(const struct urlencoded_pairs *pairs, const char *name);
// Appends text so that it can stand in a path or a query.
void urlencoded_add(struct buf *out, const char *text);
