// Addresses for staff: which ones mails no longer go to and why, and for one of them the proof of who agreed to what, to be printed.
// Addresses stay out of the pages' own: whoever looks for one sends a form.
#include "gateway/pages/mail_choice.h"
#include "gateway/pages/staff_view.h"
#include "gateway/respond.h"
#include "services/common/base/clock.h"
#include <stdio.h>
#include <string.h>

enum { PAGE_ITEMS = 25 };
static const struct { const char *state; enum text tab, label; const char *tone; } states[] = {
    {"suspended", TEXT_CONTACTS_TAB_SUSPENDED, TEXT_CONTACT_SUSPENDED, "danger"},
    {"unconfirmed", TEXT_CONTACTS_TAB_UNCONFIRMED, TEXT_CONTACT_UNCONFIRMED, "warning"},
    {"confirmed", TEXT_CONTACTS_TAB_CONFIRMED, TEXT_CONTACT_CONFIRMED, "success"},
    {"all", TEXT_CONTACTS_TAB_ALL, TEXT_CONTACT_FORGOTTEN, "info"}};
enum { STATES = sizeof states / sizeof *states };

static int state_of(const char *name) {
    for (int i = 0; i < STATES; i++)
        if (name && strcmp(name, states[i].state) == 0)
            return i;
    return 0;
}

static Kosi__StateBadge *badge(struct request *r, const char *state) {
    Kosi__StateBadge *out = arena_take(r->arena, sizeof *out);
    if (!out)
        return NULL;
    kosi__state_badge__init(out);
    out->badge_label = (char *)request_text(r, states[state_of(state)].label);
    out->badge_tone = (char *)states[state_of(state)].tone;
    return out;
}

static const char *why_text(struct request *r, const char *why) {
    const char *key = why ? arena_format(r->arena, "mail.why.%s", why) : NULL;
    const char *text = key ? catalogue_find(r->gateway->catalogues[r->language], key) : NULL;
    return text ? text : why;
}

static const char *language_text(struct request *r, const char *language) {
    return request_text(r, language && strcmp(language, "en") == 0 ? TEXT_MAILS_IN_ENGLISH : TEXT_MAILS_IN_GERMAN);
}

static const char *lists_text(struct request *r, const Kosi__ContactRow *row) {
    const char *text = NULL;
    for (size_t i = 0; i < row->n_lists; i++)
        text = arena_format(r->arena, "%s%s%s", text ? text : "", text ? ", " : "", mail_choice_list(r, row->lists[i]));
    return text;
}

static const char *with_time(struct request *r, enum text text, int64_t at) {
    return catalogue_fill(r->arena, request_text(r, text), "when", page_date(r, at), NULL);
}

// ---- the list

static const char *asked(const struct request *r, const char *name) {
    const char *value = urlencoded_value(r->form.count ? &r->form : &r->query, name);
    return value ? value : "";
}

static const char *list_url(struct request *r, const char *path, const char *state, const char *page_token) {
    return arena_format(r->arena, "%s?view=%s%s%s", path, state, *page_token ? "&page_token=" : "", page_token);
}

static const char *list_path(struct request *r) { return route_page_path(PAGE_CONTACTS, r->language, NULL, r->arena); }

static void add_tabs(struct request *r, const Kosi__ContactsReply *list, int view, Kosi__ContactsPage *page) {
    Kosi__InboxTab *tabs = arena_take(r->arena, STATES * sizeof *tabs);
    char count[16];
    snprintf(count, sizeof count, "%u", list->suspended);
    page->tabs = arena_take(r->arena, STATES * sizeof *page->tabs);
    for (int i = 0; i < STATES && tabs && page->tabs; i++) {
        kosi__inbox_tab__init(&tabs[i]);
        tabs[i].tab_label = (char *)catalogue_fill(r->arena, request_text(r, states[i].tab), "count", count, NULL);
        tabs[i].tab_link = (char *)list_url(r, page->action, states[i].state, "");
        tabs[i].has_tab_current = true;
        tabs[i].tab_current = i == view;
        page->tabs[page->n_tabs++] = &tabs[i];
    }
}

