// Migrations are recorded per part: the skeleton's tables and the service's own are numbered independently.
#include "services/common/store/store_inner.h"
#include "services/common/base/clock.h"
#include "services/common/base/log.h"

static const char table_sql[] = "CREATE TABLE IF NOT EXISTS migrations(part TEXT NOT NULL, number INTEGER NOT NULL,"
                                " oldest_program INTEGER NOT NULL, at INTEGER NOT NULL, PRIMARY KEY(part, number)) STRICT";

static int found_number(struct store *store, const char *part, int *number, int *oldest) {
    struct store_statement *s = store_prepare(
        store, "SELECT coalesce(max(number), 0), coalesce(max(oldest_program), 0) FROM migrations WHERE part = ?1");
    store_bind_text(s, 1, part);
    int rc = store_step(s);
    if (rc == 1) {
        *number = (int)store_int(s, 0);
        *oldest = (int)store_int(s, 1);
    }
    store_reset(s);
    return rc < 0 ? rc : 0;
}

static int has_table(struct store *store) {
    struct store_statement *s =
        store_prepare(store, "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'migrations'");
    int rc = store_step(s);
    store_reset(s);
    return rc;
}

static int record(struct store *store, const char *part, const struct store_migration *m) {
    struct store_statement *s =
        store_prepare(store, "INSERT INTO migrations(part, number, oldest_program, at) VALUES(?1, ?2, ?3, ?4)");
    store_bind_text(s, 1, part);
    store_bind_int(s, 2, m->number);
    store_bind_int(s, 3, m->oldest_program);
    store_bind_int(s, 4, clock_wall_us());
    return store_run(s);
}

static int apply(struct store *store, const char *part, const struct store_migration *m) {
    int rc = store_begin(store);
    if (rc != 0)
        return rc;
    if ((rc = store_execute(store, m->sql)) == 0 && (rc = record(store, part, m)) == 0)
        rc = store_commit(store);
    if (rc != 0)
        store_rollback(store);
    else
        log_event(LOG_INFO_, "migrated", "part", part, "number", log_number(m->number), NULL);
    return rc;
}

int store_migrate_part(struct store *store, const char *part, const struct store_migration *migrations, int count) {
    int number = 0, oldest = 0;
    int rc = store->mode == STORE_WRITER ? has_table(store) : STORE_FAULT;
    if (rc == 0)
        rc = store_execute(store, table_sql);
    if (rc < 0 || (rc = found_number(store, part, &number, &oldest)) != 0)
        return rc;
    for (int i = 0; i < count && rc == 0; i++)
        if (migrations[i].number > number)
            rc = apply(store, part, &migrations[i]);
    return rc;
}

int store_schema_part(struct store *store, const char *part, int known, bool *usable) {
    int number = 0, oldest = 0;
    *usable = true;
    int rc = has_table(store);
    if (rc == 1)
        rc = found_number(store, part, &number, &oldest);
    if (rc < 0)
        return rc;
    *usable = known >= oldest;
    return number;
}

int store_migrate(struct store *store, const struct store_migration *migrations, int count) {
    return store_migrate_part(store, "service", migrations, count);
}
int store_schema(struct store *store, int known, bool *usable) {
    return store_schema_part(store, "service", known, usable);
}
