#include "services/submissions/known_entries.h"
#include "services/common/base/id.h"
#include <string.h>

int known_entries_have(struct store *store, const char *id, char out[ID_TEXT_MAX]) {
    static const char sql[] = "SELECT 1 FROM known_entries WHERE id = ?1";
    uint8_t bytes[ID_BYTES];
    if (!id_parse(id, bytes))
        return 0;
    id_text(bytes, out);
    struct store_statement *s = store_prepare(store, sql);
    store_bind_text(s, 1, out);
    int row = store_step(s);
    store_reset(s);
    return row;
}

static int run_with(struct mesh_call *call, const char *sql, const char *id) {
    struct store_statement *s = store_prepare(call->store, sql);
    store_bind_text(s, 1, id);
    return store_run(s);
}

static int apply(struct mesh_call *call, const struct mesh_record *record) {
    static const char add[] = "INSERT INTO known_entries (id) VALUES (?1) ON CONFLICT (id) DO NOTHING";
    static const char forget[] = "DELETE FROM known_entries WHERE id = ?1";
    // Erased since: a later record says that the entry is gone.
    if (!record->content)
        return 0;
    if (strcmp(record->type, "EntryPublished") == 0) {
        const Kosi__EntryPublished *published = (const Kosi__EntryPublished *)record->content;
        return published->entry && published->entry->id ? run_with(call, add, published->entry->id) : PROBLEM_MALFORMED;
    }
    const Kosi__EntryUnpublished *unpublished = (const Kosi__EntryUnpublished *)record->content;
    return unpublished->id ? run_with(call, forget, unpublished->id) : PROBLEM_MALFORMED;
}

static const char *const types[] = {"EntryPublished", "EntryUnpublished", NULL};
const struct mesh_follow known_entries_follow = {.service = "registry", .types = types, .apply = apply};
