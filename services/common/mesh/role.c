#include "services/common/mesh/role.h"
#include "services/common/base/clock.h"
#include "services/common/base/log.h"
#include "services/common/mesh/batch.h"
#include "services/common/mesh/beside.h"
#include "services/common/mesh/follow.h"
#include "services/common/mesh/mesh_log.h"
#include "services/common/mesh/schema.h"

enum { REOPEN_MS = 500, EXIT_FAULT = 70, EXIT_DISK = 74, EXIT_CONFIG = 78 };

static int look_at_schema(struct worker *worker) {
    int error;
    if (worker->reader == NULL)
        worker->reader = store_try_open(worker->path, STORE_READER, &error);
    if (worker->reader == NULL)
        return error == STORE_CORRUPT ? error : 0;
    return schema_ready(worker->reader, worker->service);
}

static int learn_time(struct store *store) {
    int64_t at_us;
    int rc = schema_newest(store, &at_us);
    if (rc == 0)
        clock_compare(at_us);
    return rc;
}

int role_try_reader(struct worker *worker) {
    if (worker->schema_ready)
        return 0;
    int rc = look_at_schema(worker);
    if (rc == PROBLEM_GONE) {
        worker_fail(worker, EXIT_CONFIG, "the database is for newer programs only");
        return 0;
    }
    if (rc == STORE_CORRUPT)
        worker_fail(worker, EXIT_DISK, "the database is corrupt");
    if (rc != 1)
        return 0;
    worker->schema_ready = true;
    if (schema_epoch(worker->reader, worker->epoch) == 0)
        mesh_log_last(worker->reader, &worker->log_last_seq);
    learn_time(worker->reader);
    return 1;
}

static int start_service(struct worker *worker) {
    if (worker->service->writer_start == NULL)
        return 0;
    struct mesh_call_private *call = call_take(worker);
    if (call == NULL)
        return STORE_FAULT;
    call->call.store = worker->writer;
    call->call.now_us = clock_wall_us();
    appended_clear(&worker->appended);
    int rc = store_begin(worker->writer);
    if (rc == 0 && (rc = worker->service->writer_start(&call->call)) == 0)
        rc = store_commit(worker->writer);
    if (rc == 0)
        batch_committed(worker);
    else
        store_rollback(worker->writer);
    appended_clear(&worker->appended);
    call_free(worker, call);
    return rc > 0 ? STORE_FAULT : rc;
}

// A writer of an older program than the database allows must not write either.
static int check_schema(struct worker *worker) {
    int rc = schema_ready(worker->writer, worker->service);
    return rc == PROBLEM_GONE ? PROBLEM_GONE : rc < 0 ? rc : 0;
}

static int become_writer(struct worker *worker) {
    int rc = 0;
    if (worker->writer == NULL)
        worker->writer = store_try_open(worker->path, STORE_WRITER, &rc);
    if (worker->writer == NULL)
        return rc;
    if ((rc = check_schema(worker)) == 0 && (rc = schema_migrate(worker->writer, worker->service)) == 0 &&
        (rc = learn_time(worker->writer)) == 0 && (rc = start_service(worker)) == 0 && (rc = follow_start(worker)) == 0)
        rc = schema_epoch(worker->writer, worker->epoch);
    return rc != 0 ? rc : mesh_log_last(worker->writer, &worker->log_last_seq);
}

void role_try_writer(struct worker *worker) {
    if (!worker->lock_held || worker->writer_ready || worker->failed)
        return;
    int rc = become_writer(worker);
    worker->reopen_ms = clock_mono_ms() + REOPEN_MS;
    if (rc == 0) {
        worker->writer_ready = true;
        besides_tell_role(worker->besides, true);
        log_event(LOG_INFO_, "writer", "log_seq", log_number((int64_t)worker->log_last_seq), NULL);
        return;
    }
    if (rc == STORE_FULL || rc == STORE_BUSY) {
        store_close(&worker->writer);
        return;
    }
    worker_fail(worker,
                rc == PROBLEM_GONE                      ? EXIT_CONFIG
                : rc == STORE_IO || rc == STORE_CORRUPT ? EXIT_DISK
                                                        : EXIT_FAULT,
                rc == PROBLEM_GONE ? "the database is for newer programs only" : "cannot become the writer");
}
