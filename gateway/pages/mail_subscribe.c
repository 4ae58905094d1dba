// Subscribing to mails: an address, which lists, what about. What follows is the same page whether the address is known or not; a mail
// asks its reader.
#include "gateway/pages/facets.h"
#include "gateway/pages/mail_choice.h"
#include "gateway/respond.h"
#include "services/common/contract/json_walk.h"
#include "services/common/contract/validate.h"
#include <string.h>

struct desk { int outcome; };   // why it was not taken; 0: shown for the first time

static const char *own_path(struct request *r) { return route_page_path(PAGE_SUBSCRIBE, r->language, NULL, r->arena); }

static void add_fault(struct request *r, Kosi__MailSubscribePage *page, const char *error, enum text label, const char *target) {
    Kosi__PageFault *fault = page_fault(r, error, label, target);
    if (!fault)
        return;
    page->faults[page->n_faults++] = fault;
    page->has_faulty = page->faulty = true;
}

static void add_faults(struct request *r, int outcome, Kosi__MailSubscribePage *page) {
    page->email_error = page_field_error(r, "email");
    page->lists_error = page_field_error(r, "lists");
    page->faults = arena_take(r->arena, 2 * sizeof *page->faults);
    if (page->faults) {
        add_fault(r, page, page->email_error, TEXT_SUBSCRIBE_EMAIL, "#email");
        add_fault(r, page, page->lists_error, TEXT_SUBSCRIBE_LISTS, "#list-newsletter");
    }
    if (outcome && !page->faulty)
        page->notice = (char *)page_problem_text(r, outcome);
}

static void add_choices(struct request *r, Kosi__MailSubscribePage *page) {
    page->n_frequencies = mail_choice_frequencies(r, urlencoded_value(&r->form, "frequency"), &page->frequencies);
    page->n_languages = mail_choice_languages(r, urlencoded_value(&r->form, "language"), &page->languages);
    page->n_themes = mail_choice_terms(r, "theme", mail_choice_typed(r, "themes"), &page->themes);
    page->n_districts = mail_choice_terms(r, "district", mail_choice_typed(r, "districts"), &page->districts);
    page->has_has_themes = page->has_has_districts = true;
    page->has_themes = page->n_themes > 0;
    page->has_districts = page->n_districts > 0;
}

static void add_offers(struct request *r, const Kosi__ListsReply *offered, Kosi__MailSubscribePage *page) {
    struct mail_chosen chosen = mail_choice_typed(r, "lists");
    page->offers = arena_take(r->arena, (offered->n_items + 1) * sizeof *page->offers);
    for (size_t i = 0; page->offers && i < offered->n_items; i++)
        if ((page->offers[page->n_offers] =
                 mail_choice_offer(r, offered->items[i]->list, offered->items[i]->wording, mail_choice_has(chosen, offered->items[i]->list))))
            page->n_offers++;
}

static void show_form(struct request *r, const struct client_reply *reply) {
    const struct desk *desk = r->page;
    const Kosi__ListsReply *offered = page_take(r, reply, "ListsReply");
    const char *email = urlencoded_value(&r->form, "email");
    bool other_key = !r->idempotency_key || desk->outcome == PROBLEM_KEY_REUSED || desk->outcome == PROBLEM_GONE;
    if (!offered)
        return;
    Kosi__MailSubscribePage page = KOSI__MAIL_SUBSCRIBE_PAGE__INIT;
    page.title = (char *)request_text(r, TEXT_SUBSCRIBE_TITLE);
    page.other_url = (char *)page_other_url(r, PAGE_SUBSCRIBE, NULL);
    page.action = (char *)own_path(r);
    page.key = (char *)(other_key ? page_fresh_key(r) : r->idempotency_key);
    page.email = (char *)(email ? email : "");
    page.has_filled = page.filled = true;
    add_offers(r, offered, &page);
    add_choices(r, &page);
    add_faults(r, desk->outcome, &page);
    page_render(r, desk->outcome ? problem_status(desk->outcome) : 200, "mail_subscribe", &page.base);
}

static void ask_lists(struct request *r) {
    Kosi__ListsRequest input = KOSI__LISTS_REQUEST__INIT;
    page_ask(r, "notifications", "Lists", &input.base, show_form);
}

static void refuse(struct request *r, int outcome) {
    struct desk *desk = arena_take(r->arena, sizeof *desk);
    if (!desk) {
        respond_problem(r, PROBLEM_BUSY, NULL);
        return;
    }
    desk->outcome = outcome;
    r->page = desk;
    ask_lists(r);
}

static void show_first(struct request *r) { refuse(r, 0); }

static void show_asked(struct request *r) {
    Kosi__MailSubscribePage page = KOSI__MAIL_SUBSCRIBE_PAGE__INIT;
    page.title = (char *)request_text(r, TEXT_SUBSCRIBE_ASKED_TITLE);
    page.other_url = (char *)page_other_url(r, PAGE_SUBSCRIBE, NULL);
    page.has_asked = page.asked = true;
    if (page_shell(r))
        page_shell(r)->has_no_index = page_shell(r)->no_index = true;
    page_render(r, 200, "mail_subscribe", &page.base);
}

static void serve_subscribe(struct request *r) {
    if (urlencoded_value(&r->query, "done"))
        show_asked(r);
    else
        facets_first(r, show_first);
}

// ---- sending

static void subscribed(struct request *r, const struct client_reply *reply) {
    const char *detail;
    if (strcmp(reply->outcome, "ok") == 0)
        respond_redirect(r, arena_format(r->arena, "%s?done=1", own_path(r)));
    else
        refuse(r, respond_read_problem(r, reply, &detail));
}

static void send_form(struct request *r) {
    const struct contract_message *contract = contract_message_named("SubscribeRequest");
    Kosi__SubscribeRequest input = KOSI__SUBSCRIBE_REQUEST__INIT;
    int problem = 0;
    for (size_t i = 0; i < r->form.count && !problem; i++)
        if (r->form.items[i].name[0] != '_')
            problem = pair_to_message(r->form.items[i].name, r->form.items[i].value, false, contract, &input.base, &r->violations);
    if (!problem)
        problem = validate_message(contract, &input.base, &r->violations);
    if (problem)
        refuse(r, problem);
    else
        page_ask(r, "notifications", "Subscribe", &input.base, subscribed);
}

static void take_subscribe(struct request *r) {
    int problem = page_read_form(r);
    if (!problem)
        problem = page_take_key(r);
    if (problem) {
        respond_problem(r, problem, NULL);
        return;
    }
    page_notice_trap(r);
    facets_first(r, send_form);
}

const struct page_row mail_subscribe_pages[] = {
    {PAGE_SUBSCRIBE, "GET", {"/auf-dem-laufenden", "/en/stay-informed"}, serve_subscribe, NULL, false},
    {PAGE_SUBSCRIBE, "POST", {"/auf-dem-laufenden", "/en/stay-informed"}, take_subscribe, NULL, false},
    {.verb = NULL}};
