// The pages of the decisions that want more than a button: accept with edits, reject with a reason, duplicate of an entry, open again.
// One template; each decision is a row that says which fields it has and how they become the request.
#include "gateway/pages/control.h"
#include "gateway/pages/staff_case.h"
#include "gateway/respond.h"
#include "services/common/contract/json_walk.h"
#include "services/common/contract/validate.h"
#include <ctype.h>
#include <stdio.h>
#include <string.h>

enum { FIELDS_MAX = 16, COMPARED_MAX = 10, ID_CHARS = 36 };

typedef void add_fields(struct request *request, Kosi__StaffDecisionPage *page);
struct decision_page {
    enum page page;
    enum text title, lead, send;
    add_fields *add;
};
static const struct decision_page pages[STAFF_MOVES];

static const char *typed(const struct request *r, const char *name) {
    const char *value = urlencoded_value(&r->form, name);
    return value ? value : "";
}

// ---- fields

static void put(struct request *r, Kosi__StaffDecisionPage *page, Kosi__PageQuestion *control) {
    control_finish(r, control);
    if (!control || page->n_fields == FIELDS_MAX)
        return;
    page->fields[page->n_fields++] = control;
    Kosi__PageFault *fault = control_fault(r, control);
    if (fault)
        page->faults[page->n_faults++] = fault;
    page->has_faulty = page->faulty = page->n_faults > 0;
}

static void need(Kosi__PageQuestion *control) {
    if (control)
        control->has_needed = control->needed = true;
}

// Has the sender given other answers since the page was made?
static bool was_corrected(const struct request *r) {
    const Kosi__StaffSubmission *s = staff_case_of(r)->submission;
    for (size_t i = 0; staff_case_changed(r) && i < s->n_history; i++)
        if (s->history[i]->version > staff_case_seen(r) && s->history[i]->move && strcmp(s->history[i]->move, "correct") == 0)
            return true;
    return false;
}

static bool same_lines(const char *a, const char *b) {
    for (;; a++, b++) {
        a += *a == '\r';
        b += *b == '\r';
        if (*a != *b || !*a)
            return *a == *b;
    }
}

// The fields keep what they held, also of answers that are no longer given: said beside each, so that nobody publishes them unawares.
static void tell_new_answer(struct request *r, Kosi__PageQuestion *control, const char *held, const char *now, const char *label) {
    if (!control || !was_corrected(r) || same_lines(held ? held : "", now ? now : ""))
        return;
    const char *shown = now && *now ? label : request_text(r, TEXT_DECIDE_NOTHING);
    control->help = (char *)catalogue_fill(r->arena, request_text(r, TEXT_DECIDE_NOW), "value", shown, NULL);
}

static void put_text(struct request *r, Kosi__StaffDecisionPage *page, enum control_kind kind, const char *name, enum text label,
                     enum text help, const char *value) {
    Kosi__PageQuestion *control = control_new(r, kind, name, label, help);
    control_propose(r, control, value);
    if (strncmp(name, "edits.", strlen("edits.")) == 0)
        tell_new_answer(r, control, typed(r, name), value, value);
    if (control && strcmp(name, "edits.title") == 0)
        need(control);
    if (control && strcmp(name, "edits.since") == 0)
        control->input_type = "date";
    if (control && strcmp(name, "edits.website") == 0)
        control->input_type = "url";
    put(r, page, control);
}

static void put_message(struct request *r, Kosi__StaffDecisionPage *page) {
    put_text(r, page, CONTROL_AREA, "text", TEXT_DECIDE_TEXT, TEXT_DECIDE_TEXT_HELP, NULL);
}

static void put_term(struct request *r, Kosi__StaffDecisionPage *page, const char *name, enum text label, Kosi__Term *const *terms,
                     size_t count, const char *value) {
    Kosi__PageQuestion *control = control_new(r, CONTROL_SELECT, name, label, TEXT_COUNT);
    for (size_t i = 0; i < count; i++)
        control_option(r, control, terms[i]->id, terms[i]->label, value && strcmp(terms[i]->id, value) == 0);
    tell_new_answer(r, control, typed(r, name), value, value ? page_term(terms, count, value) : NULL);
    put(r, page, control);
}

