// forwarded: who is at the other end of a request. It is the socket's peer, unless that is one of our own reverse proxies; then
// the proxies' header tells. Anybody can send such a header, so of its list only the end counts, which trusted proxies wrote: it is
// read from the right, up to the first address that is no proxy of ours. Pure, so that it can be tested and fuzzed alone.
#pragma once
#include "services/common/base/address.h"

// Forwarded is RFC 7239, X-Forwarded-For a plain list. A setting says which of them the proxies write; the other is ignored, since
// a proxy passes on what the client made up in a header that it does not write itself.
enum forwarded_header { FORWARDED_X_FOR, FORWARDED_RFC7239 };
enum { FORWARDED_HOPS_MAX = 16 };

// chain: the header's lines, joined by commas in their order; NULL when there is none.
struct address forwarded_client(const struct networks *trusted, enum forwarded_header kind, const char *chain, struct address peer);
