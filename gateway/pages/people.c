// The staff's accounts, for administrators: the list, a new one, one person's access.
#include "gateway/pages/people.h"
#include "gateway/pages/session_rows.h"
#include "gateway/respond.h"
#include "services/common/contract/validate.h"
#include <stdio.h>
#include <string.h>

enum { PEOPLE_PER_PAGE = 50 };
static const char *const roles_known[] = {"moderator", "event_office", "management", "operations", "admin"};
enum { ROLES = sizeof roles_known / sizeof *roles_known };

// ---- the list

const char *people_path(struct request *r) { return route_page_path(PAGE_PEOPLE, r->language, NULL, r->arena); }

static const char *asked(const struct request *r, const char *name) {
    const char *value = urlencoded_value(&r->query, name);
    return value && *value ? value : NULL;
}

static void add_filters(struct request *r, Kosi__PeoplePage *page) {
    Kosi__PageQuestion *q = control_new(r, CONTROL_LINE, "q", TEXT_PEOPLE_Q, TEXT_COUNT);
    Kosi__PageQuestion *role = control_new(r, CONTROL_SELECT, "role", TEXT_PEOPLE_ROLE, TEXT_COUNT);
    page->controls = arena_take(r->arena, 2 * sizeof *page->controls);
    if (!q || !role || !page->controls)
        return;
    control_propose(r, q, asked(r, "q"));
    for (int i = 0; i < ROLES; i++)
        control_option(r, role, roles_known[i], account_role(r, roles_known[i]), asked(r, "role") && !strcmp(asked(r, "role"), roles_known[i]));
    control_finish(r, q);
    control_finish(r, role);
    q->voluntary = role->voluntary = false;   // filters are nobody's duty
    page->controls[page->n_controls++] = q;
    page->controls[page->n_controls++] = role;
}

static Kosi__PagePerson *person_row(struct request *r, const Kosi__AccountItem *item) {
    Kosi__PagePerson *row = arena_take(r->arena, sizeof *row);
    if (!row)
        return NULL;
    kosi__page_person__init(row);
    row->person_url = (char *)route_page_path(PAGE_PERSON, r->language, item->id, r->arena);
    row->person_login = item->login;
    row->person_roles = (char *)account_roles(r, item->roles, item->n_roles);
    row->person_seen = (char *)(item->has_last_signed_in_at ? page_time(r, item->last_signed_in_at) : request_text(r, TEXT_PEOPLE_NEVER));
    row->has_person_disabled = row->person_disabled = item->disabled;
    row->has_person_one_time = row->person_one_time = item->one_time_password;
    row->has_person_factor = row->person_factor = item->second_factor;
    row->has_person_marks = row->person_marks = item->disabled || item->one_time_password || item->second_factor;
    return row;
}

static const char *next_url(struct request *r, const char *token) {
    struct buf out BUF_AUTO;
    buf_init(&out, 4096);
    buf_format(&out, "%s?page_token=%s", people_path(r), token);
    static const char *const names[] = {"q", "role"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (!asked(r, names[i]))
            continue;
        buf_format(&out, "&%s=", names[i]);
        urlencoded_add(&out, asked(r, names[i]));
    }
    return out.failed ? NULL : arena_text(r->arena, out.data);
}

static void show_people(struct request *r, const struct client_reply *reply) {
    Kosi__AccountsReply *list = page_take(r, reply, "AccountsReply");
    if (!list)
        return;
    Kosi__PeoplePage page = KOSI__PEOPLE_PAGE__INIT;
    page.title = (char *)request_text(r, TEXT_PEOPLE_TITLE);
    page.other_url = (char *)page_other_url(r, PAGE_PEOPLE, NULL);
    page.action = (char *)people_path(r);
    page.new_url = (char *)route_page_path(PAGE_PERSON_NEW, r->language, NULL, r->arena);
    page.people = arena_take(r->arena, (list->n_items + 1) * sizeof *page.people);
    for (size_t i = 0; i < list->n_items && page.people; i++)
        if ((page.people[page.n_people] = person_row(r, list->items[i])))
            page.n_people++;
    page.has_listing = page.listing = page.n_people > 0;
    page.has_empty = page.empty = page.n_people == 0;
    page.next_url = list->next_page_token ? (char *)next_url(r, list->next_page_token) : NULL;
    page.all_url = asked(r, "q") || asked(r, "role") ? (char *)people_path(r) : NULL;
    add_filters(r, &page);
    page_render(r, 200, "people", &page.base);
}

