// The ledger for staff (pages and API), for the operator (the CLI), and, in few words, for whoever a submission is from.
#include "services/common/base/id.h"
#include "services/common/base/link.h"
#include "services/common/contract/page_token.h"
#include "services/notifications/contact.h"
#include "services/notifications/mail_list.h"
#include "services/notifications/mail_moves.h"
#include "services/notifications/mailroom.h"
#include "services/notifications/matter.h"
#include "services/notifications/trouble.h"
#include "notifications.handlers.h"
#include <string.h>

enum { PAGE_USUAL = 50, PAGE_MAX = 200, ATTEMPTS_SHOWN = 100, MAILS_OF_MOST = 50 };
static const unsigned every_state = (1u << (MAIL_CANCELLED + 1)) - (1u << MAIL_OWED);
static const unsigned may_be_overdue = 1u << MAIL_OWED | 1u << MAIL_RETRY | 1u << MAIL_LEASED;

static int read_states(struct mesh_call *call, const Kosi__MailsRequest *request, unsigned *states) {
    *states = request->n_state == 0 ? every_state : 0;
    for (size_t i = 0; i < request->n_state; i++) {
        int state = mail_state_of(request->state[i]);
        if (state < 0) {
            mesh_violation(call, "state", "not_an_option", 0);
            return PROBLEM_BAD_PARAMETER;
        }
        *states |= 1u << state;
    }
    if (request->overdue)
        *states &= may_be_overdue;
    return 0;
}

static const char *given(const char *text) {
    return text != NULL && *text != '\0' ? text : NULL;
}

// An address nobody has been written to finds nothing: asked for by an id that nobody has.
static int read_address(struct mesh_call *call, const char *address, const char **contact) {
    struct contact found;
    int rc = contact_by_address(call, address, &found);
    *contact = rc == 0 ? found.id : "";
    return rc == PROBLEM_NOT_FOUND ? 0 : rc;
}

static int read_question(struct mesh_call *call, const Kosi__MailsRequest *request, struct mail_question *question) {
    *question = (struct mail_question){.kind = given(request->kind),
                                       .subject_id = given(request->subject_id),
                                       .overdue = request->overdue,
                                       .before = INT64_MAX,
                                       .page_size = PAGE_USUAL};
    if (request->has_page_size && request->page_size >= 1 && request->page_size <= PAGE_MAX)
        question->page_size = request->page_size;
    if (question->kind != NULL && mail_kind_of(question->kind) < 0) {
        mesh_violation(call, "kind", "not_an_option", 0);
        return PROBLEM_BAD_PARAMETER;
    }
    if (!page_token_read(mailroom_of(call)->node_key, &request->base, request->page_token, &question->before))
        return PROBLEM_BAD_PAGE_TOKEN;
    int rc = given(request->address) ? read_address(call, request->address, &question->contact) : 0;
    return rc != 0 ? rc : read_states(call, request, &question->states);
}

static Kosi__MailRow *shown(struct mesh_call *call, const struct mail_row *row) {
    Kosi__MailRow *out = arena_take(call->arena, sizeof *out);
    if (out == NULL)
        return NULL;
    kosi__mail_row__init(out);
    out->id = row->id;
    out->kind = row->kind;
    out->state = arena_text(call->arena, mail_state_name(row->state));
    out->contact_id = row->contact;
    out->language = row->language;
    out->subject_id = row->subject_id[0] != '\0' ? row->subject_id : NULL;
    out->has_owed_at = out->has_attempts = out->has_overdue = true;
    out->owed_at = row->owed_at;
    out->has_due_at = row->state <= MAIL_HELD;
    out->due_at = row->due_at;
    out->has_ended_at = row->ended_at != 0;
    out->ended_at = row->ended_at;
    out->attempts = row->attempts;
    out->has_code = row->code != 0;
    out->code = row->code;
    out->status = row->status[0] != '\0' ? row->status : NULL;
    out->reason = row->reason[0] != '\0' ? row->reason : NULL;
    out->overdue = mail_row_overdue(row, call->config, call->now_us);
    out->route = row->route;
    return out->state != NULL ? out : NULL;
}

static int add_address(struct mesh_call *call, Kosi__MailRow *row) {
    struct contact contact;
    int rc = row->contact_id != NULL ? contact_by_id(call, row->contact_id, &contact) : PROBLEM_NOT_FOUND;
    if (rc == 0)
        row->address = contact.address;
    return rc == PROBLEM_NOT_FOUND ? 0 : rc;
}

