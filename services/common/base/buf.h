// buf: a growing byte buffer with a bound. After a failed append `failed` stays set and further appends do nothing,
// so a caller checks once at the end. data is always NUL-terminated (the NUL is not counted in len).
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct buf {
    char *data;
    size_t len, cap, limit;  // limit 0: 16 MiB
    bool failed;
};

void buf_init(struct buf *buf, size_t limit);
void buf_free(struct buf *buf);    // and makes it empty again; cleanup attribute: BUF_AUTO
void buf_clear(struct buf *buf);
void buf_add(struct buf *buf, const void *bytes, size_t n);
void buf_text(struct buf *buf, const char *text);
void buf_char(struct buf *buf, char c);
void buf_format(struct buf *buf, const char *format, ...) __attribute__((format(printf, 2, 3)));
// A line for people: what is formatted, with "?" for control characters (a file's own words may hold line breaks), and "\n".
void buf_line(struct buf *buf, const char *format, ...) __attribute__((format(printf, 2, 3)));
// Room for n more bytes at data + len, or NULL; the caller raises len by what it wrote.
char *buf_room(struct buf *buf, size_t n);

#define BUF_AUTO __attribute__((cleanup(buf_free)))
