#include "services/notifications/mail_row.h"
#include <string.h>

int mail_row_read(struct store_statement *s, struct arena *arena, struct mail_row *out) {
    size_t size = 0;
    const void *holder = store_blob(s, 13, &size);
    *out = (struct mail_row){
        .n = store_int(s, 0),
        .id = arena_text(arena, store_text(s, 1)),
        .kind = arena_text(arena, store_text(s, 2)),
        .contact = store_is_null(s, 3) ? NULL : arena_text(arena, store_text(s, 3)),
        .subject_id = arena_text(arena, store_text(s, 4)),
        .language = arena_text(arena, store_text(s, 5)),
        .route = arena_text(arena, store_text(s, 6)),
        .state = (enum mail_state)store_int(s, 7),
        .attempts = (uint32_t)store_int(s, 8),
        .owed_at = store_int(s, 9),
        .due_at = store_int(s, 10),
        .ended_at = store_int(s, 11),
        .tried_at = store_int(s, 12),
        .held_by_sender = holder != NULL && size == HOLDER_BYTES,
        .slot = (uint32_t)store_int(s, 14),
        .code = (uint32_t)store_int(s, 15),
        .status = arena_text(arena, store_text(s, 16)),
        .reason = arena_text(arena, store_text(s, 17)),
        .handed = store_int(s, 18) != 0,
    };
    if (out->held_by_sender)
        memcpy(out->holder, holder, HOLDER_BYTES);
    return out->id && out->kind && out->subject_id && out->language && out->route && out->status && out->reason ? 0 : STORE_FAULT;
}

static int read_one(struct mesh_call *call, struct store_statement *s, struct mail_row *out) {
    int rc = store_step(s);
    if (rc > 0)
        rc = mail_row_read(s, call->arena, out);
    else if (rc == 0)
        rc = PROBLEM_NOT_FOUND;
    store_reset(s);
    return rc;
}

int mail_row_load(struct mesh_call *call, int64_t n, struct mail_row *out) {
    struct store_statement *s = store_prepare(call->store, "SELECT " MAIL_ROW_COLUMNS " FROM mail WHERE n = ?1");
    store_bind_int(s, 1, n);
    return read_one(call, s, out);
}

int mail_row_by_id(struct mesh_call *call, const char *id, struct mail_row *out) {
    struct store_statement *s = store_prepare(call->store, "SELECT " MAIL_ROW_COLUMNS " FROM mail WHERE id = ?1");
    store_bind_text(s, 1, id);
    return read_one(call, s, out);
}

bool mail_row_move(struct mail_row *row, enum mail_move move, int64_t now_us) {
    int next = mail_life_next(row->state, move);
    if (next == 0)
        return false;
    row->state = (enum mail_state)next;
    row->held_by_sender = row->state == MAIL_LEASED;
    row->handed |= row->held_by_sender;
    row->ended_at = row->state > MAIL_HELD ? now_us : 0;
    return true;
}

static void bind_time(struct store_statement *s, int n, int64_t at) {
    if (at != 0)
        store_bind_int(s, n, at);
}

int mail_row_save(struct mesh_call *call, const struct mail_row *row) {
    struct store_statement *s =
        store_prepare(call->store, "UPDATE mail SET state = ?2, attempts = ?3, due_at = ?4, ended_at = ?5, tried_at = ?6, holder = ?7, slot = ?8,"
                                   " code = ?9, status = ?10, reason = ?11, route = ?12, handed = ?13 WHERE n = ?1");
    store_bind_int(s, 1, row->n);
    store_bind_int(s, 2, row->state);
    store_bind_int(s, 3, row->attempts);
    store_bind_int(s, 4, row->due_at);
    bind_time(s, 5, row->ended_at);
    bind_time(s, 6, row->tried_at);
    if (row->held_by_sender) {
        store_bind_blob(s, 7, row->holder, HOLDER_BYTES);
        store_bind_int(s, 8, row->slot);
    }
    if (row->code != 0)
        store_bind_int(s, 9, row->code);
    store_bind_text(s, 10, row->status[0] != '\0' ? row->status : NULL);
    store_bind_text(s, 11, row->reason[0] != '\0' ? row->reason : NULL);
    store_bind_text(s, 12, row->route);
    store_bind_int(s, 13, row->handed);
    if (row->state == MAIL_OWED)
        mesh_wake(call);
    return store_run(s);
}

bool mail_row_overdue(const struct mail_row *row, const struct config *config, int64_t now_us) {
    return row->state <= MAIL_LEASED && row->due_at < now_us - config->mail_overdue_minutes * (60 * INT64_C(1000000));
}
