#include "services/common/base/json.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void before_value(struct json_writer *w) {
    if (w->need_comma)
        buf_char(w->out, ',');
    w->need_comma = true;
}

static void begin(struct json_writer *w, char bracket) {
    before_value(w);
    buf_char(w->out, bracket);
    w->need_comma = false;
}

static void end(struct json_writer *w, char bracket) {
    buf_char(w->out, bracket);
    w->need_comma = true;
}

void json_begin_object(struct json_writer *w) { begin(w, '{'); }
void json_end_object(struct json_writer *w) { end(w, '}'); }
void json_begin_array(struct json_writer *w) { begin(w, '['); }
void json_end_array(struct json_writer *w) { end(w, ']'); }

static void escape(struct buf *out, unsigned char c) {
    static const char letters[] = "btn?fr";   // \b is 8
    if (c == '"' || c == '\\')
        buf_add(out, (char[]){'\\', (char)c}, 2);
    else if (c >= 8 && c <= 13 && c != 11)
        buf_add(out, (char[]){'\\', letters[c - 8]}, 2);
    else
        buf_format(out, "\\u%04x", c);
}

static void quoted(struct buf *out, const char *text, size_t n) {
    buf_char(out, '"');
    size_t plain = 0;
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)text[i];
        if (c >= 0x20 && c != '"' && c != '\\')
            continue;
        buf_add(out, text + plain, i - plain);
        escape(out, c);
        plain = i + 1;
    }
    buf_add(out, text + plain, n - plain);
    buf_char(out, '"');
}

void json_key(struct json_writer *w, const char *key) {
    before_value(w);
    quoted(w->out, key, strlen(key));
    buf_char(w->out, ':');
    w->need_comma = false;
}

void json_string(struct json_writer *w, const char *text) { json_string_n(w, text, strlen(text)); }

void json_string_n(struct json_writer *w, const char *text, size_t n) {
    before_value(w);
    quoted(w->out, text, n);
}

void json_unsigned(struct json_writer *w, uint64_t n) {
    char digits[20];
    size_t i = sizeof(digits);
    do
        digits[--i] = (char)('0' + n % 10);
    while ((n /= 10) != 0);
    before_value(w);
    buf_add(w->out, digits + i, sizeof(digits) - i);
}

void json_integer(struct json_writer *w, int64_t n) {
    if (n >= 0) {
        json_unsigned(w, (uint64_t)n);
        return;
    }
    before_value(w);
    buf_format(w->out, "%" PRId64, n);
}

// The shortest of 15 to 17 digits that reads back as the same number; JSON has no word for infinity.
void json_real(struct json_writer *w, double n) {
    char text[32] = "null";
    for (int precision = 15; isfinite(n) && precision <= 17; precision++) {
        snprintf(text, sizeof(text), "%.*g", precision, n);
        if (strtod(text, NULL) == n)
            break;
    }
    before_value(w);
    buf_text(w->out, text);
}

void json_bool(struct json_writer *w, bool b) {
    before_value(w);
    buf_text(w->out, b ? "true" : "false");
}

void json_null(struct json_writer *w) {
    before_value(w);
    buf_text(w->out, "null");
}

int json_line(const char *original, size_t offset) {
    int line = 1;
    for (size_t i = 0; i < offset && original[i] != '\0'; i++)
        line += original[i] == '\n';
    return line;
}
