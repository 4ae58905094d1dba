// metrics_page: what one gateway counts, left where the others can read it (RUN/gateway/SLOT.metrics): they share the ops port, so any
// of them may be asked, and it answers for all.
#pragma once
#include "gateway/gateway.h"

enum { METRICS_PUBLISH_MS = 1000 };

// When there is something new, once in METRICS_PUBLISH_MS. Returns in how many milliseconds it is to be called again, -1: when there is.
int metrics_page_publish(struct gateway *gateway, int64_t now_ms);
// This gateway ends and has no successor.
void metrics_page_end(const struct gateway *gateway);
// The counters of all gateways of the node, as Prometheus reads them.
void metrics_pages_write(struct gateway *gateway, struct buf *out);
