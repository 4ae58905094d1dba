#include "gateway/edge.h"
#include <stdlib.h>
#include <string.h>
#include <strings.h>

struct edge_slot {
    const char *name;
    size_t offset;
    bool once;
};
static const struct edge_slot slots[] = {
    {"Content-Type", offsetof(struct edge_head, content_type), true},
    {"Content-Length", offsetof(struct edge_head, content_length), true},
    {"Transfer-Encoding", offsetof(struct edge_head, transfer_encoding), true},
    {"Host", offsetof(struct edge_head, host), true},
    {"Accept-Language", offsetof(struct edge_head, accept_language), false},
    {"Idempotency-Key", offsetof(struct edge_head, idempotency_key), true},
    {"Authorization", offsetof(struct edge_head, authorization), true},
    {"If-Match", offsetof(struct edge_head, if_match), true},
    {"If-None-Match", offsetof(struct edge_head, if_none_match), false},
    {"Expect", offsetof(struct edge_head, expect), true},
    {"Sec-Fetch-Site", offsetof(struct edge_head, fetch_site), true},
    {"Origin", offsetof(struct edge_head, origin), true},
};

static bool name_is_clean(const char *name, size_t n) {
    for (size_t i = 0; i < n; i++)
        if (name[i] <= ' ' || name[i] == 0x7f || strchr("\"(),/:;<=>?@[\\]{}", name[i]))
            return false;   // not a token (RFC 9110 section 5.6.2); bytes over 127 are negative
    return n > 0;
}

static bool value_is_clean(const char *value, size_t n) {
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)value[i];
        if ((c < ' ' && c != '\t') || c == 0x7f)
            return false;
    }
    return true;
}

// The library takes LF alone for the end of a line, lets a NUL end a name or a value, and puts a folded line where it does not belong.
// It says nothing of that, but its strings lie in the bytes as they came: between two headers there must be CR and LF and nothing
// else. A library that keeps them elsewhere would have every request refused: the first test would tell.
struct reader {
    struct edge_head *head;
    const char *next;   // where the next header must begin
};

static bool fits(struct reader *reader, const char *name, size_t name_size, const char *value, size_t value_size) {
    bool follows = name == reader->next && value > name + name_size;
    const char *at = name + name_size + 1;   // behind the colon
    while (follows && at < value && (*at == ' ' || *at == '\t'))
        at++;
    reader->next = value + value_size + 2;
    return follows && at == value;
}

static enum MHD_Result take_header(void *cls, enum MHD_ValueKind kind, const char *name, size_t name_size, const char *value,
                                   size_t value_size) {
    (void)kind;
    struct reader *reader = cls;
    struct edge_head *head = reader->head;
    head->bytes += name_size + value_size + 4;
    head->misread |= !fits(reader, name, name_size, value, value_size);
    value = value ? value : "";
    if (!name_is_clean(name, name_size) || !value_is_clean(value, value_size))
        head->suspicious = true;
    for (size_t i = 0; i < sizeof slots / sizeof *slots; i++) {
        if (strcasecmp(name, slots[i].name) != 0)
            continue;
        const char **slot = (const char **)((char *)head + slots[i].offset);
        if (*slot && slots[i].once)
            head->suspicious = true;
        *slot = *slot ? *slot : value;
    }
    return MHD_YES;
}

static int64_t read_length(const char *text) {
    size_t n = strspn(text, "0123456789");
    if (n == 0 || n > 15 || text[n] != '\0')
        return -2;
    return strtoll(text, NULL, 10);
}

void edge_read(struct MHD_Connection *connection, const char *method, const char *version, struct edge_head *head) {
    *head = (struct edge_head){.length = -1};
    struct reader reader = {head, version + strlen(version) + 2};
    MHD_get_connection_values_n(connection, MHD_HEADER_KIND, take_header, &reader);
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE);
    head->misread |= !info || reader.next + 2 != method + info->header_size;   // and the empty line
    if (head->content_length)
        head->length = read_length(head->content_length);
    head->chunked = head->transfer_encoding && strcasecmp(head->transfer_encoding, "chunked") == 0;
}

