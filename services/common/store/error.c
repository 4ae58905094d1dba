#include "services/common/store/store_inner.h"
#include "services/common/base/clock.h"
#include "services/common/base/log.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

enum { ROOM_LEAST_BYTES = 256 * 1024, PROBE_BYTES = 4096 };

static bool means_no_room(int error) {
    return error == ENOSPC || error == EDQUOT || error == EROFS || error == EFBIG;
}

// Writes a block to a nameless file beside the database. Not to the database: closing a second descriptor of it would drop its
// locks.
static int try_writing(const char *path) {
    char dir[PATH_MAX];
    snprintf(dir, sizeof dir, "%s", path);
    char *slash = strrchr(dir, '/');
    if (slash == NULL)
        return 0;
    *slash = 0;
    int file = open(dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (file < 0)
        return errno;
    char block[PROBE_BYTES] = {0};
    errno = 0;
    int error = write(file, block, sizeof block) == sizeof block ? 0 : errno ? errno : ENOSPC;
    close(file);
    return error;
}

int64_t store_room(const struct store *store) {
    struct statvfs fs;
    if (store->path == NULL || statvfs(store->path, &fs) != 0)
        return INT64_MAX;
    return (fs.f_flag & ST_RDONLY) != 0 ? 0 : (int64_t)(fs.f_bavail * fs.f_frsize);
}

// A full disk shows up under several names, depending on which file could not grow (database, log, shared index), and a failing
// one that the kernel made read-only as an I/O error; SQLite's note of errno may be of a later call. So look at the disk itself
// as well.
static bool no_room(const struct store *store) {
    if (means_no_room(sqlite3_system_errno(store->db)))
        return true;
    if (store->path == NULL)
        return false;
    return store_room(store) < ROOM_LEAST_BYTES || means_no_room(try_writing(store->path));
}

// Room comes back without anything being written: then it is tried.
bool store_short_of_room(struct store *store) {
    bool little = store_room(store) < STORE_ROOM_BYTES;
    if (store->no_room && !little)
        store->no_room = means_no_room(try_writing(store->path));
    return little || store->no_room;
}

static int map_code(const struct store *store, int rc) {
    switch (rc & 0xff) {
    case SQLITE_FULL:
    case SQLITE_READONLY:
        return STORE_FULL;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return STORE_BUSY;
    case SQLITE_CONSTRAINT:
        return STORE_CONFLICT;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return STORE_CORRUPT;
    case SQLITE_CANTOPEN:
        return no_room(store) ? STORE_FULL : STORE_IO;
    case SQLITE_IOERR:
        if (rc == SQLITE_IOERR_NOMEM)
            return STORE_FAULT;
        // after a failed sync nobody knows what is on the disk: only a restart finds out
        if (rc == SQLITE_IOERR_FSYNC || rc == SQLITE_IOERR_DIR_FSYNC)
            return STORE_IO;
        return no_room(store) ? STORE_FULL : STORE_IO;
    default:
        return STORE_FAULT;
    }
}

static const char *error_name(int error) {
    static const char *const names[] = {"none", "full", "busy", "conflict", "io", "corrupt", "fault"};
    return error <= 0 && error >= STORE_FAULT ? names[-error] : "fault";
}

static void tell(const struct store *store, int rc, int error, const char *sql) {
    static int64_t next_ms[8];
    int64_t now_ms = clock_mono_ms();
    if (error == STORE_CONFLICT || now_ms < next_ms[-error & 7])
        return;
    next_ms[-error & 7] = now_ms + 1000;
    log_event(error == STORE_FULL || error == STORE_BUSY ? LOG_WARN_ : LOG_ERROR_, "store_error", "error", error_name(error),
              "code", log_number(rc), "reason", store->db ? sqlite3_errmsg(store->db) : sqlite3_errstr(rc), "sql",
              sql ? sql : "", NULL);
}

int store_fault(struct store *store, int rc, const char *sql) {
    int error = map_code(store, rc);
    tell(store, rc, error, sql);
    store->no_room |= error == STORE_FULL;
    if (store->in_transaction && !store->broken && sqlite3_get_autocommit(store->db)) {
        store->broken = true;
        store->broken_error = error == STORE_CONFLICT ? STORE_FAULT : error;
    }
    return error;
}
