// slow: one thread for the parts that take their time (hashing a password), with a reader's connection of its own and a bounded
// queue. A call belongs to the thread from slow_submit() until slow_take() gives it back.
#pragma once
#include "services/common/mesh/worker.h"

enum { SLOW_JOBS_MOST = 64 };
struct slow;
struct slow *slow_open(struct worker *worker);
void slow_close(struct slow **slow);                                // waits for the job under way
int slow_fd(const struct slow *slow);                               // readable when something is done
int slow_submit(struct slow *slow, struct mesh_call_private *call); // 0, or PROBLEM_BUSY
struct mesh_call_private *slow_take(struct slow *slow);             // done: outcome says how; NULL: nothing
int slow_count(struct slow *slow);                                  // submitted and not taken back