static Kosi__ContactLine *line_of(struct request *r, const Kosi__ContactRow *row) {
    Kosi__ContactLine *line = arena_take(r->arena, sizeof *line);
    if (!line)
        return NULL;
    kosi__contact_line__init(line);
    const char *lists = lists_text(r, row);
    line->contact_link = (char *)route_page_path(PAGE_CONTACT, r->language, row->id, r->arena);
    line->contact_address = row->address;
    line->contact_state = badge(r, row->state);
    line->contact_when = (char *)(row->has_suspended_at ? with_time(r, TEXT_CONTACT_SUSPENDED_SINCE, row->suspended_at)
                                                       : with_time(r, TEXT_CONTACT_SINCE, row->created_at));
    line->contact_why = (char *)why_text(r, row->suspended_why);
    if (lists)
        line->contact_lists = (char *)catalogue_fill(r->arena, request_text(r, TEXT_CONTACT_GETS), "lists", lists, NULL);
    return line;
}

static void show_list(struct request *r, const struct client_reply *reply) {
    const Kosi__ContactsReply *list = page_take(r, reply, "ContactsReply");
    int view = *asked(r, "address") ? state_of("all") : state_of(asked(r, "view"));
    Kosi__ContactsPage page = KOSI__CONTACTS_PAGE__INIT;
    if (!list)
        return;
    page.title = (char *)request_text(r, TEXT_CONTACTS_TITLE);
    page.other_url = (char *)list_url(r, page_other_url(r, PAGE_CONTACTS, NULL), states[view].state, "");
    page.action = (char *)list_path(r);
    page.view = (char *)states[view].state;
    page.address = (char *)asked(r, "address");
    page.all_url = *page.address ? page.action : NULL;
    add_tabs(r, list, view, &page);
    page.contacts = arena_take(r->arena, (list->n_items + 1) * sizeof *page.contacts);
    for (size_t i = 0; page.contacts && i < list->n_items; i++)
        if ((page.contacts[page.n_contacts] = line_of(r, list->items[i])))
            page.n_contacts++;
    page.nothing = page.n_contacts ? NULL : (char *)request_text(r, TEXT_CONTACTS_NONE);
    if (list->next_page_token && *list->next_page_token)
        page.next_url = (char *)list_url(r, page.action, page.view, list->next_page_token);
    page_render(r, 200, "contacts", &page.base);
}

static void serve_list(struct request *r) {
    Kosi__ContactsRequest input = KOSI__CONTACTS_REQUEST__INIT;
    input.state = (char *)(*asked(r, "address") ? "all" : states[state_of(asked(r, "view"))].state);
    input.address = *asked(r, "address") ? (char *)asked(r, "address") : NULL;
    input.page_token = *asked(r, "page_token") ? (char *)asked(r, "page_token") : NULL;
    input.has_page_size = true;
    input.page_size = PAGE_ITEMS;
    if (!page_fits(r, &input.base))
        respond_problem(r, PROBLEM_BAD_PARAMETER, NULL);
    else
        page_ask(r, "notifications", "Contacts", &input.base, show_list);
}

// ---- one, with the proof

struct desk { int outcome; };   // why it was not released; 0: that was not tried

static const char *id_of(struct request *r) { return route_variable(&r->match, "id"); }

static void add_fact(struct request *r, Kosi__ContactPage *page, enum text label, const char *text) {
    staff_view_fact(r, page->facts, &page->n_facts, request_text(r, label), text, NULL);
}

static void add_time(struct request *r, Kosi__ContactPage *page, enum text label, bool there, int64_t at) {
    add_fact(r, page, label, there ? page_time(r, at) : NULL);
}

