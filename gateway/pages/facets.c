#include "gateway/pages/facets.h"
#include "gateway/respond.h"
#include "services/common/contract/json_walk.h"
#include "services/common/contract/validate.h"
#include <string.h>

#define TERMS(field) offsetof(Kosi__VocabularyReply, field), offsetof(Kosi__VocabularyReply, n_##field)
const struct facet facets[FACETS] = {
    {"kind", TEXT_FACET_KIND, TERMS(kinds)},
    {"theme", TEXT_FACET_THEME, TERMS(themes)},
    {"district", TEXT_FACET_DISTRICT, TERMS(districts)},
    {"stage", TEXT_FACET_STAGE, TERMS(stages)},
    {"sector", TEXT_FACET_SECTOR, TERMS(sectors)},
};
enum { URL_BYTES = 16 * 1024 };

Kosi__Term *const *facet_terms(const Kosi__VocabularyReply *vocabulary, const struct facet *facet, size_t *count) {
    *count = *(const size_t *)((const char *)vocabulary + facet->count);
    return *(Kosi__Term *const *const *)((const char *)vocabulary + facet->terms);
}

const char *facet_label(const Kosi__VocabularyReply *vocabulary, const char *facet_name, const char *id) {
    for (int i = 0; i < FACETS && vocabulary && id; i++) {
        if (strcmp(facets[i].name, facet_name) != 0)
            continue;
        size_t count;
        Kosi__Term *const *terms = facet_terms(vocabulary, &facets[i], &count);
        return page_term(terms, count, id);
    }
    return id ? id : "";
}

// ---- labels first

struct waiting { route_serve *then; };

static void labelled(struct request *r, const struct client_reply *reply) {
    struct waiting *waiting = r->page;
    r->page = NULL;
    page_keep_vocabulary(r, reply);
    waiting->then(r);
}

void facets_first(struct request *r, route_serve *then) {
    if (!page_vocabulary_is_due(r)) {
        then(r);
        return;
    }
    struct waiting *waiting = arena_take(r->arena, sizeof *waiting);
    if (!waiting) {
        respond_problem(r, PROBLEM_BUSY, NULL);
        return;
    }
    waiting->then = then;
    r->page = waiting;
    page_ask_vocabulary(r, labelled);
}

// ---- a search

static bool is_condition(const char *name) {
    static const char *const others[] = {"q", "city", "bbox"};
    for (int i = 0; i < FACETS; i++)
        if (strcmp(name, facets[i].name) == 0)
            return true;
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (strcmp(name, others[i]) == 0)
            return true;
    return false;
}

static bool is_order(const char *value) {
    static const char *const orders[] = {"newest", "oldest", "relevance"};
    for (size_t i = 0; i < sizeof orders / sizeof *orders; i++)
        if (strcmp(value, orders[i]) == 0)
            return true;
    return false;
}

static bool in_vocabulary(const Kosi__VocabularyReply *vocabulary, const char *name, const char *id) {
    for (int i = 0; vocabulary && i < FACETS; i++) {
        if (strcmp(facets[i].name, name) != 0)
            continue;
        size_t count;
        Kosi__Term *const *terms = facet_terms(vocabulary, &facets[i], &count);
        for (size_t k = 0; k < count; k++)
            if (strcmp(terms[k]->id, id) == 0)
                return true;
        return false;
    }
    return true;
}

static bool usable(struct request *r, const struct contract_message *contract, const struct urlencoded_pair *pair) {
    bool sort = strcmp(pair->name, "sort") == 0, token = strcmp(pair->name, "page_token") == 0;
    if (*pair->value == '\0' || !(is_condition(pair->name) || sort || token))
        return false;
    struct violations unused = {.arena = r->arena};
    Kosi__EntryListRequest trial = KOSI__ENTRY_LIST_REQUEST__INIT;
    return (!sort || is_order(pair->value)) && in_vocabulary(page_vocabulary(r), pair->name, pair->value) &&
           pair_to_message(pair->name, pair->value, false, contract, &trial.base, &unused) == 0 &&
           validate_message(contract, &trial.base, &unused) == 0;
}

void search_read(struct request *r, Kosi__EntryListRequest *input) {
    const struct contract_message *contract = contract_message_named("EntryListRequest");
    struct violations unused = {.arena = r->arena};
    size_t kept = 0;
    for (size_t i = 0; i < r->query.count; i++) {
        struct urlencoded_pair pair = r->query.items[i];
        if (usable(r, contract, &pair) && pair_to_message(pair.name, pair.value, false, contract, &input->base, &unused) == 0)
            r->query.items[kept++] = pair;
    }
    r->query.count = kept;
}

bool search_has(const struct request *r, const char *name, const char *value) {
    for (size_t i = 0; i < r->query.count; i++) {
        const struct urlencoded_pair *pair = &r->query.items[i];
        if (strcmp(pair->name, name) == 0 && *pair->value && (!value || strcmp(pair->value, value) == 0))
            return true;
    }
    return false;
}

int search_conditions(const struct request *r) {
    int count = 0;
    for (size_t i = 0; i < r->query.count; i++)
        count += *r->query.items[i].value && is_condition(r->query.items[i].name);
    return count;
}

static void add_pair(struct buf *out, const char *name, const char *value) {
    buf_char(out, strchr(out->data, '?') ? '&' : '?');
    urlencoded_add(out, name);
    buf_char(out, '=');
    urlencoded_add(out, value);
}

static bool dropped(const struct search_change *change, const struct urlencoded_pair *pair) {
    if (strcmp(pair->name, "page_token") == 0)
        return true;
    return change->drop && strcmp(change->drop, pair->name) == 0 && (!change->drop_value || strcmp(change->drop_value, pair->value) == 0);
}

const char *search_url(struct request *r, const char *path, const struct search_change *change) {
    struct buf out BUF_AUTO;
    buf_init(&out, URL_BYTES);
    buf_text(&out, path);
    for (size_t i = 0; i < r->query.count; i++) {
        const struct urlencoded_pair *pair = &r->query.items[i];
        if (*pair->value && !dropped(change, pair))
            add_pair(&out, pair->name, pair->value);
    }
    if (change->add)
        add_pair(&out, change->add, change->add_value);
    if (change->page_token && *change->page_token)
        add_pair(&out, "page_token", change->page_token);
    const char *url = out.failed ? NULL : arena_text(r->arena, out.data);
    return url ? url : path;
}

const char *search_single(struct request *r, const char *path, const char *name, const char *value) {
    struct buf out BUF_AUTO;
    buf_init(&out, URL_BYTES);
    buf_text(&out, path);
    add_pair(&out, name, value);
    const char *url = out.failed ? NULL : arena_text(r->arena, out.data);
    return url ? url : path;
}
