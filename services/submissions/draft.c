#include "services/submissions/draft.h"
#include "services/submissions/mapping.h"
#include <string.h>

int draft_keep(struct mesh_call *call, const struct submission *s, const Kosi__Entry *entry) {
    static const char sql[] = "INSERT INTO published (number, version, entry) VALUES (?1, ?2, ?3)"
                              " ON CONFLICT (number) DO UPDATE SET version = excluded.version, entry = excluded.entry";
    size_t size = kosi__entry__get_packed_size(entry);
    uint8_t *bytes = arena_take(call->arena, size + 1);
    if (!bytes)
        return STORE_FAULT;
    kosi__entry__pack(entry, bytes);
    struct store_statement *insert = store_prepare(call->store, sql);
    store_bind_int(insert, 1, s->number);
    store_bind_int(insert, 2, s->version + 1);
    store_bind_blob(insert, 3, bytes, size);
    return store_run(insert);
}

int draft_map(struct mesh_call *call, const struct submission *s, const Kosi__SubmitRequest *sent, const Kosi__EntryEdits *edits,
              Kosi__Entry *entry) {
    struct office *office = office_of(call);
    struct form form;
    int result = form_shelf_version(office->shelf, call->store, s->form, s->form_version, &form);
    if (result != 0)
        return result < 0 ? result : STORE_FAULT;
    struct mapping mapping = {.form = &form,
                              .vocabulary = office->vocabulary,
                              .sent = sent,
                              .edits = edits,
                              .locale = s->language,
                              .violations = &call->violations};
    result = mapping_entry(&mapping, entry);
    return result < 0 ? STORE_FAULT : result;
}

// A citizen's step after the acceptance (a correction) makes what was accepted old.
static int read_kept(struct mesh_call *call, const struct submission *s, Kosi__Entry **out) {
    static const char sql[] = "SELECT entry FROM published WHERE number = ?1 AND NOT EXISTS (SELECT 1 FROM history"
                              " WHERE history.number = ?1 AND history.version > published.version AND moved_by = 'citizen')";
    struct store_statement *query = store_prepare(call->store, sql);
    store_bind_int(query, 1, s->number);
    int row = store_step(query);
    *out = NULL;
    if (row == 1) {
        size_t size;
        const void *bytes = store_blob(query, 0, &size);
        *out = kosi__entry__unpack(arena_allocator(call->arena), size, bytes);
    }
    store_reset(query);
    if (row == 1 && !*out)
        return STORE_FAULT;
    return row < 0 ? row : 0;
}

int draft_of(struct mesh_call *call, const struct submission *s, const Kosi__SubmitRequest *sent, Kosi__Entry **out) {
    *out = NULL;
    int result = sent ? read_kept(call, s, out) : 0;
    if (result != 0 || *out || !sent)
        return result;
    Kosi__Entry entry = KOSI__ENTRY__INIT;
    size_t before = call->violations.count;
    result = draft_map(call, s, sent, NULL, &entry);
    call->violations.count = before; // what is missing yet is for the moderator to write
    if (result >= 0)
        *out = (Kosi__Entry *)office_copy(call, &entry.base);
    if (result < 0)
        return result;
    return *out ? 0 : STORE_FAULT;
}

// ---- what a moderator changed

static bool same_text(const char *a, const char *b) {
    return strcmp(a ? a : "", b ? b : "") == 0;
}

static bool same_themes(const Kosi__Entry *a, const Kosi__Entry *b) {
    if (a->n_themes != b->n_themes)
        return false;
    for (size_t i = 0; i < a->n_themes; i++) {
        if (strcmp(a->themes[i], b->themes[i]) != 0)
            return false;
    }
    return true;
}

static bool same_point(const Kosi__Point *a, const Kosi__Point *b) {
    if (!a || !b)
        return a == b;
    return a->lat >= b->lat && a->lat <= b->lat && a->lon >= b->lon && a->lon <= b->lon;
}

const char *draft_changes(struct mesh_call *call, const Kosi__Entry *before, const Kosi__Entry *after) {
    const struct {
        const char *name;
        bool same;
    } fields[] = {
        {"kind", same_text(before->kind, after->kind)},
        {"title", same_text(before->title, after->title)},
        {"summary", same_text(before->summary, after->summary)},
        {"description", same_text(before->description, after->description)},
        {"themes", same_themes(before, after)},
        {"sector", same_text(before->sector, after->sector)},
        {"district", same_text(before->district, after->district)},
        {"stage", same_text(before->stage, after->stage)},
        {"since", same_text(before->since, after->since)},
        {"website", same_text(before->website, after->website)},
        {"point", same_point(before->point, after->point)},
    };
    char *names = NULL;
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        if (!fields[i].same)
            names = names ? arena_format(call->arena, "%s, %s", names, fields[i].name) : arena_text(call->arena, fields[i].name);
    }
    return names;
}
