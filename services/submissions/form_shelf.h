// form_shelf: the forms in the database, version by version. What is asked of people now, and what was asked of them when they
// answered: a version is never changed. Definitions once read stay in memory, the least recently used ones go.
// All functions return 0, an expected enum problem, or a negative store_error.
#pragma once
#include "services/common/store/store.h"
#include "services/submissions/form.h"
#include "services/submissions/form_files.h"

struct form_shelf;
struct form_shelf *form_shelf_new(void);
void form_shelf_free(struct form_shelf **shelf);

// The writer at start: files that changed become new versions, forms without a file are closed for good.
int form_shelf_store(struct store *store, const struct form_files *files, struct arena *arena, int64_t now_us);

// The current version of an open form: PROBLEM_NOT_FOUND, PROBLEM_CLOSED. *out lives until the next few calls.
int form_shelf_open_form(struct form_shelf *shelf, struct store *store, const char *slug, struct form *out);
int form_shelf_version(struct form_shelf *shelf, struct store *store, const char *slug, uint32_t version, struct form *out);
// All open forms' slugs, sorted, in the arena.
int form_shelf_list(struct store *store, struct arena *arena, size_t *count, char ***slugs);
