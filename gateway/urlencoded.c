#include "gateway/urlencoded.h"
#include "services/common/base/text.h"
#include <string.h>

static int hex_digit(char c) {
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

long urlencoded_decode(const char *text, size_t n, bool plus, char *out) {
    size_t length = 0;
    for (size_t i = 0; i < n; i++) {
        char c = text[i];
        if (c == '%') {
            int high = i + 2 < n ? hex_digit(text[i + 1]) : -1;
            int low = i + 2 < n ? hex_digit(text[i + 2]) : -1;
            if (high < 0 || low < 0)
                return -1;
            c = (char)(high * 16 + low);
            i += 2;
        } else if (c == '+' && plus) {
            c = ' ';
        }
        out[length++] = c;
    }
    out[length] = '\0';
    return text_valid(out, length) ? (long)length : -1;
}

static size_t count_pieces(const char *text, size_t n) {
    size_t count = 1;
    for (size_t i = 0; i < n; i++)
        count += text[i] == '&';
    return count;
}

static const char *decode_piece(const char *text, size_t n, struct arena *arena, int *failed) {
    char *out = arena_take(arena, n + 1);
    if (!out)
        *failed = -2;
    else if (urlencoded_decode(text, n, true, out) < 0)
        *failed = -1;
    return out;
}

int urlencoded_split(const char *text, size_t n, struct arena *arena, struct urlencoded_pairs *out) {
    *out = (struct urlencoded_pairs){0};
    if (n == 0)
        return 0;
    size_t most = count_pieces(text, n);
    if (most > URLENCODED_PAIRS_MAX)
        return -2;
    out->items = arena_take(arena, most * sizeof *out->items);
    if (!out->items)
        return -2;
    const char *end = text + n;
    for (const char *at = text; at < end;) {
        const char *stop = memchr(at, '&', (size_t)(end - at));
        stop = stop ? stop : end;
        const char *equals = memchr(at, '=', (size_t)(stop - at));
        const char *name_end = equals ? equals : stop;
        const char *value = equals ? equals + 1 : stop;
        int failed = 0;
        if (stop > at) {
            struct urlencoded_pair *pair = &out->items[out->count++];
            pair->name = decode_piece(at, (size_t)(name_end - at), arena, &failed);
            pair->value = decode_piece(value, (size_t)(stop - value), arena, &failed);
        }
        if (failed)
            return failed;
        at = stop + 1;
    }
    return 0;
}

const char *urlencoded_value(const struct urlencoded_pairs *pairs, const char *name) {
    for (size_t i = 0; i < pairs->count; i++)
        if (strcmp(pairs->items[i].name, name) == 0)
            return pairs->items[i].value;
    return NULL;
}

void urlencoded_add(struct buf *out, const char *text) {
    for (const char *at = text; *at; at++) {
        unsigned char c = (unsigned char)*at;
        bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || strchr("-._~", c);
        if (plain)
            buf_char(out, *at);
        else
            buf_format(out, "%%%02X", c);
    }
}
