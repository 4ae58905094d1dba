// staff_view: how a submission reads to a moderator: its state, how old it is, its answers with the questions they answer, its history.
#pragma once
#include "gateway/pages/page.h"
#include "kosi/pages_moderation.pb-c.h"
#include "kosi/submissions.pb-c.h"

Kosi__StateBadge *staff_view_state(struct request *request, const char *state);
const char *staff_view_age(struct request *request, int64_t at);              // "3 days ago"
const char *staff_view_when(struct request *request, int64_t at);             // date and age
const char *staff_view_reason(struct request *request, const char *slug);     // of a rejection
const char *staff_view_count(struct request *request, uint32_t count, bool more);
// One row of a list of submissions.
Kosi__InboxRow *staff_view_row(struct request *request, const Kosi__InboxItem *item, const Kosi__WaitingReply *waiting);
// The questions in their order with what was answered, by the form's headings; consents and contact are apart. Returns how many parts.
size_t staff_view_parts(struct request *request, const Kosi__StaffSubmission *submission, Kosi__StaffPart ***out);
// The steps that made versions after this one (0: all).
size_t staff_view_steps(struct request *request, const Kosi__StaffSubmission *submission, uint32_t after, Kosi__StaffStep ***out);
// Appends a fact; `link` may be NULL. No text, no fact.
void staff_view_fact(struct request *request, Kosi__StaffFact **facts, size_t *count, const char *label, const char *text, const char *link);
enum { STAFF_FACTS_MAX = 40 };
