// mail_marks: {{fact}} in a text.
#pragma once
#include <stdbool.h>

struct mail_mark {
    const char *start, *end;   // from the first brace to behind the last
    char name[40];             // "": braces that are no mark
};
// The next mark in a text; false: there is none.
bool mail_mark_next(const char *text, struct mail_mark *out);
bool mail_mark_is_url(const char *name);
