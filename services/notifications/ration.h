// ration: how much strangers can make us write to one mailbox. It outlives the contact, or to forget an address would be to begin anew:
// so it knows a mailbox by a keyed hash only, and for 60 days.
// Functions return 0 or a negative store_error.
#pragma once
#include "services/common/mesh/mesh.h"

// To ask whoever reads it: after the first time an hour must have passed, then a day, a week, 30 days.
int ration_may_ask(struct mesh_call *call, const char *address, bool *may);
int ration_asked(struct mesh_call *call, const char *address);
// The asking of this time never left and never will. Only the last one is given back, and once: what came after it has its place.
int ration_not_asked(struct mesh_call *call, const char *address, int64_t asked_at);
int ration_used_up(struct mesh_call *call, const char *address);   // there is no such mailbox, or its reader complained
int ration_begin_anew(struct mesh_call *call, const char *address);   // the reader said so, or staff
// To a confirmed one, about what anybody may have sent in its name: ten an hour. When the next one is due.
int ration_due(struct mesh_call *call, const char *address, int64_t *due_at);
int ration_forget(struct mesh_call *call);
