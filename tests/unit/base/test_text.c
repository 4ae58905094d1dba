#include "services/common/base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <uninorm.h>
#include <unistr.h>

static void assert_fold(const char *text, const char *expected) {
    char *folded = text_fold(text);
    assert_non_null(folded);
    assert_string_equal(folded, expected);
    char *twice = text_fold(folded);
    assert_string_equal(twice, expected);   // folding a folded text changes nothing
    free(folded);
    free(twice);
}

static void test_german_spellings_meet(void **state) {
    (void)state;
    const char *const fuer[] = {"fuer", "FÜR", "für", "Für", "fu\xcc\x88r", "FU\xcc\x88R", "FUER"};
    for (size_t i = 0; i < sizeof(fuer) / sizeof(fuer[0]); i++)
        assert_fold(fuer[i], "fuer");
    assert_fold("Lastenräder", "lastenraeder");
    assert_fold("lastenraeder", "lastenraeder");
    assert_fold("LASTENRA\xcc\x88" "DER", "lastenraeder");
    assert_fold("Straße", "strasse");
    assert_fold("strasse", "strasse");
    assert_fold("STRASSE", "strasse");
    assert_fold("STRAẞE", "strasse");
    assert_fold("Hörde", "hoerde");
    assert_fold("Lastenräder für die STRASSE", "lastenraeder fuer die strasse");
}

static void test_other_letters_and_signs(void **state) {
    (void)state;
    assert_fold("", "");
    assert_fold("  ...  ", "");
    assert_fold("Café", "cafe");
    assert_fold("E-Mail: a.b@example.org", "e mail a b example org");
    assert_fold("„Zentrum für gute Taten“ – ja!", "zentrum fuer gute taten ja");
    assert_fold("Łódź Dvořák Ærø", "lodz dvorak aeroe");
    assert_fold("ﬁnden ½", "finden 1 2");
    assert_fold("2026\xc2\xa0Jahre", "2026 jahre");
    assert_fold("ǽ ㎐ ǅ Ⅳ", "ae hz dz iv");
    assert_fold("“Räder” – für… alle", "raeder fuer alle");
    assert_fold("ΣΊΣΥΦΟΣ", "σισυφοσ");
    assert_fold("Привет", "привет");
    assert_fold("Nach\xc2\xad" "bar\xe2\x80\x8bschaft", "nachbarschaft");   // soft hyphen, zero width space: as copied from a PDF
    assert_fold("日本語", "日本語");
    assert_fold("\xef\xb7\xba\xef\xb7\xba", "صلى الله عليه وسلمصلى الله عليه وسلم");
}

static void test_normal_form(void **state) {
    (void)state;
    const char *const pairs[][2] = {{"  Hallo \n", "Hallo"},       {"a\r\nb\rc\n", "a\nb\nc"},  {"u\xcc\x88" "ber", "über"},
                                    {"\xc2\xa0 x\xe2\x80\x83", "x"}, {"", ""},                    {" \t\r\n ", ""},
                                    {"\xef\xbb\xbfTitel", "Titel"},  {"Straße  2", "Straße  2"},
                                    {"\xe2\x80\x8b\xe2\x81\xa0\xe2\x80\xae\xe3\x85\xa4", ""},   // zero width, direction, filler: nothing to see
                                    {"\xe2\x9d\xa4\xef\xb8\x8f", "\xe2\x9d\xa4\xef\xb8\x8f"}};
    for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
        char *normal = text_normal(pairs[i][0]);
        assert_string_equal(normal, pairs[i][1]);
        free(normal);
    }
}

static void test_normal_is_seen_at_once(void **state) {
    (void)state;
    const char *const normal[] = {"", "a", "Straße", "ä", "Für „alle“ – immer\nund\tüberall, lang genug für mehr als ein Wort", "Größe"};
    const char *const other[] = {" a", "a ", "a\n", "\ta", "a\r\nb", "12345678 ", " 12345678", "\xc2\xa0" "a", "a\xc2\xa0", "a\xc2\x85",
                                 "u\xcc\x88", "\xe1\xba\x9b", "\xe2\x84\xab", "a\xe2\x80\x83", "\xcd\x81", "12345678\xcc\x88"};
    for (size_t i = 0; i < sizeof(normal) / sizeof(normal[0]); i++)
        assert_true(text_is_normal(normal[i]));
    for (size_t i = 0; i < sizeof(other) / sizeof(other[0]); i++)
        assert_false(text_is_normal(other[i]));
}

// Every character that is called normal at once is left alone by the library.
static void test_normal_at_once_is_normal(void **state) {
    (void)state;
    for (uint32_t c = 1; c < 0x3000; c++) {
        uint8_t text[16] = "x", out[64];
        int step = u8_uctomb(text + 1, c, 4);
        if (step <= 0)
            continue;
        strcpy((char *)text + 1 + step, "x");
        size_t n = strlen((char *)text), length = sizeof(out);
        assert_ptr_equal(u8_normalize(UNINORM_NFC, text, n, out, &length), out);
        if (text_is_normal((char *)text) && (length != n || memcmp(text, out, n) != 0))
            fail_msg("U+%04X", (unsigned)c);
    }
}

