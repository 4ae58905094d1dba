// The moderators' inbox: newest first, or oldest first. A page reads at most SCAN_MAX rows, so a filter that finds little in a large town costs
// the same; it then says where to go on, even with a page that is not full.
#include "services/common/base/text.h"
#include "services/common/contract/page_token.h"
#include "services/submissions/submission.h"
#include "submissions.handlers.h"
#include <stdlib.h>
#include <string.h>

enum { SCAN_MAX = 5000, PAGE_USUAL = 50, PAGE_MAX = 200 };

struct inbox {
    const Kosi__InboxRequest *request;
    unsigned states; // bits of enum life_state
    char *words;     // folded q, or NULL
    bool oldest;     // first
    int64_t from;    // numbers after this one, in the order of the list
    int64_t received_from, received_to;
    size_t page_size;
};
static const int64_t day_us = 86400 * INT64_C(1000000);

static int read_states(struct mesh_call *call, const Kosi__InboxRequest *request, unsigned *states) {
    // What was erased is shown to whoever asks for it by name only: there is nothing to do with it.
    *states = (1u << LIFE_STATES) - 1 - (1u << LIFE_ERASED);
    if (!request->n_state)
        return 0;
    *states = 0;
    for (size_t i = 0; i < request->n_state; i++) {
        int state = life_state_of(request->state[i]);
        if (state < 0) {
            mesh_violation(call, "state", "not_an_option", 0);
            return PROBLEM_BAD_PARAMETER;
        }
        *states |= 1u << state;
    }
    return 0;
}

static int read_order(struct mesh_call *call, const Kosi__InboxRequest *request, struct inbox *inbox) {
    bool named = request->sort && *request->sort;
    inbox->oldest = named && strcmp(request->sort, "oldest") == 0;
    inbox->from = inbox->oldest ? 0 : INT64_MAX;
    if (!named || inbox->oldest || strcmp(request->sort, "newest") == 0)
        return 0;
    mesh_violation(call, "sort", "not_an_option", 0);
    return PROBLEM_BAD_PARAMETER;
}

static int read_question(struct mesh_call *call, const Kosi__InboxRequest *request, struct inbox *inbox) {
    *inbox = (struct inbox){.request = request, .received_to = INT64_MAX, .page_size = PAGE_USUAL};
    if (request->has_max_days)
        inbox->received_from = call->now_us - request->max_days * day_us;
    if (request->has_min_days)
        inbox->received_to = call->now_us - request->min_days * day_us;
    if (read_order(call, request, inbox) != 0)
        return PROBLEM_BAD_PARAMETER;
    if (request->has_page_size && request->page_size >= 1 && request->page_size <= PAGE_MAX)
        inbox->page_size = request->page_size;
    if (!page_token_read(office_of(call)->node_key, &request->base, request->page_token, &inbox->from))
        return PROBLEM_BAD_PAGE_TOKEN;
    if (request->q && *request->q) {
        char *folded = text_fold(request->q);
        inbox->words = arena_text(call->arena, folded);
        free(folded);
        if (!inbox->words)
            return STORE_FAULT;
    }
    return read_states(call, request, &inbox->states);
}

static bool form_asked_for(const Kosi__InboxRequest *request, const char *form) {
    for (size_t i = 0; i < request->n_form; i++) {
        if (strcmp(request->form[i], form) == 0)
            return true;
    }
    return request->n_form == 0;
}

static bool title_has(const char *title, const char *words) {
    char *folded = title ? text_fold(title) : NULL;
    bool found = folded && *words && strstr(folded, words);
    free(folded);
    return found;
}

// Nobody's when free is asked for; when both are asked for, nothing fits.
static bool holder_fits(const Kosi__InboxRequest *request, const char *taken_by) {
    if (request->has_free && request->free && taken_by)
        return false;
    return !request->taken_by || !*request->taken_by || (taken_by && strcmp(taken_by, request->taken_by) == 0);
}

// On the row itself, before anything of it is copied: most rows of a narrow question are passed over.
static bool wanted(const struct inbox *inbox, struct store_statement *row) {
    int state = life_state_of(store_text(row, 4));
    if (state < 0 || !(inbox->states & (1u << state)) || !form_asked_for(inbox->request, store_text(row, 2)))
        return false;
    int64_t received_at = store_int(row, 7);
    if (received_at < inbox->received_from || received_at > inbox->received_to)
        return false;
    if (!holder_fits(inbox->request, store_is_null(row, 12) ? NULL : store_text(row, 12)))
        return false;
    return !inbox->words || title_has(store_text(row, 5), inbox->words);
}

