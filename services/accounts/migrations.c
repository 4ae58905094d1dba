#include "services/accounts/migrations.h"

static const char accounts_and_sessions[] =
    "CREATE TABLE account("
    " id TEXT PRIMARY KEY, login TEXT NOT NULL UNIQUE CHECK(login <> ''), password_hash TEXT NOT NULL, roles TEXT NOT NULL,"
    " created_at INTEGER NOT NULL) STRICT;"
    "CREATE TABLE session("
    " token_hash BLOB PRIMARY KEY CHECK(length(token_hash) = 32), account_id TEXT NOT NULL REFERENCES account(id),"
    " signed_in_at INTEGER NOT NULL, expires_at INTEGER NOT NULL) STRICT;"
    "CREATE INDEX session_by_end ON session(expires_at);"
    "CREATE INDEX session_by_account ON session(account_id, signed_in_at);"
    // one row per record of a service's log; `at` tells records of the same number apart after a restore
    "CREATE TABLE audit("
    " id INTEGER PRIMARY KEY, service TEXT NOT NULL, seq INTEGER NOT NULL, acted_at INTEGER NOT NULL, login TEXT NOT NULL,"
    " method TEXT NOT NULL, subject TEXT NOT NULL, detail TEXT NOT NULL, UNIQUE(service, seq, acted_at)) STRICT;"
    "CREATE INDEX audit_by_time ON audit(acted_at, id);"
    "CREATE INDEX audit_by_login ON audit(login, acted_at, id);"
    "CREATE INDEX audit_by_subject ON audit(subject, acted_at, id);";

// Serials name what is derived from the node's key (factor.h): nothing secret but the password's hash is stored.
static const char second_factor[] =
    "ALTER TABLE account ADD COLUMN version INTEGER NOT NULL DEFAULT 1;"
    "ALTER TABLE account ADD COLUMN disabled INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE account ADD COLUMN password_serial INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE account ADD COLUMN one_time_until INTEGER NOT NULL DEFAULT 0;"    // 0: a password of their own
    "ALTER TABLE account ADD COLUMN last_signed_in_at INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE account ADD COLUMN otp_issued INTEGER NOT NULL DEFAULT 0;"        // serial of the last secret shown
    "ALTER TABLE account ADD COLUMN otp_serial INTEGER NOT NULL DEFAULT 0;"        // of the one that counts; 0: no second factor
    "ALTER TABLE account ADD COLUMN otp_step INTEGER NOT NULL DEFAULT 0;"          // a code serves once
    "ALTER TABLE account ADD COLUMN codes_serial INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE account ADD COLUMN codes_used INTEGER NOT NULL DEFAULT 0;"        // a bit each
    "ALTER TABLE session ADD COLUMN device TEXT NOT NULL DEFAULT '';"
    "ALTER TABLE session ADD COLUMN last_signed_in_at INTEGER NOT NULL DEFAULT 0;"
    // from where an account has been signed in to
    "CREATE TABLE place("
    " account_id TEXT NOT NULL REFERENCES account(id), place INTEGER NOT NULL, seen_at INTEGER NOT NULL,"
    " PRIMARY KEY(account_id, place)) STRICT;"
    "CREATE INDEX place_by_time ON place(seen_at);";

// The last link for a new password of an account. The link itself is not stored; it is good for the password whose hash's hash is here.
// The row '' is written for whoever gets no link, so that the answer takes as long.
static const char password_reset[] =
    "CREATE TABLE reset("
    " account TEXT PRIMARY KEY, serial INTEGER NOT NULL, asked INTEGER NOT NULL, asked_at INTEGER NOT NULL, until INTEGER NOT NULL,"
    " password BLOB) STRICT;";

const struct store_migration accounts_migrations[] = {{1, 1, accounts_and_sessions}, {2, 2, second_factor}, {3, 2, password_reset}};
const int accounts_migration_count = sizeof accounts_migrations / sizeof *accounts_migrations;
