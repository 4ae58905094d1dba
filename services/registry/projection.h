// projection: the landscape follows the submissions' log. Replayable: a submission's record that has been applied before is skipped.
#pragma once
#include "services/common/mesh/mesh.h"

extern const struct mesh_follow registry_follows[];
extern const int registry_follow_count;
// What a handler, follower or timer of this service works with.
struct landscape;
struct landscape registry_landscape(struct mesh_call *call);
// What others learn of an entry's life goes through the registry's own log. entry NULL: nothing to tell. 0 or a store_error.
int projection_tell_published(struct mesh_call *call, Kosi__Entry *entry);
int projection_tell_unpublished(struct mesh_call *call, const char *id, bool erased);
