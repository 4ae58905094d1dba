#include "services/submissions/reasons.h"
#include <string.h>

static const char *const reasons[] = {"not-social-innovation", "not-in-scope", "outside-city", "incomplete",
                                      "not-reachable",         "unlawful",     "advertising",  "other"};

bool reasons_have(const char *slug) {
    for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++) {
        if (strcmp(reasons[i], slug) == 0)
            return true;
    }
    return false;
}

size_t reasons_all(const char *const **slugs) {
    *slugs = reasons;
    return sizeof reasons / sizeof reasons[0];
}
