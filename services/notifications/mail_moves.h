// mail_moves: what staff can do to a mail by hand. Idempotent where it can be: what is already so stays so.
#pragma once
#include "services/notifications/mail_row.h"

// 0; PROBLEM_BAD_PARAMETER: no such move; PROBLEM_ILLEGAL_STATE with call->detail: not now; or a negative store_error. Saves the row.
int mail_moves_make(struct mesh_call *call, struct mail_row *row, const char *move);
int mail_moves_possible(struct mesh_call *call, const struct mail_row *row, char ***moves, size_t *count);   // their names, in the arena
