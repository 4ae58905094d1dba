#include "services/notifications/news.h"
#include "services/notifications/ledger.h"
#include "services/notifications/reminder.h"

enum { KEPT_DAYS = 90, OLD_AT_ONCE = 500 };
static const int64_t us_per_day = 24LL * 3600 * 1000 * 1000;

// Ids between blanks, so that one can be found with a blank on either side.
static char *join(struct mesh_call *call, char *const *ids, size_t count) {
    BUF_AUTO struct buf text;
    buf_init(&text, 0);
    buf_text(&text, " ");
    for (size_t i = 0; i < count; i++)
        buf_format(&text, "%s ", ids[i]);
    return text.failed ? NULL : arena_text(call->arena, text.data);
}

// When it came to be known here, so that no round misses what was published just before it and heard of just after. What was published
// before there was a log to follow is no news.
static int64_t first_at(const struct mesh_call *call, const Kosi__Entry *entry) {
    return entry->version <= 1 ? call->now_us : entry->published_at;
}

// A later version has other words, but is no news again; nor is what is shown again.
int news_published(struct mesh_call *call, const struct mesh_record *record) {
    const Kosi__EntryPublished *content = (const Kosi__EntryPublished *)record->content;
    if (content == NULL)
        return 0;   // erased since
    const Kosi__Entry *entry = content->entry;
    if (entry == NULL || entry->id == NULL || entry->title == NULL)
        return PROBLEM_VALIDATION;
    const char *themes = join(call, entry->themes, entry->n_themes);
    if (themes == NULL)
        return STORE_FAULT;
    struct store_statement *s = store_prepare(
        call->store, "INSERT INTO news(entry_id, title, summary, themes, district, shown, first_at) VALUES (?1, ?2, ?3, ?4, ?5, 1, ?6)"
                     " ON CONFLICT (entry_id) DO UPDATE SET title = ?2, summary = ?3, themes = ?4, district = ?5, shown = 1, hidden_at = NULL");
    store_bind_text(s, 1, entry->id);
    store_bind_text(s, 2, entry->title);
    store_bind_text(s, 3, entry->summary != NULL ? entry->summary : "");
    store_bind_text(s, 4, themes);
    store_bind_text(s, 5, entry->district != NULL ? entry->district : "");
    store_bind_int(s, 6, first_at(call, entry));
    return store_run(s);
}

static int hide(struct mesh_call *call, const char *id) {
    struct store_statement *s = store_prepare(call->store, "UPDATE news SET shown = 0, hidden_at = ?2 WHERE entry_id = ?1 AND shown = 1");
    store_bind_text(s, 1, id);
    store_bind_int(s, 2, call->now_us);
    return store_run(s);
}

static int forget(struct mesh_call *call, const char *id) {
    struct store_statement *s = store_prepare(call->store, "DELETE FROM news WHERE entry_id = ?1");
    store_bind_text(s, 1, id);
    store_forget(call->store);
    int rc = store_run(s);
    return rc ? rc : ledger_forget_subject(call, id);
}

// Whether its entry is still right need nobody say of what is no longer shown. That it was archived is told by a later record.
int news_unpublished(struct mesh_call *call, const struct mesh_record *record) {
    const Kosi__EntryUnpublished *content = (const Kosi__EntryUnpublished *)record->content;
    bool erased = content != NULL && content->erased;
    int rc = reminder_drop_subject(call, record->subject, erased ? "erased" : "overtaken");
    if (rc != 0)
        return rc;
    return erased ? forget(call, record->subject) : hide(call, record->subject);
}

// What is shown stays: mails name it by its title.
int news_forget_old(struct mesh_call *call) {
    struct store_statement *s = store_prepare(call->store, "DELETE FROM news WHERE entry_id IN (SELECT entry_id FROM news WHERE hidden_at IS NOT NULL"
                                                           " AND hidden_at < ?1 ORDER BY hidden_at LIMIT ?2)");
    store_bind_int(s, 1, call->now_us - KEPT_DAYS * us_per_day);
    store_bind_int(s, 2, OLD_AT_ONCE);
    int rc = store_run(s);
    return rc ? rc : store_changes(call->store) == OLD_AT_ONCE;
}
