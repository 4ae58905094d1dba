// store: a database connection as the services see it: statements with numbered parameters, transactions, savepoints.
// SQLite behind it now; a PostgreSQL driver can implement the same functions. SQL is the portable subset named in the README:
// ?1 parameters, RETURNING, ON CONFLICT, STRICT tables, integers for times and booleans.
//
// Errors: functions return 0 or a positive row flag, and a negative enum store_error for faults. After any fault inside a transaction
// the connection looks whether the engine rolled back (store_broken()); then the batch is gone and no more SQL may run in it.
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct store;
struct store_statement;

enum store_error {
    STORE_FULL = -1,        // no room, or read-only: writes are answered 503 `storage`, reads go on
    STORE_BUSY = -2,
    STORE_CONFLICT = -3,    // a UNIQUE, CHECK or foreign key constraint
    STORE_IO = -4,          // the disk failed: the process must end and be checked at its next start
    STORE_CORRUPT = -5,
    STORE_FAULT = -6,       // a mistake of ours: bad SQL, misuse
};
enum store_mode { STORE_WRITER, STORE_READER };

// A reader waits until the file exists and has the schema it needs (store_schema). Returns NULL with a logged reason.
struct store *store_open(const char *path, enum store_mode mode);
// The same, telling why: STORE_FULL when it may come right by itself, STORE_BUSY when a reader's file is not there yet.
struct store *store_try_open(const char *path, enum store_mode mode, int *error);
void store_close(struct store **store);
// quick_check at start: 0, or STORE_CORRUPT with a logged reason. Files over 64 MiB are not read through (logged: check_skipped),
// or a large city would wait for its node; the operator's check does them.
int store_check(struct store *store);
// The writer's write-ahead log is bounded: 16 MiB are checkpointed beside the writer, 64 MiB in the commit that reaches them, and as much as
// room is left on the disk, less 2 MiB, in the commit that reaches that, so that its checkpoint never lacks what the log has taken; store_idle()
// does smaller ones when there is nothing else to do, store_make_room() any, after STORE_FULL.
void store_idle(struct store *store);
void store_make_room(struct store *store);
// Something could not be written for want of room, or soon cannot. Looks at the disk: for once a second, not for each request.
bool store_short_of_room(struct store *store);
// This transaction erases something for good: the next store_idle() empties the log, which would keep it until it is written over.
void store_forget(struct store *store);
bool store_forgets(const struct store *store);   // and it has yet to be done

// Forward-only, numbered from 1; each in one transaction. oldest_program: the lowest schema a program may have been built for
// and still live with this database.
struct store_migration { int number; int oldest_program; const char *sql; };
int store_migrate(struct store *store, const struct store_migration *migrations, int count);   // writer only
// The schema number found; and whether a program that knows migrations up to `known` may use it.
int store_schema(struct store *store, int known, bool *usable);
// The same for a named part of the schema, numbered on its own ("service" is the part of the functions above).
int store_migrate_part(struct store *store, const char *part, const struct store_migration *migrations, int count);
int store_schema_part(struct store *store, const char *part, int known, bool *usable);

// Prepared once per connection and SQL text (kept by the address of the constant string).
struct store_statement *store_prepare(struct store *store, const char *sql);   // NULL: fault, kept for store_step
void store_bind_int(struct store_statement *s, int n, int64_t value);
void store_bind_real(struct store_statement *s, int n, double value);
void store_bind_text(struct store_statement *s, int n, const char *text);             // NULL binds NULL; borrowed until reset
void store_bind_blob(struct store_statement *s, int n, const void *bytes, size_t length);
int store_step(struct store_statement *s);      // 1: a row; 0: done; negative: store_error
void store_reset(struct store_statement *s);    // and clears the bindings; must follow the last step
int store_run(struct store_statement *s);       // step to the end and reset: 0 or negative
int64_t store_int(struct store_statement *s, int column);
double store_real(struct store_statement *s, int column);
const char *store_text(struct store_statement *s, int column);                        // "" for NULL; until the next step
const void *store_blob(struct store_statement *s, int column, size_t *length);
bool store_is_null(struct store_statement *s, int column);
int64_t store_last_id(struct store *store);     // rowid of the last insert
int64_t store_changes(struct store *store);     // rows touched by the last statement
int64_t store_changes_ever(struct store *store);   // rows touched by this connection: the same as before when nothing was changed

int store_begin(struct store *store);           // BEGIN IMMEDIATE on a writer, a snapshot on a reader
int store_commit(struct store *store);
void store_rollback(struct store *store);
int store_save(struct store *store);            // savepoint of one request in the batch
int store_release(struct store *store);
int store_unsave(struct store *store);          // roll back to it and release
bool store_broken(struct store *store);         // inside a transaction that the engine has already rolled back
