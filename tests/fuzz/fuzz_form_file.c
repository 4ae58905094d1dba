// A city's files as an administrator may leave them: vocabulary.json when the first byte is even, a form when it is odd. Whatever is wrong
// is told as FILE:LINE: reason. Remedy.
#include "tests/fuzz/fuzz.h"

#include "services/submissions/form_files.h"
#include "services/common/contract/vocabulary.h"

#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

static struct vocabulary *some_vocabulary(struct arena *arena) {
    static Kosi__TermFile term = {.id = (char *)"idea"};
    static Kosi__TermFile *terms[] = {&term};
    static Kosi__Text label = {.de = (char *)"Idee"};
    static Kosi__VocabularyFile file;
    kosi__term_file__init(&term);
    kosi__text__init(&label);
    kosi__vocabulary_file__init(&file);
    label.de = (char *)"Idee";
    term.id = (char *)"idea";
    term.label = &label;
    file.themes = file.districts = file.sectors = file.stages = file.kinds = terms;
    file.n_themes = file.n_districts = file.n_sectors = file.n_stages = file.n_kinds = 1;
    return vocabulary_of(&file, arena);
}

static void check_errors(const char *file, const struct buf *errors) {
    size_t name = strlen(file);
    assert(errors->len > 0);
    for (const char *line = errors->data; *line != '\0';) {
        const char *end = strchr(line, '\n');
        assert(end != NULL && strncmp(line, file, name) == 0 && line[name] == ':' && end[-1] == '.');
        line = end + 1;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static char file[64];
    static int fd = -1;
    if (size == 0)
        return 0;
    if (fd < 0) {
        fd = memfd_create("form", 0);
        snprintf(file, sizeof(file), "/proc/self/fd/%d", fd);
    }
    assert(ftruncate(fd, (off_t)(size - 1)) == 0 && pwrite(fd, data + 1, size - 1, 0) == (ssize_t)(size - 1));
    struct arena *arena = arena_new(4 * FUZZ_ARENA_BYTES);
    struct buf errors;
    buf_init(&errors, 0);
    struct vocabulary *vocabulary = some_vocabulary(arena);
    const void *read = data[0] & 1 ? (const void *)form_file_read(file, vocabulary, arena, &errors)
                                   : (const void *)vocabulary_read(file, arena, &errors);
    if (read == NULL)
        check_errors(file, &errors);
    else
        assert(errors.len == 0);
    buf_free(&errors);
    arena_free(&arena);
    return 0;
}
