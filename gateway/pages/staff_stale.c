// Entries that nobody has confirmed for long, for moderators: which vanish first, and whether their people could be asked. Whoever found
// out otherwise that one is still right says so here; what is no longer shown comes back by that.
#include "gateway/pages/page.h"
#include "gateway/respond.h"
#include "kosi/pages_newsletter.pb-c.h"
#include <string.h>

enum { PAGE_ITEMS = 25 };

static const struct { const char *id, *tone; enum text label, when; } steps[] = {
    {"asked", "info", TEXT_STALE_ASKED, TEXT_STALE_VANISHES},
    {"marked", "warning", TEXT_STALE_MARKED, TEXT_STALE_VANISHES},
    {"archived", "danger", TEXT_STALE_ARCHIVED, TEXT_STALE_VANISHED}};
static const struct { const char *id; enum text text; } people[] = {
    {"written", TEXT_STALE_WRITTEN}, {"nobody", TEXT_STALE_NOBODY}, {"unconfirmed", TEXT_STALE_UNCONFIRMED},
    {"suspended", TEXT_STALE_SUSPENDED}, {"pending", TEXT_STALE_PENDING}};
enum { STEPS = sizeof steps / sizeof *steps, PEOPLE = sizeof people / sizeof *people, ARCHIVED = STEPS - 1 };

struct desk { const char *refused; int status; };   // of the confirmation sent just now

static const char *own_path(struct request *r) { return route_page_path(PAGE_STAFF_STALE, r->language, NULL, r->arena); }

static int step_of(const char *id) {
    int i = STEPS - 1;
    while (i > 0 && (!id || strcmp(steps[i].id, id) != 0))
        i--;
    return i;
}

static const char *people_text(struct request *r, const char *id) {
    for (size_t i = 0; id && i < PEOPLE; i++)
        if (strcmp(people[i].id, id) == 0)
            return request_text(r, people[i].text);
    return id;
}

static Kosi__StalePageEntry *view_entry(struct request *r, const Kosi__StaleEntry *entry) {
    Kosi__StalePageEntry *out = arena_take(r->arena, sizeof *out);
    if (!out)
        return NULL;
    kosi__stale_page_entry__init(out);
    int step = step_of(entry->step);
    out->stale_id = entry->id;
    out->stale_title = entry->title;
    out->stale_link = step == ARCHIVED ? NULL : (char *)route_page_path(PAGE_ENTRY, r->language, entry->id, r->arena);
    out->stale_plain = step == ARCHIVED ? entry->title : NULL;
    out->stale_tone = (char *)steps[step].tone;
    out->stale_step = (char *)request_text(r, steps[step].label);
    out->stale_when = (char *)catalogue_fill(r->arena, request_text(r, steps[step].when), "when", page_date(r, entry->vanishes_at), NULL);
    out->stale_people = (char *)people_text(r, entry->people);
    if (entry->submission_id)
        out->stale_submission = (char *)route_page_path(PAGE_STAFF_SUBMISSION, r->language, entry->submission_id, r->arena);
    out->stale_mails = arena_format(r->arena, "%s?subject=%s", route_page_path(PAGE_MAILS, r->language, NULL, r->arena), entry->id);
    out->stale_button = (char *)request_text(r, step == ARCHIVED ? TEXT_STALE_SHOW_AGAIN : TEXT_STALE_CONFIRM);
    return out;
}

static const char *count_text(struct request *r, enum text one, enum text many, uint32_t count) {
    if (count == 0)
        return NULL;
    return count == 1 ? request_text(r, one) : catalogue_fill(r->arena, request_text(r, many), "count", arena_format(r->arena, "%u", count), NULL);
}

