// ticket: stands for a right password while a page asks for the rest (second factor, new password). Not stored: id, end and a keyed
// hash over both and over what must not have changed meanwhile.
#pragma once
#include "services/accounts/account_store.h"

enum { TICKET_VALID_US = 10 * 60 * 1000 * 1000 };
// factor_shown: the second factor was right as well.
const char *ticket_make(const uint8_t key[32], const struct account *account, bool factor_shown, int64_t now_us, struct arena *arena);
// 1 with the account, 0 when it is none, too old or overtaken, negative store_error.
int ticket_read(const uint8_t key[32], struct store *store, const char *text, int64_t now_us, struct arena *arena, struct account *out,
                bool *factor_shown);
