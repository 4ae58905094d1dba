// ledger: every mail that is owed, from the change that owes it to its end. Whoever owes a mail says so in the transaction of that
// change; nothing is sent that is not in here, and nothing in here disappears before it is sent, failed for good, or cancelled, each
// visibly with its reason.
// Functions return 0, an enum problem, or a negative store_error.
#pragma once
#include "services/notifications/contact.h"
#include "services/notifications/mail_kind.h"
#include "services/notifications/mail_life.h"

struct owed_mail {
    enum mail_kind kind;
    const char *dedup;          // domain id and transition ("submission/<id>/accepted/<time>"): owed once, whatever is replayed
    int64_t at;                 // when what owes it happened, as those say who told of it; 0: whenever. Part of its name
    const struct contact *contact;
    const char *subject_id;     // what it is about ("": nothing): a submission's id, an entry's, a newsletter's
    const char *language;       // NULL: the contact's
    const Kosi__MailFacts *facts;   // what the text needs and cannot be derived; NULL: nothing. Never personal data
    int64_t due_at;             // 0: now
};
// Writes it down, unless it is there. It is owed at once; or waits, when the address is not confirmed yet (for a kind that asks: when
// asking is not allowed again yet); or has failed from the start, when the address is suspended. number: of the row, 0 if it was there.
int ledger_owe(struct mesh_call *call, const struct owed_mail *mail, uint64_t *number);
// What waited for this contact's confirmation is owed now.
int ledger_wake(struct mesh_call *call, const char *contact_id);
// Open mails about something, of one kind or all (-1), end as cancelled with this reason ("overtaken", "erased", "left").
int ledger_drop(struct mesh_call *call, const char *subject_id, int kind, const char *reason);
// The same for open mails to a contact; list: only those of a list it left; NULL: all.
int ledger_drop_to(struct mesh_call *call, const char *contact_id, const char *list, const char *reason);
int ledger_drop_kind_to(struct mesh_call *call, const char *contact_id, enum mail_kind kind, const char *reason);
// Open mails to a contact that cannot be reached any more end as failed with this reason.
int ledger_fail_to(struct mesh_call *call, const char *contact_id, const char *reason);
// Nothing stays by which mails about this subject, or to this contact, could be tied to a person; that they were sent stays.
int ledger_forget_subject(struct mesh_call *call, const char *subject_id);
int ledger_forget_contact(struct mesh_call *call, const char *contact_id);
