#include "accounts.handlers.h"

int accounts_reset_ask(struct mesh_call *call, const Kosi__ResetAskRequest *request, Kosi__ResetAskReply *reply) { (void)call; (void)request; (void)reply; return PROBLEM_NOT_FOUND; }
int accounts_reset_finish(struct mesh_call *call, const Kosi__ResetFinishRequest *request, Kosi__ResetFinishReply *reply) { (void)call; (void)request; (void)reply; return PROBLEM_NOT_FOUND; }
int accounts_reset_finish_slow(struct mesh_call *call, const Kosi__ResetFinishRequest *request) { (void)call; (void)request; return PROBLEM_NOT_FOUND; }
