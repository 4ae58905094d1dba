// tell: other services hear who the accounts are. No address is known here, so none is told.
#pragma once
#include "services/accounts/account_store.h"
#include "services/common/mesh/mesh.h"

// The account is new, or its roles or whether it may sign in have changed. 0 or negative.
int account_tell(struct mesh_call *call, const struct account *account);
