// The ledger of mails for staff: what is owed, what became of it, and why. Addresses of people stay out of the page's own address:
// whoever looks for one sends a form.
#include "gateway/pages/mail_words.h"
#include "gateway/pages/staff_view.h"
#include "gateway/respond.h"
#include "kosi/pages_mails.pb-c.h"
#include <string.h>

enum { PAGE_ITEMS = 25, CHOICES_MAX = 40 };

static const struct view { const char *id; enum text label; const char *states[3]; bool overdue; } views[] = {
    {"open", TEXT_MAILS_TAB_OPEN, {"owed", "retry", "leased"}, false},
    {"overdue", TEXT_MAILS_TAB_OVERDUE, {NULL}, true},
    {"waiting", TEXT_MAILS_TAB_WAITING, {"waiting"}, false},
    {"held", TEXT_MAILS_TAB_HELD, {"held"}, false},
    {"failed", TEXT_MAILS_TAB_FAILED, {"failed"}, false},
    {"sent", TEXT_MAILS_TAB_SENT, {"sent"}, false},
    {"cancelled", TEXT_MAILS_TAB_CANCELLED, {"cancelled"}, false},
    {"all", TEXT_MAILS_TAB_ALL, {NULL}, false}};
enum { VIEWS = sizeof views / sizeof *views };

struct question {
    const struct view *view;
    const char *kind, *address, *subject;   // "": all
    const char *page_token;                 // "": from the beginning
};

// A form was sent, or an address opened.
static const char *asked(const struct request *r, const char *name) {
    const char *value = urlencoded_value(r->form.count ? &r->form : &r->query, name);
    return value ? value : "";
}

// ---- the question

// Whoever looks for an address, or for what one submission was sent, wants it all.
static const struct view *view_asked(const struct request *r) {
    if (*asked(r, "address"))
        return &views[VIEWS - 1];
    for (int i = 0; i < VIEWS; i++)
        if (strcmp(asked(r, "view"), views[i].id) == 0)
            return &views[i];
    return *asked(r, "subject") ? &views[VIEWS - 1] : &views[0];
}

static bool is_sound(struct request *r, const Kosi__MailsRequest *input) {
    return page_fits(r, &input->base);
}

// What can't stand in the question is passed over.
static const char *take_text(struct request *r, Kosi__MailsRequest *input, char **field, const char *name) {
    *field = (char *)asked(r, name);
    if (**field && is_sound(r, input))
        return *field;
    *field = NULL;
    return "";
}

static void take_question(struct request *r, struct question *question, Kosi__MailsRequest *input) {
    question->view = view_asked(r);
    input->has_page_size = true;
    input->page_size = PAGE_ITEMS;
    input->state = (char **)question->view->states;
    while (input->n_state < 3 && question->view->states[input->n_state])
        input->n_state++;
    input->has_overdue = input->overdue = question->view->overdue;
    question->kind = take_text(r, input, &input->kind, "kind");
    question->subject = take_text(r, input, &input->subject_id, "subject");
    question->address = take_text(r, input, &input->address, "address");
    question->page_token = take_text(r, input, &input->page_token, "page_token");
}

// ---- addresses

static void add_pair(struct buf *out, const char *name, const char *value) {
    if (!*value)
        return;
    buf_char(out, strchr(out->data, '?') ? '&' : '?');
    urlencoded_add(out, name);
    buf_char(out, '=');
    urlencoded_add(out, value);
}

// The same question but for the address that was looked for, at another place of the list, in another view or language.
static const char *question_url(struct request *r, const char *path, const char *view, const char *page_token) {
    const struct question *question = r->page;
    struct buf out BUF_AUTO;
    buf_init(&out, 8192);
    buf_text(&out, path);
    add_pair(&out, "view", view);
    add_pair(&out, "kind", question->kind);
    add_pair(&out, "subject", question->subject);
    add_pair(&out, "page_token", page_token);
    return out.failed ? path : arena_text(r->arena, out.data);
}

