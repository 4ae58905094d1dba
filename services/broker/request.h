// request: one that has no answer yet. Made here with all it needs to be forwarded, twice if it must; owned by the pool.
#pragma once
#include "services/broker/nouns.h"

int pool_init(struct core *core);
void pool_free(struct core *core);
struct request *request_new(struct core *core, struct peer *client, struct service *service, struct wire_message *message);
void request_answered(struct core *core,
                      struct request *request);                // the client has its answer: lets go of all it is charged for
void request_free(struct core *core, struct request *request); // answered or not; out of its list and the tables
bool request_known(const struct core *core, const struct peer *client, const ProtobufCBinaryData *id);
struct request *request_of_delivery(struct core *core, uint64_t delivery);
void request_number(struct core *core, struct request *request); // a fresh delivery number
struct request *request_first_due(struct core *core);            // NULL: nobody has a deadline
void list_append(struct request_list *list, struct request *request);
void list_remove(struct request *request);
