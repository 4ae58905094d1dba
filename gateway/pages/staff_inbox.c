// The moderators' inbox. Every filter is a name of the query, so each view has an address to keep or to send to a colleague; what the
// query says beyond reason is passed over.
#include "gateway/pages/staff_view.h"
#include "gateway/respond.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PAGE_ITEMS = 25, TABS_MAX = 6, FILTERS_MAX = 6, CHOICES_MAX = 260 };
static const char me[] = "~me", nobody[] = "~nobody";   // no login holds a ~

struct inbox {
    Kosi__InboxRequest input;
    const Kosi__WaitingReply *waiting;
};
static const struct state_choice { const char *id; enum text label; const char *states[4]; } state_choices[] = {
    {"waiting", TEXT_INBOX_STATE_WAITING, {"received", "in_review"}},
    {"decided", TEXT_INBOX_STATE_DECIDED, {"accepted", "rejected", "duplicate"}},
    {"all", TEXT_INBOX_STATE_ALL, {NULL}},
    {"received", TEXT_STATE_RECEIVED, {"received"}},
    {"in_review", TEXT_STATE_IN_REVIEW, {"in_review"}},
    {"accepted", TEXT_STATE_ACCEPTED, {"accepted"}},
    {"rejected", TEXT_STATE_REJECTED, {"rejected"}},
    {"duplicate", TEXT_STATE_DUPLICATE, {"duplicate"}},
    {"withdrawn", TEXT_STATE_WITHDRAWN, {"withdrawn"}},
    {"erased", TEXT_STATE_ERASED, {"erased"}},
};
enum { STATE_CHOICES = sizeof state_choices / sizeof *state_choices };
static const struct age_choice { const char *id; enum text label; const char *days; bool older; } age_choices[] = {
    {"newer-7", TEXT_INBOX_AGE_NEWER, "7", false}, {"newer-30", TEXT_INBOX_AGE_NEWER, "30", false},
    {"older-7", TEXT_INBOX_AGE_OLDER, "7", true},  {"older-14", TEXT_INBOX_AGE_OLDER, "14", true},
    {"older-30", TEXT_INBOX_AGE_OLDER, "30", true}, {"older-90", TEXT_INBOX_AGE_OLDER, "90", true}};
enum { AGE_CHOICES = sizeof age_choices / sizeof *age_choices };

static const char *asked(const struct request *r, const char *name) {
    const char *value = urlencoded_value(&r->query, name);
    return value ? value : "";
}

// ---- the question

static const struct state_choice *state_asked(const struct request *r) {
    for (int i = 0; i < STATE_CHOICES; i++)
        if (strcmp(asked(r, "state"), state_choices[i].id) == 0)
            return &state_choices[i];
    return &state_choices[0];
}

static void take_state(const struct request *r, Kosi__InboxRequest *input) {
    const struct state_choice *choice = state_asked(r);
    input->state = (char **)choice->states;
    while (input->n_state < 3 && choice->states[input->n_state])
        input->n_state++;
}

static void take_age(const struct request *r, Kosi__InboxRequest *input) {
    for (int i = 0; i < AGE_CHOICES; i++) {
        if (strcmp(asked(r, "age"), age_choices[i].id) != 0)
            continue;
        uint32_t days = (uint32_t)strtoul(age_choices[i].days, NULL, 10);
        *(age_choices[i].older ? &input->min_days : &input->max_days) = days;
        *(age_choices[i].older ? &input->has_min_days : &input->has_max_days) = true;
    }
}

static void take_holder(const struct request *r, Kosi__InboxRequest *input) {
    const char *holder = asked(r, "holder");
    if (strcmp(holder, nobody) == 0)
        input->has_free = input->free = true;
    else if (*holder)
        input->taken_by = strcmp(holder, me) == 0 ? (char *)r->login : (char *)holder;
}

static bool is_sound(struct request *r, const Kosi__InboxRequest *input) {
    return page_fits(r, &input->base);
}

// A text of the query goes into the request if it can stand there.
static void take_text(struct request *r, Kosi__InboxRequest *input, char **field, const char *name) {
    *field = (char *)asked(r, name);
    if (**field == '\0' || !is_sound(r, input))
        *field = NULL;
}