static const char *list_path(struct request *r) { return route_page_path(PAGE_MAILS, r->language, NULL, r->arena); }

// ---- views and filters

static uint32_t count_of(const Kosi__MailsReply *list, const struct view *view) {
    uint32_t count = view->overdue ? list->overdue : 0;
    for (size_t i = 0; i < list->n_counts; i++)
        for (int s = 0; s < 3 && view->states[s]; s++)
            if (strcmp(list->counts[i]->state, view->states[s]) == 0)
                count += list->counts[i]->count;
    return count;
}

static void add_tabs(struct request *r, const Kosi__MailsReply *list, Kosi__MailsPage *page) {
    const struct question *question = r->page;
    Kosi__InboxTab *tabs = arena_take(r->arena, VIEWS * sizeof *tabs);
    page->tabs = arena_take(r->arena, VIEWS * sizeof *page->tabs);
    for (int i = 0; i < VIEWS && tabs && page->tabs; i++) {
        kosi__inbox_tab__init(&tabs[i]);
        const char *number = staff_view_count(r, count_of(list, &views[i]), false);
        tabs[i].tab_label = (char *)catalogue_fill(r->arena, request_text(r, views[i].label), "count", number, NULL);
        tabs[i].tab_link = (char *)question_url(r, list_path(r), views[i].id, "");
        tabs[i].has_tab_current = true;
        tabs[i].tab_current = question->view == &views[i];
        page->tabs[page->n_tabs++] = &tabs[i];
    }
}

static void add_choice(struct request *r, Kosi__InboxFilter *filter, const char *value, const char *label) {
    const struct question *question = r->page;
    Kosi__InboxChoice *choice = filter->n_filter_choices < CHOICES_MAX ? arena_take(r->arena, sizeof *choice) : NULL;
    if (!choice)
        return;
    kosi__inbox_choice__init(choice);
    choice->choice_value = (char *)value;
    choice->choice_text = (char *)label;
    choice->has_choice_chosen = true;
    choice->choice_chosen = strcmp(question->kind, value) == 0;
    filter->filter_choices[filter->n_filter_choices++] = choice;
}

static void add_kinds(struct request *r, Kosi__MailsPage *page) {
    Kosi__InboxFilter *filter = arena_take(r->arena, sizeof *filter);
    page->filters = arena_take(r->arena, sizeof *page->filters);
    if (!filter || !page->filters)
        return;
    kosi__inbox_filter__init(filter);
    filter->filter_field = (char *)"kind";
    filter->filter_text = (char *)request_text(r, TEXT_MAILS_KIND);
    filter->filter_choices = arena_take(r->arena, CHOICES_MAX * sizeof *filter->filter_choices);
    if (!filter->filter_choices)
        return;
    add_choice(r, filter, "", request_text(r, TEXT_MAILS_KIND_ANY));
    for (size_t i = 0; mail_words_kind_at(i); i++)
        add_choice(r, filter, mail_words_kind_at(i), mail_words_kind(r, mail_words_kind_at(i)));
    page->filters[page->n_filters++] = filter;
}

// ---- the list

static const char *with_time(struct request *r, enum text text, int64_t at) {
    return catalogue_fill(r->arena, request_text(r, text), "when", page_time(r, at), NULL);
}

static Kosi__MailLine *line_of(struct request *r, const Kosi__MailRow *row) {
    Kosi__MailLine *line = arena_take(r->arena, sizeof *line);
    if (!line)
        return NULL;
    kosi__mail_line__init(line);
    bool open = !row->has_ended_at;
    line->mail_link = (char *)route_page_path(PAGE_MAIL, r->language, row->id, r->arena);
    line->mail_title = (char *)catalogue_fill(r->arena, request_text(r, TEXT_MAIL_TITLE), "kind", mail_words_kind(r, row->kind), "address",
                                              row->address ? row->address : request_text(r, TEXT_MAIL_NOBODY), NULL);
    line->mail_state = mail_words_badge(r, row->state);
    line->mail_when = (char *)(open ? with_time(r, TEXT_MAIL_SINCE, row->owed_at)
                                    : catalogue_fill(r->arena, request_text(r, TEXT_MAIL_UNTIL), "from", page_time(r, row->owed_at), "until",
                                                     page_time(r, row->ended_at), NULL));
    if (row->has_due_at && strcmp(row->state, "retry") == 0)
        line->mail_next = (char *)with_time(r, TEXT_MAIL_NEXT, row->due_at);
    line->mail_trouble = (char *)mail_words_trouble(r, row->reason, row->code, row->status);
    line->mail_overdue = row->overdue ? (char *)request_text(r, TEXT_MAIL_OVERDUE) : NULL;
    return line;
}

