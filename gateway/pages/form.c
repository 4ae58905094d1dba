// A form in three steps: to be filled in, to be looked over, sent (303 to the submission's page). Every step carries all that was
// typed, so that nothing is kept here and nothing is lost: not by an error, a time-out, a restart, nor by going back. A hidden key makes a
// double click, or "back and send again", one submission. The same steps change answers that were sent, while nobody has decided.
//   _do=review   look over what was typed           _do=edit   back to the fields
//   _do=send     send it; the same when it is absent, so that a program needs no second step
#include "gateway/pages/questionnaire.h"
#include "gateway/pages/submission.h"
#include "gateway/respond.h"
#include "services/common/base/clock.h"
#include "services/common/contract/json_walk.h"
#include "services/common/contract/validate.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// Own fields begin with _; no question does.
static const char do_field[] = "_do", answered_field[] = "_answered_at";
// A browser may keep these pages, so that going back shows what was typed.
static const char cache[] = "private, no-cache";

struct task {
    const Kosi__Form *form;               // once it is known
    struct urlencoded_pairs typed;
    int outcome;                          // why it comes back; 0: it is to be filled in
    bool corrects, reviews;
    const char *key;
    int64_t answered_at;                  // of a correction: the answers that stand there now
};

static bool wants(const struct task *task, const char *what) {
    const char *value = urlencoded_value(&task->typed, do_field);
    return value && strcmp(value, what) == 0;
}

static enum page page_of(const struct task *task) { return task->corrects ? PAGE_CORRECT : PAGE_FORM; }
static const char *variable_of(struct request *r, const struct task *task) {
    return route_variable(&r->match, task->corrects ? "token" : "slug");
}

// ---- to be filled in

static const char *notice_for(struct request *r, const struct task *task, bool faulty) {
    if (task->outcome == 0 || (task->outcome == PROBLEM_VALIDATION && faulty))
        return NULL;
    if (task->outcome == PROBLEM_KEY_REUSED)
        return request_text(r, task->corrects ? TEXT_FORM_NOTICE_KEY_CORRECT : TEXT_FORM_NOTICE_KEY);
    if (task->outcome == PROBLEM_GONE)
        return request_text(r, TEXT_FORM_NOTICE_ERASED);
    if (task->outcome == PROBLEM_CHANGED_MEANWHILE)
        return request_text(r, TEXT_FORM_NOTICE_CHANGED);
    if (task->outcome == PROBLEM_ILLEGAL_STATE)
        return request_text(r, TEXT_FORM_NOTICE_DECIDED);
    if (task->outcome == PROBLEM_UNKNOWN_OUTCOME)
        return request_text(r, TEXT_FORM_NOTICE_UNKNOWN);
    return page_problem_text(r, task->outcome);
}

static const char *heading_of(struct request *r, const struct task *task) {
    return task->corrects ? request_text(r, TEXT_CORRECT_TITLE) : task->form->title;
}

// Of which answers the page shows a correction. Who has been told of others may replace those.
static const char *answered_at(struct request *r, const struct task *task) {
    const char *typed = urlencoded_value(&task->typed, answered_field);
    bool told = task->outcome == PROBLEM_CHANGED_MEANWHILE || task->outcome == PROBLEM_KEY_REUSED;
    char text[RFC3339_MAX];
    return !task->corrects ? NULL : typed && !told ? typed : arena_text(r->arena, clock_rfc3339(task->answered_at, text));
}

static void show_form(struct request *r) {
    struct task *task = r->page;
    const Kosi__Form *form = task->form;
    char minutes[16];
    snprintf(minutes, sizeof minutes, "%u", form->minutes);
    const char *variable = variable_of(r, task);
    bool other_key = !task->key || task->outcome == PROBLEM_KEY_REUSED || task->outcome == PROBLEM_GONE;
    struct questionnaire questionnaire = {r, form, &task->typed};
    Kosi__FormPage page = KOSI__FORM_PAGE__INIT;
    page.heading = (char *)heading_of(r, task);
    page.other_url = (char *)page_other_url(r, page_of(task), variable);
    if (!task->outcome)   // who comes back has read it
        page.intro = task->corrects ? (char *)request_text(r, TEXT_CORRECT_INTRO) : form->intro;
    if (form->minutes && !task->corrects)
        page.minutes = (char *)catalogue_fill(r->arena, request_text(r, TEXT_FORM_MINUTES), "minutes", minutes, NULL);
    page.stage = (char *)request_text(r, task->corrects ? TEXT_CORRECT_STAGE_FILL : TEXT_FORM_STAGE_FILL);
    page.action = (char *)route_page_path(page_of(task), r->language, variable, r->arena);
    page.back_url = task->corrects ? (char *)route_page_path(PAGE_SUBMISSION, r->language, variable, r->arena) : NULL;
    page.key = (char *)(other_key ? page_fresh_key(r) : task->key);
    page.answered = (char *)answered_at(r, task);
    page.has_version = true;
    page.version = form->version;
    page.has_asks_contact = true;
    page.asks_contact = !form->contact || strcmp(form->contact, "none") != 0;
    page.n_sections = questionnaire_sections(&questionnaire, &page.sections);
    page.n_faults = questionnaire_faults(r, page.sections, page.n_sections, &page.faults);
    page.has_faulty = page.faulty = page.n_faults > 0;
    page.has_several = page.several = page.n_sections > 1;
    page.notice = (char *)notice_for(r, task, page.faulty);
    page.title = page.heading;
    if (page.faulty || page.notice)
        page.title = (char *)catalogue_fill(r->arena, request_text(r, TEXT_FORM_FAULTY_TITLE), "title", page.heading, NULL);
    if (!task->corrects)
        respond_header(r, "Cache-Control", cache);
    page_render(r, task->outcome ? problem_status(task->outcome) : 200, "form", &page.base);
}

