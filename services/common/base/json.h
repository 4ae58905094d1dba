// json: RFC 8259 text to and from a flat list of tokens. The parser is RapidJSON (strict, UTF-8 checked), behind this C header
// so that nothing else is C++. Refused with a line and a reason: bad syntax, invalid UTF-8, NUL in strings, lone surrogates,
// duplicate keys, depth over JSON_DEPTH_MAX, numbers out of range.
#pragma once
#include "services/common/base/buf.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { JSON_DEPTH_MAX = 32 };
enum json_type { JSON_NULL, JSON_FALSE, JSON_TRUE, JSON_INTEGER, JSON_REAL, JSON_STRING, JSON_ARRAY, JSON_OBJECT, JSON_KEY };

// Tokens in document order. A container's children follow it; `next` is the index of the token after the whole value
// (so a sibling, or the end). An object's children alternate JSON_KEY token, value.
struct json_token {
    enum json_type type;
    uint32_t next;
    uint32_t count;          // of an array's items or an object's members
    uint32_t offset;         // where in the text, in bytes
    const char *text;        // JSON_STRING, JSON_KEY: NUL-terminated, lives in the document
    uint32_t length;         // of text in bytes
    union { int64_t integer; double real; };   // JSON_INTEGER also fills real's meaning through json_number()
};
struct json {
    struct json_token *tokens;
    size_t count;
    int line, column;        // of the error, from 1
    const char *error;       // reason in plain English, static; NULL when fine
    size_t capacity;         // of tokens; start with a zeroed struct
};

// text is changed in place (strings are decoded there) and must outlive the document; text[length] must be writable.
// Returns 0; -1 with error, line and column set; -2 out of memory. json may be reused: tokens are kept between calls.
int json_parse(struct json *json, char *text, size_t length);
void json_free(struct json *json);
double json_number(const struct json_token *token);
// 1-based line of a byte offset in the original text (count newlines in a copy taken before parsing).
int json_line(const char *original, size_t offset);

// Writing. Commas and colons are placed by the writer; strings must be valid UTF-8.
struct json_writer { struct buf *out; bool need_comma; };
void json_begin_object(struct json_writer *w);
void json_end_object(struct json_writer *w);
void json_begin_array(struct json_writer *w);
void json_end_array(struct json_writer *w);
void json_key(struct json_writer *w, const char *key);
void json_string(struct json_writer *w, const char *text);
void json_string_n(struct json_writer *w, const char *text, size_t n);
void json_integer(struct json_writer *w, int64_t n);
void json_unsigned(struct json_writer *w, uint64_t n);
void json_real(struct json_writer *w, double n);
void json_bool(struct json_writer *w, bool b);
void json_null(struct json_writer *w);

#ifdef __cplusplus
}
#endif
