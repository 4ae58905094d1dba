// What waits for a decision, counted along the small index of what is undecided. A town that has more than COUNT_MAX of them is told
// "more than": nobody reads further, and the page must not grow slower with the pile.
#include "services/submissions/submission.h"
#include "submissions.handlers.h"
#include <string.h>

enum { COUNT_MAX = 5000, HOLDERS_MAX = 50, FORMS_MAX = 200 };

static int add_form(struct mesh_call *call, struct store_statement *row, Kosi__WaitingReply *reply) {
    Kosi__WaitingForm *view = arena_take(call->arena, sizeof *view);
    if (!view)
        return STORE_FAULT;
    kosi__waiting_form__init(view);
    view->slug = arena_text(call->arena, store_text(row, 0));
    view->has_version = view->has_waiting = true;
    view->version = (uint32_t)store_int(row, 1);
    reply->forms[reply->n_forms++] = view;
    return view->slug ? 0 : STORE_FAULT;
}

// Closed ones too: what was sent with them still waits.
static int list_forms(struct mesh_call *call, Kosi__WaitingReply *reply) {
    static const char sql[] = "SELECT slug, version FROM forms ORDER BY slug LIMIT ?1";
    reply->forms = arena_take(call->arena, FORMS_MAX * sizeof *reply->forms);
    if (!reply->forms)
        return STORE_FAULT;
    struct store_statement *query = store_prepare(call->store, sql);
    store_bind_int(query, 1, FORMS_MAX);
    int row, result = 0;
    while (result == 0 && (row = store_step(query)) == 1)
        result = add_form(call, query, reply);
    store_reset(query);
    return result == 0 && row < 0 ? row : result;
}

static int name_forms(struct mesh_call *call, Kosi__WaitingReply *reply) {
    for (size_t i = 0; i < reply->n_forms; i++) {
        Kosi__WaitingForm *view = reply->forms[i];
        struct form form;
        int result = form_shelf_version(office_of(call)->shelf, call->store, view->slug, view->version, &form);
        if (result != 0)
            return result < 0 ? result : STORE_FAULT;
        view->title = arena_text(call->arena, text_in(form.file->title, call->locale));
        if (!view->title)
            return STORE_FAULT;
    }
    return 0;
}

static void count_form(Kosi__WaitingReply *reply, const char *slug) {
    for (size_t i = 0; i < reply->n_forms; i++) {
        if (strcmp(reply->forms[i]->slug, slug) == 0)
            reply->forms[i]->waiting++;
    }
}

static int count_holder(struct mesh_call *call, Kosi__WaitingReply *reply, const char *login) {
    reply->mine += strcmp(call->actor->login, login) == 0;
    for (size_t i = 0; i < reply->n_holders; i++) {
        if (strcmp(reply->holders[i]->login, login) == 0) {
            reply->holders[i]->waiting++;
            return 0;
        }
    }
    if (reply->n_holders == HOLDERS_MAX)
        return 0;
    Kosi__WaitingHolder *holder = arena_take(call->arena, sizeof *holder);
    if (!holder)
        return STORE_FAULT;
    kosi__waiting_holder__init(holder);
    holder->login = arena_text(call->arena, login);
    holder->has_waiting = true;
    holder->waiting = 1;
    reply->holders[reply->n_holders++] = holder;
    return holder->login ? 0 : STORE_FAULT;
}

static int count_row(struct mesh_call *call, struct store_statement *row, Kosi__WaitingReply *reply) {
    bool received = strcmp(store_text(row, 0), "received") == 0;
    reply->received += received;
    reply->in_review += !received;
    if (!reply->has_oldest_at) {
        reply->has_oldest_at = true;
        reply->oldest_at = store_int(row, 2);
    }
    count_form(reply, store_text(row, 1));
    if (!store_is_null(row, 3))
        return count_holder(call, reply, store_text(row, 3));
    reply->free++;
    return 0;
}

static int count_rows(struct mesh_call *call, Kosi__WaitingReply *reply) {
    static const char sql[] = "SELECT state, form, received_at, taken_by FROM submissions"
                              " WHERE state IN ('received', 'in_review') ORDER BY number LIMIT ?1";
    reply->holders = arena_take(call->arena, HOLDERS_MAX * sizeof *reply->holders);
    if (!reply->holders)
        return STORE_FAULT;
    struct store_statement *query = store_prepare(call->store, sql);
    store_bind_int(query, 1, COUNT_MAX + 1);
    int row = 0, result = 0, seen = 0;
    while (result == 0 && (row = store_step(query)) == 1) {
        if (seen++ == COUNT_MAX) {
            reply->capped = true;
            break;
        }
        result = count_row(call, query, reply);
    }
    store_reset(query);
    return result == 0 && row < 0 ? row : result;
}

int submissions_waiting(struct mesh_call *call, const Kosi__WaitingRequest *request, Kosi__WaitingReply *reply) {
    (void)request;
    reply->has_received = reply->has_in_review = reply->has_mine = reply->has_free = reply->has_capped = true;
    int result = list_forms(call, reply);
    if (result == 0)
        result = name_forms(call, reply);
    return result == 0 ? count_rows(call, reply) : result;
}
