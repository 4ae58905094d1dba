// address: addresses of the Internet and networks of them, as sockets, settings and headers tell them. An IPv4 address is kept as
// ::ffff:a.b.c.d, so there is one shape. Pure.
#pragma once
#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct address { uint8_t bytes[16]; };
struct network { struct address address; int bits; };   // the first of the 128 that count
enum { NETWORKS_MAX = 32 };
struct networks { struct network items[NETWORKS_MAX]; size_t count; };

// All zeros when the socket is of another family.
struct address address_of(const struct sockaddr *socket);
// n characters: "192.0.2.1", "2001:db8::1". 0 or -1.
int address_parse(const char *text, size_t n, struct address *out);
// The network that one customer has: of IPv4 the address itself, of IPv6 a /56.
struct address address_prefix(struct address address);

// "127.0.0.1, 10.0.0.0/8, fd00::/8", with commas or blanks between. 0 or -1.
int networks_parse(const char *text, struct networks *out);
bool networks_hold(const struct networks *networks, const struct address *address);