static void add_rest(struct request *r, const Kosi__MailsReply *list, Kosi__MailsPage *page) {
    const struct question *question = r->page;
    bool more = list->next_page_token && *list->next_page_token;
    if (more && *question->address)
        page->next_token = list->next_page_token;
    else if (more)
        page->next_url = (char *)question_url(r, page->action, question->view->id, list->next_page_token);
    if (*question->page_token && !*question->address)
        page->first_url = (char *)question_url(r, page->action, question->view->id, "");
    if (page->n_mails)
        page->found = (char *)catalogue_fill(r->arena, request_text(r, page->n_mails == 1 ? TEXT_MAILS_FOUND_ONE : TEXT_MAILS_FOUND), "count",
                                             staff_view_count(r, (uint32_t)page->n_mails, false), NULL);
    else
        page->nothing = (char *)request_text(r, more ? TEXT_MAILS_NOTHING_YET : TEXT_MAILS_NOTHING);
}

static void show_list(struct request *r, const struct client_reply *reply) {
    const struct question *question = r->page;
    const Kosi__MailsReply *list = page_take(r, reply, "MailsReply");
    Kosi__MailsPage page = KOSI__MAILS_PAGE__INIT;
    if (!list)
        return;
    page.title = (char *)request_text(r, TEXT_MAILS_TITLE);
    page.other_url = (char *)question_url(r, page_other_url(r, PAGE_MAILS, NULL), question->view->id, question->page_token);
    page.action = (char *)list_path(r);
    page.all_url = page.action;
    page.view = (char *)question->view->id;
    page.kind = (char *)question->kind;
    page.address = (char *)asked(r, "address");
    page.about = *question->subject ? (char *)request_text(r, TEXT_MAILS_ABOUT) : NULL;
    page.has_narrowed = true;
    page.narrowed = *question->kind || *page.address || *question->subject;
    page.n_alarms = mail_words_alarms(r, list, &page.alarms);
    page.has_alarmed = page.alarmed = page.n_alarms > 0;
    add_tabs(r, list, &page);
    add_kinds(r, &page);
    page.mails = arena_take(r->arena, (list->n_items + 1) * sizeof *page.mails);
    for (size_t i = 0; page.mails && i < list->n_items; i++)
        if ((page.mails[page.n_mails] = line_of(r, list->items[i])))
            page.n_mails++;
    add_rest(r, list, &page);
    page_render(r, 200, "mails", &page.base);
}

static void serve_list(struct request *r) {
    Kosi__MailsRequest input = KOSI__MAILS_REQUEST__INIT;
    struct question *question = arena_take(r->arena, sizeof *question);
    r->page = question;
    if (!question || !page_shell(r)) {
        respond_problem(r, PROBLEM_BUSY, NULL);
        return;
    }
    take_question(r, question, &input);
    if (r->form.count && !*asked(r, "address"))
        respond_redirect(r, question_url(r, list_path(r), question->view->id, ""));
    else
        page_ask(r, "notifications", "Mails", &input.base, show_list);
}

const struct page_row mails_pages[] = {
    {PAGE_MAILS, "GET", {"/intern/mails", "/en/intern/mails"}, serve_list, "moderator", true},
    {PAGE_MAILS, "POST", {"/intern/mails", "/en/intern/mails"}, serve_list, "moderator", true},
    {.verb = NULL}};