static void fill_words(struct request *r, const Kosi__StaleReply *list, Kosi__StaffStalePage *page) {
    const struct desk *desk = r->page;
    page->unasked = (char *)count_text(r, TEXT_STALE_UNASKED_ONE, TEXT_STALE_UNASKED, list->unasked);
    page->shown = (char *)count_text(r, TEXT_STALE_SHOWN_ONE, TEXT_STALE_SHOWN, list->shown);
    page->gone = (char *)count_text(r, TEXT_STALE_GONE_ONE, TEXT_STALE_GONE, list->archived);
    page->refused = (char *)desk->refused;
    if (!desk->refused && urlencoded_value(&r->query, "done"))
        page->done = (char *)request_text(r, TEXT_STALE_DONE);
}

static void show_list(struct request *r, const struct client_reply *reply) {
    const struct desk *desk = r->page;
    const Kosi__StaleReply *list = page_take(r, reply, "StaleReply");
    if (!list)
        return;
    Kosi__StaffStalePage page = KOSI__STAFF_STALE_PAGE__INIT;
    page.title = (char *)request_text(r, TEXT_STALE_TITLE);
    page.other_url = (char *)page_other_url(r, PAGE_STAFF_STALE, NULL);
    page.action = (char *)own_path(r);
    fill_words(r, list, &page);
    page.entries = arena_take(r->arena, (list->n_items + 1) * sizeof *page.entries);
    for (size_t i = 0; page.entries && i < list->n_items; i++)
        if ((page.entries[page.n_entries] = view_entry(r, list->items[i])))
            page.n_entries++;
    page.has_empty = page.empty = list->n_items == 0;
    if (list->next_page_token && *list->next_page_token)
        page.next_url = arena_format(r->arena, "%s?page_token=%s", own_path(r), list->next_page_token);
    page_crumb(r, request_text(r, TEXT_MENU_DESK), route_page_path(PAGE_STAFF_DESK, r->language, NULL, r->arena));
    page_render(r, desk->status, "staff_stale", &page.base);
}

static void ask_list(struct request *r, const char *page_token) {
    Kosi__StaleRequest input = KOSI__STALE_REQUEST__INIT;
    input.has_page_size = true;
    input.page_size = PAGE_ITEMS;
    input.page_token = (char *)page_token;
    if (!page_fits(r, &input.base))
        respond_problem(r, PROBLEM_BAD_PAGE_TOKEN, NULL);
    else
        page_ask(r, "registry", "StaleEntries", &input.base, show_list);
}

static struct desk *open_desk(struct request *r) {
    struct desk *desk = arena_take(r->arena, sizeof *desk);
    if (!desk) {
        respond_problem(r, PROBLEM_BUSY, NULL);
        return NULL;
    }
    desk->status = 200;
    r->page = desk;
    return desk;
}

static void serve_list(struct request *r) {
    if (open_desk(r))
        ask_list(r, urlencoded_value(&r->query, "page_token"));
}

// Refused (it was withdrawn meanwhile): the list as it is now, and why.
static void confirmed(struct request *r, const struct client_reply *reply) {
    struct desk *desk = r->page;
    const char *detail;
    if (strcmp(reply->outcome, "ok") == 0) {
        respond_redirect(r, arena_format(r->arena, "%s?done=1", own_path(r)));
        return;
    }
    int problem = respond_read_problem(r, reply, &detail);
    desk->status = problem_status(problem);
    desk->refused = request_text(r, problem == PROBLEM_GONE || problem == PROBLEM_NOT_FOUND ? TEXT_STALE_WITHDRAWN : TEXT_STALE_REFUSED);
    ask_list(r, NULL);
}

static void take_confirmation(struct request *r) {
    Kosi__ConfirmEntryRequest input = KOSI__CONFIRM_ENTRY_REQUEST__INIT;
    if (!open_desk(r))
        return;
    input.id = (char *)urlencoded_value(&r->form, "id");
    page_ask_about(r, "registry", "ConfirmEntry", &input.base, confirmed);
}

const struct page_row staff_stale_pages[] = {
    {PAGE_STAFF_STALE, "GET", {"/intern/eintraege/pruefen", "/en/intern/entries/check"}, serve_list, "moderator", false},
    {PAGE_STAFF_STALE, "POST", {"/intern/eintraege/pruefen", "/en/intern/entries/check"}, take_confirmation, "moderator", false},
    {.verb = NULL}};
