#include "gateway/pages/session_rows.h"
#include <stdio.h>

static Kosi__PageSession *row_of(struct request *r, const Kosi__SessionItem *item) {
    Kosi__PageSession *row = arena_take(r->arena, sizeof *row);
    if (!row)
        return NULL;
    kosi__page_session__init(row);
    row->session_id = item->id;
    row->session_device = item->device && *item->device ? item->device : (char *)request_text(r, TEXT_ACCOUNT_PROGRAM);
    row->session_since = (char *)page_time(r, item->signed_in_at);
    row->session_until = (char *)page_time(r, item->expires_at);
    row->has_session_current = row->session_current = item->current;
    row->has_session_other = row->session_other = !item->current;
    return row;
}

size_t session_rows(struct request *r, const Kosi__SessionsReply *sessions, Kosi__PageSession ***out) {
    size_t n = 0;
    *out = arena_take(r->arena, (sessions->n_items + 1) * sizeof **out);
    for (size_t i = 0; i < sessions->n_items && *out; i++) {
        Kosi__PageSession *row = row_of(r, sessions->items[i]);
        if (row)
            (*out)[n++] = row;
    }
    return n;
}

void account_fact(struct request *r, Kosi__PageAccountFact **facts, size_t *count, enum text name, const char *value) {
    Kosi__PageAccountFact *fact = arena_take(r->arena, sizeof *fact);
    if (!fact || !value || *count == ACCOUNT_FACTS_MAX)
        return;
    kosi__page_account_fact__init(fact);
    fact->fact_name = (char *)request_text(r, name);
    fact->fact_value = (char *)value;
    facts[(*count)++] = fact;
}

const char *account_role(struct request *r, const char *role) {
    char key[64];
    snprintf(key, sizeof key, "role.%s", role);
    const char *text = catalogue_find(r->gateway->catalogues[r->language], key);
    return text ? text : role;
}

const char *account_roles(struct request *r, char *const *roles, size_t count) {
    const char *text = "";
    for (size_t i = 0; i < count && text; i++)
        text = arena_format(r->arena, "%s%s%s", text, i ? ", " : "", account_role(r, roles[i]));
    return text;
}
