// The pages behind a citizen's secret link: what became of it and what can be done; the receipt; one's own data; and before something
// that can't be undone, a page that asks.
#include "gateway/pages/submission.h"
#include "gateway/pages/own_mails.h"
#include "gateway/pages/questionnaire.h"
#include "gateway/qr.h"
#include "gateway/respond.h"
#include <string.h>

struct state {
    const char *name;
    enum text label, text, next;
    bool undecided, ended;          // may be corrected; nothing is left to withdraw
};
static const struct state states[] = {
    {"received", TEXT_STATE_RECEIVED, TEXT_STATE_RECEIVED_TEXT, TEXT_STATE_RECEIVED_NEXT, true, false},
    {"in_review", TEXT_STATE_IN_REVIEW, TEXT_STATE_IN_REVIEW_TEXT, TEXT_STATE_IN_REVIEW_NEXT, true, false},
    {"accepted", TEXT_STATE_ACCEPTED, TEXT_STATE_ACCEPTED_TEXT, TEXT_STATE_ACCEPTED_NEXT, false, false},
    {"rejected", TEXT_STATE_REJECTED, TEXT_STATE_REJECTED_TEXT, TEXT_STATE_REJECTED_NEXT, false, false},
    {"duplicate", TEXT_STATE_DUPLICATE, TEXT_STATE_DUPLICATE_TEXT, TEXT_STATE_DUPLICATE_NEXT, false, false},
    {"withdrawn", TEXT_STATE_WITHDRAWN, TEXT_STATE_WITHDRAWN_TEXT, TEXT_STATE_WITHDRAWN_NEXT, false, true},
};

static const struct state *state_of(const char *name) {
    for (size_t i = 0; i < sizeof states / sizeof *states; i++)
        if (name && strcmp(name, states[i].name) == 0)
            return &states[i];
    return &states[0];
}

static const char *token_of(struct request *r) { return route_variable(&r->match, "token"); }
static char *link_to(struct request *r, enum page page) { return (char *)route_page_path(page, r->language, token_of(r), r->arena); }
static char *other(struct request *r, enum page page) { return (char *)page_other_url(r, page, token_of(r)); }
static char *own_url(struct request *r) {
    return arena_format(r->arena, "%s%s", r->gateway->config->public_url, link_to(r, PAGE_SUBMISSION));
}

// An erased submission is no fault of the reader's: their data are gone as they wanted.
void *submission_take(struct request *r, const struct client_reply *reply, const char *message) {
    if (strcmp(reply->outcome, "gone") != 0)
        return page_take(r, reply, message);
    Kosi__SubmissionGonePage page = KOSI__SUBMISSION_GONE_PAGE__INIT;
    page.title = (char *)request_text(r, TEXT_STATE_ERASED_TEXT);
    page.other_url = other(r, PAGE_SUBMISSION);
    page_render(r, 410, "submission_gone", &page.base);
    return NULL;
}

static void ask(struct request *r, const char *method, request_then *then) {
    Kosi__TokenRequest input = KOSI__TOKEN_REQUEST__INIT;
    input.token = (char *)token_of(r);
    page_ask_about(r, "submissions", method, &input.base, then);
}

// ---- what became of it

static const struct { const char *by, *move, *state; enum text text; } happenings[] = {   // the first that fits; NULL: any
    {"citizen", "correct", NULL, TEXT_HISTORY_CORRECTED},    {"citizen", NULL, "received", TEXT_HISTORY_SENT},
    {"citizen", NULL, "withdrawn", TEXT_HISTORY_WITHDRAWN},  {"staff", "take", NULL, TEXT_HISTORY_TAKEN},
    {"staff", "release", NULL, TEXT_HISTORY_RELEASED},       {"staff", "reopen", NULL, TEXT_HISTORY_REOPENED},
    {"staff", NULL, "in_review", TEXT_HISTORY_TAKEN},        {"staff", NULL, "accepted", TEXT_HISTORY_ACCEPTED},
    {"staff", NULL, "rejected", TEXT_HISTORY_REJECTED},      {"staff", NULL, "duplicate", TEXT_HISTORY_DUPLICATE},
    {"retention", NULL, NULL, TEXT_HISTORY_RETENTION},
};

static bool fits(const char *wanted, const char *is) { return !wanted || (is && strcmp(wanted, is) == 0); }

static const char *happened(struct request *r, const Kosi__HistoryItem *item) {
    for (size_t i = 0; i < sizeof happenings / sizeof *happenings; i++)
        if (fits(happenings[i].by, item->by) && fits(happenings[i].move, item->move) && fits(happenings[i].state, item->state))
            return request_text(r, happenings[i].text);
    return request_text(r, state_of(item->state)->label);
}

