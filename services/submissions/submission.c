#include "services/submissions/submission.h"
#include "services/common/base/link.h"
#include "services/submissions/answers.h"
#include <string.h>

enum { HISTORY_MAX = 500 };

int submission_check(struct mesh_call *call, const struct form *form, const Kosi__SubmitRequest *request, Kosi__SubmitRequest *kept) {
    struct answer_check check = {.form = form,
                                 .vocabulary = office_of(call)->vocabulary,
                                 .violations = &call->violations,
                                 .locale = call->locale,
                                 .now_us = call->now_us};
    int result = answers_check(&check, request, kept);
    return result < 0 ? STORE_FAULT : result;
}

// The link is not in it: who has the node's key derives it from the id.
int submission_log(struct mesh_call *call, const struct submission *s, const ProtobufCMessage *record, const struct form *form,
                   const Kosi__Contact *contact) {
    Kosi__SubmissionContact to = KOSI__SUBMISSION_CONTACT__INIT;
    to.receipt = office_receipt(call, s->number);
    to.language = contact && contact->language ? contact->language : s->language;
    to.form_title = (char *)text_in(form->file->title, to.language);
    if (!to.receipt)
        return STORE_FAULT;
    to.has_address_changes = true;
    to.address_changes = s->address_changes;
    if (contact && contact->email) {
        to.email = contact->email;
        to.name = contact->name;
    }
    return mesh_log(call, s->id, record, &to.base);
}

int submission_insert(struct mesh_call *call, struct submission *s, const void *sent, size_t sent_size) {
    static const char sql[] =
        "INSERT INTO submissions (id, form, form_version, state, title, language, received_at, updated_at,"
        " version, sent) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7, 1, ?8)";
    struct store_statement *insert = store_prepare(call->store, sql);
    store_bind_text(insert, 1, s->id);
    store_bind_text(insert, 2, s->form);
    store_bind_int(insert, 3, s->form_version);
    store_bind_text(insert, 4, life_state_name(s->state));
    store_bind_text(insert, 5, s->title);
    store_bind_text(insert, 6, s->language);
    store_bind_int(insert, 7, s->received_at);
    store_bind_blob(insert, 8, sent, sent_size);
    int result = store_run(insert);
    if (result == 0)
        s->number = store_last_id(call->store);
    return result;
}

static char *text_or_null(struct mesh_call *call, struct store_statement *row, int column) {
    return store_is_null(row, column) ? NULL : arena_text(call->arena, store_text(row, column));
}

void submission_of_row(struct mesh_call *call, struct store_statement *row, struct submission *out) {
    int state = life_state_of(store_text(row, 4));
    *out = (struct submission){
        .number = store_int(row, 0),
        .id = text_or_null(call, row, 1),
        .form = text_or_null(call, row, 2),
        .form_version = (uint32_t)store_int(row, 3),
        .state = state < 0 ? LIFE_ERASED : (enum life_state)state, // the table's CHECK knows the same names
        .title = text_or_null(call, row, 5),
        .language = text_or_null(call, row, 6),
        .received_at = store_int(row, 7),
        .updated_at = store_int(row, 8),
        .version = (uint32_t)store_int(row, 9),
        .entry_id = text_or_null(call, row, 10),
        .duplicate_of = text_or_null(call, row, 11),
        .taken_by = text_or_null(call, row, 12),
        .corrected_at = store_int(row, 13),
        .address_changes = (uint32_t)store_int(row, 14),
    };
}

static int fetch_one(struct mesh_call *call, struct store_statement *query, struct submission *out) {
    int row = store_step(query);
    if (row == 1)
        submission_of_row(call, query, out);
    store_reset(query);
    if (row == 1)
        return out->id && out->form ? 0 : STORE_FAULT;
    return row < 0 ? row : PROBLEM_NOT_FOUND;
}

int submission_by_id(struct mesh_call *call, const char *id, struct submission *out) {
    static const char sql[] = "SELECT " SUBMISSION_COLUMNS " FROM submissions WHERE id = ?1";
    uint8_t bytes[ID_BYTES];
    char text[ID_TEXT_MAX];
    if (!id_parse(id, bytes))
        return PROBLEM_NOT_FOUND;
    id_text(bytes, text); // either case names the same submission
    struct store_statement *query = store_prepare(call->store, sql);
    store_bind_text(query, 1, text);
    return fetch_one(call, query, out);
}

int submission_by_number(struct mesh_call *call, int64_t number, struct submission *out) {
    static const char sql[] = "SELECT " SUBMISSION_COLUMNS " FROM submissions WHERE number = ?1";
    struct store_statement *query = store_prepare(call->store, sql);
    store_bind_int(query, 1, number);
    return fetch_one(call, query, out);
}

