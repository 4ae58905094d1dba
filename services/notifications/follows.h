// follow_submissions, follow_registry, follow_accounts: whose logs owe mails. Each table row is a transition and what it means for the mails.
#pragma once
#include "services/common/mesh/mesh.h"

extern const struct mesh_follow follow_submissions, follow_registry, follow_accounts;
