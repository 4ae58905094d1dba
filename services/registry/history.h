// history: the versions of an entry, as they are told: when, and which fields changed. What a field held before is told to nobody,
// since it may have been changed because it should not have been there.
#pragma once
#include "services/common/base/buf.h"
#include "services/registry/landscape.h"
#include "kosi/registry.pb-c.h"

enum { HISTORY_MAX = 20 };   // versions told

// Appends the names of the fields in which the two differ, separated by blanks. Times, version and what is derived do not count.
void history_compare(const Kosi__Entry *before, const Kosi__Entry *after, struct buf *out);
// Fills versions and more_versions. Returns 0 or negative.
int history_tell(const struct landscape *landscape, const char *entry_id, Kosi__EntryDetail *reply);
