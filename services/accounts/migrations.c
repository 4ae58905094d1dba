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

const struct store_migration accounts_migrations[] = {{1, 1, accounts_and_sessions}};
const int accounts_migration_count = sizeof accounts_migrations / sizeof *accounts_migrations;
