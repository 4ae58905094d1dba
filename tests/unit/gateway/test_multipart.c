#include "gateway/multipart.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

// ---- what the sink was told, as one text: "name(filename){value}"
static char told[4096];

static int begin(void *owner, const struct multipart_part *part) {
    (void)owner;
    sprintf(told + strlen(told), "%s(%s,%s){", part->name, part->filename ? part->filename : "-", part->type ? part->type : "-");
    return 0;
}
static int data(void *owner, const char *bytes, size_t n) {
    (void)owner;
    strncat(told, bytes, n);
    return 0;
}
static int end(void *owner) {
    (void)owner;
    strcat(told, "}");
    return 0;
}
static const struct multipart_sink sink = {begin, data, end, NULL};

static int read_in_pieces(const char *body, size_t piece) {
    struct multipart reader;
    told[0] = '\0';
    multipart_open(&reader, "xyz", &sink);
    size_t n = strlen(body);
    for (size_t at = 0; at < n; at += piece)
        multipart_feed(&reader, body + at, piece < n - at ? piece : n - at);
    return multipart_close(&reader);
}

#define FIELD(name) "Content-Disposition: form-data; name=\"" name "\"\r\n\r\n"

static void the_same_in_pieces_of_any_size(void **state) {
    (void)state;
    static const struct { const char *body, *want; } rows[] = {
        {"--xyz\r\n" FIELD("a") "1\r\n--xyz\r\n" FIELD("b") "\r\n--xyz--\r\n", "a(-,-){1}b(-,-){}"},
        {"--xyz\r\n" FIELD("a") "two\r\nlines\r\n\r\n--xyz--", "a(-,-){two\r\nlines\r\n}"},
        {"--xyz\r\n" FIELD("a") "\r\n--xy\r\r\n--xyz--\r\n", "a(-,-){\r\n--xy\r}"},
        {"--xyz\r\n" FIELD("a") "\r\r\n\r\n--xyz--\r\n", "a(-,-){\r\r\n}"},
        {"--xyz\r\n" FIELD("a") "--xyz\r\n--xyz--\r\n", "a(-,-){--xyz}"},
        {"--xyz\r\ncontent-disposition:form-data; filename=\"b c.txt\"; name=a\r\nContent-Type: text/plain\r\n\r\nx\r\n--xyz--\r\n",
         "a(b c.txt,text/plain){x}"},
        {"--xyz\r\nX-Other: 1\r\nContent-Disposition: form-data; name=\"a;b=c\"\r\n\r\nx\r\n--xyz--\r\n", "a;b=c(-,-){x}"},
        {"--xyz--\r\n", ""},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        for (size_t piece = 1; piece < 100; piece++) {
            assert_int_equal(read_in_pieces(rows[i].body, piece), 0);
            assert_string_equal(told, rows[i].want);
        }
}

static void malformed(void **state) {
    (void)state;
    static const char *const bodies[] = {
        "", "x", "--xyz", "--xy", "\r\n--xyz--", "preamble\r\n--xyz--", "--xyz--epilogue", "--xyz--\r\nx", "--xyzz--", "--xyz \r\n",
        "--xyz\r\n" FIELD("a") "no end", "--xyz\r\n" FIELD("a") "x\r\n--xyz", "--xyz\r\n" FIELD("a") "x\r\n--xyz\r\n--xyz--",
        "--xyz\r\n\r\nno name\r\n--xyz--", "--xyz\r\n" FIELD("") "\r\n--xyz--",
        "--xyz\r\nContent-Disposition: attachment; name=\"a\"\r\n\r\n\r\n--xyz--",
        "--xyz\r\nContent-Disposition: form-data; name=\"a\r\n\r\n\r\n--xyz--",
        "--xyz\r\nContent-Disposition: form-data; name=\"a\"; name=\"b\"\r\n\r\n\r\n--xyz--",
        "--xyz\r\nContent-Disposition: form-data; name=\"a\"\r\nContent-Disposition: form-data; name=\"b\"\r\n\r\n\r\n--xyz--",
        "--xyz\r\nContent-Disposition: form-data;\r\n name=\"a\"\r\n\r\n\r\n--xyz--",
        "--xyz\r\nContent-Disposition : form-data; name=\"a\"\r\n\r\n\r\n--xyz--",
        "--xyz\r\nContent-Disposition: form-data; name=\"a\"\nX: y\r\n\r\n\r\n--xyz--",
        "--xyz\r\nContent-Transfer-Encoding: base64\r\n" FIELD("a") "\r\n--xyz--",
    };
    for (size_t i = 0; i < sizeof bodies / sizeof *bodies; i++)
        for (size_t piece = 1; piece < 40; piece += 13)
            assert_int_equal(read_in_pieces(bodies[i], piece), MULTIPART_MALFORMED);
}

static void heads_are_bounded(void **state) {
    (void)state;
    char body[4000] = "--xyz\r\nX: ";
    memset(body + strlen(body), 'x', 3000);
    assert_int_equal(read_in_pieces(body, 7), MULTIPART_TOO_MUCH);
}

static void boundaries(void **state) {
    (void)state;
    char out[MULTIPART_BOUNDARY_MAX + 1];
    assert_int_equal(multipart_boundary("multipart/form-data; boundary=----WebKitFormBoundaryAbc", out), 0);
    assert_string_equal(out, "----WebKitFormBoundaryAbc");
    assert_int_equal(multipart_boundary("Multipart/Form-Data ;charset=utf-8; Boundary=\"a b\"", out), 0);
    assert_string_equal(out, "a b");
    static const char *const wrong[] = {
        "multipart/form-data", "multipart/mixed; boundary=a", "multipart/form-data; boundary=", "multipart/form-data; boundary=\"a",
        "multipart/form-data; boundary=\"a \"", "multipart/form-data; boundary=a; boundary=b", "multipart/form-data; boundary=a\"b",
        "multipart/form-data; boundary=<>", "multipart/form-datax; boundary=a",
        "multipart/form-data; boundary=1234567890123456789012345678901234567890123456789012345678901234567890x", ""};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        assert_int_equal(multipart_boundary(wrong[i], out), -1);
    assert_int_equal(multipart_boundary(NULL, out), -1);
}

static const char type[] = "multipart/form-data; boundary=xyz";

static int pairs(const char *body, struct arena *arena, struct urlencoded_pairs *out) {
    return multipart_pairs(type, body, strlen(body), arena, out);
}

static void forms(void **state) {
    (void)state;
    struct arena *arena = arena_new(1024 * 1024);
    struct urlencoded_pairs found;
    assert_int_equal(pairs("--xyz\r\n" FIELD("title") "B\303\274cher & mehr\r\n--xyz\r\n" FIELD("empty") "\r\n--xyz\r\n"
                           "Content-Disposition: form-data; name=\"photo\"; filename=\"\"\r\nContent-Type: application/octet-stream\r\n\r\n"
                           "\r\n--xyz--\r\n", arena, &found), 0);
    assert_int_equal(found.count, 2);
    assert_string_equal(urlencoded_value(&found, "title"), "B\303\274cher & mehr");
    assert_string_equal(urlencoded_value(&found, "empty"), "");
    assert_int_equal(pairs("--xyz\r\nContent-Disposition: form-data; name=\"p\"; filename=\"a.jpg\"\r\n\r\n\r\n--xyz--", arena, &found),
                     MULTIPART_FILE);
    assert_int_equal(pairs("--xyz\r\nContent-Disposition: form-data; name=\"p\"; filename=\"\"\r\n\r\nx\r\n--xyz--", arena, &found),
                     MULTIPART_FILE);
    assert_int_equal(pairs("--xyz\r\n" FIELD("a") "\377\r\n--xyz--", arena, &found), MULTIPART_MALFORMED);
    assert_int_equal(pairs("--xyz\r\n" FIELD("\377") "\r\n--xyz--", arena, &found), MULTIPART_MALFORMED);
    static const char nul[] = "--xyz\r\n" FIELD("a") "\0\r\n--xyz--";
    assert_int_equal(multipart_pairs(type, nul, sizeof nul - 1, arena, &found), MULTIPART_MALFORMED);
    assert_int_equal(multipart_pairs("text/plain", "", 0, arena, &found), MULTIPART_MALFORMED);
    arena_free(&arena);
}

static void fields_are_bounded(void **state) {
    (void)state;
    struct arena *arena = arena_new(1024 * 1024);
    struct urlencoded_pairs found;
    char *body = calloc(1, 100000);
    for (int i = 0; i <= URLENCODED_PAIRS_MAX; i++)
        strcat(body, "--xyz\r\n" FIELD("a") "x\r\n");
    strcat(body, "--xyz--\r\n");
    assert_int_equal(pairs(body, arena, &found), MULTIPART_TOO_MUCH);
    free(body);
    arena_free(&arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_same_in_pieces_of_any_size), cmocka_unit_test(malformed),
                                       cmocka_unit_test(heads_are_bounded), cmocka_unit_test(boundaries), cmocka_unit_test(forms),
                                       cmocka_unit_test(fields_are_bounded)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