static void take_form(struct request *r, Kosi__InboxRequest *input) {
    const char *slug = asked(r, "form");
    input->form = *slug ? arena_take(r->arena, sizeof *input->form) : NULL;
    if (!input->form)
        return;
    input->form[0] = (char *)slug;
    input->n_form = 1;
    if (!is_sound(r, input))
        input->n_form = 0;
}

static void take_question(struct request *r, Kosi__InboxRequest *input) {
    kosi__inbox_request__init(input);
    input->has_page_size = true;
    input->page_size = PAGE_ITEMS;
    take_state(r, input);
    take_age(r, input);
    take_holder(r, input);
    if (!is_sound(r, input))
        input->taken_by = NULL;
    take_form(r, input);
    take_text(r, input, &input->q, "q");
    take_text(r, input, &input->page_token, "page_token");
    input->sort = strcmp(asked(r, "sort"), "oldest") == 0 ? "oldest" : NULL;
}

// ---- filters

static Kosi__InboxFilter *add_filter(struct request *r, Kosi__StaffInboxPage *page, const char *name, enum text label) {
    Kosi__InboxFilter *filter = page->n_filters < FILTERS_MAX ? arena_take(r->arena, sizeof *filter) : NULL;
    if (!filter)
        return NULL;
    kosi__inbox_filter__init(filter);
    filter->filter_field = (char *)name;
    filter->filter_text = (char *)request_text(r, label);
    filter->filter_choices = arena_take(r->arena, CHOICES_MAX * sizeof *filter->filter_choices);
    page->filters[page->n_filters++] = filter;
    return filter->filter_choices ? filter : NULL;
}

static void add_choice(struct request *r, Kosi__InboxFilter *filter, const char *value, const char *label) {
    Kosi__InboxChoice *choice = filter && filter->n_filter_choices < CHOICES_MAX ? arena_take(r->arena, sizeof *choice) : NULL;
    if (!choice)
        return;
    kosi__inbox_choice__init(choice);
    choice->choice_value = (char *)value;
    choice->choice_text = (char *)label;
    choice->has_choice_chosen = true;
    choice->choice_chosen = strcmp(asked(r, filter->filter_field), value) == 0;
    filter->filter_choices[filter->n_filter_choices++] = choice;
}

static void add_state_filter(struct request *r, Kosi__StaffInboxPage *page) {
    Kosi__InboxFilter *filter = add_filter(r, page, "state", TEXT_INBOX_STATE);
    for (int i = 0; i < STATE_CHOICES; i++)
        add_choice(r, filter, i ? state_choices[i].id : "", request_text(r, state_choices[i].label));
}

static void add_form_filter(struct request *r, Kosi__StaffInboxPage *page) {
    const struct inbox *inbox = r->page;
    Kosi__InboxFilter *filter = add_filter(r, page, "form", TEXT_INBOX_FORM);
    add_choice(r, filter, "", request_text(r, TEXT_INBOX_FORM_ANY));
    for (size_t i = 0; i < inbox->waiting->n_forms; i++)
        add_choice(r, filter, inbox->waiting->forms[i]->slug,
                   arena_format(r->arena, "%s (%u)", inbox->waiting->forms[i]->title, inbox->waiting->forms[i]->waiting));
}

static void add_holder_filter(struct request *r, Kosi__StaffInboxPage *page) {
    const struct inbox *inbox = r->page;
    const char *holder = asked(r, "holder");
    bool known = !*holder || *holder == '~';
    Kosi__InboxFilter *filter = add_filter(r, page, "holder", TEXT_INBOX_HOLDER);
    add_choice(r, filter, "", request_text(r, TEXT_INBOX_HOLDER_ANY));
    add_choice(r, filter, me, request_text(r, TEXT_INBOX_HOLDER_ME));
    add_choice(r, filter, nobody, request_text(r, TEXT_INBOX_HOLDER_FREE));
    for (size_t i = 0; i < inbox->waiting->n_holders; i++) {
        const Kosi__WaitingHolder *one = inbox->waiting->holders[i];
        add_choice(r, filter, one->login, arena_format(r->arena, "%s (%u)", one->login, one->waiting));
        known = known || strcmp(one->login, holder) == 0;
    }
    if (!known)
        add_choice(r, filter, holder, holder);
}

