#include "services/accounts/roles.h"
#include <string.h>

bool role_known(const char *name) {
    static const char *const names[] = {"admin", "moderator", "event_office", "management", "operations"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (!strcmp(names[i], name))
            return true;
    return false;
}

char **roles_split(struct arena *arena, const char *text, size_t *n) {
    char **list = arena_take(arena, ROLES_MOST * sizeof *list), *copy = arena_text(arena, text), *rest = NULL;
    *n = 0;
    if (!list || !copy)
        return NULL;
    for (char *name = strtok_r(copy, " ", &rest); name && *n < ROLES_MOST; name = strtok_r(NULL, " ", &rest))
        list[(*n)++] = name;
    return list;
}

static bool among(char *const *names, size_t n, const char *name) {
    for (size_t i = 0; i < n; i++)
        if (!strcmp(names[i], name))
            return true;
    return false;
}

const char *roles_join(struct arena *arena, char *const *names, size_t n) {
    const char *text = "";
    for (size_t i = 0; text && i < n; i++)
        if (!among(names, i, names[i]))
            text = arena_format(arena, "%s%s%s", text, *text ? " " : "", names[i]);
    return text;
}
