// known_entries: the ids of public entries, followed from registry's log: what a submission may be a duplicate of.
#pragma once
#include "services/common/mesh/mesh.h"

extern const struct mesh_follow known_entries_follow;
// 1 and the id in lower case (37 bytes), 0 when there is none, or a negative store_error.
int known_entries_have(struct store *store, const char *id, char out[37]);
