// One mail of the ledger: how far it is, what was tried, what can be done about it. Before somebody gets no mail, or one that was given
// up, the page asks.
#include "gateway/pages/mail_words.h"
#include "gateway/pages/staff_view.h"
#include "gateway/respond.h"
#include "kosi/pages_mails.pb-c.h"
#include <string.h>

static const struct move {
    const char *id;
    enum page page;
    enum text label, done;
    const char *asks_in;               // the state in which it is asked first, "": any; NULL: it is done at once
    enum text title, warning, confirm;
} moves[] = {
    {"retry", PAGE_MAIL_RETRY, TEXT_MAIL_MOVE_RETRY, TEXT_MAIL_DONE_RETRY, "cancelled", TEXT_MAIL_RETRY_TITLE, TEXT_MAIL_RETRY_WARNING,
     TEXT_MAIL_RETRY_CONFIRM},
    {"release", PAGE_MAIL_RELEASE, TEXT_MAIL_MOVE_RELEASE, TEXT_MAIL_DONE_RELEASE, NULL, TEXT_COUNT, TEXT_COUNT, TEXT_COUNT},
    {"hold", PAGE_MAIL_HOLD, TEXT_MAIL_MOVE_HOLD, TEXT_MAIL_DONE_HOLD, NULL, TEXT_COUNT, TEXT_COUNT, TEXT_COUNT},
    {"cancel", PAGE_MAIL_CANCEL, TEXT_MAIL_MOVE_CANCEL, TEXT_MAIL_DONE_CANCEL, "", TEXT_MAIL_CANCEL_TITLE, TEXT_MAIL_CANCEL_WARNING,
     TEXT_MAIL_CANCEL_CONFIRM}};
enum { MOVES = sizeof moves / sizeof *moves };

struct desk {
    const Kosi__MailDetail *detail;
    route_serve *show;
    int outcome;                // why a move was not made; 0: none was tried
};

static const char *id_of(struct request *r) { return route_variable(&r->match, "id"); }
static char *path_of(struct request *r, enum page page) { return (char *)route_page_path(page, r->language, id_of(r), r->arena); }

static const char *title_of(struct request *r, const Kosi__MailRow *mail) {
    return catalogue_fill(r->arena, request_text(r, TEXT_MAIL_TITLE), "kind", mail_words_kind(r, mail->kind), "address",
                          mail->address ? mail->address : request_text(r, TEXT_MAIL_NOBODY), NULL);
}

// ---- what is known of it

static void add_fact(struct request *r, Kosi__MailPage *page, enum text label, const char *text, const char *link) {
    staff_view_fact(r, page->facts, &page->n_facts, request_text(r, label), text, link);
}

static void add_time(struct request *r, Kosi__MailPage *page, enum text label, bool there, int64_t at) {
    add_fact(r, page, label, there ? page_time(r, at) : NULL, NULL);
}

static void add_topic(struct request *r, const Kosi__MailRow *mail, Kosi__MailPage *page) {
    enum mail_topic topic = mail->subject_id && *mail->subject_id ? mail_words_topic(mail->kind) : MAIL_TOPIC_NONE;
    if (topic == MAIL_TOPIC_SUBMISSION)
        add_fact(r, page, TEXT_MAIL_FACT_ABOUT, request_text(r, TEXT_MAIL_ABOUT_SUBMISSION),
                 route_page_path(PAGE_STAFF_SUBMISSION, r->language, mail->subject_id, r->arena));
    else if (topic == MAIL_TOPIC_ENTRY)
        add_fact(r, page, TEXT_MAIL_FACT_ABOUT, request_text(r, TEXT_MAIL_ABOUT_ENTRY),
                 route_page_path(PAGE_ENTRY, r->language, mail->subject_id, r->arena));
}

static void add_facts(struct request *r, const Kosi__MailRow *mail, Kosi__MailPage *page) {
    bool due = mail->has_due_at && (!strcmp(mail->state, "retry") || !strcmp(mail->state, "owed"));
    page->facts = arena_take(r->arena, STAFF_FACTS_MAX * sizeof *page->facts);
    if (!page->facts)
        return;
    add_fact(r, page, TEXT_MAIL_FACT_KIND, mail_words_kind(r, mail->kind), NULL);
    const char *contact = mail->contact_id ? route_page_path(PAGE_CONTACT, r->language, mail->contact_id, r->arena) : NULL;
    add_fact(r, page, TEXT_MAIL_FACT_TO, mail->address ? mail->address : request_text(r, TEXT_MAIL_NOBODY), mail->address ? contact : NULL);
    add_topic(r, mail, page);
    add_fact(r, page, TEXT_MAIL_FACT_LANGUAGE, mail_words_language(r, mail->language), NULL);
    add_time(r, page, TEXT_MAIL_FACT_OWED, true, mail->owed_at);
    add_time(r, page, TEXT_MAIL_FACT_DUE, due, mail->due_at);
    add_time(r, page, TEXT_MAIL_FACT_ENDED, mail->has_ended_at, mail->ended_at);
    add_fact(r, page, TEXT_MAIL_FACT_WHY, mail_words_trouble(r, mail->reason, mail->code, mail->status), NULL);
    add_fact(r, page, TEXT_MAIL_FACT_SERVER, mail_words_server(r, mail->route), NULL);
    add_fact(r, page, TEXT_MAIL_FACT_NUMBER, mail->id, NULL);
}

