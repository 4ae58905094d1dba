#include "services/accounts/token.h"
#include <sodium.h>
#include <string.h>

static void hash(const uint8_t *bytes, struct session_token *token) {
    crypto_generichash(token->hash, SESSION_HASH_BYTES, bytes, SESSION_TOKEN_BYTES, NULL, 0);
}

void session_token_make(struct session_token *token) {
    uint8_t bytes[SESSION_TOKEN_BYTES];
    id_random(bytes, sizeof bytes);
    id_base64url(bytes, sizeof bytes, token->text);
    hash(bytes, token);
}

bool session_token_read(const char *text, struct session_token *token) {
    uint8_t bytes[SESSION_TOKEN_BYTES];
    if (strlen(text) != SESSION_TOKEN_TEXT - 1 || id_base64url_parse(text, bytes, sizeof bytes) != SESSION_TOKEN_BYTES)
        return false;
    memcpy(token->text, text, SESSION_TOKEN_TEXT);
    hash(bytes, token);
    return true;
}
