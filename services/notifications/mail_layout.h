// mail_layout: the frame of a mail: the city's name above; below, why its reader gets it and the links every mail has.
#pragma once
#include "services/notifications/mail_text.h"
#include "services/notifications/mail_texts.h"

// Both append. 0, or -1 when memory is out.
int mail_layout_plain(const struct mail_texts *texts, enum mail_kind kind, const struct mail_filled *filled, const struct mail_facts *facts,
                      struct buf *out);
int mail_layout_html(const struct mail_texts *texts, enum mail_kind kind, const struct mail_filled *filled, const struct mail_facts *facts,
                     struct buf *out);
