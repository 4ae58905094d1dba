#include "gateway/edge.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

static void languages(void **state) {
    (void)state;
    static const struct { const char *header; enum language want; } rows[] = {
        {NULL, LANGUAGE_DE}, {"", LANGUAGE_DE}, {"en", LANGUAGE_EN}, {"de", LANGUAGE_DE}, {"en-GB,en;q=0.9", LANGUAGE_EN},
        {"de-DE,de;q=0.9,en;q=0.8", LANGUAGE_DE}, {"de;q=0.3, en;q=0.8", LANGUAGE_EN}, {"fr", LANGUAGE_DE},
        {"fr, en;q=0.5", LANGUAGE_EN}, {"en;q=0", LANGUAGE_DE}, {"end", LANGUAGE_DE}, {"*", LANGUAGE_DE}, {",,,;q=", LANGUAGE_DE},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(edge_language(rows[i].header), rows[i].want);
}

static void media_types(void **state) {
    (void)state;
    const char *json = "application/json";
    assert_true(edge_type_is("application/json", json));
    assert_true(edge_type_is("Application/JSON; charset=UTF-8", json));
    assert_true(edge_type_is("application/json;charset=\"utf-8\"", json));
    assert_false(edge_type_is("application/json; charset=latin1", json));
    assert_false(edge_type_is("application/json; charset=utf-8859", json));
    assert_false(edge_type_is("application/jsonp", json));
    assert_false(edge_type_is("text/plain", json));
    assert_false(edge_type_is("", json));
    assert_false(edge_type_is(NULL, json));
}

static void tags(void **state) {
    (void)state;
    assert_true(edge_tag_matches("\"a\"", "\"a\""));
    assert_true(edge_tag_matches("\"b\", W/\"a\"", "\"a\""));
    assert_true(edge_tag_matches("*", "\"a\""));
    assert_false(edge_tag_matches("\"b\"", "\"a\""));
    assert_false(edge_tag_matches("\"a\"b", "\"a\""));
    assert_false(edge_tag_matches(NULL, "\"a\""));
}

static const struct edge_head plain = {.host = "x", .length = -1};

static void suspects(void **state) {
    (void)state;
    assert_null(edge_suspect(&plain, "HTTP/1.1", "/api?q=1"));
    struct edge_head head = plain;
    head.transfer_encoding = "chunked";
    head.chunked = true;
    assert_null(edge_suspect(&head, "HTTP/1.1", "/"));
    head.content_length = "5";
    assert_non_null(edge_suspect(&head, "HTTP/1.1", "/"));
    head = plain;
    head.transfer_encoding = "gzip, chunked";
    assert_non_null(edge_suspect(&head, "HTTP/1.1", "/"));
    head = plain;
    head.suspicious = true;
    assert_non_null(edge_suspect(&head, "HTTP/1.1", "/"));
    head = plain;
    head.misread = true;
    assert_non_null(edge_suspect(&head, "HTTP/1.1", "/"));
    head = plain;
    head.transfer_encoding = "chunked";
    head.chunked = true;
    assert_non_null(edge_suspect(&head, "HTTP/1.0", "/"));
    head = plain;
    head.length = -2;
    assert_non_null(edge_suspect(&head, "HTTP/1.1", "/"));
    head = plain;
    head.host = NULL;
    assert_non_null(edge_suspect(&head, "HTTP/1.1", "/"));
    assert_null(edge_suspect(&head, "HTTP/1.0", "/"));
    static const char *const bad[] = {"http://x/", "*", "/a%00", "/a b", "/a\x01", ""};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_non_null(edge_suspect(&plain, "HTTP/1.1", bad[i]));
}

static void forms_of_other_pages(void **state) {
    (void)state;
    static const struct { const char *fetch_site, *origin; bool foreign; } rows[] = {
        {NULL, NULL, false},
        {"same-origin", NULL, false},
        {"none", NULL, false},
        {"cross-site", NULL, true},
        {"same-site", NULL, true},
        {"same-origin", "https://kosi.example.org", false},
        {NULL, "https://kosi.example.org", false},
        {NULL, "HTTPS://KOSI.example.org", false},
        {NULL, "http://127.0.0.1:8081", false},   // by the name it was asked under
        {NULL, "https://evil.example.org", true},
        {NULL, "https://kosi.example.org.evil.example.org", true},
        {NULL, "https://kosi.example.org:444", true},
        {NULL, "null", true},
        {NULL, "", true},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct edge_head head = {.host = "127.0.0.1:8081", .fetch_site = rows[i].fetch_site, .origin = rows[i].origin};
        assert_int_equal(edge_is_foreign(&head, "https://kosi.example.org/base"), rows[i].foreign);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(languages), cmocka_unit_test(media_types), cmocka_unit_test(tags),
                                       cmocka_unit_test(suspects), cmocka_unit_test(forms_of_other_pages)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