int submission_by_token(struct mesh_call *call, const char *token, struct submission *out) {
    uint8_t bytes[ID_BYTES];
    char id[ID_TEXT_MAX];
    if (!id_token_peek(token, bytes))
        return PROBLEM_NOT_FOUND;
    id_text(bytes, id);
    int result = submission_by_id(call, id, out);
    if (result != 0)
        return result;
    const uint32_t generations[] = {LINK_STATUS_SHOWN, LINK_STATUS_MAILED + out->address_changes};
    for (int i = 0; i < 2 && out->opened_by == 0; i++)
        if (link_check(office_of(call)->node_key, LINK_STATUS, token, generations[i], id))
            out->opened_by = generations[i];
    if (out->opened_by == 0)
        return PROBLEM_NOT_FOUND;
    return out->state == LIFE_ERASED ? PROBLEM_GONE : 0;
}

uint32_t submission_link(const struct submission *s) {
    return s->opened_by == LINK_STATUS_SHOWN ? LINK_STATUS_SHOWN : LINK_STATUS_MAILED + s->address_changes;
}

int submission_sent(struct mesh_call *call, const struct submission *s, Kosi__SubmitRequest **out) {
    static const char sql[] = "SELECT sent FROM submissions WHERE number = ?1";
    struct store_statement *query = store_prepare(call->store, sql);
    store_bind_int(query, 1, s->number);
    int row = store_step(query);
    bool there = row == 1 && !store_is_null(query, 0);
    *out = NULL;
    if (there) {
        size_t size;
        const void *bytes = store_blob(query, 0, &size);
        *out = kosi__submit_request__unpack(arena_allocator(call->arena), size, bytes);
    }
    store_reset(query);
    if (row < 0)
        return row;
    return there && !*out ? STORE_FAULT : 0;
}

int64_t submission_answered_at(const struct submission *s) {
    return s->corrected_at ? s->corrected_at : s->received_at;
}

static int add_history(struct mesh_call *call, const struct submission *s, const struct submission_step *step) {
    static const char sql[] = "INSERT INTO history (number, version, moved_at, state, moved_by, reason, text, login, move)"
                              " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";
    struct store_statement *insert = store_prepare(call->store, sql);
    store_bind_int(insert, 1, s->number);
    store_bind_int(insert, 2, s->version);
    store_bind_int(insert, 3, s->updated_at);
    store_bind_text(insert, 4, life_state_name(step->state));
    store_bind_text(insert, 5, step->by);
    store_bind_text(insert, 6, step->reason);
    store_bind_text(insert, 7, step->text);
    store_bind_text(insert, 8, step->login);
    store_bind_text(insert, 9, step->move);
    return store_run(insert);
}

int submission_move(struct mesh_call *call, struct submission *s, const struct submission_step *step) {
    static const char sql[] =
        "UPDATE submissions SET state = ?2, updated_at = ?3, version = ?4, entry_id = ?5, duplicate_of = ?6,"
        " taken_by = ?7 WHERE number = ?1";
    s->state = step->state;
    s->updated_at = call->now_us;
    s->version++;
    struct store_statement *update = store_prepare(call->store, sql);
    store_bind_int(update, 1, s->number);
    store_bind_text(update, 2, life_state_name(s->state));
    store_bind_int(update, 3, s->updated_at);
    store_bind_int(update, 4, s->version);
    store_bind_text(update, 5, s->entry_id);
    store_bind_text(update, 6, s->duplicate_of);
    store_bind_text(update, 7, s->taken_by);
    int result = store_run(update);
    return result == 0 ? add_history(call, s, step) : result;
}

int submission_rewrite(struct mesh_call *call, struct submission *s, const void *sent, size_t sent_size) {
    static const char sql[] = "UPDATE submissions SET sent = ?2, title = ?3, language = ?4, corrected_at = ?5, address_changes = ?6 WHERE number = ?1";
    s->corrected_at = call->now_us;
    struct store_statement *update = store_prepare(call->store, sql);
    store_bind_int(update, 1, s->number);
    store_bind_blob(update, 2, sent, sent_size);
    store_bind_text(update, 3, s->title);
    store_bind_text(update, 4, s->language);
    store_bind_int(update, 5, s->corrected_at);
    store_bind_int(update, 6, s->address_changes);
    return store_run(update);
}

int submission_forget(struct mesh_call *call, struct submission *s) {
    static const char row_sql[] = "UPDATE submissions SET sent = NULL, title = NULL, language = NULL WHERE number = ?1";
    static const char history_sql[] = "UPDATE history SET text = NULL WHERE number = ?1";
    static const char published_sql[] = "DELETE FROM published WHERE number = ?1";
    struct store_statement *update = store_prepare(call->store, row_sql);
    store_bind_int(update, 1, s->number);
    int result = store_run(update);
    if (result != 0)
        return result;
    update = store_prepare(call->store, history_sql);
    store_bind_int(update, 1, s->number);
    result = store_run(update);
    if (result != 0)
        return result;
    update = store_prepare(call->store, published_sql);
    store_bind_int(update, 1, s->number);
    return store_run(update);
}

