// The methods that read the landscape. What changes it comes from the submissions' log (projection.c).
#include "services/common/base/id.h"
#include "services/registry/entry.h"
#include "services/registry/history.h"
#include "services/registry/overview.h"
#include "services/registry/projection.h"
#include "services/registry/related.h"
#include "services/registry/room.h"
#include "services/registry/search.h"
#include "services/registry/similar.h"
#include "registry.handlers.h"
#include <string.h>

int registry_list(struct mesh_call *call, const Kosi__EntryListRequest *request, Kosi__EntryListReply *reply) {
    (void)reply;
    struct landscape landscape = registry_landscape(call);
    const char *bad_field = NULL;
    uint8_t *bytes = NULL;
    size_t size = 0;
    int rc = search_list(&landscape, request, &bytes, &size, &bad_field);
    if (rc == PROBLEM_BAD_PARAMETER)
        mesh_violation(call, bad_field, strcmp(bad_field, "bbox") == 0 ? "invalid_format" : "not_an_option", 0);
    if (rc == 0)
        mesh_reply_packed(call, bytes, size);
    return rc;
}

// As it is stored, whatever case it was asked in.
static int read_entry(const struct landscape *landscape, const char *asked, char id[ID_TEXT_MAX], uint8_t **bytes, size_t *size) {
    uint8_t binary[ID_BYTES];
    if (!id_parse(asked, binary))
        return PROBLEM_NOT_FOUND;
    id_text(binary, id);
    return entry_packed(landscape, id, bytes, size);
}

int registry_get(struct mesh_call *call, const Kosi__EntryRequest *request, Kosi__Entry *reply) {
    (void)reply;
    struct landscape landscape = registry_landscape(call);
    char id[ID_TEXT_MAX];
    uint8_t *bytes = NULL;
    size_t size = 0;
    int rc = read_entry(&landscape, request->id, id, &bytes, &size);
    if (rc == 0)
        mesh_reply_packed(call, bytes, size);
    return rc;
}

int registry_detail(struct mesh_call *call, const Kosi__EntryRequest *request, Kosi__EntryDetail *reply) {
    struct landscape landscape = registry_landscape(call);
    char id[ID_TEXT_MAX];
    uint8_t *bytes = NULL;
    size_t size = 0;
    int rc = read_entry(&landscape, request->id, id, &bytes, &size);
    if (rc != 0)
        return rc;
    reply->entry = kosi__entry__unpack(arena_allocator(call->arena), size, bytes);
    if (reply->entry == NULL)
        return STORE_FAULT;
    rc = history_tell(&landscape, id, reply);
    return rc ? rc : related_find(&landscape, id, reply);
}

int registry_overview(struct mesh_call *call, const Kosi__OverviewRequest *request, Kosi__OverviewReply *reply) {
    (void)request;
    struct landscape landscape = registry_landscape(call);
    return overview_tell(&landscape, reply);
}

int registry_sitemap(struct mesh_call *call, const Kosi__SitemapRequest *request, Kosi__SitemapReply *reply) {
    struct landscape landscape = registry_landscape(call);
    return sitemap_tell(&landscape, request->part, reply);
}

int registry_similar(struct mesh_call *call, const Kosi__SimilarRequest *request, Kosi__SimilarReply *reply) {
    struct landscape landscape = registry_landscape(call);
    return similar_find(&landscape, request, reply);
}

static int tell_terms(const struct mesh_call *call, enum vocabulary_list list, Kosi__Term ***out, size_t *count) {
    const struct room *room = call->state;
    struct vocabulary_terms terms = vocabulary_terms(room->vocabulary, list);
    Kosi__Term *all = arena_take(call->arena, terms.count * sizeof *all);
    *out = arena_take(call->arena, terms.count * sizeof **out);
    if (*out == NULL || all == NULL)
        return STORE_FAULT;
    *count = terms.count;
    for (size_t i = 0; i < terms.count; i++) {
        kosi__term__init(&all[i]);
        all[i].id = terms.items[i]->id;
        all[i].label = text_in(terms.items[i]->label, call->locale);
        (*out)[i] = &all[i];
    }
    return 0;
}

int registry_vocabulary(struct mesh_call *call, const Kosi__VocabularyRequest *request, Kosi__VocabularyReply *reply) {
    (void)request;
    int rc = tell_terms(call, VOCABULARY_THEMES, &reply->themes, &reply->n_themes);
    rc = rc ? rc : tell_terms(call, VOCABULARY_DISTRICTS, &reply->districts, &reply->n_districts);
    rc = rc ? rc : tell_terms(call, VOCABULARY_SECTORS, &reply->sectors, &reply->n_sectors);
    rc = rc ? rc : tell_terms(call, VOCABULARY_STAGES, &reply->stages, &reply->n_stages);
    return rc ? rc : tell_terms(call, VOCABULARY_KINDS, &reply->kinds, &reply->n_kinds);
}
