#include "services/accounts/factor.h"
#include <ctype.h>
#include <liboath/oath.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TYPED_MAX = 24, DIGITS = 6, BITS_PER_LETTER = 5 };

void factor_make_key(const uint8_t actor_key[crypto_sign_SECRETKEYBYTES], uint8_t key[FACTOR_KEY_BYTES]) {
    static const char purpose[] = "kosi accounts: factors";
    crypto_generichash(key, FACTOR_KEY_BYTES, (const uint8_t *)purpose, sizeof purpose, actor_key, crypto_sign_SECRETKEYBYTES);
}

static void derive(const struct factor *factor, const char *purpose, int index, uint8_t out[crypto_auth_hmacsha256_BYTES]) {
    char name[160];
    snprintf(name, sizeof name, "%s\n%s\n%u\n%d", purpose, factor->account_id, factor->serial, index);
    crypto_auth_hmacsha256(out, (const uint8_t *)name, strlen(name), factor->key);
}

void factor_secret(const struct factor *factor, uint8_t out[FACTOR_SECRET_BYTES]) {
    uint8_t bytes[crypto_auth_hmacsha256_BYTES];
    derive(factor, "totp", 0, bytes);
    memcpy(out, bytes, FACTOR_SECRET_BYTES);
}

const char *factor_secret_text(const struct factor *factor, struct arena *arena) {
    uint8_t secret[FACTOR_SECRET_BYTES];
    char *text = NULL;
    factor_secret(factor, secret);
    if (oath_base32_encode((const char *)secret, sizeof secret, &text, NULL) != OATH_OK)
        return NULL;
    const char *kept = arena_text(arena, text);
    free(text);
    return kept;
}

// Without blanks and dashes, in lower case; what is mistaken when read aloud is what it must be (as id_receipt_parse()).
static size_t clean(const char *typed, bool letters, char out[TYPED_MAX]) {
    size_t n = 0;
    for (; *typed && n < TYPED_MAX - 1; typed++) {
        char c = (char)tolower((unsigned char)*typed);
        if (c == ' ' || c == '-')
            continue;
        if (letters)
            c = c == 'o' ? '0' : c == 'i' || c == 'l' ? '1' : c;
        out[n++] = c;
    }
    out[n] = '\0';
    return n;
}

int64_t factor_step(const struct factor *factor, const char *typed, int64_t now_us, int64_t last) {
    uint8_t secret[FACTOR_SECRET_BYTES];
    char digits[TYPED_MAX], expected[DIGITS + 1];
    int64_t step = now_us / (INT64_C(1000000) * FACTOR_STEP_S), found = 0;
    if (clean(typed, false, digits) != DIGITS)
        return 0;
    factor_secret(factor, secret);
    for (int64_t at = step - FACTOR_WINDOW; at <= step + FACTOR_WINDOW; at++) {
        int made = oath_hotp_generate((const char *)secret, sizeof secret, (uint64_t)at, DIGITS, false, OATH_HOTP_DYNAMIC_TRUNCATION, expected);
        if (made == OATH_OK && at > last && sodium_memcmp(expected, digits, DIGITS) == 0)
            found = at;
    }
    return found;
}

// Crockford's base32 in lower case, with a dash after every `group` letters.
static void spell(const uint8_t *bytes, int letters, int group, char *out) {
    static const char alphabet[] = "0123456789abcdefghjkmnpqrstvwxyz";
    for (int i = 0; i < letters; i++) {
        int bit = i * BITS_PER_LETTER;
        unsigned pair = (unsigned)(bytes[bit / 8] << 8 | bytes[bit / 8 + 1]);
        if (i && i % group == 0)
            *out++ = '-';
        *out++ = alphabet[pair >> (16 - BITS_PER_LETTER - bit % 8) & 31];
    }
    *out = '\0';
}

void factor_code(const struct factor *factor, int index, char out[FACTOR_CODE_TEXT]) {
    uint8_t bytes[crypto_auth_hmacsha256_BYTES];
    derive(factor, "recovery", index, bytes);
    spell(bytes, 10, 5, out);
}

int factor_code_index(const struct factor *factor, const char *typed) {
    char given[TYPED_MAX], code[FACTOR_CODE_TEXT], plain[TYPED_MAX];
    int found = -1;
    size_t n = clean(typed, true, given);
    for (int i = 0; i < FACTOR_CODES; i++) {
        factor_code(factor, i, code);
        if (clean(code, false, plain) == n && sodium_memcmp(plain, given, n) == 0)
            found = i;
    }
    return found;
}

void factor_password(const struct factor *factor, char out[FACTOR_PASSWORD_TEXT]) {
    uint8_t bytes[crypto_auth_hmacsha256_BYTES];
    derive(factor, "password", 0, bytes);
    spell(bytes, 16, 4, out);
}
