// schema: the skeleton's own tables, in every service's database: log, keys, cursors, parked records, meta.
#pragma once
#include "services/common/mesh/worker.h"

// Migrates both parts (the skeleton's, then the service's) and makes the log's epoch. Writer only. 0 or a store_error.
int schema_migrate(struct store *store, const struct mesh_service *service);
// 1: the database has what this program needs; 0: not yet; PROBLEM_GONE: only a newer program may use it; negative store_error.
int schema_ready(struct store *store, const struct mesh_service *service);
int schema_epoch(struct store *store, uint8_t epoch[EPOCH_BYTES]);
int schema_newest(struct store *store, int64_t *at_us);    // when the log's last record was written, else the database made
int schema_made_at(struct store *store, int64_t *at_us);   // when this database was made; 0: it does not know
