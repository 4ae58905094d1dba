#include "services/registry/words.h"
#include "services/common/base/text.h"
#include <stdlib.h>
#include <string.h>

// Function words of German and English, folded, sorted.
static const char *const stop_words[] = {
    "aber",  "alle", "als",  "also", "am",   "an",    "and",   "are",   "as",   "at",    "auch", "auf",  "aus",  "be",   "bei",
    "bis",   "but",  "by",   "da",   "damit", "das",  "dass",  "dem",   "den",  "der",   "des",  "die",  "dies", "diese", "dieser",
    "dieses", "do",  "durch", "ein", "eine", "einem", "einen", "einer", "eines", "er",   "es",   "for",  "from", "fuer", "hat",
    "have",  "ich",  "ihr",  "ihre", "im",   "in",    "is",    "ist",   "it",   "its",   "kann", "man",  "mit",  "nach", "nicht",
    "noch",  "nur",  "ob",   "oder", "of",   "on",    "or",    "our",   "sich", "sie",   "sind", "so",   "that", "the",  "their",
    "this",  "to",   "ueber", "um",  "und",  "uns",   "unser", "unsere", "unter", "vom", "von",  "vor",  "was",  "we",   "werden",
    "wie",   "wir",  "wird", "with", "you",  "zu",    "zum",   "zur"};

static int compare(const void *key, const void *item) {
    return strcmp(key, *(const char *const *)item);
}

bool words_is_stop(const char *folded) {
    return bsearch(folded, stop_words, sizeof stop_words / sizeof *stop_words, sizeof *stop_words, compare) != NULL;
}

enum { PREFIX_LETTERS = 3 };   // shorter beginnings are in no prefix index, and say nothing

static bool has(const struct words *words, const char *word) {
    for (int i = 0; i < words->count; i++)
        if (strcmp(words->items[i], word) == 0)
            return true;
    return false;
}

// Takes the words of `text` (changed in place) that are stop words, or those that are none. Returns the last word looked at, if taken.
static const char *take(char *text, bool stop, struct words *out) {
    char *rest = text;
    const char *last = NULL;
    for (char *word; (word = strsep(&rest, " ")) != NULL;) {
        if (word[0] == '\0')
            continue;
        bool wanted = words_is_stop(word) == stop;
        last = wanted ? word : NULL;
        if (wanted && out->count < WORDS_MAX && !has(out, word))
            out->items[out->count++] = word;
    }
    return last;
}

int words_of(const char *text, struct arena *arena, struct words *out) {
    *out = (struct words){0};
    char *folded = text_fold(text);
    char *copy = folded == NULL ? NULL : arena_text(arena, folded);
    char *again = folded == NULL ? NULL : arena_text(arena, folded);
    free(folded);
    if (copy == NULL || again == NULL)
        return -1;
    const char *last = take(copy, false, out);
    if (out->count == 0) {
        take(again, true, out);
        out->common = out->count > 0;
    } else {
        out->prefix = last != NULL && strcmp(last, out->items[out->count - 1]) == 0 && text_length(last) >= PREFIX_LETTERS;
    }
    return 0;
}

int words_found(const char *folded_text, const char *word, bool prefix) {
    size_t length = strlen(word);
    int best = 0;
    for (const char *at = folded_text; (at = strstr(at, word)) != NULL; at += length) {
        if (at != folded_text && at[-1] != ' ')
            continue;
        if (at[length] == '\0' || at[length] == ' ')
            return 2;
        best = prefix;
    }
    return best;
}
