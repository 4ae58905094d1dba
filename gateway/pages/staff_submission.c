// One submission as a moderator sees it: what was answered, what was done, what looks alike, and what can be done now.
#include "gateway/pages/staff_case.h"
#include "gateway/respond.h"
#include <stdio.h>
#include <string.h>

enum { MOVES_MAX = 8 };

// ---- facts

static void add_places(struct request *r, const Kosi__StaffSubmission *s, Kosi__StaffSubmissionPage *page) {
    const char *open = request_text(r, TEXT_STAFF_FACT_OPEN);
    bool accepted = s->state && strcmp(s->state, "accepted") == 0;
    if (s->entry_id && accepted)
        staff_view_fact(r, page->facts, &page->n_facts, request_text(r, TEXT_STAFF_FACT_ENTRY), open,
                        route_page_path(PAGE_ENTRY, r->language, s->entry_id, r->arena));
    if (s->duplicate_of)
        staff_view_fact(r, page->facts, &page->n_facts, request_text(r, TEXT_STAFF_FACT_DUPLICATE_OF), open,
                        route_page_path(PAGE_ENTRY, r->language, s->duplicate_of, r->arena));
}

static const char *form_text(struct request *r, const Kosi__StaffSubmission *s) {
    char version[16];
    snprintf(version, sizeof version, "%u", s->form_version);
    const char *title = s->asked && s->asked->title ? s->asked->title : s->form;
    return catalogue_fill(r->arena, request_text(r, TEXT_STAFF_FACT_FORM_VERSION), "form", title, "version", version, NULL);
}

static void add_facts(struct request *r, const Kosi__StaffSubmission *s, Kosi__StaffSubmissionPage *page) {
    page->facts = arena_take(r->arena, STAFF_FACTS_MAX * sizeof *page->facts);
    if (!page->facts)
        return;
    const char *holder = s->taken_by ? s->taken_by : request_text(r, TEXT_STAFF_FACT_NOBODY);
    staff_view_fact(r, page->facts, &page->n_facts, request_text(r, TEXT_STAFF_FACT_RECEIPT), s->receipt, NULL);
    staff_view_fact(r, page->facts, &page->n_facts, request_text(r, TEXT_STAFF_FACT_FORM), form_text(r, s), NULL);
    staff_view_fact(r, page->facts, &page->n_facts, request_text(r, TEXT_STAFF_FACT_RECEIVED), staff_view_when(r, s->created_at), NULL);
    staff_view_fact(r, page->facts, &page->n_facts, request_text(r, TEXT_STAFF_FACT_UPDATED), staff_view_when(r, s->updated_at), NULL);
    staff_view_fact(r, page->facts, &page->n_facts, request_text(r, TEXT_STAFF_FACT_HOLDER), holder, NULL);
    add_places(r, s, page);
}

// ---- what can be done

static void add_move(struct request *r, Kosi__StaffSubmissionPage *page, const char *label, enum page target, bool post, bool first) {
    Kosi__StaffMove *move = page->n_moves < MOVES_MAX ? arena_take(r->arena, sizeof *move) : NULL;
    if (!move)
        return;
    const char *path = route_page_path(target, r->language, staff_case_of(r)->submission->id, r->arena);
    kosi__staff_move__init(move);
    move->move_label = (char *)label;
    move->move_post = post ? (char *)path : NULL;
    move->move_link = post ? NULL : (char *)path;
    move->has_move_first = true;
    move->move_first = first;
    move->has_move_other = true;
    move->move_other = !first;
    page->moves[page->n_moves++] = move;
}

static const char *with_login(struct request *r, enum text text, const char *login) {
    return catalogue_fill(r->arena, request_text(r, text), "login", login, NULL);
}

