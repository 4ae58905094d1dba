// matter: a submission as notifications knows it: who is to be told about it, in which language, and the entry that came of it. Fed by the
// log of submissions.
#pragma once
#include "services/notifications/contact.h"

struct matter {
    char *id;            // of the submission
    char *contact;       // id; NULL: nobody to tell
    char *language, *receipt, *form_title;
    char *entry_id;      // NULL: none yet
    int64_t received_at;
    bool undecided;
    uint32_t address_changes;
};
int matter_load(struct mesh_call *call, const char *id, struct matter *out);             // PROBLEM_NOT_FOUND
int matter_of_entry(struct mesh_call *call, const char *entry_id, struct matter *out);   // PROBLEM_NOT_FOUND
int matter_save(struct mesh_call *call, const struct matter *matter);
int matter_forget(struct mesh_call *call, const char *id);
