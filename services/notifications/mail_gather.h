// mail_gather: where the facts of a mail come from. Most of them are derived here, when the mail is written: links from ids (link.h), what a
// submission is called from the matter, titles from what is published. Who owes a mail adds only what cannot be derived (MailFacts):
//   reason      rejected: the slug of the catalogue; becomes a sentence
//   title, entry_id   of a published entry: where the subject's own is not meant (duplicate) or known
//   until, since      a time in microseconds, or "2026-01-15"; becomes a date in words (password-reset: with the time of day)
//   serial      of the token in reset_url and refresh_url; 1 if there is none
//   lists       confirm, confirmed: "newsletter digest"
//   count, days, login   as they are
// and for a digest the items: as link the entry's id alone (its words are looked up, or it is left out when it is no longer shown); or
// title, text and an address that begins with https:// or http://.
// subject_id is the submission's for received … reopened and staff-new, the entry's for refresh, stale and archived, the newsletter's, and
// the account's for password-reset.
#pragma once
#include "services/notifications/mail_facts.h"
#include "services/notifications/mail_render.h"

// All facts that a mail's kind may name. 0, or a negative store_error.
int mail_gather(const struct mail_pen *pen, enum mail_kind kind, const Kosi__LeasedMail *mail, struct mail_facts *out);
// The same, made up: for a preview when there is no mail of the kind.
int mail_gather_example(const struct mail_pen *pen, enum mail_kind kind, const char *language, struct mail_facts *out);
