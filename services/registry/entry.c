#include "services/registry/entry.h"
#include "services/common/base/problem.h"
#include "services/registry/catalogue.h"
#include "services/registry/description.h"
#include "services/registry/freshness.h"
#include "services/registry/history.h"
#include "services/registry/report.h"
#include <string.h>

static const char default_licence[] = "CC-BY-4.0";   // SPDX id; what a submission's own licence overrides

struct row {
    int64_t n, published_at;
    int state;
    uint32_t version;
};
struct bytes { uint8_t *data; size_t size; };

// 1 found, 0 not, negative fault.
static int find(struct store *store, const char *id, struct row *row) {
    struct store_statement *s = store_prepare(store, "SELECT n, state, version, published_at FROM entry WHERE id = ?1");
    store_bind_text(s, 1, id);
    int rc = store_step(s);
    if (rc == 1)
        *row = (struct row){.n = store_int(s, 0), .state = (int)store_int(s, 1), .version = (uint32_t)store_int(s, 2),
                            .published_at = store_int(s, 3)};
    store_reset(s);
    return rc;
}

static int pack(struct arena *arena, const Kosi__Entry *entry, struct bytes *out) {
    out->size = kosi__entry__get_packed_size(entry);
    out->data = arena_take(arena, out->size + 1);
    if (out->data == NULL)
        return STORE_FAULT;
    kosi__entry__pack(entry, out->data);
    return 0;
}

static int pack_parts(struct arena *arena, const Kosi__Entry *entry, struct bytes *head, struct bytes *detail, struct bytes *whole) {
    Kosi__Entry short_entry = *entry, html = KOSI__ENTRY__INIT;
    short_entry.description = NULL;
    short_entry.description_html = NULL;
    short_entry.url = NULL;
    html.description_html = entry->description_html;
    int rc = pack(arena, &short_entry, head);
    rc = rc ? rc : pack(arena, &html, detail);
    return rc ? rc : pack(arena, entry, whole);
}

static int load_relations(const struct landscape *l, Kosi__Entry *entry) {
    struct store_statement *s = store_prepare(l->store, "SELECT count(*) FROM also_reported WHERE entry_id = ?1");
    store_bind_text(s, 1, entry->id);
    int rc = store_step(s);
    size_t count = rc == 1 ? (size_t)store_int(s, 0) : 0;
    store_reset(s);
    if (rc < 0)
        return rc;
    Kosi__Relation *all = arena_take(l->arena, (count + 1) * sizeof *all);
    entry->relations = arena_take(l->arena, (count + 1) * sizeof *entry->relations);
    if (all == NULL || entry->relations == NULL)
        return STORE_FAULT;
    for (size_t i = 0; i < count; i++) {
        kosi__relation__init(&all[i]);
        all[i].type = arena_text(l->arena, "also_reported");
        entry->relations[i] = &all[i];
    }
    entry->n_relations = count;
    return 0;
}

static int render(const struct landscape *l, Kosi__Entry *entry) {
    BUF_AUTO struct buf html;
    buf_init(&html, 0);
    buf_text(&html, "");
    if (entry->description != NULL && description_html(entry->description, &html) != 0)
        return STORE_FAULT;
    entry->description_html = arena_text_n(l->arena, html.data, html.len);
    return entry->description_html == NULL ? STORE_FAULT : 0;
}

static int complete(const struct landscape *l, const struct row *row, int64_t at, Kosi__Entry *entry) {
    if (entry->city == NULL || entry->city[0] == '\0')
        entry->city = arena_text(l->arena, l->city);
    if (entry->licence == NULL || entry->licence[0] == '\0')
        entry->licence = arena_text(l->arena, default_licence);
    entry->url = landscape_url(l, entry->id);
    entry->has_version = entry->has_published_at = entry->has_updated_at = true;
    entry->version = row->version + 1;
    entry->published_at = row->published_at;
    entry->updated_at = at;
    if (entry->city == NULL || entry->licence == NULL || entry->url == NULL)
        return STORE_FAULT;
    int rc = load_relations(l, entry);
    return rc ? rc : render(l, entry);
}

