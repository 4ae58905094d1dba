// ops: what the gateway serves by itself. On its public port /openapi.json; on the local port /healthz (this process
// is alive), /readyz (the node can do its main job) and /metrics (Prometheus text).
#pragma once
#include "gateway/request.h"

void serve_openapi(struct request *request);
// Any request on the ops port.
void ops_serve(struct request *request);
