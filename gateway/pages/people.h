// people: what the pages about the staff's accounts share.
#pragma once
#include "gateway/pages/account_form.h"

const char *people_path(struct request *request);
// Boxes of all roles; those of the list are proposed.
Kosi__PageQuestion *people_roles(struct request *request, char *const *roles, size_t count);
size_t people_sent_roles(struct request *request, char ***out);
// The password that serves once, to be handed to the other person. The reply was "ok".
void people_show_password(struct request *request, const struct client_reply *reply, enum text title);
