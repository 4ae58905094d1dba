// The words that consents refer to: files, read and checked at the start.
#include "services/notifications/consent.h"
#include "services/common/base/text.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *const consent_purposes[CONSENT_PURPOSES] = {"mail", "newsletter", "digest"};
static const char *const languages[] = {"de", "en"};
enum { LANGUAGES = 2 };

struct consent_wordings { char *texts[CONSENT_PURPOSES][LANGUAGES]; };

bool consent_is_list(const char *name) {
    for (int i = 1; i < CONSENT_PURPOSES; i++)
        if (name != NULL && strcmp(name, consent_purposes[i]) == 0)
            return true;
    return false;
}

// 0; 1: not there; -1: can't be read, or is no text of a fit length
static int read_words(const char *path, char **out) {
    char bytes[4 * CONSENT_WORDS_MAX + 1];
    FILE *file = fopen(path, "re");
    if (file == NULL)
        return errno == ENOENT ? 1 : -1;
    size_t n = fread(bytes, 1, sizeof bytes, file);
    bool whole = feof(file) && !ferror(file) && n < sizeof bytes;
    fclose(file);
    if (!whole || !text_printable(bytes, n, true))
        return -1;
    bytes[n] = '\0';
    *out = text_normal(bytes);
    return *out != NULL && **out != '\0' && text_length(*out) <= CONSENT_WORDS_MAX ? 0 : -1;
}

static int read_one(const struct config *config, int purpose, int language, char **out, struct buf *errors) {
    const char *folders[] = {config->city_dir, config->share_dir}, *under[] = {"wordings", "services/notifications/wordings"};
    char path[600] = "";
    int rc = 1;
    for (int i = 0; i < 2 && rc > 0; i++) {
        snprintf(path, sizeof path, "%s/%s/%s.%s.txt", folders[i], under[i], consent_purposes[purpose], languages[language]);
        rc = read_words(path, out);
    }
    if (rc == 0)
        return 0;
    buf_format(errors, "%s: %s. Write what is agreed to, as UTF-8 text of at most %d characters.\n", path,
               rc > 0 ? "the wording of a consent is missing" : "the wording of a consent can't be read, is empty, too long or no text",
               CONSENT_WORDS_MAX);
    return -1;
}

int consent_open(const struct config *config, struct consent_wordings **out, struct buf *errors) {
    struct consent_wordings *wordings = *out = calloc(1, sizeof *wordings);
    int rc = wordings != NULL ? 0 : -1;
    for (int p = 0; p < CONSENT_PURPOSES && wordings != NULL; p++)
        for (int l = 0; l < LANGUAGES; l++)
            rc |= read_one(config, p, l, &wordings->texts[p][l], errors);
    if (rc != 0)
        consent_close(out);
    return rc;
}

void consent_close(struct consent_wordings **wordings) {
    for (int i = 0; *wordings != NULL && i < CONSENT_PURPOSES * LANGUAGES; i++)
        free((*wordings)->texts[i / LANGUAGES][i % LANGUAGES]);
    free(*wordings);
    *wordings = NULL;
}

const char *consent_words(const struct consent_wordings *wordings, const char *purpose, const char *language) {
    int l = language != NULL && strcmp(language, "en") == 0;
    for (int i = 0; wordings != NULL && i < CONSENT_PURPOSES; i++)
        if (strcmp(purpose, consent_purposes[i]) == 0)
            return wordings->texts[i][l];
    return NULL;
}
