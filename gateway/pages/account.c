// One's own account: what is known of it, another password, the second factor, the sessions.
#include "gateway/pages/account_form.h"
#include "gateway/pages/session_rows.h"
#include "gateway/qr.h"
#include "gateway/respond.h"
#include "gateway/session.h"
#include <stdio.h>
#include <string.h>

static const char *own_path(struct request *r, enum page page) { return route_page_path(page, r->language, NULL, r->arena); }

static void crumb(struct request *r) { page_crumb(r, request_text(r, TEXT_ACCOUNT_TITLE), own_path(r, PAGE_ACCOUNT)); }

// Back to the account's page, which says what was done.
static void done(struct request *r, const char *what) {
    respond_redirect(r, arena_format(r->arena, "%s?done=%s", own_path(r, PAGE_ACCOUNT), what));
}

// ---- the overview

static const char *done_text(struct request *r) {
    static const struct { const char *name; enum text text; } told[] = {
        {"password", TEXT_ACCOUNT_DONE_PASSWORD}, {"factor-on", TEXT_ACCOUNT_DONE_FACTOR_ON}, {"factor-off", TEXT_ACCOUNT_DONE_FACTOR_OFF},
        {"session", TEXT_ACCOUNT_DONE_SESSION}, {"session-gone", TEXT_ACCOUNT_DONE_SESSION_GONE}};
    const char *what = urlencoded_value(&r->query, "done");
    for (size_t i = 0; what && i < sizeof told / sizeof *told; i++)
        if (strcmp(told[i].name, what) == 0)
            return request_text(r, told[i].text);
    return NULL;
}

static const char *codes_left(struct request *r, const Kosi__SessionReply *session) {
    char left[16];
    snprintf(left, sizeof left, "%u", session->recovery_codes_left);
    if (!session->second_factor)
        return request_text(r, TEXT_ACCOUNT_FACTOR_NONE);
    return catalogue_fill(r->arena, request_text(r, TEXT_ACCOUNT_FACTOR_HAS), "count", left, NULL);
}

static void fill_facts(struct request *r, const Kosi__SessionReply *session, Kosi__AccountPage *page) {
    bool before = session->has_last_signed_in_at;
    page->facts = arena_take(r->arena, ACCOUNT_FACTS_MAX * sizeof *page->facts);
    if (!page->facts)
        return;
    account_fact(r, page->facts, &page->n_facts, TEXT_ACCOUNT_LOGIN, session->login);
    account_fact(r, page->facts, &page->n_facts, TEXT_ACCOUNT_ROLES, account_roles(r, session->roles, session->n_roles));
    account_fact(r, page->facts, &page->n_facts, TEXT_ACCOUNT_LAST,
                 before ? page_time(r, session->last_signed_in_at) : request_text(r, TEXT_ACCOUNT_LAST_NEVER));
    account_fact(r, page->facts, &page->n_facts, TEXT_ACCOUNT_NOW, page_time(r, session->signed_in_at));
    account_fact(r, page->facts, &page->n_facts, TEXT_ACCOUNT_FACTOR, codes_left(r, session));
}

static void show_account(struct request *r, const struct client_reply *reply) {
    const Kosi__SessionReply *session = r->page;
    Kosi__SessionsReply *sessions = page_take(r, reply, "SessionsReply");
    if (!sessions)
        return;
    Kosi__AccountPage page = KOSI__ACCOUNT_PAGE__INIT;
    page.title = (char *)request_text(r, TEXT_ACCOUNT_TITLE);
    page.other_url = (char *)page_other_url(r, PAGE_ACCOUNT, NULL);
    page.done = (char *)done_text(r);
    fill_facts(r, session, &page);
    page.password_url = (char *)own_path(r, PAGE_ACCOUNT_PASSWORD);
    page.factor_url = (char *)own_path(r, PAGE_ACCOUNT_FACTOR);
    page.codes_url = session->second_factor ? (char *)own_path(r, PAGE_ACCOUNT_CODES) : NULL;
    page.factor_off_url = session->second_factor ? (char *)own_path(r, PAGE_ACCOUNT_FACTOR_OFF) : NULL;
    page.has_factor_off = page.factor_off = !session->second_factor;
    page.mails_url = (char *)own_path(r, PAGE_STAFF_MAIL);
    page.sessions_action = (char *)own_path(r, PAGE_ACCOUNT_SESSIONS);
    page.n_sessions = session_rows(r, sessions, &page.sessions);
    page_render(r, 200, "account", &page.base);
}

