// Signing in and out: a session for a browser.
#include "gateway/pages/page.h"
#include "gateway/respond.h"
#include "gateway/session.h"
#include "kosi/accounts.pb-c.h"
#include "kosi/pages_accounts.pb-c.h"
#include "services/common/contract/validate.h"
#include <string.h>

static const char *const back_name[LANGUAGES] = {"zurueck", "back"};
static const char *const out_name[LANGUAGES] = {"abgemeldet", "signed-out"};

static const char *asked_back(struct request *r) {
    const char *value = urlencoded_value(&r->form, back_name[r->language]);
    return session_way_back(r, value ? value : urlencoded_value(&r->query, back_name[r->language]));
}

static const char *error_of(struct request *r, const char *field) {
    for (size_t i = 0; i < r->violations.count; i++)
        if (strcmp(r->violations.items[i]->field, field) == 0)
            return respond_field_text(r, r->violations.items[i]);
    return NULL;
}

static void show(struct request *r, int outcome) {
    Kosi__SignInPage page = KOSI__SIGN_IN_PAGE__INIT;
    page.title = (char *)request_text(r, TEXT_SIGN_IN_TITLE);
    page.other_url = (char *)page_other_url(r, PAGE_SIGN_IN, NULL);
    page.action = (char *)route_page_path(PAGE_SIGN_IN, r->language, NULL, r->arena);
    page.back = (char *)asked_back(r);
    page.back_name = (char *)back_name[r->language];
    page.typed_login = (char *)urlencoded_value(&r->form, "login");
    page.login_error = (char *)error_of(r, "login");
    page.password_error = (char *)error_of(r, "password");
    if (outcome && !page.login_error && !page.password_error)
        page.notice = (char *)page_problem_text(r, outcome);
    if (!outcome && urlencoded_value(&r->query, out_name[r->language]))
        page.signed_out = (char *)request_text(r, TEXT_SIGN_IN_SIGNED_OUT);
    page_render(r, outcome ? problem_status(outcome) : 200, "sign_in", &page.base);
}

static void serve_sign_in(struct request *r) { show(r, 0); }

static void signed_in(struct request *r, const struct client_reply *reply) {
    const char *detail;
    if (strcmp(reply->outcome, "ok") != 0) {
        show(r, respond_read_problem(r, reply, &detail));
        return;
    }
    Kosi__SignInReply *message = page_take(r, reply, "SignInReply");
    if (!message)
        return;
    session_cookie_set(r, message->token, message->expires_at);
    respond_redirect(r, asked_back(r));
}

static void take_sign_in(struct request *r) {
    Kosi__SignInRequest input = KOSI__SIGN_IN_REQUEST__INIT;
    int problem = page_read_form(r);
    input.login = (char *)urlencoded_value(&r->form, "login");
    input.password = (char *)urlencoded_value(&r->form, "password");
    if (!problem)
        problem = validate_message(contract_message_named("SignInRequest"), &input.base, &r->violations);
    if (problem)
        show(r, problem);
    else
        page_ask(r, "accounts", "SignIn", &input.base, signed_in);
}

// ---- signing out: also for whom the session has ended meanwhile

static void leave(struct request *r) {
    const char *path = route_page_path(PAGE_SIGN_IN, r->language, NULL, r->arena);
    session_cookie_end(r);
    respond_redirect(r, arena_format(r->arena, "%s?%s=1", path, out_name[r->language]));
}

static void signed_out(struct request *r, const struct client_reply *reply) {
    const char *detail;
    int outcome = strcmp(reply->outcome, "ok") == 0 ? 0 : respond_read_problem(r, reply, &detail);
    if (problem_status(outcome) >= 500)
        respond_reply_problem(r, reply);
    else
        leave(r);
}

static void take_sign_out(struct request *r) {
    Kosi__SessionRequest input = KOSI__SESSION_REQUEST__INIT;
    struct violations unused = {.arena = r->arena};
    int problem = page_read_form(r);
    input.token = (char *)session_cookie(r);
    if (problem)
        respond_problem(r, problem, NULL);
    else if (validate_message(contract_message_named("SessionRequest"), &input.base, &unused))
        leave(r);
    else
        page_ask(r, "accounts", "SignOut", &input.base, signed_out);
}

const struct page_row sign_in_pages[] = {
    {PAGE_SIGN_IN, "GET", {"/intern/anmelden", "/en/intern/sign-in"}, serve_sign_in, NULL, true},
    {PAGE_SIGN_IN, "POST", {"/intern/anmelden", "/en/intern/sign-in"}, take_sign_in, NULL, true},
    {PAGE_SIGN_OUT, "POST", {"/intern/abmelden", "/en/intern/sign-out"}, take_sign_out, NULL, true},
    {.verb = NULL}};
