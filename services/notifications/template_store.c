#include "services/notifications/template_store.h"
#include "services/notifications/mail_texts.h"
#include <string.h>

static const char sql_one[] = "SELECT version, source, at, login FROM template WHERE name = ?1 AND language = ?2 AND version <= ?3"
                              " ORDER BY version DESC LIMIT 1";
static const char sql_versions[] = "SELECT version, CASE WHEN source IS NULL THEN NULL ELSE '' END, at, login FROM template WHERE name = ?1 AND language = ?2 ORDER BY version DESC LIMIT ?3";
static const char sql_save[] = "INSERT INTO template(name, language, version, source, at, login) VALUES(?1, ?2, ?3, ?4, ?5, ?6)";

static struct store_statement *about(const struct mail_pen *pen, const char *sql, enum mail_kind kind, const char *language, int64_t number) {
    struct store_statement *s = store_prepare(pen->store, sql);
    store_bind_text(s, 1, mail_kind_row(kind)->name);
    store_bind_text(s, 2, language);
    store_bind_int(s, 3, number);
    return s;
}

static void take(const struct mail_pen *pen, struct store_statement *row, struct template_text *out) {
    out->version = (uint32_t)store_int(row, 0);
    out->source = store_is_null(row, 1) ? NULL : arena_text(pen->arena, store_text(row, 1));
    out->supplied = out->source == NULL;
    out->edited_at = store_int(row, 2);
    out->edited_by = arena_text(pen->arena, store_text(row, 3));
}

// The newest up to a version.
static int find(const struct mail_pen *pen, enum mail_kind kind, const char *language, int64_t most, struct template_text *out) {
    *out = (struct template_text){.supplied = true};
    struct store_statement *s = about(pen, sql_one, kind, language, most);
    int rc = store_step(s);
    if (rc > 0)
        take(pen, s, out);
    store_reset(s);
    if (rc >= 0 && out->source == NULL)
        out->source = (char *)(uintptr_t)mail_texts_source(pen->room->texts, kind, language);
    return rc < 0 ? rc : 0;
}

int template_present(const struct mail_pen *pen, enum mail_kind kind, const char *language, struct template_text *out) {
    return find(pen, kind, language, UINT32_MAX, out);
}

int template_version(const struct mail_pen *pen, enum mail_kind kind, const char *language, uint32_t version, struct template_text *out) {
    int rc = find(pen, kind, language, version, out);
    return rc == 0 && out->version != version ? PROBLEM_NOT_FOUND : rc;
}

int template_versions(const struct mail_pen *pen, enum mail_kind kind, const char *language, struct template_text *out) {
    struct store_statement *s = about(pen, sql_versions, kind, language, TEMPLATE_VERSIONS_SHOWN);
    int count = 0, rc;
    while ((rc = store_step(s)) > 0 && count < TEMPLATE_VERSIONS_SHOWN)
        take(pen, s, &out[count++]);
    store_reset(s);
    return rc < 0 ? rc : count;
}

int template_save(const struct mail_pen *pen, enum mail_kind kind, const char *language, const struct template_text *text) {
    struct store_statement *s = about(pen, sql_save, kind, language, text->version);
    store_bind_text(s, 4, text->source);
    store_bind_int(s, 5, text->edited_at);
    store_bind_text(s, 6, text->edited_by);
    return store_run(s);
}
