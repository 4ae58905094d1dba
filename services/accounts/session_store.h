// session_store: who is signed in, and from where accounts have been signed in to. Texts of what is found live in the arena.
#pragma once
#include "services/accounts/account_store.h"

// A session's public id is the beginning of its token's hash, which the signed statement of an actor holds too.
enum { SESSION_HASH_BYTES = 32, SESSION_ID_BYTES = 16, SESSION_ID_TEXT = 23, SESSIONS_PER_ACCOUNT = 50, PLACES_PER_ACCOUNT = 20 };
struct session {
    struct account account;
    int64_t signed_in_at, expires_at, last_signed_in_at;   // the last: the time before
    const char *device;
};

// 1 when found, 0 when not, negative store_error. Sessions of disabled accounts are not found.
int session_find(struct store *store, struct arena *arena, const uint8_t hash[SESSION_HASH_BYTES], struct session *out);
int session_remove(struct store *store, const uint8_t hash[SESSION_HASH_BYTES]);
int session_remove_id(struct store *store, const char *account_id, const uint8_t id[SESSION_ID_BYTES]);
int place_known(struct store *store, const char *account_id, uint64_t place);

// 0 or negative.
// Also forgets the account's oldest sessions beyond SESSIONS_PER_ACCOUNT.
int session_insert(struct store *store, const uint8_t hash[SESSION_HASH_BYTES], const struct session *session);
int session_remove_all(struct store *store, const char *account_id, const uint8_t *but_id);   // but_id may be NULL
int session_prune(struct store *store, int64_t expired_before_us, int most);
// Columns: token_hash, device, signed_in_at, expires_at; newest first.
struct store_statement *session_list(struct store *store, const char *account_id, int64_t now_us);
// Also forgets the account's oldest places beyond PLACES_PER_ACCOUNT.
int place_keep(struct store *store, const char *account_id, uint64_t place, int64_t now_us);
int place_prune(struct store *store, int64_t seen_before_us);
