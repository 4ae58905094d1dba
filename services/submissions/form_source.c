#include "services/submissions/form_source.h"
#include "services/common/base/json.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FORM_FILE_BYTES_MAX = 1024 * 1024 };
struct form_source {
    char *original; // as in the file: offsets are counted here
    char *decoded;  // the parser's, changed in place
    struct json json;
};

static size_t read_text(const char *file, char *out) {
    FILE *stream = fopen(file, "re");
    if (!stream)
        return 0;
    size_t n = fread(out, 1, FORM_FILE_BYTES_MAX, stream);
    fclose(stream);
    out[n] = '\0';
    return n;
}

struct form_source *form_source_open(const char *file) {
    struct form_source *source = calloc(1, sizeof *source);
    if (!source)
        return NULL;
    source->original = malloc(FORM_FILE_BYTES_MAX + 1);
    size_t n = source->original ? read_text(file, source->original) : 0;
    source->decoded = n ? malloc(n + 1) : NULL;
    if (source->decoded)
        memcpy(source->decoded, source->original, n + 1);
    if (!source->decoded || json_parse(&source->json, source->decoded, n) != 0 || source->json.tokens[0].type != JSON_OBJECT)
        form_source_close(&source);
    return source;
}

void form_source_close(struct form_source **source) {
    if (!*source)
        return;
    json_free(&(*source)->json);
    free((*source)->original);
    free((*source)->decoded);
    free(*source);
    *source = NULL;
}

// The index of the key token, or 0 when the object has no such member.
static size_t member_of(const struct json *json, size_t object, const char *name) {
    if (json->tokens[object].type != JSON_OBJECT)
        return 0;
    size_t end = json->tokens[object].next;
    for (size_t at = object + 1; at < end; at = json->tokens[at + 1].next) {
        if (strcmp(json->tokens[at].text, name) == 0)
            return at;
    }
    return 0;
}

static size_t question_at(const struct json *json, int question) {
    size_t key = member_of(json, 0, "questions");
    if (!key || json->tokens[key + 1].type != JSON_ARRAY)
        return 0;
    size_t at = key + 2;
    for (int i = 0; i < question && at < json->tokens[key + 1].next; i++)
        at = json->tokens[at].next;
    return at < json->tokens[key + 1].next ? at : key;
}

int form_source_line(const struct form_source *source, int question, const char *member) {
    if (!source)
        return 1;
    size_t at = question < 0 ? 0 : question_at(&source->json, question);
    size_t key = member ? member_of(&source->json, at, member) : 0;
    return json_line(source->original, source->json.tokens[key ? key : at].offset);
}
