#include "services/notifications/mail_marks.h"
#include <string.h>

bool mail_mark_next(const char *text, struct mail_mark *out) {
    const char *at = text != NULL ? strstr(text, "{{") : NULL;
    if (at == NULL)
        return false;
    size_t n = strspn(at + 2, "abcdefghijklmnopqrstuvwxyz_");
    out->start = at;
    out->name[0] = '\0';
    out->end = at + 2;
    if (n == 0 || n >= sizeof out->name || strncmp(at + 2 + n, "}}", 2) != 0)
        return true;   // braces that are no mark: an empty name
    memcpy(out->name, at + 2, n);
    out->name[n] = '\0';
    out->end = at + 2 + n + 2;
    return true;
}

bool mail_mark_is_url(const char *name) {
    size_t n = strlen(name);
    return n > 4 && strcmp(name + n - 4, "_url") == 0;
}
