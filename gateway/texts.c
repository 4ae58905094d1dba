#include "gateway/texts.h"
#include "services/common/base/problem.h"
#include <stdio.h>

static const char *const keys[TEXT_COUNT] = {
#define X(name, key) key,
    TEXT_TABLE(X)
#undef X
};

const char *texts_get(struct catalogue *const catalogues[LANGUAGES], enum language language, enum text text) {
    return catalogue_text(catalogues[language], keys[text]);
}

const char *language_name(enum language language) { return language == LANGUAGE_EN ? "en" : "de"; }

static int complain(const char *name, const char *key, struct buf *errors) {
    buf_format(errors, "%s: the text \"%s\" is missing. Add it to a file in gateway/i18n/%s/.\n", name, key, name);
    return 1;
}

int texts_check(const struct catalogue *catalogue, const char *name, struct buf *errors) {
    int missing = 0;
    for (int i = 0; i < TEXT_COUNT; i++)
        if (!catalogue_find(catalogue, keys[i]))
            missing += complain(name, keys[i], errors);
    for (int problem = 1; problem < PROBLEM_COUNT; problem++) {
        char key[80];
        snprintf(key, sizeof key, "problem.%s", problem_code(problem));
        if (!catalogue_find(catalogue, key))
            missing += complain(name, key, errors);
    }
    return missing;
}
