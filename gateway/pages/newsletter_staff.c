// Newsletters for staff: the list; one that is being written, with what its readers will see; one that was sent, with how far it is.
// What was typed is saved before it is looked at, so that nothing is lost on the way.
#include "gateway/pages/control.h"
#include "gateway/pages/mail_sheet.h"
#include "gateway/respond.h"
#include "kosi/notifications.pb-c.h"
#include "kosi/pages_newsletter.pb-c.h"
#include "services/common/contract/validate.h"
#include <stdlib.h>
#include <string.h>

enum { PAGE_ITEMS = 25, CONTROLS_MAX = 4, FACTS_MAX = 8 };

struct desk {
    const Kosi__Newsletter *newsletter;   // NULL: a new one
    int outcome;                          // of saving it just now
    Kosi__NewsletterLook *looks[LANGUAGES];
    size_t look_count;
    int look_next;                        // enum language
};

static const char *id_of(const struct request *r) { return route_variable(&r->match, "id"); }
static char *path_of(struct request *r, enum page page, const char *id) { return (char *)route_page_path(page, r->language, id, r->arena); }

static const struct { const char *state, *tone; enum text text; } states[] = {
    {"draft", "info", TEXT_LETTERS_DRAFT}, {"sending", "warning", TEXT_LETTERS_SENDING}, {"sent", "success", TEXT_LETTERS_SENT}};
enum { STATES = sizeof states / sizeof *states };

static int state_of(const char *name) {
    for (int i = 0; name && i < STATES; i++)
        if (strcmp(states[i].state, name) == 0)
            return i;
    return 0;
}

static char *filled(struct request *r, enum text text, const char *name, const char *value) {
    return (char *)catalogue_fill(r->arena, request_text(r, text), name, value, NULL);
}

static const char *number(struct request *r, uint32_t value) { return arena_format(r->arena, "%u", value); }

// ---- the list

static char *when_of(struct request *r, const Kosi__Newsletter *newsletter, bool sent) {
    if (newsletter->sent_at)
        return filled(r, sent ? TEXT_LETTERS_SENT_WHEN : TEXT_LETTERS_SENDING_SINCE, "when", page_time(r, newsletter->sent_at));
    return (char *)catalogue_fill(r->arena, request_text(r, TEXT_LETTERS_EDITED), "when", page_time(r, newsletter->updated_at), "login",
                                  newsletter->edited_by ? newsletter->edited_by : "–", NULL);
}

static void add_draft(struct request *r, const Kosi__Newsletter *newsletter, Kosi__StaffNewslettersPage *page) {
    Kosi__StaffNewsletterItem *item = arena_take(r->arena, sizeof *item);
    if (!item)
        return;
    kosi__staff_newsletter_item__init(item);
    int state = state_of(newsletter->state);
    item->draft_link = path_of(r, PAGE_STAFF_NEWSLETTER, newsletter->id);
    item->draft_title = newsletter->subject_de;
    item->draft_tone = (char *)states[state].tone;
    item->draft_state = (char *)request_text(r, states[state].text);
    item->draft_when = when_of(r, newsletter, strcmp(states[state].state, "sent") == 0);
    page->drafts[page->n_drafts++] = item;
}

static void show_list(struct request *r, const struct client_reply *reply) {
    const Kosi__NewslettersReply *list = page_take(r, reply, "NewslettersReply");
    if (!list)
        return;
    Kosi__StaffNewslettersPage page = KOSI__STAFF_NEWSLETTERS_PAGE__INIT;
    page.title = (char *)request_text(r, TEXT_LETTERS_TITLE);
    page.other_url = (char *)page_other_url(r, PAGE_STAFF_NEWSLETTERS, NULL);
    page.readers = list->readers == 1 ? (char *)request_text(r, TEXT_LETTERS_READER)
                                      : filled(r, TEXT_LETTERS_READERS, "count", number(r, list->readers));
    page.new_url = path_of(r, PAGE_STAFF_NEWSLETTER_NEW, NULL);
    if (urlencoded_value(&r->query, "done"))
        page.done = (char *)request_text(r, TEXT_LETTERS_DONE_DELETED);
    page.drafts = arena_take(r->arena, (list->n_items + 1) * sizeof *page.drafts);
    for (size_t i = 0; page.drafts && i < list->n_items; i++)
        add_draft(r, list->items[i], &page);
    page.has_empty = page.empty = list->n_items == 0;
    if (list->next_page_token && *list->next_page_token)
        page.next_url = arena_format(r->arena, "%s?page_token=%s", path_of(r, PAGE_STAFF_NEWSLETTERS, NULL), list->next_page_token);
    page_render(r, 200, "staff_newsletters", &page.base);
}