static void add_age_filter(struct request *r, Kosi__StaffInboxPage *page) {
    Kosi__InboxFilter *filter = add_filter(r, page, "age", TEXT_INBOX_AGE);
    add_choice(r, filter, "", request_text(r, TEXT_INBOX_AGE_ANY));
    for (int i = 0; i < AGE_CHOICES; i++)
        add_choice(r, filter, age_choices[i].id,
                   catalogue_fill(r->arena, request_text(r, age_choices[i].label), "days", age_choices[i].days, NULL));
}

static void add_filters(struct request *r, Kosi__StaffInboxPage *page) {
    page->filters = arena_take(r->arena, FILTERS_MAX * sizeof *page->filters);
    if (!page->filters)
        return;
    add_state_filter(r, page);
    add_form_filter(r, page);
    add_holder_filter(r, page);
    add_age_filter(r, page);
    Kosi__InboxFilter *sort = add_filter(r, page, "sort", TEXT_INBOX_SORT);
    add_choice(r, sort, "", request_text(r, TEXT_INBOX_SORT_NEWEST));
    add_choice(r, sort, "oldest", request_text(r, TEXT_INBOX_SORT_OLDEST));
}

// ---- addresses

static void add_pair(struct buf *out, const char *name, const char *value) {
    buf_char(out, strchr(out->data, '?') ? '&' : '?');
    urlencoded_add(out, name);
    buf_char(out, '=');
    urlencoded_add(out, value);
}

// The same question at another place: another page of it (page_token; "" for the first), or in the other language.
static const char *same_question(struct request *r, const char *path, const char *page_token) {
    static const char *const names[] = {"q", "state", "form", "holder", "age", "sort"};
    struct buf out BUF_AUTO;
    buf_init(&out, 16 * 1024);
    buf_text(&out, path);
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (*asked(r, names[i]))
            add_pair(&out, names[i], asked(r, names[i]));
    if (page_token && *page_token)
        add_pair(&out, "page_token", page_token);
    return out.failed ? path : arena_text(r->arena, out.data);
}

// ---- ready-made questions

static void add_tab(struct request *r, Kosi__StaffInboxPage *page, enum text label, const char *state, const char *holder, int count) {
    const struct inbox *inbox = r->page;
    Kosi__InboxTab *tab = page->n_tabs < TABS_MAX ? arena_take(r->arena, sizeof *tab) : NULL;
    if (!tab)
        return;
    kosi__inbox_tab__init(tab);
    const char *text = request_text(r, label), *path = route_page_path(PAGE_STAFF_INBOX, r->language, NULL, r->arena);
    const char *number = count < 0 ? "" : staff_view_count(r, (uint32_t)count, inbox->waiting->capped);
    tab->tab_label = (char *)catalogue_fill(r->arena, text, "count", number, NULL);
    tab->tab_link = arena_format(r->arena, "%s%s%s%s%s", path, *state ? "?state=" : "", state, *holder ? "?holder=" : "", holder);
    bool alone = !*asked(r, "q") && !*asked(r, "form") && !*asked(r, "age");
    const char *asked_state = strcmp(asked(r, "state"), "waiting") == 0 ? "" : asked(r, "state");
    tab->has_tab_current = true;
    tab->tab_current = alone && strcmp(asked_state, state) == 0 && strcmp(asked(r, "holder"), holder) == 0;
    page->tabs[page->n_tabs++] = tab;
}