static void add_moves(struct request *r, Kosi__StaffSubmissionPage *page) {
    const struct staff_case *c = staff_case_of(r);
    const char *holder = c->submission->taken_by;
    bool own = holder && strcmp(holder, r->login) == 0;
    page->moves = arena_take(r->arena, MOVES_MAX * sizeof *page->moves);
    if (!page->moves)
        return;
    if (staff_case_allows(c, STAFF_TAKE) && !own)
        add_move(r, page, holder ? with_login(r, TEXT_MOVE_TAKE_OVER, holder) : request_text(r, TEXT_MOVE_TAKE), PAGE_STAFF_TAKE,
                 true, !holder);
    if (staff_case_allows(c, STAFF_ACCEPT)) {
        add_move(r, page, request_text(r, TEXT_MOVE_ACCEPT), PAGE_STAFF_ACCEPT, false, own);
        add_move(r, page, request_text(r, TEXT_MOVE_REJECT), PAGE_STAFF_REJECT, false, false);
        add_move(r, page, request_text(r, TEXT_MOVE_DUPLICATE), PAGE_STAFF_DUPLICATE, false, false);
    }
    if (staff_case_allows(c, STAFF_RELEASE) && own)
        add_move(r, page, request_text(r, TEXT_MOVE_RELEASE), PAGE_STAFF_RELEASE, true, false);
    bool accepted = strcmp(c->submission->state, "accepted") == 0;
    if (staff_case_allows(c, STAFF_REOPEN))
        add_move(r, page, request_text(r, accepted ? TEXT_MOVE_UNPUBLISH : TEXT_MOVE_REOPEN), PAGE_STAFF_REOPEN, false, false);
    page->has_can_move = true;
    page->can_move = page->n_moves > 0;
}

static const char *note_for(struct request *r) {
    const struct staff_case *c = staff_case_of(r);
    if (!staff_case_allows(c, STAFF_TAKE))
        return NULL;
    return c->submission->taken_by ? staff_case_other_holder(r) : request_text(r, TEXT_STAFF_NOTE_FREE);
}

static const char *done_text(struct request *r) {
    static const struct { const char *move; enum text text; } done[] = {
        {"take", TEXT_DONE_TAKE},     {"release", TEXT_DONE_RELEASE},     {"accept", TEXT_DONE_ACCEPT},
        {"reject", TEXT_DONE_REJECT}, {"duplicate", TEXT_DONE_DUPLICATE}, {"reopen", TEXT_DONE_REOPEN}};
    const char *move = urlencoded_value(&r->query, "done");
    for (size_t i = 0; move && i < sizeof done / sizeof *done; i++)
        if (strcmp(move, done[i].move) == 0)
            return request_text(r, done[i].text);
    return NULL;
}

// ---- the person, and what looks alike

// An address may hold what ends it in a link (RFC 6068 section 2): "a?bcc=b@example.org" would write to somebody else as well.
static char *mail_link(struct request *r, const char *address) {
    const char *at = strrchr(address, '@'), *local = at ? arena_text_n(r->arena, address, (size_t)(at - address)) : NULL;
    struct buf out BUF_AUTO;
    buf_init(&out, 4096);
    if (!local)
        return NULL;
    urlencoded_add(&out, local);
    buf_char(&out, '@');
    urlencoded_add(&out, at + 1);
    return out.failed ? NULL : arena_text(r->arena, out.data);
}

static void show_mail(struct request *r, Kosi__StaffFact *fact, const char *address) {
    fact->fact_mail_link = mail_link(r, address);
    if (!fact->fact_mail_link)
        return;
    fact->fact_mail = fact->fact_text;
    fact->fact_text = NULL;
}

static void add_person(struct request *r, const Kosi__StaffSubmission *s, Kosi__StaffSubmissionPage *page) {
    const Kosi__Contact *contact = s->contact;
    page->contacts = arena_take(r->arena, STAFF_FACTS_MAX * sizeof *page->contacts);
    page->consents = arena_take(r->arena, (s->n_consents + STAFF_FACTS_MAX) * sizeof *page->consents);
    if (!page->contacts || !page->consents)
        return;
    if (contact) {
        staff_view_fact(r, page->contacts, &page->n_contacts, request_text(r, TEXT_FORM_CONTACT_NAME), contact->name, NULL);
        staff_view_fact(r, page->contacts, &page->n_contacts, request_text(r, TEXT_FORM_CONTACT_EMAIL), contact->email, NULL);
        if (contact->email && *contact->email && page->n_contacts)
            show_mail(r, page->contacts[page->n_contacts - 1], contact->email);
        staff_view_fact(r, page->contacts, &page->n_contacts, request_text(r, TEXT_STAFF_FACT_LANGUAGE), contact->language, NULL);
    }
    for (size_t i = 0; i < s->n_consents; i++)
        staff_view_fact(r, page->consents, &page->n_consents, page_time(r, s->consents[i]->given_at), s->consents[i]->wording, NULL);
    page->has_has_contact = page->has_contact = page->n_contacts > 0;
    page->has_has_consents = page->has_consents = page->n_consents > 0;
    page->has_no_contact = page->no_contact = !page->has_contact;
    page->has_no_consents = page->no_consents = !page->has_consents;
}

