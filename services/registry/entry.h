// entry: the published record and its life: published (again and again, each time a version), unpublished, erased. Address and
// place in the order stay the same. Only the writer calls what changes; none of it speaks to the log (projection.c does).
#pragma once
#include "services/registry/landscape.h"
#include "kosi/registry.pb-c.h"
#include <stdint.h>

enum entry_state { ENTRY_PUBLISHED = 1, ENTRY_UNPUBLISHED, ENTRY_ERASED };   // as stored

// All return 0 or a negative fault. *published is the entry as it is now shown (arena memory), NULL when nothing changed.
int entry_publish(const struct landscape *landscape, const Kosi__Entry *given, int64_t at, Kosi__Entry **published);
int entry_unpublish(const struct landscape *landscape, const char *id, bool *changed);
// Takes its text away everywhere: record, versions, index. An entry never seen leaves a tombstone.
int entry_erase(const struct landscape *landscape, const char *id, int64_t at, bool *changed);

// It is still right: a new version with the time of it. One that was archived is shown again. PROBLEM_NOT_FOUND, or PROBLEM_GONE when it
// is hidden for another reason. *published is NULL when nobody had to ask yet.
int entry_confirm(const struct landscape *landscape, const char *id, int64_t at, Kosi__Entry **published);
// Shown as not confirmed, without a new version.
int entry_mark(const struct landscape *landscape, const char *id, Kosi__Entry **published);
// As it was last shown, and how sure it is (enum freshness, freshness.h); also of an archived one. Problems as for entry_confirm().
int entry_last(const struct landscape *landscape, const char *id, Kosi__Entry **out, int *freshness);

// Someone else reported the same: a relation without the other side, which is not public.
int entry_report_also(const struct landscape *landscape, const char *submission, const char *entry_id, int64_t at,
                      Kosi__Entry **published);
int entry_report_gone(const struct landscape *landscape, const char *submission, int64_t at, Kosi__Entry **published);

// The packed Entry as readers get it: 0, PROBLEM_NOT_FOUND, PROBLEM_GONE or negative. Arena memory.
int entry_packed(const struct landscape *landscape, const char *id, uint8_t **bytes, size_t *size);
