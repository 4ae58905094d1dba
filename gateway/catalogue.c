#include "gateway/catalogue.h"
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MO_MAGIC = 0x950412de, MO_BYTES_MAX = 4 * 1024 * 1024 };

// The file as in the GNU gettext manual, "The Format of GNU MO Files": two tables of (length, offset), sorted by message id.
struct catalogue {
    char *bytes;
    size_t size;
    uint32_t count, ids, texts;   // number of strings; offsets of the tables
};

static uint32_t word_at(const struct catalogue *c, size_t offset) {
    uint32_t word;
    memcpy(&word, c->bytes + offset, sizeof word);
    return word;
}

static bool tables_fit(const struct catalogue *c) {
    for (uint64_t i = 0; i < 2 * (uint64_t)c->count; i++) {
        uint64_t table = i < c->count ? c->ids : c->texts;
        uint64_t row = table + 8 * (i % c->count);
        if (row + 8 > c->size)
            return false;
        uint64_t length = word_at(c, row), offset = word_at(c, row + 4);
        if (offset + length >= c->size || c->bytes[offset + length] != '\0')
            return false;
    }
    return true;
}

static bool read_bytes(struct catalogue *c, const char *file) {
    FILE *stream = fopen(file, "rbe");
    if (!stream)
        return false;
    c->bytes = malloc(MO_BYTES_MAX);
    c->size = c->bytes ? fread(c->bytes, 1, MO_BYTES_MAX, stream) : 0;
    fclose(stream);
    char *smaller = c->size ? realloc(c->bytes, c->size) : NULL;
    c->bytes = smaller ? smaller : c->bytes;
    return c->size >= 28;
}

struct catalogue *catalogue_open(const char *file, struct buf *errors) {
    struct catalogue *c = calloc(1, sizeof *c);
    if (!c)
        return NULL;
    if (!read_bytes(c, file)) {
        buf_format(errors, "%s: the catalogue of texts can't be read. Build it (msgfmt) or set share_dir.\n", file);
        catalogue_free(&c);
        return NULL;
    }
    c->count = word_at(c, 8);
    c->ids = word_at(c, 12);
    c->texts = word_at(c, 16);
    if (word_at(c, 0) != MO_MAGIC || !tables_fit(c)) {
        buf_format(errors, "%s: not a catalogue of texts. Build it again (msgfmt).\n", file);
        catalogue_free(&c);
    }
    return c;
}

void catalogue_free(struct catalogue **catalogue) {
    if (!*catalogue)
        return;
    free((*catalogue)->bytes);
    free(*catalogue);
    *catalogue = NULL;
}

const char *catalogue_find(const struct catalogue *c, const char *key) {
    uint32_t low = 0, high = c->count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        int order = strcmp(key, c->bytes + word_at(c, c->ids + 8 * (size_t)middle + 4));
        if (order == 0)
            return c->bytes + word_at(c, c->texts + 8 * (size_t)middle + 4);
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}

const char *catalogue_text(const struct catalogue *c, const char *key) {
    const char *text = catalogue_find(c, key);
    return text ? text : key;
}

// The value for the name at `name` (n bytes), NULL when the pairs have none.
static const char *pair_value(va_list pairs, const char *name, size_t n) {
    for (const char *key; (key = va_arg(pairs, const char *));) {
        const char *value = va_arg(pairs, const char *);
        if (strlen(key) == n && memcmp(key, name, n) == 0)
            return value ? value : "";
    }
    return NULL;
}

const char *catalogue_fill(struct arena *arena, const char *text, ...) {
    struct buf out BUF_AUTO;
    buf_init(&out, 64 * 1024);
    while (*text) {
        const char *end = *text == '{' ? strchr(text, '}') : NULL;
        const char *value = NULL;
        if (end) {
            va_list pairs;
            va_start(pairs, text);
            value = pair_value(pairs, text + 1, (size_t)(end - text - 1));
            va_end(pairs);
        }
        if (value)
            buf_text(&out, value);
        else
            buf_char(&out, *text);
        text = value ? end + 1 : text + 1;
    }
    const char *copy = out.failed ? NULL : arena_text_n(arena, out.data, out.len);
    return copy ? copy : "";
}