static void add_facts(struct request *r, const Kosi__ContactRow *row, Kosi__ContactPage *page) {
    page->facts = arena_take(r->arena, STAFF_FACTS_MAX * sizeof *page->facts);
    if (!page->facts)
        return;
    if (row) {
        add_fact(r, page, TEXT_CONTACT_FACT_ADDRESS, row->address);
        add_fact(r, page, TEXT_CONTACT_FACT_LANGUAGE, language_text(r, row->language));
        add_time(r, page, TEXT_CONTACT_FACT_KNOWN, row->has_created_at, row->created_at);
        add_time(r, page, TEXT_CONTACT_FACT_CONFIRMED, row->has_confirmed_at, row->confirmed_at);
        add_time(r, page, TEXT_CONTACT_FACT_SUSPENDED, row->has_suspended_at, row->suspended_at);
        add_fact(r, page, TEXT_CONTACT_FACT_WHY, why_text(r, row->suspended_why));
        add_fact(r, page, TEXT_CONTACT_FACT_BOUNCES, row->bounces ? arena_format(r->arena, "%u", row->bounces) : NULL);
        add_fact(r, page, TEXT_CONTACT_FACT_LISTS, lists_text(r, row));
    }
    add_fact(r, page, TEXT_CONTACT_FACT_ID, id_of(r));
}

static const char *what_text(struct request *r, const Kosi__ConsentEvent *event) {
    enum text text = strcmp(event->act, "confirmed") == 0 ? TEXT_CONSENT_CONFIRMED
                     : strcmp(event->act, "revoked") == 0 ? TEXT_CONSENT_REVOKED : TEXT_CONSENT_REQUESTED;
    const char *purpose = strcmp(event->purpose, "mail") == 0 ? request_text(r, TEXT_CONSENT_OF_ADDRESS) : mail_choice_list(r, event->purpose);
    return catalogue_fill(r->arena, request_text(r, text), "purpose", purpose, NULL);
}

static const char *by_text(struct request *r, const char *by) {
    return request_text(r, strcmp(by, "staff") == 0 ? TEXT_CONSENT_BY_STAFF
                           : strcmp(by, "complaint") == 0 ? TEXT_CONSENT_BY_COMPLAINT : TEXT_CONSENT_BY_CITIZEN);
}

static void add_event(struct request *r, const Kosi__ConsentEvent *event, Kosi__ContactPage *page) {
    Kosi__ConsentLine *line = event->act && event->purpose && event->by ? arena_take(r->arena, sizeof *line) : NULL;
    if (!line)
        return;
    kosi__consent_line__init(line);
    line->consent_what = (char *)what_text(r, event);
    line->consent_when = (char *)page_time(r, event->at);
    line->consent_by = (char *)by_text(r, event->by);
    line->consent_language = event->language;
    line->consent_wording = event->wording;
    line->consent_in = event->wording && *event->wording ? (char *)language_text(r, event->language) : NULL;
    line->consent_hash = event->wording_hash;
    line->consent_mail = event->mail_id;
    if (event->mail_id)
        line->consent_mail_url = (char *)route_page_path(PAGE_MAIL, r->language, event->mail_id, r->arena);
    page->events[page->n_events++] = line;
}

static void add_events(struct request *r, const Kosi__ContactProof *proof, Kosi__ContactPage *page) {
    page->events = arena_take(r->arena, (proof->n_events + 1) * sizeof *page->events);
    for (size_t i = 0; page->events && i < proof->n_events; i++)
        add_event(r, proof->events[i], page);
    page->has_has_events = page->has_no_events = true;
    page->has_events = page->n_events > 0;
    page->no_events = !page->has_events;
}

