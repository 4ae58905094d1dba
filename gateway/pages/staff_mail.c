// What I want to be told by mail: a member of staff's own address and settings.
#include "gateway/pages/account_form.h"
#include "gateway/respond.h"
#include "gateway/session.h"
#include "kosi/notifications.pb-c.h"
#include <string.h>

static const struct { const char *id; enum text label; } when[] = {
    {"at_once", TEXT_STAFF_MAIL_AT_ONCE}, {"daily", TEXT_STAFF_MAIL_DAILY}, {"none", TEXT_STAFF_MAIL_NONE}};
static const struct { const char *id; enum text label; } languages[] = {{"de", TEXT_STAFF_MAIL_GERMAN}, {"en", TEXT_STAFF_MAIL_ENGLISH}};
enum { WHEN = sizeof when / sizeof *when, TONGUES = sizeof languages / sizeof *languages };

// One of these is always chosen.
static void add_choice(struct request *r, Kosi__AccountFormPage *form, Kosi__PageQuestion *control) {
    if (control)
        control->has_needed = control->needed = true;
    account_form_add(r, form, control);
}

static void add_address(struct request *r, Kosi__AccountFormPage *form, const Kosi__StaffMailSettings *own) {
    Kosi__PageQuestion *control = control_new(r, CONTROL_LINE, "email", TEXT_STAFF_MAIL_EMAIL, TEXT_STAFF_MAIL_EMAIL_HELP);
    control_propose(r, control, own->email);
    if (control) {
        control->input_type = (char *)"email";
        control->complete = (char *)"email";
    }
    account_form_add(r, form, control);
}

// Who only changes the rest leaves it empty.
static void add_password(struct request *r, Kosi__AccountFormPage *form) {
    Kosi__PageQuestion *control = control_new(r, CONTROL_LINE, "password", TEXT_ACCOUNT_PRESENT_PASSWORD, TEXT_STAFF_MAIL_PASSWORD_HELP);
    if (control) {
        control->input_type = (char *)"password";
        control->complete = (char *)"current-password";
    }
    account_form_add(r, form, control);
    if (control)
        control->voluntary = false;   // it depends, and the help says on what
}

static void add_submissions(struct request *r, Kosi__AccountFormPage *form, const Kosi__StaffMailSettings *own) {
    const char *now = own->new_submissions ? own->new_submissions : "none";
    Kosi__PageQuestion *fresh = control_new(r, CONTROL_RADIO, "new_submissions", TEXT_STAFF_MAIL_NEW, TEXT_COUNT);
    Kosi__PageQuestion *overdue = control_new(r, CONTROL_BOXES, "overdue", TEXT_STAFF_MAIL_OVERDUE, TEXT_COUNT);
    for (int i = 0; i < WHEN; i++)
        control_option(r, fresh, when[i].id, request_text(r, when[i].label), strcmp(when[i].id, now) == 0);
    control_option(r, overdue, "yes", request_text(r, TEXT_STAFF_MAIL_OVERDUE_YES), own->overdue);
    add_choice(r, form, fresh);
    account_form_add(r, form, overdue);
}

static void add_language(struct request *r, Kosi__AccountFormPage *form, const Kosi__StaffMailSettings *own) {
    Kosi__PageQuestion *control = control_new(r, CONTROL_RADIO, "language", TEXT_STAFF_MAIL_LANGUAGE, TEXT_COUNT);
    const char *now = own->language ? own->language : "de";
    for (int i = 0; i < TONGUES; i++)
        control_option(r, control, languages[i].id, request_text(r, languages[i].label), strcmp(languages[i].id, now) == 0);
    add_choice(r, form, control);
}

// Who does not moderate has nothing to hear about submissions; their address serves for a forgotten password.
static void show(struct request *r, const Kosi__StaffMailSettings *own, int outcome) {
    Kosi__AccountFormPage *form = account_form_new(r, TEXT_STAFF_MAIL_TITLE, PAGE_STAFF_MAIL, NULL);
    if (!form)
        return;
    page_crumb(r, request_text(r, TEXT_ACCOUNT_TITLE), route_page_path(PAGE_ACCOUNT, r->language, NULL, r->arena));
    bool asked = own->email && !own->confirmed && !own->suspended;
    form->lead = (char *)request_text(r, own->suspended ? TEXT_STAFF_MAIL_SUSPENDED : asked ? TEXT_STAFF_MAIL_UNCONFIRMED : TEXT_STAFF_MAIL_LEAD);
    if (!outcome && urlencoded_value(&r->query, "done"))
        form->done = (char *)request_text(r, TEXT_STAFF_MAIL_DONE);
    add_address(r, form, own);
    add_password(r, form);
    if (session_has_role(r, "moderator"))
        add_submissions(r, form, own);
    add_language(r, form, own);
    form->send = (char *)request_text(r, TEXT_STAFF_MAIL_SEND);
    form->away = (char *)request_text(r, TEXT_ACCOUNT_BACK);
    form->away_url = (char *)route_page_path(PAGE_ACCOUNT, r->language, NULL, r->arena);
    account_form_show(r, form, outcome);
}

static void show_own(struct request *r, const struct client_reply *reply) {
    const Kosi__StaffMailSettings *own = page_take(r, reply, "StaffMailSettings");
    if (own)
        show(r, own, 0);
}

static void serve_settings(struct request *r) {
    Kosi__StaffMailRequest input = KOSI__STAFF_MAIL_REQUEST__INIT;
    page_ask(r, "notifications", "GetStaffMail", &input.base, show_own);
}

static void refused(struct request *r, int outcome) {
    Kosi__StaffMailSettings none = KOSI__STAFF_MAIL_SETTINGS__INIT;
    show(r, &none, outcome);
}

static void saved(struct request *r, const struct client_reply *reply) {
    int outcome = account_form_outcome(r, reply);
    if (outcome)
        refused(r, outcome);
    else
        respond_redirect(r, arena_format(r->arena, "%s?done=1", route_page_path(PAGE_STAFF_MAIL, r->language, NULL, r->arena)));
}

static void vouched(struct request *r, int problem) {
    if (problem)
        refused(r, problem);
    else
        page_ask(r, "notifications", "SetStaffMail", r->page, saved);
}

static void take_settings(struct request *r) {
    const struct contract_message *contract = contract_message_named("StaffMailSettings");
    Kosi__StaffMailSettings *input = (Kosi__StaffMailSettings *)request_message(r, contract);
    if (!input) {
        respond_problem(r, PROBLEM_BUSY, NULL);
        return;
    }
    input->email = (char *)account_form_sent(r, "email");
    input->password = (char *)account_form_sent(r, "password");
    input->new_submissions = (char *)account_form_sent(r, "new_submissions");
    input->language = (char *)account_form_sent(r, "language");
    input->has_overdue = true;
    input->overdue = control_sent(r, "overdue", "yes");
    r->page = input;
    int problem = account_form_check(r, "StaffMailSettings", &input->base);
    if (problem)
        refused(r, problem);
    else
        session_vouch(r, contract, &input->base, vouched);
}

const struct page_row staff_mail_pages[] = {
    {PAGE_STAFF_MAIL, "GET", {"/intern/konto/mails", "/en/intern/account/mail"}, serve_settings, "staff", true},
    {PAGE_STAFF_MAIL, "POST", {"/intern/konto/mails", "/en/intern/account/mail"}, take_settings, "staff", true},
    {.verb = NULL}};
