#include "services/common/store/store_inner.h"
#include "services/common/base/log.h"
#include "services/common/store/copier.h"
#include <assert.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

// The defaults are wrong for us, per connection; evidence for each is in the storage rules of the architecture. No
// temp_store=MEMORY for the writer: with it a savepoint's journal is kept in pieces of 1 KiB, some forty allocations per
// request.
static const char writer_settings[] =
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA trusted_schema=OFF;"
    "PRAGMA cell_size_check=ON; PRAGMA mmap_size=0; PRAGMA cache_size=-4096;"
    "PRAGMA wal_autocheckpoint=0; PRAGMA journal_size_limit=67108864;";
static const char reader_settings[] =
    "PRAGMA query_only=ON; PRAGMA trusted_schema=OFF; PRAGMA cell_size_check=ON; PRAGMA mmap_size=0;"
    "PRAGMA temp_store=MEMORY; PRAGMA cache_size=-2048; PRAGMA wal_autocheckpoint=0;";

static int checkpoint(struct store *store) {
    int left = 0, done = 0;
    int rc = sqlite3_wal_checkpoint_v2(store->db, NULL, SQLITE_CHECKPOINT_PASSIVE, &left, &done);
    // The log keeps everything until a later checkpoint succeeds, so a failed one costs room and nothing else.
    if (rc != SQLITE_OK && rc != SQLITE_BUSY && !store->checkpoint_failed)
        log_event(LOG_WARN_, "checkpoint_failed", "code", log_number(rc), NULL);
    store->checkpoint_failed = rc != SQLITE_OK && rc != SQLITE_BUSY;
    if (rc == SQLITE_OK && left == done)
        store->wal_pages = store->wal_next = 0;
    return rc == SQLITE_OK ? 0 : -1;
}

// Readers in the middle of something put it off; a busy timeout would make the writer wait for them.
static void empty_log(struct store *store) {
    copier_wait(store->copier); // else it would have to be tried again
    sqlite3_busy_timeout(store->db, 0);
    int rc = sqlite3_wal_checkpoint_v2(store->db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
    sqlite3_busy_timeout(store->db, STORE_BUSY_TIMEOUT_MS);
    if (rc != SQLITE_OK)
        return;
    store->forgets = false;
    store->wal_pages = store->wal_next = 0;
}

// Most of a long log is copied beside the writer; when what is left is little, the writer copies that, and the log begins anew with its next
// commit. A reader in the middle of something may put that off: then it is tried again some pages later.
static void shorten_log(struct store *store, int pages) {
    if (store->copier == NULL)
        store->copier = copier_start(store->path);
    if (store->copier == NULL || copier_busy(store->copier))
        return;
    store->wal_next = pages + STORE_WAL_PAGES_STEP;
    if (pages - copier_done(store->copier) <= 2 * STORE_WAL_PAGES_STEP)
        checkpoint(store);
    else
        copier_ask(store->copier);
}

// To copy the log may take as much room in the database as the log has: on a small disk it would take that, too, and could not be copied any
// more. Looked at about once a MiB, and at each commit when there is little.
static bool takes_all_room(struct store *store, int pages) {
    bool little = store_room(store) / STORE_PAGE_BYTES < pages + STORE_WAL_PAGES_SPARE;
    store->wal_look = little ? 0 : pages + STORE_WAL_PAGES_STEP;
    return little;
}

// Runs after each commit of this connection, in place of SQLite's automatic checkpoint.
static int on_commit(void *context, sqlite3 *db, const char *schema, int pages) {
    struct store *store = context;
    (void)db;
    (void)schema;
    if (pages < store->wal_pages || store->wal_next == 0) {
        store->wal_next = STORE_WAL_PAGES_LONG;
        store->wal_look = 0;
        copier_begin_anew(store->copier);
    }
    store->wal_pages = pages;
    if (pages >= store->wal_look && takes_all_room(store, pages)) {
        empty_log(store);
    } else if (pages >= STORE_WAL_PAGES_MOST) {
        copier_wait(store->copier);
        checkpoint(store);
    } else if (pages >= store->wal_next) {
        shorten_log(store, pages);
    }
    return SQLITE_OK;
}

int store_execute(struct store *store, const char *sql) {
    int rc = sqlite3_exec(store->db, sql, NULL, NULL, NULL);
    return rc == SQLITE_OK ? 0 : store_fault(store, rc, sql);
}

static int configure(struct store *store) {
    sqlite3_busy_timeout(store->db, STORE_BUSY_TIMEOUT_MS);
    sqlite3_extended_result_codes(store->db, 1);
    sqlite3_limit(store->db, SQLITE_LIMIT_LENGTH, 16 * 1024 * 1024);
    sqlite3_limit(store->db, SQLITE_LIMIT_ATTACHED, 0);
    int rc = store_execute(store, store->mode == STORE_WRITER ? writer_settings : reader_settings);
    if (rc == 0 && store->mode == STORE_WRITER)
        sqlite3_wal_hook(store->db, on_commit, store);
    return rc;
}

// One connection is used by one thread at a time, and nobody reads SQLite's memory statistics: most of its mutexes can go.
static void configure_library(void) {
    sqlite3_config(SQLITE_CONFIG_MULTITHREAD);
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    sqlite3_config(SQLITE_CONFIG_STMTJRNL_SPILL, STORE_SAVEPOINT_BYTES);
}

struct store *store_try_open(const char *path, enum store_mode mode, int *error) {
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, configure_library);
    struct store *store = calloc(1, sizeof *store);
    *error = STORE_FAULT;
    if (store == NULL || (store->path = strdup(path)) == NULL) {
        free(store);
        return NULL;
    }
    store->magic = STORE_MAGIC;
    store->mode = mode;
    store->forgets = true; // who had the log before may have been killed before it was emptied
    int flags = mode == STORE_WRITER ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY;
    if (mode == STORE_READER && access(path, F_OK) != 0) {
        *error = STORE_BUSY;
        store_close(&store);
        return NULL;
    }
    int rc = sqlite3_open_v2(path, &store->db, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, NULL);
    *error = rc == SQLITE_OK ? configure(store) : store_fault(store, rc, "open");
    if (*error != 0)
        store_close(&store);
    return store;
}

