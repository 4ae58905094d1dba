// A mail as it goes over the wire: headers that mail programs act on, and nobody's address smuggled in.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include "services/notifications/letter.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct mail_copy copy(void) {
    return (struct mail_copy){.subject = "Grüße aus Hörde", .text = "Guten Tag,\n\n.Punkt\nFrom hier\n", .html = "<p>Guten Tag</p>\n",
                              .language = "de", .message_id = "Abc-_123@example.org"};
}

static struct letter letter(const struct mail_copy *from) {
    return (struct letter){.from = "KoSI-Lab Dörfchen <kosi@example.org>", .to = "anna@example.org", .copy = from,
                           .date_us = INT64_C(1700000000) * 1000000};
}

static char *built(const struct letter *given) {
    struct buf out;
    buf_init(&out, 0);
    assert_int_equal(letter_build(given, &out), 0);
    for (size_t i = 0; i < out.len; i++) { // every line ends with CRLF, none is long, none needs 8 bits
        assert_true((unsigned char)out.data[i] < 0x80);
        assert_true(out.data[i] != '\n' || (i > 0 && out.data[i - 1] == '\r'));
    }
    return out.data;
}

static void what_programs_act_on(void **state) {
    (void)state;
    struct mail_copy plain = copy();
    struct letter given = letter(&plain);
    char *mail = built(&given);
    assert_non_null(strstr(mail, "Date: Tue, 14 Nov 2023 22:13:20 +0000\r\n"));
    assert_non_null(strstr(mail, "Message-Id: <Abc-_123@example.org>\r\n"));
    assert_non_null(strstr(mail, "Auto-Submitted: auto-generated\r\n"));
    assert_non_null(strstr(mail, "Content-Language: de\r\n"));
    assert_non_null(strstr(mail, "multipart/alternative"));
    assert_non_null(strstr(mail, "text/plain; charset=utf-8"));
    assert_non_null(strstr(mail, "text/html; charset=utf-8"));
    assert_true(strstr(mail, "text/plain") < strstr(mail, "text/html"));
    assert_null(strstr(mail, "List-Unsubscribe"));
    char *again = built(&given);
    assert_string_equal(mail, again); // the same to the last byte
    free(mail);
    free(again);
}

static void lists_can_be_left(void **state) {
    (void)state;
    char url[200] = "https://kosi.example.org/post/abmelden/";
    memset(url + strlen(url), 'a', 120);
    struct mail_copy news = copy();
    news.leave_url = url;
    news.list = "newsletter";
    struct letter given = letter(&news);
    char *mail = built(&given), line[300];
    snprintf(line, sizeof line, "\r\nList-Unsubscribe: <%s>\r\n", url);
    assert_non_null(strstr(mail, line)); // as it is, however long
    assert_non_null(strstr(mail, "\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"));
    assert_non_null(strstr(mail, "\r\nList-Id: <newsletter.example.org>\r\n"));
    free(mail);
}

static void attachments(void **state) {
    (void)state;
    struct mail_copy plain = copy();
    struct letter_part part = {.name = "Übersicht.pdf", .media_type = "application/pdf", .bytes = "\0\1\2", .size = 3};
    struct letter given = letter(&plain);
    given.parts = &part;
    given.part_count = 1;
    char *mail = built(&given);
    assert_non_null(strstr(mail, "multipart/mixed"));
    assert_non_null(strstr(mail, "Content-Disposition: attachment"));
    assert_non_null(strstr(mail, "AAEC"));
    free(mail);
}

static void nothing_is_smuggled_in(void **state) {
    (void)state;
    const char *const wrong[] = {"", "anna", "@", "anna@example.org, bernd@example.org", "anna@example.org\r\nBcc: bernd@example.org",
                                 "anna@example.org\n", "Gruppe: anna@example.org, bernd@example.org;", "<>"};
    struct mail_copy plain = copy();
    struct buf out BUF_AUTO;
    buf_init(&out, 0);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct letter given = letter(&plain);
        given.to = wrong[i];
        assert_int_equal(letter_build(&given, &out), -1);
        given = letter(&plain);
        given.from = wrong[i];
        assert_int_equal(letter_build(&given, &out), -1);
    }
    struct mail_copy broken = copy();
    broken.subject = "Hallo\r\nBcc: bernd@example.org";
    struct letter given = letter(&broken);
    assert_int_equal(letter_build(&given, &out), -1);
    assert_int_equal(out.len, 0);
}

static void plain_addresses(void **state) {
    (void)state;
    char out[40];
    assert_int_equal(letter_address("KoSI-Lab <kosi@example.org>", out, sizeof out), 0);
    assert_string_equal(out, "kosi@example.org");
    assert_int_equal(letter_address("kosi@example.org", out, sizeof out), 0);
    assert_string_equal(out, "kosi@example.org");
    assert_int_equal(letter_address("KoSI-Lab", out, sizeof out), -1);
    assert_int_equal(letter_address("kosi@example.org", out, 5), -1);
}

// A domain with umlauts is told in the form that every server knows, also to those that have never heard of SMTPUTF8.
static void umlauts_in_the_domain(void **state) {
    (void)state;
    char out[LETTER_ADDRESS_MAX];
    assert_int_equal(letter_address("Köln <kosi@MÜLLER.example>", out, sizeof out), 0);
    assert_string_equal(out, "kosi@xn--mller-kva.example");
    struct mail_copy plain = copy();
    struct letter given = letter(&plain);
    given.to = "anna@müller.example";
    char *mail = built(&given);
    assert_non_null(strstr(mail, "\r\nTo: anna@xn--mller-kva.example\r\n"));
    free(mail);
    assert_int_equal(letter_address("anna@\xf0\x9f\x98\x80.example", out, sizeof out), -1); // no domain
}

int main(void) {
    letter_open();
    const struct CMUnitTest tests[] = {cmocka_unit_test(what_programs_act_on), cmocka_unit_test(lists_can_be_left), cmocka_unit_test(attachments),
                                       cmocka_unit_test(nothing_is_smuggled_in), cmocka_unit_test(plain_addresses),
                                       cmocka_unit_test(umlauts_in_the_domain)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
