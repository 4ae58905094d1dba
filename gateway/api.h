// api: one way for every method of the contract that has a route: HTTP to message, question, message to HTTP. Nothing here knows a
// service or a message by name, except that accounts says who a bearer token is.
#pragma once
#include "gateway/request.h"

void api_serve(struct request *request);
// What is wrong with the head alone (content type, key), before a body is read. 0 or an enum problem with the reason in *detail.
int api_check_head(struct request *request, const char **detail);
// A request's Idempotency-Key, checked: 0 and kept in the request, or PROBLEM_BAD_PARAMETER.
int api_take_key(struct request *request, const char *key);