static void test_printable(void **state) {
    (void)state;
    const char *const right[] = {"", "abc", "Straße, lang genug für zwei Wörter", "~}|{ !", "日本語", "\xc2\xa0"};
    const char *const lines[] = {"a\nb", "\t", "12345678\r\n12345678"};
    const char *const wrong[] = {"\x01", "a\x1f", "\x7f", "1234567\x7f", "12345678\x0b", "ü\x1b[0m", "\xc2\x85", "1234567\xc2\x9f"};
    for (size_t i = 0; i < sizeof(right) / sizeof(right[0]); i++)
        assert_true(text_printable(right[i], strlen(right[i]), false));
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        assert_true(text_printable(lines[i], strlen(lines[i]), true));
        assert_false(text_printable(lines[i], strlen(lines[i]), false));
    }
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
        assert_false(text_printable(wrong[i], strlen(wrong[i]), true));
}

static void test_utf8_is_checked(void **state) {
    (void)state;
    const char *const right[] = {"", "abc", "für", "日本語", "\xf0\x9f\x9a\xb2", "a long enough text of ASCII, and then für"};
    const char *const wrong[] = {"\xff", "\xc0\xaf", "\xe0\x80\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xc3", "12345678\xc3", "a\x80"};
    for (size_t i = 0; i < sizeof(right) / sizeof(right[0]); i++)
        assert_true(text_valid(right[i], strlen(right[i])));
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
        assert_false(text_valid(wrong[i], strlen(wrong[i])));
    assert_false(text_valid("a\0b", 3));
    assert_int_equal(text_length("für 日本 🚲"), 8);
    assert_int_equal(text_length("Größe und Straße, über alles"), 28);
}

static void test_likeness(void **state) {
    (void)state;
    assert_true(text_likeness("reparaturcafe hoerde", "reparaturcafe hoerde") > 0.999);
    assert_true(text_likeness("reparaturcafe hoerde", "reparatur cafe hoerde") > 0.6);
    assert_true(text_likeness("reparaturcafe hoerde", "lastenrad eving") < 0.2);
    assert_true(text_likeness("", "x") < 0.001 && text_likeness("", "") < 0.001);
    assert_true(text_likeness("a", "a") > 0.999);
    char *long_text = calloc(1, 100001);
    memset(long_text, 'a', 100000);
    assert_true(text_likeness(long_text, long_text) > 0.999);
    free(long_text);
}

static void test_mail_addresses(void **state) {
    (void)state;
    const char *const right[] = {"a@example.org", "a.b+c@mail.example.org", "o'neil@example.org", "x_1@1und2.example.org", "a@büro.example.org"};
    const char *const wrong[] = {"",      "a",           "@example.org",  "a@",           "a@b",           "a@b@example.org", ".a@example.org",
                                 "a.@example.org", "a..b@example.org", "a b@example.org", "a@exa mple.org", "a@-x.example.org", "a@x-.example.org", "a@x..org",
                                 "a@.org", "a@example.org.", "a@1.2.3.4", "<a@example.org>", "a@example.org\n", "ä@example.org", "a@example.o",
                                 "a@example.org,b@example.org", "\"a b\"@example.org"};
    for (size_t i = 0; i < sizeof(right) / sizeof(right[0]); i++)
        if (!text_is_email(right[i]))
            fail_msg("refused: %s", right[i]);
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
        if (text_is_email(wrong[i]))
            fail_msg("taken: %s", wrong[i]);
    char longest[400];
    snprintf(longest, sizeof(longest), "%064d@example.org", 0);
    assert_true(text_is_email(longest));
    snprintf(longest, sizeof(longest), "%065d@example.org", 0);
    assert_false(text_is_email(longest));
}

static void test_addresses_of_pages(void **state) {
    (void)state;
    const char *const right[] = {"https://example.org", "http://example.org/", "HTTPS://example.org/a?b=c#d", "https://example.org:8443/x",
                                 "http://127.0.0.1:8081/", "http://[::1]:80/", "https://büro.example.org/straße", "http://localhost/"};
    const char *const wrong[] = {"", "example.org", "ftp://example.org/", "javascript:alert(1)", "https://", "https:///x", "https://exa mple.org/",
                                 "https://example.org/a b", "https://example.org/\n", "https://user@example.org/", "https://example.org:0/",
                                 "https://example.org:99999/", "https://example.org:/", "https://[::1", "https://-x.org/", "https://example.org/\"",
                                 "https://example.org/<script>", "//example.org", "https:example.org", "https://example.org\\@x.org/",
                                 "https://example.org/\xc2\x85", " https://example.org", "https://example.org/\xe2\x80\xa8"};
    for (size_t i = 0; i < sizeof(right) / sizeof(right[0]); i++)
        if (!text_is_url(right[i]))
            fail_msg("refused: %s", right[i]);
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
        if (text_is_url(wrong[i]))
            fail_msg("taken: %s", wrong[i]);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_german_spellings_meet), cmocka_unit_test(test_other_letters_and_signs),
        cmocka_unit_test(test_normal_form),           cmocka_unit_test(test_utf8_is_checked),
        cmocka_unit_test(test_likeness),              cmocka_unit_test(test_mail_addresses),
        cmocka_unit_test(test_addresses_of_pages),    cmocka_unit_test(test_normal_is_seen_at_once),
        cmocka_unit_test(test_normal_at_once_is_normal), cmocka_unit_test(test_printable),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
