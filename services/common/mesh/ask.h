// ask: a read that waits for another service's answer. The call is parked until then; no snapshot stays open meanwhile.
#pragma once
#include "services/common/mesh/worker.h"

// Sends the question the handler left in the call and parks the call, or answers it `busy`.
void ask_start(struct mesh_call_private *call);
