// packing: pages made for one request, packed for browsers that take gzip. Only what holds no secret is packed: from the size of a packed
// page one can learn what it holds beside what one has put there oneself (BREACH).
#pragma once
#include "gateway/request.h"

// Would this request's page be packed if the client takes it? Then the answer varies by Accept-Encoding.
bool packing_allowed(const struct request *request);
// And does the client take it?
bool packing_wanted(const struct request *request);
// bytes, packed, into out. 0 or -1: no memory, or not smaller.
int packing_gzip(const void *bytes, size_t size, struct buf *out);
