// token: what a signed-in client holds: 256 random bits. The database knows its hash only.
#pragma once
#include "services/accounts/session_store.h"
#include <stdbool.h>

enum { SESSION_TOKEN_BYTES = 32, SESSION_TOKEN_TEXT = 44 };
struct session_token {
    char text[SESSION_TOKEN_TEXT];
    uint8_t hash[SESSION_HASH_BYTES];
};
void session_token_make(struct session_token *token);
bool session_token_read(const char *text, struct session_token *token);   // false: none of ours
