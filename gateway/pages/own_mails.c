#include "gateway/pages/own_mails.h"
#include "gateway/pages/mail_words.h"
#include "services/common/base/clock.h"
#include <string.h>

// As long notifications may not have heard of a submission yet; later it has forgotten the address.
static const int64_t unheard_us = 10 * 60 * 1000000LL;

void own_mails_ask(struct request *r, const char *token, request_then *then) {
    Kosi__MailsOfRequest input = KOSI__MAILS_OF_REQUEST__INIT;
    input.token = (char *)token;
    page_ask_briefly(r, "notifications", "MailsOf", &input.base, then);
}

// The mail that asks to confirm the address: the receipt. NULL: not written yet.
static const Kosi__MailOf *asking(const Kosi__MailsOfReply *mails) {
    for (size_t i = 0; i < mails->n_items; i++)
        if (strcmp(mails->items[i]->kind, "received") == 0)
            return mails->items[i];
    return NULL;
}

static bool is_in(const Kosi__MailOf *mail, const char *state) { return mail && strcmp(mail->state, state) == 0; }

static void add_notice(struct request *r, const Kosi__MailsOfReply *mails, int64_t given_at, struct own_mails *out) {
    if (!mails->has_confirmed && clock_wall_us() - given_at > unheard_us)
        return;
    const Kosi__MailOf *asked = asking(mails);
    bool failed = is_in(asked, "failed");
    if (mails->suspended || failed) {
        out->title = request_text(r, TEXT_OWN_MAILS_LOST_TITLE);
        out->notice = request_text(r, mails->suspended ? TEXT_OWN_MAILS_SUSPENDED : TEXT_OWN_MAILS_LOST);
    } else if (!mails->confirmed) {
        out->title = request_text(r, TEXT_OWN_MAILS_CONFIRM_TITLE);
        out->notice = is_in(asked, "waiting") ? request_text(r, TEXT_OWN_MAILS_CONFIRM_EARLIER)
                      : is_in(asked, "sent")  ? catalogue_fill(r->arena, request_text(r, TEXT_OWN_MAILS_CONFIRM), "when",
                                                               page_time(r, asked->ended_at), NULL)
                                              : request_text(r, TEXT_OWN_MAILS_CONFIRM_SOON);
    }
}

void own_mails_read(struct request *r, const struct client_reply *reply, int64_t given_at, struct own_mails *out) {
    const Kosi__MailsOfReply *mails = NULL;
    *out = (struct own_mails){NULL};
    if (strcmp(reply->outcome, "ok") == 0)
        mails = (const Kosi__MailsOfReply *)request_unpack(r, contract_message_named("MailsOfReply"), reply);
    if (!mails)
        return;
    add_notice(r, mails, given_at, out);
    Kosi__PageOwnMail *lines = arena_take(r->arena, (mails->n_items + 1) * sizeof *lines);
    out->lines = arena_take(r->arena, (mails->n_items + 1) * sizeof *out->lines);
    for (size_t i = 0; lines && out->lines && i < mails->n_items; i++) {
        kosi__page_own_mail__init(&lines[i]);
        lines[i].own_mail = (char *)mail_words_own(r, mails->items[i]);
        out->lines[out->count++] = &lines[i];
    }
}
