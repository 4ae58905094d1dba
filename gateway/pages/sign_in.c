// Signing in and out: a session for a browser. What an account needs beside the password is asked for one page after the other; a
// ticket stands for what was right so far, so that no password travels in a page.
#include "gateway/pages/account_form.h"
#include "gateway/respond.h"
#include "gateway/session.h"
#include "kosi/accounts.pb-c.h"
#include "services/common/contract/validate.h"
#include <string.h>

static const char *const back_name[LANGUAGES] = {"zurueck", "back"};
static const char *const out_name[LANGUAGES] = {"abgemeldet", "signed-out"};
enum step { STEP_PASSWORD, STEP_CODE, STEP_NEW_PASSWORD };

static const char *asked_back(struct request *r) {
    const char *value = urlencoded_value(&r->form, back_name[r->language]);
    return session_way_back(r, value ? value : urlencoded_value(&r->query, back_name[r->language]));
}

// Enough to know one's own session in a list; nothing of the browser's version.
static const char *device_of(struct request *r) {
    static const char *const browsers[][2] = {{"Firefox/", "Firefox"}, {"Edg", "Edge"}, {"OPR/", "Opera"}, {"Chrome/", "Chrome"}, {"Safari/", "Safari"}};
    static const char *const systems[][2] = {{"Android", "Android"}, {"iPhone", "iPhone"}, {"iPad", "iPad"}, {"Windows", "Windows"}, {"Mac OS", "macOS"}, {"Linux", "Linux"}};
    const char *agent = request_header(r, "User-Agent"), *browser = NULL, *system = NULL;
    for (size_t i = 0; agent && !browser && i < sizeof browsers / sizeof *browsers; i++)
        browser = strstr(agent, browsers[i][0]) ? browsers[i][1] : NULL;
    for (size_t i = 0; agent && !system && i < sizeof systems / sizeof *systems; i++)
        system = strstr(agent, systems[i][0]) ? systems[i][1] : NULL;
    return arena_format(r->arena, "%s%s%s", browser ? browser : "", browser && system ? ", " : "", system ? system : "");
}

// ---- the page

static void add_step(struct request *r, Kosi__AccountFormPage *form, enum step step) {
    if (step == STEP_PASSWORD) {
        account_form_line(r, form, "login", TEXT_SIGN_IN_LOGIN, TEXT_COUNT, "username");
        account_form_password(r, form, "password", TEXT_SIGN_IN_PASSWORD, TEXT_COUNT, "current-password");
        form->send = (char *)request_text(r, TEXT_SIGN_IN_SEND);
        if (*r->gateway->config->mail_server) {   // else no link could come
            form->away = (char *)request_text(r, TEXT_RESET_FORGOTTEN);
            form->away_url = (char *)route_page_path(PAGE_RESET_ASK, r->language, NULL, r->arena);
        }
        return;
    }
    if (step == STEP_CODE)
        account_form_line(r, form, "otp", TEXT_SIGN_IN_OTP, TEXT_SIGN_IN_OTP_HELP, "one-time-code");
    else
        account_form_password(r, form, "new_password", TEXT_ACCOUNT_NEW_PASSWORD, TEXT_ACCOUNT_NEW_PASSWORD_HELP, "new-password");
    form->lead = (char *)request_text(r, step == STEP_CODE ? TEXT_SIGN_IN_OTP_LEAD : TEXT_SIGN_IN_REPLACE_LEAD);
    form->send = (char *)request_text(r, TEXT_SIGN_IN_GO_ON);
    form->away = (char *)request_text(r, TEXT_SIGN_IN_START_AGAIN);
    form->away_url = (char *)route_page_path(PAGE_SIGN_IN, r->language, NULL, r->arena);
}

static void show(struct request *r, enum step step, const char *ticket, int outcome) {
    Kosi__AccountFormPage *form = account_form_new(r, TEXT_SIGN_IN_TITLE, PAGE_SIGN_IN, NULL);
    if (!form)
        return;
    add_step(r, form, step);
    account_form_hidden(r, form, back_name[r->language], asked_back(r));
    if (ticket) {
        account_form_hidden(r, form, "ticket", ticket);
        account_form_hidden(r, form, "step", step == STEP_CODE ? "code" : "password");
    }
    if (!outcome && urlencoded_value(&r->query, out_name[r->language]))
        form->done = (char *)request_text(r, TEXT_SIGN_IN_SIGNED_OUT);
    if (!outcome && urlencoded_value(&r->query, PAGE_PASSWORD_RENEWED))
        form->done = (char *)request_text(r, TEXT_RESET_DONE);
    account_form_show(r, form, outcome);
}

