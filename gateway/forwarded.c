#include "gateway/forwarded.h"
#include <string.h>
#include <strings.h>

struct piece {
    const char *at, *end;
};

static struct piece trimmed(const char *at, const char *end) {
    while (at < end && (*at == ' ' || *at == '\t'))
        at++;
    while (end > at && (end[-1] == ' ' || end[-1] == '\t'))
        end--;
    return (struct piece){at, end};
}

// The last element before *end, which moves to the comma in front of it. From the right, what somebody put before it (an open
// quote, say) can't change how it reads.
static struct piece last_element(const char *chain, const char **end) {
    const char *at = *end;
    bool quoted = false;
    while (at > chain && (quoted || at[-1] != ',')) {
        at--;
        quoted ^= *at == '"';
    }
    struct piece element = trimmed(at, *end);
    *end = at > chain ? at - 1 : NULL;
    return element;
}

// The value of for= (RFC 7239 section 4) among an element's pairs; empty when it has none.
static struct piece for_value(struct piece element) {
    for (const char *at = element.at; at < element.end;) {
        const char *stop = at;
        for (bool quoted = false; stop < element.end && (quoted || *stop != ';'); stop++)
            quoted ^= *stop == '"';
        struct piece pair = trimmed(at, stop);
        if (pair.end - pair.at > 4 && strncasecmp(pair.at, "for=", 4) == 0)
            return (struct piece){pair.at + 4, pair.end};
        at = stop + 1;
    }
    return (struct piece){element.end, element.end};
}

// 192.0.2.1, 192.0.2.1:4711, 2001:db8::1, [2001:db8::1], [2001:db8::1]:4711, each perhaps in quotes
static int node_address(struct piece node, struct address *out) {
    if (node.end - node.at >= 2 && *node.at == '"' && node.end[-1] == '"')
        node = (struct piece){node.at + 1, node.end - 1};
    size_t n = (size_t)(node.end - node.at);
    const char *colon = memchr(node.at, ':', n);
    if (n > 0 && *node.at == '[') {
        const char *close = memchr(node.at, ']', n);
        return close ? address_parse(node.at + 1, (size_t)(close - node.at) - 1, out) : -1;
    }
    if (colon && !memchr(colon + 1, ':', (size_t)(node.end - colon) - 1))
        n = (size_t)(colon - node.at);
    return address_parse(node.at, n, out);
}

struct address forwarded_client(const struct networks *trusted, enum forwarded_header kind, const char *chain, struct address peer) {
    struct address client = peer;
    const char *end = chain ? chain + strlen(chain) : NULL;
    for (int hops = 0; end && hops < FORWARDED_HOPS_MAX && networks_hold(trusted, &client); hops++) {
        struct piece node = last_element(chain, &end);
        struct address hop;
        if (kind == FORWARDED_RFC7239)
            node = for_value(node);
        if (node_address(node, &hop) != 0)
            break;
        client = hop;
    }
    return client;
}