static bool has_theme(const Kosi__Entry *draft, const char *id) {
    for (size_t i = 0; i < draft->n_themes; i++)
        if (strcmp(draft->themes[i], id) == 0)
            return true;
    return false;
}

static void put_themes(struct request *r, Kosi__StaffDecisionPage *page, const Kosi__VocabularyReply *v, const Kosi__Entry *draft) {
    Kosi__PageQuestion *control = control_new(r, CONTROL_BOXES, "edits.themes", TEXT_FACET_THEME, TEXT_COUNT);
    for (size_t i = 0; i < v->n_themes; i++)
        control_option(r, control, v->themes[i]->id, v->themes[i]->label, has_theme(draft, v->themes[i]->id));
    put(r, page, control);
}

static void put_point(struct request *r, Kosi__StaffDecisionPage *page, const Kosi__Point *point) {
    const char *lat = point ? arena_format(r->arena, "%.9g", point->lat) : NULL;
    const char *lon = point ? arena_format(r->arena, "%.9g", point->lon) : NULL;
    put_text(r, page, CONTROL_LINE, "edits.point.lat", TEXT_ACCEPT_LAT, TEXT_ACCEPT_POINT_HELP, lat);
    put_text(r, page, CONTROL_LINE, "edits.point.lon", TEXT_ACCEPT_LON, TEXT_COUNT, lon);
}

static void add_accept(struct request *r, Kosi__StaffDecisionPage *page) {
    static const Kosi__Entry nothing = KOSI__ENTRY__INIT;
    static const Kosi__VocabularyReply no_words = KOSI__VOCABULARY_REPLY__INIT;
    const Kosi__Entry *draft = staff_case_of(r)->submission->draft;
    const Kosi__VocabularyReply *v = page_vocabulary(r);
    draft = draft ? draft : &nothing;
    v = v ? v : &no_words;
    put_text(r, page, CONTROL_LINE, "edits.title", TEXT_ACCEPT_ENTRY_TITLE, TEXT_COUNT, draft->title);
    put_term(r, page, "edits.kind", TEXT_FACET_KIND, v->kinds, v->n_kinds, draft->kind);
    put_text(r, page, CONTROL_AREA, "edits.summary", TEXT_ACCEPT_SUMMARY, TEXT_ACCEPT_SUMMARY_HELP, draft->summary);
    put_text(r, page, CONTROL_AREA, "edits.description", TEXT_ACCEPT_DESCRIPTION, TEXT_ACCEPT_DESCRIPTION_HELP, draft->description);
    put_themes(r, page, v, draft);
    put_term(r, page, "edits.sector", TEXT_FACET_SECTOR, v->sectors, v->n_sectors, draft->sector);
    put_term(r, page, "edits.district", TEXT_FACET_DISTRICT, v->districts, v->n_districts, draft->district);
    put_term(r, page, "edits.stage", TEXT_FACET_STAGE, v->stages, v->n_stages, draft->stage);
    put_text(r, page, CONTROL_LINE, "edits.since", TEXT_ACCEPT_SINCE, TEXT_COUNT, draft->since);
    put_text(r, page, CONTROL_LINE, "edits.website", TEXT_ACCEPT_WEBSITE, TEXT_COUNT, draft->website);
    put_point(r, page, draft->point);
    put_message(r, page);
}

static void add_reject(struct request *r, Kosi__StaffDecisionPage *page) {
    const Kosi__StaffSubmission *s = staff_case_of(r)->submission;
    Kosi__PageQuestion *control = control_new(r, CONTROL_RADIO, "reason", TEXT_REJECT_REASON, TEXT_COUNT);
    for (size_t i = 0; i < s->n_reasons; i++)
        control_option(r, control, s->reasons[i], staff_view_reason(r, s->reasons[i]), false);
    need(control);
    put(r, page, control);
    put_message(r, page);
}

