#include "services/common/base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LIMIT_DEFAULT = 16 * 1024 * 1024, FIRST_CAP = 256 };

// What an empty buffer points to: nobody writes there, since its cap is 0.
static char nothing[1];

void buf_init(struct buf *buf, size_t limit) {
    *buf = (struct buf){.data = nothing, .limit = limit == 0 ? LIMIT_DEFAULT : limit};
}

void buf_free(struct buf *buf) {
    if (buf->cap > 0)
        free(buf->data);
    buf_init(buf, buf->limit);
}

void buf_clear(struct buf *buf) {
    buf->len = 0;
    buf->failed = false;
    if (buf->cap > 0)
        buf->data[0] = '\0';
}

// Makes room for n bytes and a NUL behind len.
static bool grow(struct buf *buf, size_t n) {
    if (buf->failed)
        return false;
    if (n < buf->cap - buf->len)
        return true;
    size_t limit = buf->limit == 0 ? LIMIT_DEFAULT : buf->limit;
    if (buf->len > limit || n > limit - buf->len) {
        buf->failed = true;
        return false;
    }
    size_t cap = buf->cap == 0 ? FIRST_CAP : buf->cap * 2;
    if (cap < buf->len + n + 1)
        cap = buf->len + n + 1;
    if (cap > limit + 1)
        cap = limit + 1;
    char *data = realloc(buf->cap == 0 ? NULL : buf->data, cap);
    if (data == NULL) {
        buf->failed = true;
        return false;
    }
    buf->data = data;
    buf->cap = cap;
    return true;
}

void buf_add(struct buf *buf, const void *bytes, size_t n) {
    if (n == 0 || !grow(buf, n))
        return;
    memcpy(buf->data + buf->len, bytes, n);
    buf->len += n;
    buf->data[buf->len] = '\0';
}

void buf_text(struct buf *buf, const char *text) { buf_add(buf, text, strlen(text)); }

void buf_char(struct buf *buf, char c) {
    if (!grow(buf, 1))
        return;
    buf->data[buf->len++] = c;
    buf->data[buf->len] = '\0';
}

static void add_formatted(struct buf *buf, const char *format, va_list arguments) __attribute__((format(printf, 2, 0)));
static void add_formatted(struct buf *buf, const char *format, va_list arguments) {
    va_list again;
    va_copy(again, arguments);
    int length = vsnprintf(NULL, 0, format, arguments);
    if (length < 0)
        buf->failed = true;
    else if (grow(buf, (size_t)length)) {
        vsnprintf(buf->data + buf->len, (size_t)length + 1, format, again);
        buf->len += (size_t)length;
    }
    va_end(again);
}

void buf_format(struct buf *buf, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    add_formatted(buf, format, arguments);
    va_end(arguments);
}

void buf_line(struct buf *buf, const char *format, ...) {
    size_t from = buf->len;
    va_list arguments;
    va_start(arguments, format);
    add_formatted(buf, format, arguments);
    va_end(arguments);
    for (size_t i = from; i < buf->len; i++)
        if ((unsigned char)buf->data[i] < 0x20 || buf->data[i] == 0x7f)
            buf->data[i] = '?';
    buf_char(buf, '\n');
}

char *buf_room(struct buf *buf, size_t n) {
    if (!grow(buf, n))
        return NULL;
    // Zeroes, so that the data end with a NUL however much the caller writes.
    return memset(buf->data + buf->len, 0, n + 1);
}
