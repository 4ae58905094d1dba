#include "services/notifications/template_store.h"
#include "services/notifications/mail_texts.h"
#include <string.h>

static const char sql_present[] =
    "SELECT version, source, at, login FROM template WHERE name = ?1 AND language = ?2 ORDER BY version DESC LIMIT 1";

static void take(const struct mail_pen *pen, struct store_statement *row, struct template_text *out) {
    out->version = (uint32_t)store_int(row, 0);
    out->source = store_is_null(row, 1) ? NULL : arena_text(pen->arena, store_text(row, 1));
    out->edited_at = store_int(row, 2);
    out->edited_by = arena_text(pen->arena, store_text(row, 3));
}

int template_present(const struct mail_pen *pen, enum mail_kind kind, const char *language, struct template_text *out) {
    *out = (struct template_text){0};
    struct store_statement *s = store_prepare(pen->store, sql_present);
    store_bind_text(s, 1, mail_kind_row(kind)->name);
    store_bind_text(s, 2, language);
    int rc = store_step(s);
    if (rc > 0)
        take(pen, s, out);
    store_reset(s);
    if (rc >= 0 && out->source == NULL)
        out->source = (char *)mail_texts_source(pen->room->texts, kind, language);
    return rc < 0 ? rc : 0;
}
