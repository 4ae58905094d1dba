// mail_texts: what the files say: a text per kind and language, words for what a service calls by a slug, the city's name and colours.
// A city's own (CITY/mails/<name>.<language>.md, CITY/mails/words.json) come before those that KoSI brings (texts/). Read-only after opening.
#pragma once
#include "services/common/base/buf.h"
#include "services/common/base/config.h"
#include "services/notifications/mail_kind.h"

struct mail_texts;
// NULL with "FILE:LINE: reason. Remedy." in errors.
struct mail_texts *mail_texts_open(const struct config *config, struct buf *errors);
void mail_texts_close(struct mail_texts **texts);
// language: "de" or "en"; anything else is German.
const char *mail_texts_source(const struct mail_texts *texts, enum mail_kind kind, const char *language);
const char *mail_texts_word(const struct mail_texts *texts, const char *key, const char *language);   // NULL: there is none
const char *mail_texts_city(const struct mail_texts *texts, const char *language);                    // "KoSI-Lab Dortmund"
struct mail_colours { const char *header, *on_header, *action, *on_action; };
enum mail_light { MAIL_LIGHT, MAIL_DARK };
struct mail_colours mail_texts_colours(const struct mail_texts *texts, enum mail_light light);
