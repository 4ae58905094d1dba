#include "services/submissions/form_files.h"
#include "services/common/contract/json_walk.h"
#include "services/submissions/form_check.h"
#include <glob.h>

Kosi__FormFile *form_file_read(const char *file, const struct vocabulary *vocabulary, struct arena *arena, struct buf *errors) {
    Kosi__FormFile *form = arena_take(arena, sizeof *form);
    if (!form)
        return NULL;
    kosi__form_file__init(form);
    const struct contract_message *contract = contract_message_of(&kosi__form_file__descriptor);
    if (json_file_to_message(file, contract, &form->base, arena, errors) != 0)
        return NULL;
    struct form_source *source = form_source_open(file);
    struct form_check check = {.file = file, .source = source, .vocabulary = vocabulary, .errors = errors};
    int result = form_check(&check, form);
    form_source_close(&source);
    return result == 0 ? form : NULL;
}

static int read_found(const glob_t *found, const struct vocabulary *vocabulary, struct arena *arena, struct form_files *out,
                      struct buf *errors) {
    int result = 0;
    for (size_t i = 0; i < found->gl_pathc && i < FORM_FILES_MAX; i++) {
        Kosi__FormFile *form = form_file_read(found->gl_pathv[i], vocabulary, arena, errors);
        if (form)
            out->items[out->count++] = form;
        else
            result = -1;
    }
    return result;
}

int form_files_read(const char *folder, const struct vocabulary *vocabulary, struct arena *arena, struct form_files *out,
                    struct buf *errors) {
    out->count = 0;
    char *pattern = arena_format(arena, "%s/*.json", folder);
    glob_t found = {0};
    int result = pattern ? glob(pattern, 0, NULL, &found) : -1;
    if (result == 0 && found.gl_pathc > FORM_FILES_MAX) {
        buf_format(errors, "%s:1: more than %d forms. Remove some.\n", folder, FORM_FILES_MAX);
        result = -1;
    } else if (result == 0) {
        result = read_found(&found, vocabulary, arena, out, errors);
    } else {
        buf_format(errors, "%s:1: no forms found. Put at least one questionnaire there, as NAME.json.\n", folder);
        result = -1;
    }
    globfree(&found);
    return result;
}
