// worker_loop: a worker's life, for mesh_main() and for tests that turn it by hand.
#pragma once
#include "services/common/mesh/worker.h"

// service, config, state, slot, path (malloc'd) and actors are set by the caller. socket NULL: no bus (tests). -1: out of
// memory.
int worker_open(struct worker *worker, void *socket);
void worker_close(struct worker *worker);
// One turn without the poll; returns how long the next poll may wait, in ms.
int worker_turn(struct worker *worker);
// Until a signal on the signalfd or a failure; returns the exit code. worker->lock is set.
int worker_loop(struct worker *worker, int signals);
