// page_token: where the next page of a list begins, signed together with the question it belongs to: the request without its page_token
// and page_size. So nobody goes on with another question, and nobody makes up a place.
#pragma once
#include "services/common/base/arena.h"
#include <stdbool.h>
#include <stdint.h>

// The next page begins behind `number`. In the arena; NULL: out of memory.
char *page_token_make(const uint8_t key[32], const ProtobufCMessage *question, int64_t number, struct arena *arena);
// false: not ours, or another question's. No token (NULL or ""): true, and *number stays as it is: the first page.
bool page_token_read(const uint8_t key[32], const ProtobufCMessage *question, const char *token, int64_t *number);
