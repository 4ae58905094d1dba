// The first page of who is signed in: what waits, what is with them, what nobody has. Whoever does not moderate finds the menu.
#include "gateway/pages/mail_words.h"
#include "gateway/pages/staff_view.h"
#include "gateway/respond.h"
#include "gateway/session.h"
#include <string.h>

enum { ROWS_MAX = 5, FIGURES_MAX = 5 };

struct desk {
    const Kosi__WaitingReply *waiting;
    const Kosi__InboxReply *mine, *free_ones;
    const Kosi__StaleReply *stale;   // NULL: not known at present
};

static void add_counted(struct request *r, Kosi__StaffDeskPage *page, const char *count, enum text label, const char *link) {
    Kosi__DeskFigure *figure = arena_take(r->arena, sizeof *figure);
    if (!figure || page->n_figures == FIGURES_MAX)
        return;
    kosi__desk_figure__init(figure);
    figure->figure_count = (char *)count;
    figure->figure_label = (char *)request_text(r, label);
    figure->figure_link = (char *)link;
    page->figures[page->n_figures++] = figure;
}

static void add_figure(struct request *r, Kosi__StaffDeskPage *page, uint32_t count, enum text label, const char *query) {
    const struct desk *desk = r->page;
    const char *inbox = route_page_path(PAGE_STAFF_INBOX, r->language, NULL, r->arena);
    add_counted(r, page, staff_view_count(r, count, desk->waiting->capped), label, arena_format(r->arena, "%s%s", inbox, query));
}

static void add_figures(struct request *r, Kosi__StaffDeskPage *page) {
    const struct desk *desk = r->page;
    const Kosi__WaitingReply *waiting = desk->waiting;
    page->figures = arena_take(r->arena, FIGURES_MAX * sizeof *page->figures);
    if (!page->figures)
        return;
    add_figure(r, page, waiting->received, TEXT_DESK_RECEIVED, "?state=received");
    add_figure(r, page, waiting->in_review, TEXT_DESK_IN_REVIEW, "?state=in_review");
    add_figure(r, page, waiting->mine, TEXT_DESK_MINE, "?holder=~me");
    add_figure(r, page, waiting->free, TEXT_DESK_FREE, "?holder=~nobody");
    if (desk->stale)
        add_counted(r, page, staff_view_count(r, desk->stale->shown, false), TEXT_STALE_FIGURE,
                    route_page_path(PAGE_STAFF_STALE, r->language, NULL, r->arena));
    if (waiting->has_oldest_at)
        page->oldest = (char *)catalogue_fill(r->arena, request_text(r, TEXT_DESK_OLDEST), "age",
                                              staff_view_age(r, waiting->oldest_at), NULL);
}

static size_t view_rows(struct request *r, const Kosi__InboxReply *list, Kosi__InboxRow ***out) {
    const struct desk *desk = r->page;
    size_t count = 0;
    *out = arena_take(r->arena, (list->n_items + 1) * sizeof **out);
    for (size_t i = 0; *out && i < list->n_items; i++) {
        Kosi__InboxRow *row = staff_view_row(r, list->items[i], desk->waiting);
        if (row)
            (*out)[count++] = row;
    }
    return count;
}

static void begin(struct request *r, Kosi__StaffDeskPage *page) {
    page_shell(r)->section = "staff_desk";
    page->title = (char *)request_text(r, TEXT_DESK_TITLE);
    page->other_url = (char *)page_other_url(r, PAGE_STAFF_DESK, NULL);
}

// The desk can do without the mails' news.
static void add_mails(struct request *r, const struct client_reply *reply, Kosi__StaffDeskPage *page) {
    const Kosi__MailsReply *ledger = NULL;
    if (strcmp(reply->outcome, "ok") == 0)
        ledger = (const Kosi__MailsReply *)request_unpack(r, contract_message_named("MailsReply"), reply);
    if (ledger)
        page->n_alarms = mail_words_alarms(r, ledger, &page->alarms);
    page->has_alarmed = page->alarmed = page->n_alarms > 0;
    page->mails_url = (char *)route_page_path(PAGE_MAILS, r->language, NULL, r->arena);
}