struct store *store_open(const char *path, enum store_mode mode) {
    int error;
    return store_try_open(path, mode, &error);
}

void store_close(struct store **store) {
    struct store *s = *store;
    if (s == NULL)
        return;
    assert(s->magic == STORE_MAGIC);
    for (int i = 0; i < STORE_SETS * STORE_WAYS; i++)
        sqlite3_finalize(s->slots[i / STORE_WAYS][i % STORE_WAYS].prepared);
    copier_stop(&s->copier);
    // Readers that stay would keep the log alive, and in it what was erased since the last checkpoint.
    if (s->mode == STORE_WRITER && !s->in_transaction)
        sqlite3_wal_checkpoint_v2(s->db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
    sqlite3_close(s->db);
    free(s->path);
    s->magic = 0;
    free(s);
    *store = NULL;
}

int store_check(struct store *store) {
    struct stat file;
    if (stat(store->path, &file) == 0 && file.st_size > STORE_CHECK_BYTES) {
        log_event(LOG_INFO_, "check_skipped", "bytes", log_number(file.st_size), NULL);
        return 0;
    }
    struct store_statement *s = store_prepare(store, "PRAGMA quick_check(1)");
    int rc = store_step(s);
    bool good = rc == 1 && strcmp(store_text(s, 0), "ok") == 0;
    if (rc == 1 && !good)
        log_event(LOG_ERROR_, "database_corrupt", "file", store->path, NULL);
    store_reset(s);
    if (rc < 0)
        return rc;
    return good ? 0 : STORE_CORRUPT;
}

int store_begin(struct store *store) {
    assert(!store->in_transaction);
    store->broken = false;
    int rc = store_run(store_prepare(store, store->mode == STORE_WRITER ? "BEGIN IMMEDIATE" : "BEGIN"));
    store->in_transaction = rc == 0;
    return rc;
}

int store_commit(struct store *store) {
    assert(store->in_transaction);
    store_reset_all(store);
    if (store->broken)
        return store->broken_error;
    int rc = store_run(store_prepare(store, "COMMIT"));
    if (rc == 0)
        store->in_transaction = false;
    return rc;
}

void store_rollback(struct store *store) {
    store_reset_all(store);
    if (store->in_transaction && !sqlite3_get_autocommit(store->db))
        sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
    store->in_transaction = store->broken = false;
}

int store_save(struct store *store) {
    return store_run(store_prepare(store, "SAVEPOINT request"));
}
int store_release(struct store *store) {
    store_reset_all(store);
    return store_run(store_prepare(store, "RELEASE request"));
}
int store_unsave(struct store *store) {
    store_reset_all(store);
    int rc = store_run(store_prepare(store, "ROLLBACK TO request"));
    return rc ? rc : store_run(store_prepare(store, "RELEASE request"));
}

bool store_broken(struct store *store) {
    return store->broken || (store->in_transaction && sqlite3_get_autocommit(store->db));
}
int64_t store_last_id(struct store *store) {
    return sqlite3_last_insert_rowid(store->db);
}
int64_t store_changes(struct store *store) {
    return sqlite3_changes64(store->db);
}

int64_t store_changes_ever(struct store *store) {
    return sqlite3_total_changes64(store->db);
}

void store_idle(struct store *store) {
    if (store->mode != STORE_WRITER || store->in_transaction)
        return;
    if (store->forgets)
        empty_log(store);
    else if (store->wal_pages > STORE_WAL_PAGES_IDLE)
        checkpoint(store);
}
void store_forget(struct store *store) {
    store->forgets = true;
}

bool store_forgets(const struct store *store) {
    return store->forgets;
}
void store_make_room(struct store *store) {
    if (store->mode == STORE_WRITER && !store->in_transaction)
        checkpoint(store);
    sqlite3_db_release_memory(store->db);
}

void store_fail_step(struct store *store, int n, int sqlite_code) {
    store->fail_in = n;
    store->fail_code = sqlite_code;
}