static void serve_list(struct request *r) {
    Kosi__NewslettersRequest input = KOSI__NEWSLETTERS_REQUEST__INIT;
    input.has_page_size = true;
    input.page_size = PAGE_ITEMS;
    input.page_token = (char *)urlencoded_value(&r->query, "page_token");
    if (!page_fits(r, &input.base))
        respond_problem(r, PROBLEM_BAD_PAGE_TOKEN, NULL);
    else
        page_ask(r, "notifications", "Newsletters", &input.base, show_list);
}

// ---- one: the form

static void add_control(struct request *r, Kosi__StaffNewsletterPage *page, Kosi__PageQuestion *control, const char *value) {
    if (!control)
        return;
    control_propose(r, control, value);
    control_finish(r, control);
    Kosi__PageFault *fault = control_fault(r, control);
    page->controls[page->n_controls++] = control;
    if (fault)
        page->faults[page->n_faults++] = fault;
}

static void add_controls(struct request *r, const Kosi__Newsletter *newsletter, Kosi__StaffNewsletterPage *page) {
    static const struct {
        enum control_kind kind;
        const char *name;
        enum text label, help;
        bool needed;
    } rows[CONTROLS_MAX] = {{CONTROL_LINE, "subject_de", TEXT_LETTERS_SUBJECT_DE, TEXT_COUNT, true},
                            {CONTROL_AREA, "body_de", TEXT_LETTERS_BODY_DE, TEXT_LETTERS_BODY_HELP, true},
                            {CONTROL_LINE, "subject_en", TEXT_LETTERS_SUBJECT_EN, TEXT_LETTERS_ENGLISH_HELP, false},
                            {CONTROL_AREA, "body_en", TEXT_LETTERS_BODY_EN, TEXT_COUNT, false}};
    const char *values[CONTROLS_MAX] = {newsletter ? newsletter->subject_de : NULL, newsletter ? newsletter->body_de : NULL,
                                        newsletter ? newsletter->subject_en : NULL, newsletter ? newsletter->body_en : NULL};
    page->controls = arena_take(r->arena, CONTROLS_MAX * sizeof *page->controls);
    page->faults = arena_take(r->arena, CONTROLS_MAX * sizeof *page->faults);
    for (int i = 0; page->controls && page->faults && i < CONTROLS_MAX; i++) {
        Kosi__PageQuestion *control = control_new(r, rows[i].kind, rows[i].name, rows[i].label, rows[i].help);
        if (control)
            control->has_needed = control->needed = rows[i].needed;
        add_control(r, page, control, values[i]);
    }
    page->has_faulty = page->faulty = page->n_faults > 0;
}

// ---- one: how far it is

static void add_fact(struct request *r, Kosi__StaffNewsletterPage *page, enum text label, const char *text, const char *link) {
    Kosi__PageLink *fact = page->n_facts < FACTS_MAX ? arena_take(r->arena, sizeof *fact) : NULL;
    if (!fact)
        return;
    kosi__page_link__init(fact);
    fact->label = (char *)request_text(r, label);
    *(link ? &fact->text : &fact->plain) = (char *)text;
    fact->link = (char *)link;
    page->facts[page->n_facts++] = fact;
}