// ---- side by side

static void add_compared(struct request *r, Kosi__StaffCandidate *candidate, enum text label, const char *here, const char *there) {
    Kosi__CompareRow *row = candidate->n_compare_rows < COMPARED_MAX ? arena_take(r->arena, sizeof *row) : NULL;
    if (!row || ((!here || !*here) && (!there || !*there)))
        return;
    kosi__compare_row__init(row);
    row->compare_label = (char *)request_text(r, label);
    row->compare_here = (char *)here;
    row->compare_there = (char *)there;
    candidate->compare_rows[candidate->n_compare_rows++] = row;
}

static const char *term(Kosi__Term *const *terms, size_t count, const char *id) {
    return id && *id ? page_term(terms, count, id) : NULL;
}

static const char *theme_list(struct request *r, const Kosi__Entry *entry, const Kosi__VocabularyReply *v) {
    const char *text = NULL;
    for (size_t i = 0; i < entry->n_themes; i++) {
        const char *label = page_term(v->themes, v->n_themes, entry->themes[i]);
        text = text ? arena_format(r->arena, "%s, %s", text, label) : label;
    }
    return text;
}

static void compare(struct request *r, Kosi__StaffCandidate *candidate, const Kosi__Entry *here, const Kosi__Entry *there) {
    static const Kosi__VocabularyReply no_words = KOSI__VOCABULARY_REPLY__INIT;
    const Kosi__VocabularyReply *v = page_vocabulary(r);
    v = v ? v : &no_words;
    add_compared(r, candidate, TEXT_ACCEPT_ENTRY_TITLE, here->title, there->title);
    add_compared(r, candidate, TEXT_FACET_KIND, term(v->kinds, v->n_kinds, here->kind), term(v->kinds, v->n_kinds, there->kind));
    add_compared(r, candidate, TEXT_ACCEPT_SUMMARY, here->summary, there->summary);
    add_compared(r, candidate, TEXT_FACET_DISTRICT, term(v->districts, v->n_districts, here->district),
                 term(v->districts, v->n_districts, there->district));
    add_compared(r, candidate, TEXT_FACET_THEME, theme_list(r, here, v), theme_list(r, there, v));
    add_compared(r, candidate, TEXT_FACET_SECTOR, term(v->sectors, v->n_sectors, here->sector),
                 term(v->sectors, v->n_sectors, there->sector));
    add_compared(r, candidate, TEXT_FACET_STAGE, term(v->stages, v->n_stages, here->stage), term(v->stages, v->n_stages, there->stage));
    add_compared(r, candidate, TEXT_ACCEPT_SINCE, page_day(r, here->since), page_day(r, there->since));
    add_compared(r, candidate, TEXT_ACCEPT_WEBSITE, here->website, there->website);
}

static void add_candidate(struct request *r, Kosi__StaffDecisionPage *page, const Kosi__Entry *entry) {
    const Kosi__Entry *draft = staff_case_of(r)->submission->draft;
    Kosi__StaffCandidate *candidate = arena_take(r->arena, sizeof *candidate);
    if (!candidate || !draft)
        return;
    kosi__staff_candidate__init(candidate);
    candidate->candidate_id = entry->id;
    candidate->candidate_title = entry->title;
    candidate->candidate_link = (char *)route_page_path(PAGE_ENTRY, r->language, entry->id, r->arena);
    candidate->has_candidate_chosen = true;
    candidate->candidate_chosen = control_sent(r, "duplicate_of", entry->id);
    candidate->compare_rows = arena_take(r->arena, COMPARED_MAX * sizeof *candidate->compare_rows);
    if (candidate->compare_rows)
        compare(r, candidate, draft, entry);
    page->candidates[page->n_candidates++] = candidate;
}