static int save_row(struct store *store, struct row *row, const char *id, const struct bytes *head, const struct bytes *detail) {
    struct store_statement *s =
        store_prepare(store, "INSERT INTO entry(id, state, version, published_at, head, detail) VALUES (?1, 1, ?2, ?3, ?4, ?5)"
                             " ON CONFLICT (id) DO UPDATE SET state = 1, version = ?2, published_at = ?3, head = ?4, detail = ?5"
                             " RETURNING n");
    store_bind_text(s, 1, id);
    store_bind_int(s, 2, row->version);
    store_bind_int(s, 3, row->published_at);
    store_bind_blob(s, 4, head->data, head->size);
    store_bind_blob(s, 5, detail->data, detail->size);
    int rc = store_step(s);
    if (rc == 1)
        row->n = store_int(s, 0);
    while (rc == 1)
        rc = store_step(s);
    store_reset(s);
    return rc;
}

// The present version as it was written; *out is NULL when there is none.
static int load_version(const struct landscape *l, const struct row *row, Kosi__Entry **out) {
    struct store_statement *s = store_prepare(l->store, "SELECT content FROM entry_version WHERE n = ?1 AND version = ?2");
    store_bind_int(s, 1, row->n);
    store_bind_int(s, 2, row->version);
    int rc = store_step(s);
    size_t size = 0;
    const void *bytes = rc == 1 ? store_blob(s, 0, &size) : NULL;
    *out = bytes != NULL ? kosi__entry__unpack(arena_allocator(l->arena), size, bytes) : NULL;
    store_reset(s);
    if (rc < 0)
        return rc;
    return bytes != NULL && *out == NULL ? STORE_FAULT : 0;
}

static int save_version(struct store *store, const struct row *row, int64_t at, const struct bytes *whole, const char *changed) {
    struct store_statement *s =
        store_prepare(store, "INSERT INTO entry_version(n, version, at, content, changed) VALUES (?1, ?2, ?3, ?4, ?5)");
    store_bind_int(s, 1, row->n);
    store_bind_int(s, 2, row->version);
    store_bind_int(s, 3, at);
    store_bind_blob(s, 4, whole->data, whole->size);
    store_bind_text(s, 5, changed);
    return store_run(s);
}

// A new version of an entry that is in `row` (version 0: new), shown from now on.
static int write(const struct landscape *l, struct row *row, const Kosi__Entry *given, int64_t at, Kosi__Entry **published) {
    Kosi__Entry *entry = arena_copy(l->arena, given, sizeof *given);
    struct bytes head, detail, whole;
    if (entry == NULL)
        return STORE_FAULT;
    BUF_AUTO struct buf changed;
    buf_init(&changed, 0);
    buf_text(&changed, "");
    Kosi__Entry *before = NULL;
    int rc = row->version > 0 ? load_version(l, row, &before) : 0;
    rc = rc ? rc : complete(l, row, at, entry);
    if (rc == 0 && before != NULL)
        history_compare(before, entry, &changed);
    rc = rc ? rc : pack_parts(l->arena, entry, &head, &detail, &whole);
    if (rc == 0 && row->version > 0 && row->state == ENTRY_PUBLISHED)
        rc = catalogue_remove(l, row->n);
    row->version = entry->version;
    rc = rc ? rc : save_row(l->store, row, entry->id, &head, &detail);
    rc = rc ? rc : save_version(l->store, row, at, &whole, changed.data);
    rc = rc ? rc : catalogue_add(l, row->n, entry);
    if (rc == 0)
        *published = entry;
    return rc;
}

static void set_unconfirmed(Kosi__Entry *entry, bool unconfirmed) {
    entry->has_unconfirmed = unconfirmed;   // absent where it need not be said
    entry->unconfirmed = unconfirmed;
}

int entry_publish(const struct landscape *l, const Kosi__Entry *given, int64_t at, Kosi__Entry **published) {
    *published = NULL;
    struct row row = {.published_at = at};
    int rc = find(l->store, given->id, &row);
    if (rc < 0 || (rc == 1 && row.state == ENTRY_ERASED))
        return rc < 0 ? rc : 0;
    Kosi__Entry entry = *given;
    entry.has_confirmed_at = true;
    entry.confirmed_at = at;
    set_unconfirmed(&entry, false);
    rc = write(l, &row, &entry, at, published);
    return rc ? rc : freshness_set(l, row.n, FRESH_SURE, at);
}