// The catalogue of reasons has a text for each; what staff wrote themselves comes after it.
static const char *reason_text(struct request *r, const Kosi__HistoryItem *item) {
    const char *key = item->reason ? arena_format(r->arena, "reason.%s", item->reason) : NULL;
    const char *reason = key ? catalogue_find(r->gateway->catalogues[r->language], key) : NULL;
    bool text = item->text && *item->text;
    if (!reason || !text)
        return reason ? reason : item->text;
    return arena_format(r->arena, "%s\n%s", reason, item->text);
}

static void add_step(struct request *r, Kosi__SubmissionPage *page, const Kosi__HistoryItem *item) {
    Kosi__PageStep *step = arena_take(r->arena, sizeof *step);
    if (!step)
        return;
    kosi__page_step__init(step);
    step->when = (char *)page_time(r, item->at);
    step->happened = (char *)happened(r, item);
    step->step_text = (char *)reason_text(r, item);
    page->steps[page->n_steps++] = step;
}

// Told once, on the page that follows: only what the submission itself bears out.
static const char *done_text(struct request *r, const Kosi__SubmissionStatus *status) {
    const char *done = urlencoded_value(&r->query, "done");
    const Kosi__HistoryItem *last = status->n_history ? status->history[status->n_history - 1] : NULL;
    if (status->n_history == 1)
        return request_text(r, TEXT_SUBMISSION_THANKS);
    if (done && last && strcmp(done, "corrected") == 0 && fits("correct", last->move))
        return request_text(r, TEXT_SUBMISSION_CORRECTED);
    if (done && strcmp(done, "withdrawn") == 0 && fits("withdrawn", status->state))
        return request_text(r, TEXT_SUBMISSION_WITHDRAWN);
    return NULL;
}

static void add_links(struct request *r, const struct state *state, Kosi__SubmissionPage *page) {
    page->receipt_url = link_to(r, PAGE_RECEIPT);
    page->data_url = link_to(r, PAGE_OWN_DATA);
    page->erase_url = link_to(r, PAGE_ERASE);
    page->correct_url = state->undecided ? link_to(r, PAGE_CORRECT) : NULL;
    page->withdraw_url = state->ended ? NULL : link_to(r, PAGE_WITHDRAW);
}

static void add_mails(struct request *r, const struct client_reply *mails, const struct state *state, Kosi__SubmissionPage *page) {
    const Kosi__SubmissionStatus *status = r->page;
    struct own_mails own;
    own_mails_read(r, mails, status->answered_at, &own);
    page->own_mails = own.lines;
    page->n_own_mails = own.count;
    page->has_has_mails = page->has_mails = own.count > 0;
    if (state->ended)
        return;
    page->mail_notice_title = (char *)own.title;
    page->mail_notice = (char *)own.notice;
    page->mail_wrong = state->undecided ? (char *)request_text(r, TEXT_OWN_MAILS_WRONG) : NULL;
}

// What was accepted, while nobody confirms any more that it is still right.
static const struct state hidden = {"accepted", TEXT_STATE_ACCEPTED, TEXT_STATE_HIDDEN_TEXT, TEXT_STATE_HIDDEN_NEXT, false, false};

static bool is_accepted(const Kosi__SubmissionStatus *status) { return status->state && strcmp(status->state, "accepted") == 0; }

// mails: what we wrote to the sender; NULL: no address was given.
static void show_submission(struct request *r, const struct client_reply *mails) {
    const Kosi__SubmissionStatus *status = r->page;
    const struct state *state = is_accepted(status) && !status->entry_id ? &hidden : state_of(status->state);
    Kosi__SubmissionPage page = KOSI__SUBMISSION_PAGE__INIT;
    page.title = (char *)request_text(r, TEXT_SUBMISSION_TITLE);
    page.other_url = other(r, PAGE_SUBMISSION);
    page.done = (char *)done_text(r, status);
    page.receipt = status->receipt;
    page.state = (char *)request_text(r, state->label);
    page.state_text = (char *)request_text(r, state->text);
    page.next_text = (char *)request_text(r, state->next);
    page.updated = (char *)page_time(r, status->updated_at ? status->updated_at : status->created_at);
    page.own_url = own_url(r);
    if (status->entry_id)
        page.entry_url = (char *)route_page_path(PAGE_ENTRY, r->language, status->entry_id, r->arena);
    add_links(r, state, &page);
    page.steps = arena_take(r->arena, (status->n_history + 1) * sizeof *page.steps);
    for (size_t i = 0; i < status->n_history && page.steps; i++)
        add_step(r, &page, status->history[i]);
    if (mails)
        add_mails(r, mails, state, &page);
    page_render(r, 200, "submission", &page.base);
}

