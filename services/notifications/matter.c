#include "services/notifications/matter.h"

#define MATTER_COLUMNS "id, contact, language, receipt, form_title, entry_id, received_at, undecided, address_changes"

static char *text_or_null(struct mesh_call *call, struct store_statement *row, int column) {
    return store_is_null(row, column) ? NULL : arena_text(call->arena, store_text(row, column));
}

static int read_one(struct mesh_call *call, struct store_statement *s, struct matter *out) {
    int row = store_step(s);
    if (row == 1)
        *out = (struct matter){
            .id = text_or_null(call, s, 0),
            .contact = text_or_null(call, s, 1),
            .language = text_or_null(call, s, 2),
            .receipt = text_or_null(call, s, 3),
            .form_title = text_or_null(call, s, 4),
            .entry_id = text_or_null(call, s, 5),
            .received_at = store_int(s, 6),
            .undecided = store_int(s, 7) != 0,
            .address_changes = (uint32_t)store_int(s, 8),
        };
    store_reset(s);
    if (row < 1)
        return row < 0 ? row : PROBLEM_NOT_FOUND;
    return out->id && out->language && out->receipt && out->form_title ? 0 : STORE_FAULT;
}

int matter_load(struct mesh_call *call, const char *id, struct matter *out) {
    struct store_statement *s = store_prepare(call->store, "SELECT " MATTER_COLUMNS " FROM matter WHERE id = ?1");
    store_bind_text(s, 1, id);
    return read_one(call, s, out);
}

// One entry comes from one submission; what others are held to be the same of is not theirs to confirm.
int matter_of_entry(struct mesh_call *call, const char *entry_id, struct matter *out) {
    struct store_statement *s = store_prepare(call->store, "SELECT " MATTER_COLUMNS " FROM matter WHERE entry_id = ?1 LIMIT 1");
    store_bind_text(s, 1, entry_id);
    return read_one(call, s, out);
}

int matter_save(struct mesh_call *call, const struct matter *matter) {
    struct store_statement *s = store_prepare(
        call->store, "INSERT INTO matter(" MATTER_COLUMNS ", known_at) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)"
                     " ON CONFLICT(id) DO UPDATE SET contact = ?2, language = ?3, receipt = ?4, form_title = ?5, entry_id = ?6,"
                     " received_at = ?7, undecided = ?8, address_changes = ?9");
    store_bind_text(s, 1, matter->id);
    store_bind_text(s, 2, matter->contact);
    store_bind_text(s, 3, matter->language);
    store_bind_text(s, 4, matter->receipt);
    store_bind_text(s, 5, matter->form_title);
    store_bind_text(s, 6, matter->entry_id);
    store_bind_int(s, 7, matter->received_at);
    store_bind_int(s, 8, matter->undecided);
    store_bind_int(s, 9, matter->address_changes);
    store_bind_int(s, 10, call->now_us);
    return store_run(s);
}

int matter_forget(struct mesh_call *call, const char *id) {
    struct store_statement *s = store_prepare(call->store, "DELETE FROM matter WHERE id = ?1");
    store_bind_text(s, 1, id);
    store_forget(call->store);
    return store_run(s);
}
