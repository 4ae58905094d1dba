// follow: reading other services' logs from a cursor and applying what they say, effects and cursor in one transaction. On the
// writer only. A batch takes at most 10 ms and takes turns with requests; while a follower is behind it asks on without pause.
#pragma once
#include "services/common/mesh/worker.h"

int follow_open(struct worker *worker); // -1: out of memory
void follow_close(struct worker *worker);
int follow_start(struct worker *worker);         // as the writer: reads the cursors. 0 or a store_error
void follow_reset_open(struct mesh_method *out); // the built-in method FollowReset
// The cursor is read again with the next tick. 0: of a projection, 1: of a stateful follower; PROBLEM_NOT_FOUND: not followed.
int follow_again(struct worker *worker, const char *service);
bool follow_stopped(const struct worker *worker, const char *service);   // or not followed
void follow_hint(struct worker *worker, const Kosi__Hint *hint);
int follow_tick(struct worker *worker,
                int64_t now_ms); // asks, applies; returns ms until it wants to be called again (0: at once)
// Fills states (WORKER_FOLLOWS_MOST) for the pulse; memory from arena.
size_t follow_states(struct worker *worker, struct arena *arena, Kosi__FollowState **states);