const char *edge_suspect(const struct edge_head *head, const char *version, const char *uri) {
    if (head->misread)
        return "a line of the head does not end in CR and LF, or is folded";
    if (head->suspicious)
        return "a header is there twice or holds characters that it must not";
    if (head->transfer_encoding && !head->chunked)
        return "Transfer-Encoding can only be chunked";
    if (head->transfer_encoding && head->content_length)
        return "Content-Length beside Transfer-Encoding";
    if (head->transfer_encoding && strcmp(version, "HTTP/1.0") == 0)
        return "HTTP/1.0 knows no Transfer-Encoding";
    if (head->length == -2)
        return "Content-Length is not a number";
    if (!head->host && strcmp(version, "HTTP/1.1") == 0)
        return "Host is missing";
    if (uri[0] != '/')
        return "the address does not begin with a slash";
    for (const char *at = uri; *at; at++)
        if ((unsigned char)*at <= ' ' || *at == 0x7f || strncmp(at, "%00", 3) == 0)
            return "the address holds characters that it must not";
    return NULL;
}

// One element of Accept-Language: its weight in thousandths for `language`, -1 when it speaks of another.
static int weight_for(const char *item, size_t n, const char *language) {
    bool named = n >= 2 && strncasecmp(item, language, 2) == 0 && (n == 2 || strchr("-; ,", item[2]));
    if (!named)
        return -1;
    const char *q = memmem(item, n, "q=", 2);
    if (!q)
        return 1000;
    double weight = strtod(q + 2, NULL);
    return weight < 0 ? 0 : weight > 1 ? 1000 : (int)(weight * 1000);
}

enum language edge_language(const char *text) {
    int best[LANGUAGES] = {0, 0};
    while (text && *text) {
        text += strspn(text, " ,");
        size_t n = strcspn(text, ",");
        for (int language = 0; language < LANGUAGES; language++) {
            int weight = weight_for(text, n, language_name((enum language)language));
            if (weight > best[language])
                best[language] = weight;
        }
        text += n;
    }
    return best[LANGUAGE_EN] > best[LANGUAGE_DE] ? LANGUAGE_EN : LANGUAGE_DE;
}

// Do both begin with the same scheme, host and port?
static bool same_origin(const char *origin, const char *url) {
    const char *authority = strstr(url, "://");
    size_t n = authority ? (size_t)(authority - url) + 3 + strcspn(authority + 3, "/") : 0;
    return n > 0 && strlen(origin) == n && strncasecmp(origin, url, n) == 0;
}

bool edge_is_foreign(const struct edge_head *head, const char *public_url) {
    if (head->fetch_site)
        return strcmp(head->fetch_site, "same-origin") != 0 && strcmp(head->fetch_site, "none") != 0;
    if (!head->origin || same_origin(head->origin, public_url))
        return false;
    const char *authority = strstr(head->origin, "://");   // reached by another name than the public one
    return !authority || !head->host || strcasecmp(authority + 3, head->host) != 0;
}

bool edge_type_is(const char *value, const char *type) {
    if (!value)
        return false;
    size_t n = strcspn(value, "; \t");
    if (n != strlen(type) || strncasecmp(value, type, n) != 0)
        return false;
    const char *charset = strcasestr(value + n, "charset=");
    if (!charset)
        return true;
    charset += strlen("charset=");
    charset += *charset == '"';
    return strncasecmp(charset, "utf-8", 5) == 0 && (charset[5] == '\0' || strchr("\"; \t", charset[5]));
}

bool edge_tag_matches(const char *header, const char *tag) {
    if (!header)
        return false;
    if (strcmp(header, "*") == 0)
        return true;
    size_t n = strlen(tag);
    for (const char *at = header; (at = strstr(at, tag)); at += n)
        if (at[n] == '\0' || strchr(", \t", at[n]))
            return true;
    return false;
}
