// mail_choice: what readers of mails choose from, as it stands in forms: lists with their wording, themes, districts, how often, language.
#pragma once
#include "gateway/pages/page.h"
#include "kosi/notifications.pb-c.h"
#include "kosi/pages_contacts.pb-c.h"

enum { MAIL_LISTS = 2 };
// "der Newsletter"; the slug itself when there is no text.
const char *mail_choice_list(struct request *request, const char *list);
// NULL: out of memory. prefix makes the input's id.
Kosi__MailOffer *mail_choice_offer(struct request *request, const char *list, const char *wording, bool chosen);
// Which ids somebody chose, as a form or a reply has them.
struct mail_chosen { char *const *ids; size_t count; };
struct mail_chosen mail_choice_typed(struct request *request, const char *field);
bool mail_choice_has(struct mail_chosen chosen, const char *id);
// Terms of the vocabulary ("theme", "district") in arena memory. Returns how many; needs facets_first().
size_t mail_choice_terms(struct request *request, const char *facet, struct mail_chosen chosen, Kosi__PageOption ***out);
// What was chosen and is no term any more, to be kept hidden in the form as `field`. Appends; room for all is the caller's.
void mail_choice_kept(struct request *request, const char *facet, const char *field, struct mail_chosen chosen, Kosi__PageField **out, size_t *count);
size_t mail_choice_frequencies(struct request *request, const char *chosen, Kosi__PageOption ***out);
size_t mail_choice_languages(struct request *request, const char *chosen, Kosi__PageOption ***out);
