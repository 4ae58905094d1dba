// mesh_log: the service's log: appending in a request's transaction, reading for followers.
#pragma once
#include "services/common/mesh/worker.h"

void mesh_log_open(struct mesh_method *out); // the built-in method LogRead
// The last seq in the database, 0 when empty; negative store_error.
int mesh_log_last(struct store *store, uint64_t *seq);
// The next number for a record or a key, behind all that are in the database. 0 or a store_error. Within a transaction.
int mesh_log_number(struct worker *worker, uint64_t *number);
// The audit record of what a member of staff did.
int mesh_log_staff(struct mesh_call_private *call);

void appended_clear(struct appended *appended);
// Packs the hint for what was appended into the arena.
const void *appended_hint(const struct appended *appended, const char *service, struct arena *arena, size_t *size);
