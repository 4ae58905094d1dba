#include "services/common/base/text.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unicase.h>
#include <unictype.h>
#include <uninorm.h>
#include <unistr.h>

enum { LIKENESS_BYTES_MAX = 1024, EMAIL_MAX = 254, EMAIL_LOCAL_MAX = 64, HOST_MAX = 253, LABEL_MAX = 63 };

static size_t ascii_prefix(const char *bytes, size_t n) {
    size_t i = 0;
    for (uint64_t word; i + sizeof(word) <= n; i += sizeof(word)) {
        memcpy(&word, bytes + i, sizeof(word));
        if (word & 0x8080808080808080u)
            break;
    }
    while (i < n && (unsigned char)bytes[i] < 0x80)
        i++;
    return i;
}

// How many of eight bytes, from the first on, are neither NUL nor beyond ASCII.
static size_t ascii_run(const char *bytes) {
    uint64_t word;
    memcpy(&word, bytes, sizeof(word));
    uint64_t others = ((word - 0x0101010101010101u) | word) & 0x8080808080808080u;   // exact up to the first one
    return others == 0 ? sizeof(word) : (size_t)__builtin_ctzll(others) / 8;
}

// Bytes of the character there, 0 when it is none. The German way through: ASCII, now and then two bytes; the rest is libunistring's.
static size_t character_length(const uint8_t *b, size_t n) {
    if (b[0] < 0x80)
        return b[0] != 0;
    if (b[0] >= 0xc2 && b[0] < 0xe0 && n > 1 && (b[1] & 0xc0) == 0x80)
        return 2;
    int length = u8_mblen(b, n);
    return length > 0 ? (size_t)length : 0;
}

size_t text_first_bad(const char *bytes, size_t n) {
    for (size_t i = 0; i < n;) {
        size_t run = i + 8 <= n ? ascii_run(bytes + i) : 0;
        i += run;
        if (run == 8)
            continue;
        size_t step = character_length((const uint8_t *)bytes + i, n - i);
        if (step == 0)
            return i;
        i += step;
    }
    return n;
}

bool text_valid(const char *bytes, size_t n) { return text_first_bad(bytes, n) == n; }

size_t text_length(const char *text) {
    size_t n = strlen(text), points = n, i = 0;
    for (uint64_t word; i + sizeof(word) <= n; i += sizeof(word)) {
        memcpy(&word, text + i, sizeof(word));
        uint64_t continues = word >> 7 & ~(word >> 6) & 0x0101010101010101u;   // a one for each byte that begins no point
        points -= continues * 0x0101010101010101u >> 56;
    }
    for (; i < n; i++)
        points -= ((unsigned char)text[i] & 0xc0) == 0x80;
    return points;
}

// How many of eight bytes, from the first on, are from 0x20 to 0x7e.
static size_t printable_run(const char *bytes) {
    uint64_t word;
    memcpy(&word, bytes, sizeof(word));
    uint64_t control = word - 0x2020202020202020u, last = word + 0x0101010101010101u;
    uint64_t others = (control | last | word) & 0x8080808080808080u;   // exact up to the first one
    return others == 0 ? sizeof(word) : (size_t)__builtin_ctzll(others) / 8;
}

static bool is_printable_word(const char *bytes) { return printable_run(bytes) == 8; }

enum text_kind text_kind(const char *bytes, size_t n) {
    enum text_kind kind = TEXT_PRINTABLE;
    for (size_t i = 0; i < n;) {
        size_t run = i + 8 <= n ? printable_run(bytes + i) : 0;
        i += run;
        if (run == 8)
            continue;
        const uint8_t *b = (const uint8_t *)bytes + i;
        size_t step = character_length(b, n - i);
        if (step == 0)
            return TEXT_INVALID;
        bool line = b[0] == '\n' || b[0] == '\r' || b[0] == '\t';
        bool control = b[0] < 0x20 || b[0] == 0x7f || (b[0] == 0xc2 && b[1] < 0xa0);
        if (control && kind > TEXT_CONTROLS)
            kind = line ? TEXT_LINES : TEXT_CONTROLS;
        i += step;
    }
    return kind;
}

bool text_printable(const char *bytes, size_t n, bool lines) { return text_kind(bytes, n) >= (lines ? TEXT_LINES : TEXT_PRINTABLE); }

static bool is_blank(ucs4_t c) { return c == ' ' || (c >= '\t' && c <= '\r') || c == 0xa0 || c == 0xfeff || uc_is_space(c); }

