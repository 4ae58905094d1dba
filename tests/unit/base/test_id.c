#include "services/common/base/id.h"

#include <stdlib.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

static const uint8_t key[32] = {1, 2, 3, 4, 5, [31] = 99}, other_key[32] = {7};

static void test_uuid7_are_ordered_and_well_formed(void **state) {
    (void)state;
    char last[ID_TEXT_MAX] = "", next[ID_TEXT_MAX];
    for (int i = 0; i < 20000; i++) {
        id_uuid7(next);
        assert_int_equal(strlen(next), 36);
        assert_true(strcmp(last, next) < 0);
        assert_int_equal(next[14], '7');
        assert_non_null(strchr("89ab", next[19]));
        memcpy(last, next, sizeof(last));
    }
}

static void test_what_has_a_name_has_one_id(void **state) {
    (void)state;
    char id[ID_TEXT_MAX], again[ID_TEXT_MAX], other[ID_TEXT_MAX], elsewhere[ID_TEXT_MAX];
    uint8_t bytes[ID_BYTES];
    id_named(key, "submission/1/accepted", id);
    id_named(key, "submission/1/accepted", again);
    id_named(key, "submission/1/rejected", other);
    id_named(other_key, "submission/1/accepted", elsewhere);
    assert_string_equal(id, again);
    assert_string_not_equal(id, other);
    assert_string_not_equal(id, elsewhere);
    assert_true(id_parse(id, bytes));
    assert_int_equal(id[14], '8');
    assert_non_null(strchr("89ab", id[19]));
}

static void test_what_has_a_name_and_a_time_lies_by_its_time(void **state) {
    (void)state;
    char id[ID_TEXT_MAX], again[ID_TEXT_MAX], other[ID_TEXT_MAX], later[ID_TEXT_MAX];
    int64_t at_us = INT64_C(1750000000123456);
    id_named_at(key, "submission/1/accepted", at_us, id);
    id_named_at(key, "submission/1/accepted", at_us, again);
    id_named_at(key, "submission/2/accepted", at_us, other);
    assert_string_equal(id, again);
    assert_string_not_equal(id, other);
    assert_memory_equal(id, "01977420-dc7b-8", 15);
    assert_memory_equal(other, id, 15);
    for (int i = 1; i < 50; i++) {
        id_named_at(key, "submission/1/accepted", at_us + i * 1000, later);
        assert_true(strcmp(later, again) > 0);
        strcpy(again, later);
    }
}

static void test_uuids_are_read_in_either_case(void **state) {
    (void)state;
    uint8_t bytes[ID_BYTES];
    char text[ID_TEXT_MAX];
    assert_true(id_parse("01A200FE-c45d-760b-b0af-64e5158c246F", bytes));
    id_text(bytes, text);
    assert_string_equal(text, "01a200fe-c45d-760b-b0af-64e5158c246f");
    const char *const wrong[] = {"", "01a200fe", "01a200fec45d760bb0af64e5158c246f", "01a200fe-c45d-760b-b0af-64e5158c246",
                                 "01a200fe-c45d-760b-b0af-64e5158c246f0", "01a200fe-c45d-760b-b0af-64e5158c246g",
                                 "{01a200fe-c45d-760b-b0af-64e5158c246f}", "01a200fe-c45d-760b-b0af_64e5158c246f"};
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
        assert_false(id_parse(wrong[i], bytes));
}

static int compare_codes(const void *a, const void *b) { return memcmp(a, b, 10); }

static void test_receipts_are_a_bijection(void **state) {
    (void)state;
    enum { COUNT = 20000 };
    char(*codes)[10] = malloc(COUNT * sizeof(*codes));
    for (uint64_t n = 0; n < COUNT; n++) {
        uint64_t again = 0;
        id_receipt(key, n, codes[n]);
        assert_int_equal(strlen(codes[n]), 9);
        assert_true(id_receipt_parse(key, codes[n], &again));
        assert_int_equal(again, n);
    }
    qsort(codes, COUNT, sizeof(*codes), compare_codes);
    for (int i = 1; i < COUNT; i++)
        assert_true(memcmp(codes[i - 1], codes[i], 10) != 0);
    free(codes);
    const uint64_t large[] = {(1ull << 40) - 1, 1ull << 39, 1ull << 20, 0xabcdef0123};
    for (size_t i = 0; i < sizeof(large) / sizeof(large[0]); i++) {
        char code[10];
        uint64_t again = 0;
        id_receipt(key, large[i], code);
        assert_true(id_receipt_parse(key, code, &again));
        assert_int_equal(again, large[i]);
    }
}

