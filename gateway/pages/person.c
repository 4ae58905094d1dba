// One staff account, for administrators: roles, access, a new password, second factor, sessions.
#include "gateway/pages/people.h"
#include "gateway/pages/session_rows.h"
#include "gateway/respond.h"
#include <stdlib.h>
#include <string.h>

struct person { const Kosi__AccountItem *account; int outcome; };   // outcome: of what was just tried

static const char *id_of(struct request *r) { return route_variable(&r->match, "id"); }
static const char *own_path(struct request *r, enum page page) { return route_page_path(page, r->language, id_of(r), r->arena); }

static void done(struct request *r, const char *what) {
    respond_redirect(r, arena_format(r->arena, "%s?done=%s", own_path(r, PAGE_PERSON), what));
}

// ---- the page

static const char *done_text(struct request *r) {
    static const struct { const char *name; enum text text; } told[] = {
        {"roles", TEXT_PERSON_DONE_ROLES}, {"disabled", TEXT_PERSON_DONE_DISABLED}, {"enabled", TEXT_PERSON_DONE_ENABLED},
        {"factor-off", TEXT_PERSON_DONE_FACTOR}, {"session", TEXT_ACCOUNT_DONE_SESSION}, {"sessions", TEXT_PERSON_DONE_SESSIONS}};
    const char *what = urlencoded_value(&r->query, "done");
    for (size_t i = 0; what && i < sizeof told / sizeof *told; i++)
        if (strcmp(told[i].name, what) == 0)
            return request_text(r, told[i].text);
    return NULL;
}

static const char *access_text(struct request *r, const Kosi__AccountItem *account) {
    if (account->disabled)
        return request_text(r, TEXT_PERSON_DISABLED);
    return request_text(r, account->one_time_password ? TEXT_PERSON_ONE_TIME : TEXT_PERSON_ACTIVE);
}

static void fill_facts(struct request *r, const Kosi__AccountItem *account, Kosi__PersonPage *page) {
    page->facts = arena_take(r->arena, ACCOUNT_FACTS_MAX * sizeof *page->facts);
    if (!page->facts)
        return;
    account_fact(r, page->facts, &page->n_facts, TEXT_PERSON_ACCESS, access_text(r, account));
    account_fact(r, page->facts, &page->n_facts, TEXT_ACCOUNT_ROLES, account_roles(r, account->roles, account->n_roles));
    account_fact(r, page->facts, &page->n_facts, TEXT_ACCOUNT_FACTOR,
                 request_text(r, account->second_factor ? TEXT_PERSON_FACTOR_YES : TEXT_ACCOUNT_FACTOR_NONE));
    account_fact(r, page->facts, &page->n_facts, TEXT_PERSON_SEEN,
                 account->has_last_signed_in_at ? page_time(r, account->last_signed_in_at) : request_text(r, TEXT_PEOPLE_NEVER));
    account_fact(r, page->facts, &page->n_facts, TEXT_PERSON_SINCE, page_date(r, account->created_at));
}

// The button that disables or enables sends the roles as they are.
static void fill_role_fields(struct request *r, const Kosi__AccountItem *account, Kosi__PersonPage *page) {
    Kosi__PageField *fields = arena_take(r->arena, (account->n_roles + 1) * sizeof *fields);
    page->role_fields = arena_take(r->arena, (account->n_roles + 1) * sizeof *page->role_fields);
    for (size_t i = 0; i < account->n_roles && fields && page->role_fields; i++) {
        kosi__page_field__init(&fields[i]);
        fields[i].field_name = (char *)"roles";
        fields[i].field_value = account->roles[i];
        page->role_fields[page->n_role_fields++] = &fields[i];
    }
}

static const char *notice_text(struct request *r, int outcome) {
    if (outcome == PROBLEM_VALIDATION)
        return request_text(r, TEXT_PERSON_LAST_ADMIN);
    return outcome == PROBLEM_CHANGED_MEANWHILE ? request_text(r, TEXT_PERSON_CHANGED) : page_problem_text(r, outcome);
}

static void fill_form(struct request *r, const struct person *person, Kosi__PersonPage *page) {
    const Kosi__AccountItem *account = person->account;
    Kosi__PageQuestion *roles = people_roles(r, account->roles, account->n_roles);
    page->controls = arena_take(r->arena, sizeof *page->controls);
    page->faults = arena_take(r->arena, sizeof *page->faults);
    if (!roles || !page->controls || !page->faults)
        return;
    control_finish(r, roles);
    page->controls[page->n_controls++] = roles;
    Kosi__PageFault *fault = control_fault(r, roles);
    if (fault)
        page->faults[page->n_faults++] = fault;
    page->has_faulty = page->faulty = fault != NULL;
    if (person->outcome && !fault)
        page->notice = (char *)notice_text(r, person->outcome);
}

