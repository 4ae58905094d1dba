// migrations: this service's tables, beside those of the skeleton.
#pragma once
#include "services/common/store/store.h"

extern const struct store_migration accounts_migrations[];
extern const int accounts_migration_count;
