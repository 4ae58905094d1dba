// Which server takes the mails for an address, and what the configuration may say about servers.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include "services/notifications/route.h"
#include <stdio.h>
#include <string.h>

static struct config config_with(const char *server, const char *routes) {
    return (struct config){.file = "kosi.conf", .mail_server = (char *)server, .mail_routes = (char *)routes, .mail_ca_file = (char *)""};
}

static int read_them(const char *server, const char *list, struct routes *out, const char *complaint) {
    struct config config = config_with(server, list);
    struct buf errors BUF_AUTO;
    buf_init(&errors, 0);
    int rc = routes_read(&config, out, &errors);
    if (complaint != NULL)
        assert_non_null(strstr(errors.data, complaint));
    else
        assert_int_equal(errors.len, 0);
    return rc;
}

static void found_by_domain(void **state) {
    (void)state;
    struct routes routes;
    assert_int_equal(read_them("smtp://a.example:25", "example.net=smtp://b.example:2525, EXAMPLE.com=smtps://c.example", &routes, NULL), 0);
    assert_int_equal(routes.count, 3);
    assert_string_equal(routes_for(&routes, "anna@example.net"), "example.net");
    assert_string_equal(routes_for(&routes, "anna@example.com"), "EXAMPLE.com");
    assert_string_equal(routes_for(&routes, "anna@example.org"), "default");
    assert_string_equal(routes_for(&routes, "anna@sub.example.net"), "default");
    assert_string_equal(routes_for(&routes, "\"a@example.net\"@example.org"), "default");
    assert_string_equal(routes_for(&routes, "nobody"), "default");
    assert_string_equal(routes.items[2].server, "smtps://c.example");
}

static void none_is_fine(void **state) {
    (void)state;
    struct routes routes;
    assert_int_equal(read_them("", "", &routes, NULL), 0);
    assert_int_equal(routes.count, 0);
    assert_string_equal(routes_for(&routes, "anna@example.net"), "default");
}

static void nonsense_is_told(void **state) {
    (void)state;
    const char *const wrong[] = {"example.net", "=smtp://b.example", "example.net=", "example.net=http://b.example", "example.net=b.example:25",
                                 "example.net=smtp://b.example:99999", "example.net=smtp://b.example/inbox", "@example.net=smtp://b.example",
                                 "example.net=smtp://me@b.example"};
    struct routes routes;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_int_equal(read_them("", wrong[i], &routes, "is no route"), -1);
    assert_int_equal(read_them("", "a.example=smtp://b.example, A.example=smtp://c.example", &routes, "is there twice"), -1);
    char many[4000] = "";
    for (int i = 0; i < ROUTES_MOST + 1; i++)
        snprintf(many + strlen(many), sizeof many - strlen(many), "a%d.example=smtp://b.example,", i);
    assert_int_equal(read_them("", many, &routes, "is no route"), -1);
}

static void certificates_can_be_read(void **state) {
    (void)state;
    struct config config = config_with("smtp://a.example", "");
    config.mail_ca_file = (char *)"/no/such/file.pem";
    struct routes routes;
    struct buf errors BUF_AUTO;
    buf_init(&errors, 0);
    assert_int_equal(routes_read(&config, &routes, &errors), -1);
    assert_non_null(strstr(errors.data, "kosi.conf: mail_ca_file: /no/such/file.pem: "));
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(found_by_domain), cmocka_unit_test(none_is_fine), cmocka_unit_test(nonsense_is_told),
                                       cmocka_unit_test(certificates_can_be_read)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
