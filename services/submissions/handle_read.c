// One submission as a moderator sees it, beside published entries that look alike. Those are registry's to find; when it can't
// answer, the submission is shown without them.
#include "services/submissions/answers.h"
#include "services/submissions/draft.h"
#include "services/submissions/reasons.h"
#include "services/submissions/submission.h"
#include "submissions.handlers.h"
#include <string.h>

static int show_sent(struct mesh_call *call, const struct submission *s, const Kosi__SubmitRequest *sent,
                     Kosi__StaffSubmission *out) {
    if (!sent)
        return 0;
    out->n_answers = sent->n_answers;
    out->answers = sent->answers;
    out->contact = sent->contact;
    return submission_consents(call, s, sent, &out->n_consents, &out->consents);
}

// The questions as they were when they were answered, and what can be said of the answers.
static int show_asked(struct mesh_call *call, const struct submission *s, Kosi__StaffSubmission *out) {
    struct office *office = office_of(call);
    struct form form;
    const char *const *reasons;
    int result = form_shelf_version(office->shelf, call->store, s->form, s->form_version, &form);
    if (result != 0)
        return result < 0 ? result : STORE_FAULT;
    size_t count = reasons_all(&reasons);
    out->reasons = arena_take(call->arena, count * sizeof *out->reasons);
    if (!out->reasons)
        return STORE_FAULT;
    for (size_t i = 0; i < count; i++)
        out->reasons[out->n_reasons++] = (char *)reasons[i];
    Kosi__Form asked = KOSI__FORM__INIT;
    if (form_show(&form, office->vocabulary, call->locale, call->now_us, call->arena, &asked) == 0)
        out->asked = (Kosi__Form *)office_copy(call, &asked.base); // the shelf may let go of it while registry is asked
    return out->asked ? 0 : STORE_FAULT;
}

static int show(struct mesh_call *call, const struct submission *s, const Kosi__SubmitRequest *sent,
                Kosi__StaffSubmission *out) {
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
    out->has_version = true;
    out->version = s->version;
    out->entry_id = s->entry_id;
    out->duplicate_of = s->duplicate_of;
    out->taken_by = s->taken_by;
    if (!out->receipt || !out->state)
        return STORE_FAULT;
    int result = submission_history_for_staff(call, s, &out->n_history, &out->history);
    if (result == 0)
        result = show_asked(call, s, out);
    if (result == 0)
        result = draft_of(call, s, sent, &out->draft);
    return result == 0 ? show_sent(call, s, sent, out) : result;
}

static Kosi__SimilarEntry *copy_of(struct mesh_call *call, const Kosi__SimilarEntry *entry) {
    Kosi__SimilarEntry *copy = arena_take(call->arena, sizeof *copy);
    if (!copy)
        return NULL;
    kosi__similar_entry__init(copy);
    copy->id = arena_text(call->arena, entry->id);
    copy->title = arena_text(call->arena, entry->title);
    copy->district = arena_text(call->arena, entry->district);
    copy->url = arena_text(call->arena, entry->url);
    copy->has_score = entry->has_score;
    copy->score = entry->score;
    return copy;
}

static int add_similar(struct mesh_call *call, int outcome, const ProtobufCMessage *answer, ProtobufCMessage *reply) {
    Kosi__StaffSubmission *out = (Kosi__StaffSubmission *)reply;
    *out = *(const Kosi__StaffSubmission *)call->prepared;
    const Kosi__SimilarReply *found = (const Kosi__SimilarReply *)answer;
    if (outcome != 0 || !found)
        return 0;
    out->similar = arena_take(call->arena, (found->n_items + 1) * sizeof *out->similar);
    for (size_t i = 0; out->similar && i < found->n_items; i++) {
        const Kosi__SimilarEntry *entry = found->items[i];
        bool own = out->entry_id && entry->id && strcmp(entry->id, out->entry_id) == 0;
        Kosi__SimilarEntry *copy = own ? NULL : copy_of(call, entry);
        if (copy)
            out->similar[out->n_similar++] = copy;
    }
    return 0;
}

static char *district_of(const struct form *form, const Kosi__SubmitRequest *sent) {
    for (size_t i = 0; i < form->file->n_questions; i++) {
        const Kosi__QuestionFile *q = form->file->questions[i];
        const Kosi__Value *value = feed_of(q->feeds) == FEED_DISTRICT ? answers_value(sent, q->id) : NULL;
        if (value)
            return value->text;
    }
    return NULL;
}

static int ask_for_similar(struct mesh_call *call, const struct submission *s, const Kosi__SubmitRequest *sent) {
    struct form form;
    Kosi__SimilarRequest request = KOSI__SIMILAR_REQUEST__INIT;
    int result = form_shelf_version(office_of(call)->shelf, call->store, s->form, s->form_version, &form);
    request.title = s->title;
    request.district = result == 0 ? district_of(&form, sent) : NULL;
    return mesh_ask(call, "registry", "Similar", &request.base, add_similar);
}

int submissions_read(struct mesh_call *call, const Kosi__StaffSubmissionRequest *request, Kosi__StaffSubmission *reply) {
    struct submission s;
    Kosi__SubmitRequest *sent = NULL;
    int result = submission_by_id(call, request->id, &s);
    if (result != 0)
        return result;
    call->audit_subject = s.id;
    result = submission_sent(call, &s, &sent);
    if (result == 0)
        result = show(call, &s, sent, reply);
    if (result != 0 || !sent || !s.title)
        return result;
    // The answer comes with an empty reply: what is known already waits for it.
    call->prepared = arena_copy(call->arena, reply, sizeof *reply);
    return call->prepared ? ask_for_similar(call, &s, sent) : STORE_FAULT;
}
