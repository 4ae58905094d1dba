// store_inner: what the files of this folder share about a connection, and the hook by which tests make the n-th step fail.
#pragma once
#include "services/common/store/store.h"
#include <sqlite3.h>

enum {
    STORE_SETS = 32, // statement cache: sets × ways; a statement that is in use is never evicted
    STORE_WAYS = 8,
    STORE_BUSY_TIMEOUT_MS = 2000,
    STORE_WAL_PAGES_MOST = 16384,       // 64 MiB: checkpointed in the commit that reaches it, whoever waits
    STORE_WAL_PAGES_LONG = 4096,        // 16 MiB: checkpointed beside the writer (copier.h)
    STORE_WAL_PAGES_STEP = 256,         // 1 MiB: so often it is looked how far that is; the writer does twice as much itself
    STORE_WAL_PAGES_IDLE = 256,         // 1 MiB: worth a checkpoint when nothing else is to do
    STORE_WAL_PAGES_SPARE = 512,        // 2 MiB: room that is left beside the log and what it may need in the database
    STORE_PAGE_BYTES = 4096,
    STORE_SAVEPOINT_BYTES = 128 * 1024, // of pages a savepoint may have to restore, before they go to a temporary file
    STORE_CHECK_BYTES = 64 * 1024 * 1024,
    STORE_ROOM_BYTES = 8 * 1024 * 1024, // with less left on its disk somebody has to do something
};

struct store_statement {
    struct store *store;
    sqlite3_stmt *prepared; // NULL: failed, `error` says why
    const char *sql;        // address given by the caller: the key
    uint64_t used;          // for eviction
    int error;
    bool open; // stepped and not reset
};

struct store {
    uint32_t magic;
    sqlite3 *db;
    enum store_mode mode;
    char *path;
    struct store_statement slots[STORE_SETS][STORE_WAYS];
    uint64_t clock;
    int open_statements;
    bool in_transaction, broken;
    int broken_error; // what broke it: answered by every further step
    int wal_pages;    // as of the last commit
    int wal_next;     // pages at which something is to be done about the log; 0: it begins anew
    int wal_look;     // pages at which the room for them is looked at
    struct copier *copier; // NULL: not needed yet
    bool checkpoint_failed;
    bool no_room; // something could not be written
    bool forgets; // the log may hold what was erased: it is to be emptied
    int fail_in; // test hook: steps until failure; 0 is never
    int fail_code;
};
enum { STORE_MAGIC = 0x53544f52 };

// Maps an SQLite result to a store_error, notes whether the engine rolled back, logs once a second what is not an expected
// conflict.
int store_fault(struct store *store, int rc, const char *sql);
// Bytes free on its disk: 0 when that is read-only, INT64_MAX when nobody knows.
int64_t store_room(const struct store *store);
// Runs constant SQL without parameters; 0 or a store_error.
int store_execute(struct store *store, const char *sql);
// Leaves no statement open: an open one holds its snapshot, and with it the write-ahead log.
void store_reset_all(struct store *store);

// For tests: the n-th step from now fails with this SQLite code (SQLITE_FULL also rolls back, as the engine does).
void store_fail_step(struct store *store, int n, int sqlite_code);
