// roles: the closed list of what staff may be, and how an account keeps them (names with blanks between).
#pragma once
#include "services/common/base/arena.h"
#include <stdbool.h>
#include <stddef.h>

enum { ROLES_MOST = 10 };
bool role_known(const char *name);
// "admin moderator" to a list in the arena; NULL when memory is out. The count goes to *n.
char **roles_split(struct arena *arena, const char *text, size_t *n);
// The other way, each once. NULL when memory is out.
const char *roles_join(struct arena *arena, char *const *names, size_t n);
