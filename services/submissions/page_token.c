#include "services/submissions/page_token.h"
#include "services/common/base/id.h"
#include <sodium.h>
#include <string.h>

enum { NUMBER_BYTES = 8, SIGN_BYTES = 16, TOKEN_BYTES = NUMBER_BYTES + SIGN_BYTES };

static void absorb(crypto_generichash_state *state, const char *text) {
    crypto_generichash_update(state, (const uint8_t *)text, strlen(text) + 1); // the NUL keeps neighbours apart
}

static void sign(const uint8_t key[32], const Kosi__InboxRequest *request, const uint8_t number[NUMBER_BYTES],
                 uint8_t out[SIGN_BYTES]) {
    crypto_generichash_state state;
    crypto_generichash_init(&state, key, 32, SIGN_BYTES);
    absorb(&state, "inbox");
    crypto_generichash_update(&state, number, NUMBER_BYTES);
    for (size_t i = 0; i < request->n_state; i++)
        absorb(&state, request->state[i]);
    absorb(&state, "form");
    for (size_t i = 0; i < request->n_form; i++)
        absorb(&state, request->form[i]);
    absorb(&state, "q");
    absorb(&state, request->q ? request->q : "");
    absorb(&state, request->taken_by ? request->taken_by : "");
    absorb(&state, request->sort ? request->sort : "");
    const int64_t numbers[] = {request->has_free && request->free, request->has_min_days, request->min_days,
                               request->has_max_days, request->max_days};
    crypto_generichash_update(&state, (const uint8_t *)numbers, sizeof numbers);
    crypto_generichash_final(&state, out, SIGN_BYTES);
}

void page_token_make(const uint8_t key[32], const Kosi__InboxRequest *request, int64_t number, char out[PAGE_TOKEN_MAX]) {
    uint8_t bytes[TOKEN_BYTES];
    for (int i = 0; i < NUMBER_BYTES; i++)
        bytes[i] = (uint8_t)((uint64_t)number >> (8 * i));
    sign(key, request, bytes, bytes + NUMBER_BYTES);
    id_base64url(bytes, sizeof bytes, out);
}

bool page_token_read(const uint8_t key[32], const Kosi__InboxRequest *request, int64_t *number) {
    uint8_t bytes[TOKEN_BYTES], expected[SIGN_BYTES];
    if (id_base64url_parse(request->page_token, bytes, sizeof bytes) != TOKEN_BYTES)
        return false;
    sign(key, request, bytes, expected);
    if (sodium_memcmp(expected, bytes + NUMBER_BYTES, SIGN_BYTES) != 0)
        return false;
    uint64_t value = 0;
    for (int i = 0; i < NUMBER_BYTES; i++)
        value |= (uint64_t)bytes[i] << (8 * i);
    *number = (int64_t)value;
    return true;
}
