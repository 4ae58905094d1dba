// mail_words: how the ledger of mails reads to people: what a mail is, how far it is, why it did not go out.
#pragma once
#include "gateway/pages/page.h"
#include "kosi/notifications.pb-c.h"
#include "kosi/pages_moderation.pb-c.h"

enum mail_topic { MAIL_TOPIC_NONE, MAIL_TOPIC_SUBMISSION, MAIL_TOPIC_ENTRY };
// The kinds in the order in which people choose from them; NULL after the last.
const char *mail_words_kind_at(size_t index);
const char *mail_words_kind(struct request *request, const char *kind);   // the name itself when there is no text
enum mail_topic mail_words_topic(const char *kind);                       // what a mail's subject_id names
Kosi__StateBadge *mail_words_badge(struct request *request, const char *state);
const char *mail_words_meaning(struct request *request, const char *state);
// "Not delivered: there is no such address (550, 5.1.1)"; NULL: no trouble.
const char *mail_words_trouble(struct request *request, const char *reason, uint32_t code, const char *status);
// Which server has it, when it is not the usual one: "for addresses at example.net"; NULL.
const char *mail_words_server(struct request *request, const char *route);
const char *mail_words_language(struct request *request, const char *language);   // "German"
// What is wrong with mails as a whole, in sentences: some are overdue, a server takes none. Returns how many.
size_t mail_words_alarms(struct request *request, const Kosi__MailsReply *ledger, Kosi__DeskAlarm ***out);
// One mail as its reader is told of it.
const char *mail_words_own(struct request *request, const Kosi__MailOf *mail);
