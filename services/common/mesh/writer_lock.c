#include "services/common/mesh/writer_lock.h"
#include "services/common/base/log.h"
#include "services/common/base/thread.h"
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <unistd.h>

enum { STACK_BYTES = 64 * 1024 };

struct writer_lock {
    int file, event;
    pthread_t thread;
    atomic_bool held;
};

static void *wait_for_it(void *context) {
    struct writer_lock *lock = context;
    int rc;
    do
        rc = flock(lock->file, LOCK_EX);
    while (rc != 0 && errno == EINTR);
    atomic_store(&lock->held, rc == 0);
    uint64_t one = 1;
    while (write(lock->event, &one, sizeof one) < 0 && errno == EINTR)
        ;
    return NULL;
}

struct writer_lock *writer_lock_wait(const char *path) {
    struct writer_lock *lock = calloc(1, sizeof *lock);
    if (lock == NULL)
        return NULL;
    // Reading is enough to lock, and works where the disk has gone read-only: reads and refusals go on then.
    lock->file = open(path, O_RDONLY | O_CREAT | O_CLOEXEC, 0600);
    lock->event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (lock->file >= 0 && lock->event >= 0 && thread_start(&lock->thread, STACK_BYTES, wait_for_it, lock) == 0)
        return lock;
    log_event(LOG_ERROR_, "lock_failed", "file", path, "reason", strerror(errno), NULL);
    if (lock->file >= 0)
        close(lock->file);
    if (lock->event >= 0)
        close(lock->event);
    free(lock);
    return NULL;
}

int writer_lock_fd(const struct writer_lock *lock) {
    return lock->event;
}

bool writer_lock_held(struct writer_lock *lock) {
    uint64_t count;
    ssize_t got = read(lock->event, &count, sizeof count); // told once
    (void)got;
    return atomic_load(&lock->held);
}

static struct writer_lock *volatile left_waiting; // still its thread's when the process ends

void writer_lock_release(struct writer_lock *lock) {
    if (lock == NULL)
        return;
    if (!atomic_load(&lock->held)) {
        pthread_detach(lock->thread);
        left_waiting = lock;
        return;
    }
    pthread_join(lock->thread, NULL);
    close(lock->file);
    close(lock->event);
    free(lock);
}
