#include "services/common/base/thread.h"

int thread_start(pthread_t *thread, size_t stack_bytes, void *(*work)(void *context), void *context) {
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, stack_bytes);
    int rc = pthread_create(thread, &attributes, work, context);
    pthread_attr_destroy(&attributes);
    return rc;
}
