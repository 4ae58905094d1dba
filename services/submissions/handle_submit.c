// The hot path: check what was sent, one row, one record in the log.
#include "services/common/base/id.h"
#include "services/submissions/answers.h"
#include "services/submissions/submission.h"
#include "submissions.handlers.h"

// The version the sender saw, if they say so; else the current one. A form that is closed takes no answers, whatever the
// version.
static int form_asked(struct mesh_call *call, const Kosi__SubmitRequest *request, struct form *form) {
    struct form_shelf *shelf = office_of(call)->shelf;
    int result = form_shelf_open_form(shelf, call->store, request->slug, form);
    if (result != 0 || !request->has_form_version || request->form_version == form->version)
        return result;
    result = form_shelf_version(shelf, call->store, request->slug, request->form_version, form);
    if (result != PROBLEM_NOT_FOUND)
        return result;
    mesh_violation(call, "form_version", "out_of_range", 0);
    return PROBLEM_VALIDATION;
}

// What was kept as it came is not packed again.
static int insert(struct mesh_call *call, struct submission *s, const Kosi__SubmitRequest *request,
                  const Kosi__SubmitRequest *kept) {
    if (call->sent && answers_kept_whole(kept, request))
        return submission_insert(call, s, call->sent, call->sent_size);
    size_t size = kosi__submit_request__get_packed_size(kept);
    uint8_t *bytes = arena_take(call->arena, size + 1);
    if (!bytes)
        return STORE_FAULT;
    kosi__submit_request__pack(kept, bytes);
    return submission_insert(call, s, bytes, size);
}

static int log_received(struct mesh_call *call, const struct submission *s, const struct form *form, const Kosi__Contact *contact) {
    Kosi__SubmissionReceived record = KOSI__SUBMISSION_RECEIVED__INIT;
    record.id = s->id;
    record.form = s->form;
    record.has_form_version = true;
    record.form_version = s->form_version;
    return submission_log(call, s, &record.base, form, contact);
}

static int store_submission(struct mesh_call *call, struct submission *s, const struct form *form, const Kosi__SubmitRequest *request,
                            const Kosi__SubmitRequest *kept) {
    char id[ID_TEXT_MAX];
    id_uuid7(id);
    const Kosi__Value *title = answers_value(kept, "title");
    s->id = arena_text(call->arena, id);
    s->title = title ? title->text : NULL;
    s->language = arena_text(call->arena, call->locale);
    s->received_at = call->now_us;
    if (!s->id || !s->language)
        return STORE_FAULT;
    int result = insert(call, s, request, kept);
    return result == 0 ? log_received(call, s, form, kept->contact) : result;
}

static int reply_received(struct mesh_call *call, const struct submission *s, Kosi__SubmitReply *reply) {
    reply->id = s->id;
    reply->receipt = office_receipt(call, s->number);
    reply->state = arena_text(call->arena, life_state_name(s->state));
    reply->has_created_at = true;
    reply->created_at = s->received_at;
    return reply->receipt && reply->state ? 0 : STORE_FAULT;
}

static int check(struct mesh_call *call, const Kosi__SubmitRequest *request, struct form *form, Kosi__SubmitRequest *kept) {
    int result = form_asked(call, request, form);
    return result == 0 ? submission_check(call, form, request, kept) : result;
}

// Of a form that is closed the version that is named counts: answers that were sent before can still be corrected.
int submissions_check(struct mesh_call *call, const Kosi__SubmitRequest *request, Kosi__CheckReply *reply) {
    struct form form;
    Kosi__SubmitRequest kept = KOSI__SUBMIT_REQUEST__INIT;
    int result = form_asked(call, request, &form);
    if (result == PROBLEM_CLOSED && request->has_form_version)
        result = form_shelf_version(office_of(call)->shelf, call->store, request->slug, request->form_version, &form);
    if (result == 0)
        result = submission_check(call, &form, request, &kept);
    if (result != 0)
        return result;
    reply->has_form_version = true;
    reply->form_version = form.version;
    return 0;
}

int submissions_submit(struct mesh_call *call, const Kosi__SubmitRequest *request, Kosi__SubmitReply *reply) {
    struct form form;
    Kosi__SubmitRequest kept = KOSI__SUBMIT_REQUEST__INIT;
    int result = check(call, request, &form, &kept);
    if (result != 0)
        return result;
    struct submission s = {.form = form.file->slug, .form_version = form.version, .state = LIFE_RECEIVED};
    result = store_submission(call, &s, &form, request, &kept);
    return result == 0 ? reply_received(call, &s, reply) : result;
}
