#include "services/common/mesh/timers.h"
#include "services/common/base/clock.h"
#include "services/common/base/log.h"
#include "services/common/mesh/batch.h"
#include "services/common/mesh/keys.h"
#include "services/common/mesh/mesh_log.h"
#include <stdlib.h>

enum { FIRST_MS = 1000, PRUNE_MS = 60000, AGAIN_MS = 20, RETRY_MS = 1000, IDLE_MS = 1000, EXIT_DISK = 74 };
static const int64_t us_per_ms = 1000, us_per_hour = 3600LL * 1000 * 1000;

struct timer {
    const struct mesh_timer *spec;
    int64_t due_us; // wall time
};
struct timers {
    struct worker *worker;
    struct mesh_call_private *call;
    struct mesh_timer prune;
    int count;
    struct timer items[];
};

// Positive: there is more to do soon.
static int prune_keys(struct mesh_call *call) {
    int64_t kept_us = call->config->key_hours * us_per_hour;
    int rc = keys_prune(call->store, call->now_us - kept_us, call->now_us + kept_us);
    return rc < 0 ? rc : rc >= KEYS_PRUNE_ROWS;
}

struct timers *timers_open(struct worker *worker) {
    int count = worker->service->timer_count + 1;
    struct timers *timers = calloc(1, sizeof *timers + (size_t)count * sizeof timers->items[0]);
    if (timers == NULL)
        return NULL;
    timers->worker = worker;
    timers->prune = (struct mesh_timer){"forget_keys", PRUNE_MS, prune_keys};
    timers->count = count;
    for (int i = 0; i < count; i++)
        timers->items[i].spec = i == count - 1 ? &timers->prune : &worker->service->timers[i];
    return timers;
}

void timers_close(struct timers **timers) {
    if (*timers != NULL && (*timers)->call != NULL)
        call_free((*timers)->worker, (*timers)->call);
    free(*timers);
    *timers = NULL;
}

static int run(struct timers *timers, struct timer *timer, int64_t now_us) {
    struct worker *worker = timers->worker;
    if (timers->call == NULL && (timers->call = call_take(worker)) == NULL)
        return STORE_FAULT;
    call_clear(timers->call);
    struct mesh_call *call = &timers->call->call;
    call->store = worker->writer;
    call->now_us = now_us;
    appended_clear(&worker->appended);
    int more = 0, rc = store_begin(worker->writer);
    if (rc == 0 && (rc = more = timer->spec->run(call)) >= 0)
        rc = store_commit(worker->writer);
    if (rc == 0) {
        batch_committed(worker);
        return more;
    }
    store_rollback(worker->writer);
    appended_clear(&worker->appended);
    log_event(LOG_WARN_, "timer_failed", "timer", timer->spec->name, "error", log_number(rc), NULL);
    if (rc == STORE_IO)
        worker_fail(worker, EXIT_DISK, "timer");
    return rc;
}

static void tick_one(struct timers *timers, struct timer *timer, int64_t now_us) {
    int64_t every_us = timer->spec->every_ms * us_per_ms;
    int64_t first_us = every_us < FIRST_MS * us_per_ms ? every_us : FIRST_MS * us_per_ms;
    if (timer->due_us == 0)
        timer->due_us = now_us + first_us; // soon after a start, or a daily timer would never run in a node restarted daily
    if (timer->due_us > now_us + every_us)
        timer->due_us = now_us + every_us; // the clock was set back
    if (timer->due_us > now_us)
        return;
    int rc = run(timers, timer, now_us);
    timer->due_us = now_us + (rc > 0 ? AGAIN_MS * us_per_ms : rc < 0 ? RETRY_MS * us_per_ms : every_us);
}

int timers_tick(struct timers *timers) {
    if (!timers->worker->writer_ready || timers->worker->leaving || !clock_settled())
        return IDLE_MS;
    int64_t now_us = clock_wall_us(), next_us = now_us + IDLE_MS * us_per_ms;
    for (int i = 0; i < timers->count && !timers->worker->failed; i++) {
        tick_one(timers, &timers->items[i], now_us);
        if (timers->items[i].due_us < next_us)
            next_us = timers->items[i].due_us;
    }
    return next_us <= now_us ? 0 : (int)((next_us - now_us) / us_per_ms + 1);
}
