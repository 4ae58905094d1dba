// watchdog: what the writer looks after by the clock, so that no mail is lost from sight: leases of senders that are gone, mails that are
// owed for longer than they should be, mails that wait for a confirmation that never came, and addressees that are no longer anybody's
// business. Timers return as in mesh.h.
#pragma once
#include "services/common/mesh/mesh.h"

// This worker writes from now on: no sender has been heard of; mails find their routes as they are configured now.
int watchdog_start(struct mesh_call *call);
int watchdog_look(struct mesh_call *call);      // every second: lost leases, what is overdue, the figures
int watchdog_cancel(struct mesh_call *call);    // waiting for 30 days: cancelled as "unconfirmed"
int watchdog_forget(struct mesh_call *call);    // ended for mail_keep_days: to whom it went