static void ask_sessions(struct request *r, const struct client_reply *reply) {
    Kosi__SessionsRequest input = KOSI__SESSIONS_REQUEST__INIT;
    r->page = page_take(r, reply, "SessionReply");
    if (r->page)
        page_ask(r, "accounts", "Sessions", &input.base, show_account);
}

static void serve_account(struct request *r) {
    Kosi__SessionRequest input = KOSI__SESSION_REQUEST__INIT;
    input.token = (char *)session_cookie(r);
    page_ask(r, "accounts", "Session", &input.base, ask_sessions);
}

// ---- password

static void show_password(struct request *r, int outcome) {
    Kosi__AccountFormPage *form = account_form_new(r, TEXT_ACCOUNT_PASSWORD_TITLE, PAGE_ACCOUNT_PASSWORD, NULL);
    if (!form)
        return;
    crumb(r);
    form->lead = (char *)request_text(r, TEXT_ACCOUNT_PASSWORD_LEAD);
    account_form_password(r, form, "password", TEXT_ACCOUNT_PRESENT_PASSWORD, TEXT_COUNT, "current-password");
    account_form_password(r, form, "new_password", TEXT_ACCOUNT_NEW_PASSWORD, TEXT_ACCOUNT_NEW_PASSWORD_HELP, "new-password");
    form->send = (char *)request_text(r, TEXT_ACCOUNT_PASSWORD_SEND);
    account_form_show(r, form, outcome);
}

static void serve_password(struct request *r) { show_password(r, 0); }

static void password_answered(struct request *r, const struct client_reply *reply) {
    int outcome = account_form_outcome(r, reply);
    if (outcome)
        show_password(r, outcome);
    else
        done(r, "password");
}

static void take_password(struct request *r) {
    Kosi__NewPasswordRequest input = KOSI__NEW_PASSWORD_REQUEST__INIT;
    input.password = (char *)urlencoded_value(&r->form, "password");
    input.new_password = (char *)urlencoded_value(&r->form, "new_password");
    int problem = account_form_check(r, "NewPasswordRequest", &input.base);
    if (problem)
        show_password(r, problem);
    else
        page_ask(r, "accounts", "NewPassword", &input.base, password_answered);
}

// ---- what asks for the password first: a second factor, new codes, no second factor

struct asked { enum page page; enum text title, lead, send; const char *method; request_then *then; };

static void factor_begun(struct request *r, const struct client_reply *reply);
static void codes_made(struct request *r, const struct client_reply *reply);
static void factor_removed(struct request *r, const struct client_reply *reply);
static const struct asked asked_forms[] = {
    {PAGE_ACCOUNT_FACTOR, TEXT_ACCOUNT_FACTOR_TITLE, TEXT_ACCOUNT_FACTOR_LEAD, TEXT_ACCOUNT_FACTOR_SEND, "OtpBegin", factor_begun},
    {PAGE_ACCOUNT_CODES, TEXT_ACCOUNT_CODES_TITLE, TEXT_ACCOUNT_CODES_AGAIN, TEXT_ACCOUNT_CODES_SEND, "OtpCodes", codes_made},
    {PAGE_ACCOUNT_FACTOR_OFF, TEXT_ACCOUNT_OFF_TITLE, TEXT_ACCOUNT_OFF_LEAD, TEXT_ACCOUNT_OFF_SEND, "OtpRemove", factor_removed}};

