// The methods of the contract. All are reads; what changes the landscape comes from the submissions' log (projection.c).
#include "services/common/base/id.h"
#include "services/registry/entry.h"
#include "services/registry/projection.h"
#include "services/registry/search.h"
#include "services/registry/similar.h"
#include "services/registry/vocabulary.h"
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

int registry_get(struct mesh_call *call, const Kosi__EntryRequest *request, Kosi__Entry *reply) {
    (void)reply;
    struct landscape landscape = registry_landscape(call);
    uint8_t binary[ID_BYTES], *bytes = NULL;
    char id[ID_TEXT_MAX];
    size_t size = 0;
    if (!id_parse(request->id, binary))
        return PROBLEM_NOT_FOUND;
    id_text(binary, id);   // as it is stored, whatever case it was asked in
    int rc = entry_packed(&landscape, id, &bytes, &size);
    if (rc == 0)
        mesh_reply_packed(call, bytes, size);
    return rc;
}

int registry_similar(struct mesh_call *call, const Kosi__SimilarRequest *request, Kosi__SimilarReply *reply) {
    struct landscape landscape = registry_landscape(call);
    return similar_find(&landscape, request, reply);
}

int registry_vocabulary(struct mesh_call *call, const Kosi__VocabularyRequest *request, Kosi__VocabularyReply *reply) {
    (void)request;
    return vocabulary_tell(call->state, call->locale, call->arena, reply);
}