static int add_counts(struct mesh_call *call, Kosi__MailsReply *reply) {
    struct store_statement *s = store_prepare(call->store, "SELECT state, count FROM tally WHERE state <= 8 ORDER BY state");
    int rc = 0;
    reply->counts = arena_take(call->arena, (MAIL_CANCELLED + 1) * sizeof *reply->counts);
    while (reply->counts != NULL && reply->n_counts <= MAIL_CANCELLED && (rc = store_step(s)) == 1) {
        uint32_t count = (uint32_t)store_int(s, 1);
        if (store_int(s, 0) == 0) {
            reply->has_overdue = true;
            reply->overdue = count;
            continue;
        }
        Kosi__MailCount *counted = arena_take(call->arena, sizeof *counted);
        if (counted == NULL)
            break;
        kosi__mail_count__init(counted);
        counted->state = arena_text(call->arena, mail_state_name((enum mail_state)store_int(s, 0)));
        counted->has_count = true;
        counted->count = count;
        reply->counts[reply->n_counts++] = counted;
    }
    store_reset(s);
    return rc < 0 ? rc : reply->n_counts == MAIL_CANCELLED ? 0 : STORE_FAULT;
}

static int add_rows(struct mesh_call *call, const struct mail_page *page, Kosi__MailsReply *reply) {
    int rc = 0;
    reply->items = arena_take(call->arena, (page->count + 1) * sizeof *reply->items);
    if (reply->items == NULL)
        return STORE_FAULT;
    for (size_t i = 0; rc == 0 && i < page->count; i++) {
        Kosi__MailRow *row = shown(call, &page->rows[i]);
        if (row == NULL)
            return STORE_FAULT;
        reply->items[reply->n_items++] = row;
        rc = add_address(call, row);
    }
    return rc;
}

static int list(struct mesh_call *call, const Kosi__MailsRequest *request, Kosi__MailsReply *reply) {
    struct mail_question question;
    struct mail_page page;
    int rc = read_question(call, request, &question);
    if (rc == 0)
        rc = mail_list(call, &question, &page);
    if (rc == 0)
        rc = add_rows(call, &page, reply);
    if (rc == 0)
        rc = add_counts(call, reply);
    if (rc == 0)
        rc = trouble_list(call, &reply->troubled, &reply->n_troubled);
    if (rc == 0)
        rc = trouble_boxes(call, &reply->unreadable, &reply->n_unreadable);
    if (rc != 0 || page.go_on_before == 0)
        return rc;
    reply->next_page_token = page_token_make(mailroom_of(call)->node_key, &request->base, page.go_on_before, call->arena);
    return reply->next_page_token != NULL ? 0 : STORE_FAULT;
}

int notifications_mails(struct mesh_call *call, const Kosi__MailsRequest *request, Kosi__MailsReply *reply) {
    return list(call, request, reply);
}

int notifications_ledger(struct mesh_call *call, const Kosi__MailsRequest *request, Kosi__MailsReply *reply) {
    return list(call, request, reply);
}

static Kosi__MailAttempt *attempt_of(struct mesh_call *call, struct store_statement *s) {
    Kosi__MailAttempt *attempt = arena_take(call->arena, sizeof *attempt);
    if (attempt == NULL)
        return NULL;
    kosi__mail_attempt__init(attempt);
    attempt->has_at = true;
    attempt->at = store_int(s, 0);
    attempt->outcome = arena_text(call->arena, store_text(s, 1));
    attempt->has_code = !store_is_null(s, 2);
    attempt->code = (uint32_t)store_int(s, 2);
    attempt->status = store_is_null(s, 3) ? NULL : arena_text(call->arena, store_text(s, 3));
    attempt->reason = store_is_null(s, 4) ? NULL : arena_text(call->arena, store_text(s, 4));
    return attempt;
}

static int add_attempts(struct mesh_call *call, int64_t n, Kosi__MailDetail *reply) {
    struct store_statement *s =
        store_prepare(call->store, "SELECT at, outcome, code, status, reason FROM attempt WHERE mail = ?1 ORDER BY n DESC LIMIT ?2");
    store_bind_int(s, 1, n);
    store_bind_int(s, 2, ATTEMPTS_SHOWN);
    int rc = 0;
    reply->attempts = arena_take(call->arena, ATTEMPTS_SHOWN * sizeof *reply->attempts);
    while (reply->attempts != NULL && reply->n_attempts < ATTEMPTS_SHOWN && (rc = store_step(s)) == 1) {
        Kosi__MailAttempt *attempt = attempt_of(call, s);
        if (attempt == NULL)
            break;
        reply->attempts[reply->n_attempts++] = attempt;
    }
    store_reset(s);
    return rc < 0 ? rc : 0;
}

