// thread: one that is joined, with the stack that it needs and not the eight MiB of the system's default.
#pragma once
#include <pthread.h>
#include <stddef.h>

// 0, or an errno: there is no room for one. context outlives the thread.
int thread_start(pthread_t *thread, size_t stack_bytes, void *(*work)(void *context), void *context);