static const char *try_text(struct request *r, const Kosi__MailAttempt *attempt) {
    static const struct { const char *outcome; enum text text; } outcomes[] = {
        {"sent", TEXT_MAIL_TRY_SENT}, {"later", TEXT_MAIL_TRY_LATER}, {"never", TEXT_MAIL_TRY_NEVER}};
    enum text text = TEXT_MAIL_TRY_UNSENT;
    for (size_t i = 0; attempt->outcome && i < sizeof outcomes / sizeof *outcomes; i++)
        if (strcmp(outcomes[i].outcome, attempt->outcome) == 0)
            text = outcomes[i].text;
    const char *why = mail_words_trouble(r, attempt->reason, attempt->code, attempt->status);
    return arena_format(r->arena, "%s%s%s", request_text(r, text), why ? " " : "", why ? why : "");
}

static void add_tries(struct request *r, const Kosi__MailDetail *detail, Kosi__MailPage *page) {
    Kosi__MailTry *tries = arena_take(r->arena, (detail->n_attempts + 1) * sizeof *tries);
    page->tries = arena_take(r->arena, (detail->n_attempts + 1) * sizeof *page->tries);
    for (size_t i = 0; tries && page->tries && i < detail->n_attempts; i++) {
        kosi__mail_try__init(&tries[i]);
        tries[i].try_when = (char *)page_time(r, detail->attempts[i]->at);
        tries[i].try_what = (char *)try_text(r, detail->attempts[i]);
        page->tries[page->n_tries++] = &tries[i];
    }
    page->has_has_tries = page->has_tries = page->n_tries > 0;
    page->has_no_tries = page->no_tries = !page->has_tries;
}

// ---- what can be done

static bool is_possible(const Kosi__MailDetail *detail, const char *move) {
    for (size_t i = 0; i < detail->n_moves; i++)
        if (strcmp(detail->moves[i], move) == 0)
            return true;
    return false;
}

static bool asks_first(const struct move *move, const Kosi__MailRow *mail) {
    return move->asks_in && (!*move->asks_in || strcmp(move->asks_in, mail->state) == 0);
}

static void add_move(struct request *r, Kosi__MailPage *page, const struct move *move, const Kosi__MailRow *mail) {
    bool asks = asks_first(move, mail);
    Kosi__StaffMove *view = arena_take(r->arena, sizeof *view);
    if (!view)
        return;
    kosi__staff_move__init(view);
    view->move_label = (char *)request_text(r, move->label);
    *(asks ? &view->move_link : &view->move_post) = path_of(r, move->page);
    view->has_move_first = view->move_first = page->n_moves == 0 && !asks;
    view->has_move_other = true;
    view->move_other = !view->move_first;
    page->moves[page->n_moves++] = view;
    page->has_can_move = page->can_move = true;
}

static void add_moves(struct request *r, const Kosi__MailDetail *detail, Kosi__MailPage *page) {
    page->moves = arena_take(r->arena, MOVES * sizeof *page->moves);
    for (int i = 0; page->moves && i < MOVES; i++)
        if (is_possible(detail, moves[i].id))
            add_move(r, page, &moves[i], detail->mail);
}

static const char *done_text(struct request *r) {
    const char *done = urlencoded_value(&r->query, "done");
    for (int i = 0; done && i < MOVES; i++)
        if (strcmp(done, moves[i].id) == 0)
            return request_text(r, moves[i].done);
    return NULL;
}

// ---- pages

static void show_mail(struct request *r) {
    const struct desk *desk = r->page;
    const Kosi__MailRow *mail = desk->detail->mail;
    Kosi__MailPage page = KOSI__MAIL_PAGE__INIT;
    page.title = (char *)title_of(r, mail);
    page.other_url = (char *)page_other_url(r, PAGE_MAIL, mail->id);
    page.back_url = (char *)route_page_path(PAGE_MAILS, r->language, NULL, r->arena);
    page.state = mail_words_badge(r, mail->state);
    page.meaning = (char *)mail_words_meaning(r, mail->state);
    page.done = desk->outcome ? NULL : (char *)done_text(r);
    if (desk->outcome)
        page.notice = (char *)(desk->outcome == PROBLEM_ILLEGAL_STATE ? request_text(r, TEXT_MAIL_MEANWHILE)
                                                                      : page_problem_text(r, desk->outcome));
    page.key = (char *)page_fresh_key(r);
    add_facts(r, mail, &page);
    add_moves(r, desk->detail, &page);
    add_tries(r, desk->detail, &page);
    page_render(r, desk->outcome ? problem_status(desk->outcome) : 200, "mail", &page.base);
}

