#include "services/notifications/newsletter.h"
#include "services/notifications/ledger.h"

enum { READERS_AT_ONCE = 100 };

// ---- one newsletter

// The look at its mails is one in the index newsletter_open, which holds none of what has ended.
#define STATE \
    "CASE WHEN state = 3 AND EXISTS(SELECT 1 FROM mail m WHERE m.subject_id = newsletter.id AND m.kind = 'newsletter' AND m.state <= 5)" \
    " THEN 2 ELSE state END"
#define COLUMNS "n, id, " STATE ", version, recipients, subject_de, body_de, subject_en, body_en, login, updated_at, sent_at"

static int read_row(struct arena *arena, struct store_statement *row, struct newsletter *out) {
    *out = (struct newsletter){
        .n = store_int(row, 0),
        .id = arena_text(arena, store_text(row, 1)),
        .state = (enum newsletter_state)store_int(row, 2),
        .version = (uint32_t)store_int(row, 3),
        .recipients = (uint32_t)store_int(row, 4),
        .subject_de = arena_text(arena, store_text(row, 5)),
        .body_de = arena_text(arena, store_text(row, 6)),
        .subject_en = arena_text(arena, store_text(row, 7)),
        .body_en = arena_text(arena, store_text(row, 8)),
        .edited_by = arena_text(arena, store_text(row, 9)),
        .updated_at = store_int(row, 10),
        .sent_at = store_is_null(row, 11) ? 0 : store_int(row, 11),
    };
    return out->id && out->subject_de && out->body_de && out->subject_en && out->body_en && out->edited_by ? 0 : STORE_FAULT;
}

int newsletter_load(struct mesh_call *call, const char *id, struct newsletter *out) {
    struct store_statement *s = store_prepare(call->store, "SELECT " COLUMNS " FROM newsletter WHERE id = ?1");
    store_bind_text(s, 1, id);
    int rc = store_step(s);
    rc = rc == 1 ? read_row(call->arena, s, out) : rc == 0 ? PROBLEM_NOT_FOUND : rc;
    store_reset(s);
    return rc;
}

int newsletter_list(struct mesh_call *call, enum newsletter_which which, int64_t before, size_t most, struct newsletter_page *out) {
    struct store_statement *s = store_prepare(
        call->store, "SELECT " COLUMNS " FROM newsletter WHERE n < ?1 AND (?2 OR sent_at IS NOT NULL) ORDER BY n DESC LIMIT ?3");
    int rc = 0;
    *out = (struct newsletter_page){.items = arena_take(call->arena, most * sizeof *out->items)};
    store_bind_int(s, 1, before);
    store_bind_int(s, 2, which == NEWSLETTERS_ALL);
    store_bind_int(s, 3, (int64_t)most + 1);
    while (out->items != NULL && (rc = store_step(s)) == 1 && out->count < most)
        if ((rc = read_row(call->arena, s, &out->items[out->count++])) != 0)
            break;
    store_reset(s);
    if (rc == 1)
        out->go_on_before = out->items[most - 1].n;
    return out->items == NULL ? STORE_FAULT : rc < 0 ? rc : 0;
}

static int add(struct mesh_call *call, struct newsletter *newsletter) {
    struct store_statement *s = store_prepare(
        call->store, "INSERT INTO newsletter(id, state, version, subject_de, body_de, subject_en, body_en, updated_at, login)"
                     " VALUES (?1, 1, 1, '', '', '', '', 0, '')");
    store_bind_text(s, 1, newsletter->id);
    int rc = store_run(s);
    newsletter->n = store_last_id(call->store);
    return rc;
}

int newsletter_save(struct mesh_call *call, struct newsletter *newsletter) {
    int rc = newsletter->n == 0 ? add(call, newsletter) : 0;
    if (rc != 0)
        return rc;
    struct store_statement *s =
        store_prepare(call->store, "UPDATE newsletter SET state = ?2, version = ?3, subject_de = ?4, body_de = ?5, subject_en = ?6, body_en = ?7,"
                                   " login = ?8, updated_at = ?9, sent_at = ?10 WHERE n = ?1");
    store_bind_int(s, 1, newsletter->n);
    store_bind_int(s, 2, newsletter->state);
    store_bind_int(s, 3, newsletter->version);
    store_bind_text(s, 4, newsletter->subject_de);
    store_bind_text(s, 5, newsletter->body_de);
    store_bind_text(s, 6, newsletter->subject_en);
    store_bind_text(s, 7, newsletter->body_en);
    store_bind_text(s, 8, newsletter->edited_by);
    store_bind_int(s, 9, newsletter->updated_at);
    if (newsletter->sent_at > 0)
        store_bind_int(s, 10, newsletter->sent_at);
    return store_run(s);
}

int newsletter_delete(struct mesh_call *call, const struct newsletter *newsletter) {
    struct store_statement *s = store_prepare(call->store, "DELETE FROM newsletter WHERE n = ?1");
    store_bind_int(s, 1, newsletter->n);
    int rc = store_run(s);
    return rc ? rc : ledger_drop(call, newsletter->id, MAIL_NEWSLETTER_TEST, "overtaken");
}

// ---- figures

