#include "gateway/forwarded.h"
#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static const char *client(enum forwarded_header kind, const char *trusted, const char *chain, const char *peer) {
    static char text[INET6_ADDRSTRLEN];
    struct networks networks;
    struct address from;
    assert_int_equal(networks_parse(trusted, &networks), 0);
    assert_int_equal(address_parse(peer, strlen(peer), &from), 0);
    struct address found = forwarded_client(&networks, kind, chain, from);
    inet_ntop(AF_INET6, found.bytes, text, sizeof text);
    return strncmp(text, "::ffff:", 7) == 0 ? text + 7 : text;
}

static void lists(void **state) {
    (void)state;
    static const struct { const char *trusted, *chain, *peer, *want; } rows[] = {
        {"", "192.0.2.1", "127.0.0.1", "127.0.0.1"},                      // nobody is trusted: the header counts for nothing
        {"10.0.0.1", "192.0.2.1", "127.0.0.1", "127.0.0.1"},              // nor does it from a stranger
        {"127.0.0.1", NULL, "127.0.0.1", "127.0.0.1"},
        {"127.0.0.1", "", "127.0.0.1", "127.0.0.1"},
        {"127.0.0.1", "192.0.2.1", "127.0.0.1", "192.0.2.1"},
        {"127.0.0.1", "203.0.113.9, 192.0.2.1", "127.0.0.1", "192.0.2.1"},       // the first is what the client made up
        {"127.0.0.1,10.0.0.0/8", "203.0.113.9, 192.0.2.1,10.1.1.1", "127.0.0.1", "192.0.2.1"},
        {"127.0.0.1", "unknown", "127.0.0.1", "127.0.0.1"},
        {"127.0.0.1,10.0.0.0/8", "192.0.2.1, junk, 10.1.1.1", "127.0.0.1", "10.1.1.1"},
        {"127.0.0.1", "192.0.2.1:4711", "127.0.0.1", "192.0.2.1"},
        {"127.0.0.1", "[2001:db8::1]:4711", "127.0.0.1", "2001:db8::1"},
        {"127.0.0.1", "2001:db8::1", "127.0.0.1", "2001:db8::1"},
        {"::1", "x\", 192.0.2.1", "::1", "192.0.2.1"},
        {"127.0.0.1", ",,,", "127.0.0.1", "127.0.0.1"},
        {"0.0.0.0/0", "1.1.1.1,1.1.1.2", "127.0.0.1", "1.1.1.1"},         // all trusted: the farthest
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_string_equal(client(FORWARDED_X_FOR, rows[i].trusted, rows[i].chain, rows[i].peer), rows[i].want);
}

static void rfc7239(void **state) {
    (void)state;
    static const struct { const char *chain, *want; } rows[] = {
        {"for=192.0.2.43", "192.0.2.43"},
        {"For=\"[2001:db8:cafe::17]:4711\"", "2001:db8:cafe::17"},
        {"for=192.0.2.60;proto=http;by=203.0.113.43", "192.0.2.60"},
        {"proto=https; for=192.0.2.60", "192.0.2.60"},
        {"for=203.0.113.9, for=192.0.2.43", "192.0.2.43"},
        {"for=\"_hidden\"", "127.0.0.1"},
        {"for=unknown", "127.0.0.1"},
        {"proto=http", "127.0.0.1"},
        {"for=", "127.0.0.1"},
        {"192.0.2.43", "127.0.0.1"},
        {"for=\"a, for=192.0.2.43", "192.0.2.43"},                       // a quote left open by the client
        {"by=\"x;for=203.0.113.9\";for=192.0.2.43", "192.0.2.43"},       // a pair inside a quoted one
        {"for=\"", "127.0.0.1"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_string_equal(client(FORWARDED_RFC7239, "127.0.0.1", rows[i].chain, "127.0.0.1"), rows[i].want);
}

static void hops_are_bounded(void **state) {
    (void)state;
    char chain[4000] = "";
    for (int i = 0; i < 100; i++)
        strcat(chain, i ? ",10.0.0.1" : "10.0.0.2");
    assert_string_equal(client(FORWARDED_X_FOR, "127.0.0.1,10.0.0.0/8", chain, "127.0.0.1"), "10.0.0.1");
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(lists), cmocka_unit_test(rfc7239), cmocka_unit_test(hops_are_bounded)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
