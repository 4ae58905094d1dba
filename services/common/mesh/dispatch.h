// dispatch: from an envelope to a call that a handler may see. Every precondition of the contract is checked here: version,
// method, reach, size, time left, actor and role, the message itself. Handlers hold domain logic only.
#pragma once
#include "services/common/mesh/worker.h"

// The service's methods and the built-in ones. -1 when there are too many.
int dispatch_open(struct worker *worker);
// 0: admitted (method and request are set), else the problem to answer with.
int dispatch_admit(struct mesh_call_private *call, int64_t now_ms);
