#include "services/common/base/problem.h"

#include <string.h>

static const struct {
    const char *code;
    int status;
} problems[PROBLEM_COUNT] = {
    [PROBLEM_NONE] = {"ok", 200},
#define X(name, code, status) [PROBLEM_##name] = {code, status},
    PROBLEM_TABLE(X)
#undef X
};

static int known(int outcome) { return outcome < 0 || outcome >= PROBLEM_COUNT ? PROBLEM_INTERNAL : outcome; }

const char *problem_code(int outcome) { return problems[known(outcome)].code; }

int problem_status(int outcome) { return problems[known(outcome)].status; }

int problem_of(const char *code) {
    for (int i = 0; i < PROBLEM_COUNT; i++)
        if (strcmp(problems[i].code, code) == 0)
            return i;
    return PROBLEM_INTERNAL;
}
