#include "services/common/base/id.h"

#include "services/common/base/clock.h"

#include <pthread.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

enum { MAC_BYTES = 16, TOKEN_BYTES = ID_BYTES + MAC_BYTES, RECEIPT_ROUNDS = 8, RECEIPT_HALF_BITS = 20, POOL_BYTES = 512 };

static void start_sodium(void) {
    if (sodium_init() < 0)
        abort();   // no source of randomness: nothing that is made here could be trusted
}

static void need_sodium(void) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, start_sodium);
}

// The kernel is asked for many bytes at once: a call each would cost more than all else about an id. What was given out is
// wiped; a fork would give it twice, and no daemon forks.
void id_random(void *out, size_t n) {
    static _Thread_local struct {
        uint8_t bytes[POOL_BYTES];
        size_t left;
    } pool;
    need_sodium();
    if (n > POOL_BYTES / 4) {
        randombytes_buf(out, n);
        return;
    }
    if (pool.left < n) {
        randombytes_buf(pool.bytes, sizeof(pool.bytes));
        pool.left = sizeof(pool.bytes);
    }
    pool.left -= n;
    memcpy(out, pool.bytes + pool.left, n);
    sodium_memzero(pool.bytes + pool.left, n);
}

static void put_big_endian(uint8_t *out, uint64_t value, int bytes) {
    for (int i = bytes - 1; i >= 0; i--, value >>= 8)
        out[i] = (uint8_t)value;
}

static uint64_t get_big_endian(const uint8_t *in, int bytes) {
    uint64_t value = 0;
    for (int i = 0; i < bytes; i++)
        value = value << 8 | in[i];
    return value;
}

// RFC 9562 section 6.2, method 2: within a millisecond the 42 bits behind the time count on from a random start by random
// steps; the last 32 bits are always fresh.
void id_uuid7_bytes(uint8_t out[ID_BYTES]) {
    static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    static uint64_t last_ms, counter;
    uint8_t random[12];
    id_random(random, sizeof(random));
    uint64_t now_ms = (uint64_t)(clock_wall_us() / 1000);

    pthread_mutex_lock(&lock);
    if (now_ms > last_ms) {
        last_ms = now_ms;
        counter = get_big_endian(random, 6) & ((1ull << 41) - 1);
    } else {
        counter += 1 + (get_big_endian(random, 2) & 0x3fff);
    }
    if (counter >> 42 != 0) {
        last_ms++;
        counter = 0;
    }
    uint64_t ms = last_ms, count = counter;
    pthread_mutex_unlock(&lock);

    put_big_endian(out, ms, 6);
    put_big_endian(out + 6, 0x7000 | (count >> 30), 2);
    put_big_endian(out + 8, 0x80000000u | (count & 0x3fffffff), 4);
    memcpy(out + 12, random + 8, 4);
}

void id_uuid7(char out[ID_TEXT_MAX]) {
    uint8_t bytes[ID_BYTES];
    id_uuid7_bytes(bytes);
    id_text(bytes, out);
}

static const char hex[] = "0123456789abcdef";

static void named_bytes(const uint8_t key[32], const char *name, uint8_t bytes[ID_BYTES]) {
    crypto_generichash(bytes, ID_BYTES, (const uint8_t *)name, strlen(name), key, 32);
    bytes[6] = (uint8_t)((bytes[6] & 0x0f) | 0x80);
    bytes[8] = (uint8_t)((bytes[8] & 0x3f) | 0x80);
}

void id_named(const uint8_t key[32], const char *name, char out[ID_TEXT_MAX]) {
    uint8_t bytes[ID_BYTES];
    named_bytes(key, name, bytes);
    id_text(bytes, out);
}

void id_named_at(const uint8_t key[32], const char *name, int64_t at_us, char out[ID_TEXT_MAX]) {
    uint8_t bytes[ID_BYTES];
    uint64_t ms = (uint64_t)at_us / 1000;
    named_bytes(key, name, bytes);
    for (int i = 0; i < 6; i++)
        bytes[i] = (uint8_t)(ms >> (40 - 8 * i));
    id_text(bytes, out);
}

void id_text(const uint8_t bytes[ID_BYTES], char out[ID_TEXT_MAX]) {
    for (int i = 0; i < ID_BYTES; i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10)
            *out++ = '-';
        *out++ = hex[bytes[i] >> 4];
        *out++ = hex[bytes[i] & 15];
    }
    *out = '\0';
}

