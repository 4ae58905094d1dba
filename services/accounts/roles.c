#include "services/accounts/roles.h"
#include <string.h>

const char *const role_names[] = {"admin", "moderator", "event_office", "management", "operations", NULL};

static bool known(const char *name) {
    for (size_t i = 0; role_names[i]; i++)
        if (!strcmp(role_names[i], name))
            return true;
    return false;
}

int roles_check(struct mesh_call *call, char *const *names, size_t n) {
    if (!n)
        mesh_violation(call, "roles", "required", 0);
    for (size_t i = 0; i < n; i++)
        if (!known(names[i]))
            mesh_violation(call, "roles", "not_an_option", 0);
    return call->violations.count ? PROBLEM_VALIDATION : 0;
}

bool roles_hold(const char *text, const char *name) {
    size_t n = strlen(name);
    for (const char *at = text; *at; at += strspn(at, " ")) {
        size_t length = strcspn(at, " ");
        if (length == n && strncmp(at, name, n) == 0)
            return true;
        at += length;
    }
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
