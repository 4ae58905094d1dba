#include "services/registry/freshness.h"
#include "services/registry/entry.h"
#include "services/registry/projection.h"
#include <string.h>

enum { STEPS_AT_ONCE = 20 };
static const int64_t us_per_day = 24LL * 3600 * 1000 * 1000;

int freshness_set(const struct landscape *l, int64_t n, enum freshness step, int64_t at) {
    struct store_statement *s = store_prepare(l->store, "INSERT INTO fresh(n, step, step_at) VALUES (?1, ?2, ?3)"
                                                        " ON CONFLICT DO UPDATE SET step = ?2, step_at = ?3,"
                                                        " asked = CASE ?2 WHEN 0 THEN '' ELSE asked END");
    store_bind_int(s, 1, n);
    store_bind_int(s, 2, step);
    store_bind_int(s, 3, at);
    return store_run(s);
}

int freshness_end(const struct landscape *l, int64_t n) {
    struct store_statement *s = store_prepare(l->store, "DELETE FROM fresh WHERE n = ?1");
    store_bind_int(s, 1, n);
    return store_run(s);
}

int freshness_of(const struct landscape *l, int64_t n, enum freshness *out) {
    struct store_statement *s = store_prepare(l->store, "SELECT step FROM fresh WHERE n = ?1");
    store_bind_int(s, 1, n);
    int rc = store_step(s);
    *out = rc == 1 ? (enum freshness)store_int(s, 0) : FRESH_NONE;
    store_reset(s);
    return rc < 0 ? rc : 0;
}

// ---- the steps

struct due { int64_t n; char *id; };

static char *text(const char *constant) { return (char *)(uintptr_t)constant; }

// The mail about a step is set as a reminder: at once, and pointless as soon as the next step has been taken.
static int remind(struct mesh_call *call, const char *id, const char *title, const char *kind, int64_t until) {
    Kosi__ReminderSet content = KOSI__REMINDER_SET__INIT;
    Kosi__MailFact facts[2] = {KOSI__MAIL_FACT__INIT, KOSI__MAIL_FACT__INIT}, *list[2] = {&facts[0], &facts[1]};
    content.key = arena_format(call->arena, "entry/%s/%s/%lld", id, kind, (long long)call->now_us);
    content.kind = text(kind);
    content.subject_id = text(id);
    content.has_at = true;
    content.at = call->now_us;
    content.has_until = until > 0;
    content.until = until;
    facts[0].name = text("title");
    facts[0].value = text(title);
    facts[1].name = text("until");
    facts[1].value = arena_format(call->arena, "%lld", (long long)until);
    content.facts = list;
    content.n_facts = until > 0 ? 2 : 1;
    return content.key == NULL || facts[1].value == NULL ? STORE_FAULT : mesh_log(call, id, &content.base, NULL);
}

static int ask(struct mesh_call *call, const struct landscape *l, const struct due *due) {
    Kosi__Entry *entry;
    int freshness, rc = entry_last(l, due->id, &entry, &freshness);
    rc = rc ? rc : freshness_set(l, due->n, FRESH_ASKED, call->now_us);
    return rc ? rc : remind(call, due->id, entry->title, "refresh", call->now_us + call->config->refresh_grace_days * us_per_day);
}

static int mark(struct mesh_call *call, const struct landscape *l, const struct due *due) {
    Kosi__Entry *entry;
    int rc = freshness_set(l, due->n, FRESH_MARKED, call->now_us);
    rc = rc ? rc : entry_mark(l, due->id, &entry);
    rc = rc ? rc : projection_tell_published(call, entry);
    return rc ? rc : remind(call, due->id, entry->title, "stale", call->now_us + call->config->archive_days * us_per_day);
}

static int archive(struct mesh_call *call, const struct landscape *l, const struct due *due) {
    Kosi__Entry *entry;
    bool changed;
    int freshness, rc = entry_last(l, due->id, &entry, &freshness);
    rc = rc ? rc : entry_unpublish(l, due->id, &changed);
    rc = rc ? rc : freshness_set(l, due->n, FRESH_ARCHIVED, call->now_us);
    rc = rc ? rc : projection_tell_unpublished(call, due->id, false);
    return rc ? rc : remind(call, due->id, entry->title, "archived", 0);
}

// Up to STEPS_AT_ONCE entries whose step began at `since` or earlier. Returns their number or a fault.
static int find_due(const struct landscape *l, enum freshness step, int64_t since, struct due *out) {
    struct store_statement *s = store_prepare(l->store, "SELECT f.n, e.id FROM fresh f JOIN entry e ON e.n = f.n WHERE f.step = ?1 AND f.step < 3"
                                                        " AND f.step_at <= ?2 ORDER BY f.step_at LIMIT ?3");
    int count = 0, rc;
    store_bind_int(s, 1, step);
    store_bind_int(s, 2, since);
    store_bind_int(s, 3, STEPS_AT_ONCE);
    while ((rc = store_step(s)) == 1) {
        out[count] = (struct due){store_int(s, 0), arena_text(l->arena, store_text(s, 1))};
        if (out[count++].id == NULL)
            rc = STORE_FAULT;
        if (rc < 0)
            break;
    }
    store_reset(s);
    return rc < 0 ? rc : count;
}

// Of an earlier time that it was asked about says nothing about this one.
int freshness_asked(struct mesh_call *call, const struct mesh_record *record) {
    const Kosi__ReminderEnded *content = (const Kosi__ReminderEnded *)record->content;
    if (content == NULL || content->subject_id == NULL || content->outcome == NULL || strcmp(content->outcome, "pointless") == 0)
        return 0;
    struct store_statement *s = store_prepare(call->store, "UPDATE fresh SET asked = ?2 WHERE step > 0 AND step_at <= ?3"
                                                           " AND n = (SELECT n FROM entry WHERE id = ?1)");
    store_bind_text(s, 1, content->subject_id);
    store_bind_text(s, 2, content->outcome);
    store_bind_int(s, 3, record->at);
    return store_run(s);
}

int freshness_run(struct mesh_call *call) {
    const struct {
        int days;
        int (*take)(struct mesh_call *, const struct landscape *, const struct due *);
    } steps[] = {[FRESH_SURE] = {call->config->refresh_days, ask},
                 [FRESH_ASKED] = {call->config->refresh_grace_days, mark},
                 [FRESH_MARKED] = {call->config->archive_days, archive}};
    struct landscape l = registry_landscape(call);
    struct due due[STEPS_AT_ONCE];
    int more = 0;
    for (enum freshness step = FRESH_SURE; step <= FRESH_MARKED; step++) {
        int count = find_due(&l, step, call->now_us - steps[step].days * us_per_day, due), rc = count < 0 ? count : 0;
        more |= count == STEPS_AT_ONCE;
        for (int i = 0; i < count && rc == 0; i++)
            rc = steps[step].take(call, &l, &due[i]);
        if (rc != 0)
            return rc < 0 ? rc : STORE_FAULT;   // a positive one would commit what was half done
    }
    return more;
}