static void ask_mails(struct request *r) {
    const Kosi__SubmissionStatus *status = r->page;
    if (status->mailed)
        own_mails_ask(r, token_of(r), show_submission);
    else
        show_submission(r, NULL);
}

static void know_entry(struct request *r, const struct client_reply *reply) {
    Kosi__SubmissionStatus *status = r->page;
    if (strcmp(reply->outcome, "gone") == 0)
        status->entry_id = NULL;
    ask_mails(r);
}

static void show_status(struct request *r, const struct client_reply *reply) {
    Kosi__SubmissionStatus *status = submission_take(r, reply, "SubmissionStatus");
    r->page = status;
    if (!status)
        return;
    Kosi__EntryRequest input = KOSI__ENTRY_REQUEST__INIT;
    input.id = status->entry_id;
    if (is_accepted(status) && status->entry_id)
        page_ask_briefly(r, "registry", "Get", &input.base, know_entry);
    else
        ask_mails(r);
}

static void serve_status(struct request *r) { ask(r, "Status", show_status); }

// ---- receipt and own data: what was sent, in words

static size_t add_parts(struct request *r, const Kosi__SubmissionExport *export, Kosi__PagePart ***out) {
    struct urlencoded_pairs typed;
    questionnaire_typed(r, export, &typed);
    struct questionnaire questionnaire = {r, export->asked, &typed};
    return questionnaire_parts(&questionnaire, NULL, out);
}

static Kosi__SubmissionExport *take_export(struct request *r, const struct client_reply *reply) {
    Kosi__SubmissionExport *export = submission_take(r, reply, "SubmissionExport");
    if (export && (!export->asked || !export->submission)) {
        respond_problem(r, PROBLEM_INTERNAL, NULL);
        return NULL;
    }
    return export;
}

static void print_receipt(struct request *r, const struct client_reply *mails) {
    const Kosi__SubmissionExport *export = r->page;
    struct own_mails own = {NULL};
    Kosi__SubmissionReceiptPage page = KOSI__SUBMISSION_RECEIPT_PAGE__INIT;
    page.title = (char *)request_text(r, TEXT_RECEIPT_TITLE);
    page.other_url = other(r, PAGE_RECEIPT);
    page.receipt = export->submission->receipt;
    page.form_title = export->asked->title;
    page.received = (char *)page_time(r, export->submission->created_at);
    page.own_url = own_url(r);
    page.qr_path = (char *)qr_path(r->arena, page.own_url ? page.own_url : "", &page.qr_size);
    page.has_qr_size = page.qr_path != NULL;
    page.status_url = link_to(r, PAGE_SUBMISSION);
    page.n_parts = add_parts(r, export, &page.parts);
    if (mails)
        own_mails_read(r, mails, export->submission->answered_at, &own);
    page.mail_notice_title = (char *)own.title;
    page.mail_notice = (char *)own.notice;
    page_render(r, 200, "submission_receipt", &page.base);
}

static void show_receipt(struct request *r, const struct client_reply *reply) {
    Kosi__SubmissionExport *export = take_export(r, reply);
    r->page = export;
    if (export && export->contact && export->contact->email && *export->contact->email)
        own_mails_ask(r, token_of(r), print_receipt);
    else if (export)
        print_receipt(r, NULL);
}

static void serve_receipt(struct request *r) { ask(r, "Export", show_receipt); }

static const char *consent_label(const Kosi__SubmissionExport *export, const char *id) {
    for (size_t i = 0; i < export->asked->n_questions; i++)
        if (strcmp(export->asked->questions[i]->id, id) == 0)
            return export->asked->questions[i]->label;
    return id;
}

static void add_consent(struct request *r, const Kosi__SubmissionExport *export, const Kosi__ConsentGiven *given,
                        Kosi__SubmissionDataPage *page) {
    Kosi__PageConsent *consent = arena_take(r->arena, sizeof *consent);
    if (!consent || !given->question)
        return;
    kosi__page_consent__init(consent);
    consent->consent_label = (char *)consent_label(export, given->question);
    consent->consent_wording = given->wording;
    consent->consent_given = (char *)page_time(r, given->given_at);
    page->consents[page->n_consents++] = consent;
}

static void show_data(struct request *r, const struct client_reply *reply) {
    const Kosi__SubmissionExport *export = take_export(r, reply);
    if (!export)
        return;
    Kosi__SubmissionDataPage page = KOSI__SUBMISSION_DATA_PAGE__INIT;
    page.title = (char *)request_text(r, TEXT_DATA_TITLE);
    page.other_url = other(r, PAGE_OWN_DATA);
    page.receipt = export->submission->receipt;
    page.status_url = link_to(r, PAGE_SUBMISSION);
    page.download_url = arena_format(r->arena, "/api/v1/submissions/%s/export?lang=%s", token_of(r), language_name(r->language));
    page.n_parts = add_parts(r, export, &page.parts);
    page.consents = arena_take(r->arena, (export->n_consents + 1) * sizeof *page.consents);
    for (size_t i = 0; i < export->n_consents && page.consents; i++)
        add_consent(r, export, export->consents[i], &page);
    page_render(r, 200, "submission_data", &page.base);
}

