// trying: the record that a follower is about to apply, noted before, so that one that ends its process is known by the next. A process that
// ended in order, or while it did something else, leaves no note; then records are applied many at a time, without notes.
#pragma once
#include "services/common/store/store.h"
#include <stdint.h>

enum { TRYING_MOST = 3 }; // so many processes may die of a record; then it is parked

// The writer's life began: *died tells whether the one before it did not end in order.
int trying_life(struct store *store, bool *died);
int trying_life_ended(struct store *store);

// In a transaction of its own. *deaths: how many processes died of this record so far.
int trying_note(struct store *store, const char *service, uint64_t seq, int *deaths);
// Within the transaction in which it took effect; or after it was refused by one that lives.
int trying_clear(struct store *store, const char *service);
// 1: a record is noted, so the process that ended last may have died of it. 0 or a negative store_error.
int trying_noted(struct store *store);
