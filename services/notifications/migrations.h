// migrations: the schema of notifications.db.
#pragma once
#include "services/common/store/store.h"

extern const struct store_migration notifications_migrations[];
extern const int notifications_migration_count;
