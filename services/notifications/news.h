// news: entries as they were first published: what digests tell of. Fed by the registry's log.
// Functions return 0, an enum problem, or a negative store_error.
#pragma once
#include "services/common/mesh/mesh.h"

// Records EntryPublished, EntryUnpublished of the registry's log.
int news_published(struct mesh_call *call, const struct mesh_record *record);
int news_unpublished(struct mesh_call *call, const struct mesh_record *record);
int news_forget_old(struct mesh_call *call);   // timer: those no longer shown for 90 days. Positive: there are more
