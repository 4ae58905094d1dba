// What comes to an address: chosen and left by secret links. Leaving a list takes one press of a button here, or one in the mail program
// (RFC 8058): that one is sent by the program's own server, without cookies and from nowhere in particular.
#include "gateway/pages/facets.h"
#include "gateway/pages/mail_choice.h"
#include "gateway/respond.h"
#include "services/common/contract/json_walk.h"
#include "services/common/contract/validate.h"
#include <string.h>

static char *token_of(struct request *r) { return (char *)route_variable(&r->match, "token"); }
static char *own_path(struct request *r) { return (char *)route_page_path(r->route->page_row->page, r->language, token_of(r), r->arena); }
static char *other_path(struct request *r) { return (char *)page_other_url(r, r->route->page_row->page, token_of(r)); }
static char *subscribe_path(struct request *r) { return (char *)route_page_path(PAGE_SUBSCRIBE, r->language, NULL, r->arena); }

static bool asked_for(struct request *r, const char *what) {
    const char *done = urlencoded_value(&r->query, "done");
    return done && strcmp(done, what) == 0;
}

// ---- preferences

static const char *done_text(struct request *r, const Kosi__Preferences *p) {
    if (asked_for(r, "confirmed") && p->confirmed)
        return request_text(r, TEXT_PREFERENCES_CONFIRMED);
    if (asked_for(r, "saved"))
        return request_text(r, TEXT_PREFERENCES_SAVED);
    return asked_for(r, "left") ? request_text(r, TEXT_PREFERENCES_LEFT) : NULL;
}

static void add_lists(struct request *r, const Kosi__Preferences *p, Kosi__MailPreferencesPage *page) {
    page->lists = arena_take(r->arena, (p->n_lists + 1) * sizeof *page->lists);
    for (size_t i = 0; page->lists && i < p->n_lists; i++) {
        if ((page->lists[page->n_lists] = mail_choice_offer(r, p->lists[i], NULL, true)))
            page->n_lists++;
        page->digest = page->digest || strcmp(p->lists[i], "digest") == 0;
    }
    page->has_has_lists = page->has_no_lists = page->has_several_lists = page->has_digest = true;
    page->has_lists = page->n_lists > 0;
    page->no_lists = !page->n_lists;
    page->several_lists = page->n_lists > 1;
}

static void add_choices(struct request *r, const Kosi__Preferences *p, Kosi__MailPreferencesPage *page) {
    struct mail_chosen themes = {p->themes, p->n_themes}, districts = {p->districts, p->n_districts};
    page->n_languages = mail_choice_languages(r, p->language, &page->languages);
    page->n_frequencies = mail_choice_frequencies(r, p->frequency, &page->frequencies);
    page->n_themes = mail_choice_terms(r, "theme", themes, &page->themes);
    page->n_districts = mail_choice_terms(r, "district", districts, &page->districts);
    page->has_has_themes = page->has_has_districts = true;
    page->has_themes = page->n_themes > 0;
    page->has_districts = page->n_districts > 0;
    page->kept = arena_take(r->arena, (themes.count + districts.count + 1) * sizeof *page->kept);
    if (!page->kept)
        return;
    // Without the digest nothing is shown to choose, and all of it is kept.
    mail_choice_kept(r, page->digest ? "theme" : "", "themes", themes, page->kept, &page->n_kept);
    mail_choice_kept(r, page->digest ? "district" : "", "districts", districts, page->kept, &page->n_kept);
}

static void show_preferences(struct request *r, const struct client_reply *reply) {
    const Kosi__Preferences *p = page_take(r, reply, "Preferences");
    if (!p)
        return;
    Kosi__MailPreferencesPage page = KOSI__MAIL_PREFERENCES_PAGE__INIT;
    page.title = (char *)request_text(r, TEXT_PREFERENCES_TITLE);
    page.other_url = other_path(r);
    page.done = (char *)done_text(r, p);
    page.notice = p->confirmed ? NULL : (char *)request_text(r, TEXT_PREFERENCES_SUSPENDED);
    page.hint = p->hint;
    page.action = own_path(r);
    page.subscribe_url = subscribe_path(r);
    add_lists(r, p, &page);
    add_choices(r, p, &page);
    page_render(r, 200, "mail_preferences", &page.base);
}

static void ask_preferences(struct request *r) {
    Kosi__ContactTokenRequest input = KOSI__CONTACT_TOKEN_REQUEST__INIT;
    input.token = token_of(r);
    page_ask_about(r, "notifications", "GetPreferences", &input.base, show_preferences);
}

static void serve_preferences(struct request *r) { facets_first(r, ask_preferences); }

static void back_with(struct request *r, const struct client_reply *reply, const char *done) {
    if (strcmp(reply->outcome, "ok") != 0)
        respond_reply_problem(r, reply);
    else
        respond_redirect(r, arena_format(r->arena, "%s?done=%s", own_path(r), done));
}