static void serve_people(struct request *r) {
    Kosi__AccountsRequest input = KOSI__ACCOUNTS_REQUEST__INIT;
    input.q = (char *)asked(r, "q");
    input.role = (char *)asked(r, "role");
    input.page_token = (char *)asked(r, "page_token");
    input.has_page_size = true;
    input.page_size = PEOPLE_PER_PAGE;
    if (validate_message(contract_message_named("AccountsRequest"), &input.base, &r->violations))
        respond_problem(r, PROBLEM_BAD_PARAMETER, NULL);
    else
        page_ask(r, "accounts", "Accounts", &input.base, show_people);
}

// ---- a new one

Kosi__PageQuestion *people_roles(struct request *r, char *const *roles, size_t count) {
    Kosi__PageQuestion *control = control_new(r, CONTROL_BOXES, "roles", TEXT_PERSON_ROLES, TEXT_PERSON_ROLES_HELP);
    if (control)
        control->has_needed = control->needed = true;
    for (int i = 0; i < ROLES && control; i++) {
        bool has = false;
        for (size_t k = 0; k < count; k++)
            has |= strcmp(roles[k], roles_known[i]) == 0;
        control_option(r, control, roles_known[i], account_role(r, roles_known[i]), has);
    }
    return control;
}

size_t people_sent_roles(struct request *r, char ***out) {
    size_t n = 0;
    *out = arena_take(r->arena, (r->form.count + 1) * sizeof **out);
    for (size_t i = 0; i < r->form.count && *out; i++)
        if (strcmp(r->form.items[i].name, "roles") == 0)
            (*out)[n++] = (char *)r->form.items[i].value;
    return n;
}

static void show_new(struct request *r, int outcome) {
    Kosi__AccountFormPage *form = account_form_new(r, TEXT_PERSON_NEW_TITLE, PAGE_PERSON_NEW, NULL);
    if (!form)
        return;
    page_crumb(r, request_text(r, TEXT_PEOPLE_TITLE), people_path(r));
    form->lead = (char *)request_text(r, TEXT_PERSON_NEW_LEAD);
    account_form_hidden(r, form, "_key", account_form_key(r));
    account_form_line(r, form, "login", TEXT_SIGN_IN_LOGIN, TEXT_PERSON_LOGIN_HELP, "off");
    account_form_add(r, form, people_roles(r, NULL, 0));
    form->send = (char *)request_text(r, TEXT_PERSON_NEW_SEND);
    account_form_show(r, form, outcome);
}

static void serve_new(struct request *r) { show_new(r, 0); }

void people_show_password(struct request *r, const struct client_reply *reply, enum text title) {
    Kosi__AccountPasswordReply *message = page_take(r, reply, "AccountPasswordReply");
    if (!message)
        return;
    page_crumb(r, request_text(r, TEXT_PEOPLE_TITLE), people_path(r));
    const char *lead = catalogue_fill(r->arena, request_text(r, TEXT_PERSON_PASSWORD_LEAD), "login", message->login, "until",
                                      page_time(r, message->valid_until_at), NULL);
    account_form_secret(r, title, lead, &message->password, message->password ? 1 : 0, TEXT_PERSON_PASSWORD_NEXT,
                        route_page_path(PAGE_PERSON, r->language, message->id, r->arena));
}

static void added(struct request *r, const struct client_reply *reply) {
    int outcome = account_form_outcome(r, reply);
    if (outcome)
        show_new(r, outcome);
    else
        people_show_password(r, reply, TEXT_PERSON_NEW_DONE);
}

static void take_new(struct request *r) {
    Kosi__AccountAddRequest input = KOSI__ACCOUNT_ADD_REQUEST__INIT;
    input.login = (char *)urlencoded_value(&r->form, "login");
    input.n_roles = people_sent_roles(r, &input.roles);
    int problem = account_form_check(r, "AccountAddRequest", &input.base);
    if (problem)
        show_new(r, problem);
    else
        page_ask(r, "accounts", "AccountAdd", &input.base, added);
}

const struct page_row people_pages[] = {
    {PAGE_PEOPLE, "GET", {"/intern/personen", "/en/intern/people"}, serve_people, "admin", true},
    {PAGE_PERSON_NEW, "GET", {"/intern/personen/neu", "/en/intern/people/new"}, serve_new, "admin", true},
    {PAGE_PERSON_NEW, "POST", {"/intern/personen/neu", "/en/intern/people/new"}, take_new, "admin", true},
    {.verb = NULL}};
