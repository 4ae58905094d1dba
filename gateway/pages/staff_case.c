#include "gateway/pages/staff_case.h"
#include "gateway/respond.h"
#include <stdlib.h>
#include <string.h>

static const char *const move_names[STAFF_MOVES] = {NULL, "take", "release", "accept", "reject", "duplicate", "reopen"};
static const struct { enum staff_move move; const char *states; } allowed[] = {
    {STAFF_TAKE, "received in_review"},   {STAFF_RELEASE, "in_review"},           {STAFF_ACCEPT, "received in_review"},
    {STAFF_REJECT, "received in_review"}, {STAFF_DUPLICATE, "received in_review"}, {STAFF_REOPEN, "accepted rejected duplicate"}};

bool staff_case_allows(const struct staff_case *c, enum staff_move move) {
    const char *state = c->submission->state;
    for (size_t i = 0; state && i < sizeof allowed / sizeof *allowed; i++)
        if (allowed[i].move == move && strstr(allowed[i].states, state))
            return move != STAFF_RELEASE || c->submission->taken_by;
    return false;
}

uint32_t staff_case_seen(const struct request *r) {
    const char *sent = urlencoded_value(&r->form, "_version");
    return sent ? (uint32_t)strtoul(sent, NULL, 10) : 0;
}

// The key's first use may have been another decision of the same page: told as what it is, a change.
bool staff_case_changed(const struct request *r) {
    const struct staff_case *c = staff_case_of(r);
    bool refused = c->outcome == PROBLEM_CHANGED_MEANWHILE || c->outcome == PROBLEM_ILLEGAL_STATE || c->outcome == PROBLEM_KEY_REUSED;
    return refused && c->submission->version != staff_case_seen(r);
}

const char *staff_case_notice(struct request *r) {
    const struct staff_case *c = staff_case_of(r);
    bool beside_fields = c->outcome == PROBLEM_VALIDATION && r->violations.count;
    if (!c->outcome || beside_fields)
        return NULL;
    return staff_case_changed(r) ? request_text(r, TEXT_DECIDE_CHANGED) : page_problem_text(r, c->outcome);
}

uint32_t staff_case_version(const struct request *r) {
    const struct staff_case *c = staff_case_of(r);
    return c->outcome && !staff_case_changed(r) ? staff_case_seen(r) : c->submission->version;
}

const char *staff_case_key(struct request *r) {
    const struct staff_case *c = staff_case_of(r);
    const char *sent = urlencoded_value(&r->form, "_key");
    bool open = c->outcome && problem_status(c->outcome) >= 500;
    return open && sent ? sent : page_fresh_key(r);
}

const char *staff_case_other_holder(struct request *r) {
    const char *holder = staff_case_of(r)->submission->taken_by;
    if (!holder || strcmp(holder, r->login) == 0)
        return NULL;
    return catalogue_fill(r->arena, request_text(r, TEXT_STAFF_NOTE_OTHER), "login", holder, NULL);
}

// ---- reading

// A decision that was refused is not lost when the submission can't be read again either.
static void unreadable(struct request *r, const struct client_reply *reply) {
    struct staff_case *c = staff_case_of(r);
    if (c->outcome)
        page_resend(r, c->outcome);
    else
        respond_reply_problem(r, reply);
}

static void was_read(struct request *r, const struct client_reply *reply) {
    struct staff_case *c = staff_case_of(r);
    if (strcmp(reply->outcome, "ok") != 0) {
        unreadable(r, reply);
        return;
    }
    c->submission = page_take(r, reply, "StaffSubmission");
    if (c->submission)
        c->show(r);
}

static void read_submission(struct request *r) {
    Kosi__StaffSubmissionRequest input = KOSI__STAFF_SUBMISSION_REQUEST__INIT;
    input.id = (char *)route_variable(&r->match, "id");
    page_ask_about(r, "submissions", "Read", &input.base, was_read);
}

