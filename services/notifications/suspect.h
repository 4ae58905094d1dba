// suspect: mails that a sender had when its process ended without saying so. One of them may have ended it (a fault in a library, while it
// is written or sent), and would end whoever has it next. Nobody knows which of them was begun, and nothing is written down before each
// mail to know it; so suspects are sent alone: one to a sender that has nothing else. Whatever comes of it, a mail that a sender lives to
// report on is no suspect any more; a process that ends meanwhile counts against the one it had. The third time that mail ends.
//
// Alone for a few seconds only, or a slow server would hold up all that goes elsewhere: longer each time that a mail lasted through it,
// and later than those that did not. What found no sender with empty hands for a while goes among the others again.
// Functions return 0 or a negative store_error.
#pragma once
#include "services/notifications/mail_row.h"

enum { SUSPECT_DEATHS_MOST = 3 };

// A sender's process was followed by this one in its slot. culprit: the mail that it had alone, and of which as many processes died as may;
// 0: none.
int suspect_death(struct mesh_call *call, const Kosi__LeaseRequest *request, int64_t *culprit);
// It was among what a sender had that died.
int suspect_note(struct mesh_call *call, int64_t n);
int suspect_clear(struct mesh_call *call, int64_t n);
// A sender has it no more, and never began it, or was interrupted by its own end: that says nothing.
int suspect_let_go(struct mesh_call *call, int64_t n);
// What was reported on ended nobody.
int suspect_learn(struct mesh_call *call, const Kosi__LeaseRequest *request);

struct suspect_turn {
    bool any;        // there are some: suspect_is() tells which
    bool nothing;    // this sender has one alone, and gets nothing beside it
    int64_t alone;   // this one it gets, and nothing else; 0: what is no suspect
};
int suspect_turn(struct mesh_call *call, const Kosi__LeaseRequest *request, struct suspect_turn *out);
int suspect_given(struct mesh_call *call, const Kosi__LeaseRequest *request, int64_t n);   // alone
// For a statement on mail: it is no suspect at ?3, now. ?5: suspect_before().
#define SUSPECT_NOT "NOT EXISTS(SELECT 1 FROM suspect WHERE suspect.mail = mail.n AND suspect.since BETWEEN ?5 AND ?3)"
int64_t suspect_before(const struct mesh_call *call);
// Of mails that have ended nobody need know.
int suspect_forget(struct mesh_call *call);
