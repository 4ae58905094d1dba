// mail_render: from a mail of the ledger to what its reader sees. Runs on the sender's thread and, for previews, in a read: needs nothing
// but a reader's connection, the read-only mailroom and an arena. Links are derived here, never stored.
#pragma once
#include "services/notifications/mailroom.h"

enum { MAIL_MESSAGE_GENERATION = 1 };   // of the tokens in Message-IDs (LINK_MESSAGE)
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

// With facts and a text of the caller's own, as previews need it: subject, text, html and language of out are filled. 0 or STORE_FAULT.
struct mail_facts;
int mail_render_filled(const struct mail_pen *pen, enum mail_kind kind, const char *source, const struct mail_facts *facts,
                       struct mail_copy *out);