int newsletter_count(struct mesh_call *call, const char *id, struct newsletter_figures *out) {
    struct store_statement *s = store_prepare(call->store, "SELECT coalesce(sum(state = 6), 0), coalesce(sum(state <= 5), 0), count(*)"
                                                           " FROM mail WHERE subject_id = ?1 AND subject_id <> '' AND kind = 'newsletter'");
    *out = (struct newsletter_figures){0};
    store_bind_text(s, 1, id);
    int rc = store_step(s);
    if (rc == 1) {
        out->sent = (uint32_t)store_int(s, 0);
        out->open = (uint32_t)store_int(s, 1);
        out->failed = (uint32_t)store_int(s, 2) - out->sent - out->open;
    }
    store_reset(s);
    return rc < 0 ? rc : 0;
}

int newsletter_readers(struct mesh_call *call, uint32_t *count) {
    struct store_statement *s = store_prepare(call->store, "SELECT count(*) FROM subscription s JOIN contact c ON c.n = s.contact"
                                                           " WHERE s.list = 'newsletter' AND c.state = 2");
    int rc = store_step(s);
    *count = rc == 1 ? (uint32_t)store_int(s, 0) : 0;
    store_reset(s);
    return rc < 0 ? rc : 0;
}

// ---- to its readers

struct sending { int64_t n, cursor, sent_at; char *id; };
struct reader { int64_t n; struct contact contact; };

// The oldest whose sending began. PROBLEM_NOT_FOUND: there is none.
static int find_sending(struct mesh_call *call, struct sending *out) {
    struct store_statement *s = store_prepare(call->store, "SELECT n, cursor, sent_at, id FROM newsletter WHERE state = 2 AND sent_at IS NOT NULL"
                                                           " ORDER BY n LIMIT 1");
    int rc = store_step(s);
    if (rc == 1)
        *out = (struct sending){store_int(s, 0), store_int(s, 1), store_int(s, 2), arena_text(call->arena, store_text(s, 3))};
    bool found = rc == 1;
    store_reset(s);
    if (!found)
        return rc < 0 ? rc : PROBLEM_NOT_FOUND;
    return out->id != NULL ? 0 : STORE_FAULT;
}

static int read_reader(struct mesh_call *call, struct store_statement *s, struct reader *out) {
    *out = (struct reader){store_int(s, 0),
                           {.id = arena_text(call->arena, store_text(s, 1)), .address = arena_text(call->arena, store_text(s, 2)),
                            .language = arena_text(call->arena, store_text(s, 3)), .state = (enum contact_state)store_int(s, 4),
                            .generation = (uint32_t)store_int(s, 5)}};
    return out->contact.id && out->contact.address && out->contact.language ? 0 : STORE_FAULT;
}

// Who asked for it before it was sent and has not left since.
static int find_readers(struct mesh_call *call, const struct sending *sending, struct reader out[READERS_AT_ONCE]) {
    struct store_statement *s = store_prepare(call->store, "SELECT c.n, c.id, c.address, c.language, c.state, c.generation FROM subscription s"
                                                           " JOIN contact c ON c.n = s.contact WHERE s.list = 'newsletter' AND s.contact > ?1"
                                                           " AND s.since <= ?2 ORDER BY s.contact LIMIT ?3");
    int count = 0, rc;
    store_bind_int(s, 1, sending->cursor);
    store_bind_int(s, 2, sending->sent_at);
    store_bind_int(s, 3, READERS_AT_ONCE);
    while ((rc = store_step(s)) == 1 && (rc = read_reader(call, s, &out[count])) == 0)
        count++;
    store_reset(s);
    return rc < 0 ? rc : count;
}

// An address that cannot be written to at present would only leave a failure behind: not owed.
static int owe(struct mesh_call *call, const struct sending *sending, const struct reader *reader, int64_t *owed) {
    uint64_t number;
    if (reader->contact.state != CONTACT_CONFIRMED)
        return 0;
    struct owed_mail mail = {.kind = MAIL_NEWSLETTER, .contact = &reader->contact, .subject_id = sending->id,
                             .dedup = arena_format(call->arena, "newsletter/%s/%s", sending->id, reader->contact.id)};
    int rc = mail.dedup != NULL ? ledger_owe(call, &mail, &number) : STORE_FAULT;
    *owed += rc == 0 && number != 0;
    return rc;
}

static int move_on(struct mesh_call *call, const struct sending *sending, int64_t cursor, int64_t owed, bool done) {
    struct store_statement *s = store_prepare(
        call->store, "UPDATE newsletter SET cursor = ?2, recipients = recipients + ?3, state = ?4 WHERE n = ?1");
    store_bind_int(s, 1, sending->n);
    store_bind_int(s, 2, cursor);
    store_bind_int(s, 3, owed);
    store_bind_int(s, 4, done ? NEWSLETTER_SENT : NEWSLETTER_SENDING);
    return store_run(s);
}

int newsletter_run(struct mesh_call *call) {
    struct sending sending;
    struct reader readers[READERS_AT_ONCE];
    int rc = find_sending(call, &sending);
    if (rc != 0)
        return rc == PROBLEM_NOT_FOUND ? 0 : rc;
    int count = find_readers(call, &sending, readers);
    int64_t owed = 0;
    rc = count < 0 ? count : 0;
    for (int i = 0; i < count && rc == 0; i++)
        rc = owe(call, &sending, &readers[i], &owed);
    if (rc == 0)
        rc = move_on(call, &sending, count > 0 ? readers[count - 1].n : sending.cursor, owed, count == 0);
    if (rc != 0)
        return rc < 0 ? rc : STORE_FAULT;   // a positive one would commit what was half done
    return 1;   // another one may wait
}