static Kosi__InboxItem *item_of(struct mesh_call *call, const struct submission *s) {
    Kosi__InboxItem *item = arena_take(call->arena, sizeof *item);
    if (!item)
        return NULL;
    kosi__inbox_item__init(item);
    item->id = s->id;
    item->receipt = office_receipt(call, s->number);
    item->state = arena_text(call->arena, life_state_name(s->state));
    item->form = s->form;
    item->title = s->title;
    item->has_created_at = true;
    item->created_at = s->received_at;
    item->has_updated_at = true;
    item->updated_at = s->updated_at;
    item->taken_by = s->taken_by;
    return item->receipt && item->state && item->id ? item : NULL;
}

static int go_on_after(struct mesh_call *call, const struct inbox *inbox, int64_t number, Kosi__InboxReply *reply) {
    reply->next_page_token = page_token_make(office_of(call)->node_key, &inbox->request->base, number, call->arena);
    return reply->next_page_token ? 0 : STORE_FAULT;
}

#define SCAN "SELECT " SUBMISSION_COLUMNS " FROM submissions WHERE "
// The condition is the index's own, word for word.
#define UNDECIDED "state IN ('received', 'in_review') AND "
#define NEWEST "number < ?1 ORDER BY number DESC LIMIT ?2"
#define OLDEST "number > ?1 ORDER BY number LIMIT ?2"

static struct store_statement *open_scan(struct mesh_call *call, const struct inbox *inbox) {
    static const char all[] = SCAN NEWEST, all_oldest[] = SCAN OLDEST;
    static const char undecided[] = SCAN UNDECIDED NEWEST, undecided_oldest[] = SCAN UNDECIDED OLDEST;
    const unsigned waiting = 1u << LIFE_RECEIVED | 1u << LIFE_IN_REVIEW;
    bool few = (inbox->states & ~waiting) == 0;
    const char *newest_sql = few ? undecided : all, *oldest_sql = few ? undecided_oldest : all_oldest;
    struct store_statement *s = store_prepare(call->store, inbox->oldest ? oldest_sql : newest_sql);
    store_bind_int(s, 1, inbox->from);
    store_bind_int(s, 2, SCAN_MAX + 1);
    return s;
}

static int scan(struct mesh_call *call, const struct inbox *inbox, Kosi__InboxReply *reply) {
    struct store_statement *rows = open_scan(call, inbox);
    int64_t last = 0;
    int row, result = 0, seen = 0;
    while ((row = store_step(rows)) == 1) {
        if (seen++ == SCAN_MAX || reply->n_items == inbox->page_size) {
            result = go_on_after(call, inbox, last, reply);
            break;
        }
        last = store_int(rows, 0);
        if (!wanted(inbox, rows))
            continue;
        struct submission s;
        submission_of_row(call, rows, &s);
        Kosi__InboxItem *item = item_of(call, &s);
        if (!item) {
            result = STORE_FAULT;
            break;
        }
        reply->items[reply->n_items++] = item;
    }
    store_reset(rows);
    return row < 0 ? row : result;
}

// A receipt in the search box means that one submission.
static int by_receipt(struct mesh_call *call, const struct inbox *inbox, int64_t number, Kosi__InboxReply *reply) {
    struct submission s;
    int result = submission_by_number(call, number, &s);
    if (result == PROBLEM_NOT_FOUND)
        return 0;
    if (result != 0)
        return result;
    bool asked_for = inbox->states & (1u << s.state) && form_asked_for(inbox->request, s.form);
    Kosi__InboxItem *item = asked_for ? item_of(call, &s) : NULL;
    if (item)
        reply->items[reply->n_items++] = item;
    return asked_for && !item ? STORE_FAULT : 0;
}

int submissions_inbox(struct mesh_call *call, const Kosi__InboxRequest *request, Kosi__InboxReply *reply) {
    struct inbox inbox;
    int64_t number;
    int result = read_question(call, request, &inbox);
    if (result != 0)
        return result;
    reply->items = arena_take(call->arena, inbox.page_size * sizeof *reply->items);
    if (!reply->items)
        return STORE_FAULT;
    if (inbox.words && office_receipt_number(call, request->q, &number)) {
        result = by_receipt(call, &inbox, number, reply);
        if (result != 0 || reply->n_items)
            return result;
    }
    return scan(call, &inbox, reply);
}
