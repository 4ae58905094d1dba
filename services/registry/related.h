// related: published entries that a reader of one entry may want to see next: with a theme in common, in the same district first.
#pragma once
#include "services/registry/landscape.h"
#include "kosi/registry.pb-c.h"

enum { RELATED_MAX = 4, RELATED_CANDIDATES = 24 };   // told; compared, per question to the index

// Fills related, the most alike first. Returns 0 or negative.
int related_find(const struct landscape *landscape, const char *entry_id, Kosi__EntryDetail *reply);
