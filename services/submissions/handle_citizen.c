// What the sender can do with the secret link: look, withdraw, take their data along, have them erased.
#include "services/submissions/submission.h"
#include "submissions.handlers.h"

static int show_status(struct mesh_call *call, const struct submission *s, Kosi__SubmissionStatus *out) {
    out->id = s->id;
    out->receipt = office_receipt(call, s->number);
    out->state = arena_text(call->arena, life_state_name(s->state));
    out->form = s->form;
    out->has_form_version = true;
    out->form_version = s->form_version;
    out->has_created_at = true;
    out->created_at = s->received_at;
    out->has_updated_at = true;
    out->updated_at = s->updated_at;
    out->has_answered_at = true;
    out->answered_at = submission_answered_at(s);
    const char *entry = s->state == LIFE_ACCEPTED ? s->entry_id : s->state == LIFE_DUPLICATE ? s->duplicate_of : NULL;
    out->entry_id = arena_text(call->arena, entry);
    out->entry_url = entry ? office_entry_url(call, entry) : NULL;
    if (!out->receipt || !out->state || (entry && (!out->entry_id || !out->entry_url)))
        return STORE_FAULT;
    return submission_history(call, s, &out->n_history, &out->history);
}

int submissions_status(struct mesh_call *call, const Kosi__TokenRequest *request, Kosi__SubmissionStatus *reply) {
    struct submission s;
    Kosi__SubmitRequest *sent;
    int result = submission_by_token(call, request->token, &s);
    if (result == 0)
        result = submission_sent(call, &s, &sent);
    if (result != 0)
        return result;
    reply->has_mailed = true;
    reply->mailed = sent && sent->contact && sent->contact->email && *sent->contact->email;
    return show_status(call, &s, reply);
}

static int show_asked(struct mesh_call *call, const struct submission *s, Kosi__SubmissionExport *out) {
    const struct office *office = office_of(call);
    struct form form;
    int result = form_shelf_version(office->shelf, call->store, s->form, s->form_version, &form);
    out->asked = arena_take(call->arena, sizeof *out->asked);
    if (result != 0 || !out->asked)
        return result < 0 ? result : STORE_FAULT;
    kosi__form__init(out->asked);
    return form_show(&form, office->vocabulary, call->locale, call->now_us, call->arena, out->asked) == 0 ? 0 : STORE_FAULT;
}

int submissions_export(struct mesh_call *call, const Kosi__TokenRequest *request, Kosi__SubmissionExport *reply) {
    struct submission s;
    Kosi__SubmitRequest *sent;
    int result = submission_by_token(call, request->token, &s);
    if (result == 0)
        result = submission_sent(call, &s, &sent);
    if (result != 0)
        return result;
    reply->submission = arena_take(call->arena, sizeof *reply->submission);
    if (!reply->submission || !sent)
        return STORE_FAULT;
    kosi__submission_status__init(reply->submission);
    reply->n_answers = sent->n_answers;
    reply->answers = sent->answers;
    reply->contact = sent->contact;
    result = show_status(call, &s, reply->submission);
    if (result == 0)
        result = submission_consents(call, &s, sent, &reply->n_consents, &reply->consents);
    return result == 0 ? show_asked(call, &s, reply) : result; // last: the shelf may let go of a form at its next call
}

int submissions_withdraw(struct mesh_call *call, const Kosi__TokenRequest *request, Kosi__WithdrawReply *reply) {
    struct submission s;
    int result = submission_by_token(call, request->token, &s);
    if (result != 0)
        return result;
    const struct life_step *step = life_step(s.state, LIFE_WITHDRAW);
    if (!step)
        return PROBLEM_ILLEGAL_STATE;
    Kosi__SubmissionWithdrawn record = KOSI__SUBMISSION_WITHDRAWN__INIT;
    record.id = s.id;
    record.entry_id = step->effect == LIFE_UNPUBLISH ? s.entry_id : NULL;
    record.duplicate_of = step->effect == LIFE_UNLINK ? s.duplicate_of : NULL;
    s.duplicate_of = NULL;
    result = submission_move(call, &s, &(struct submission_step){.state = step->to, .by = "citizen"});
    if (result == 0)
        result = mesh_log(call, s.id, &record.base, NULL);
    reply->state = arena_text(call->arena, life_state_name(s.state));
    return result;
}

// The records that spoke of it lose their content before the erasure itself is recorded. An entry that ever was public is
// named, shown or not: whoever knows it has to forget it.
static int erase(struct mesh_call *call, struct submission *s, const struct life_step *step) {
    Kosi__SubmissionErased record = KOSI__SUBMISSION_ERASED__INIT;
    record.id = s->id;
    record.entry_id = s->entry_id;
    record.duplicate_of = step->effect == LIFE_UNLINK ? s->duplicate_of : NULL;
    s->duplicate_of = NULL;
    s->taken_by = NULL;
    int result = submission_forget(call, s);
    if (result == 0)
        result = submission_move(call, s, &(struct submission_step){.state = step->to, .by = "citizen"});
    if (result == 0)
        result = mesh_log_erase(call, s->id);
    if (result == 0)
        result = mesh_key_erase(call, s->id);
    return result == 0 ? mesh_log(call, s->id, &record.base, NULL) : result;
}

int submissions_erase(struct mesh_call *call, const Kosi__TokenRequest *request, Kosi__EraseReply *reply) {
    struct submission s;
    int result = submission_by_token(call, request->token, &s);
    if (result != 0)
        return result;
    const struct life_step *step = life_step(s.state, LIFE_ERASE);
    if (!step)
        return PROBLEM_ILLEGAL_STATE;
    reply->state = arena_text(call->arena, life_state_name(step->to));
    return erase(call, &s, step);
}
