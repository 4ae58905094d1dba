// A moderator's decision: one move in the life of a submission, and the record from which others learn of it.
#include "services/common/base/id.h"
#include "services/common/base/text.h"
#include "services/submissions/draft.h"
#include "services/submissions/known_entries.h"
#include "services/submissions/reasons.h"
#include "services/submissions/submission.h"
#include "submissions.handlers.h"
#include <stdlib.h>
#include <string.h>

// Contributions to the public landscape are given under this licence; the consent of every form says so.
static char licence[] = "CC-BY-4.0";

struct decision {
    const Kosi__DecisionRequest *request;
    const char *text; // to the citizen, in normal form; NULL: none
    struct submission *submission;
    const struct life_step *step;
};

static int refuse(struct mesh_call *call, const char *field, const char *code) {
    mesh_violation(call, field, code, 0);
    return PROBLEM_VALIDATION;
}

// ---- one function per kind of record; each prepares the submission's fields and appends to the log

static int log_taken(struct mesh_call *call, struct decision *d) {
    Kosi__SubmissionTaken record = KOSI__SUBMISSION_TAKEN__INIT;
    record.id = d->submission->id;
    d->submission->taken_by = call->actor->login;
    return mesh_log(call, record.id, &record.base, NULL);
}

static int log_released(struct mesh_call *call, struct decision *d) {
    Kosi__SubmissionReleased record = KOSI__SUBMISSION_RELEASED__INIT;
    if (!d->submission->taken_by)
        return PROBLEM_ILLEGAL_STATE;
    record.id = d->submission->id;
    d->submission->taken_by = NULL;
    return mesh_log(call, record.id, &record.base, NULL);
}

// The audit names the fields that the moderator changed against the answers.
static int map_entry(struct mesh_call *call, const struct decision *d, Kosi__Entry *entry) {
    const Kosi__EntryEdits *edits = d->request->edits;
    Kosi__SubmitRequest *sent;
    int result = submission_sent(call, d->submission, &sent);
    if (result != 0 || !sent)
        return result < 0 ? result : STORE_FAULT;
    result = draft_map(call, d->submission, sent, edits, entry);
    if (result != 0 || !edits)
        return result;
    Kosi__Entry plain = KOSI__ENTRY__INIT;
    size_t before = call->violations.count;
    result = draft_map(call, d->submission, sent, NULL, &plain);
    call->violations.count = before;
    const char *changed = result < 0 ? NULL : draft_changes(call, &plain, entry);
    if (changed)
        call->audit_detail = arena_format(call->arena, "accept: %s", changed);
    return result < 0 ? result : 0;
}

static int log_accepted(struct mesh_call *call, struct decision *d) {
    struct submission *s = d->submission;
    Kosi__Entry entry = KOSI__ENTRY__INIT;
    int result = map_entry(call, d, &entry);
    if (result != 0)
        return result;
    if (!s->entry_id) {
        char id[ID_TEXT_MAX];
        id_uuid7(id);
        s->entry_id = arena_text(call->arena, id);
    }
    entry.id = s->entry_id;
    entry.city = call->config->city;
    entry.licence = licence;
    if (s->entry_id)
        result = draft_keep(call, s, &entry);
    if (result != 0)
        return result;
    Kosi__SubmissionAccepted record = KOSI__SUBMISSION_ACCEPTED__INIT;
    record.id = s->id;
    record.entry_id = s->entry_id;
    record.entry = &entry;
    return s->entry_id ? mesh_log(call, s->id, &record.base, NULL) : STORE_FAULT;
}

static int log_rejected(struct mesh_call *call, struct decision *d) {
    const Kosi__DecisionRequest *request = d->request;
    if (!request->reason || !*request->reason)
        return refuse(call, "reason", "required");
    if (!reasons_have(request->reason))
        return refuse(call, "reason", "not_an_option");
    if (strcmp(request->reason, "other") == 0 && !d->text)
        return refuse(call, "text", "required");
    Kosi__SubmissionRejected record = KOSI__SUBMISSION_REJECTED__INIT;
    record.id = d->submission->id;
    record.reason = request->reason;
    call->audit_detail = arena_format(call->arena, "reject: %s", request->reason);
    return mesh_log(call, record.id, &record.base, NULL);
}