// Cuts outer white space, in place.
static void trim(char *text) {
    size_t begin = 0, end = strlen(text);
    ucs4_t c = 0;
    for (int n; begin < end; begin += (size_t)n) {
        n = u8_mbtouc(&c, (const uint8_t *)text + begin, end - begin);
        if (!is_blank(c))
            break;
    }
    while (end > begin) {
        size_t last = end - 1;
        while (last > begin && ((unsigned char)text[last] & 0xc0) == 0x80)
            last--;
        u8_mbtouc(&c, (const uint8_t *)text + last, end - last);
        if (!is_blank(c))
            break;
        end = last;
    }
    memmove(text, text + begin, end - begin);
    text[end - begin] = '\0';
}

// Is there anything to see? Zero-width and direction characters alone are no text.
static bool shows_something(const char *text) {
    size_t n = strlen(text);
    ucs4_t c = 0;
    for (size_t i = 0; i < n; i += (size_t)u8_mbtouc(&c, (const uint8_t *)text + i, n - i)) {
        u8_mbtouc(&c, (const uint8_t *)text + i, n - i);
        if (c > ' ' && !is_blank(c) && !uc_is_property_default_ignorable_code_point(c) &&
            !uc_is_general_category_withtable(c, UC_CATEGORY_MASK_Cf))
            return true;
    }
    return false;
}

static void unify_line_ends(char *text) {
    char *out = text;
    for (const char *in = text; *in != '\0'; in++) {
        if (*in == '\r' && in[1] == '\n')
            continue;
        *out++ = *in == '\r' ? '\n' : *in;
    }
    *out = '\0';
}

// As a NUL-terminated copy in the normal form; a plain copy when all is ASCII, which every form leaves alone.
static char *normalized(const char *text, uninorm_t form) {
    size_t n = strlen(text);
    if (ascii_prefix(text, n) == n)
        return strdup(text);
    size_t length = 0;
    uint8_t *out = u8_normalize(form, (const uint8_t *)text, n + 1, NULL, &length);   // with the NUL
    return (char *)out;
}

// Punctuation from U+2010 to U+2027, among it the German dashes and quotation marks.
static bool is_punctuation(const uint8_t *b) { return b[0] == 0xe2 && b[1] == 0x80 && b[2] >= 0x90 && b[2] <= 0xa7; }

// No blank by its first byte: ASCII, or a letter from U+00C0 on.
static bool begins_solid(uint8_t byte) { return byte < 0x80 ? byte > ' ' : byte != 0xc2; }

bool text_is_normal(const char *text) {
    const uint8_t *b = (const uint8_t *)text;
    size_t n = strlen(text), last = 0;
    for (size_t i = 0; i < n;) {
        last = i;
        if (i + 8 <= n && is_printable_word(text + i)) {
            last = i + 7;
            i += 8;
        } else if (b[i] < 0x80 && b[i] != '\r') {
            i++;
        } else if (b[i] >= 0xc2 && b[i] < 0xcc) {   // below U+0300 nothing combines and everything is composed
            i += 2;
        } else if (is_punctuation(b + i)) {
            i += 3;
        } else {
            return false;
        }
    }
    return n == 0 || (begins_solid(b[0]) && begins_solid(b[last]));
}

char *text_normal(const char *text) {
    if (text_is_normal(text))
        return strdup(text);
    char *out = normalized(text, UNINORM_NFC);
    if (out == NULL)
        return NULL;
    unify_line_ends(out);
    trim(out);
    if (!shows_something(out))
        out[0] = '\0';
    return out;
}

// Letters that no decomposition takes apart, and those that German takes apart in its own way.
static const char *spelled(ucs4_t c) {
    static const struct {
        ucs4_t c;
        const char *as;
    } table[] = {{0xe4, "ae"}, {0xf6, "oe"}, {0xfc, "ue"}, {0xdf, "ss"}, {0xe6, "ae"}, {0xf8, "oe"}, {0x153, "oe"}, {0x142, "l"},
                 {0x111, "d"}, {0xf0, "d"}, {0xfe, "th"}, {0x131, "i"}, {0x1e9e, "ss"}, {0xc4, "ae"}, {0xd6, "oe"}, {0xdc, "ue"}};
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
        if (table[i].c == c)
            return table[i].as;
    return NULL;
}

struct folding {
    char *out;
    size_t length;
    bool gap;   // a space is due before the next letter
};

static void fold_add(struct folding *f, const char *bytes, size_t n) {
    if (f->gap && f->length > 0)
        f->out[f->length++] = ' ';
    f->gap = false;
    memcpy(f->out + f->length, bytes, n);
    f->length += n;
}

