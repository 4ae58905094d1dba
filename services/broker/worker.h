// worker: its hello, its words, its end.
#pragma once
#include "services/broker/nouns.h"

void worker_hello(struct core *core, const struct wire_message *message);
void worker_message(struct core *core, struct wire_message *message); // GOODBYE, PONG, HINT, REPLY
void worker_gone(struct core *core, struct worker *worker);
void worker_forget(struct core *core, struct worker *worker);     // frees it; its requests must be elsewhere
void workers_ping(struct core *core, int64_t since_last_us);
bool workers_ending(struct core *core); // asks the ended for their end; whether some still have one ahead
bool worker_usable(const struct worker *worker);
