// Other answers from the sender, while nobody has decided. They are held against the version of the form that was answered first, be
// the form closed by now: what was asked does not change behind the answers.
#include "services/submissions/answers.h"
#include "services/submissions/submission.h"
#include "submissions.handlers.h"
#include <strings.h>

static int rewrite(struct mesh_call *call, struct submission *s, const Kosi__SubmitRequest *kept) {
    const Kosi__Value *title = answers_value(kept, "title");
    size_t size = kosi__submit_request__get_packed_size(kept);
    uint8_t *bytes = arena_take(call->arena, size + 1);
    s->title = title ? title->text : NULL;
    s->language = arena_text(call->arena, call->locale);
    if (!bytes || !s->language)
        return STORE_FAULT;
    kosi__submit_request__pack(kept, bytes);
    return submission_rewrite(call, s, bytes, size);
}

static int move(struct mesh_call *call, struct submission *s, const struct life_step *step, const struct form *form,
                const Kosi__Contact *contact) {
    struct submission_step taken = {.state = step->to, .by = "citizen", .move = life_move_name(LIFE_CORRECT)};
    int result = submission_move(call, s, &taken);
    if (result != 0)
        return result;
    Kosi__SubmissionCorrected record = KOSI__SUBMISSION_CORRECTED__INIT;
    record.id = s->id;
    record.form = s->form;
    record.has_form_version = true;
    record.form_version = s->form_version;
    return submission_log(call, s, &record.base, form, contact);
}

static const char *address_of(const Kosi__Contact *contact) {
    return contact && contact->email ? contact->email : "";
}

// The one before may have been somebody else's, by mistake.
static int count_address(struct mesh_call *call, struct submission *s, const Kosi__Contact *contact) {
    Kosi__SubmitRequest *before;
    int result = submission_sent(call, s, &before);
    if (result == 0 && strcasecmp(address_of(before ? before->contact : NULL), address_of(contact)) != 0)
        s->address_changes++;
    return result;
}

int submissions_correct(struct mesh_call *call, const Kosi__CorrectRequest *request, Kosi__CorrectReply *reply) {
    struct submission s;
    struct form form;
    int result = submission_by_token(call, request->token, &s);
    if (result != 0)
        return result;
    const struct life_step *step = life_step(s.state, LIFE_CORRECT);
    if (!step)
        return PROBLEM_ILLEGAL_STATE;
    if (request->has_answered_at && request->answered_at != submission_answered_at(&s))
        return PROBLEM_CHANGED_MEANWHILE; // an older page must not undo what was changed elsewhere since
    result = form_shelf_version(office_of(call)->shelf, call->store, s.form, s.form_version, &form);
    if (result != 0)
        return STORE_FAULT;
    Kosi__SubmitRequest given = KOSI__SUBMIT_REQUEST__INIT, kept = KOSI__SUBMIT_REQUEST__INIT;
    given.n_answers = request->n_answers;
    given.answers = request->answers;
    given.contact = request->contact;
    given.n_consents = request->n_consents;
    given.consents = request->consents;
    result = submission_check(call, &form, &given, &kept);
    if (result == 0)
        result = count_address(call, &s, kept.contact);
    if (result == 0)
        result = rewrite(call, &s, &kept);
    if (result == 0)
        result = move(call, &s, step, &form, kept.contact);
    reply->state = arena_text(call->arena, life_state_name(s.state));
    reply->has_updated_at = true;
    reply->updated_at = s.updated_at;
    reply->id = s.id;
    reply->has_generation = true;
    reply->generation = submission_link(&s);
    return result;
}
