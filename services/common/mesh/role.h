// role: what a worker is to its database: waiting for the schema, a reader, or the writer.
#pragma once
#include "services/common/mesh/worker.h"

// Looks whether the database can be read by now (opened, migrated). 1 when it just became so.
int role_try_reader(struct worker *worker);
// With the lock held: opens, migrates, starts the service's writing side. Safe to repeat; while the disk is full it is tried
// again once a second, and writes are answered `storage`.
void role_try_writer(struct worker *worker);