static const struct asked *asked_of(const struct request *r) {
    const struct asked *asked = asked_forms;
    while (asked->page != r->route->page_row->page)
        asked++;
    return asked;
}

static void show_asked(struct request *r, int outcome) {
    const struct asked *asked = asked_of(r);
    Kosi__AccountFormPage *form = account_form_new(r, asked->title, asked->page, NULL);
    if (!form)
        return;
    crumb(r);
    form->lead = (char *)request_text(r, asked->lead);
    account_form_password(r, form, "password", TEXT_ACCOUNT_PRESENT_PASSWORD, TEXT_COUNT, "current-password");
    form->send = (char *)request_text(r, asked->send);
    form->away = (char *)request_text(r, TEXT_ACCOUNT_BACK);
    form->away_url = (char *)own_path(r, PAGE_ACCOUNT);
    account_form_show(r, form, outcome);
}

static void serve_asked(struct request *r) { show_asked(r, 0); }

static void take_asked(struct request *r) {
    Kosi__OwnPasswordRequest input = KOSI__OWN_PASSWORD_REQUEST__INIT;
    input.password = (char *)urlencoded_value(&r->form, "password");
    int problem = account_form_check(r, "OwnPasswordRequest", &input.base);
    if (problem)
        show_asked(r, problem);
    else
        page_ask(r, "accounts", asked_of(r)->method, &input.base, asked_of(r)->then);
}

static Kosi__AccountFormPage *confirm_form(struct request *r) {
    Kosi__AccountFormPage *form = account_form_new(r, TEXT_ACCOUNT_FACTOR_TITLE, PAGE_ACCOUNT_FACTOR_CONFIRM, NULL);
    if (!form)
        return NULL;
    crumb(r);
    form->other_url = (char *)page_other_url(r, PAGE_ACCOUNT_FACTOR, NULL);
    account_form_line(r, form, "otp", TEXT_ACCOUNT_CONFIRM_OTP, TEXT_ACCOUNT_CONFIRM_HELP, "one-time-code");
    form->send = (char *)request_text(r, TEXT_ACCOUNT_CONFIRM_SEND);
    form->away = (char *)request_text(r, TEXT_SIGN_IN_START_AGAIN);
    form->away_url = (char *)own_path(r, PAGE_ACCOUNT_FACTOR);
    return form;
}

static void factor_begun(struct request *r, const struct client_reply *reply) {
    int outcome = account_form_outcome(r, reply);
    if (outcome) {
        show_asked(r, outcome);
        return;
    }
    Kosi__OtpBeginReply *message = page_take(r, reply, "OtpBeginReply");
    Kosi__AccountFormPage *form = message ? confirm_form(r) : NULL;
    if (!form)
        return;
    form->lead = (char *)request_text(r, TEXT_ACCOUNT_CONFIRM_LEAD);
    form->qr_path = (char *)qr_path(r->arena, message->uri ? message->uri : "", &form->qr_size);
    form->has_qr_size = form->qr_path != NULL;
    form->secret = message->secret;
    account_form_show(r, form, 0);
}

static void show_codes(struct request *r, const struct client_reply *reply) {
    Kosi__RecoveryCodesReply *message = page_take(r, reply, "RecoveryCodesReply");
    if (message)
        account_form_secret(r, TEXT_ACCOUNT_CODES_TITLE, request_text(r, TEXT_ACCOUNT_CODES_LEAD), message->codes, message->n_codes,
                            TEXT_ACCOUNT_CODES_KEPT, arena_format(r->arena, "%s?done=factor-on", own_path(r, PAGE_ACCOUNT)));
}

static void codes_made(struct request *r, const struct client_reply *reply) {
    int outcome = account_form_outcome(r, reply);
    if (outcome)
        show_asked(r, outcome);
    else
        show_codes(r, reply);
}

