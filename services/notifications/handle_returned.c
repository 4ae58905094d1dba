// A mail came back, or its reader calls it spam: what that means for the mail, for the address and for what its reader subscribed to.
#include "services/common/base/log.h"
#include "services/notifications/consent.h"
#include "services/notifications/ledger.h"
#include "services/notifications/mail_render.h"
#include "services/notifications/mail_row.h"
#include "services/notifications/mailroom.h"
#include "services/notifications/returned.h"
#include "services/notifications/trouble.h"
#include "notifications.handlers.h"
#include <string.h>

enum { SOFT_MOST = 5 };
static const int64_t soft_within_us = 30 * 24 * 3600 * INT64_C(1000000);

// Reports are remembered as long as it is to whom the mails went: after that they speak of nobody.
static int forget_old(struct mesh_call *call) {
    struct store_statement *s =
        store_prepare(call->store, "DELETE FROM returned WHERE report IN (SELECT report FROM returned WHERE at < ?1 ORDER BY at LIMIT 20)");
    store_bind_int(s, 1, call->now_us - call->config->mail_keep_days * (24 * 3600 * INT64_C(1000000)));
    return store_run(s);
}

// 1: this report was counted before; 0: it is new, and noted.
static int known(struct mesh_call *call, const Kosi__ReturnedRequest *request) {
    struct store_statement *s = store_prepare(call->store, "INSERT INTO returned(report, at) VALUES(?1, ?2) ON CONFLICT(report) DO NOTHING");
    store_bind_blob(s, 1, request->report_hash.data, request->report_hash.len);
    store_bind_int(s, 2, call->now_us);
    int rc = store_run(s);
    if (rc != 0 || store_changes(call->store) == 0)
        return rc != 0 ? rc : 1;
    return forget_old(call);
}

static int whose(struct mesh_call *call, const char *token, struct mail_row *row) {
    char id[ID_TEXT_MAX];
    if (token == NULL || !link_check(mailroom_of(call)->node_key, LINK_MESSAGE, token, MAIL_MESSAGE_GENERATION, id))
        return PROBLEM_NOT_FOUND;
    return mail_row_by_id(call, id, row);
}

static int note(struct mesh_call *call, const struct mail_row *row) {
    struct store_statement *s =
        store_prepare(call->store, "INSERT INTO attempt(mail, n, at, outcome, status, reason) VALUES(?1, ?2, ?3, 'never', ?4, ?5)");
    store_bind_int(s, 1, row->n);
    store_bind_int(s, 2, row->attempts);
    store_bind_int(s, 3, call->now_us);
    store_bind_text(s, 4, row->status[0] != '\0' ? row->status : NULL);
    store_bind_text(s, 5, row->reason);
    return store_run(s);
}

// What its server took is not delivered after all.
static int fail_mail(struct mesh_call *call, struct mail_row *row, const char *status) {
    row->attempts++;
    row->code = 0;
    row->status = arena_text(call->arena, status != NULL ? status : "");
    row->reason = arena_text(call->arena, MAIL_RETURNED);
    if (row->status == NULL || row->reason == NULL)
        return STORE_FAULT;
    int rc = mail_row_save(call, row);
    return rc == 0 ? note(call, row) : rc;
}

// Five within 30 days, and the address is taken to be out of use.
static int count_soft(struct mesh_call *call, const char *contact) {
    struct store_statement *s = store_prepare(
        call->store, "UPDATE contact SET soft_bounces = CASE WHEN coalesce(soft_at, 0) <= ?2 THEN 1 ELSE soft_bounces + 1 END,"
                     " soft_at = CASE WHEN coalesce(soft_at, 0) <= ?2 THEN ?3 ELSE soft_at END WHERE id = ?1 RETURNING soft_bounces");
    store_bind_text(s, 1, contact);
    store_bind_int(s, 2, call->now_us - soft_within_us);
    store_bind_int(s, 3, call->now_us);
    int rc = store_step(s);
    int64_t count = rc > 0 ? store_int(s, 0) : 0;
    store_reset(s);
    if (rc < 0 || count < SOFT_MOST)
        return rc < 0 ? rc : 0;
    return contact_suspend(call, contact, "soft_bounces");
}

// Who confirmed the address still gets what is owed to them, but no list. Who never did gets nothing more at all: somebody else may
// have given their address.
static int complained(struct mesh_call *call, const char *id) {
    struct contact contact;
    int rc = contact_by_id(call, id, &contact);
    if (rc != 0)
        return rc == PROBLEM_NOT_FOUND ? 0 : rc;
    rc = consent_revoke_all(call, &contact, "complaint");
    if (rc == 0 && contact.state == CONTACT_UNCONFIRMED)
        rc = contact_suspend(call, id, "complaint");
    return rc;
}

static int bounced(struct mesh_call *call, struct mail_row *row, enum returned_what what, const char *status) {
    bool again = row->state == MAIL_FAILED && strcmp(row->reason, MAIL_RETURNED) == 0;   // two reports of one mail
    int rc = mail_row_move(row, MAIL_COME_BACK, call->now_us) ? fail_mail(call, row, status) : 0;
    if (rc != 0 || row->contact == NULL)
        return rc;
    if (what == RETURNED_HARD)
        return contact_suspend(call, row->contact, "bounced");
    return again ? 0 : count_soft(call, row->contact);
}

int notifications_returned(struct mesh_call *call, const Kosi__ReturnedRequest *request, Kosi__ReturnedReply *reply) {
    struct mail_row row;
    int what = returned_of(request->what);
    int rc = what < 0 ? PROBLEM_VALIDATION : whose(call, request->message_token, &row);
    if (rc != 0)
        return rc;
    if (row.state == MAIL_LEASED && what != RETURNED_COMPLAINT)
        return PROBLEM_ILLEGAL_STATE;   // its sender has yet to say that it was sent; the report is brought again
    rc = known(call, request);
    if (rc != 0)
        return rc < 0 ? rc : 0;
    if (what != RETURNED_COMPLAINT)
        rc = bounced(call, &row, (enum returned_what)what, request->status);
    else if (row.contact != NULL)
        rc = complained(call, row.contact);
    reply->has_counted = reply->counted = rc == 0;
    if (rc == 0)
        log_event(LOG_INFO_, "returned", "what", request->what, "status", request->status != NULL ? request->status : "", "mail", row.id, NULL);
    return rc;
}

int notifications_returned_boxes(struct mesh_call *call, const Kosi__ReturnedBoxesRequest *request, Kosi__ReturnedBoxesReply *reply) {
    (void)reply;
    return trouble_note_boxes(call, request->unreadable, request->n_unreadable);
}
