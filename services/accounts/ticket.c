#include "services/accounts/ticket.h"
#include "services/accounts/factor.h"
#include <stddef.h>
#include <string.h>

enum { MAC_BYTES = 16, TEXT_MAX = 64 };
struct ticket { uint8_t account[ID_BYTES], until[8], factor_shown, mac[MAC_BYTES]; };

static void seal(const uint8_t key[32], const struct ticket *ticket, const struct account *account, uint8_t mac[MAC_BYTES]) {
    crypto_generichash_state state;
    crypto_generichash_init(&state, key, FACTOR_KEY_BYTES, MAC_BYTES);
    crypto_generichash_update(&state, (const uint8_t *)"ticket", 7);
    crypto_generichash_update(&state, ticket->account, offsetof(struct ticket, mac));
    crypto_generichash_update(&state, (const uint8_t *)account->password_hash, strlen(account->password_hash) + 1);
    crypto_generichash_final(&state, mac, MAC_BYTES);
}

const char *ticket_make(const uint8_t key[32], const struct account *account, bool factor_shown, int64_t now_us, struct arena *arena) {
    struct ticket ticket = {.factor_shown = factor_shown};
    int64_t until = now_us + TICKET_VALID_US;
    char text[TEXT_MAX];
    id_parse(account->id, ticket.account);
    memcpy(ticket.until, &until, sizeof ticket.until);
    seal(key, &ticket, account, ticket.mac);
    id_base64url((const uint8_t *)&ticket, sizeof ticket, text);
    return arena_text(arena, text);
}

int ticket_read(const uint8_t key[32], struct store *store, const char *text, int64_t now_us, struct arena *arena, struct account *out,
                bool *factor_shown) {
    struct ticket ticket;
    uint8_t mac[MAC_BYTES];
    char id[ID_TEXT_MAX];
    int64_t until;
    if (id_base64url_parse(text, (uint8_t *)&ticket, sizeof ticket) != sizeof ticket)
        return 0;
    id_text(ticket.account, id);
    memcpy(&until, ticket.until, sizeof until);
    int found = account_by_id(store, arena, id, out);
    if (found <= 0 || until < now_us)
        return found < 0 ? found : 0;
    *factor_shown = ticket.factor_shown;
    seal(key, &ticket, out, mac);
    return sodium_memcmp(mac, ticket.mac, MAC_BYTES) == 0;
}
