// form_check: what a form file must be beyond its shape. Adds "FILE:LINE: reason. Remedy." for everything wrong.
#pragma once
#include "services/submissions/form_source.h"
#include "services/submissions/question.h"

struct form_check {
    const char *file;
    const struct form_source *source;
    const struct vocabulary *vocabulary;
    struct buf *errors;
    int faults;
};
int form_check(struct form_check *check, const Kosi__FormFile *form); // 0, or -1 when there was a fault
