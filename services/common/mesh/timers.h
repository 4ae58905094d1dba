// timers: what the writer does by the clock, each run in a transaction of its own. They go by wall time, which tests step. The
// skeleton's own timer forgets old idempotency keys.
#pragma once
#include "services/common/mesh/worker.h"

struct timers;
struct timers *timers_open(struct worker *worker);
void timers_close(struct timers **timers);
// Runs what is due; returns ms until it wants to be called again.
int timers_tick(struct timers *timers);