// NFKD makes of one character at most 18 (U+FDFA: 3 bytes become 33).
enum { FOLD_GROWTH = 18 };

static void fold_decomposed(struct folding *f, const uint8_t *bytes, size_t n) {
    ucs4_t c = 0;
    for (size_t i = 0; i < n;) {
        int step = u8_mbtouc(&c, bytes + i, n - i);
        const char *as = spelled(c);
        if (as != NULL)
            fold_add(f, as, strlen(as));
        else if (uc_is_general_category_withtable(c, UC_CATEGORY_MASK_L | UC_CATEGORY_MASK_N))
            fold_add(f, (const char *)bytes + i, (size_t)step);
        else if (!uc_is_general_category_withtable(c, UC_CATEGORY_MASK_M | UC_CATEGORY_MASK_Cf))   // Cf: soft hyphens and the like
            f->gap = true;
        i += (size_t)step;
    }
}

static bool fold_other(struct folding *f, const uint8_t *bytes, size_t n) {
    uint8_t small[FOLD_GROWTH * 4];
    size_t length = sizeof(small);
    uint8_t *apart = u8_normalize(UNINORM_NFKD, bytes, n, small, &length);
    if (apart == NULL)
        return false;
    fold_decomposed(f, apart, length);
    if (apart != small)
        free(apart);
    return true;
}

static bool fold_all(struct folding *f, const uint8_t *bytes, size_t n) {
    ucs4_t c = 0;
    for (size_t i = 0; i < n;) {
        int step = u8_mbtouc(&c, bytes + i, n - i);
        const char *as = c < 0x80 ? NULL : spelled(c);
        if (as != NULL) {
            fold_add(f, as, strlen(as));
        } else if (c >= 0x80) {
            if (!fold_other(f, bytes + i, (size_t)step))
                return false;
        } else if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) {
            fold_add(f, (const char *)bytes + i, 1);
        } else if (c >= 'A' && c <= 'Z') {
            fold_add(f, &(char){(char)(c | 0x20)}, 1);
        } else {
            f->gap = true;
        }
        i += (size_t)step;
    }
    f->out[f->length] = '\0';
    return true;
}

// Only ASCII, umlauts, ß and common punctuation (U+2010 to U+2027): already in normal form and folded without libunistring.
static bool is_plain_german(const uint8_t *bytes, size_t n) {
    for (size_t i = 0; i < n; i++) {
        if (bytes[i] < 0x80)
            continue;
        if (i + 2 < n && is_punctuation(bytes + i)) {
            i += 2;
            continue;
        }
        if (bytes[i] != 0xc3 || i + 1 >= n || memchr("\xa4\xb6\xbc\x9f\x84\x96\x9c", bytes[i + 1], 7) == NULL)
            return false;
        i++;
    }
    return true;
}

// Compatible and without case; once more compatible, since folding the case may leave what is not.
static uint8_t *without_case(const uint8_t *bytes, size_t *n) {
    size_t length = 0;
    uint8_t *compatible = u8_normalize(UNINORM_NFKC, bytes, *n, NULL, &length);
    if (compatible == NULL)
        return NULL;
    uint8_t *folded = u8_casefold(compatible, length, NULL, UNINORM_NFKC, NULL, n);
    free(compatible);
    return folded;
}

char *text_fold(const char *text) {
    const uint8_t *bytes = (const uint8_t *)text;
    size_t n = strlen(text);
    uint8_t *lower = NULL;
    if (!is_plain_german(bytes, n)) {
        lower = without_case(bytes, &n);
        if (lower == NULL)
            return NULL;
        bytes = lower;
    }
    size_t growth = lower == NULL ? 2 : FOLD_GROWTH;
    struct folding f = {.out = malloc(n * growth + 1)};
    if (f.out != NULL && !fold_all(&f, bytes, n)) {
        free(f.out);
        f.out = NULL;
    }
    free(lower);
    return f.out;
}

