// peer: whoever sent something, by side and routing identity; kept while it owes or is owed something, else for a minute.
#pragma once
#include "services/broker/nouns.h"

struct peer *peer_of(struct core *core, enum side side, const struct wire_message *message);   // NULL: too many
struct peer *peer_find(struct core *core, enum side side, const struct wire_message *message); // NULL: never seen
void peers_sweep(struct core *core, int64_t idle_us, bool all); // forgets who is silent and owes nothing; all: everybody