static void add_tabs(struct request *r, Kosi__StaffInboxPage *page) {
    const struct inbox *inbox = r->page;
    const Kosi__WaitingReply *waiting = inbox->waiting;
    page->tabs = arena_take(r->arena, TABS_MAX * sizeof *page->tabs);
    if (!page->tabs)
        return;
    add_tab(r, page, TEXT_INBOX_TAB_WAITING, "", "", (int)(waiting->received + waiting->in_review));
    add_tab(r, page, TEXT_INBOX_TAB_MINE, "", me, (int)waiting->mine);
    add_tab(r, page, TEXT_INBOX_TAB_FREE, "", nobody, (int)waiting->free);
    add_tab(r, page, TEXT_INBOX_TAB_DECIDED, "decided", "", -1);
    add_tab(r, page, TEXT_INBOX_TAB_ALL, "all", "", -1);
}

// ---- the page

static void add_rows(struct request *r, const Kosi__InboxReply *list, Kosi__StaffInboxPage *page) {
    const struct inbox *inbox = r->page;
    bool more = list->next_page_token && *list->next_page_token;
    page->rows = arena_take(r->arena, (list->n_items + 1) * sizeof *page->rows);
    for (size_t i = 0; page->rows && i < list->n_items; i++) {
        Kosi__InboxRow *row = staff_view_row(r, list->items[i], inbox->waiting);
        if (row)
            page->rows[page->n_rows++] = row;
    }
    if (page->n_rows == 0)
        page->nothing = (char *)request_text(r, more ? TEXT_INBOX_NOTHING_YET : TEXT_INBOX_NOTHING);
    else
        page->found = (char *)catalogue_fill(r->arena, request_text(r, page->n_rows == 1 ? TEXT_INBOX_FOUND_ONE : TEXT_INBOX_FOUND),
                                             "count", staff_view_count(r, (uint32_t)page->n_rows, false), NULL);
    if (more)
        page->next_url = (char *)same_question(r, page->action, list->next_page_token);
}

static void show(struct request *r, const struct client_reply *reply) {
    Kosi__InboxReply *list = page_take(r, reply, "InboxReply");
    if (!list || !page_shell(r))
        return;
    Kosi__StaffInboxPage page = KOSI__STAFF_INBOX_PAGE__INIT;
    page_shell(r)->section = "staff_inbox";
    page.title = (char *)request_text(r, TEXT_INBOX_TITLE);
    page.other_url = (char *)same_question(r, page_other_url(r, PAGE_STAFF_INBOX, NULL), asked(r, "page_token"));
    page.action = (char *)route_page_path(PAGE_STAFF_INBOX, r->language, NULL, r->arena);
    page.q = (char *)asked(r, "q");
    page.all_url = page.action;
    page.has_narrowed = true;
    page.narrowed = *asked(r, "q") || *asked(r, "form") || *asked(r, "age") || *asked(r, "state") || *asked(r, "holder");
    add_tabs(r, &page);
    page.has_filter_open = true;
    page.filter_open = *asked(r, "form") || *asked(r, "age") || *asked(r, "state") || *asked(r, "holder") || *asked(r, "sort");
    for (size_t i = 0; i < page.n_tabs; i++)
        page.filter_open = page.filter_open && !page.tabs[i]->tab_current;
    add_filters(r, &page);
    add_rows(r, list, &page);
    if (*asked(r, "page_token"))
        page.first_url = (char *)same_question(r, page.action, NULL);
    page_render(r, 200, "staff_inbox", &page.base);
}

static void counted(struct request *r, const struct client_reply *reply) {
    struct inbox *inbox = r->page;
    inbox->waiting = page_take(r, reply, "WaitingReply");
    if (inbox->waiting)
        page_ask(r, "submissions", "Inbox", &inbox->input.base, show);
}

static void serve_inbox(struct request *r) {
    struct inbox *inbox = arena_take(r->arena, sizeof *inbox);
    Kosi__WaitingRequest input = KOSI__WAITING_REQUEST__INIT;
    r->page = inbox;
    if (!inbox) {
        respond_problem(r, PROBLEM_BUSY, NULL);
        return;
    }
    take_question(r, &inbox->input);
    page_ask(r, "submissions", "Waiting", &input.base, counted);
}

const struct page_row staff_inbox_pages[] = {
    {PAGE_STAFF_INBOX, "GET", {"/intern/einreichungen", "/en/intern/submissions"}, serve_inbox, "moderator", false},
    {.verb = NULL}};
