// The page behind a citizen's secret link: receipt, state, history. Also what follows a form that was sent.
#include "gateway/pages/page.h"
#include "gateway/respond.h"
#include "kosi/submissions.pb-c.h"
#include "services/common/contract/validate.h"
#include <string.h>

static const struct { const char *state; enum text label, text; } states[] = {
    {"received", TEXT_STATE_RECEIVED, TEXT_STATE_RECEIVED_TEXT},    {"in_review", TEXT_STATE_IN_REVIEW, TEXT_STATE_IN_REVIEW_TEXT},
    {"accepted", TEXT_STATE_ACCEPTED, TEXT_STATE_ACCEPTED_TEXT},    {"rejected", TEXT_STATE_REJECTED, TEXT_STATE_REJECTED_TEXT},
    {"duplicate", TEXT_STATE_DUPLICATE, TEXT_STATE_DUPLICATE_TEXT}, {"withdrawn", TEXT_STATE_WITHDRAWN, TEXT_STATE_WITHDRAWN_TEXT},
    {"erased", TEXT_STATE_ERASED, TEXT_STATE_ERASED_TEXT},
};
static const struct { const char *by; enum text text; } actors[] = {
    {"citizen", TEXT_BY_CITIZEN}, {"staff", TEXT_BY_STAFF}, {"retention", TEXT_BY_RETENTION}};

static int state_index(const char *state) {
    for (int i = 0; i < (int)(sizeof states / sizeof *states); i++)
        if (state && strcmp(state, states[i].state) == 0)
            return i;
    return 0;
}

static const char *actor_text(struct request *r, const char *by) {
    for (size_t i = 0; i < sizeof actors / sizeof *actors; i++)
        if (by && strcmp(by, actors[i].by) == 0)
            return request_text(r, actors[i].text);
    return "";
}

static void add_step(struct request *r, Kosi__SubmissionPage *page, const Kosi__HistoryItem *item) {
    Kosi__PageStep *step = arena_take(r->arena, sizeof *step);
    if (!step)
        return;
    kosi__page_step__init(step);
    step->when = (char *)page_time(r, item->at);
    step->step_state = (char *)request_text(r, states[state_index(item->state)].label);
    step->by = (char *)actor_text(r, item->by);
    step->step_text = item->text;
    page->steps[page->n_steps++] = step;
}

static void show(struct request *r, const struct client_reply *reply) {
    Kosi__SubmissionStatus *status = page_take(r, reply, "SubmissionStatus");
    if (!status)
        return;
    int state = state_index(status->state);
    Kosi__SubmissionPage page = KOSI__SUBMISSION_PAGE__INIT;
    page.title = (char *)request_text(r, TEXT_SUBMISSION_TITLE);
    page.other_url = (char *)page_other_url(r, PAGE_SUBMISSION, route_variable(&r->match, "token"));
    page.receipt = status->receipt;
    page.state = (char *)request_text(r, states[state].label);
    page.state_text = (char *)request_text(r, states[state].text);
    page.updated = (char *)page_time(r, status->updated_at ? status->updated_at : status->created_at);
    if (status->entry_id && strcmp(states[state].state, "accepted") == 0)
        page.entry_url = (char *)route_page_path(PAGE_ENTRY, r->language, status->entry_id, r->arena);
    page.steps = arena_take(r->arena, (status->n_history + 1) * sizeof *page.steps);
    for (size_t i = 0; i < status->n_history && page.steps; i++)
        add_step(r, &page, status->history[i]);
    page_render(r, 200, "submission", &page.base);
}

static void serve_submission(struct request *r) {
    Kosi__TokenRequest input = KOSI__TOKEN_REQUEST__INIT;
    input.token = (char *)route_variable(&r->match, "token");
    struct violations unused = {.arena = r->arena};
    if (validate_message(contract_message_named("TokenRequest"), &input.base, &unused))
        respond_problem(r, PROBLEM_NOT_FOUND, NULL);
    else
        page_ask(r, "submissions", "Status", &input.base, show);
}

const struct page_row submission_pages[] = {
    {PAGE_SUBMISSION, "GET", {"/einreichungen/{token}", "/en/submissions/{token}"}, serve_submission, NULL, true},
    {.verb = NULL}};
