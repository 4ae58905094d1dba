#include "services/common/mesh/parked.h"

int parked_count(struct store *store, const char *service, uint64_t *count) {
    struct store_statement *s = store_prepare(store, "SELECT count(*) FROM mesh_parked WHERE service = ?1");
    store_bind_text(s, 1, service);
    int rc = store_step(s);
    if (rc == 1)
        *count = (uint64_t)store_int(s, 0);
    store_reset(s);
    return rc < 0 ? rc : 0;
}

int parked_has_subject(struct store *store, const char *service, const char *subject) {
    struct store_statement *s = store_prepare(store, "SELECT 1 FROM mesh_parked WHERE service = ?1 AND subject = ?2 LIMIT 1");
    store_bind_text(s, 1, service);
    store_bind_text(s, 2, subject);
    int rc = store_step(s);
    store_reset(s);
    return rc;
}

int parked_again(struct store *store, const char *service, uint64_t seq) {
    struct store_statement *s = store_prepare(store, "DELETE FROM mesh_again WHERE service = ?1 AND seq = ?2");
    store_bind_text(s, 1, service);
    store_bind_int(s, 2, (int64_t)seq);
    int rc = store_run(s);
    return rc ? rc : store_changes(store) > 0;
}

int parked_add(struct store *store, const char *service, const Kosi__LogRecord *record, const char *reason, int64_t now_us) {
    struct store_statement *s = store_prepare(store, "INSERT INTO mesh_parked(service, seq, type, subject, reason, at)"
                                                     " VALUES(?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO NOTHING");
    store_bind_text(s, 1, service);
    store_bind_int(s, 2, (int64_t)record->seq);
    store_bind_text(s, 3, record->type);
    store_bind_text(s, 4, record->subject);
    store_bind_text(s, 5, reason);
    store_bind_int(s, 6, now_us);
    return store_run(s);
}
