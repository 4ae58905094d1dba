// facets: what the landscape is sorted by, with the labels of the vocabulary; and which of it an address asks for.
#pragma once
#include "gateway/pages/page.h"

enum { FACETS = 5 };
struct facet {
    const char *name;           // of the query: "theme"
    enum text label;
    size_t terms, count;        // offsets in VocabularyReply
};
extern const struct facet facets[FACETS];

Kosi__Term *const *facet_terms(const Kosi__VocabularyReply *vocabulary, const struct facet *facet, size_t *count);
// A term's label, the id itself when unknown, "" for NULL.
const char *facet_label(const Kosi__VocabularyReply *vocabulary, const char *facet_name, const char *id);
// Serves with the vocabulary at hand: asks for it first when it is not kept, or too old.
void facets_first(struct request *request, route_serve *then);

// ---- a search, as the query of an address has it
// Names that are no filters, and values that can be none, are passed over and leave request->query: a page never fails for them, and
// no link carries them on. Needs the vocabulary. page_size is the caller's.
void search_read(struct request *request, Kosi__EntryListRequest *input);
// Is this value of this filter asked for? value NULL: any.
bool search_has(const struct request *request, const char *name, const char *value);
// How many conditions narrow the list (order and page are none).
int search_conditions(const struct request *request);
// A change of the present search, as an address: each name NULL for none. Without page_token the list begins anew.
struct search_change {
    const char *drop, *drop_value;      // all of that name when the value is NULL
    const char *add, *add_value;
    const char *page_token;
};
const char *search_url(struct request *request, const char *path, const struct search_change *change);
// One condition on its own: path?name=value.
const char *search_single(struct request *request, const char *path, const char *name, const char *value);