static const struct move *move_of(const struct request *r) {
    for (int i = 0; i < MOVES; i++)
        if (moves[i].page == r->route->page_row->page)
            return &moves[i];
    return &moves[0];
}

static void show_question(struct request *r) {
    const struct desk *desk = r->page;
    const struct move *move = move_of(r);
    Kosi__MailAskPage page = KOSI__MAIL_ASK_PAGE__INIT;
    if (!is_possible(desk->detail, move->id) || !asks_first(move, desk->detail->mail)) {
        respond_redirect(r, path_of(r, PAGE_MAIL));
        return;
    }
    page.title = (char *)request_text(r, move->title);
    page.other_url = (char *)page_other_url(r, move->page, id_of(r));
    page.back_url = path_of(r, PAGE_MAIL);
    page.about = (char *)title_of(r, desk->detail->mail);
    page.warning = (char *)request_text(r, move->warning);
    page.action = path_of(r, move->page);
    page.key = (char *)page_fresh_key(r);
    page.confirm_label = (char *)request_text(r, move->confirm);
    page_render(r, 200, "mail_ask", &page.base);
}

static void was_read(struct request *r, const struct client_reply *reply) {
    struct desk *desk = r->page;
    desk->detail = page_take(r, reply, "MailDetail");
    if (!desk->detail)
        return;
    if (desk->detail->mail && desk->detail->mail->state && page_shell(r))
        desk->show(r);
    else
        respond_problem(r, PROBLEM_INTERNAL, NULL);
}

static void read_mail(struct request *r) {
    Kosi__MailRequest input = KOSI__MAIL_REQUEST__INIT;
    input.id = (char *)id_of(r);
    page_ask_about(r, "notifications", "Mail", &input.base, was_read);
}

static void open_mail(struct request *r, route_serve *show, int outcome) {
    struct desk *desk = arena_take(r->arena, sizeof *desk);
    if (!desk) {
        respond_problem(r, PROBLEM_BUSY, NULL);
        return;
    }
    *desk = (struct desk){.show = show, .outcome = outcome};
    r->page = desk;
    read_mail(r);
}

static void serve_mail(struct request *r) { open_mail(r, show_mail, 0); }
static void serve_question(struct request *r) { open_mail(r, show_question, 0); }

// ---- moves

static void moved(struct request *r, const struct client_reply *reply) {
    const char *detail;
    if (strcmp(reply->outcome, "ok") == 0) {
        respond_redirect(r, arena_format(r->arena, "%s?done=%s", path_of(r, PAGE_MAIL), move_of(r)->id));
        return;
    }
    int outcome = respond_read_problem(r, reply, &detail);
    if (outcome == PROBLEM_ILLEGAL_STATE || outcome == PROBLEM_KEY_REUSED)
        open_mail(r, show_mail, outcome);
    else
        respond_reply_problem(r, reply);
}

static void take_move(struct request *r) {
    Kosi__MailMoveRequest input = KOSI__MAIL_MOVE_REQUEST__INIT;
    input.id = (char *)id_of(r);
    input.move = (char *)move_of(r)->id;
    if (!page_fits(r, &input.base))
        respond_problem(r, PROBLEM_NOT_FOUND, NULL);
    else if (page_take_key(r))
        respond_problem(r, PROBLEM_BAD_PARAMETER, NULL);
    else
        page_ask(r, "notifications", "MailMove", &input.base, moved);
}

const struct page_row mail_pages[] = {
    {PAGE_MAIL, "GET", {"/intern/mails/{id}", "/en/intern/mails/{id}"}, serve_mail, "moderator", true},
    {PAGE_MAIL_RETRY, "GET", {"/intern/mails/{id}/erneut-senden", "/en/intern/mails/{id}/retry"}, serve_question, "moderator", true},
    {PAGE_MAIL_RETRY, "POST", {"/intern/mails/{id}/erneut-senden", "/en/intern/mails/{id}/retry"}, take_move, "moderator", true},
    {PAGE_MAIL_HOLD, "POST", {"/intern/mails/{id}/anhalten", "/en/intern/mails/{id}/hold"}, take_move, "moderator", true},
    {PAGE_MAIL_RELEASE, "POST", {"/intern/mails/{id}/freigeben", "/en/intern/mails/{id}/release"}, take_move, "moderator", true},
    {PAGE_MAIL_CANCEL, "GET", {"/intern/mails/{id}/abbrechen", "/en/intern/mails/{id}/cancel"}, serve_question, "moderator", true},
    {PAGE_MAIL_CANCEL, "POST", {"/intern/mails/{id}/abbrechen", "/en/intern/mails/{id}/cancel"}, take_move, "moderator", true},
    {.verb = NULL}};
