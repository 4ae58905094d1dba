#include "services/common/mesh/schema.h"
#include "services/common/base/clock.h"
#include "services/common/base/id.h"
#include <string.h>

// Keys are looked up by `short`, eight bytes of the hash or of the request id (keys.c): where clients send keys of their own it
// is the one index in random order that a write pays for. Subjects are UUIDv7, so the other index grows at its end. The log has
// no AUTOINCREMENT, which costs a page per commit: nothing is ever deleted from it, so a transaction counts on from its last
// record. A key has the number of the first record with a subject that its write logged (mesh_log.c): that is how an erasure finds it.
static const struct store_migration skeleton[] = {
    {1, 1,
     "CREATE TABLE mesh_meta(name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT;"
     "CREATE TABLE log(seq INTEGER PRIMARY KEY, type TEXT NOT NULL, subject TEXT, content BLOB, private BLOB,"
     " content_hash BLOB NOT NULL, at INTEGER NOT NULL) STRICT;"
     "CREATE INDEX log_by_subject ON log(subject) WHERE subject IS NOT NULL;"
     "CREATE TABLE mesh_keys(id INTEGER PRIMARY KEY, short INTEGER NOT NULL, hash BLOB NOT NULL, reply BLOB,"
     " at INTEGER NOT NULL) STRICT;"
     "CREATE INDEX mesh_keys_by_short ON mesh_keys(short);"
     "CREATE TABLE mesh_cursors(service TEXT PRIMARY KEY, epoch BLOB NOT NULL, seq INTEGER NOT NULL) STRICT;"
     "CREATE TABLE mesh_parked(service TEXT NOT NULL, seq INTEGER NOT NULL, type TEXT NOT NULL, subject TEXT, reason TEXT NOT "
     "NULL,"
     " at INTEGER NOT NULL, PRIMARY KEY(service, seq)) STRICT;"
     "CREATE INDEX mesh_parked_by_subject ON mesh_parked(service, subject);"},
    // A program that does not know marks moves seq alone: then mark_seq says that the mark is of another record.
    {2, 1, "ALTER TABLE mesh_cursors ADD COLUMN mark BLOB; ALTER TABLE mesh_cursors ADD COLUMN mark_seq INTEGER;"},
    // Parked records that a stateful follower reads once more; up to `again` all others have had their effect.
    {3, 1, "CREATE TABLE mesh_again(service TEXT NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY(service, seq)) STRICT, WITHOUT ROWID;"
           "ALTER TABLE mesh_cursors ADD COLUMN again INTEGER;"},
    {4, 1, "CREATE TABLE mesh_trying(service TEXT PRIMARY KEY, seq INTEGER NOT NULL, times INTEGER NOT NULL) STRICT, WITHOUT ROWID;"},
};
enum { SKELETON_COUNT = sizeof skeleton / sizeof *skeleton };

static int make_epoch(struct store *store) {
    uint8_t epoch[EPOCH_BYTES];
    id_random(epoch, sizeof epoch);
    int64_t now_us = clock_wall_us();
    struct store_statement *s =
        store_prepare(store, "INSERT INTO mesh_meta(name, value) VALUES('epoch', ?1), ('made_at', ?2) ON CONFLICT DO NOTHING");
    store_bind_blob(s, 1, epoch, sizeof epoch);
    store_bind_blob(s, 2, &now_us, sizeof now_us);
    return store_run(s);
}

int schema_migrate(struct store *store, const struct mesh_service *service) {
    int rc = store_migrate_part(store, "mesh", skeleton, SKELETON_COUNT);
    if (rc == 0)
        rc = store_migrate_part(store, "service", service->migrations, service->migration_count);
    uint8_t epoch[EPOCH_BYTES];
    if (rc == 0 && schema_epoch(store, epoch) == 0)
        return 0;
    return rc ? rc : make_epoch(store);
}

static int newest(const struct store_migration *migrations, int count) {
    return count > 0 ? migrations[count - 1].number : 0;
}

static int part_ready(struct store *store, const char *part, int known) {
    bool usable;
    int found = store_schema_part(store, part, known, &usable);
    if (found < 0)
        return found;
    return !usable ? PROBLEM_GONE : found >= known;
}

int schema_ready(struct store *store, const struct mesh_service *service) {
    int mesh = part_ready(store, "mesh", newest(skeleton, SKELETON_COUNT));
    if (mesh != 1)
        return mesh;
    int own = part_ready(store, "service", newest(service->migrations, service->migration_count));
    uint8_t epoch[EPOCH_BYTES];
    return own != 1 ? own : schema_epoch(store, epoch) == 0;
}

int schema_epoch(struct store *store, uint8_t epoch[EPOCH_BYTES]) {
    struct store_statement *s = store_prepare(store, "SELECT value FROM mesh_meta WHERE name = 'epoch'");
    int rc = store_step(s);
    size_t size = 0;
    const void *bytes = rc == 1 ? store_blob(s, 0, &size) : NULL;
    if (size == EPOCH_BYTES)
        memcpy(epoch, bytes, EPOCH_BYTES);
    store_reset(s);
    return rc < 0 ? rc : size == EPOCH_BYTES ? 0 : STORE_FAULT;
}

int schema_newest(struct store *store, int64_t *at_us) {
    struct store_statement *s = store_prepare(store, "SELECT at FROM log ORDER BY seq DESC LIMIT 1");
    int rc = store_step(s);
    *at_us = rc == 1 ? store_int(s, 0) : 0;
    store_reset(s);
    return rc == 0 ? schema_made_at(store, at_us) : rc < 0 ? rc : 0;
}

int schema_made_at(struct store *store, int64_t *at_us) {
    struct store_statement *s = store_prepare(store, "SELECT value FROM mesh_meta WHERE name = 'made_at'");
    int rc = store_step(s);
    size_t size = 0;
    const void *bytes = rc == 1 ? store_blob(s, 0, &size) : NULL;
    *at_us = 0;
    if (size == sizeof *at_us)
        memcpy(at_us, bytes, sizeof *at_us);
    store_reset(s);
    return rc < 0 ? rc : 0;
}