static void add_progress(struct request *r, const Kosi__Newsletter *newsletter, Kosi__StaffNewsletterPage *page) {
    page->facts = arena_take(r->arena, FACTS_MAX * sizeof *page->facts);
    if (!page->facts)
        return;
    page->has_sent = page->sent = true;
    add_fact(r, page, TEXT_LETTERS_STATE, request_text(r, states[state_of(newsletter->state)].text), NULL);
    add_fact(r, page, TEXT_LETTERS_WHEN, page_time(r, newsletter->sent_at), NULL);
    add_fact(r, page, TEXT_LETTERS_TO, number(r, newsletter->recipients), NULL);
    add_fact(r, page, TEXT_LETTERS_FIGURE_SENT, number(r, newsletter->sent), NULL);
    add_fact(r, page, TEXT_LETTERS_FIGURE_OPEN, number(r, newsletter->open), NULL);
    add_fact(r, page, TEXT_LETTERS_FIGURE_FAILED, number(r, newsletter->failed),
             newsletter->failed ? arena_format(r->arena, "%s?subject=%s&view=failed", path_of(r, PAGE_MAILS, NULL), newsletter->id) : NULL);
    add_fact(r, page, TEXT_LETTERS_PUBLIC, newsletter->subject_de, path_of(r, PAGE_ISSUE, newsletter->id));
}

// ---- one: the page

// Refused when it was to be tested or sent: told after going back to the page.
static const char *refused_text(struct request *r, Kosi__StaffNewsletterPage *page) {
    const char *what = urlencoded_value(&r->query, "refused");
    if (!what)
        return NULL;
    if (strcmp(what, "unfit") == 0)
        return request_text(r, TEXT_LETTERS_UNFIT);
    if (strcmp(what, "address") != 0)
        return request_text(r, strcmp(what, "changed") == 0 ? TEXT_LETTERS_CHANGED : TEXT_LETTERS_GONE_OUT);
    page->notice_url = path_of(r, PAGE_STAFF_MAIL, NULL);
    page->notice_link = (char *)request_text(r, TEXT_LETTERS_NO_ADDRESS_LINK);
    return request_text(r, TEXT_LETTERS_NO_ADDRESS);
}

static const char *notice_of(struct request *r, Kosi__StaffNewsletterPage *page) {
    const struct desk *desk = r->page;
    if (!desk->outcome)
        return refused_text(r, page);
    if (page->faulty)
        return NULL;
    if (desk->outcome == PROBLEM_CHANGED_MEANWHILE)
        return catalogue_fill(r->arena, request_text(r, TEXT_LETTERS_MEANWHILE), "login",
                              desk->newsletter && desk->newsletter->edited_by ? desk->newsletter->edited_by : "–", NULL);
    return desk->outcome == PROBLEM_ILLEGAL_STATE ? request_text(r, TEXT_LETTERS_GONE_OUT) : page_problem_text(r, desk->outcome);
}

static const char *done_text(struct request *r) {
    static const struct { const char *name; enum text text; } told[] = {
        {"saved", TEXT_LETTERS_DONE_SAVED}, {"test", TEXT_LETTERS_DONE_TEST}, {"send", TEXT_LETTERS_DONE_SEND}};
    const char *what = urlencoded_value(&r->query, "done");
    for (size_t i = 0; what && i < sizeof told / sizeof *told; i++)
        if (strcmp(told[i].name, what) == 0)
            return request_text(r, told[i].text);
    return NULL;
}

static void fill_saved(struct request *r, const Kosi__Newsletter *newsletter, bool draft, Kosi__StaffNewsletterPage *page) {
    struct desk *desk = r->page;
    page->has_saved = page->saved = desk->look_count > 0;
    page->looks = desk->looks;
    page->n_looks = desk->look_count;
    page->version = (char *)number(r, newsletter->version);
    if (!draft) {
        add_progress(r, newsletter, page);
        return;
    }
    page->test_url = path_of(r, PAGE_STAFF_NEWSLETTER_TEST, newsletter->id);
    page->send_url = path_of(r, PAGE_STAFF_NEWSLETTER_SEND, newsletter->id);
    page->delete_url = path_of(r, PAGE_STAFF_NEWSLETTER_DELETE, newsletter->id);
}

