// account_store: staff accounts in the database. Texts of what is found live in the arena.
#pragma once
#include "services/common/base/arena.h"
#include "services/common/base/id.h"
#include "services/common/store/store.h"
#include <stdbool.h>

struct account {
    const char *id, *login, *password_hash, *roles;
    int64_t created_at, one_time_until, last_signed_in_at, otp_step, codes_used;
    uint32_t version, password_serial, otp_issued, otp_serial, codes_serial;
    bool disabled;
};
#define ACCOUNT_COLUMNS                                                                                                         \
    "a.id, a.login, a.password_hash, a.roles, a.created_at, a.one_time_until, a.last_signed_in_at, a.otp_step, a.codes_used,"   \
    " a.version, a.password_serial, a.otp_issued, a.otp_serial, a.codes_serial, a.disabled"
enum { ACCOUNT_COLUMN_COUNT = 15 };
int account_read(struct store_statement *s, struct arena *arena, struct account *out);   // of ACCOUNT_COLUMNS; 1 or STORE_FAULT

// A login as it is stored: in lower case; a phone's keyboard likes a capital at the start. NULL: out of memory.
const char *account_login(struct arena *arena, const char *typed);
// 1 when found, 0 when not, negative store_error.
int account_find(struct store *store, struct arena *arena, const char *login, struct account *out);
int account_by_id(struct store *store, struct arena *arena, const char *id, struct account *out);

// 0 or negative. A change counts the version up.
int account_insert(struct store *store, const struct account *account, int64_t now_us);
int account_change(struct store *store, const struct account *account);   // all but id, login, created_at; account->version is the new one
// Is there, beside this one, an account with the role that may sign in? 1, 0 or negative.
int account_others_with(struct store *store, const char *id, const char *role);

// Accounts by login after `after`, whose login holds q and that have the role; "" is any. The caller binds ?4, how many, and reads
// ACCOUNT_COLUMNS.
struct store_statement *account_list(struct store *store, struct arena *arena, const char *after, const char *q, const char *role);
// Secret and codes shown so far are worth nothing any more.
void account_forget_factor(struct account *account);
