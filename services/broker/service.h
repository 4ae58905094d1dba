// service: a queue, the workers behind it, and who gets what. See service.c for the rules.
#pragma once
#include "services/broker/nouns.h"

struct service *service_named(struct core *core, const char *name);
struct service *service_add(struct core *core, const char *name, bool expected);        // NULL: too many
enum problem method_refuses(const struct method *method, enum side side, size_t bytes); // not reachable, too large
struct method *service_method(struct service *service, const char *name);
void service_put(struct core *core, struct request *request);       // into its queue, at the end
void service_put_again(struct core *core, struct request *request); // after a death: among the suspects, or worker_lost
void service_out(struct core *core, struct request *request);       // out of the queue
void service_sort(struct core *core, struct service *service);      // methods became known: sorts what waited for that
void service_dispatch(struct core *core, struct service *service);
uint32_t service_retry_ms(const struct core *core, const struct service *service);
bool service_can(const struct service *service, const struct request *request); // some worker could take it, now or later
int64_t service_oldest_us(const struct service *service);                       // arrival of the oldest that waits, 0: none
