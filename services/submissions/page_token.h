// page_token: where the next page of the inbox begins, signed together with the question it belongs to.
#pragma once
#include "kosi/submissions.pb-c.h"
#include <stdbool.h>
#include <stdint.h>

enum { PAGE_TOKEN_MAX = 40 };
void page_token_make(const uint8_t key[32], const Kosi__InboxRequest *request, int64_t number, char out[PAGE_TOKEN_MAX]);
bool page_token_read(const uint8_t key[32], const Kosi__InboxRequest *request,
                     int64_t *number); // false: not ours, or another's
