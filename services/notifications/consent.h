// consent: who agreed to which mails, when, to which words. Rows are only ever appended (a trigger holds it); a subscription is what they
// amount to at present. Purposes: "mail" (the address itself), and the lists "newsletter" and "digest".
// The words are files: services/notifications/wordings/<purpose>.<language>.txt, or the city's own wordings/ in their place. Each
// consent names the words by their hash; the words themselves are kept once, for ever.
#pragma once
#include "services/notifications/contact.h"

enum { CONSENT_PURPOSES = 3, CONSENT_LISTS = 2, CONSENT_HASH = 32, CONSENT_WORDS_MAX = 2000 };
extern const char *const consent_purposes[CONSENT_PURPOSES];   // "mail" first, then the lists
bool consent_is_list(const char *name);

struct consent_wordings;
// Reads the words of all purposes in all languages. 0, or -1 with "FILE: reason. Remedy." in errors.
int consent_open(const struct config *config, struct consent_wordings **out, struct buf *errors);
void consent_close(struct consent_wordings **wordings);
// NULL: no such purpose.
const char *consent_words(const struct consent_wordings *wordings, const char *purpose, const char *language);

// Functions return 0, an enum problem, or a negative store_error.
// Somebody gave this address and asked for this purpose; mail: the id of the one that asks its reader, NULL: none could be sent now.
int consent_request(struct mesh_call *call, const struct contact *contact, const char *purpose, const char *language, const char *mail);
// Is it asked for and not answered, for at most 30 days? mail and language (arena) may be NULL.
struct consent_open_request { bool open; int64_t at; char *mail, *language; };
int consent_pending(struct mesh_call *call, const struct contact *contact, const char *purpose, struct consent_open_request *out);
// The reader agreed: with the list's subscription. Once more changes nothing.
int consent_confirm(struct mesh_call *call, const struct contact *contact, const char *purpose);
// by: "citizen", "staff", "complaint". What is not subscribed to and not asked for changes nothing; left tells whether something did.
int consent_revoke(struct mesh_call *call, const struct contact *contact, const char *list, const char *by, bool *left);
int consent_revoke_all(struct mesh_call *call, const struct contact *contact, const char *by);   // all lists
// The lists a contact is subscribed to, in arena memory.
int consent_lists(struct mesh_call *call, const char *contact_id, char ***lists, size_t *count);
bool consent_has(char *const *lists, size_t count, const char *list);
