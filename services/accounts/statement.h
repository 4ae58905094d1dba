// statement: who acts, signed for the other services (mesh/actor.h checks it).
#pragma once
#include "services/common/mesh/mesh.h"
#include "kosi/accounts.pb-c.h"

int statement_sign(struct mesh_call *call, const Kosi__Actor *actor, Kosi__IdentifyReply *reply);   // 0 or STORE_FAULT
