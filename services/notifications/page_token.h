// page_token: where the next page of a list begins, signed together with the question it belongs to.
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include <protobuf-c/protobuf-c.h>

enum { PAGE_TOKEN_MAX = 40 };
// question: the request, whose field page_token is left out of account, and its page_size; number: the next page begins after it.
void page_token_make(const uint8_t key[32], const ProtobufCMessage *question, int64_t number, char out[PAGE_TOKEN_MAX]);
bool page_token_read(const uint8_t key[32], const ProtobufCMessage *question, const char *token, int64_t *number);   // false: not ours, or another's
