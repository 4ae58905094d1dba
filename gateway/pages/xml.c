#include "gateway/pages/xml.h"
#include "services/common/base/clock.h"
#include <stdarg.h>
#include <string.h>

void xml_begin(struct buf *out) { buf_text(out, "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n"); }

static const char *entity(unsigned char c) {
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    default:
        return c < ' ' && c != '\n' && c != '\t' && c != '\r' ? " " : NULL;
    }
}

// U+FFFE and U+FFFF: valid UTF-8, not XML (section 2.2).
static bool no_character(const char *at) {
    return (unsigned char)at[0] == 0xEF && (unsigned char)at[1] == 0xBF && (unsigned char)at[2] >= 0xBE;
}

static void escape(struct buf *out, const char *text) {
    for (const char *at = text; *at; at++) {
        const char *other = entity((unsigned char)*at);
        if (no_character(at)) {
            buf_char(out, ' ');
            at += 2;
        } else if (other) {
            buf_text(out, other);
        } else {
            buf_char(out, *at);
        }
    }
}

void xml_element(struct buf *out, const char *name, const char *text) {
    if (!text || !*text)
        return;
    buf_format(out, "<%s>", name);
    escape(out, text);
    buf_format(out, "</%s>\n", name);
}

void xml_time(struct buf *out, const char *name, int64_t wall_us) {
    char text[RFC3339_MAX];
    xml_element(out, name, clock_rfc3339(wall_us, text));
}

void xml_empty(struct buf *out, const char *name, ...) {
    va_list pairs;
    va_start(pairs, name);
    buf_format(out, "<%s", name);
    for (const char *key; (key = va_arg(pairs, const char *));) {
        const char *value = va_arg(pairs, const char *);
        if (!value)
            continue;
        buf_format(out, " %s=\"", key);
        escape(out, value);
        buf_char(out, '"');
    }
    buf_text(out, "/>\n");
    va_end(pairs);
}
