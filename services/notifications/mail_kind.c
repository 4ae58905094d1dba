#include "services/notifications/mail_kind.h"
#include <string.h>

static const struct mail_kind_row rows[MAIL_KINDS] = {
#define X(id, name, list, asks, staff, facts) {name, list, asks, staff, facts},
    MAIL_KIND_TABLE(X)
#undef X
};

const struct mail_kind_row *mail_kind_row(enum mail_kind kind) {
    return &rows[kind];
}

int mail_kind_of(const char *name) {
    for (int i = 0; i < MAIL_KINDS; i++)
        if (name != NULL && strcmp(rows[i].name, name) == 0)
            return i;
    return -1;
}
