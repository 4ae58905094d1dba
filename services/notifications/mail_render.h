// mail_render: from a mail of the ledger to what its reader sees. Runs on the sender's thread and, for previews, in a read: needs nothing
// but a reader's connection, the read-only mailroom and an arena. Links are derived here, never stored.
#pragma once
#include "services/notifications/mailroom.h"

struct mail_copy {
    char *subject;         // one line
    char *text, *html;     // UTF-8, \n line ends
    char *language;
    char *leave_url;       // of mails to a list: where one POST leaves it (RFC 8058); NULL otherwise
    char *list;            // "newsletter", "digest"; NULL otherwise
    char *message_id;      // token@host, stable for the mail: link_token(LINK_MESSAGE, id)
    char *template_name;
    uint32_t template_version;
};
struct mail_pen {          // who writes
    const struct mailroom *room;
    const struct config *config;
    struct store *store;   // reads only
    struct arena *arena;
};
// 0, a positive enum problem (the template cannot be filled: PROBLEM_VALIDATION), or a negative store_error.
int mail_render(const struct mail_pen *pen, const Kosi__LeasedMail *mail, struct mail_copy *out);
