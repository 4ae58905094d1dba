// template_store: which text a mail has: the newest that staff saved, else the city's. A version is never changed; going back to the
// city's text is a version too.
#pragma once
#include "services/notifications/mail_render.h"

enum { TEMPLATE_VERSIONS_SHOWN = 50 };
struct template_text {
    char *source;
    uint32_t version;      // 0: as the city supplies it; of what staff saved the first is 1
    int64_t edited_at;
    char *edited_by;       // login; NULL: nobody
    bool supplied;         // it is the city's
};
// All: 0, PROBLEM_NOT_FOUND, or a negative store_error. Memory from the pen's arena.
int template_present(const struct mail_pen *pen, enum mail_kind kind, const char *language, struct template_text *out);
int template_version(const struct mail_pen *pen, enum mail_kind kind, const char *language, uint32_t version, struct template_text *out);
// Newest first, sources left out. Returns how many (at most TEMPLATE_VERSIONS_SHOWN), or a negative store_error.
int template_versions(const struct mail_pen *pen, enum mail_kind kind, const char *language, struct template_text *out);
// source NULL: the city's again. version: of the new one.
int template_save(const struct mail_pen *pen, enum mail_kind kind, const char *language, const struct template_text *text);