static void fill_actions(struct request *r, const Kosi__AccountItem *account, Kosi__PersonPage *page) {
    bool other = r->login && strcmp(r->login, account->login) != 0;
    page->action = (char *)own_path(r, PAGE_PERSON);
    page->access_action = (char *)own_path(r, PAGE_PERSON_ACCESS);
    page->password_url = other ? (char *)own_path(r, PAGE_PERSON_PASSWORD) : NULL;
    page->factor_off_url = account->second_factor ? (char *)own_path(r, PAGE_PERSON_FACTOR_OFF) : NULL;
    page->sessions_action = (char *)own_path(r, PAGE_PERSON_SESSIONS);
    page->has_active = page->active = !account->disabled && other;
    page->has_inactive = page->inactive = account->disabled;
    page->audit_url = arena_format(r->arena, "%s?actor=%s", route_page_path(PAGE_AUDIT, r->language, NULL, r->arena), account->login);
}

static void show_person(struct request *r, const struct client_reply *reply) {
    const struct person *person = r->page;
    Kosi__SessionsReply *sessions = page_take(r, reply, "SessionsReply");
    if (!sessions)
        return;
    Kosi__PersonPage page = KOSI__PERSON_PAGE__INIT;
    page.title = person->account->login;
    page.other_url = (char *)page_other_url(r, PAGE_PERSON, person->account->id);
    page_crumb(r, request_text(r, TEXT_PEOPLE_TITLE), people_path(r));
    page.done = (char *)done_text(r);
    page.has_version = true;
    page.version = person->account->version;
    page.key = (char *)page_fresh_key(r);
    fill_facts(r, person->account, &page);
    fill_form(r, person, &page);
    fill_role_fields(r, person->account, &page);
    fill_actions(r, person->account, &page);
    page.n_sessions = session_rows(r, sessions, &page.sessions);
    page.has_has_sessions = page.has_sessions = page.n_sessions > 0;
    page.has_no_sessions = page.no_sessions = page.n_sessions == 0;
    page_render(r, person->outcome ? problem_status(person->outcome) : 200, "person", &page.base);
}

static void ask_sessions(struct request *r, const struct client_reply *reply) {
    struct person *person = r->page;
    Kosi__AccountRequest input = KOSI__ACCOUNT_REQUEST__INIT;
    input.id = (char *)id_of(r);
    person->account = page_take(r, reply, "AccountItem");
    if (person->account)
        page_ask(r, "accounts", "AccountSessions", &input.base, show_person);
}

// The account as it is now, beside what was refused.
static void ask_person(struct request *r, int outcome) {
    struct person *person = arena_take(r->arena, sizeof *person);
    Kosi__AccountRequest input = KOSI__ACCOUNT_REQUEST__INIT;
    input.id = (char *)id_of(r);
    if (!person || !page_fits(r, &input.base)) {
        respond_problem(r, person ? PROBLEM_NOT_FOUND : PROBLEM_BUSY, NULL);
        return;
    }
    person->outcome = outcome;
    r->page = person;
    page_ask(r, "accounts", "Account", &input.base, ask_sessions);
}

static void serve_person(struct request *r) { ask_person(r, 0); }

// ---- roles and access

static void changed(struct request *r, const struct client_reply *reply) {
    const char *disabled = account_form_sent(r, "disabled");
    int outcome = account_form_outcome(r, reply);
    if (outcome)
        ask_person(r, outcome);
    else
        done(r, !disabled ? "roles" : strcmp(disabled, "true") == 0 ? "disabled" : "enabled");
}

static void take_change(struct request *r) {
    Kosi__AccountChangeRequest input = KOSI__ACCOUNT_CHANGE_REQUEST__INIT;
    const char *disabled = account_form_sent(r, "disabled"), *version = account_form_sent(r, "version");
    input.id = (char *)id_of(r);
    input.has_version = true;
    input.version = version ? (uint32_t)strtoul(version, NULL, 10) : 0;
    input.n_roles = people_sent_roles(r, &input.roles);
    input.has_disabled = disabled != NULL;
    input.disabled = disabled && strcmp(disabled, "true") == 0;
    int problem = account_form_check(r, "AccountChangeRequest", &input.base);
    if (problem)
        ask_person(r, problem);
    else
        page_ask(r, "accounts", "AccountChange", &input.base, changed);
}

// ---- what is asked before it is done: a new password, no second factor

struct asked { enum page page; enum text title, lead, send; const char *method; request_then *then; };

static void password_made(struct request *r, const struct client_reply *reply);
static void factor_removed(struct request *r, const struct client_reply *reply);
static const struct asked asked_forms[] = {
    {PAGE_PERSON_PASSWORD, TEXT_PERSON_PASSWORD_TITLE, TEXT_PERSON_PASSWORD_ASK, TEXT_PERSON_PASSWORD_SEND, "AccountReset", password_made},
    {PAGE_PERSON_FACTOR_OFF, TEXT_PERSON_FACTOR_TITLE, TEXT_PERSON_FACTOR_ASK, TEXT_PERSON_FACTOR_SEND, "AccountOtpRemove", factor_removed}};

