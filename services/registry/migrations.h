// migrations: the tables of this service. Forward only; a change is a new number.
#pragma once
#include "services/common/store/store.h"

extern const struct store_migration registry_migrations[];
extern const int registry_migration_count;
