// A forgotten password: asking for a link by mail, and the page behind that link. Neither tells whether there is such an account.
#include "gateway/pages/account_form.h"
#include "gateway/respond.h"
#include "kosi/accounts.pb-c.h"
#include <string.h>

// ---- asking for the link

static Kosi__AccountFormPage *ask_form(struct request *r) {
    Kosi__AccountFormPage *form = account_form_new(r, TEXT_RESET_ASK_TITLE, PAGE_RESET_ASK, NULL);
    if (!form)
        return NULL;
    page_crumb(r, request_text(r, TEXT_SIGN_IN_TITLE), route_page_path(PAGE_SIGN_IN, r->language, NULL, r->arena));
    form->lead = (char *)request_text(r, TEXT_RESET_ASK_LEAD);
    account_form_line(r, form, "login", TEXT_SIGN_IN_LOGIN, TEXT_COUNT, "username");
    form->send = (char *)request_text(r, TEXT_RESET_ASK_SEND);
    form->away = (char *)request_text(r, TEXT_SIGN_IN_TITLE);
    form->away_url = (char *)route_page_path(PAGE_SIGN_IN, r->language, NULL, r->arena);
    return form;
}

static void show_ask(struct request *r, int outcome) {
    Kosi__AccountFormPage *form = ask_form(r);
    if (!form)
        return;
    if (!outcome && urlencoded_value(&r->query, "done"))
        form->done = (char *)request_text(r, TEXT_RESET_ASKED);
    account_form_show(r, form, outcome);
}

static void serve_ask(struct request *r) { show_ask(r, 0); }

static void asked(struct request *r, const struct client_reply *reply) {
    int outcome = account_form_outcome(r, reply);
    if (outcome)
        show_ask(r, outcome);
    else
        respond_redirect(r, arena_format(r->arena, "%s?done=1", route_page_path(PAGE_RESET_ASK, r->language, NULL, r->arena)));
}

static void take_ask(struct request *r) {
    Kosi__ResetAskRequest input = KOSI__RESET_ASK_REQUEST__INIT;
    int problem = page_read_form(r);
    input.login = (char *)urlencoded_value(&r->form, "login");
    input.has_place = true;
    input.place = edge_client(r);
    if (!problem)
        problem = account_form_check(r, "ResetAskRequest", &input.base);
    if (problem)
        show_ask(r, problem);
    else
        page_ask(r, "accounts", "ResetAsk", &input.base, asked);
}

// ---- behind the link

static void show_reset(struct request *r, int outcome) {
    Kosi__AccountFormPage *form = account_form_new(r, TEXT_RESET_TITLE, PAGE_RESET, route_variable(&r->match, "token"));
    if (!form)
        return;
    form->lead = (char *)request_text(r, TEXT_RESET_LEAD);
    account_form_password(r, form, "new_password", TEXT_ACCOUNT_NEW_PASSWORD, TEXT_ACCOUNT_NEW_PASSWORD_HELP, "new-password");
    form->send = (char *)request_text(r, TEXT_RESET_SEND);
    account_form_show(r, form, outcome);
}

static void serve_reset(struct request *r) { show_reset(r, 0); }

// Too old, used, or none of ours: where the next one comes from is the page to see.
static void show_gone(struct request *r, int outcome) {
    Kosi__AccountFormPage *form = ask_form(r);
    if (!form)
        return;
    form->notice = (char *)request_text(r, TEXT_RESET_GONE);
    page_render(r, problem_status(outcome), "account_form", &form->base);
}

static bool is_gone(const struct request *r, int outcome) {
    for (size_t i = 0; i < r->violations.count; i++)
        if (strcmp(r->violations.items[i]->field, "token") == 0)
            return true;
    return outcome == PROBLEM_NOT_FOUND || outcome == PROBLEM_GONE;
}

static void refused(struct request *r, int outcome) {
    if (is_gone(r, outcome))
        show_gone(r, PROBLEM_GONE);
    else
        show_reset(r, outcome);
}

static void reset_done(struct request *r, const struct client_reply *reply) {
    int outcome = account_form_outcome(r, reply);
    if (outcome)
        refused(r, outcome);
    else
        respond_redirect(r, arena_format(r->arena, "%s?" PAGE_PASSWORD_RENEWED "=1", route_page_path(PAGE_SIGN_IN, r->language, NULL, r->arena)));
}

static void take_reset(struct request *r) {
    Kosi__ResetFinishRequest input = KOSI__RESET_FINISH_REQUEST__INIT;
    int problem = page_read_form(r);
    input.token = (char *)route_variable(&r->match, "token");
    input.new_password = (char *)urlencoded_value(&r->form, "new_password");
    if (!problem)
        problem = account_form_check(r, "ResetFinishRequest", &input.base);
    if (problem)
        refused(r, problem);
    else
        page_ask(r, "accounts", "ResetFinish", &input.base, reset_done);
}

const struct page_row password_reset_pages[] = {
    {PAGE_RESET_ASK, "GET", {"/intern/passwort-vergessen", "/en/intern/forgot-password"}, serve_ask, NULL, true},
    {PAGE_RESET_ASK, "POST", {"/intern/passwort-vergessen", "/en/intern/forgot-password"}, take_ask, NULL, true},
    {PAGE_RESET, "GET", {"/intern/neues-passwort/{token}", "/en/intern/new-password/{token}"}, serve_reset, NULL, true},
    {PAGE_RESET, "POST", {"/intern/neues-passwort/{token}", "/en/intern/new-password/{token}"}, take_reset, NULL, true},
    {.verb = NULL}};
