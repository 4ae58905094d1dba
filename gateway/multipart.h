// multipart: bodies of multipart/form-data (RFC 7578), read as they come, in pieces of any size and in a fixed amount of memory.
// Strict, as browsers write it: no text before the first boundary or after the last, no folded headers, one name for each part.
// Pure, so that it can be tested and fuzzed alone.
#pragma once
#include "gateway/urlencoded.h"

enum {
    MULTIPART_BOUNDARY_MAX = 70,   // RFC 2046 section 5.1.1
    MULTIPART_HEAD_MAX = 1024,     // bytes of one part's headers
    MULTIPART_MALFORMED = -1, MULTIPART_TOO_MUCH = -2
};

struct multipart_part {
    const char *name;
    const char *filename;   // NULL: a field, no file
    const char *type;       // NULL: not told
};
// What is done with the parts. A result other than 0 ends the reading with it.
struct multipart_sink {
    int (*begin)(void *owner, const struct multipart_part *part);
    int (*data)(void *owner, const char *bytes, size_t n);
    int (*end)(void *owner);
    void *owner;
};

struct multipart {
    enum { MULTIPART_START, MULTIPART_DATA, MULTIPART_BOUNDARY, MULTIPART_HEAD, MULTIPART_END } state;
    const struct multipart_sink *sink;
    char delimiter[MULTIPART_BOUNDARY_MAX + 5];   // "\r\n--" and the boundary
    size_t delimiter_size, matched;               // how much of it has been seen
    char head[MULTIPART_HEAD_MAX + 1];
    size_t head_size;
    int failed;
};

// The boundary of a Content-Type header. 0, or -1 when it is no multipart/form-data with one.
int multipart_boundary(const char *content_type, char out[MULTIPART_BOUNDARY_MAX + 1]);
void multipart_open(struct multipart *reader, const char *boundary, const struct multipart_sink *sink);
// 0 to go on; MULTIPART_MALFORMED, MULTIPART_TOO_MUCH (headers), or what the sink said, and then always the same.
int multipart_feed(struct multipart *reader, const char *bytes, size_t n);
// After the last piece: 0, or MULTIPART_MALFORMED when the last boundary has not come.
int multipart_close(struct multipart *reader);

// A whole body as pairs, like urlencoded_split(). 0, MULTIPART_MALFORMED (also when a field is no UTF-8 text), MULTIPART_TOO_MUCH, or
// MULTIPART_FILE when a file is in it: nothing takes them.
enum { MULTIPART_FILE = 1 };
int multipart_pairs(const char *content_type, const char *body, size_t n, struct arena *arena, struct urlencoded_pairs *out);
