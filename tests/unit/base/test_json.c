#include "services/common/base/json.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

// Parses a copy of exactly the size, so that a sanitizer sees every byte too many.
static int parse(struct json *json, const char *text, size_t length, char **copy) {
    *copy = malloc(length + 1);
    memcpy(*copy, text, length);
    return json_parse(json, *copy, length);
}

static void test_tokens_in_document_order(void **state) {
    (void)state;
    struct json json = {0};
    char text[] = " {\"a\": [1, -2, 2.5, \"x\\ny\"], \"b\": {}, \"c\": null, \"d\": [true, false]} ";
    assert_int_equal(json_parse(&json, text, strlen(text)), 0);
    const struct json_token *t = json.tokens;
    assert_int_equal(json.count, 15);
    assert_int_equal(t[0].type, JSON_OBJECT);
    assert_int_equal(t[0].count, 4);
    assert_int_equal(t[0].next, json.count);
    assert_int_equal(t[0].offset, 1);
    assert_int_equal(t[1].type, JSON_KEY);
    assert_string_equal(t[1].text, "a");
    assert_int_equal(t[2].type, JSON_ARRAY);
    assert_int_equal(t[2].count, 4);
    assert_int_equal(t[2].next, 7);
    assert_int_equal(t[3].integer, 1);
    assert_int_equal(t[4].integer, -2);
    assert_int_equal(t[5].type, JSON_REAL);
    assert_true(t[5].real == 2.5 && json_number(&t[5]) == 2.5 && json_number(&t[4]) == -2.0);
    assert_string_equal(t[6].text, "x\ny");
    assert_int_equal(t[6].length, 3);
    assert_int_equal(t[6].offset, 20);
    assert_int_equal(t[8].type, JSON_OBJECT);
    assert_int_equal(t[8].next, 9);
    assert_int_equal(t[10].type, JSON_NULL);
    assert_int_equal(t[13].type, JSON_TRUE);
    assert_int_equal(t[14].type, JSON_FALSE);
    json_free(&json);
}

struct refusal {
    const char *text, *reason;
    int line, column;
};

static void test_refusals_name_the_place(void **state) {
    (void)state;
    static const struct refusal refusals[] = {
        {"", "empty", 1, 1},
        {" \n ", "empty", 2, 2},
        {"{", "key", 1, 2},
        {"[1,]", "value", 1, 4},
        {"[1 2]", "comma", 1, 4},
        {"{\"a\" 1}", "colon", 1, 6},
        {"{\"a\":1,}", "key", 1, 8},
        {"{'a':1}", "key", 1, 2},
        {"[1]x", "follows", 1, 4},
        {"[01]", "comma", 1, 3},
        {"[1.]", "digits", 1, 4},
        {"[NaN]", "value", 1, 2},
        {"[tru]", "value", 1, 5},
        {"[\"a\tb\"]", "control", 1, 4},
        {"[\"\\x\"]", "escape", 1, 3},
        {"[\"\\u12g4\"]", "hexadecimal", 1, 3},
        {"[\"abc", "closed", 1, 6},
        {"[1e999]", "range", 1, 2},
        {"// comment\n[]", "value", 1, 1},
        {"{\"a\":1,\n\"a\":2}", "twice", 2, 1},
        {"{\"a\":{\"b\":1},\"\\u0061\":2}", "twice", 1, 14},
        {"[\"\\ud800\"]", "surrogate", 1, 3},
        {"[\"\\ud800\\u0041\"]", "surrogate", 1, 3},
        {"[\"\\udc00\"]", "surrogate", 1, 2},
        {"[\"\\udfff\\ud800\"]", "surrogate", 1, 9},
        {"[\"a\\u0000b\"]", "NUL", 1, 2},
        {"{\"a\\u0000b\":1}", "NUL", 1, 2},
        {"[\"\xff\"]", "UTF-8", 1, 3},
        {"[\n\"\xed\xa0\x80\"]", "UTF-8", 2, 2},
        {"[\"\xc0\xaf\"]", "UTF-8", 1, 3},
        {"\xef\xbb\xbf{}", "value", 1, 1},
        {"[\"x\\n\\n\\ny\",\n\"abc\\n\\q\"]", "escape", 2, 7},
        {"[\"\\n\\n\",\"\",\n\n  x]", "value", 3, 3},
    };
    struct json json = {0};
    for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
        const struct refusal *r = &refusals[i];
        char *copy = NULL;
        int result = parse(&json, r->text, strlen(r->text), &copy);
        if (result != -1 || strstr(json.error, r->reason) == NULL || json.line != r->line || json.column != r->column)
            fail_msg("%s: %d %s at %d:%d", r->text, result, json.error, json.line, json.column);
        assert_int_equal(json.count, 0);
        free(copy);
    }
    json_free(&json);
}

