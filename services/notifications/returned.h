// returned: a report that a mail of ours was not delivered (RFC 3464), or that its reader calls it spam (RFC 5965), understood. Reports
// come from anywhere: what is read here is what strangers wrote. Only the token in our Message-ID makes one count, and only who got the
// mail knows that.
#pragma once
#include <stdbool.h>
#include <stddef.h>

#define MAIL_RETURNED "returned"   // the reason of a mail that came back

enum {
    RETURNED_BYTES_MOST = 256 * 1024,   // of a report are looked at: what counts stands before the copy of the mail
    RETURNED_STATUS_MAX = 12,
    RETURNED_TOKEN_MAX = 121,
};
enum returned_what {
    RETURNED_NOTHING,     // no report, or one that says nothing final: still trying, delivered, "no spam after all"
    RETURNED_HARD,        // there is no such mailbox, and trying again is no use
    RETURNED_SOFT,        // not delivered, for a reason that may pass or that is not the address's fault
    RETURNED_COMPLAINT,
};
struct returned {
    enum returned_what what;
    char status[RETURNED_STATUS_MAX];        // "5.1.1" (RFC 3463), or empty
    char message_token[RETURNED_TOKEN_MAX];  // what stood before the @ of our Message-ID; empty: the report does not tell
};
// Needs g_mime_init() once before (letter_open). Any thread.
void returned_read(const void *bytes, size_t size, struct returned *out);
const char *returned_name(enum returned_what what);   // "hard", "soft", "complaint"; NULL for nothing
int returned_of(const char *name);                    // -1: none
// Does this status speak of an address that does not exist? What may be about us (blocked, too large) does not: a town whose server is
// on a blacklist for a day must not lose its readers.
bool returned_is_hard(const char *status);
