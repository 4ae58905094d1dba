// violations: what is wrong with a message, field by field, as it will be told. Paths are those of the JSON ("answers.title").
#pragma once
#include "services/common/base/arena.h"
#include "kosi/problem.pb-c.h"

enum { VIOLATIONS_MAX = 50 };
struct violations {
    struct arena *arena;
    Kosi__FieldProblem *items[VIOLATIONS_MAX];
    size_t count;
};
// Copies field and code; more than VIOLATIONS_MAX are dropped. limit 0: none.
void violations_add(struct violations *v, const char *field, const char *code, int64_t limit);
