#include "gateway/edge.h"
#include "gateway/request.h"
#include "services/common/base/log.h"
#include <sodium.h>
#include <string.h>

struct chain {
    const char *name;
    struct buf *lines;
};

static enum MHD_Result take_line(void *cls, enum MHD_ValueKind kind, const char *name, const char *value) {
    (void)kind;
    struct chain *chain = cls;
    if (strcasecmp(name, chain->name) != 0 || !value)
        return MHD_YES;
    if (chain->lines->len)
        buf_char(chain->lines, ',');
    buf_text(chain->lines, value);
    return MHD_YES;
}

static struct address peer_of(const struct request *r) {
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(r->connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    return address_of(info ? info->client_addr : NULL);
}

// Behind a proxy that was forgotten in the settings all clients are one, and share its limits.
static void tell_of_proxy(struct request *r) {
    if (r->gateway->proxy_told || !request_header(r, "X-Forwarded-For"))
        return;
    r->gateway->proxy_told = true;
    log_event(LOG_WARN_, "proxy_not_trusted", "remedy", "if it is yours, name it in trusted_proxies", NULL);
}

static struct address client_of(struct request *r) {
    const struct gateway *gateway = r->gateway;
    struct address peer = peer_of(r);
    if (!networks_hold(&gateway->trusted, &peer)) {
        tell_of_proxy(r);
        return peer;
    }
    struct buf lines BUF_AUTO;
    buf_init(&lines, 64 * 1024);
    bool rfc = gateway->forwarded == FORWARDED_RFC7239;
    struct chain chain = {rfc ? "Forwarded" : "X-Forwarded-For", &lines};
    MHD_get_connection_values(r->connection, MHD_HEADER_KIND, take_line, &chain);
    return forwarded_client(&gateway->trusted, gateway->forwarded, lines.failed || !lines.len ? NULL : lines.data, peer);
}

uint64_t edge_client(struct request *r) {
    if (r->client)
        return r->client;
    struct address prefix = address_prefix(client_of(r));
    crypto_shorthash((unsigned char *)&r->client, prefix.bytes, sizeof prefix.bytes, r->gateway->client_key);
    r->client |= 1;   // 0: not asked for yet
    return r->client;
}