// Without labels the page shows ids: better than none.
static void labelled(struct request *r, const struct client_reply *reply) {
    page_keep_vocabulary(r, reply);
    read_submission(r);
}

static void read_all(struct request *r) {
    if (page_vocabulary_is_due(r))
        page_ask_vocabulary(r, labelled);
    else
        read_submission(r);
}

static struct staff_case *new_case(struct request *r, enum staff_move move, route_serve *show) {
    struct staff_case *c = arena_take(r->arena, sizeof *c);
    r->page = c;
    if (!c) {
        respond_problem(r, PROBLEM_BUSY, NULL);
        return NULL;
    }
    memset(c, 0, sizeof *c);
    c->move = move;
    c->show = show;
    return c;
}

void staff_case_open(struct request *r, enum staff_move move, route_serve *show) {
    if (new_case(r, move, show))
        read_all(r);
}

// ---- deciding

static void decided(struct request *r, const struct client_reply *reply) {
    struct staff_case *c = staff_case_of(r);
    const char *detail, *id = route_variable(&r->match, "id");
    if (strcmp(reply->outcome, "ok") == 0) {
        const char *path = route_page_path(PAGE_STAFF_SUBMISSION, r->language, id, r->arena);
        respond_redirect(r, arena_format(r->arena, "%s?done=%s", path, move_names[c->move]));
        return;
    }
    c->outcome = respond_read_problem(r, reply, &detail);
    if (c->outcome == PROBLEM_NOT_FOUND)
        respond_problem(r, PROBLEM_NOT_FOUND, NULL);
    else if (c->outcome == PROBLEM_NOT_SIGNED_IN || c->outcome == PROBLEM_SESSION_EXPIRED)
        page_resend(r, c->outcome);
    else
        read_all(r);
}

static int fill_request(struct request *r, staff_case_fill *fill, Kosi__DecisionRequest *input) {
    Kosi__StaffSubmissionRequest named = KOSI__STAFF_SUBMISSION_REQUEST__INIT;
    named.id = input->id = (char *)route_variable(&r->match, "id");
    if (!page_fits(r, &named.base))
        return PROBLEM_NOT_FOUND;
    int problem = page_take_key(r);
    if (problem)
        return problem;
    input->decision = (char *)move_names[staff_case_of(r)->move];
    input->has_version = true;
    input->version = staff_case_seen(r);
    return fill ? fill(r, input) : 0;
}

void staff_case_decide(struct request *r, enum staff_move move, staff_case_fill *fill, route_serve *show) {
    Kosi__DecisionRequest input = KOSI__DECISION_REQUEST__INIT;
    struct staff_case *c = new_case(r, move, show);
    if (!c)
        return;
    c->outcome = fill_request(r, fill, &input);
    if (c->outcome == PROBLEM_VALIDATION)
        read_all(r);
    else if (c->outcome)
        respond_problem(r, c->outcome, NULL);
    else
        page_ask(r, "submissions", "Decide", &input.base, decided);
}

// ---- entries to compare with

static void ask_next_other(struct request *r);

static void other_read(struct request *r, const struct client_reply *reply) {
    struct staff_case *c = staff_case_of(r);
    if (strcmp(reply->outcome, "ok") == 0) {
        const Kosi__Entry *entry = (const Kosi__Entry *)request_unpack(r, contract_message_named("Entry"), reply);
        if (entry && entry->id)
            c->others[c->other_count++] = entry;
    }
    ask_next_other(r);
}

static void ask_next_other(struct request *r) {
    struct staff_case *c = staff_case_of(r);
    Kosi__EntryRequest input = KOSI__ENTRY_REQUEST__INIT;
    if (c->others_asked == c->submission->n_similar || c->others_asked == STAFF_OTHERS_MAX) {
        c->show(r);
        return;
    }
    input.id = c->submission->similar[c->others_asked++]->id;
    page_ask(r, "registry", "Get", &input.base, other_read);
}

void staff_case_read_others(struct request *r, route_serve *then) {
    staff_case_of(r)->show = then;
    ask_next_other(r);
}
