// words: what someone typed, as folded words to look for. Words that every text has ("und", "the") are left out when others remain.
#pragma once
#include "services/common/base/arena.h"
#include <stdbool.h>

enum { WORDS_MAX = 8 };   // further words of a query do not count
struct words {
    char *items[WORDS_MAX];
    int count;
    bool prefix;          // the last one may go on: it is matched by its beginning
    bool common;          // nothing but stop words: not worth ranking
};

// Memory from arena. Returns 0, or -1 when memory is out. A text without letters and digits gives no words.
int words_of(const char *text, struct arena *arena, struct words *out);
bool words_is_stop(const char *folded);
// How well a folded text holds a word: 2 as a word, 1 as the beginning of one (only if prefix), 0 not at all.
int words_found(const char *folded_text, const char *word, bool prefix);