static void test_receipts_depend_on_the_key(void **state) {
    (void)state;
    char mine[10], theirs[10];
    int same = 0;
    for (uint64_t n = 0; n < 100; n++) {
        id_receipt(key, n, mine);
        id_receipt(other_key, n, theirs);
        same += strcmp(mine, theirs) == 0;
    }
    assert_int_equal(same, 0);
}

static void test_receipts_as_people_type_them(void **state) {
    (void)state;
    char code[10], typed[10];
    uint64_t number = 0;
    for (uint64_t n = 0; n < 2000; n++) {
        id_receipt(key, n, code);
        for (int i = 0; i < 10; i++) {
            char c = code[i];
            typed[i] = c == '0' ? 'o' : c == '1' ? (n % 2 ? 'l' : 'I') : (char)(c >= 'A' && c <= 'Z' ? c | 0x20 : c);
        }
        assert_true(id_receipt_parse(key, typed, &number));
        assert_int_equal(number, n);
        memmove(typed + 4, typed + 5, 5);   // without the hyphen
        assert_true(id_receipt_parse(key, typed, &number));
        assert_int_equal(number, n);
    }
    const char *const wrong[] = {"", "7F3K", "7F3K-92Q", "7F3K-92QXX", "7F3K 92QX", "7F3K-92QU", "7F3K--92Q", "ÄÖÜ7-F3K9"};
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
        assert_false(id_receipt_parse(key, wrong[i], &number));
}

static void test_base64url_without_padding(void **state) {
    (void)state;
    uint8_t bytes[64], again[64];
    char text[100];
    for (size_t n = 0; n <= sizeof(bytes); n++) {
        id_random(bytes, n);
        id_base64url(bytes, n, text);
        assert_int_equal(strlen(text), (n * 4 + 2) / 3);
        assert_null(strpbrk(text, "+/="));
        assert_int_equal(id_base64url_parse(text, again, sizeof(again)), n);
        assert_memory_equal(bytes, again, n);
    }
    const char *const wrong[] = {"A", "AA=", "AA==", "A A", "AB+/", "AAAAA", "AB", "Zm9v!", "äöü", "0a\xa6-", "\xc0\xc0\xc0\xc0"};   // "AB": bits left over
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
        assert_int_equal(id_base64url_parse(wrong[i], again, sizeof(again)), -1);
    assert_int_equal(id_base64url_parse("Zm9vYmFy", again, 5), -1);
    assert_int_equal(id_base64url_parse("Zm9vYmFy", again, 6), 6);
}

static void test_tokens_open_only_their_own_door(void **state) {
    (void)state;
    uint8_t id[ID_BYTES], peeked[ID_BYTES];
    char token[ID_TOKEN_MAX], again[ID_TOKEN_MAX];
    id_uuid7_bytes(id);
    id_token(key, id, "status", 1, token);
    id_token(key, id, "status", 1, again);
    assert_string_equal(token, again);   // derived, not stored
    assert_int_equal(strlen(token), 43);
    assert_true(id_token_peek(token, peeked));
    assert_memory_equal(id, peeked, ID_BYTES);
    assert_true(id_token_check(key, token, "status", 1));
    assert_false(id_token_check(key, token, "status", 2));
    assert_false(id_token_check(key, token, "statu", 1));
    assert_false(id_token_check(key, token, "manage", 1));
    assert_false(id_token_check(other_key, token, "status", 1));
    for (size_t i = 0; i < strlen(token); i++) {
        memcpy(again, token, sizeof(again));
        again[i] = again[i] == 'A' ? 'B' : 'A';
        assert_false(id_token_check(key, again, "status", 1));
    }
    token[42] = '\0';
    assert_false(id_token_check(key, token, "status", 1));
    assert_false(id_token_peek(token, peeked));
    assert_false(id_token_peek("", peeked));
}

static void test_hex(void **state) {
    (void)state;
    char text[7];
    id_hex((const uint8_t[]){0, 0xab, 0xff}, 3, text);
    assert_string_equal(text, "00abff");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_uuid7_are_ordered_and_well_formed), cmocka_unit_test(test_uuids_are_read_in_either_case),
        cmocka_unit_test(test_receipts_are_a_bijection),          cmocka_unit_test(test_receipts_depend_on_the_key),
        cmocka_unit_test(test_receipts_as_people_type_them),      cmocka_unit_test(test_base64url_without_padding),
        cmocka_unit_test(test_tokens_open_only_their_own_door),   cmocka_unit_test(test_hex),
        cmocka_unit_test(test_what_has_a_name_has_one_id),
        cmocka_unit_test(test_what_has_a_name_and_a_time_lies_by_its_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
