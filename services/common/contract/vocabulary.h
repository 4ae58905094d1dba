// vocabulary: the city's themes, districts, sectors, stages and kinds, from city_dir/vocabulary.json. Answers, entries and what readers
// choose use these ids and no others. Constant; lives as long as the arena it was read into.
#pragma once
#include "services/common/base/arena.h"
#include "services/common/base/buf.h"
#include "kosi/registry.pb-c.h"
#include <stdbool.h>

enum vocabulary_list {
    VOCABULARY_THEMES,
    VOCABULARY_DISTRICTS,
    VOCABULARY_SECTORS,
    VOCABULARY_STAGES,
    VOCABULARY_KINDS,
    VOCABULARY_LISTS
};
enum { VOCABULARY_BYTES_MAX = 1 << 20 };   // an arena that holds one
struct vocabulary_terms { Kosi__TermFile *const *items; size_t count; };
struct vocabulary;

// Of the folder's vocabulary.json. NULL with "FILE:LINE: reason. Remedy." in errors.
struct vocabulary *vocabulary_open(const char *city_dir, struct arena *arena, struct buf *errors);
struct vocabulary *vocabulary_read(const char *file, struct arena *arena, struct buf *errors);
struct vocabulary *vocabulary_of(Kosi__VocabularyFile *file, struct arena *arena); // NULL: out of memory
struct vocabulary_terms vocabulary_terms(const struct vocabulary *vocabulary, enum vocabulary_list list);
bool vocabulary_has(const struct vocabulary *vocabulary, enum vocabulary_list list, const char *id);
int vocabulary_list_named(const char *name); // "themes" → VOCABULARY_THEMES; -1: no such list

// In the reader's language, German when there is no other. NULL gives NULL.
char *text_in(const Kosi__Text *text, const char *locale);
