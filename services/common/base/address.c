#include "services/common/base/address.h"

#include <arpa/inet.h>
#include <string.h>

enum { V4_OFFSET = 12, PREFIX_BYTES = 7 };

static bool is_v4(const struct address *address) { return IN6_IS_ADDR_V4MAPPED((const struct in6_addr *)(const void *)address); }

static struct address mapped(const void *four) {
    struct address address = {.bytes = {[10] = 0xff, [11] = 0xff}};
    memcpy(address.bytes + V4_OFFSET, four, 4);
    return address;
}

struct address address_of(const struct sockaddr *socket) {
    struct address address = {{0}};
    if (socket && socket->sa_family == AF_INET)
        return mapped(&((const struct sockaddr_in *)(const void *)socket)->sin_addr);
    if (socket && socket->sa_family == AF_INET6)
        memcpy(address.bytes, &((const struct sockaddr_in6 *)(const void *)socket)->sin6_addr, sizeof address.bytes);
    return address;
}

int address_parse(const char *text, size_t n, struct address *out) {
    char whole[INET6_ADDRSTRLEN];
    uint8_t four[4];
    if (n == 0 || n >= sizeof whole)
        return -1;
    memcpy(whole, text, n);
    whole[n] = '\0';
    if (inet_pton(AF_INET, whole, four) == 1) {
        *out = mapped(four);
        return 0;
    }
    return inet_pton(AF_INET6, whole, out->bytes) == 1 ? 0 : -1;
}

struct address address_prefix(struct address address) {
    if (!is_v4(&address))
        memset(address.bytes + PREFIX_BYTES, 0, sizeof address.bytes - PREFIX_BYTES);
    return address;
}

static int parse_network(const char *text, size_t n, struct network *out) {
    const char *slash = memchr(text, '/', n);
    if (address_parse(text, slash ? (size_t)(slash - text) : n, &out->address) != 0)
        return -1;
    out->bits = 128;
    if (!slash)
        return 0;
    size_t digits = (size_t)(text + n - slash) - 1;
    if (digits < 1 || digits > 3 || strspn(slash + 1, "0123456789") < digits)
        return -1;
    int bits = 0;
    for (size_t i = 1; i <= digits; i++)
        bits = bits * 10 + (slash[i] - '0');
    out->bits = is_v4(&out->address) && !memchr(text, ':', n) ? bits + 96 : bits;
    return out->bits <= 128 ? 0 : -1;
}

int networks_parse(const char *text, struct networks *out) {
    out->count = 0;
    while (*(text += strspn(text, ", \t"))) {
        size_t n = strcspn(text, ", \t");
        if (out->count == NETWORKS_MAX || parse_network(text, n, &out->items[out->count]) != 0)
            return -1;
        out->count++;
        text += n;
    }
    return 0;
}

static bool holds(const struct network *network, const struct address *address) {
    int whole = network->bits / 8, rest = network->bits % 8;
    if (memcmp(network->address.bytes, address->bytes, (size_t)whole) != 0)
        return false;
    return rest == 0 || ((network->address.bytes[whole] ^ address->bytes[whole]) & (0xff << (8 - rest))) == 0;
}

bool networks_hold(const struct networks *networks, const struct address *address) {
    for (size_t i = 0; i < networks->count; i++)
        if (holds(&networks->items[i], address))
            return true;
    return false;
}