static void saved(struct request *r, const struct client_reply *reply) { back_with(r, reply, "saved"); }
static void left(struct request *r, const struct client_reply *reply) { back_with(r, reply, "left"); }

static int ask_leave(struct request *r, const char *list, request_then *then) {
    Kosi__LeaveRequest input = KOSI__LEAVE_REQUEST__INIT;
    input.token = token_of(r);
    input.list = (char *)list;
    if (!page_fits(r, &input.base))
        return PROBLEM_NOT_FOUND;
    page_ask(r, "notifications", "Leave", &input.base, then);
    return 0;
}

static int ask_save(struct request *r) {
    const struct contract_message *contract = contract_message_named("PreferencesRequest");
    Kosi__PreferencesRequest input = KOSI__PREFERENCES_REQUEST__INIT;
    int problem = 0;
    for (size_t i = 0; i < r->form.count && !problem; i++)
        if (r->form.items[i].name[0] != '_' && strcmp(r->form.items[i].name, "token") != 0)
            problem = pair_to_message(r->form.items[i].name, r->form.items[i].value, false, contract, &input.base, &r->violations);
    input.token = token_of(r);
    if (!problem)
        problem = validate_message(contract, &input.base, &r->violations);
    if (!problem)
        page_ask(r, "notifications", "SetPreferences", &input.base, saved);
    return problem;
}

static void take_preferences(struct request *r) {
    int problem = page_read_form(r);
    const char *list = problem ? NULL : urlencoded_value(&r->form, "_leave");
    if (!problem)
        problem = list ? ask_leave(r, list, left) : ask_save(r);
    if (problem)
        respond_problem(r, problem, NULL);
}

// ---- leaving one list

static const struct leaving { enum page page; const char *list; enum text title, lead, left; } leavings[] = {
    {PAGE_LEAVE_NEWSLETTER, "newsletter", TEXT_LEAVE_NEWSLETTER_TITLE, TEXT_LEAVE_NEWSLETTER_LEAD, TEXT_LEFT_NEWSLETTER},
    {PAGE_LEAVE_DIGEST, "digest", TEXT_LEAVE_DIGEST_TITLE, TEXT_LEAVE_DIGEST_LEAD, TEXT_LEFT_DIGEST}};

static const struct leaving *leaving_of(const struct request *r) { return &leavings[r->route->page_row->page == PAGE_LEAVE_DIGEST]; }

static void show_leave(struct request *r, bool done) {
    const struct leaving *leaving = leaving_of(r);
    Kosi__MailLeavePage page = KOSI__MAIL_LEAVE_PAGE__INIT;
    page.title = (char *)request_text(r, leaving->title);
    page.other_url = other_path(r);
    page.lead = done ? NULL : (char *)request_text(r, leaving->lead);
    page.done = done ? (char *)request_text(r, leaving->left) : NULL;
    page.action = done ? NULL : own_path(r);
    page.subscribe_url = subscribe_path(r);
    page_render(r, 200, "mail_leave", &page.base);
}

static void serve_leave(struct request *r) { show_leave(r, asked_for(r, "left")); }

static void left_one(struct request *r, const struct client_reply *reply) {
    const char *way = urlencoded_value(&r->form, "List-Unsubscribe");
    if (strcmp(reply->outcome, "ok") != 0)
        respond_reply_problem(r, reply);
    else if (way && strcmp(way, "One-Click") == 0)   // a program follows no redirect (RFC 8058 section 3.1)
        show_leave(r, true);
    else
        respond_redirect(r, arena_format(r->arena, "%s?done=left", own_path(r)));
}

static void take_leave(struct request *r) {
    int problem = page_read_fields(r);
    if (!problem)
        problem = ask_leave(r, leaving_of(r)->list, left_one);
    if (problem)
        respond_problem(r, problem, NULL);
}

const struct page_row mail_preferences_pages[] = {
    {PAGE_MAIL_PREFERENCES, "GET", {"/post/einstellungen/{token}", "/en/mail/preferences/{token}"}, serve_preferences, NULL, true},
    {PAGE_MAIL_PREFERENCES, "POST", {"/post/einstellungen/{token}", "/en/mail/preferences/{token}"}, take_preferences, NULL, true},
    {PAGE_LEAVE_NEWSLETTER, "GET", {"/post/abmelden/newsletter/{token}", "/en/mail/leave/newsletter/{token}"}, serve_leave, NULL, true},
    {PAGE_LEAVE_NEWSLETTER, "POST", {"/post/abmelden/newsletter/{token}", "/en/mail/leave/newsletter/{token}"}, take_leave, NULL, true},
    {PAGE_LEAVE_DIGEST, "GET", {"/post/abmelden/digest/{token}", "/en/mail/leave/digest/{token}"}, serve_leave, NULL, true},
    {PAGE_LEAVE_DIGEST, "POST", {"/post/abmelden/digest/{token}", "/en/mail/leave/digest/{token}"}, take_leave, NULL, true},
    {.verb = NULL}};
