// returned_box: where reports of undelivered mails arrive, a Maildir or an IMAP folder (settings returned_maildir, returned_imap). The
// worker that writes looks there now and then, on a thread of its own, and brings each report to the ledger. Only then the report is
// marked (Maildir: moved from new/ to cur/ as seen; IMAP: \Answered), so that none is lost; one that is brought twice counts once. What
// is no report is for people, and stays unread. A box that cannot be read is told to the writer, so that somebody notices.
#pragma once
#include "services/common/mesh/beside.h"

bool returned_box_needed(const struct config *config, void *state);
void returned_box_run(struct beside *beside);
// 0, or -1 with "FILE: reason. Remedy." in errors.
int returned_box_check(const struct config *config, struct buf *errors);

// For those that look: hands over one letter, of which at most RETURNED_BYTES_MOST.
enum box_take {
    TAKE_DONE,    // mark it
    TAKE_ASIDE,   // it is no report
    TAKE_LATER,   // leave it as it is
    TAKE_END,     // leave it, and look at no more
};
typedef enum box_take box_taker(void *owner, const void *bytes, size_t size);
enum { BOX_LETTERS_MOST = 200 };   // in one look
