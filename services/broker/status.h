// status: what the broker says of itself and its services.
#pragma once
#include "services/broker/nouns.h"

void status_answer(struct core *core, const struct peer *peer, const ProtobufCBinaryData *id);