static void show(struct request *r, const struct client_reply *reply) {
    const struct desk *desk = r->page;
    if (!page_shell(r))
        return;
    Kosi__StaffDeskPage page = KOSI__STAFF_DESK_PAGE__INIT;
    begin(r, &page);
    page.has_moderates = page.moderates = true;
    page.inbox_url = (char *)route_page_path(PAGE_STAFF_INBOX, r->language, NULL, r->arena);
    add_figures(r, &page);
    add_mails(r, reply, &page);
    page.n_mine_rows = view_rows(r, desk->mine, &page.mine_rows);
    page.has_has_mine = page.has_mine = page.n_mine_rows > 0;
    page.has_no_mine = page.no_mine = !page.has_mine;
    page.n_free_rows = view_rows(r, desk->free_ones, &page.free_rows);
    page.has_has_free = page.has_free = page.n_free_rows > 0;
    page.has_no_free = page.no_free = !page.has_free;
    page_render(r, 200, "staff_desk", &page.base);
}

static void ask_list(struct request *r, const char *holder, request_then *then) {
    static char *waiting[] = {"received", "in_review"};
    Kosi__InboxRequest input = KOSI__INBOX_REQUEST__INIT;
    input.state = waiting;
    input.n_state = 2;
    input.taken_by = (char *)holder;
    input.has_free = input.free = !holder;
    input.has_page_size = true;
    input.page_size = ROWS_MAX;
    input.sort = "oldest";
    page_ask(r, "submissions", "Inbox", &input.base, then);
}

// Nor is it kept waiting for entries that nobody has confirmed.
static void stale_read(struct request *r, const struct client_reply *reply) {
    struct desk *desk = r->page;
    Kosi__MailsRequest input = KOSI__MAILS_REQUEST__INIT;
    if (strcmp(reply->outcome, "ok") == 0)
        desk->stale = (const Kosi__StaleReply *)request_unpack(r, contract_message_named("StaleReply"), reply);
    input.has_overdue = input.overdue = true;
    input.has_page_size = true;
    input.page_size = 1;
    page_ask_briefly(r, "notifications", "Mails", &input.base, show);
}

static void free_read(struct request *r, const struct client_reply *reply) {
    struct desk *desk = r->page;
    Kosi__StaleRequest input = KOSI__STALE_REQUEST__INIT;
    desk->free_ones = page_take(r, reply, "InboxReply");
    if (!desk->free_ones)
        return;
    input.has_page_size = true;
    input.page_size = 1;
    page_ask_briefly(r, "registry", "StaleEntries", &input.base, stale_read);
}

static void mine_read(struct request *r, const struct client_reply *reply) {
    struct desk *desk = r->page;
    desk->mine = page_take(r, reply, "InboxReply");
    if (desk->mine)
        ask_list(r, NULL, free_read);
}

static void counted(struct request *r, const struct client_reply *reply) {
    struct desk *desk = r->page;
    desk->waiting = page_take(r, reply, "WaitingReply");
    if (desk->waiting)
        ask_list(r, r->login, mine_read);
}

static void serve_desk(struct request *r) {
    Kosi__StaffDeskPage page = KOSI__STAFF_DESK_PAGE__INIT;
    Kosi__WaitingRequest input = KOSI__WAITING_REQUEST__INIT;
    r->page = arena_take(r->arena, sizeof(struct desk));
    if (!r->page || !page_shell(r)) {
        respond_problem(r, PROBLEM_BUSY, NULL);
        return;
    }
    if (session_has_role(r, "moderator")) {
        page_ask(r, "submissions", "Waiting", &input.base, counted);
        return;
    }
    begin(r, &page);
    page.has_no_role = page.no_role = true;
    page_render(r, 200, "staff_desk", &page.base);
}

const struct page_row staff_desk_pages[] = {
    {PAGE_STAFF_DESK, "GET", {"/intern/", "/en/intern/"}, serve_desk, "staff", false},
    {.verb = NULL}};