static int hex_digit(char c) {
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool id_parse(const char *text, uint8_t out[ID_BYTES]) {
    for (int i = 0; i < ID_BYTES; i++) {
        if ((i == 4 || i == 6 || i == 8 || i == 10) && *text++ != '-')
            return false;
        int high = hex_digit(text[0]);
        int low = high < 0 ? -1 : hex_digit(text[1]);
        if (low < 0)
            return false;
        out[i] = (uint8_t)(high << 4 | low);
        text += 2;
    }
    return *text == '\0';
}

void id_hex(const uint8_t *bytes, size_t n, char *out) {
    for (size_t i = 0; i < n; i++) {
        *out++ = hex[bytes[i] >> 4];
        *out++ = hex[bytes[i] & 15];
    }
    *out = '\0';
}

// One round: a keyed hash of one half. SipHash takes 16 bytes of key, so rounds alternate between the key's halves.
static uint32_t receipt_round(const uint8_t key[32], int round, uint32_t half) {
    uint8_t in[5] = {(uint8_t)round}, hash[crypto_shorthash_BYTES];
    put_big_endian(in + 1, half, 4);
    crypto_shorthash(hash, in, sizeof(in), key + (round % 2) * 16);
    return (uint32_t)get_big_endian(hash, 4) & ((1u << RECEIPT_HALF_BITS) - 1);
}

static const char crockford[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

void id_receipt(const uint8_t key[32], uint64_t number, char out[10]) {
    uint32_t left = (uint32_t)(number >> RECEIPT_HALF_BITS) & ((1u << RECEIPT_HALF_BITS) - 1);
    uint32_t right = (uint32_t)number & ((1u << RECEIPT_HALF_BITS) - 1);
    for (int round = 0; round < RECEIPT_ROUNDS; round++) {
        uint32_t mixed = left ^ receipt_round(key, round, right);
        left = right;
        right = mixed;
    }
    uint64_t code = (uint64_t)left << RECEIPT_HALF_BITS | right;
    for (int i = 8; i >= 0; i--) {
        if (i == 4) {
            out[i] = '-';
            continue;
        }
        out[i] = crockford[code & 31];
        code >>= 5;
    }
    out[9] = '\0';
}

static int crockford_digit(char c) {
    if (c >= 'a' && c <= 'z')
        c = (char)(c - 'a' + 'A');
    if (c == 'O')
        c = '0';
    if (c == 'I' || c == 'L')
        c = '1';
    const char *found = c == '\0' ? NULL : strchr(crockford, c);
    return found == NULL ? -1 : (int)(found - crockford);
}

bool id_receipt_parse(const uint8_t key[32], const char *text, uint64_t *number) {
    uint64_t code = 0;
    for (int i = 0; i < 8; i++) {
        if (i == 4 && *text == '-')
            text++;
        int digit = crockford_digit(*text++);
        if (digit < 0)
            return false;
        code = code << 5 | (uint64_t)digit;
    }
    if (*text != '\0')
        return false;
    uint32_t left = (uint32_t)(code >> RECEIPT_HALF_BITS), right = (uint32_t)code & ((1u << RECEIPT_HALF_BITS) - 1);
    for (int round = RECEIPT_ROUNDS - 1; round >= 0; round--) {
        uint32_t mixed = right ^ receipt_round(key, round, left);
        right = left;
        left = mixed;
    }
    *number = (uint64_t)left << RECEIPT_HALF_BITS | right;
    return true;
}

void id_base64url(const uint8_t *bytes, size_t n, char *out) {
    sodium_bin2base64(out, (n * 4 + 2) / 3 + 1, bytes, n, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

static bool is_base64url(char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

long id_base64url_parse(const char *text, uint8_t *out, size_t max) {
    size_t length = 0, size = 0;
    const char *end = NULL;
    // libsodium's decoder takes some bytes beyond ASCII for digits (found by fuzzing)
    for (; text[size] != '\0'; size++)
        if (!is_base64url(text[size]))
            return -1;
    if (sodium_base642bin(out, max, text, size, NULL, &length, &end, sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0)
        return -1;
    return end == text + size ? (long)length : -1;
}

// A node has one key for its tokens: what HMAC makes of it first is half of the work, so it is kept.
static void mac_begin(const uint8_t key[32], crypto_auth_hmacsha256_state *state) {
    static _Thread_local struct {
        bool used;
        uint8_t key[32];
        crypto_auth_hmacsha256_state state;
    } last;
    if (!last.used || sodium_memcmp(last.key, key, sizeof(last.key)) != 0) {
        crypto_auth_hmacsha256_init(&last.state, key, sizeof(last.key));
        memcpy(last.key, key, sizeof(last.key));
        last.used = true;
    }
    *state = last.state;
}

static void token_mac(const uint8_t key[32], const uint8_t id[ID_BYTES], const char *purpose, uint32_t generation,
                      uint8_t mac[MAC_BYTES]) {
    uint8_t full[crypto_auth_hmacsha256_BYTES], number[4];
    crypto_auth_hmacsha256_state state;
    put_big_endian(number, generation, 4);
    mac_begin(key, &state);
    crypto_auth_hmacsha256_update(&state, id, ID_BYTES);
    crypto_auth_hmacsha256_update(&state, (const uint8_t *)purpose, strlen(purpose) + 1);
    crypto_auth_hmacsha256_update(&state, number, sizeof(number));
    crypto_auth_hmacsha256_final(&state, full);
    memcpy(mac, full, MAC_BYTES);
}

void id_token(const uint8_t key[32], const uint8_t id[ID_BYTES], const char *purpose, uint32_t generation, char out[ID_TOKEN_MAX]) {
    uint8_t token[TOKEN_BYTES];
    memcpy(token, id, ID_BYTES);
    token_mac(key, id, purpose, generation, token + ID_BYTES);
    id_base64url(token, sizeof(token), out);
}

static bool token_parse(const char *token, uint8_t out[TOKEN_BYTES]) {
    return id_base64url_parse(token, out, TOKEN_BYTES) == TOKEN_BYTES;
}

bool id_token_peek(const char *token, uint8_t id[ID_BYTES]) {
    uint8_t bytes[TOKEN_BYTES];
    if (!token_parse(token, bytes))
        return false;
    memcpy(id, bytes, ID_BYTES);
    return true;
}

bool id_token_check(const uint8_t key[32], const char *token, const char *purpose, uint32_t generation) {
    uint8_t bytes[TOKEN_BYTES], mac[MAC_BYTES];
    if (!token_parse(token, bytes))
        return false;
    token_mac(key, bytes, purpose, generation, mac);
    return sodium_memcmp(mac, bytes + ID_BYTES, MAC_BYTES) == 0;
}
