// own_mails: what senders read of our mails to them, on the pages behind their secret link. The pages can do without.
#pragma once
#include "gateway/pages/page.h"
#include "kosi/pages_citizen.pb-c.h"

struct own_mails {
    const char *title, *notice;        // the address is not confirmed, mails do not arrive; NULL: all is well
    Kosi__PageOwnMail **lines;         // one per mail
    size_t count;
};
// Asks for the mails about the submission whose token this is.
void own_mails_ask(struct request *request, const char *token, request_then *then);
// Empty when the question was not answered. given_at: when the address was.
void own_mails_read(struct request *request, const struct client_reply *reply, int64_t given_at, struct own_mails *out);