// It was sent while somebody still wrote: what they typed can be copied.
static void add_typed(struct request *r, Kosi__StaffNewsletterPage *page) {
    Kosi__PageField **all;
    size_t count = page_fields(r, "", &all);
    page->typed = all;
    for (size_t i = 0; i < count; i++)
        if (all[i]->field_name[0] != '_' && *all[i]->field_value)
            all[page->n_typed++] = all[i];
    page->has_lost = page->lost = page->n_typed > 0;
}

static void show_one(struct request *r) {
    const struct desk *desk = r->page;
    const Kosi__Newsletter *newsletter = desk->newsletter;
    bool draft = !newsletter || state_of(newsletter->state) == 0;
    Kosi__StaffNewsletterPage page = KOSI__STAFF_NEWSLETTER_PAGE__INIT;
    enum page own = newsletter ? PAGE_STAFF_NEWSLETTER : PAGE_STAFF_NEWSLETTER_NEW;
    page.title = newsletter ? filled(r, TEXT_LETTERS_ONE, "subject", newsletter->subject_de) : (char *)request_text(r, TEXT_LETTERS_NEW_TITLE);
    page.other_url = (char *)page_other_url(r, own, id_of(r));
    page.back_url = path_of(r, PAGE_STAFF_NEWSLETTERS, NULL);
    page.action = path_of(r, own, id_of(r));
    page.key = (char *)page_fresh_key(r);
    page.has_writable = page.writable = draft;
    if (draft)
        add_controls(r, newsletter, &page);
    else
        add_typed(r, &page);
    if (newsletter)
        fill_saved(r, newsletter, draft, &page);
    page.notice = (char *)notice_of(r, &page);
    page.done = desk->outcome ? NULL : (char *)done_text(r);
    page_render(r, desk->outcome ? problem_status(desk->outcome) : 200, "staff_newsletter", &page.base);
}

// ---- one: what its readers will see

static bool has_english(const Kosi__Newsletter *newsletter) { return newsletter->subject_en && *newsletter->subject_en; }

static void ask_look(struct request *r);

static void add_look(struct request *r, const struct client_reply *reply) {
    struct desk *desk = r->page;
    const Kosi__Preview *preview = page_take(r, reply, "Preview");
    Kosi__NewsletterLook *look = preview ? arena_take(r->arena, sizeof *look) : NULL;
    if (!preview)
        return;
    if (look) {
        bool english = desk->look_next == LANGUAGE_EN;
        const char *path = path_of(r, english ? PAGE_STAFF_NEWSLETTER_VIEW_EN : PAGE_STAFF_NEWSLETTER_VIEW_DE, desk->newsletter->id);
        kosi__newsletter_look__init(look);
        look->look_label = (char *)request_text(r, english ? TEXT_LETTERS_IN_ENGLISH : TEXT_LETTERS_IN_GERMAN);
        look->look_subject = preview->subject;
        look->look_text = preview->text;
        look->look_link = (char *)path;
        look->look_lang = (char *)language_name((enum language)desk->look_next);
        desk->looks[desk->look_count++] = look;
    }
    desk->look_next++;
    ask_look(r);
}

static void ask_preview(struct request *r, const Kosi__Newsletter *newsletter, bool english, request_then *then) {
    Kosi__NewsletterPreviewRequest input = KOSI__NEWSLETTER_PREVIEW_REQUEST__INIT;
    input.subject = english ? newsletter->subject_en : newsletter->subject_de;
    input.body = english ? newsletter->body_en : newsletter->body_de;
    input.language = (char *)(english ? "en" : "de");
    page_ask(r, "notifications", "NewsletterPreview", &input.base, then);
}

// One language after the other, then the page.
static void ask_look(struct request *r) {
    struct desk *desk = r->page;
    bool english = desk->look_next == LANGUAGE_EN;
    if (desk->look_next == LANGUAGES || (english && !has_english(desk->newsletter)))
        show_one(r);
    else
        ask_preview(r, desk->newsletter, english, add_look);
}

static void was_read(struct request *r, const struct client_reply *reply) {
    struct desk *desk = r->page;
    desk->newsletter = page_take(r, reply, "Newsletter");
    if (desk->newsletter)
        ask_look(r);
}

