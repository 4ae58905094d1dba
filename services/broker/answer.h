// answer: everything that goes back to clients.
#pragma once
#include "services/broker/nouns.h"

void answer_problem(struct core *core, const struct peer *client, const ProtobufCBinaryData *id, enum problem problem,
                    uint32_t retry_after_ms);
void answer_request(struct core *core, struct request *request, enum problem problem,
                    uint32_t retry_after_ms); // and frees or abandons it
void answer_forward(struct core *core, struct request *request, struct wire_message *reply);
void answer_expired(struct core *core, struct request *request);
void answer_message(struct core *core, const struct peer *peer, const ProtobufCBinaryData *id, const ProtobufCMessage *message);
void answer_pong(struct core *core, const struct peer *peer, const ProtobufCBinaryData *id);
