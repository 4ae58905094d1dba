// vocabulary: the city's themes, districts, sectors, stages and kinds, from city_dir/vocabulary.json. Answers and entries may
// use these ids and no others. Lives as long as the arena it was read into.
#pragma once
#include "services/common/base/arena.h"
#include "services/common/base/buf.h"
#include "kosi/registry.pb-c.h"
#include "kosi/submissions.pb-c.h"
#include <stdbool.h>

enum vocabulary_list {
    VOCABULARY_THEMES,
    VOCABULARY_DISTRICTS,
    VOCABULARY_SECTORS,
    VOCABULARY_STAGES,
    VOCABULARY_KINDS,
    VOCABULARY_LISTS
};
struct vocabulary;

// NULL with "FILE:LINE: reason. Remedy." in errors.
struct vocabulary *vocabulary_read(const char *file, struct arena *arena, struct buf *errors);
struct vocabulary *vocabulary_of(Kosi__VocabularyFile *file, struct arena *arena); // NULL: out of memory
bool vocabulary_has(const struct vocabulary *vocabulary, enum vocabulary_list list, const char *id);
size_t vocabulary_count(const struct vocabulary *vocabulary, enum vocabulary_list list);
// The terms as options of a question. Returns 0 or -1 when memory is out.
int vocabulary_options(const struct vocabulary *vocabulary, enum vocabulary_list list, const char *locale, struct arena *arena,
                       size_t *count, Kosi__Option ***options);
int vocabulary_list_named(const char *name); // "themes" → VOCABULARY_THEMES; -1: no such list

// In the reader's language, German when there is no other. NULL gives NULL.
char *text_in(const Kosi__Text *text, const char *locale);
