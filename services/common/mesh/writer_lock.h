// writer_lock: of all workers of a service one writes. A thread waits for the lock file (flock: the kernel hands it over when
// the holder dies, however it dies); the loop polls the descriptor.
#pragma once
#include <stdbool.h>

struct writer_lock;
struct writer_lock *writer_lock_wait(const char *path); // starts waiting; NULL with a logged reason
int writer_lock_fd(const struct writer_lock *lock);     // readable once the lock is held (or can't be had)
bool writer_lock_held(struct writer_lock *lock);
void writer_lock_release(struct writer_lock *lock); // hands over, and ends the use of lock; NULL is fine