static struct desk *open_desk(struct request *r, int outcome) {
    struct desk *desk = arena_take(r->arena, sizeof *desk);
    if (!desk) {
        respond_problem(r, PROBLEM_BUSY, NULL);
        return NULL;
    }
    desk->outcome = outcome;
    r->page = desk;
    return desk;
}

static void read_one(struct request *r, request_then *then) {
    Kosi__NewsletterRequest input = KOSI__NEWSLETTER_REQUEST__INIT;
    input.id = (char *)id_of(r);
    page_ask_about(r, "notifications", "GetNewsletter", &input.base, then);
}

static void serve_one(struct request *r) {
    if (open_desk(r, 0))
        read_one(r, was_read);
}

static void serve_new(struct request *r) {
    if (open_desk(r, 0))
        show_one(r);
}

// ---- one: as a mail program shows it

static void show_view(struct request *r, const struct client_reply *reply) {
    const Kosi__Preview *preview = page_take(r, reply, "Preview");
    if (!preview || !preview->html) {
        if (preview)
            respond_problem(r, PROBLEM_INTERNAL, NULL);
        return;
    }
    mail_sheet_show(r, preview->html);
}

static void ask_view(struct request *r, const struct client_reply *reply) {
    const Kosi__Newsletter *newsletter = page_take(r, reply, "Newsletter");
    bool english = r->route->page_row->page == PAGE_STAFF_NEWSLETTER_VIEW_EN;
    if (newsletter && english && !has_english(newsletter))
        respond_problem(r, PROBLEM_NOT_FOUND, NULL);
    else if (newsletter)
        ask_preview(r, newsletter, english, show_view);
}

static void serve_view(struct request *r) { read_one(r, ask_view); }

// ---- saving

// A refusal is shown on the newsletter as it is now, with what was typed.
static void refuse(struct request *r, int outcome) {
    struct desk *desk = open_desk(r, outcome);
    if (desk && id_of(r))
        read_one(r, was_read);
    else if (desk)
        show_one(r);
}

static void saved(struct request *r, const struct client_reply *reply) {
    const char *detail;
    if (strcmp(reply->outcome, "ok") != 0) {
        refuse(r, respond_read_problem(r, reply, &detail));
        return;
    }
    const Kosi__Newsletter *newsletter = page_take(r, reply, "Newsletter");
    if (newsletter)
        respond_redirect(r, arena_format(r->arena, "%s?done=saved", path_of(r, PAGE_STAFF_NEWSLETTER, newsletter->id)));
}

static uint32_t version_sent(const struct request *r) {
    const char *version = urlencoded_value(&r->form, "_version");
    return version ? (uint32_t)strtoul(version, NULL, 10) : 0;
}

static void take_save(struct request *r) {
    Kosi__NewsletterSaveRequest input = KOSI__NEWSLETTER_SAVE_REQUEST__INIT;
    input.id = (char *)id_of(r);
    input.subject_de = (char *)urlencoded_value(&r->form, "subject_de");
    input.body_de = (char *)urlencoded_value(&r->form, "body_de");
    input.subject_en = (char *)urlencoded_value(&r->form, "subject_en");
    input.body_en = (char *)urlencoded_value(&r->form, "body_en");
    input.has_version = input.id != NULL;
    input.version = version_sent(r);
    int problem = page_take_key(r);
    problem = problem ? problem : validate_message(contract_message_named("NewsletterSaveRequest"), &input.base, &r->violations);
    if (problem)
        refuse(r, problem);
    else
        page_ask(r, "notifications", "NewsletterSave", &input.base, saved);
}

// ---- a test, and sending

static void go_back(struct request *r, const char *done, int outcome) {
    const char *why = outcome == PROBLEM_CHANGED_MEANWHILE ? "changed" : outcome == PROBLEM_VALIDATION ? "unfit" : "sent", *path = path_of(r, PAGE_STAFF_NEWSLETTER, id_of(r));
    if (outcome == PROBLEM_ILLEGAL_STATE && strcmp(done, "test") == 0)
        why = "address";
    respond_redirect(r, outcome ? arena_format(r->arena, "%s?refused=%s", path, why) : arena_format(r->arena, "%s?done=%s", path, done));
}