static void add_duplicate(struct request *r, Kosi__StaffDecisionPage *page) {
    const struct staff_case *c = staff_case_of(r);
    page->candidates = arena_take(r->arena, STAFF_OTHERS_MAX * sizeof *page->candidates);
    for (size_t i = 0; page->candidates && i < c->other_count; i++)
        add_candidate(r, page, c->others[i]);
    page->has_has_candidates = page->has_candidates = page->n_candidates > 0;
    page->has_no_candidates = page->no_candidates = !page->has_candidates;
    // A refusal of "duplicate_of" is told beside the field that is always there.
    for (size_t i = 0; i < r->violations.count; i++)
        if (strcmp(r->violations.items[i]->field, "duplicate_of") == 0)
            r->violations.items[i]->field = "other_entry";
    put_text(r, page, CONTROL_LINE, "other_entry", TEXT_DUPLICATE_OTHER, TEXT_DUPLICATE_OTHER_HELP, NULL);
    if (page->n_fields)
        page->fields[0]->voluntary = page->has_candidates;   // with nothing to choose from, it is all there is
    put_message(r, page);
}

// ---- from the form to the request

static void fill_point(struct request *r, Kosi__EntryEdits *edits, const char *name) {
    const char *value = typed(r, name), *other = typed(r, strcmp(name, "edits.point.lat") == 0 ? "edits.point.lon" : "edits.point.lat");
    struct violations found = {.arena = r->arena};
    char *number = arena_text(r->arena, value);
    for (char *c = number; c && *c; c++)
        *c = *c == ',' ? '.' : *c;   // as people write it in German
    if (!*value && *other)
        violations_add(&r->violations, name, "required", 0);
    else if (number && pair_to_message(name + strlen("edits."), number, false, contract_message_named("EntryEdits"), &edits->base, &found))
        violations_add(&r->violations, name, "invalid_format", 0);
}

static void fill_themes(struct request *r, Kosi__EntryEdits *edits) {
    edits->themes = arena_take(r->arena, (r->form.count + 1) * sizeof *edits->themes);
    for (size_t i = 0; edits->themes && i < r->form.count; i++)
        if (strcmp(r->form.items[i].name, "edits.themes") == 0)
            edits->themes[edits->n_themes++] = (char *)r->form.items[i].value;
    edits->has_without_themes = true;
    edits->without_themes = edits->n_themes == 0;
}

// Every field is sent, empty ones too: what a moderator takes out is not to come back from the answers.
static int fill_accept(struct request *r, Kosi__DecisionRequest *input) {
    Kosi__EntryEdits *edits = arena_take(r->arena, sizeof *edits);
    if (!edits)
        return PROBLEM_BUSY;
    kosi__entry_edits__init(edits);
    edits->kind = (char *)typed(r, "edits.kind");
    edits->title = (char *)typed(r, "edits.title");
    edits->summary = (char *)typed(r, "edits.summary");
    edits->description = (char *)typed(r, "edits.description");
    edits->sector = (char *)typed(r, "edits.sector");
    edits->district = (char *)typed(r, "edits.district");
    edits->stage = (char *)typed(r, "edits.stage");
    edits->since = (char *)typed(r, "edits.since");
    edits->website = (char *)typed(r, "edits.website");
    fill_themes(r, edits);
    fill_point(r, edits, "edits.point.lat");
    fill_point(r, edits, "edits.point.lon");
    input->edits = edits;
    input->text = (char *)typed(r, "text");
    // Here too, so that one answer names all that is wrong: the service looks at the title only when the rest is sound.
    if (strspn(edits->title, " \t\r\n") == strlen(edits->title))
        violations_add(&r->violations, "edits.title", "required", 0);
    validate_message(contract_message_named("DecisionRequest"), &input->base, &r->violations);
    return r->violations.count ? PROBLEM_VALIDATION : 0;
}

