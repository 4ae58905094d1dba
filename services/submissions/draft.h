// draft: the public entry that a moderator finds prepared when accepting. As it was accepted last, with the edits of then, unless the
// citizen has changed something since; before any acceptance, what the answers give.
// Functions return 0 or a negative store_error; texts live in the call's arena.
#pragma once
#include "services/submissions/submission.h"

// Remembers what was accepted, with the version that the acceptance makes.
int draft_keep(struct mesh_call *call, const struct submission *s, const Kosi__Entry *entry);
// *out NULL when the answers are gone.
int draft_of(struct mesh_call *call, const struct submission *s, const Kosi__SubmitRequest *sent, Kosi__Entry **out);
// The entry from the answers and edits (NULL: none). 0, PROBLEM_VALIDATION with the call's violations, or a store_error.
int draft_map(struct mesh_call *call, const struct submission *s, const Kosi__SubmitRequest *sent, const Kosi__EntryEdits *edits,
              Kosi__Entry *entry);
// "title, summary": which fields differ, for the audit; NULL when none does.
const char *draft_changes(struct mesh_call *call, const Kosi__Entry *before, const Kosi__Entry *after);