static void moved(struct request *r, const struct client_reply *reply, const char *done) {
    const char *detail;
    int outcome = strcmp(reply->outcome, "ok") == 0 ? 0 : respond_read_problem(r, reply, &detail);
    if (!outcome || outcome == PROBLEM_ILLEGAL_STATE || outcome == PROBLEM_CHANGED_MEANWHILE || outcome == PROBLEM_VALIDATION)
        go_back(r, done, outcome);
    else
        respond_reply_problem(r, reply);
}

static void tested(struct request *r, const struct client_reply *reply) { moved(r, reply, "test"); }
static void sent(struct request *r, const struct client_reply *reply) { moved(r, reply, "send"); }

static void take_test(struct request *r) {
    Kosi__NewsletterRequest input = KOSI__NEWSLETTER_REQUEST__INIT;
    input.id = (char *)id_of(r);
    if (page_take_key(r) || !page_fits(r, &input.base))
        respond_problem(r, PROBLEM_NOT_FOUND, NULL);
    else
        page_ask(r, "notifications", "NewsletterTest", &input.base, tested);
}

struct sending { const Kosi__Newsletter *newsletter; };

static void show_send(struct request *r, const struct client_reply *reply) {
    const struct sending *sending = r->page;
    const Kosi__Newsletter *newsletter = sending->newsletter;
    const Kosi__NewslettersReply *list = page_take(r, reply, "NewslettersReply");
    if (!list)
        return;
    Kosi__StaffNewsletterSendPage page = KOSI__STAFF_NEWSLETTER_SEND_PAGE__INIT;
    page.title = (char *)request_text(r, TEXT_LETTERS_SEND_TITLE);
    page.other_url = (char *)page_other_url(r, PAGE_STAFF_NEWSLETTER_SEND, id_of(r));
    page.back_url = path_of(r, PAGE_STAFF_NEWSLETTER, id_of(r));
    page.action = path_of(r, PAGE_STAFF_NEWSLETTER_SEND, id_of(r));
    page.about = (char *)catalogue_fill(r->arena, request_text(r, list->readers == 1 ? TEXT_LETTERS_SEND_ABOUT_ONE : TEXT_LETTERS_SEND_ABOUT),
                                        "subject", newsletter->subject_de, "count", number(r, list->readers), NULL);
    page.warning = (char *)request_text(r, TEXT_LETTERS_SEND_WARNING);
    page.version = (char *)number(r, newsletter->version);
    page.key = (char *)page_fresh_key(r);
    page_render(r, 200, "staff_newsletter_send", &page.base);
}

static void ask_readers(struct request *r, const struct client_reply *reply) {
    struct sending *sending = r->page;
    Kosi__NewslettersRequest input = KOSI__NEWSLETTERS_REQUEST__INIT;
    sending->newsletter = page_take(r, reply, "Newsletter");
    if (!sending->newsletter)
        return;
    input.has_page_size = true;
    input.page_size = 1;
    if (state_of(sending->newsletter->state) != 0)
        respond_redirect(r, path_of(r, PAGE_STAFF_NEWSLETTER, id_of(r)));
    else
        page_ask(r, "notifications", "Newsletters", &input.base, show_send);
}

static void serve_send(struct request *r) {
    r->page = arena_take(r->arena, sizeof(struct sending));
    if (r->page)
        read_one(r, ask_readers);
    else
        respond_problem(r, PROBLEM_BUSY, NULL);
}

// What is confirmed on a page of its own: about the version that was read.
static void ask_final(struct request *r, const char *method, request_then *then) {
    Kosi__NewsletterSendRequest input = KOSI__NEWSLETTER_SEND_REQUEST__INIT;
    input.id = (char *)id_of(r);
    input.has_version = true;
    input.version = version_sent(r);
    if (page_take_key(r) || !page_fits(r, &input.base))
        respond_problem(r, PROBLEM_NOT_FOUND, NULL);
    else
        page_ask(r, "notifications", method, &input.base, then);
}

static void take_send(struct request *r) { ask_final(r, "NewsletterSend", sent); }

// ---- deleting a draft

