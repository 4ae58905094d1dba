// mail_facts: what the text of one mail may name, by name. Where it comes from: mail_gather.h.
#pragma once
#include "services/common/base/arena.h"
#include "services/notifications/mail_kind.h"
#include "kosi/notifications.pb-c.h"

enum { MAIL_FACTS_MOST = 48 };
struct mail_fact { const char *name, *value; };
struct mail_facts {
    struct arena *arena;
    struct mail_fact items[MAIL_FACTS_MOST];
    int count;
    Kosi__MailItem **entries;   // what {{entries}} becomes
    size_t entry_count;
    const char *body;           // Markdown that {{body}} becomes; NULL: none
    const char *language;       // the reader's
    const char *body_language;  // that of {{subject}} and {{body}} where it is another; else NULL
};
// "" when there is none.
const char *mail_facts_get(const struct mail_facts *facts, const char *name);
// What goes into a mail: control characters and those that turn the direction of writing become blanks. NULL: out of memory.
char *mail_facts_clean(struct arena *arena, const char *text);
// A new value takes the place of the old one, made clean.
// 0, or STORE_FAULT when memory is out or there are too many.
int mail_facts_set(struct mail_facts *facts, const char *name, const char *value);
// Is everything there that a text of this kind must name? (A receipt has no link to confirm for who has.) Else it would say nothing.
bool mail_facts_full(enum mail_kind kind, const struct mail_facts *facts);
// May a template of this kind name it? needed: it must.
bool mail_facts_known(enum mail_kind kind, const char *name, bool *needed);
// Every name a template of this kind may use, in order; those of all kinds last. Returns how many; at most most.
struct mail_fact_name { char name[40]; bool needed; };
int mail_facts_names(enum mail_kind kind, struct mail_fact_name *out, int most);
