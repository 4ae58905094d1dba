// reminder: "at time T, mail M, once", set by any service through its log. Kept until it is due; sent late when the node was down at T,
// but not after it has become pointless.
// Functions return 0, an enum problem, or a negative store_error.
#pragma once
#include "services/common/mesh/mesh.h"

// ReminderSet or ReminderDropped of a followed log.
int reminder_apply(struct mesh_call *call, const struct mesh_record *record);
// All that are about something end, and mails of theirs that are not sent yet; with "erased" nothing of them stays.
int reminder_drop_subject(struct mesh_call *call, const char *subject_id, const char *reason);
// Timer: what is due becomes owed. Positive: there is more.
int reminder_run(struct mesh_call *call);
int reminder_forget_old(struct mesh_call *call);   // timer: those that ended mail_keep_days ago. Positive: there are more