static int set_state(struct store *store, int64_t n, enum entry_state state) {
    struct store_statement *s = store_prepare(store, "UPDATE entry SET state = ?2 WHERE n = ?1");
    store_bind_int(s, 1, n);
    store_bind_int(s, 2, state);
    return store_run(s);
}

int entry_unpublish(const struct landscape *l, const char *id, bool *changed) {
    struct row row;
    *changed = false;
    int rc = find(l->store, id, &row);
    if (rc <= 0)
        return rc;
    rc = freshness_end(l, row.n);   // nor does an archived one come back
    if (rc != 0 || row.state != ENTRY_PUBLISHED)
        return rc;
    rc = catalogue_remove(l, row.n);
    rc = rc ? rc : set_state(l->store, row.n, ENTRY_UNPUBLISHED);
    *changed = rc == 0;
    return rc;
}

static int leave_tombstone(struct store *store, const char *id, int64_t at) {
    struct store_statement *s =
        store_prepare(store, "INSERT INTO entry(id, state, version, published_at, head, detail) VALUES (?1, 3, 0, ?2, x'', x'')"
                             " ON CONFLICT (id) DO UPDATE SET state = 3, head = x'', detail = x''");
    store_bind_text(s, 1, id);
    store_bind_int(s, 2, at);
    return store_run(s);
}

static int forget(const struct landscape *l, int64_t n, const char *id, int64_t at) {
    struct store_statement *s = store_prepare(l->store, "DELETE FROM entry_version WHERE n = ?1");
    store_bind_int(s, 1, n);
    int rc = store_run(s);
    rc = rc ? rc : freshness_end(l, n);
    if (rc != 0)
        return rc;
    s = store_prepare(l->store, "DELETE FROM also_reported WHERE entry_id = ?1");
    store_bind_text(s, 1, id);
    rc = store_run(s);
    rc = rc ? rc : report_forget(l, id, at);
    return rc ? rc : catalogue_tidy_later(l);
}

int entry_erase(const struct landscape *l, const char *id, int64_t at, bool *changed) {
    struct row row = {.state = ENTRY_UNPUBLISHED};
    *changed = false;
    int found = find(l->store, id, &row);
    if (found < 0 || (found == 1 && row.state == ENTRY_ERASED))
        return found < 0 ? found : 0;
    int rc = row.state == ENTRY_PUBLISHED ? catalogue_remove(l, row.n) : 0;
    rc = rc ? rc : leave_tombstone(l->store, id, at);
    if (rc == 0 && found == 1)
        rc = forget(l, row.n, id, at);
    *changed = rc == 0 && found == 1;
    return rc;
}

// Shows an entry again with its relations as they are now.
static int refresh(const struct landscape *l, const char *id, int64_t at, Kosi__Entry **published) {
    struct row row;
    int rc = find(l->store, id, &row);
    if (rc <= 0 || row.state != ENTRY_PUBLISHED)
        return rc < 0 ? rc : 0;
    Kosi__Entry *entry;
    enum freshness freshness;
    rc = load_version(l, &row, &entry);
    rc = rc ? rc : freshness_of(l, row.n, &freshness);
    if (rc < 0)
        return rc;
    if (entry == NULL)
        return STORE_FAULT;
    set_unconfirmed(entry, freshness == FRESH_MARKED);
    return write(l, &row, entry, at, published);
}

// The last version of an entry that people may still be asked about.
static int find_last(const struct landscape *l, const char *id, struct row *row, Kosi__Entry **entry, int *freshness) {
    enum freshness step = FRESH_NONE;
    int rc = find(l->store, id, row);
    if (rc == 0)
        return PROBLEM_NOT_FOUND;
    rc = rc < 0 ? rc : freshness_of(l, row->n, &step);
    if (rc == 0 && step == FRESH_NONE)
        return PROBLEM_GONE;
    rc = rc ? rc : load_version(l, row, entry);
    *freshness = (int)step;
    return rc == 0 && *entry == NULL ? STORE_FAULT : rc;
}

