// roles: the closed list of what staff may be, and how an account keeps them (names with blanks between).
#pragma once
#include "services/common/base/arena.h"
#include "services/common/mesh/mesh.h"
#include <stdbool.h>
#include <stddef.h>

enum { ROLES_MOST = 10 };
extern const char *const role_names[];   // ended by NULL
// At least one, all known: 0 or PROBLEM_VALIDATION.
int roles_check(struct mesh_call *call, char *const *names, size_t n);
bool roles_hold(const char *text, const char *name);   // is name among "admin moderator"?
// "admin moderator" to a list in the arena; NULL when memory is out. The count goes to *n.
char **roles_split(struct arena *arena, const char *text, size_t *n);
// The other way, each once. NULL when memory is out.
const char *roles_join(struct arena *arena, char *const *names, size_t n);
