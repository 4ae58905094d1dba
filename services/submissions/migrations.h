// migrations: this service's own tables.
#pragma once
#include "services/common/store/store.h"

enum { SUBMISSIONS_MIGRATIONS = 4 };
extern const struct store_migration submissions_migrations[SUBMISSIONS_MIGRATIONS];
