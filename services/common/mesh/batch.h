// batch: running what waits. Reads in one snapshot, writes in one transaction, as if each had a savepoint, and one commit; replies
// of writes leave only after it. No SQL runs after the engine has rolled a transaction back: then the whole batch is answered
// `storage`.
#pragma once
#include "services/common/mesh/worker.h"

// Runs reads for up to a time budget; what is left stays in the list for the next turn.
void batch_reads(struct worker *worker);
// Runs all waiting writes. Nothing is answered when the disk failed at commit: the process ends, the next writer's keys know.
void batch_writes(struct worker *worker);
// After a commit outside a batch (followers, timers): remembers the log's end and tells followers.
void batch_committed(struct worker *worker);
