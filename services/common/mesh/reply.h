// reply: what leaves a worker for a request: packed, with derived fields filled in, or a Problem.
#pragma once
#include "services/common/mesh/worker.h"

// Does this message (or one inside it) have derived fields?
bool reply_has_derived(const struct contract_message *contract);
void reply_clear_derived(const struct contract_message *contract, ProtobufCMessage *message);
// Packs call->reply into the call's arena as call->packed. 0 or STORE_FAULT (out of memory).
int reply_pack(struct mesh_call_private *call);
// Fills derived fields and packs, unless the handler packed the reply itself. 0 or STORE_FAULT.
int reply_finish(struct mesh_call_private *call);
// Sends by call->outcome (0, a problem, or a negative fault, which becomes `internal` and is logged) and frees the call.
void reply_send(struct mesh_call_private *call);
void reply_refuse(struct mesh_call_private *call, int outcome);