// ---- history and consents, as they are told

static Kosi__HistoryItem *history_item(struct mesh_call *call, int64_t at, enum life_state state, const char *by) {
    Kosi__HistoryItem *item = arena_take(call->arena, sizeof *item);
    if (!item)
        return NULL;
    kosi__history_item__init(item);
    item->has_at = true;
    item->at = at;
    item->state = arena_text(call->arena, life_state_name(state));
    item->by = arena_text(call->arena, by);
    return item;
}

static void add_staff_part(struct mesh_call *call, struct store_statement *row, Kosi__HistoryItem *item) {
    item->login = text_or_null(call, row, 6);
    item->has_version = true;
    item->version = (uint32_t)store_int(row, 7);
}

static int read_history(struct mesh_call *call, const struct submission *s, bool staff, size_t *count,
                        Kosi__HistoryItem ***out) {
    static const char sql[] =
        "SELECT moved_at, state, moved_by, reason, text, move, login, version FROM history WHERE number = ?1"
        " ORDER BY version LIMIT ?2";
    Kosi__HistoryItem **items = arena_take(call->arena, (HISTORY_MAX + 1) * sizeof *items);
    Kosi__HistoryItem *item = items ? history_item(call, s->received_at, LIFE_RECEIVED, "citizen") : NULL;
    if (!item)
        return STORE_FAULT;
    size_t n = 0;
    items[n++] = item;
    struct store_statement *query = store_prepare(call->store, sql);
    store_bind_int(query, 1, s->number);
    store_bind_int(query, 2, HISTORY_MAX);
    int row;
    while (item && (row = store_step(query)) == 1) {
        int state = life_state_of(store_text(query, 1));
        item = history_item(call, store_int(query, 0), state < 0 ? LIFE_ERASED : (enum life_state)state, store_text(query, 2));
        if (item) {
            item->reason = text_or_null(call, query, 3);
            item->text = text_or_null(call, query, 4);
            item->move = text_or_null(call, query, 5);
            if (staff)
                add_staff_part(call, query, item);
            items[n++] = item;
        }
    }
    store_reset(query);
    *count = n;
    *out = items;
    return !item ? STORE_FAULT : row;
}

int submission_history(struct mesh_call *call, const struct submission *s, size_t *count, Kosi__HistoryItem ***out) {
    return read_history(call, s, false, count, out);
}

int submission_history_for_staff(struct mesh_call *call, const struct submission *s, size_t *count, Kosi__HistoryItem ***out) {
    return read_history(call, s, true, count, out);
}

static Kosi__ConsentGiven *consent(struct mesh_call *call, const struct submission *s, const Kosi__QuestionFile *q) {
    Kosi__ConsentGiven *given = arena_take(call->arena, sizeof *given);
    char *hash = arena_take(call->arena, WORDING_HASH_MAX);
    if (!given || !hash)
        return NULL;
    kosi__consent_given__init(given);
    given->question = arena_text(call->arena, q->id);
    given->has_form_version = true;
    given->form_version = s->form_version;
    given->wording = arena_text(call->arena, text_in(q->wording, s->language));
    if (!given->wording)
        return NULL;
    form_wording_hash(given->wording, hash);
    given->wording_hash = hash;
    bool in_english = given->wording && q->wording->en && strcmp(given->wording, q->wording->en) == 0;
    given->language = arena_text(call->arena, in_english ? "en" : "de");
    given->has_given_at = true;
    given->given_at = submission_answered_at(s);
    return given;
}

int submission_consents(struct mesh_call *call, const struct submission *s, const Kosi__SubmitRequest *sent, size_t *count,
                        Kosi__ConsentGiven ***out) {
    struct form form;
    *count = 0;
    *out = arena_take(call->arena, (sent->n_consents + 1) * sizeof **out);
    int result = form_shelf_version(office_of(call)->shelf, call->store, s->form, s->form_version, &form);
    if (result != 0 || !*out)
        return result < 0 ? result : STORE_FAULT;
    for (size_t i = 0; i < sent->n_consents; i++) {
        const Kosi__QuestionFile *q = form_question(form.file, sent->consents[i]);
        Kosi__ConsentGiven *given = q ? consent(call, s, q) : NULL;
        if (!given)
            return STORE_FAULT;
        (*out)[(*count)++] = given;
    }
    return 0;
}
