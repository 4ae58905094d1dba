// smtp_judge: what came of the attempt to hand a mail to a server: it is the mail that failed, or the server; for now, or for good. Pure.
#pragma once
#include "services/notifications/mail_trouble.h"
#include <stdbool.h>
#include <stdint.h>

// How far the dialogue was when it ended.
enum smtp_stage { STAGE_GREET, STAGE_MAIL, STAGE_RCPT, STAGE_DATA, STAGE_BODY };
enum { SMTP_STATUS_MAX = 12 };
struct smtp_story {
    int curl;                       // CURLcode
    enum smtp_stage stage;
    uint32_t code;                  // of the reply to the last thing said; 0: none came
    char status[SMTP_STATUS_MAX];   // its enhanced status (RFC 3463), ""
    bool reused;                    // the connection had been used before
};
enum smtp_outcome { SMTP_SENT, SMTP_LATER, SMTP_NEVER };
struct smtp_verdict {
    enum smtp_outcome outcome;
    enum mail_trouble trouble;
    bool server;                    // no other mail would do better: the server is left alone for a while
};
struct smtp_verdict smtp_judge(const struct smtp_story *story);
// It would take no mail whatever: it has no time for us now (421 as its greeting).
bool smtp_turned_away(const struct smtp_story *story);
// An old connection has ended meanwhile, as servers do: worth another try at once on a new one, nothing was given away yet.
bool smtp_worth_anew(const struct smtp_story *story);
// Reads a line of a reply into code and status.
void smtp_story_hear(struct smtp_story *story, const char *line, unsigned long size);
