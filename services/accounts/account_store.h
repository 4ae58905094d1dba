// account_store: staff accounts and their sessions in the database. Texts of what is found live in the arena.
#pragma once
#include "services/common/base/arena.h"
#include "services/common/base/id.h"
#include "services/common/store/store.h"

enum { SESSION_HASH_BYTES = 32, SESSIONS_PER_ACCOUNT = 50 };
struct account { const char *id, *login, *password_hash, *roles; };
struct session { struct account account; int64_t signed_in_at, expires_at; };

// These return 1 when found, 0 when not, negative store_error.
int account_find(struct store *store, struct arena *arena, const char *login, struct account *out);
int session_find(struct store *store, struct arena *arena, const uint8_t hash[SESSION_HASH_BYTES], struct session *out);
int session_remove(struct store *store, const uint8_t hash[SESSION_HASH_BYTES]);

// 0 or negative.
int account_insert(struct store *store, const struct account *account, int64_t now_us);
// Also forgets the account's oldest sessions beyond SESSIONS_PER_ACCOUNT.
int session_insert(struct store *store, const uint8_t hash[SESSION_HASH_BYTES], const struct session *session);
int session_prune(struct store *store, int64_t expired_before_us, int most);
