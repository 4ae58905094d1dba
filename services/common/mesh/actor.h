// actor: is the actor statement of a request genuine and of use? Signed by accounts, checked against the node's public key.
#pragma once
#include "services/common/mesh/worker.h"

struct actor_check;
struct actor_check *actor_open(const struct config *config, struct buf *errors); // NULL with the reason: no actor.pub
struct actor_check *actor_with_key(const uint8_t public_key[32]);
void actor_close(struct actor_check **check);
// Sets *out (memory from arena; NULL when the statement is absent or worthless). role NULL: anyone may.
// 0, PROBLEM_NOT_SIGNED_IN, PROBLEM_SESSION_EXPIRED or PROBLEM_ROLE_MISSING.
int actor_admit(struct actor_check *check, const Kosi__Envelope *envelope, const char *role, int64_t now_us,
                struct arena *arena, const Kosi__Actor **out);
