// freshness: how sure it is that an entry is still right. From its publication or last confirmation on it is sure for some time
// (refresh_days); then its people are asked; unanswered it is marked in public (refresh_grace_days), later no longer shown
// (archive_days). Confirming it at any time makes it sure again. An entry that is hidden for another reason has no freshness.
#pragma once
#include "services/registry/landscape.h"

enum freshness { FRESH_SURE, FRESH_ASKED, FRESH_MARKED, FRESH_ARCHIVED, FRESH_NONE };   // up to ARCHIVED as stored

struct mesh_call;
struct mesh_record;

// All return 0 or a negative fault. n: of the entry's row.
int freshness_set(const struct landscape *landscape, int64_t n, enum freshness step, int64_t at);   // at: when the step began
int freshness_end(const struct landscape *landscape, int64_t n);
int freshness_of(const struct landscape *landscape, int64_t n, enum freshness *out);
// Record ReminderEnded of the notifications' log: whether its people could be written to.
int freshness_asked(struct mesh_call *call, const struct mesh_record *record);
// Timer: takes the next steps that are due. Positive: there are more.
int freshness_run(struct mesh_call *call);