static void factor_removed(struct request *r, const struct client_reply *reply) {
    int outcome = account_form_outcome(r, reply);
    if (outcome)
        show_asked(r, outcome);
    else
        done(r, "factor-off");
}

static void show_confirm(struct request *r, int outcome) {
    Kosi__AccountFormPage *form = confirm_form(r);
    if (form)
        account_form_show(r, form, outcome);
}

static void confirmed(struct request *r, const struct client_reply *reply) {
    int outcome = account_form_outcome(r, reply);
    if (outcome)
        show_confirm(r, outcome);
    else
        show_codes(r, reply);
}

static void take_confirm(struct request *r) {
    Kosi__OtpConfirmRequest input = KOSI__OTP_CONFIRM_REQUEST__INIT;
    input.otp = (char *)urlencoded_value(&r->form, "otp");
    int problem = account_form_check(r, "OtpConfirmRequest", &input.base);
    if (problem)
        show_confirm(r, problem);
    else
        page_ask(r, "accounts", "OtpConfirm", &input.base, confirmed);
}

// ---- sessions

static void session_ended(struct request *r, const struct client_reply *reply) {
    int outcome = account_form_outcome(r, reply);
    if (outcome && outcome != PROBLEM_NOT_FOUND)
        respond_reply_problem(r, reply);
    else
        done(r, outcome ? "session-gone" : "session");
}

static void take_session_end(struct request *r) {
    Kosi__SessionEndRequest input = KOSI__SESSION_END_REQUEST__INIT;
    input.id = (char *)urlencoded_value(&r->form, "session");
    if (account_form_check(r, "SessionEndRequest", &input.base))
        done(r, "session-gone");
    else
        page_ask(r, "accounts", "SessionEnd", &input.base, session_ended);
}

const struct page_row account_pages[] = {
    {PAGE_ACCOUNT, "GET", {"/intern/konto", "/en/intern/account"}, serve_account, "staff", true},
    {PAGE_ACCOUNT_PASSWORD, "GET", {"/intern/konto/passwort", "/en/intern/account/password"}, serve_password, "staff", true},
    {PAGE_ACCOUNT_PASSWORD, "POST", {"/intern/konto/passwort", "/en/intern/account/password"}, take_password, "staff", true},
    {PAGE_ACCOUNT_FACTOR, "GET", {"/intern/konto/zweiter-faktor", "/en/intern/account/second-factor"}, serve_asked, "staff", true},
    {PAGE_ACCOUNT_FACTOR, "POST", {"/intern/konto/zweiter-faktor", "/en/intern/account/second-factor"}, take_asked, "staff", true},
    {PAGE_ACCOUNT_FACTOR_CONFIRM, "POST", {"/intern/konto/zweiter-faktor/code", "/en/intern/account/second-factor/code"}, take_confirm,
     "staff", true},
    {PAGE_ACCOUNT_CODES, "GET", {"/intern/konto/ersatzcodes", "/en/intern/account/recovery-codes"}, serve_asked, "staff", true},
    {PAGE_ACCOUNT_CODES, "POST", {"/intern/konto/ersatzcodes", "/en/intern/account/recovery-codes"}, take_asked, "staff", true},
    {PAGE_ACCOUNT_FACTOR_OFF, "GET", {"/intern/konto/zweiter-faktor/aus", "/en/intern/account/second-factor/off"}, serve_asked, "staff", true},
    {PAGE_ACCOUNT_FACTOR_OFF, "POST", {"/intern/konto/zweiter-faktor/aus", "/en/intern/account/second-factor/off"}, take_asked, "staff", true},
    {PAGE_ACCOUNT_SESSIONS, "POST", {"/intern/konto/sitzungen", "/en/intern/account/sessions"}, take_session_end, "staff", true},
    {.verb = NULL}};
