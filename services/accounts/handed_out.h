// handed_out: fills what replies show once (secrets, recovery codes, one-time passwords) and nothing stores.
#pragma once
#include "services/common/mesh/mesh.h"

void handed_out_derive(struct mesh_call *call, const struct contract_method *method, ProtobufCMessage *reply);
