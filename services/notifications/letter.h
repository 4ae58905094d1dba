// letter: a mail as it goes over the wire (RFC 5322, MIME), built by GMime: text and HTML part, UTF-8 headers (RFC 2047), a stable
// Message-ID, Auto-Submitted (RFC 3834), List-Unsubscribe with one click (RFC 8058), attachments.
#pragma once
#include "services/common/base/buf.h"
#include "services/notifications/mail_render.h"

struct letter_part { const char *name, *media_type; const void *bytes; size_t size; };   // an attachment
struct letter {
    const char *from, *to, *reply_to;   // "Name <address>"; reply_to may be NULL
    const struct mail_copy *copy;
    int64_t date_us;                    // of the Date header: when it was owed, so that a second try is the same mail
    const struct letter_part *parts;
    int part_count;
};
// Once per process, before threads.
void letter_open(void);
enum { LETTER_ADDRESS_MAX = 330 };
// The plain address of "Name <address>" as servers are told it, in ASCII. 0, or -1: it is none, or longer than size.
int letter_address(const char *mailbox, char *out, size_t size);
// A plain address with its domain as servers are told it; one without such a form stays as it is. NULL: out of memory.
char *letter_ascii_domain(const char *address, struct arena *arena);
// Appends the letter, lines ended by CRLF. 0, or -1: an address that is none, or out of memory.
int letter_build(const struct letter *letter, struct buf *out);
