// sender: the thread of every worker that takes mails from the ledger to their servers. It leases from the one writer and reports to it
// (notifications.Lease), whichever process that is; renders; builds the letter; hands it to a connection of its route.
//
// It sends nothing that it is not sure to have: after 8 s without the writer's answer it lets go of all that it has not begun, before the
// writer would give it to others at 10 s. What it has begun it reports whenever it can.
#pragma once
#include "services/common/mesh/beside.h"

// Rows for mesh_service.besides.
bool sender_needed(const struct config *config, void *state);
void sender_run(struct beside *beside);