int entry_last(const struct landscape *l, const char *id, Kosi__Entry **out, int *freshness) {
    struct row row;
    return find_last(l, id, &row, out, freshness);
}

int entry_confirm(const struct landscape *l, const char *id, int64_t at, Kosi__Entry **published) {
    struct row row;
    Kosi__Entry *entry;
    int freshness;
    *published = NULL;
    int rc = find_last(l, id, &row, &entry, &freshness);
    if (rc != 0 || freshness == FRESH_SURE)
        return rc;
    entry->has_confirmed_at = true;
    entry->confirmed_at = at;
    set_unconfirmed(entry, false);
    rc = write(l, &row, entry, at, published);
    return rc ? rc : freshness_set(l, row.n, FRESH_SURE, at);
}

int entry_mark(const struct landscape *l, const char *id, Kosi__Entry **published) {
    struct row row;
    struct bytes head, detail, whole;
    Kosi__Entry *entry;
    int freshness;
    int rc = find_last(l, id, &row, &entry, &freshness);
    if (rc != 0)
        return rc;
    set_unconfirmed(entry, true);
    rc = pack_parts(l->arena, entry, &head, &detail, &whole);
    rc = rc ? rc : save_row(l->store, &row, id, &head, &detail);
    *published = rc == 0 ? entry : NULL;
    return rc;
}

int entry_report_also(const struct landscape *l, const char *submission, const char *entry_id, int64_t at, Kosi__Entry **published) {
    *published = NULL;
    struct store_statement *s =
        store_prepare(l->store, "INSERT INTO also_reported(submission, entry_id) VALUES (?1, ?2) ON CONFLICT DO NOTHING");
    store_bind_text(s, 1, submission);
    store_bind_text(s, 2, entry_id);
    int rc = store_run(s);
    if (rc != 0 || store_changes(l->store) == 0)
        return rc;
    return refresh(l, entry_id, at, published);
}

int entry_report_gone(const struct landscape *l, const char *submission, int64_t at, Kosi__Entry **published) {
    *published = NULL;
    struct store_statement *s = store_prepare(l->store, "DELETE FROM also_reported WHERE submission = ?1 RETURNING entry_id");
    store_bind_text(s, 1, submission);
    int rc = store_step(s);
    char *entry_id = rc == 1 ? arena_text(l->arena, store_text(s, 0)) : NULL;
    bool removed = rc == 1;
    while (rc == 1)
        rc = store_step(s);
    store_reset(s);
    if (rc < 0 || !removed)
        return rc;
    return entry_id == NULL ? STORE_FAULT : refresh(l, entry_id, at, published);
}

static int join(const struct landscape *l, const char *id, struct store_statement *s, uint8_t **bytes, size_t *size) {
    size_t head_size, detail_size;
    const void *head = store_blob(s, 1, &head_size);
    const void *detail = store_blob(s, 2, &detail_size);
    Kosi__Entry address = KOSI__ENTRY__INIT;
    address.url = landscape_url(l, id);
    if (address.url == NULL)
        return STORE_FAULT;
    *size = head_size + detail_size + kosi__entry__get_packed_size(&address);
    *bytes = arena_take(l->arena, *size);
    if (*bytes == NULL)
        return STORE_FAULT;
    if (head_size > 0)
        memcpy(*bytes, head, head_size);
    if (detail_size > 0)
        memcpy(*bytes + head_size, detail, detail_size);
    kosi__entry__pack(&address, *bytes + head_size + detail_size);
    return 0;
}

int entry_packed(const struct landscape *l, const char *id, uint8_t **bytes, size_t *size) {
    struct store_statement *s = store_prepare(l->store, "SELECT state, head, detail FROM entry WHERE id = ?1");
    store_bind_text(s, 1, id);
    int rc = store_step(s);
    if (rc == 0)
        rc = PROBLEM_NOT_FOUND;
    else if (rc == 1)
        rc = store_int(s, 0) == ENTRY_PUBLISHED ? join(l, id, s, bytes, size) : PROBLEM_GONE;
    store_reset(s);
    return rc;
}
