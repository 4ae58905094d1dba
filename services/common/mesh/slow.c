#include "services/common/mesh/slow.h"
#include "services/common/base/clock.h"
#include "services/common/base/log.h"
#include "services/common/base/thread.h"
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum { STACK_BYTES = 256 * 1024 };

struct slow {
    struct worker *worker;
    pthread_t thread;
    bool started, stopping; // the thread starts with the first job: an idle worker has none
    int event;
    int count; // the loop's own
    pthread_mutex_t mutex;
    pthread_cond_t wake;
    struct call_list waiting, done; // under the mutex
    struct store *store;            // the thread's own
};

struct slow *slow_open(struct worker *worker) {
    struct slow *slow = calloc(1, sizeof *slow);
    if (slow == NULL)
        return NULL;
    slow->worker = worker;
    slow->event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    pthread_mutex_init(&slow->mutex, NULL);
    pthread_cond_init(&slow->wake, NULL);
    return slow;
}

static void run(struct slow *slow, struct mesh_call_private *call) {
    if (clock_mono_ms() >= call->deadline_ms) {
        call->outcome = PROBLEM_STARTING;
        return;
    }
    int error;
    if (slow->store == NULL)
        slow->store = store_try_open(slow->worker->path, STORE_READER, &error);
    bool snapshot = slow->store != NULL && store_begin(slow->store) == 0;
    call->call.store = snapshot ? slow->store : NULL;
    const Kosi__Envelope *envelope = call->message.envelope;
    log_trace(envelope->trace_id.len == 16 ? envelope->trace_id.data : NULL);
    call->outcome = call->method->slow(&call->call, call->request);
    log_trace(NULL);
    if (snapshot)
        store_rollback(slow->store);
    call->call.store = NULL;
}

static void *work(void *context) {
    struct slow *slow = context;
    pthread_mutex_lock(&slow->mutex);
    while (!slow->stopping) {
        struct mesh_call_private *call = call_pop(&slow->waiting);
        if (call == NULL) {
            pthread_cond_wait(&slow->wake, &slow->mutex);
            continue;
        }
        pthread_mutex_unlock(&slow->mutex);
        run(slow, call);
        pthread_mutex_lock(&slow->mutex);
        call_push(&slow->done, call);
        uint64_t one = 1;
        while (write(slow->event, &one, sizeof one) < 0 && errno == EINTR)
            ;
    }
    pthread_mutex_unlock(&slow->mutex);
    return NULL;
}

static int start(struct slow *slow) {
    int rc = thread_start(&slow->thread, STACK_BYTES, work, slow);
    slow->started = rc == 0;
    return rc;
}

int slow_submit(struct slow *slow, struct mesh_call_private *call) {
    if (slow->count >= SLOW_JOBS_MOST || (!slow->started && start(slow) != 0))
        return PROBLEM_BUSY;
    slow->count++;
    pthread_mutex_lock(&slow->mutex);
    call_push(&slow->waiting, call);
    pthread_cond_signal(&slow->wake);
    pthread_mutex_unlock(&slow->mutex);
    return 0;
}

struct mesh_call_private *slow_take(struct slow *slow) {
    uint64_t count;
    ssize_t got = read(slow->event, &count, sizeof count);
    (void)got;
    pthread_mutex_lock(&slow->mutex);
    struct mesh_call_private *call = call_pop(&slow->done);
    pthread_mutex_unlock(&slow->mutex);
    slow->count -= call != NULL;
    return call;
}

int slow_fd(const struct slow *slow) {
    return slow->event;
}
int slow_count(struct slow *slow) {
    return slow->count;
}

static void free_all(struct worker *worker, struct call_list *list) {
    for (struct mesh_call_private *call = call_pop(list); call != NULL; call = call_pop(list))
        call_free(worker, call);
}

void slow_close(struct slow **slow_at) {
    struct slow *slow = *slow_at;
    if (slow == NULL)
        return;
    *slow_at = NULL;
    pthread_mutex_lock(&slow->mutex);
    slow->stopping = true;
    pthread_cond_signal(&slow->wake);
    pthread_mutex_unlock(&slow->mutex);
    if (slow->started)
        pthread_join(slow->thread, NULL);
    free_all(slow->worker, &slow->waiting);
    free_all(slow->worker, &slow->done);
    store_close(&slow->store);
    close(slow->event);
    pthread_mutex_destroy(&slow->mutex);
    pthread_cond_destroy(&slow->wake);
    free(slow);
}
