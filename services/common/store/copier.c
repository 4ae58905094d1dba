#include "services/common/store/copier.h"
#include "services/common/base/thread.h"
#include <pthread.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

enum { STACK_BYTES = 256 * 1024 };

// synchronous: a log that began anew before what was in it is on the disk would lose it.
static const char settings[] =
    "PRAGMA synchronous=FULL; PRAGMA trusted_schema=OFF; PRAGMA cell_size_check=ON; PRAGMA mmap_size=0;"
    "PRAGMA cache_size=-64; PRAGMA wal_autocheckpoint=0; PRAGMA schema_version;";

struct copier {
    char *path;
    sqlite3 *db; // the thread's own
    pthread_t thread;
    pthread_mutex_t mutex;
    pthread_cond_t wake, rest;
    bool asked, ending; // asked: until it is done
    int done;
};

static int open_own(struct copier *copier) {
    if (copier->db != NULL)
        return SQLITE_OK;
    int rc =
        sqlite3_open_v2(copier->path, &copier->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, NULL);
    if (rc == SQLITE_OK)
        rc = sqlite3_exec(copier->db, settings, NULL, NULL, NULL);
    if (rc != SQLITE_OK) { // tried again when it is asked again
        sqlite3_close(copier->db);
        copier->db = NULL;
    }
    return rc;
}

// What fails here fails for the writer as well when it does the rest, and that one tells it.
static int copy(struct copier *copier) {
    int left = 0, done = 0;
    if (open_own(copier) != SQLITE_OK)
        return 0;
    int rc = sqlite3_wal_checkpoint_v2(copier->db, NULL, SQLITE_CHECKPOINT_PASSIVE, &left, &done);
    return rc == SQLITE_OK ? done : 0;
}

static void *work(void *context) {
    struct copier *copier = context;
    pthread_mutex_lock(&copier->mutex);
    while (!copier->ending) {
        if (!copier->asked) {
            pthread_cond_wait(&copier->wake, &copier->mutex);
            continue;
        }
        pthread_mutex_unlock(&copier->mutex);
        int done = copy(copier);
        pthread_mutex_lock(&copier->mutex);
        copier->done = done;
        copier->asked = false;
        pthread_cond_signal(&copier->rest);
    }
    pthread_mutex_unlock(&copier->mutex);
    sqlite3_close(copier->db);
    return NULL;
}

static void release(struct copier *copier) {
    pthread_mutex_destroy(&copier->mutex);
    pthread_cond_destroy(&copier->wake);
    pthread_cond_destroy(&copier->rest);
    free(copier->path);
    free(copier);
}

struct copier *copier_start(const char *path) {
    struct copier *copier = calloc(1, sizeof *copier);
    if (copier == NULL)
        return NULL;
    copier->path = strdup(path);
    pthread_mutex_init(&copier->mutex, NULL);
    pthread_cond_init(&copier->wake, NULL);
    pthread_cond_init(&copier->rest, NULL);
    if (copier->path != NULL && thread_start(&copier->thread, STACK_BYTES, work, copier) == 0)
        return copier;
    release(copier);
    return NULL;
}

void copier_stop(struct copier **copier_at) {
    struct copier *copier = *copier_at;
    if (copier == NULL)
        return;
    *copier_at = NULL;
    pthread_mutex_lock(&copier->mutex);
    copier->ending = true;
    pthread_cond_signal(&copier->wake);
    pthread_mutex_unlock(&copier->mutex);
    pthread_join(copier->thread, NULL);
    release(copier);
}

void copier_ask(struct copier *copier) {
    pthread_mutex_lock(&copier->mutex);
    copier->asked = true;
    pthread_cond_signal(&copier->wake);
    pthread_mutex_unlock(&copier->mutex);
}

bool copier_busy(struct copier *copier) {
    pthread_mutex_lock(&copier->mutex);
    bool busy = copier->asked;
    pthread_mutex_unlock(&copier->mutex);
    return busy;
}

void copier_wait(struct copier *copier) {
    if (copier == NULL)
        return;
    pthread_mutex_lock(&copier->mutex);
    while (copier->asked)
        pthread_cond_wait(&copier->rest, &copier->mutex);
    pthread_mutex_unlock(&copier->mutex);
}

void copier_begin_anew(struct copier *copier) {
    if (copier == NULL)
        return;
    pthread_mutex_lock(&copier->mutex);
    copier->done = 0;
    pthread_mutex_unlock(&copier->mutex);
}

int copier_done(struct copier *copier) {
    pthread_mutex_lock(&copier->mutex);
    int done = copier->done;
    pthread_mutex_unlock(&copier->mutex);
    return done;
}
