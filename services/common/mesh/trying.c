#include "services/common/mesh/trying.h"

int trying_life(struct store *store, bool *died) {
    int rc = store_run(store_prepare(store, "INSERT INTO mesh_meta(name, value) VALUES('alive', x'01') ON CONFLICT DO NOTHING"));
    *died = rc != 0 || store_changes(store) == 0;
    return rc == STORE_FULL ? 0 : rc; // who cannot tell has to be wary
}

int trying_life_ended(struct store *store) {
    return store_run(store_prepare(store, "DELETE FROM mesh_meta WHERE name = 'alive'"));
}

int trying_note(struct store *store, const char *service, uint64_t seq, int *deaths) {
    int rc = store_begin(store);
    if (rc != 0)
        return rc;
    struct store_statement *s = store_prepare(store, "INSERT INTO mesh_trying(service, seq, times) VALUES(?1, ?2, 1) ON CONFLICT(service) DO UPDATE SET"
                                                     " times = CASE WHEN seq = excluded.seq THEN times + 1 ELSE 1 END, seq = excluded.seq RETURNING times");
    store_bind_text(s, 1, service);
    store_bind_int(s, 2, (int64_t)seq);
    rc = store_step(s);
    *deaths = rc == 1 ? (int)store_int(s, 0) - 1 : 0;
    store_reset(s);
    if (rc == 1 && (rc = store_commit(store)) == 0)
        return 0;
    store_rollback(store);
    return rc < 0 ? rc : STORE_FAULT;
}

int trying_clear(struct store *store, const char *service) {
    struct store_statement *s = store_prepare(store, "DELETE FROM mesh_trying WHERE service = ?1");
    store_bind_text(s, 1, service);
    return store_run(s);
}

int trying_noted(struct store *store) {
    struct store_statement *s = store_prepare(store, "SELECT 1 FROM mesh_trying LIMIT 1");
    int rc = store_step(s);
    store_reset(s);
    return rc;
}
