// edge: the first look at a request's head: which headers there are, and whether two programs could read it in two ways (request
// smuggling, RFC 9112 section 11.2). The HTTP library lets such requests through, so they are refused here.
#pragma once
#include "gateway/texts.h"
#include <microhttpd.h>
#include <stdbool.h>
#include <stdint.h>

struct edge_head {
    const char *content_type, *content_length, *transfer_encoding, *host, *accept_language, *idempotency_key, *authorization,
        *if_match, *if_none_match, *expect, *fetch_site, *origin;
    bool suspicious;       // a header twice that must be there once, or control characters
    bool misread;          // not written as the library read it: a line that ends in LF alone, a NUL, a folded header
    size_t bytes;          // of all names and values
    int64_t length;        // of the body as declared; -1: none declared
    bool chunked;
};
// Whom a request comes from, as a number: a keyed hash of the client's address prefix (IPv4 /32, IPv6 /56), the same in all gateways of
// the node and after restarts. Behind trusted_proxies the client is whom they name. Never 0. To count by, never to be shown.
struct request;
uint64_t edge_client(struct request *request);

// Strings live as long as the connection's request. method, version: as the library hands them over.
void edge_read(struct MHD_Connection *connection, const char *method, const char *version, struct edge_head *head);
// NULL when the head can be read in one way only, else the reason.
const char *edge_suspect(const struct edge_head *head, const char *version, const char *uri);
// The better of de and en by an Accept-Language header (RFC 9110 section 12.5.4); German when it says nothing.
enum language edge_language(const char *accept_language);
// Was this form sent by somebody else's page? Browsers say so in Sec-Fetch-Site, older ones in Origin; programs say neither.
bool edge_is_foreign(const struct edge_head *head, const char *public_url);
// Is value the media type `type`, with no charset or with UTF-8?
bool edge_type_is(const char *value, const char *type);
// Does an If-None-Match header (RFC 9110 section 13.1.2) name this tag?
bool edge_tag_matches(const char *header, const char *tag);
