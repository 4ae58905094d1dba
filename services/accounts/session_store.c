#include "services/accounts/session_store.h"

int session_find(struct store *store, struct arena *arena, const uint8_t hash[SESSION_HASH_BYTES], struct session *out) {
    struct store_statement *s =
        store_prepare(store, "SELECT " ACCOUNT_COLUMNS ", s.signed_in_at, s.expires_at, s.last_signed_in_at, s.device"
                             " FROM session s JOIN account a ON a.id = s.account_id WHERE s.token_hash = ?1 AND a.disabled = 0");
    store_bind_blob(s, 1, hash, SESSION_HASH_BYTES);
    int found = store_step(s);
    if (found > 0) {
        found = account_read(s, arena, &out->account);
        out->signed_in_at = store_int(s, ACCOUNT_COLUMN_COUNT);
        out->expires_at = store_int(s, ACCOUNT_COLUMN_COUNT + 1);
        out->last_signed_in_at = store_int(s, ACCOUNT_COLUMN_COUNT + 2);
        out->device = arena_text(arena, store_text(s, ACCOUNT_COLUMN_COUNT + 3));
    }
    store_reset(s);
    return found;
}

static int removed(struct store *store, struct store_statement *s) {
    int result = store_run(s);
    return result ? result : store_changes(store) > 0;
}

int session_remove(struct store *store, const uint8_t hash[SESSION_HASH_BYTES]) {
    struct store_statement *s = store_prepare(store, "DELETE FROM session WHERE token_hash = ?1");
    store_bind_blob(s, 1, hash, SESSION_HASH_BYTES);
    return removed(store, s);
}

int session_remove_id(struct store *store, const char *account_id, const uint8_t id[SESSION_ID_BYTES]) {
    struct store_statement *s = store_prepare(store, "DELETE FROM session WHERE account_id = ?1 AND substr(token_hash, 1, 16) = ?2");
    store_bind_text(s, 1, account_id);
    store_bind_blob(s, 2, id, SESSION_ID_BYTES);
    return removed(store, s);
}

int session_remove_all(struct store *store, const char *account_id, const uint8_t *but_id) {
    static const uint8_t none[1];
    struct store_statement *s = store_prepare(store, "DELETE FROM session WHERE account_id = ?1 AND substr(token_hash, 1, 16) <> ?2");
    store_bind_text(s, 1, account_id);
    store_bind_blob(s, 2, but_id ? but_id : none, but_id ? SESSION_ID_BYTES : sizeof none);
    return store_run(s);
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
        store_prepare(store, "INSERT INTO session(token_hash, account_id, signed_in_at, expires_at, last_signed_in_at, device)"
                             " VALUES(?1, ?2, ?3, ?4, ?5, ?6)");
    store_bind_blob(s, 1, hash, SESSION_HASH_BYTES);
    store_bind_text(s, 2, session->account.id);
    store_bind_int(s, 3, session->signed_in_at);
    store_bind_int(s, 4, session->expires_at);
    store_bind_int(s, 5, session->last_signed_in_at);
    store_bind_text(s, 6, session->device ? session->device : "");
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

struct store_statement *session_list(struct store *store, const char *account_id, int64_t now_us) {
    struct store_statement *s =
        store_prepare(store, "SELECT token_hash, device, signed_in_at, expires_at FROM session WHERE account_id = ?1 AND expires_at > ?2"
                             " ORDER BY signed_in_at DESC, token_hash LIMIT ?3");
    store_bind_text(s, 1, account_id);
    store_bind_int(s, 2, now_us);
    store_bind_int(s, 3, SESSIONS_PER_ACCOUNT);
    return s;
}

// ---- places

int place_known(struct store *store, const char *account_id, uint64_t place) {
    struct store_statement *s = store_prepare(store, "SELECT 1 FROM place WHERE account_id = ?1 AND place = ?2");
    store_bind_text(s, 1, account_id);
    store_bind_int(s, 2, (int64_t)place);
    int found = store_step(s);
    store_reset(s);
    return found;
}

static int forget_places(struct store *store, const char *account_id) {
    struct store_statement *s =
        store_prepare(store, "DELETE FROM place WHERE account_id = ?1 AND place NOT IN (SELECT place FROM place WHERE account_id = ?1"
                             " ORDER BY seen_at DESC, place LIMIT ?2)");
    store_bind_text(s, 1, account_id);
    store_bind_int(s, 2, PLACES_PER_ACCOUNT);
    return store_run(s);
}

int place_keep(struct store *store, const char *account_id, uint64_t place, int64_t now_us) {
    struct store_statement *s =
        store_prepare(store, "INSERT INTO place(account_id, place, seen_at) VALUES(?1, ?2, ?3)"
                             " ON CONFLICT(account_id, place) DO UPDATE SET seen_at = excluded.seen_at");
    store_bind_text(s, 1, account_id);
    store_bind_int(s, 2, (int64_t)place);
    store_bind_int(s, 3, now_us);
    int result = store_run(s);
    return result ? result : forget_places(store, account_id);
}

int place_prune(struct store *store, int64_t seen_before_us) {
    struct store_statement *s = store_prepare(store, "DELETE FROM place WHERE seen_at < ?1");
    store_bind_int(s, 1, seen_before_us);
    return store_run(s);
}
