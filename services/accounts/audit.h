// audit: who did what when, gathered from the logs of the services that staff act on.
#pragma once
#include "services/common/mesh/mesh.h"

int audit_apply(struct mesh_call *call, const struct mesh_record *record);   // of a StaffAction
// Fills out with whom to follow: every service of the contract that has something to write. Returns how many, at most `most`.
int audit_follows(struct mesh_follow *out, int most);
// A record of what nobody signed in did (the operator, somebody who is just signing in): of these there is none by itself.
int audit_write(struct mesh_call *call, const char *login, const char *method, const char *subject, const char *detail);
