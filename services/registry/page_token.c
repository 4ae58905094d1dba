#include "services/registry/page_token.h"
#include "services/common/base/id.h"
#include <string.h>

enum { VERSION = 1, BYTES = 18 };

static void put(uint8_t *at, uint64_t value, int bytes) {
    for (int i = 0; i < bytes; i++)
        at[i] = (uint8_t)(value >> (8 * (bytes - 1 - i)));
}
static uint64_t get(const uint8_t *at, int bytes) {
    uint64_t value = 0;
    for (int i = 0; i < bytes; i++)
        value = value << 8 | at[i];
    return value;
}

void page_token_text(const struct page_token *token, char out[PAGE_TOKEN_MAX]) {
    uint8_t bytes[BYTES] = {VERSION, (uint8_t)token->sort};
    put(bytes + 2, token->query, 4);
    put(bytes + 6, (uint64_t)token->n, 8);
    put(bytes + 14, token->offset, 4);
    id_base64url(bytes, BYTES, out);
}

bool page_token_parse(const char *text, struct page_token *out) {
    uint8_t bytes[BYTES];
    if (id_base64url_parse(text, bytes, BYTES) != BYTES || bytes[0] != VERSION || strchr("nor", bytes[1]) == NULL || bytes[1] == 0)
        return false;
    *out = (struct page_token){.sort = (char)bytes[1], .query = (uint32_t)get(bytes + 2, 4), .n = (int64_t)get(bytes + 6, 8),
                               .offset = (uint32_t)get(bytes + 14, 4)};
    return out->n >= 0;
}
