// session_view: an account's sessions as replies list them.
#pragma once
#include "services/common/mesh/mesh.h"
#include "kosi/accounts.pb-c.h"

// current: SESSION_ID_BYTES of the session that asks, or NULL. 0 or negative.
int session_view_list(struct mesh_call *call, const char *account_id, const uint8_t *current, Kosi__SessionsReply *reply);
// The one of that account with this public id ends. 0, PROBLEM_NOT_FOUND, or negative.
int session_view_end(struct mesh_call *call, const char *account_id, const char *id);