static void serve_sign_in(struct request *r) { show(r, STEP_PASSWORD, NULL, 0); }

// ---- what was sent

static enum step sent_step(const struct request *r) {
    const char *step = urlencoded_value(&r->form, "step");
    return step && strcmp(step, "password") == 0 ? STEP_NEW_PASSWORD : STEP_CODE;
}

static void answered(struct request *r, const struct client_reply *reply) {
    const char *ticket = account_form_sent(r, "ticket");
    int outcome = account_form_outcome(r, reply);
    if (outcome && ticket && outcome != PROBLEM_SESSION_EXPIRED) {
        show(r, sent_step(r), ticket, outcome);
        return;
    }
    if (outcome) {
        show(r, STEP_PASSWORD, NULL, outcome);
        return;
    }
    Kosi__SignInReply *message = page_take(r, reply, "SignInReply");
    if (!message)
        return;
    if (message->ticket) {
        show(r, message->asks && strcmp(message->asks, "otp") == 0 ? STEP_CODE : STEP_NEW_PASSWORD, message->ticket, 0);
        return;
    }
    session_cookie_set(r, message->token, message->expires_at);
    respond_redirect(r, asked_back(r));
}

static void take_step(struct request *r, const char *ticket) {
    Kosi__SignInStepRequest input = KOSI__SIGN_IN_STEP_REQUEST__INIT;
    enum step step = sent_step(r);
    const char *field = step == STEP_CODE ? "otp" : "new_password", *typed = account_form_sent(r, field);
    input.ticket = (char *)ticket;
    input.otp = step == STEP_CODE ? (char *)typed : NULL;
    input.new_password = step == STEP_CODE ? NULL : (char *)typed;
    input.device = (char *)device_of(r);
    input.has_place = true;
    input.place = edge_client(r);
    int problem = account_form_check(r, "SignInStepRequest", &input.base);
    if (!problem && !typed) {
        violations_add(&r->violations, field, "required", 0);
        problem = PROBLEM_VALIDATION;
    }
    if (problem)
        show(r, step, ticket, problem);
    else
        page_ask(r, "accounts", "SignInStep", &input.base, answered);
}

static void take_password(struct request *r) {
    Kosi__SignInRequest input = KOSI__SIGN_IN_REQUEST__INIT;
    input.login = (char *)urlencoded_value(&r->form, "login");
    input.password = (char *)urlencoded_value(&r->form, "password");
    input.device = (char *)device_of(r);
    input.has_by_steps = input.by_steps = true;
    input.has_place = true;
    input.place = edge_client(r);
    int problem = account_form_check(r, "SignInRequest", &input.base);
    if (problem)
        show(r, STEP_PASSWORD, NULL, problem);
    else
        page_ask(r, "accounts", "SignIn", &input.base, answered);
}

static void take_sign_in(struct request *r) {
    int problem = page_read_form(r);
    const char *ticket = account_form_sent(r, "ticket");
    if (problem)
        show(r, STEP_PASSWORD, NULL, problem);
    else if (ticket)
        take_step(r, ticket);
    else
        take_password(r);
}

// ---- signing out: also for whom the session has ended meanwhile

static void leave(struct request *r) {
    const char *path = route_page_path(PAGE_SIGN_IN, r->language, NULL, r->arena);
    session_cookie_end(r);
    respond_redirect(r, arena_format(r->arena, "%s?%s=1", path, out_name[r->language]));
}

static void signed_out(struct request *r, const struct client_reply *reply) {
    if (problem_status(account_form_outcome(r, reply)) >= 500)
        respond_reply_problem(r, reply);
    else
        leave(r);
}

static void take_sign_out(struct request *r) {
    Kosi__SessionRequest input = KOSI__SESSION_REQUEST__INIT;
    int problem = page_read_form(r);
    input.token = (char *)session_cookie(r);
    if (problem)
        respond_problem(r, problem, NULL);
    else if (!page_fits(r, &input.base))
        leave(r);
    else
        page_ask(r, "accounts", "SignOut", &input.base, signed_out);
}

const struct page_row sign_in_pages[] = {
    {PAGE_SIGN_IN, "GET", {"/intern/anmelden", "/en/intern/sign-in"}, serve_sign_in, NULL, true},
    {PAGE_SIGN_IN, "POST", {"/intern/anmelden", "/en/intern/sign-in"}, take_sign_in, NULL, true},
    {PAGE_SIGN_OUT, "POST", {"/intern/abmelden", "/en/intern/sign-out"}, take_sign_out, NULL, true},
    {.verb = NULL}};