int notifications_mail(struct mesh_call *call, const Kosi__MailRequest *request, Kosi__MailDetail *reply) {
    struct mail_row row;
    int rc = mail_row_by_id(call, request->id, &row);
    if (rc != 0)
        return rc;
    reply->mail = shown(call, &row);
    rc = reply->mail != NULL ? add_address(call, reply->mail) : STORE_FAULT;
    if (rc == 0)
        rc = add_attempts(call, row.n, reply);
    return rc == 0 ? mail_moves_possible(call, &row, &reply->moves, &reply->n_moves) : rc;
}

static int move(struct mesh_call *call, const Kosi__MailMoveRequest *request, Kosi__MailMoveReply *reply) {
    struct mail_row row;
    int rc = mail_row_by_id(call, request->id, &row);
    if (rc == 0)
        rc = mail_moves_make(call, &row, request->move);
    if (rc != 0)
        return rc;
    call->audit_subject = row.id;
    call->audit_detail = request->move;
    reply->id = row.id;
    reply->state = arena_text(call->arena, mail_state_name(row.state));
    return reply->state != NULL ? 0 : STORE_FAULT;
}

int notifications_mail_move(struct mesh_call *call, const Kosi__MailMoveRequest *request, Kosi__MailMoveReply *reply) {
    return move(call, request, reply);
}

int notifications_ledger_move(struct mesh_call *call, const Kosi__MailMoveRequest *request, Kosi__MailMoveReply *reply) {
    return move(call, request, reply);
}

static bool for_sender(const struct mail_row *row) {
    int kind = mail_kind_of(row->kind);
    return kind >= 0 && !mail_kind_row((enum mail_kind)kind)->staff;
}

static int add_mails_of(struct mesh_call *call, const struct mail_page *page, Kosi__MailsOfReply *reply) {
    reply->items = arena_take(call->arena, (page->count + 1) * sizeof *reply->items);
    for (size_t i = 0; reply->items != NULL && i < page->count; i++) {
        const struct mail_row *row = &page->rows[i];
        Kosi__MailOf *mail = for_sender(row) ? arena_take(call->arena, sizeof *mail) : NULL;
        if (mail == NULL)
            continue;
        kosi__mail_of__init(mail);
        mail->kind = row->kind;
        mail->state = arena_text(call->arena, mail_state_name(row->state));
        mail->has_owed_at = true;
        mail->owed_at = row->owed_at;
        mail->has_ended_at = row->ended_at != 0;
        mail->ended_at = row->ended_at;
        reply->items[reply->n_items++] = mail;
    }
    return reply->items != NULL ? 0 : STORE_FAULT;
}

// The link that was shown, or the one that went to the sender's present address.
static bool opens(const struct mesh_call *call, const char *token, uint32_t address_changes) {
    const uint8_t *key = mailroom_of(call)->node_key;
    char id[ID_TEXT_MAX];
    return link_check(key, LINK_STATUS, token, LINK_STATUS_SHOWN, id) ||
           link_check(key, LINK_STATUS, token, LINK_STATUS_MAILED + address_changes, id);
}

int notifications_mails_of(struct mesh_call *call, const Kosi__MailsOfRequest *request, Kosi__MailsOfReply *reply) {
    char id[ID_TEXT_MAX];
    struct matter matter;
    struct contact contact;
    struct mail_page page;
    uint8_t bytes[ID_BYTES];
    if (!id_token_peek(request->token, bytes))
        return PROBLEM_NOT_FOUND;
    id_text(bytes, id);
    int rc = matter_load(call, id, &matter);
    if (!opens(call, request->token, rc == 0 ? matter.address_changes : 0))
        return PROBLEM_NOT_FOUND;
    // Not heard of yet, or erased: then there are no mails.
    if (rc != 0 || matter.contact == NULL)
        return rc == PROBLEM_NOT_FOUND ? 0 : rc;
    rc = contact_by_id(call, matter.contact, &contact);
    if (rc != 0)
        return rc == PROBLEM_NOT_FOUND ? 0 : rc;
    reply->has_confirmed = reply->has_suspended = true;
    reply->confirmed = contact.state == CONTACT_CONFIRMED;
    reply->suspended = contact.state == CONTACT_SUSPENDED;
    const struct mail_question question = {
        .states = every_state, .subject_id = id, .or_about = matter.entry_id, .before = INT64_MAX, .page_size = MAILS_OF_MOST};
    rc = mail_list(call, &question, &page);
    return rc == 0 ? add_mails_of(call, &page, reply) : rc;
}
