// greet: a worker's manners towards the broker: hello, goodbye, answers to pings, and noticing that the broker is another one.
#pragma once
#include "services/common/mesh/worker.h"

void greet_hello(struct worker *worker); // says who we are, what we do and whether we write
void greet_goodbye(struct worker *worker);
void greet_ping(struct worker *worker, const Kosi__Envelope *ping); // answers; once a second with our state
void greet_pong(struct worker *worker, const Kosi__Envelope *pong); // another broker, or one that does not know us: hello again
int greet_tick(struct worker *worker,
               int64_t now_ms); // asks after a silent broker; returns ms until it wants to be called again