static const char *district_label(struct request *r, const char *id) {
    const Kosi__VocabularyReply *vocabulary = page_vocabulary(r);
    return vocabulary && id && *id ? page_term(vocabulary->districts, vocabulary->n_districts, id) : id ? id : "";
}

static void add_similar(struct request *r, const Kosi__StaffSubmission *s, Kosi__StaffSubmissionPage *page) {
    page->similars = arena_take(r->arena, (s->n_similar + 1) * sizeof *page->similars);
    for (size_t i = 0; page->similars && i < s->n_similar; i++) {
        Kosi__StaffSimilar *view = arena_take(r->arena, sizeof *view);
        if (!view)
            break;
        char percent[16];
        snprintf(percent, sizeof percent, "%d", (int)(s->similar[i]->score * 100 + 0.5));
        const char *score = catalogue_fill(r->arena, request_text(r, TEXT_STAFF_SIMILAR_SCORE), "percent", percent, NULL);
        const char *district = district_label(r, s->similar[i]->district);
        kosi__staff_similar__init(view);
        view->similar_title = s->similar[i]->title;
        view->similar_facts = arena_format(r->arena, "%s%s%s", district, *district ? " · " : "", score);
        view->similar_link = (char *)route_page_path(PAGE_ENTRY, r->language, s->similar[i]->id, r->arena);
        page->similars[page->n_similars++] = view;
    }
    page->has_has_similar = page->has_similar = page->n_similars > 0;
    page->has_no_similar = page->no_similar = !page->has_similar;
    if (page->has_similar && staff_case_allows(staff_case_of(r), STAFF_DUPLICATE))
        page->compare_url = (char *)route_page_path(PAGE_STAFF_DUPLICATE, r->language, s->id, r->arena);
}

// ---- the page

static void show(struct request *r) {
    const struct staff_case *c = staff_case_of(r);
    const Kosi__StaffSubmission *s = c->submission;
    Kosi__StaffSubmissionPage page = KOSI__STAFF_SUBMISSION_PAGE__INIT;
    if (!page_shell(r))
        return;
    page_shell(r)->section = "staff_inbox";
    bool erased = s->state && strcmp(s->state, "erased") == 0;
    page.title = s->draft && s->draft->title ? s->draft->title : s->receipt;
    page.other_url = (char *)page_other_url(r, PAGE_STAFF_SUBMISSION, s->id);
    page.back_url = (char *)route_page_path(PAGE_STAFF_INBOX, r->language, NULL, r->arena);
    page.state = staff_view_state(r, s->state);
    page.note = (char *)note_for(r);
    page.done = c->outcome ? NULL : (char *)done_text(r);
    page.notice = (char *)staff_case_notice(r);
    page.has_changed = page.changed = staff_case_changed(r);
    if (page.changed)
        page.n_meanwhile = staff_view_steps(r, s, staff_case_seen(r), &page.meanwhile);
    page.has_version = true;
    page.version = staff_case_version(r);
    page.key = (char *)staff_case_key(r);
    add_facts(r, s, &page);
    add_moves(r, &page);
    page.has_erased = page.erased = erased;
    page.n_parts = erased ? 0 : staff_view_parts(r, s, &page.parts);
    add_person(r, s, &page);
    page.n_steps = staff_view_steps(r, s, 0, &page.steps);
    add_similar(r, s, &page);
    page.mails_url = arena_format(r->arena, "%s?subject=%s", route_page_path(PAGE_MAILS, r->language, NULL, r->arena), s->id);
    page_render(r, c->outcome ? problem_status(c->outcome) : 200, "staff_submission", &page.base);
}

static void serve_submission(struct request *r) { staff_case_open(r, STAFF_SHOW, show); }
static void take(struct request *r) { staff_case_decide(r, STAFF_TAKE, NULL, show); }
static void release(struct request *r) { staff_case_decide(r, STAFF_RELEASE, NULL, show); }

const struct page_row staff_submission_pages[] = {
    {PAGE_STAFF_SUBMISSION, "GET", {"/intern/einreichungen/{id}", "/en/intern/submissions/{id}"}, serve_submission, "moderator", false},
    {PAGE_STAFF_TAKE, "POST", {"/intern/einreichungen/{id}/uebernehmen", "/en/intern/submissions/{id}/take"}, take, "moderator", false},
    {PAGE_STAFF_RELEASE, "POST", {"/intern/einreichungen/{id}/abgeben", "/en/intern/submissions/{id}/release"}, release, "moderator", false},
    {.verb = NULL}};
