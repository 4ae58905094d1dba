// staff_mail: what members of staff want to be told by mail, each for themselves: new submissions at once or once a day, overdue ones
// once a day. Known are those who moderate and may sign in; accounts tells of every change (follow_accounts.c).
// Functions return 0, an enum problem, or a negative store_error; texts live in the call's arena.
#pragma once
#include "services/notifications/matter.h"

struct staff {
    char *account, *login, *roles;
    char *contact;           // id; NULL: no address given
    char *new_submissions;   // "at_once", "daily", "none"
    bool overdue, disabled;
    bool proven;             // whoever reads the address has confirmed it since it was given here
    char *language;
};
int staff_load(struct mesh_call *call, const char *account, struct staff *out);   // PROBLEM_NOT_FOUND
int staff_save(struct mesh_call *call, const struct staff *staff);
// Is there something to write to them about submissions? Only moderators may look at them.
bool staff_may_know(const struct staff *staff);
// Nothing of what was on its way to them is wanted any more.
int staff_drop(struct mesh_call *call, const struct staff *staff, const char *reason);

// A submission came in: those who want to hear at once are told.
int staff_mail_new(struct mesh_call *call, const struct matter *matter);
// Timer: the summaries of the day, once the hour has come; links for a new password that are no longer good are not sent.
int staff_mail_tick(struct mesh_call *call);