static void test_raw_nul_is_no_end(void **state) {
    (void)state;
    struct json json = {0};
    static const char text[] = "[1]\0[2]";
    char *copy = NULL;
    assert_int_equal(parse(&json, text, sizeof(text) - 1, &copy), -1);
    assert_int_equal(json.column, 4);
    free(copy);
    json_free(&json);
}

static void test_depth(void **state) {
    (void)state;
    enum { DEEPEST = 100000 };
    struct json json = {0};
    char *text = malloc(2 * DEEPEST + 1), *copy = NULL;
    for (int depth = 1; depth <= DEEPEST; depth = depth < 40 ? depth + 1 : depth * 7) {
        memset(text, '[', (size_t)depth);
        memset(text + depth, ']', (size_t)depth);
        int result = parse(&json, text, 2 * (size_t)depth, &copy);
        free(copy);
        assert_int_equal(result, depth <= JSON_DEPTH_MAX ? 0 : -1);
    }
    assert_string_equal(json.error, "nested too deeply");
    free(text);
    json_free(&json);
}

static void test_numbers_at_the_edges(void **state) {
    (void)state;
    struct json json = {0};
    char text[] = "[9223372036854775807,-9223372036854775808,9223372036854775808,1e308,1.7976931348623157e308,-0,0.1,5e-324,1E+2,"
                  "123456789012345678901234567890,0e308,0E-400,1e-400]";
    assert_int_equal(json_parse(&json, text, strlen(text)), 0);
    assert_true(json.tokens[1].integer == INT64_MAX && json.tokens[2].integer == INT64_MIN);
    assert_int_equal(json.tokens[3].type, JSON_REAL);
    assert_true(json.tokens[3].real == 9223372036854775808.0);
    assert_true(json.tokens[5].real == 1.7976931348623157e308);
    assert_int_equal(json.tokens[6].type, JSON_INTEGER);
    assert_true(json.tokens[7].real == 0.1 && json.tokens[8].real == 5e-324 && json.tokens[9].real == 100.0);
    assert_true(json.tokens[10].real == 123456789012345678901234567890.0);
    assert_true(json.tokens[11].real == 0 && json.tokens[12].real == 0 && json.tokens[13].real == 0);
    json_free(&json);
}

static void test_absurdly_long_number(void **state) {
    (void)state;
    enum { DIGITS = 200000 };
    struct json json = {0};
    char *text = malloc(DIGITS + 10), *copy = NULL;
    text[0] = '0';
    text[1] = '.';
    memset(text + 2, '7', DIGITS);
    assert_int_equal(parse(&json, text, DIGITS + 2, &copy), 0);
    assert_true(fabs(json.tokens[0].real - 7.0 / 9) < 1e-15);
    free(copy);
    memset(text, '7', DIGITS);
    assert_int_equal(parse(&json, text, DIGITS, &copy), -1);
    assert_string_equal(json.error, "a number is out of range");
    free(copy);
    free(text);
    json_free(&json);
}

static char *object_of(size_t keys, size_t twice, size_t *length) {
    BUF_AUTO struct buf buf;
    buf_init(&buf, 0);
    for (size_t i = 0; i < keys; i++)
        buf_format(&buf, "%c\"k%zu\":%zu", i == 0 ? '{' : ',', i == twice ? 3 : i, i);
    buf_char(&buf, '}');
    *length = buf.len;
    return strndup(buf.data, buf.len);
}

