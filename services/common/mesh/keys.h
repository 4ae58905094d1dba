// keys: a write happens once per key. The key is the client's Idempotency-Key, else the request id; its scope is method and
// actor. What is kept is a hash of key and body, and the reply without its derived fields, in the transaction that had the
// effect.
#pragma once
#include "services/common/mesh/worker.h"

// Computes the call's hashes.
void keys_hash(struct mesh_call_private *call);
// 0: new. 1: done before: call->packed is the stored reply (in the call's arena). PROBLEM_KEY_REUSED, PROBLEM_GONE, or a
// store_error.
int keys_find(struct mesh_call_private *call);
int keys_store(struct mesh_call_private *call, const void *reply, size_t size);
// Forgets some keys that are older than before_us, or from after after_us, when the clock was ahead; returns how many, or a store_error. To be repeated while it returns
// KEYS_PRUNE_ROWS.
enum { KEYS_PRUNE_ROWS = 500 };
int keys_prune(struct store *store, int64_t before_us, int64_t after_us);
