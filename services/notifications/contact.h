// contact: an address that mails go to, and how far it is known to want them. Nothing but the mail that asks goes to an address before
// its reader has confirmed it; and asking is rationed, so that nobody can fill a stranger's mailbox through us.
// Functions return 0, an enum problem, or a negative store_error; texts live in the call's arena.
#pragma once
#include "services/common/base/link.h"
#include "services/common/mesh/mesh.h"

enum contact_state { CONTACT_UNCONFIRMED = 1, CONTACT_CONFIRMED = 2, CONTACT_SUSPENDED = 3 };   // stored
struct contact {
    char *id;
    char *address;          // as it was given first; compared in lower case, NFC
    char *language;         // "de", "en"
    enum contact_state state;
    uint32_t generation;    // of its secret links; a new one ends the old links
};

// Finds or makes the contact of an address.
int contact_meet(struct mesh_call *call, const char *address, const char *language, struct contact *out);
// The form in which addresses are compared. NULL: out of memory.
char *contact_fold(const char *address, struct arena *arena);
int contact_by_address(struct mesh_call *call, const char *address, struct contact *out);   // PROBLEM_NOT_FOUND
int contact_by_id(struct mesh_call *call, const char *id, struct contact *out);        // PROBLEM_NOT_FOUND
// By the token of a link of this kind (link.h). PROBLEM_NOT_FOUND.
int contact_by_token(struct mesh_call *call, enum link link, const char *token, struct contact *out);
// May an unconfirmed address be written to once more to ask? Counts it when so: after the first time an hour must have passed, then a
// day, a week, 30 days.
int contact_may_ask(struct mesh_call *call, const struct contact *contact, bool *may);
int contact_would_ask(struct mesh_call *call, const struct contact *contact, bool *may);   // the same, without counting
int contact_asked(struct mesh_call *call, const struct contact *contact);                  // counts it
// The reader has confirmed: what waited is owed now (ledger_wake).
int contact_confirm(struct mesh_call *call, struct contact *contact);
// why: "bounced", "soft_bounces", "complaint". Open mails to it fail with that reason.
int contact_suspend(struct mesh_call *call, const char *id, const char *why);
int contact_release(struct mesh_call *call, const char *id);
// No matter, subscription or staff account speaks of it any more: address and preferences go, consents stay as proof of dealings with
// an id. Called after something that spoke of it went.
int contact_tidy(struct mesh_call *call, const char *id);
enum { CONTACT_SWEEP_MS = 2000 };
int contact_sweep(struct mesh_call *call);   // mesh_timer: the same for those that nobody came back to for 30 days
