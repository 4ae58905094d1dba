#include "services/accounts/account_store.h"
#include <ctype.h>
#include <string.h>

int account_read(struct store_statement *s, struct arena *arena, struct account *out) {
    *out = (struct account){
        .id = arena_text(arena, store_text(s, 0)),
        .login = arena_text(arena, store_text(s, 1)),
        .password_hash = arena_text(arena, store_text(s, 2)),
        .roles = arena_text(arena, store_text(s, 3)),
        .created_at = store_int(s, 4),
        .one_time_until = store_int(s, 5),
        .last_signed_in_at = store_int(s, 6),
        .otp_step = store_int(s, 7),
        .codes_used = store_int(s, 8),
        .version = (uint32_t)store_int(s, 9),
        .password_serial = (uint32_t)store_int(s, 10),
        .otp_issued = (uint32_t)store_int(s, 11),
        .otp_serial = (uint32_t)store_int(s, 12),
        .codes_serial = (uint32_t)store_int(s, 13),
        .disabled = store_int(s, 14) != 0,
    };
    return out->id && out->login && out->password_hash && out->roles ? 1 : STORE_FAULT;
}

static int read_one(struct store_statement *s, struct arena *arena, struct account *out) {
    int found = store_step(s);
    if (found > 0)
        found = account_read(s, arena, out);
    store_reset(s);
    return found;
}

const char *account_login(struct arena *arena, const char *typed) {
    char *copy = arena_text(arena, typed);
    for (char *c = copy; c && *c; c++)
        *c = (char)tolower((unsigned char)*c);
    return copy;
}

int account_find(struct store *store, struct arena *arena, const char *login, struct account *out) {
    struct store_statement *s = store_prepare(store, "SELECT " ACCOUNT_COLUMNS " FROM account a WHERE a.login = ?1");
    store_bind_text(s, 1, login);
    return read_one(s, arena, out);
}

int account_by_id(struct store *store, struct arena *arena, const char *id, struct account *out) {
    uint8_t bytes[ID_BYTES];
    char text[ID_TEXT_MAX];
    if (!id_parse(id, bytes))
        return 0;
    id_text(bytes, text);   // either case names the same account
    struct store_statement *s = store_prepare(store, "SELECT " ACCOUNT_COLUMNS " FROM account a WHERE a.id = ?1");
    store_bind_text(s, 1, text);
    return read_one(s, arena, out);
}

int account_insert(struct store *store, const struct account *account, int64_t now_us) {
    struct store_statement *s =
        store_prepare(store, "INSERT INTO account(id, login, password_hash, roles, created_at, password_serial, one_time_until)"
                             " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)");
    store_bind_text(s, 1, account->id);
    store_bind_text(s, 2, account->login);
    store_bind_text(s, 3, account->password_hash);
    store_bind_text(s, 4, account->roles);
    store_bind_int(s, 5, now_us);
    store_bind_int(s, 6, account->password_serial);
    store_bind_int(s, 7, account->one_time_until);
    return store_run(s);
}

int account_change(struct store *store, const struct account *account) {
    struct store_statement *s =
        store_prepare(store, "UPDATE account SET password_hash = ?2, roles = ?3, one_time_until = ?4, last_signed_in_at = ?5,"
                             " otp_step = ?6, codes_used = ?7, version = ?8, password_serial = ?9, otp_issued = ?10,"
                             " otp_serial = ?11, codes_serial = ?12, disabled = ?13 WHERE id = ?1");
    store_bind_text(s, 1, account->id);
    store_bind_text(s, 2, account->password_hash);
    store_bind_text(s, 3, account->roles);
    store_bind_int(s, 4, account->one_time_until);
    store_bind_int(s, 5, account->last_signed_in_at);
    store_bind_int(s, 6, account->otp_step);
    store_bind_int(s, 7, account->codes_used);
    store_bind_int(s, 8, account->version);
    store_bind_int(s, 9, account->password_serial);
    store_bind_int(s, 10, account->otp_issued);
    store_bind_int(s, 11, account->otp_serial);
    store_bind_int(s, 12, account->codes_serial);
    store_bind_int(s, 13, account->disabled);
    return store_run(s);
}

int account_others_with(struct store *store, const char *id, const char *role) {
    struct store_statement *s = store_prepare(store, "SELECT 1 FROM account WHERE id <> ?1 AND disabled = 0"
                                                     " AND ' ' || roles || ' ' LIKE '% ' || ?2 || ' %' LIMIT 1");
    store_bind_text(s, 1, id);
    store_bind_text(s, 2, role);
    int found = store_step(s);
    store_reset(s);
    return found;
}

// What was typed, with what means something to LIKE taken as it is.
static const char *escaped(struct arena *arena, const char *q) {
    char *out = arena_take(arena, 2 * strlen(q) + 1), *to = out;
    for (; out && *q; q++) {
        if (*q == '%' || *q == '_' || *q == '\\')
            *to++ = '\\';
        *to++ = *q;
    }
    return out ? out : "";
}

struct store_statement *account_list(struct store *store, struct arena *arena, const char *after, const char *q, const char *role) {
    struct store_statement *s =
        store_prepare(store, "SELECT " ACCOUNT_COLUMNS " FROM account a WHERE a.login > ?1 AND a.login LIKE '%' || ?2 || '%' ESCAPE '\\'"
                             " AND (?3 = '' OR ' ' || a.roles || ' ' LIKE '% ' || ?3 || ' %') ORDER BY a.login LIMIT ?4");
    store_bind_text(s, 1, after);
    store_bind_text(s, 2, escaped(arena, q));
    store_bind_text(s, 3, role);
    return s;
}

void account_forget_factor(struct account *account) {
    account->otp_issued++;
    account->otp_serial = 0;
    account->otp_step = 0;
    account->codes_serial++;
    account->codes_used = 0;
}
