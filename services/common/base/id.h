// id: names for things. UUIDv7 (RFC 9562) for records, random bytes for incarnations and keys,
// Crockford's base32 for codes that people read aloud.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { ID_TEXT_MAX = 37, ID_BYTES = 16 };

void id_random(void *out, size_t n);                      // libsodium's generator
void id_uuid7_bytes(uint8_t out[ID_BYTES]);               // time-ordered, monotonic within the process
void id_uuid7(char out[ID_TEXT_MAX]);                     // the same as text
// The id that something with this name always has in this node (UUIDv8, RFC 9562): made again, it is the same.
void id_named(const uint8_t key[32], const char *name, char out[ID_TEXT_MAX]);
// The same in the order of time (microseconds UTC, part of its name): an index of such ids grows at its end and not all over.
void id_named_at(const uint8_t key[32], const char *name, int64_t at_us, char out[ID_TEXT_MAX]);
void id_text(const uint8_t bytes[ID_BYTES], char out[ID_TEXT_MAX]);
bool id_parse(const char *text, uint8_t out[ID_BYTES]);   // any UUID, either case; false if it is none
void id_hex(const uint8_t *bytes, size_t n, char *out);   // 2n+1 bytes

// A receipt code from a number below 2^40 and back: a keyed bijection (Feistel network), so codes are unique without an
// index and do not reveal how many there are. "7F3K-92QX". Reading accepts lower case and O/I/L for 0/1/1.
void id_receipt(const uint8_t key[32], uint64_t number, char out[10]);
bool id_receipt_parse(const uint8_t key[32], const char *text, uint64_t *number);

// URL-safe base64 without padding (RFC 4648 section 5). Encoding writes at most (n*4+2)/3+1 bytes.
void id_base64url(const uint8_t *bytes, size_t n, char *out);
// Returns the number of bytes, or -1 when text is no such encoding or does not fit into max.
long id_base64url_parse(const char *text, uint8_t *out, size_t max);

// Secret links: id + HMAC-SHA-256(key, id, purpose, generation) cut to 128 bits, base64url: derived, never stored.
enum { ID_TOKEN_MAX = 48 };
void id_token(const uint8_t key[32], const uint8_t id[ID_BYTES], const char *purpose, uint32_t generation, char out[ID_TOKEN_MAX]);
bool id_token_peek(const char *token, uint8_t id[ID_BYTES]);   // the id it speaks of, unchecked: to look up the generation
bool id_token_check(const uint8_t key[32], const char *token, const char *purpose, uint32_t generation);  // constant time
