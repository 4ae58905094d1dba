// parked: records a follower could not digest, with later ones of the same subject, kept for the operator to see.
#pragma once
#include "services/common/store/store.h"
#include "kosi/log.pb-c.h"

int parked_count(struct store *store, const char *service, uint64_t *count);
int parked_has_subject(struct store *store, const char *service, const char *subject); // 1, 0 or a store_error
// 1: it was parked and is to be tried once more, which is now no longer so; 0 or a store_error.
int parked_again(struct store *store, const char *service, uint64_t seq);
int parked_add(struct store *store, const char *service, const Kosi__LogRecord *record, const char *reason, int64_t now_us);
