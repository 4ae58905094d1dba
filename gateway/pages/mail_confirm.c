// The page behind the link of a mail that asks to confirm an address. Programs that check mails for harm open every link: looking
// changes nothing, pressing does. Where a script may run it presses for whoever looks at the page, so that one click in the mail is enough;
// but only when there is nothing to choose: a list that somebody asked for without this mail saying so is never agreed to by a click.
#include "gateway/pages/mail_choice.h"
#include "gateway/respond.h"
#include <string.h>

// The node's policy for all pages, and a script of its own.
static const char script_policy[] = "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self' data:; script-src 'self';"
                                    " form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

static char *token_of(struct request *r) { return (char *)route_variable(&r->match, "token"); }

static const char *lists_named(struct request *r) {
    const char *lists = urlencoded_value(&r->query, "lists");
    return lists ? lists : "";
}

// "newsletter digest"
static bool is_named(const char *lists, const char *list) {
    size_t n = strlen(list);
    for (const char *at = lists; (at = strstr(at, list)); at += n)
        if ((at == lists || at[-1] == ' ') && (at[n] == '\0' || at[n] == ' '))
            return true;
    return false;
}

static char *other_url(struct request *r) {
    struct buf out BUF_AUTO;
    buf_init(&out, 4096);
    buf_text(&out, page_other_url(r, PAGE_MAIL_CONFIRM, token_of(r)));
    if (*lists_named(r)) {
        buf_text(&out, "?lists=");
        urlencoded_add(&out, lists_named(r));
    }
    return out.failed ? NULL : arena_text(r->arena, out.data);
}

static void add_lists(struct request *r, const Kosi__ConfirmLookReply *look, Kosi__MailConfirmPage *page) {
    page->agreed = arena_take(r->arena, (look->n_lists + 1) * sizeof *page->agreed);
    page->offers = arena_take(r->arena, (look->n_lists + 1) * sizeof *page->offers);
    for (size_t i = 0; page->agreed && page->offers && i < look->n_lists; i++) {
        Kosi__MailOffer *offer = mail_choice_offer(r, look->lists[i]->list, look->lists[i]->wording, false);
        if (offer && is_named(lists_named(r), look->lists[i]->list))
            page->agreed[page->n_agreed++] = offer;
        else if (offer)
            page->offers[page->n_offers++] = offer;
    }
    page->has_has_offers = true;
    page->has_offers = page->n_offers > 0;
}

static void show_look(struct request *r, const struct client_reply *reply) {
    const Kosi__ConfirmLookReply *look = page_take(r, reply, "ConfirmLookReply");
    if (!look)
        return;
    Kosi__MailConfirmPage page = KOSI__MAIL_CONFIRM_PAGE__INIT;
    add_lists(r, look, &page);
    bool open = !look->confirmed || look->n_lists;
    page.title = (char *)request_text(r, !look->confirmed ? TEXT_CONFIRM_TITLE : open ? TEXT_CONFIRM_LISTS_TITLE : TEXT_CONFIRM_ALREADY_TITLE);
    page.other_url = other_url(r);
    page.hint = look->hint;
    page.wording = look->confirmed ? NULL : look->wording;
    page.has_already = true;
    page.already = !open;
    page.confirm_label = (char *)request_text(r, look->confirmed ? TEXT_CONFIRM_DO_LISTS : TEXT_CONFIRM_DO);
    page.action = open ? (char *)route_page_path(PAGE_MAIL_CONFIRM, r->language, token_of(r), r->arena) : NULL;
    page.has_at_once = true;
    page.at_once = open && !page.n_offers;
    if (page.at_once)
        respond_header(r, "Content-Security-Policy", script_policy);
    page_render(r, 200, "mail_confirm", &page.base);
}

static void serve_look(struct request *r) {
    Kosi__ContactTokenRequest input = KOSI__CONTACT_TOKEN_REQUEST__INIT;
    input.token = token_of(r);
    page_ask_about(r, "notifications", "ConfirmLook", &input.base, show_look);
}

static void confirmed(struct request *r, const struct client_reply *reply) {
    const Kosi__ConfirmReply *done = page_take(r, reply, "ConfirmReply");
    if (!done)
        return;
    const char *path = route_page_path(PAGE_MAIL_PREFERENCES, r->language, done->preferences_token, r->arena);
    respond_redirect(r, arena_format(r->arena, "%s?done=confirmed", path));
}

static void take_confirm(struct request *r) {
    Kosi__ConfirmRequest input = KOSI__CONFIRM_REQUEST__INIT;
    int problem = page_read_form(r);
    if (problem) {
        respond_problem(r, problem, NULL);
        return;
    }
    struct mail_chosen lists = mail_choice_typed(r, "lists");
    input.token = token_of(r);
    input.lists = (char **)lists.ids;
    input.n_lists = lists.count;
    page_ask_about(r, "notifications", "Confirm", &input.base, confirmed);
}

const struct page_row mail_confirm_pages[] = {
    {PAGE_MAIL_CONFIRM, "GET", {"/post/bestaetigen/{token}", "/en/mail/confirm/{token}"}, serve_look, NULL, true},
    {PAGE_MAIL_CONFIRM, "POST", {"/post/bestaetigen/{token}", "/en/mail/confirm/{token}"}, take_confirm, NULL, true},
    {.verb = NULL}};