static int log_duplicate(struct mesh_call *call, struct decision *d) {
    const char *of = d->request->duplicate_of;
    struct submission *s = d->submission;
    char id[ID_TEXT_MAX];
    if (!of || !*of)
        return refuse(call, "duplicate_of", "required");
    int known = known_entries_have(call->store, of, id);
    if (known < 0)
        return known;
    if (!known || (s->entry_id && strcmp(s->entry_id, id) == 0))
        return refuse(call, "duplicate_of", "not_an_option");
    s->duplicate_of = arena_text(call->arena, id);
    Kosi__SubmissionDuplicate record = KOSI__SUBMISSION_DUPLICATE__INIT;
    record.id = s->id;
    record.duplicate_of = s->duplicate_of;
    return s->duplicate_of ? mesh_log(call, s->id, &record.base, NULL) : STORE_FAULT;
}

static int log_reopened(struct mesh_call *call, struct decision *d) {
    struct submission *s = d->submission;
    Kosi__SubmissionReopened record = KOSI__SUBMISSION_REOPENED__INIT;
    record.id = s->id;
    record.from_state = arena_text(call->arena, life_state_name(s->state));
    record.entry_id = d->step->effect == LIFE_UNPUBLISH ? s->entry_id : NULL;
    record.duplicate_of = d->step->effect == LIFE_UNLINK ? s->duplicate_of : NULL;
    s->duplicate_of = NULL;
    s->taken_by = call->actor->login; // who opens it again goes on with it
    return record.from_state ? mesh_log(call, s->id, &record.base, NULL) : STORE_FAULT;
}

static int (*const log_of[])(struct mesh_call *call, struct decision *d) = {
    [LIFE_TAKE] = log_taken,      [LIFE_ACCEPT] = log_accepted,
    [LIFE_REJECT] = log_rejected, [LIFE_MARK_DUPLICATE] = log_duplicate,
    [LIFE_REOPEN] = log_reopened, [LIFE_RELEASE] = log_released,
};

// ----

static int reply_decided(struct mesh_call *call, const struct submission *s, Kosi__DecisionReply *reply) {
    reply->state = arena_text(call->arena, life_state_name(s->state));
    reply->entry_id = s->state == LIFE_ACCEPTED ? s->entry_id : NULL;
    reply->has_version = true;
    reply->version = s->version;
    return reply->state ? 0 : STORE_FAULT;
}

static int take_text(struct mesh_call *call, const char *text, const char **out) {
    char *normal = text ? text_normal(text) : NULL;
    *out = normal && *normal ? arena_text(call->arena, normal) : NULL;
    bool lost = (text && !normal) || (normal && *normal && !*out);
    free(normal);
    return lost ? STORE_FAULT : 0;
}

int submissions_decide(struct mesh_call *call, const Kosi__DecisionRequest *request, Kosi__DecisionReply *reply) {
    struct submission s;
    int move = life_decision_of(request->decision);
    if (move < 0)
        return refuse(call, "decision", "not_an_option");
    int result = submission_by_id(call, request->id, &s);
    if (result != 0)
        return result;
    call->audit_subject = s.id;
    call->audit_detail = request->decision;
    if (request->has_version && request->version != s.version)
        return PROBLEM_CHANGED_MEANWHILE;
    struct decision decision = {.request = request, .submission = &s, .step = life_step(s.state, (enum life_move)move)};
    if (!decision.step)
        return PROBLEM_ILLEGAL_STATE;
    if (take_text(call, request->text, &decision.text) != 0)
        return STORE_FAULT;
    result = log_of[move](call, &decision);
    if (result != 0)
        return result;
    struct submission_step step = {.state = decision.step->to, .by = "staff", .text = decision.text, .login = call->actor->login};
    step.move = request->decision;
    step.reason = move == LIFE_REJECT ? request->reason : NULL;
    result = submission_move(call, &s, &step);
    return result == 0 ? reply_decided(call, &s, reply) : result;
}
