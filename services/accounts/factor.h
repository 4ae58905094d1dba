// factor: what an account shows beside its password, and what is handed out once: TOTP secrets (RFC 6238: SHA-1, 30 s, six digits),
// recovery codes, one-time passwords. All are derived from the node's key, the account's id and a serial number, never stored.
#pragma once
#include "services/common/base/arena.h"
#include <sodium.h>
#include <stdint.h>

enum {
    FACTOR_KEY_BYTES = 32,
    FACTOR_SECRET_BYTES = 20,
    FACTOR_CODES = 10,
    FACTOR_CODE_TEXT = 12,       // "k7q2m-9xw4c"
    FACTOR_PASSWORD_TEXT = 20,   // "k7q2-m9xw-4cgh-2n8t"
    FACTOR_STEP_S = 30,
    FACTOR_WINDOW = 1,           // steps that a clock may be off
};
struct factor { const uint8_t *key; const char *account_id; uint32_t serial; };

void factor_make_key(const uint8_t actor_key[crypto_sign_SECRETKEYBYTES], uint8_t key[FACTOR_KEY_BYTES]);
void factor_secret(const struct factor *factor, uint8_t out[FACTOR_SECRET_BYTES]);
const char *factor_secret_text(const struct factor *factor, struct arena *arena);   // base32; NULL: no memory
// The time step that the six digits belong to, above `last` (a code serves once); 0 when they are not right.
int64_t factor_step(const struct factor *factor, const char *typed, int64_t now_us, int64_t last);
void factor_code(const struct factor *factor, int index, char out[FACTOR_CODE_TEXT]);
int factor_code_index(const struct factor *factor, const char *typed);   // -1: none of these
void factor_password(const struct factor *factor, char out[FACTOR_PASSWORD_TEXT]);
