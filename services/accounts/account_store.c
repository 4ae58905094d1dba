#include "services/accounts/account_store.h"

static int read_account(struct store_statement *s, struct arena *arena, struct account *out) {
    out->id = arena_text(arena, store_text(s, 0));
    out->login = arena_text(arena, store_text(s, 1));
    out->password_hash = arena_text(arena, store_text(s, 2));
    out->roles = arena_text(arena, store_text(s, 3));
    return out->id && out->login && out->password_hash && out->roles ? 1 : STORE_FAULT;
}

int account_find(struct store *store, struct arena *arena, const char *login, struct account *out) {
    struct store_statement *s = store_prepare(store, "SELECT id, login, password_hash, roles FROM account WHERE login = ?1");
    store_bind_text(s, 1, login);
    int found = store_step(s);
    if (found > 0)
        found = read_account(s, arena, out);
    store_reset(s);
    return found;
}

int account_insert(struct store *store, const struct account *account, int64_t now_us) {
    struct store_statement *s =
        store_prepare(store, "INSERT INTO account(id, login, password_hash, roles, created_at) VALUES(?1, ?2, ?3, ?4, ?5)");
    store_bind_text(s, 1, account->id);
    store_bind_text(s, 2, account->login);
    store_bind_text(s, 3, account->password_hash);
    store_bind_text(s, 4, account->roles);
    store_bind_int(s, 5, now_us);
    return store_run(s);
}

int session_find(struct store *store, struct arena *arena, const uint8_t hash[SESSION_HASH_BYTES], struct session *out) {
    struct store_statement *s =
        store_prepare(store, "SELECT a.id, a.login, a.password_hash, a.roles, s.signed_in_at, s.expires_at"
                             " FROM session s JOIN account a ON a.id = s.account_id WHERE s.token_hash = ?1");
    store_bind_blob(s, 1, hash, SESSION_HASH_BYTES);
    int found = store_step(s);
    if (found > 0) {
        found = read_account(s, arena, &out->account);
        out->signed_in_at = store_int(s, 4);
        out->expires_at = store_int(s, 5);
    }
    store_reset(s);
    return found;
}

int session_remove(struct store *store, const uint8_t hash[SESSION_HASH_BYTES]) {
    struct store_statement *s = store_prepare(store, "DELETE FROM session WHERE token_hash = ?1");
    store_bind_blob(s, 1, hash, SESSION_HASH_BYTES);
    int result = store_run(s);
    return result ? result : store_changes(store) > 0;
}

static int forget_oldest(struct store *store, const char *account_id) {
    struct store_statement *s =
        store_prepare(store, "DELETE FROM session WHERE account_id = ?1 AND token_hash NOT IN (SELECT token_hash FROM session"
                             " WHERE account_id = ?1 ORDER BY signed_in_at DESC, token_hash LIMIT ?2)");
    store_bind_text(s, 1, account_id);
    store_bind_int(s, 2, SESSIONS_PER_ACCOUNT);
    return store_run(s);
}

int session_insert(struct store *store, const uint8_t hash[SESSION_HASH_BYTES], const struct session *session) {
    struct store_statement *s =
        store_prepare(store, "INSERT INTO session(token_hash, account_id, signed_in_at, expires_at) VALUES(?1, ?2, ?3, ?4)");
    store_bind_blob(s, 1, hash, SESSION_HASH_BYTES);
    store_bind_text(s, 2, session->account.id);
    store_bind_int(s, 3, session->signed_in_at);
    store_bind_int(s, 4, session->expires_at);
    int result = store_run(s);
    return result ? result : forget_oldest(store, session->account.id);
}

int session_prune(struct store *store, int64_t expired_before_us, int most) {
    struct store_statement *s =
        store_prepare(store, "DELETE FROM session WHERE token_hash IN (SELECT token_hash FROM session WHERE expires_at < ?1"
                             " ORDER BY expires_at LIMIT ?2)");
    store_bind_int(s, 1, expired_before_us);
    store_bind_int(s, 2, most);
    return store_run(s);
}
