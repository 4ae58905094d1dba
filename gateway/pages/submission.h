// submission: what all pages behind a secret link share.
#pragma once
#include "gateway/pages/page.h"

// The reply's message, or NULL after the request has been answered: with the page that says everything is erased, or with the problem.
void *submission_take(struct request *request, const struct client_reply *reply, const char *message_name);
