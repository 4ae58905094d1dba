// form_source: the text of a form file, to say in which line a question or one of its members stands.
#pragma once
#include "services/common/base/arena.h"

struct form_source;
// NULL when the file cannot be read or parsed (its errors were told by whoever read it first): every line is then 1.
struct form_source *form_source_open(const char *file);
void form_source_close(struct form_source **source);
// question: index in "questions", or -1 for the form itself. member NULL, or not there: the line where the question begins.
int form_source_line(const struct form_source *source, int question, const char *member);