// ---- to be looked over

static void show_review(struct request *r) {
    struct task *task = r->page;
    const char *variable = variable_of(r, task);
    struct questionnaire questionnaire = {r, task->form, &task->typed};
    Kosi__FormReviewPage page = KOSI__FORM_REVIEW_PAGE__INIT;
    page.heading = (char *)request_text(r, TEXT_FORM_REVIEW_TITLE);
    page.title = arena_format(r->arena, "%s – %s", page.heading, heading_of(r, task));
    page.other_url = (char *)page_other_url(r, page_of(task), variable);
    page.stage = (char *)request_text(r, task->corrects ? TEXT_CORRECT_STAGE_REVIEW : TEXT_FORM_STAGE_REVIEW);
    page.action = (char *)route_page_path(page_of(task), r->language, variable, r->arena);
    page.has_corrects = page.corrects = task->corrects;
    page.has_sends = page.sends = !task->corrects;
    page.n_parts = questionnaire_parts(&questionnaire, page.action, &page.parts);
    page.n_fields = page_fields(r, do_field, &page.fields);
    if (!task->corrects)
        respond_header(r, "Cache-Control", cache);
    page_render(r, 200, "form_review", &page.base);
}

// ---- the form itself

static void take_form(struct request *r, const struct client_reply *reply) {
    struct task *task = r->page;
    task->form = page_take(r, reply, "Form");
    if (!task->form)
        return;
    if (task->reviews && task->outcome == 0)
        show_review(r);
    else
        show_form(r);
}

// In the version that the fields were made from, as long as it may be sent.
static void ask_form(struct request *r) {
    const struct task *task = r->page;
    const char *version = urlencoded_value(&task->typed, "form_version");
    Kosi__FormRequest input = KOSI__FORM_REQUEST__INIT;
    input.slug = (char *)route_variable(&r->match, "slug");
    input.has_version = version && strspn(version, "0123456789") == strlen(version) && strlen(version) < 10 && *version;
    input.version = input.has_version ? (uint32_t)strtoul(version, NULL, 10) : 0;
    page_ask_about(r, "submissions", "GetForm", &input.base, take_form);
}

static void show_again(struct request *r, int outcome) {
    struct task *task = r->page;
    task->outcome = outcome;
    r->signed_actor = NULL;
    if (task->form)
        show_form(r);
    else
        ask_form(r);
}

static bool is_ok(const struct client_reply *reply) { return strcmp(reply->outcome, "ok") == 0; }

static void checked(struct request *r, const struct client_reply *reply) {
    struct task *task = r->page;
    const char *detail;
    if (!is_ok(reply))
        show_again(r, respond_read_problem(r, reply, &detail));
    else if (task->form)
        show_review(r);
    else
        ask_form(r);
}

static void sent(struct request *r, const struct client_reply *reply) {
    const struct task *task = r->page;
    const char *detail;
    if (!is_ok(reply)) {
        show_again(r, respond_read_problem(r, reply, &detail));
        return;
    }
    if (task->corrects) {
        Kosi__CorrectReply *corrected = page_take(r, reply, "CorrectReply");
        if (corrected)
            respond_redirect(r, arena_format(r->arena, "%s?done=corrected",
                                             route_page_path(PAGE_SUBMISSION, r->language, corrected->token, r->arena)));
        return;
    }
    Kosi__SubmitReply *message = page_take(r, reply, "SubmitReply");
    if (message)
        respond_redirect(r, route_page_path(PAGE_SUBMISSION, r->language, message->token, r->arena));
}

// Form fields into the request. Own fields, and what the address or the submission gives, are not answers.
static int fill(struct request *r, const struct task *task, const struct contract_message *contract, ProtobufCMessage *input) {
    bool correct = strcmp(contract->descriptor->name, "kosi.CorrectRequest") == 0;
    const char *name = correct ? "token" : "slug", *value = correct || !task->corrects ? variable_of(r, task) : task->form->slug;
    int problem = pair_to_message(name, value, false, contract, input, &r->violations);
    for (size_t i = 0; i < task->typed.count && !problem; i++) {
        const struct urlencoded_pair *pair = &task->typed.items[i];
        if (pair->name[0] == '_' || strcmp(pair->name, name) == 0 || (correct && strcmp(pair->name, "form_version") == 0))
            continue;
        problem = pair_to_message(pair->name, pair->value, true, contract, input, &r->violations);
    }
    const char *answered = correct ? urlencoded_value(&task->typed, answered_field) : NULL;
    if (answered && !problem)
        problem = pair_to_message("answered_at", answered, false, contract, input, &r->violations);
    return problem ? problem : validate_message(contract, input, &r->violations);
}

