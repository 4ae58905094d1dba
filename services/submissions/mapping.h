// mapping: from the answers, and what a moderator changed, to the public entry. Only what a question `feeds` becomes public.
#pragma once
#include "services/common/contract/violations.h"
#include "services/submissions/form.h"

struct mapping {
    const struct form *form;
    const struct vocabulary *vocabulary;
    const Kosi__SubmitRequest *sent; // normal answers
    const Kosi__EntryEdits *edits;   // may be NULL
    const char *locale;              // of the sender: headings between joined answers
    struct violations *violations;
    bool out_of_memory;
};
// Fills entry (initialised): kind, title, summary, description, themes, sector, district, stage, since, website, point.
// Returns 0, PROBLEM_VALIDATION with "edits.…" named, or -1 when memory is out.
int mapping_entry(struct mapping *mapping, Kosi__Entry *entry);
