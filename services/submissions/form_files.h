// form_files: the questionnaires of a city as they stand in city_dir/forms/*.json, read and checked at start.
#pragma once
#include "services/submissions/question.h"

enum { FORM_FILES_MAX = 64 };
struct form_files {
    size_t count;
    Kosi__FormFile *items[FORM_FILES_MAX]; // in the arena
};
// 0, or -1 with "FILE:LINE: reason. Remedy." for everything wrong in any of the files.
int form_files_read(const char *folder, const struct vocabulary *vocabulary, struct arena *arena, struct form_files *out,
                    struct buf *errors);
// One file of it: NULL when it is wrong.
Kosi__FormFile *form_file_read(const char *file, const struct vocabulary *vocabulary, struct arena *arena, struct buf *errors);
