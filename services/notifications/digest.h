// digest: what is new in the landscape, weekly or monthly, to who asked for it, of the themes and districts they chose. One round per
// frequency and day: it goes through the readers in batches and owes each at most one mail; who has nothing new gets none.
#pragma once
#include "services/common/mesh/mesh.h"

// Timer. Positive: there is more to do; or a store_error.
int digest_run(struct mesh_call *call);
