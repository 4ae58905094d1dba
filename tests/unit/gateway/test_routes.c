#include "gateway/routes.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static struct routes *routes;
static struct arena *arena;
static struct route_match match;

static const struct route *find(const char *verb, const char *path) {
    int found = routes_match(routes, path, strlen(path), arena, &match);
    return found == 0 ? route_for(&match, verb) : NULL;
}

static int set_up(void **state) {
    (void)state;
    routes = routes_new();
    arena = arena_new(1 << 20);
    return routes && arena ? 0 : -1;
}

static int tear_down(void **state) {
    (void)state;
    routes_free(&routes);
    arena_free(&arena);
    return 0;
}

static void every_route_finds_itself(void **state) {
    (void)state;
    size_t count = 0;
    for (; routes_at(routes, count); count++) {
        const struct route *route = routes_at(routes, count);
        assert_ptr_equal(find(route->verb, route->path), route);   // "{id}" is a value like any other
    }
    assert_true(count > 20);
}

static void literal_before_variable(void **state) {
    (void)state;
    assert_string_equal(find("GET", "/api/v1/entries/similar")->method->name, "Similar");
    assert_string_equal(find("GET", "/api/v1/entries/xyz")->method->name, "Get");
    assert_string_equal(route_variable(&match, "id"), "xyz");
    assert_string_equal(find("GET", "/api/v1/submissions/withdraw")->method->name, "Status");
    assert_string_equal(find("POST", "/api/v1/submissions/t/withdraw")->method->name, "Withdraw");
}

static void values_are_decoded(void **state) {
    (void)state;
    assert_non_null(find("GET", "/api/v1/forms/a%2Fb%C3%9F"));
    assert_string_equal(route_variable(&match, "slug"), "a/bß");
    assert_int_equal(routes_match(routes, "/api/v1/forms/%ff", 17, arena, &match), -1);
    assert_int_equal(routes_match(routes, "/api/v1/forms/%0", 16, arena, &match), -1);
}

static void no_such_address(void **state) {
    (void)state;
    static const char *const none[] = {"", "api", "/api", "/api/v1", "/api/v1/entries/", "/api/v1/entries//", "/api/v1/entries/a/b",
                                       "//", "/en", "/landschaft/", "/a/b/c/d/e/f/g/h/i/j/k/l/m/n/o/p/q"};
    for (size_t i = 0; i < sizeof none / sizeof *none; i++)
        assert_int_equal(routes_match(routes, none[i], strlen(none[i]), arena, &match), 1);
}

static void verbs(void **state) {
    (void)state;
    assert_null(find("POST", "/api/v1/entries"));
    assert_non_null(find("HEAD", "/api/v1/entries"));
    assert_string_equal(route_allow(&match, arena), "GET, HEAD, OPTIONS");
    assert_non_null(find("DELETE", "/api/v1/session"));
    assert_non_null(strstr(route_allow(&match, arena), "DELETE"));
    assert_non_null(strstr(route_allow(&match, arena), "POST"));
    assert_null(find("PATCH", "/api/v1/session"));
}

// What the contract says of a route, else twice the message's limit; little where a body says nothing.
static void limits(void **state) {
    (void)state;
    const struct route *sign_in = find("POST", "/api/v1/session");
    assert_int_equal(sign_in->body_bytes, 4096);
    assert_int_equal(sign_in->time_ms, 10000);
    const struct route *submit = find("POST", "/api/v1/forms/x/submissions");
    assert_int_equal(submit->body_bytes, 2 * submit->method->max_bytes);
    assert_int_equal(submit->time_ms, 0);
    assert_int_equal(find("DELETE", "/api/v1/session")->body_bytes, 1024);
    assert_int_equal(find("GET", "/landschaft")->body_bytes, 1024);
    assert_int_equal(find("POST", "/formulare/x")->body_bytes, 0);
}

static void pages_know_their_address(void **state) {
    (void)state;
    assert_string_equal(route_page_path(PAGE_FORM, LANGUAGE_DE, "a b", arena), "/formulare/a%20b");
    assert_string_equal(route_page_path(PAGE_FORM, LANGUAGE_EN, "x", arena), "/en/forms/x");
    assert_string_equal(route_page_path(PAGE_REPORT, LANGUAGE_EN, "x", arena), "/en/landscape/x/report");
    assert_string_equal(route_page_path(PAGE_LANDSCAPE, LANGUAGE_EN, NULL, arena), "/en/landscape");
    assert_int_equal(find("GET", "/en/landscape")->language, LANGUAGE_EN);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_route_finds_itself), cmocka_unit_test(literal_before_variable),
                                       cmocka_unit_test(values_are_decoded),       cmocka_unit_test(no_such_address),
                                       cmocka_unit_test(verbs),                    cmocka_unit_test(limits),
                                       cmocka_unit_test(pages_know_their_address)};
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