static void pass_on(struct request *r) {
    struct task *task = r->page;
    bool correct = task->corrects && !task->reviews;
    const struct contract_message *contract = contract_message_named(correct ? "CorrectRequest" : "SubmitRequest");
    ProtobufCMessage *input = request_message(r, contract);
    int problem = input ? fill(r, task, contract, input) : PROBLEM_BUSY;
    if (problem) {
        show_again(r, problem);
        return;
    }
    if (task->reviews)
        r->idempotency_key = NULL;   // looking uses up no key
    page_ask(r, "submissions", task->reviews ? "Check" : correct ? "Correct" : "Submit", input, task->reviews ? checked : sent);
}

static int read_typed(struct request *r, struct task *task) {
    int problem = page_read_form(r);
    if (problem)
        return problem;
    task->typed = r->form;
    task->reviews = wants(task, "review");
    problem = page_take_key(r);
    task->key = r->idempotency_key;
    if (!problem && !task->reviews)
        page_notice_trap(r);
    return problem;
}

static struct task *new_task(struct request *r, bool corrects) {
    struct task *task = arena_take(r->arena, sizeof *task);
    r->page = task;
    if (task)
        task->corrects = corrects;
    else
        respond_problem(r, PROBLEM_BUSY, NULL);
    return task;
}

static void serve_form(struct request *r) {
    if (new_task(r, false))
        ask_form(r);
}

static void take_typed(struct request *r) {
    struct task *task = new_task(r, false);
    int problem = task ? read_typed(r, task) : 0;
    if (!task)
        return;
    if (problem)
        respond_problem(r, problem, NULL);
    else if (wants(task, "edit"))
        ask_form(r);
    else
        pass_on(r);
}

// ---- answers that were sent: the submission comes first, with its form

// The second press of a double click, when the first gave another address and so ended the mailed link that both came by: its answer is
// known by its key.
static bool is_repeat(struct request *r, const struct client_reply *reply) {
    const struct task *task = r->page;
    return strcmp(reply->outcome, "not_found") == 0 && task->key && !task->reviews && !wants(task, "edit");
}

static void take_submission(struct request *r, const struct client_reply *reply) {
    struct task *task = r->page;
    if (is_repeat(r, reply)) {
        pass_on(r);
        return;
    }
    Kosi__SubmissionExport *export = submission_take(r, reply, "SubmissionExport");
    if (!export)
        return;
    task->form = export->asked;
    task->answered_at = export->submission ? export->submission->answered_at : 0;
    const char *state = export->submission && export->submission->state ? export->submission->state : "";
    bool undecided = strcmp(state, "received") == 0 || strcmp(state, "in_review") == 0;
    if (!task->form || (!undecided && strcmp(r->route->verb, "GET") == 0)) {
        respond_redirect(r, route_page_path(PAGE_SUBMISSION, r->language, variable_of(r, task), r->arena));
        return;
    }
    if (strcmp(r->route->verb, "GET") == 0) {
        questionnaire_typed(r, export, &task->typed);
        show_form(r);
    } else if (wants(task, "edit")) {
        show_form(r);
    } else {
        pass_on(r);
    }
}

static void ask_submission(struct request *r) {
    Kosi__TokenRequest input = KOSI__TOKEN_REQUEST__INIT;
    input.token = (char *)route_variable(&r->match, "token");
    page_ask_about(r, "submissions", "Export", &input.base, take_submission);
}

static void serve_correction(struct request *r) {
    if (new_task(r, true))
        ask_submission(r);
}

static void take_correction(struct request *r) {
    struct task *task = new_task(r, true);
    int problem = task ? read_typed(r, task) : 0;
    if (!task)
        return;
    if (problem)
        respond_problem(r, problem, NULL);
    else
        ask_submission(r);
}

const struct page_row form_pages[] = {
    {PAGE_FORM, "GET", {"/formulare/{slug}", "/en/forms/{slug}"}, serve_form, NULL, false},
    {PAGE_FORM, "POST", {"/formulare/{slug}", "/en/forms/{slug}"}, take_typed, NULL, false},
    {PAGE_CORRECT, "GET", {"/einreichungen/{token}/aendern", "/en/submissions/{token}/change"}, serve_correction, NULL, true},
    {PAGE_CORRECT, "POST", {"/einreichungen/{token}/aendern", "/en/submissions/{token}/change"}, take_correction, NULL, true},
    {.verb = NULL}};