static int fill_reject(struct request *r, Kosi__DecisionRequest *input) {
    input->reason = (char *)typed(r, "reason");
    input->text = (char *)typed(r, "text");
    return 0;
}

// The address of an entry ends with its id.
static const char *id_at_end(struct request *r, const char *text) {
    size_t n = strlen(text);
    while (n && (isspace((unsigned char)text[n - 1]) || text[n - 1] == '/'))
        n--;
    return n > ID_CHARS ? arena_text_n(r->arena, text + n - ID_CHARS, ID_CHARS) : arena_text_n(r->arena, text, n);
}

static int fill_duplicate(struct request *r, Kosi__DecisionRequest *input) {
    const char *other = typed(r, "other_entry");
    input->duplicate_of = (char *)(*other ? id_at_end(r, other) : typed(r, "duplicate_of"));
    input->text = (char *)typed(r, "text");
    return 0;
}

static int fill_reopen(struct request *r, Kosi__DecisionRequest *input) {
    input->text = (char *)typed(r, "text");
    return 0;
}

// ---- the page

// What was typed for a decision that the state no longer allows: to read and to copy.
static void add_typed(struct request *r, Kosi__StaffDecisionPage *page) {
    size_t count = 0;
    page->typed = arena_take(r->arena, STAFF_FACTS_MAX * sizeof *page->typed);
    for (size_t i = 0; page->typed && r->form.count && i < page->n_fields; i++)
        if (page->fields[i]->as_line || page->fields[i]->as_text)
            staff_view_fact(r, page->typed, &count, page->fields[i]->label, typed(r, page->fields[i]->name), NULL);
    page->n_typed = count;
    page->has_has_typed = page->has_typed = count > 0;
}

static void add_state(struct request *r, Kosi__StaffDecisionPage *page) {
    const struct staff_case *c = staff_case_of(r);
    page->has_possible = true;
    page->possible = staff_case_allows(c, c->move);
    page->notice = (char *)staff_case_notice(r);
    if (!page->notice && !page->possible)
        page->notice = (char *)request_text(r, TEXT_DECIDE_IMPOSSIBLE);
    page->has_changed = page->changed = staff_case_changed(r);
    if (page->changed)
        page->n_meanwhile = staff_view_steps(r, c->submission, staff_case_seen(r), &page->meanwhile);
    if (!page->possible)
        add_typed(r, page);
    else
        page->note = (char *)staff_case_other_holder(r);
}

static void add_head(struct request *r, Kosi__StaffDecisionPage *page, const struct decision_page *row) {
    const Kosi__StaffSubmission *s = staff_case_of(r)->submission;
    const char *title = s->draft && s->draft->title ? s->draft->title : "";
    bool unpublish = row->page == PAGE_STAFF_REOPEN && s->state && strcmp(s->state, "accepted") == 0;
    page->title = (char *)request_text(r, unpublish ? TEXT_UNPUBLISH_TITLE : row->title);
    page->lead = (char *)request_text(r, unpublish ? TEXT_UNPUBLISH_LEAD : row->lead);
    page->send = (char *)request_text(r, unpublish ? TEXT_UNPUBLISH_SEND : row->send);
    page->about = arena_format(r->arena, "%s%s%s", title, *title ? " · " : "", s->receipt);
    page->other_url = (char *)page_other_url(r, row->page, s->id);
    page->back_url = (char *)route_page_path(PAGE_STAFF_SUBMISSION, r->language, s->id, r->arena);
    page->action = (char *)route_page_path(row->page, r->language, s->id, r->arena);
}

