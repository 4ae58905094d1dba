#include "services/common/base/address.h"
#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static struct address parsed(const char *text) {
    struct address address;
    assert_int_equal(address_parse(text, strlen(text), &address), 0);
    return address;
}

static bool same(struct address a, struct address b) { return memcmp(&a, &b, sizeof a) == 0; }

static void texts(void **state) {
    (void)state;
    struct address address;
    static const char *const wrong[] = {"", "1", "1.2.3", "1.2.3.4.5", "256.0.0.1", "::g", "fe80::1%eth0", "localhost", "1.2.3.4 ",
                                        "0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000:0000"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_int_equal(address_parse(wrong[i], strlen(wrong[i]), &address), -1);
    assert_true(same(parsed("192.0.2.1"), parsed("::ffff:192.0.2.1")));
    assert_int_equal(address_parse("192.0.2.1xyz", 9, &address), 0);
}

static void sockets(void **state) {
    (void)state;
    struct sockaddr_in four = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(0xc0000201)};
    struct sockaddr_in6 six = {.sin6_family = AF_INET6};
    inet_pton(AF_INET6, "2001:db8::1", &six.sin6_addr);
    assert_true(same(address_of((struct sockaddr *)&four), parsed("192.0.2.1")));
    assert_true(same(address_of((struct sockaddr *)&six), parsed("2001:db8::1")));
    assert_true(same(address_of(NULL), parsed("::")));
}

static void prefixes(void **state) {
    (void)state;
    assert_true(same(address_prefix(parsed("192.0.2.1")), parsed("192.0.2.1")));
    assert_true(same(address_prefix(parsed("2001:db8:0:12ff:1::1")), parsed("2001:db8:0:1200::")));
    assert_false(same(address_prefix(parsed("2001:db8:0:1200::1")), address_prefix(parsed("2001:db8:0:1300::1"))));
}

static void network_lists(void **state) {
    (void)state;
    static const struct { const char *networks, *address; bool want; } rows[] = {
        {"", "127.0.0.1", false}, {"127.0.0.1", "127.0.0.1", true}, {"127.0.0.1", "127.0.0.2", false}, {"10.0.0.0/8", "10.255.1.2", true},
        {"10.0.0.0/8", "11.0.0.0", false}, {"192.0.2.128/25", "192.0.2.127", false}, {"192.0.2.128/25", "192.0.2.129", true},
        {"0.0.0.0/0", "198.51.100.7", true}, {"0.0.0.0/0", "2001:db8::1", false}, {"::/0", "198.51.100.7", true},
        {"fd00::/8", "fdff::1", true}, {"fd00::/8", "fe00::1", false}, {"::1, 10.0.0.0/8\t127.0.0.1", "::1", true},
        {"::1 127.0.0.1", "127.0.0.1", true}, {"::ffff:10.0.0.0/104", "10.1.2.3", true},
    };
    struct networks networks;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct address address = parsed(rows[i].address);
        assert_int_equal(networks_parse(rows[i].networks, &networks), 0);
        assert_int_equal(networks_hold(&networks, &address), rows[i].want);
    }
    static const char *const wrong[] = {"x", "10.0.0.0/33", "10.0.0.0/", "10.0.0.0/-1", "10.0.0.0/8x", "::/129", "::/1000", "10.0.0.0/8;::1"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_int_equal(networks_parse(wrong[i], &networks), -1);
    char many[1000] = "";
    for (int i = 0; i < NETWORKS_MAX + 1; i++)
        strcat(many, "127.0.0.1,");
    assert_int_equal(networks_parse(many, &networks), -1);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(texts), cmocka_unit_test(sockets), cmocka_unit_test(prefixes),
                                       cmocka_unit_test(network_lists)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
