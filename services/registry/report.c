#include "services/registry/report.h"
#include "services/common/base/problem.h"
#include <string.h>

enum { TIDY_ROWS = 200 };
static const int64_t day_us = (int64_t)24 * 3600 * 1000000;
static const char outcome_erased[] = "entry-erased";

static const struct { const char *reason; bool entry, site, text; } reasons[] = {
    {"outdated", true, false, false}, {"wrong", true, false, true},           {"ended", true, false, false},
    {"personal-data", true, false, false}, {"rights", true, false, true},     {"offensive", true, false, false},
    {"duplicate", true, false, false},     {"other", true, true, true},       {"accessibility", false, true, true},
};
static const char *const outcomes[] = {"corrected", "unpublished", "forwarded", "no-action"};

bool report_reason_known(const char *reason, bool about_entry) {
    for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++)
        if (strcmp(reasons[i].reason, reason) == 0)
            return about_entry ? reasons[i].entry : reasons[i].site;
    return false;
}

bool report_reason_needs_text(const char *reason) {
    for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++)
        if (strcmp(reasons[i].reason, reason) == 0)
            return reasons[i].text;
    return false;
}

bool report_outcome_known(const char *outcome) {
    for (size_t i = 0; i < sizeof outcomes / sizeof *outcomes; i++)
        if (strcmp(outcomes[i], outcome) == 0)
            return true;
    return false;
}

int report_count_open(struct store *store, uint32_t *count) {
    struct store_statement *s = store_prepare(store, "SELECT count(*) FROM report WHERE resolved_at IS NULL");
    int rc = store_step(s);
    *count = rc == 1 ? (uint32_t)store_int(s, 0) : 0;
    store_reset(s);
    return rc < 0 ? rc : 0;
}

static const char *or_empty(const char *text) {
    return text != NULL ? text : "";
}

int report_add(struct store *store, const char *id, const Kosi__ReportRequest *request, int64_t at) {
    struct store_statement *s = store_prepare(store, "INSERT INTO report(id, entry_id, reason, text, page, email, created_at)"
                                                     " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)");
    store_bind_text(s, 1, id);
    store_bind_text(s, 2, or_empty(request->entry_id));
    store_bind_text(s, 3, request->reason);
    store_bind_text(s, 4, or_empty(request->text));
    store_bind_text(s, 5, or_empty(request->page));
    store_bind_text(s, 6, or_empty(request->email));
    store_bind_int(s, 7, at);
    return store_run(s);
}

// ---- resolving and forgetting

#define BARE "text = '', page = '', email = '', bare = 1"

static int is_resolved(struct store *store, const char *id, bool *resolved) {
    struct store_statement *s = store_prepare(store, "SELECT resolved_at IS NOT NULL FROM report WHERE id = ?1");
    store_bind_text(s, 1, id);
    int rc = store_step(s);
    *resolved = rc == 1 && store_int(s, 0) != 0;
    store_reset(s);
    return rc == 0 ? PROBLEM_NOT_FOUND : rc < 0 ? rc : 0;
}

static int make_bare(struct store *store, const char *id) {
    struct store_statement *s = store_prepare(store, "UPDATE report SET " BARE " WHERE id = ?1");
    store_bind_text(s, 1, id);
    store_forget(store);
    return store_run(s);
}

int report_resolve(struct store *store, const Kosi__ResolveRequest *request, const char *login, int64_t at) {
    bool resolved;
    int rc = is_resolved(store, request->id, &resolved);
    if (rc != 0)
        return rc;
    if (resolved)
        return request->erase ? make_bare(store, request->id) : PROBLEM_ALREADY_DECIDED;
    struct store_statement *s =
        store_prepare(store, "UPDATE report SET resolved_at = ?2, resolved_by = ?3, outcome = ?4, note = ?5 WHERE id = ?1");
    store_bind_text(s, 1, request->id);
    store_bind_int(s, 2, at);
    store_bind_text(s, 3, login);
    store_bind_text(s, 4, request->outcome);
    store_bind_text(s, 5, or_empty(request->note));
    rc = store_run(s);
    return rc == 0 && request->erase ? make_bare(store, request->id) : rc;
}

int report_forget(const struct landscape *l, const char *entry_id, int64_t at) {
    struct store_statement *s =
        store_prepare(l->store, "UPDATE report SET " BARE ", resolved_at = coalesce(resolved_at, ?2),"
                                " outcome = CASE WHEN outcome = '' THEN ?3 ELSE outcome END, note = ''"
                                " WHERE entry_id = ?1 AND entry_id <> '' AND (bare = 0 OR note <> '')");
    store_bind_text(s, 1, entry_id);
    store_bind_int(s, 2, at);
    store_bind_text(s, 3, outcome_erased);
    return store_run(s);
}

int report_tidy(struct store *store, int64_t now_us) {
    struct store_statement *s =
        store_prepare(store, "UPDATE report SET " BARE " WHERE n IN (SELECT n FROM report WHERE resolved_at IS NOT NULL AND bare = 0"
                             " AND resolved_at < ?1 LIMIT ?2)");
    store_bind_int(s, 1, now_us - REPORT_KEPT_DAYS * day_us);
    store_bind_int(s, 2, TIDY_ROWS);
    int rc = store_run(s);
    if (rc != 0 || store_changes(store) == 0)
        return rc;
    store_forget(store);
    return store_changes(store) == TIDY_ROWS;
}