static void show(struct request *r) {
    const struct staff_case *c = staff_case_of(r);
    const struct decision_page *row = &pages[c->move];
    Kosi__StaffDecisionPage page = KOSI__STAFF_DECISION_PAGE__INIT;
    page.fields = arena_take(r->arena, FIELDS_MAX * sizeof *page.fields);
    page.faults = arena_take(r->arena, FIELDS_MAX * sizeof *page.faults);
    if (!page_shell(r) || !page.fields || !page.faults) {
        respond_problem(r, PROBLEM_BUSY, NULL);
        return;
    }
    page_shell(r)->section = "staff_inbox";
    add_head(r, &page, row);
    page.key = (char *)staff_case_key(r);
    page.has_version = true;
    page.version = staff_case_version(r);
    row->add(r, &page);
    add_state(r, &page);
    page.n_parts = staff_view_parts(r, c->submission, &page.parts);
    page.has_has_answers = page.has_answers = c->submission->n_answers > 0;
    page_render(r, c->outcome ? problem_status(c->outcome) : 200, "staff_decision", &page.base);
}

static void show_compared(struct request *r) { staff_case_read_others(r, show); }

static const struct decision_page pages[STAFF_MOVES] = {
    [STAFF_ACCEPT] = {PAGE_STAFF_ACCEPT, TEXT_ACCEPT_TITLE, TEXT_ACCEPT_LEAD, TEXT_ACCEPT_SEND, add_accept},
    [STAFF_REJECT] = {PAGE_STAFF_REJECT, TEXT_REJECT_TITLE, TEXT_REJECT_LEAD, TEXT_REJECT_SEND, add_reject},
    [STAFF_DUPLICATE] = {PAGE_STAFF_DUPLICATE, TEXT_DUPLICATE_TITLE, TEXT_DUPLICATE_LEAD, TEXT_DUPLICATE_SEND, add_duplicate},
    [STAFF_REOPEN] = {PAGE_STAFF_REOPEN, TEXT_REOPEN_TITLE, TEXT_REOPEN_LEAD, TEXT_REOPEN_SEND, put_message},
};

// Without the words there is nothing to choose from, and what is not chosen would be taken out of the entry.
static void show_accept(struct request *r) {
    const struct staff_case *c = staff_case_of(r);
    if (page_vocabulary(r))
        show(r);
    else if (c->outcome)
        page_resend(r, c->outcome);
    else
        respond_problem(r, PROBLEM_STARTING, NULL);
}

static void ask_accept(struct request *r) { staff_case_open(r, STAFF_ACCEPT, show_accept); }
static void ask_reject(struct request *r) { staff_case_open(r, STAFF_REJECT, show); }
static void ask_duplicate(struct request *r) { staff_case_open(r, STAFF_DUPLICATE, show_compared); }
static void ask_reopen(struct request *r) { staff_case_open(r, STAFF_REOPEN, show); }
static void accept_it(struct request *r) { staff_case_decide(r, STAFF_ACCEPT, fill_accept, show_accept); }
static void reject_it(struct request *r) { staff_case_decide(r, STAFF_REJECT, fill_reject, show); }
static void mark_duplicate(struct request *r) { staff_case_decide(r, STAFF_DUPLICATE, fill_duplicate, show_compared); }
static void reopen_it(struct request *r) { staff_case_decide(r, STAFF_REOPEN, fill_reopen, show); }

#define DECISION(page, de, en, ask, take)                                                                          \
    {page, "GET", {"/intern/einreichungen/{id}/" de, "/en/intern/submissions/{id}/" en}, ask, "moderator", false}, \
        {page, "POST", {"/intern/einreichungen/{id}/" de, "/en/intern/submissions/{id}/" en}, take, "moderator", false}

const struct page_row staff_decide_pages[] = {
    DECISION(PAGE_STAFF_ACCEPT, "annehmen", "accept", ask_accept, accept_it),
    DECISION(PAGE_STAFF_REJECT, "ablehnen", "reject", ask_reject, reject_it),
    DECISION(PAGE_STAFF_DUPLICATE, "dublette", "duplicate", ask_duplicate, mark_duplicate),
    DECISION(PAGE_STAFF_REOPEN, "wieder-oeffnen", "reopen", ask_reopen, reopen_it),
    {.verb = NULL}};
