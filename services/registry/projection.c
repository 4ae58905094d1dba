#include "services/registry/projection.h"
#include "services/registry/entry.h"
#include "services/registry/freshness.h"
#include "services/registry/room.h"
#include <string.h>

struct landscape registry_landscape(struct mesh_call *call) {
    const struct room *room = call->state;
    return (struct landscape){.store = call->store, .arena = call->arena, .vocabulary = room->vocabulary, .city = call->config->city,
                              .public_url = call->config->public_url, .node_key = room->node_key};
}

// Where a submission stands here: the last record of it that was applied, and the entry that came from it.
struct source {
    bool known;
    int64_t seq, at;
    char *entry_id;   // NULL: none yet
};

static int source_load(const struct landscape *l, const char *submission, struct source *out) {
    *out = (struct source){0};
    struct store_statement *s = store_prepare(l->store, "SELECT seq, at, entry_id FROM source WHERE submission = ?1");
    store_bind_text(s, 1, submission);
    int rc = store_step(s);
    if (rc == 1) {
        *out = (struct source){.known = true, .seq = store_int(s, 0), .at = store_int(s, 1)};
        if (!store_is_null(s, 2) && (out->entry_id = arena_text(l->arena, store_text(s, 2))) == NULL)
            rc = STORE_FAULT;
    }
    store_reset(s);
    return rc < 0 ? rc : 0;
}

static int source_save(const struct landscape *l, const char *submission, const struct mesh_record *record, const char *entry_id) {
    struct store_statement *s =
        store_prepare(l->store, "INSERT INTO source(submission, entry_id, seq, at) VALUES (?1, ?2, ?3, ?4)"
                                " ON CONFLICT DO UPDATE SET entry_id = coalesce(?2, entry_id), seq = ?3, at = ?4");
    store_bind_text(s, 1, submission);
    store_bind_text(s, 2, entry_id);
    store_bind_int(s, 3, (int64_t)record->seq);
    store_bind_int(s, 4, record->at);
    return store_run(s);
}

// A replay brings records with numbers and times seen before. After a restore of the submissions numbers start lower again, but with
// later times: those are new.
static bool applied_before(const struct source *source, const struct mesh_record *record) {
    return source->known && (int64_t)record->seq <= source->seq && record->at <= source->at;
}

int projection_tell_published(struct mesh_call *call, Kosi__Entry *entry) {
    if (entry == NULL)
        return 0;
    Kosi__EntryPublished content = KOSI__ENTRY_PUBLISHED__INIT;
    content.entry = entry;
    return mesh_log(call, entry->id, &content.base, NULL);
}

int projection_tell_unpublished(struct mesh_call *call, const char *id, bool erased) {
    Kosi__EntryUnpublished content = KOSI__ENTRY_UNPUBLISHED__INIT;
    content.id = (char *)(uintptr_t)id;
    content.has_erased = erased;
    content.erased = erased;
    return mesh_log(call, id, &content.base, NULL);
}

static int hide(struct mesh_call *call, const struct landscape *l, const char *entry_id) {
    bool changed;
    int rc = entry_unpublish(l, entry_id, &changed);
    return rc == 0 && changed ? projection_tell_unpublished(call, entry_id, false) : rc;
}

static int erase(struct mesh_call *call, const struct landscape *l, const char *entry_id, int64_t at) {
    bool changed;
    int rc = entry_erase(l, entry_id, at, &changed);
    if (rc != 0 || !changed)
        return rc;
    rc = mesh_log_erase(call, entry_id);
    return rc ? rc : projection_tell_unpublished(call, entry_id, true);
}

static int unlink_report(struct mesh_call *call, const struct landscape *l, const struct mesh_record *record) {
    Kosi__Entry *published;
    int rc = entry_report_gone(l, record->subject, record->at, &published);
    return rc ? rc : projection_tell_published(call, published);
}

static int accepted(struct mesh_call *call, const struct landscape *l, const struct mesh_record *record, struct source *source) {
    const Kosi__SubmissionAccepted *content = (const Kosi__SubmissionAccepted *)record->content;
    if (content == NULL)
        return 0;   // erased since; the erasure is a later record
    if (content->entry == NULL || content->entry_id == NULL || content->entry->title == NULL || content->entry->kind == NULL)
        return PROBLEM_VALIDATION;
    Kosi__Entry given = *content->entry, *published;
    given.id = content->entry_id;
    source->entry_id = content->entry_id;
    int rc = entry_publish(l, &given, record->at, &published);
    return rc ? rc : projection_tell_published(call, published);
}

static int duplicate(struct mesh_call *call, const struct landscape *l, const struct mesh_record *record, struct source *source) {
    (void)source;
    const Kosi__SubmissionDuplicate *content = (const Kosi__SubmissionDuplicate *)record->content;
    if (content == NULL || content->duplicate_of == NULL)
        return 0;
    Kosi__Entry *published;
    int rc = entry_report_also(l, record->subject, content->duplicate_of, record->at, &published);
    return rc ? rc : projection_tell_published(call, published);
}

// Reopened or withdrawn: which entry and which link is known here, whatever is left of the record.
static int gone(struct mesh_call *call, const struct landscape *l, const struct mesh_record *record, struct source *source) {
    int rc = unlink_report(call, l, record);
    return rc == 0 && source->entry_id != NULL ? hide(call, l, source->entry_id) : rc;
}

static int erased(struct mesh_call *call, const struct landscape *l, const struct mesh_record *record, struct source *source) {
    const Kosi__SubmissionErased *content = (const Kosi__SubmissionErased *)record->content;
    if (source->entry_id == NULL && content != NULL && content->entry_id != NULL && content->entry_id[0] != '\0')
        source->entry_id = content->entry_id;
    int rc = unlink_report(call, l, record);
    return rc == 0 && source->entry_id != NULL ? erase(call, l, source->entry_id, record->at) : rc;
}

static const struct transition {
    const char *type;
    int (*apply)(struct mesh_call *, const struct landscape *, const struct mesh_record *, struct source *);
} transitions[] = {
    {"SubmissionAccepted", accepted}, {"SubmissionDuplicate", duplicate}, {"SubmissionReopened", gone},
    {"SubmissionWithdrawn", gone},    {"SubmissionErased", erased},
};
static const char *const types[] = {"SubmissionAccepted", "SubmissionDuplicate", "SubmissionReopened", "SubmissionWithdrawn",
                                    "SubmissionErased",   NULL};

static int apply(struct mesh_call *call, const struct mesh_record *record) {
    struct landscape l = registry_landscape(call);
    struct source source;
    int rc = source_load(&l, record->subject, &source);
    if (rc != 0 || applied_before(&source, record))
        return rc;
    for (size_t i = 0; i < sizeof transitions / sizeof *transitions; i++)
        if (strcmp(transitions[i].type, record->type) == 0) {
            rc = transitions[i].apply(call, &l, record, &source);
            return rc ? rc : source_save(&l, record->subject, record, source.entry_id);
        }
    return 0;
}

static const char *const reminder_types[] = {"ReminderEnded", NULL};

const struct mesh_follow registry_follows[] = {{"submissions", types, false, apply}, {"notifications", reminder_types, false, freshness_asked}};
const int registry_follow_count = sizeof registry_follows / sizeof *registry_follows;