static void test_many_keys(void **state) {
    (void)state;
    struct json json = {0};
    size_t length = 0;
    for (size_t keys = 5; keys < 100000; keys *= 4) {
        char *text = object_of(keys, SIZE_MAX, &length);
        assert_int_equal(json_parse(&json, text, length), 0);
        assert_int_equal(json.tokens[0].count, keys);
        free(text);
        text = object_of(keys, keys - 1, &length);
        assert_int_equal(json_parse(&json, text, length), -1);
        assert_string_equal(json.error, "a key stands twice in an object");
        free(text);
    }
    char small[] = "[]";
    assert_int_equal(json_parse(&json, small, 2), 0);
    assert_true(json.capacity < 10000);   // what a large document took is given back
    json_free(&json);
}

static void test_out_of_memory_is_told(void **state) {
    (void)state;
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    skip();
#else
    enum { LENGTH = 8 * 1024 * 1024 };
    char *text = malloc(LENGTH + 1);
    memset(text, ',', LENGTH);
    for (size_t i = 0; i < LENGTH; i += 2)
        text[i] = '1';
    text[0] = '[';
    text[1] = '1';
    text[2] = ' ';
    text[LENGTH - 1] = ']';
    struct rlimit before, tight;
    getrlimit(RLIMIT_AS, &before);
    tight = before;
    tight.rlim_cur = 100ull * 1024 * 1024;
    setrlimit(RLIMIT_AS, &tight);
    struct json json = {0};
    int result = json_parse(&json, text, LENGTH);
    setrlimit(RLIMIT_AS, &before);
    assert_int_equal(result, -2);
    assert_int_equal(json.count, 0);
    json_free(&json);
    free(text);
#endif
}

static void test_writing_reads_back(void **state) {
    (void)state;
    BUF_AUTO struct buf buf;
    buf_init(&buf, 0);
    struct json_writer w = {.out = &buf};
    json_begin_object(&w);
    json_key(&w, "a\"b");
    json_string(&w, "Zeile\n\t\"\\ \x01\x1f für");
    json_key(&w, "n");
    json_begin_array(&w);
    json_integer(&w, INT64_MIN);
    json_unsigned(&w, UINT64_MAX);
    json_real(&w, 0.1);
    json_real(&w, 51.5136);
    json_real(&w, (double)NAN);
    json_bool(&w, true);
    json_bool(&w, false);
    json_null(&w);
    json_begin_object(&w);
    json_end_object(&w);
    json_begin_array(&w);
    json_end_array(&w);
    json_end_array(&w);
    json_end_object(&w);
    assert_string_equal(buf.data, "{\"a\\\"b\":\"Zeile\\n\\t\\\"\\\\ \\u0001\\u001f für\",\"n\":[-9223372036854775808,18446744073709551615,"
                                  "0.1,51.5136,null,true,false,null,{},[]]}");
    struct json json = {0};
    assert_int_equal(json_parse(&json, buf.data, buf.len), 0);
    assert_string_equal(json.tokens[2].text, "Zeile\n\t\"\\ \x01\x1f für");
    json_free(&json);
}

static void test_lines(void **state) {
    (void)state;
    assert_int_equal(json_line("{\n\"a\":\n1}", 0), 1);
    assert_int_equal(json_line("{\n\"a\":\n1}", 2), 2);
    assert_int_equal(json_line("{\n\"a\":\n1}", 7), 3);
    assert_int_equal(json_line("{\n", 100), 2);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tokens_in_document_order), cmocka_unit_test(test_refusals_name_the_place),
        cmocka_unit_test(test_raw_nul_is_no_end),        cmocka_unit_test(test_depth),
        cmocka_unit_test(test_numbers_at_the_edges),     cmocka_unit_test(test_absurdly_long_number),
        cmocka_unit_test(test_many_keys),                cmocka_unit_test(test_out_of_memory_is_told),
        cmocka_unit_test(test_writing_reads_back),       cmocka_unit_test(test_lines),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
