// openapi: the description of the HTTP interface (OpenAPI 3.1), printed once at start from the tables that serve the requests.
#pragma once
#include "gateway/gateway.h"

int openapi_make(struct gateway *gateway, struct buf *errors);