static const struct asked *asked_of(const struct request *r) {
    return r->route->page_row->page == asked_forms[0].page ? &asked_forms[0] : &asked_forms[1];
}

static void show_asked(struct request *r, const struct client_reply *reply) {
    const struct asked *asked = asked_of(r);
    const Kosi__AccountItem *account = page_take(r, reply, "AccountItem");
    Kosi__AccountFormPage *form = account ? account_form_new(r, asked->title, asked->page, account->id) : NULL;
    if (!form)
        return;
    page_crumb(r, request_text(r, TEXT_PEOPLE_TITLE), people_path(r));
    page_crumb(r, account->login, own_path(r, PAGE_PERSON));
    form->lead = (char *)catalogue_fill(r->arena, request_text(r, asked->lead), "login", account->login, NULL);
    account_form_hidden(r, form, "_key", account_form_key(r));
    form->send = (char *)request_text(r, asked->send);
    form->away = (char *)request_text(r, TEXT_ACCOUNT_BACK);
    form->away_url = (char *)own_path(r, PAGE_PERSON);
    account_form_show(r, form, 0);
}

static int fill_id(struct request *r, Kosi__AccountRequest *input) {
    kosi__account_request__init(input);
    input->id = (char *)id_of(r);
    return account_form_check(r, "AccountRequest", &input->base);
}

static void serve_asked(struct request *r) {
    Kosi__AccountRequest input;
    if (fill_id(r, &input))
        respond_problem(r, PROBLEM_NOT_FOUND, NULL);
    else
        page_ask(r, "accounts", "Account", &input.base, show_asked);
}

static void take_asked(struct request *r) {
    Kosi__AccountRequest input;
    if (fill_id(r, &input))
        respond_problem(r, PROBLEM_NOT_FOUND, NULL);
    else
        page_ask(r, "accounts", asked_of(r)->method, &input.base, asked_of(r)->then);
}

static void password_made(struct request *r, const struct client_reply *reply) {
    int outcome = account_form_outcome(r, reply);
    if (outcome)
        ask_person(r, outcome);
    else
        people_show_password(r, reply, TEXT_PERSON_PASSWORD_TITLE);
}

static void factor_removed(struct request *r, const struct client_reply *reply) {
    int outcome = account_form_outcome(r, reply);
    if (outcome)
        ask_person(r, outcome);
    else
        done(r, "factor-off");
}

// ---- sessions

static void sessions_ended(struct request *r, const struct client_reply *reply) {
    int outcome = account_form_outcome(r, reply);
    if (outcome && outcome != PROBLEM_NOT_FOUND)
        ask_person(r, outcome);
    else
        done(r, account_form_sent(r, "session") ? "session" : "sessions");
}

static void take_session_end(struct request *r) {
    Kosi__AccountSessionEndRequest one = KOSI__ACCOUNT_SESSION_END_REQUEST__INIT;
    Kosi__AccountRequest all;
    one.id = (char *)id_of(r);
    one.session = (char *)account_form_sent(r, "session");
    if (one.session && !account_form_check(r, "AccountSessionEndRequest", &one.base))
        page_ask(r, "accounts", "AccountSessionEnd", &one.base, sessions_ended);
    else if (!one.session && !fill_id(r, &all))
        page_ask(r, "accounts", "AccountSessionsEnd", &all.base, sessions_ended);
    else
        respond_problem(r, PROBLEM_NOT_FOUND, NULL);
}

const struct page_row person_pages[] = {
    {PAGE_PERSON, "GET", {"/intern/personen/{id}", "/en/intern/people/{id}"}, serve_person, "admin", true},
    {PAGE_PERSON, "POST", {"/intern/personen/{id}", "/en/intern/people/{id}"}, take_change, "admin", true},
    {PAGE_PERSON_ACCESS, "POST", {"/intern/personen/{id}/zugang", "/en/intern/people/{id}/access"}, take_change, "admin", true},
    {PAGE_PERSON_PASSWORD, "GET", {"/intern/personen/{id}/passwort", "/en/intern/people/{id}/password"}, serve_asked, "admin", true},
    {PAGE_PERSON_PASSWORD, "POST", {"/intern/personen/{id}/passwort", "/en/intern/people/{id}/password"}, take_asked, "admin", true},
    {PAGE_PERSON_FACTOR_OFF, "GET", {"/intern/personen/{id}/zweiter-faktor", "/en/intern/people/{id}/second-factor"}, serve_asked, "admin", true},
    {PAGE_PERSON_FACTOR_OFF, "POST", {"/intern/personen/{id}/zweiter-faktor", "/en/intern/people/{id}/second-factor"}, take_asked, "admin", true},
    {PAGE_PERSON_SESSIONS, "POST", {"/intern/personen/{id}/sitzungen", "/en/intern/people/{id}/sessions"}, take_session_end, "admin", true},
    {.verb = NULL}};
