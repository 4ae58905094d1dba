// facet: what entries can be filtered and counted by. A facet's value is one token of the search index, e.g. "theme_climate" or
// "district_eving", so that filters are part of the index's own intersection. Folded words never hold '_', so the two cannot meet.
// An entry's codes are its tokens of the counted facets, separated by blanks, as stored beside the index.
#pragma once
#include "services/common/base/buf.h"
#include "services/common/contract/vocabulary.h"
#include "kosi/registry.pb-c.h"

enum facet { FACET_KIND, FACET_THEME, FACET_DISTRICT, FACET_STAGE, FACET_SECTOR, FACET_COUNTED, FACET_CITY = FACET_COUNTED, FACET_ALL };
enum { FACET_ID_MAX = 256 };

const char *facet_name(enum facet facet);
enum vocabulary_list facet_list(enum facet facet);   // of a counted one: where its values come from
// Appends the codes of an entry; empty values have none, a value given twice counts once.
void facet_codes(const Kosi__Entry *entry, struct buf *out);
void facet_token(enum facet facet, const char *id, struct buf *out);

// Calls visit for every code; stops and returns what visit returned when that is not 0. facet and id are borrowed.
typedef int facet_visit(void *owner, enum facet facet, const char *id);
int facet_each(const char *codes, facet_visit *visit, void *owner);
