// mail_facts: what the text of one mail may name. Most of it is derived here, when the mail is written: links from ids (link.h), what a
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
#include "services/notifications/mail_render.h"

enum { MAIL_FACTS_MOST = 48 };
struct mail_fact { const char *name, *value; };
struct mail_facts {
    struct arena *arena;
    struct mail_fact items[MAIL_FACTS_MOST];
    int count;
    Kosi__MailItem **entries;   // what {{entries}} becomes
    size_t entry_count;
    const char *body;           // Markdown that {{body}} becomes; NULL: none
    const char *language;       // the mail's, but for a newsletter that there is in German only
};
// "" when there is none.
const char *mail_facts_get(const struct mail_facts *facts, const char *name);
// A new value takes the place of the old one. Control characters and those that turn the direction of writing become blanks.
// 0, or STORE_FAULT when memory is out or there are too many.
int mail_facts_set(struct mail_facts *facts, const char *name, const char *value);
// All facts that a mail's kind may name. 0, or a negative store_error.
int mail_facts_gather(const struct mail_pen *pen, enum mail_kind kind, const Kosi__LeasedMail *mail, struct mail_facts *out);
// Is everything there that a text of this kind must name? (A receipt has no link to confirm for who has.) Else it would say nothing.
bool mail_facts_full(enum mail_kind kind, const struct mail_facts *facts);
// The same, made up: for a preview when there is no mail of the kind.
int mail_facts_example(const struct mail_pen *pen, enum mail_kind kind, const char *language, struct mail_facts *out);
// May a template of this kind name it? needed: it must.
bool mail_facts_known(enum mail_kind kind, const char *name, bool *needed);
// Every name a template of this kind may use, in order; those of all kinds last. Returns how many; at most most.
struct mail_fact_name { char name[40]; bool needed; };
int mail_facts_names(enum mail_kind kind, struct mail_fact_name *out, int most);