static int compare_uint32(const void *a, const void *b) {
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

// Trigrams of " text ", sorted; out holds LIKENESS_BYTES_MAX.
static size_t trigrams(const char *text, uint32_t *out) {
    size_t n = strnlen(text, LIKENESS_BYTES_MAX);
    if (n == 0)
        return 0;
    for (size_t i = 0; i < n; i++) {
        uint32_t before = i == 0 ? ' ' : (uint8_t)text[i - 1], after = i + 1 == n ? ' ' : (uint8_t)text[i + 1];
        out[i] = before << 16 | (uint32_t)(uint8_t)text[i] << 8 | after;
    }
    qsort(out, n, sizeof(*out), compare_uint32);
    return n;
}

double text_likeness(const char *folded_a, const char *folded_b) {
    uint32_t a[LIKENESS_BYTES_MAX], b[LIKENESS_BYTES_MAX];
    size_t count_a = trigrams(folded_a, a), count_b = trigrams(folded_b, b), shared = 0;
    if (count_a + count_b == 0)
        return 0;
    for (size_t i = 0, j = 0; i < count_a && j < count_b;) {
        if (a[i] == b[j]) {
            shared++;
            i++;
            j++;
        } else if (a[i] < b[j]) {
            i++;
        } else {
            j++;
        }
    }
    return 2.0 * (double)shared / (double)(count_a + count_b);
}

static bool is_ascii_alnum(unsigned char c) {
    return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
}

// A host name: labels of letters, digits and inner hyphens. Letters beyond ASCII are fine (IDN).
static bool is_host(const char *text, size_t n, bool needs_dot) {
    if (n == 0 || n > HOST_MAX)
        return false;
    size_t label = 0, labels = 1;
    bool last_label_numeric = true;
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)text[i];
        if (c == '.') {
            if (label == 0 || text[i - 1] == '-')
                return false;
            label = 0;
            labels++;
            last_label_numeric = true;
            continue;
        }
        if (!is_ascii_alnum(c) && c < 0x80 && (c != '-' || label == 0))
            return false;
        last_label_numeric = last_label_numeric && c >= '0' && c <= '9';
        if (++label > LABEL_MAX)
            return false;
    }
    if (label == 0 || text[n - 1] == '-')
        return false;
    return !needs_dot || (labels > 1 && label > 1 && !last_label_numeric);
}

// RFC 5321's Dot-string; quoted local parts exist on paper only.
bool text_is_email(const char *text) {
    size_t n = strlen(text);
    const char *at = strrchr(text, '@');
    if (at == NULL || n > EMAIL_MAX || !text_valid(text, n))
        return false;
    size_t local = (size_t)(at - text);
    if (local == 0 || local > EMAIL_LOCAL_MAX || text[0] == '.' || at[-1] == '.')
        return false;
    for (size_t i = 0; i < local; i++) {
        unsigned char c = (unsigned char)text[i];
        if (c == '.' && text[i + 1] == '.')
            return false;
        if (!is_ascii_alnum(c) && strchr(".!#$%&'*+/=?^_`{|}~-", c) == NULL)
            return false;
    }
    return is_host(at + 1, n - local - 1, true);
}

static bool is_port(const char *text, size_t n) {
    int port = 0;
    for (size_t i = 0; i < n; i++) {
        if (text[i] < '0' || text[i] > '9' || n > 5)
            return false;
        port = port * 10 + (text[i] - '0');
    }
    return port > 0 && port <= 65535;
}

static bool is_authority(const char *text, size_t n) {
    if (n > 0 && text[0] == '[') {
        size_t inside = strspn(text + 1, "0123456789abcdefABCDEF:.");
        if (inside < 2 || inside + 2 > n || text[1 + inside] != ']')
            return false;
        return inside + 2 == n || (text[inside + 2] == ':' && is_port(text + inside + 3, n - inside - 3));
    }
    const char *colon = memchr(text, ':', n);
    size_t host = colon == NULL ? n : (size_t)(colon - text);
    return is_host(text, host, false) && (colon == NULL || is_port(colon + 1, n - host - 1));
}

bool text_is_mail_server(const char *text) {
    size_t scheme = strncmp(text, "smtps://", 8) == 0 ? 8 : strncmp(text, "smtp://", 7) == 0 ? 7 : 0;
    return scheme > 0 && is_authority(text + scheme, strlen(text + scheme));
}

bool text_is_url(const char *text) {
    size_t n = strlen(text);
    if (!text_valid(text, n))
        return false;
    size_t scheme = strncasecmp(text, "https://", 8) == 0 ? 8 : strncasecmp(text, "http://", 7) == 0 ? 7 : 0;
    if (scheme == 0)
        return false;
    ucs4_t c = 0;
    for (size_t i = 0; i < n; i += (size_t)u8_mbtouc(&c, (const uint8_t *)text + i, n - i)) {
        u8_mbtouc(&c, (const uint8_t *)text + i, n - i);
        if (c <= ' ' || (c >= 0x7f && c < 0xa0) || is_blank(c) || (c < 0x80 && strchr("\"<>\\^`{|}", (int)c) != NULL))
            return false;
    }
    return is_authority(text + scheme, strcspn(text + scheme, "/?#"));
}
