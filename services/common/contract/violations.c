#include "services/common/contract/violations.h"

#include <string.h>

enum { FIELD_BYTES_MAX = 200 };

void violations_add(struct violations *v, const char *field, const char *code, int64_t limit) {
    if (v->count == VIOLATIONS_MAX)
        return;
    Kosi__FieldProblem *problem = arena_take(v->arena, sizeof(*problem));
    size_t n = strlen(field);
    if (n > FIELD_BYTES_MAX)
        for (n = FIELD_BYTES_MAX; n > 0 && ((unsigned char)field[n] & 0xc0) == 0x80;)
            n--;   // never through the middle of a character
    char *field_copy = arena_text_n(v->arena, field, n), *code_copy = arena_text(v->arena, code);
    if (problem == NULL || field_copy == NULL || code_copy == NULL)
        return;
    kosi__field_problem__init(problem);
    problem->field = field_copy;
    problem->code = code_copy;
    problem->has_limit = limit != 0;
    problem->limit = limit;
    v->items[v->count++] = problem;
}
