// catalogue: what of a published entry can be searched, filtered and counted: its card, its tokens in the search index, and the
// counters. Written together with the entry, by the writer only.
#pragma once
#include "services/registry/landscape.h"
#include "kosi/registry.pb-c.h"

// Both return 0 or a store_error. description is the entry's Markdown.
int catalogue_add(const struct landscape *landscape, int64_t n, const Kosi__Entry *entry);
int catalogue_remove(const struct landscape *landscape, int64_t n);

// Words of removed entries stay in the index's older parts until those are merged. After an erasure the index is merged in small
// rounds: catalogue_tidy_later() asks for as many as the index needs, catalogue_tidy() does one (1: there may be more to do).
// Not in the transaction of the removal, which reaches the index only at its end.
int catalogue_tidy_later(const struct landscape *landscape);
int catalogue_tidy(const struct landscape *landscape);