static void serve_data(struct request *r) { ask(r, "Export", show_data); }

// ---- withdraw, erase: asked first, then done

struct confirmation { enum page page; enum text title, lead, warning, confirm; };

static void show_confirmation(struct request *r, const struct confirmation *c) {
    Kosi__SubmissionConfirmPage page = KOSI__SUBMISSION_CONFIRM_PAGE__INIT;
    page.title = (char *)request_text(r, c->title);
    page.other_url = other(r, c->page);
    page.lead = (char *)request_text(r, c->lead);
    page.warning = (char *)request_text(r, c->warning);
    page.action = link_to(r, c->page);
    page.confirm_label = (char *)request_text(r, c->confirm);
    page.status_url = link_to(r, PAGE_SUBMISSION);
    page_render(r, 200, "submission_confirm", &page.base);
}

static void show_withdraw(struct request *r, const struct client_reply *reply) {
    static const struct confirmation withdraw = {PAGE_WITHDRAW, TEXT_WITHDRAW_TITLE, TEXT_WITHDRAW_LEAD, TEXT_WITHDRAW_WARNING,
                                                 TEXT_WITHDRAW_CONFIRM};
    const Kosi__SubmissionStatus *status = submission_take(r, reply, "SubmissionStatus");
    if (!status)
        return;
    if (state_of(status->state)->ended)
        respond_redirect(r, link_to(r, PAGE_SUBMISSION));
    else
        show_confirmation(r, &withdraw);
}

static void show_erase(struct request *r, const struct client_reply *reply) {
    static const struct confirmation erase = {PAGE_ERASE, TEXT_ERASE_TITLE, TEXT_ERASE_LEAD, TEXT_ERASE_WARNING, TEXT_ERASE_CONFIRM};
    if (submission_take(r, reply, "SubmissionStatus"))
        show_confirmation(r, &erase);
}

static void serve_withdraw(struct request *r) { ask(r, "Status", show_withdraw); }
static void serve_erase(struct request *r) { ask(r, "Status", show_erase); }

// Pressed twice, or withdrawn elsewhere meanwhile: the submission's page says how it is.
static void ended(struct request *r, const struct client_reply *reply, const char *way_back) {
    bool already = strcmp(reply->outcome, "illegal_state") == 0 || strcmp(reply->outcome, "gone") == 0;
    if (strcmp(reply->outcome, "ok") == 0 || already)
        respond_redirect(r, way_back);
    else
        respond_reply_problem(r, reply);
}

static void withdrawn(struct request *r, const struct client_reply *reply) {
    ended(r, reply, arena_format(r->arena, "%s?done=withdrawn", link_to(r, PAGE_SUBMISSION)));
}
static void erased(struct request *r, const struct client_reply *reply) { ended(r, reply, link_to(r, PAGE_SUBMISSION)); }

static void take_confirmed(struct request *r, const char *method, request_then *then) {
    int problem = page_read_form(r);
    if (problem)
        respond_problem(r, problem, NULL);
    else
        ask(r, method, then);
}

static void take_withdraw(struct request *r) { take_confirmed(r, "Withdraw", withdrawn); }
static void take_erase(struct request *r) { take_confirmed(r, "Erase", erased); }

const struct page_row submission_pages[] = {
    {PAGE_SUBMISSION, "GET", {"/einreichungen/{token}", "/en/submissions/{token}"}, serve_status, NULL, true},
    {PAGE_RECEIPT, "GET", {"/einreichungen/{token}/beleg", "/en/submissions/{token}/receipt"}, serve_receipt, NULL, true},
    {PAGE_OWN_DATA, "GET", {"/einreichungen/{token}/daten", "/en/submissions/{token}/data"}, serve_data, NULL, true},
    {PAGE_WITHDRAW, "GET", {"/einreichungen/{token}/zurueckziehen", "/en/submissions/{token}/withdraw"}, serve_withdraw, NULL, true},
    {PAGE_WITHDRAW, "POST", {"/einreichungen/{token}/zurueckziehen", "/en/submissions/{token}/withdraw"}, take_withdraw, NULL, true},
    {PAGE_ERASE, "GET", {"/einreichungen/{token}/loeschen", "/en/submissions/{token}/delete"}, serve_erase, NULL, true},
    {PAGE_ERASE, "POST", {"/einreichungen/{token}/loeschen", "/en/submissions/{token}/delete"}, take_erase, NULL, true},
    {.verb = NULL}};
