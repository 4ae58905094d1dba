// attempt: one try at a password or a code, held against those who guess. Failures are counted by who tried where: the account at that
// place, and, where the account has never been signed in to, the account and the place alone. So whoever guesses from elsewhere
// makes nobody wait at a place they use, and many accounts guessed from one place slow that place down.
#pragma once
#include "services/accounts/accounts.h"
#include "services/common/mesh/mesh.h"

enum { ATTEMPT_KEYS = 3 };
struct attempt { uint64_t keys[ATTEMPT_KEYS]; int count; };

// place 0: not known. 0, or PROBLEM_SLOW_DOWN with the wait in the call, or negative.
int attempt_begin(struct mesh_call *call, const char *login, const char *account_id, uint64_t place, struct attempt *out);
void attempt_end(struct mesh_call *call, const struct attempt *attempt, bool right);
