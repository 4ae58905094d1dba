#include "registry.handlers.h"

int registry_refresh_look(struct mesh_call *call, const Kosi__RefreshRequest *request, Kosi__RefreshReply *reply) { (void)call; (void)request; (void)reply; return PROBLEM_NOT_FOUND; }
int registry_refresh(struct mesh_call *call, const Kosi__RefreshRequest *request, Kosi__RefreshReply *reply) { (void)call; (void)request; (void)reply; return PROBLEM_NOT_FOUND; }