static void show_contact(struct request *r, const struct client_reply *reply) {
    const struct desk *desk = r->page;
    const Kosi__ContactProof *proof = page_take(r, reply, "ContactProof");
    if (!proof)
        return;
    const Kosi__ContactRow *row = proof->contact;
    const char *done = urlencoded_value(&r->query, "done");
    bool suspended = row && row->state && strcmp(row->state, "suspended") == 0;
    Kosi__ContactPage page = KOSI__CONTACT_PAGE__INIT;
    page.title = (char *)(row ? row->address : request_text(r, TEXT_CONTACT_FORGOTTEN));
    page.other_url = (char *)page_other_url(r, PAGE_CONTACT, id_of(r));
    page.back_url = (char *)list_path(r);
    page.state = badge(r, row ? row->state : "all");
    page.done = done && !suspended && !desk->outcome ? (char *)request_text(r, TEXT_CONTACT_RELEASED) : NULL;
    if (desk->outcome)
        page.notice = (char *)(desk->outcome == PROBLEM_ILLEGAL_STATE ? request_text(r, TEXT_CONTACT_NOT_SUSPENDED)
                                                                      : page_problem_text(r, desk->outcome));
    page.release_url = suspended ? (char *)route_page_path(PAGE_CONTACT_RELEASE, r->language, id_of(r), r->arena) : NULL;
    page.key = (char *)page_fresh_key(r);
    page.printed = (char *)catalogue_fill(r->arena, request_text(r, TEXT_CONTACT_PRINTED), "when", page_time(r, clock_wall_us()), NULL);
    add_facts(r, row, &page);
    add_events(r, proof, &page);
    page_render(r, desk->outcome ? problem_status(desk->outcome) : 200, "contact", &page.base);
}

static void open_contact(struct request *r, int outcome) {
    Kosi__ContactIdRequest input = KOSI__CONTACT_ID_REQUEST__INIT;
    struct desk *desk = arena_take(r->arena, sizeof *desk);
    r->page = desk;
    input.id = (char *)id_of(r);
    if (!desk || !page_fits(r, &input.base)) {
        respond_problem(r, desk ? PROBLEM_NOT_FOUND : PROBLEM_BUSY, NULL);
        return;
    }
    desk->outcome = outcome;
    page_ask(r, "notifications", "Proof", &input.base, show_contact);
}

static void serve_contact(struct request *r) { open_contact(r, 0); }

static void released(struct request *r, const struct client_reply *reply) {
    const char *detail;
    if (strcmp(reply->outcome, "ok") == 0) {
        respond_redirect(r, arena_format(r->arena, "%s?done=1", route_page_path(PAGE_CONTACT, r->language, id_of(r), r->arena)));
        return;
    }
    int outcome = respond_read_problem(r, reply, &detail);
    if (outcome == PROBLEM_ILLEGAL_STATE || outcome == PROBLEM_KEY_REUSED)
        open_contact(r, outcome);
    else
        respond_reply_problem(r, reply);
}

static void take_release(struct request *r) {
    Kosi__ContactIdRequest input = KOSI__CONTACT_ID_REQUEST__INIT;
    input.id = (char *)id_of(r);
    if (!page_fits(r, &input.base))
        respond_problem(r, PROBLEM_NOT_FOUND, NULL);
    else if (page_take_key(r))
        respond_problem(r, PROBLEM_BAD_PARAMETER, NULL);
    else
        page_ask(r, "notifications", "ContactRelease", &input.base, released);
}

const struct page_row contacts_pages[] = {
    {PAGE_CONTACTS, "GET", {"/intern/kontakte", "/en/intern/contacts"}, serve_list, "moderator", true},
    {PAGE_CONTACTS, "POST", {"/intern/kontakte", "/en/intern/contacts"}, serve_list, "moderator", true},
    {PAGE_CONTACT, "GET", {"/intern/kontakte/{id}", "/en/intern/contacts/{id}"}, serve_contact, "moderator", true},
    {PAGE_CONTACT_RELEASE, "POST", {"/intern/kontakte/{id}/freigeben", "/en/intern/contacts/{id}/release"}, take_release, "moderator", true},
    {.verb = NULL}};