static void show_delete(struct request *r, const struct client_reply *reply) {
    const Kosi__Newsletter *newsletter = page_take(r, reply, "Newsletter");
    if (!newsletter)
        return;
    if (state_of(newsletter->state) != 0) {
        respond_redirect(r, path_of(r, PAGE_STAFF_NEWSLETTER, id_of(r)));
        return;
    }
    Kosi__StaffNewsletterDeletePage page = KOSI__STAFF_NEWSLETTER_DELETE_PAGE__INIT;
    page.title = (char *)request_text(r, TEXT_LETTERS_DELETE_TITLE);
    page.other_url = (char *)page_other_url(r, PAGE_STAFF_NEWSLETTER_DELETE, id_of(r));
    page.back_url = path_of(r, PAGE_STAFF_NEWSLETTER, id_of(r));
    page.action = path_of(r, PAGE_STAFF_NEWSLETTER_DELETE, id_of(r));
    page.about = filled(r, TEXT_LETTERS_DELETE_ABOUT, "subject", newsletter->subject_de);
    page.version = (char *)number(r, newsletter->version);
    page.key = (char *)page_fresh_key(r);
    page_render(r, 200, "staff_newsletter_delete", &page.base);
}

static void serve_delete(struct request *r) { read_one(r, show_delete); }

static void deleted(struct request *r, const struct client_reply *reply) {
    if (strcmp(reply->outcome, "ok") == 0)
        respond_redirect(r, arena_format(r->arena, "%s?done=deleted", path_of(r, PAGE_STAFF_NEWSLETTERS, NULL)));
    else
        moved(r, reply, "delete");
}

static void take_delete(struct request *r) { ask_final(r, "NewsletterDelete", deleted); }

const struct page_row newsletter_staff_pages[] = {
    {PAGE_STAFF_NEWSLETTERS, "GET", {"/intern/newsletter", "/en/intern/newsletter"}, serve_list, "moderator", true},
    {PAGE_STAFF_NEWSLETTER_NEW, "GET", {"/intern/newsletter/neu", "/en/intern/newsletter/new"}, serve_new, "moderator", true},
    {PAGE_STAFF_NEWSLETTER_NEW, "POST", {"/intern/newsletter/neu", "/en/intern/newsletter/new"}, take_save, "moderator", true},
    {PAGE_STAFF_NEWSLETTER, "GET", {"/intern/newsletter/{id}", "/en/intern/newsletter/{id}"}, serve_one, "moderator", true},
    {PAGE_STAFF_NEWSLETTER, "POST", {"/intern/newsletter/{id}", "/en/intern/newsletter/{id}"}, take_save, "moderator", true},
    {PAGE_STAFF_NEWSLETTER_VIEW_DE, "GET", {"/intern/newsletter/{id}/ansicht", "/en/intern/newsletter/{id}/view"}, serve_view, "moderator", true},
    {PAGE_STAFF_NEWSLETTER_VIEW_EN, "GET", {"/intern/newsletter/{id}/ansicht-englisch", "/en/intern/newsletter/{id}/view-english"}, serve_view, "moderator", true},
    {PAGE_STAFF_NEWSLETTER_TEST, "POST", {"/intern/newsletter/{id}/test", "/en/intern/newsletter/{id}/test"}, take_test, "moderator", true},
    {PAGE_STAFF_NEWSLETTER_SEND, "GET", {"/intern/newsletter/{id}/senden", "/en/intern/newsletter/{id}/send"}, serve_send, "moderator", true},
    {PAGE_STAFF_NEWSLETTER_DELETE, "GET", {"/intern/newsletter/{id}/loeschen", "/en/intern/newsletter/{id}/delete"}, serve_delete, "moderator", true},
    {PAGE_STAFF_NEWSLETTER_DELETE, "POST", {"/intern/newsletter/{id}/loeschen", "/en/intern/newsletter/{id}/delete"}, take_delete, "moderator", true},
    {PAGE_STAFF_NEWSLETTER_SEND, "POST", {"/intern/newsletter/{id}/senden", "/en/intern/newsletter/{id}/send"}, take_send, "moderator", true},
    {.verb = NULL}};
