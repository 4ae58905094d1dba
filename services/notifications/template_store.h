// template_store: which text a mail has: the newest that staff saved, else the city's. A version is never changed; going back to the
// city's text is a version too.
#pragma once
#include "services/notifications/mail_render.h"

struct template_text {
    char *source;
    uint32_t version;      // 0: nobody has edited it
    int64_t edited_at;
    char *edited_by;       // login
};
// The present one. 0 or a negative store_error.
int template_present(const struct mail_pen *pen, enum mail_kind kind, const char *language, struct template_text *out);
