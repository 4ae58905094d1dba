// Reports of undelivered mails and complaints, as servers write them and as strangers might.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "services/notifications/returned.h"
#include <gmime/gmime.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

#define TOKEN "AZqLGk0cc1WxiT0n6cVyOmZ5dGhpcyBpcyBhIG1hYw"
#define REPORT(kind)                                                                                                            \
    "From: MAILER-DAEMON@example.net\r\nTo: kosi@example.org\r\nSubject: Undelivered\r\nMIME-Version: 1.0\r\n"                  \
    "Content-Type: multipart/report; report-type=" kind ";\r\n boundary=\"B/1\"\r\n\r\npreface\r\n"                             \
    "--B/1\r\nContent-Type: text/plain\r\n\r\nStatus: 5.1.1 is only told here.\r\n"
#define STATUS(fields) "--B/1\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mail.example.net\r\n\r\n" fields "\r\n"
#define ORIGINAL                                                                                                                \
    "--B/1\r\nContent-Type: message/rfc822\r\n\r\nFrom: kosi@example.org\r\nMessage-ID: <" TOKEN                                \
    "@kosi.example.org>\r\nSubject: x\r\n\r\nbody\r\n--B/1--\r\n"
#define FAILED(status) "Final-Recipient: rfc822; a@example.net\r\nAction: failed\r\nStatus: " status "\r\n"

static int setup(void **state) {
    (void)state;
    g_mime_init();
    return 0;
}

static struct returned read_text(const char *text) {
    struct returned out;
    returned_read(text, strlen(text), &out);
    return out;
}

static void expect(const char *text, enum returned_what what, const char *status, const char *token) {
    struct returned got = read_text(text);
    assert_int_equal(got.what, what);
    assert_string_equal(got.status, status);
    assert_string_equal(got.message_token, token);
}

static void test_an_unknown_mailbox_is_hard(void **state) {
    (void)state;
    expect(REPORT("delivery-status") STATUS(FAILED("5.1.1")) ORIGINAL, RETURNED_HARD, "5.1.1", TOKEN);
    expect(REPORT("delivery-status") STATUS(FAILED("5.1.1 (no such mailbox)")) ORIGINAL, RETURNED_HARD, "5.1.1", TOKEN);
    expect(REPORT("delivery-status") STATUS("Status:\r\n 5.1.10\r\naction: FAILED\r\n") ORIGINAL, RETURNED_HARD, "5.1.10", TOKEN);
}

static void test_what_may_pass_or_is_about_us_is_soft(void **state) {
    (void)state;
    static const char *const soft[] = {"5.2.2", "5.7.1", "5.0.0", "4.4.7", "5.3.4", "5.7.26"};
    for (size_t i = 0; i < sizeof soft / sizeof *soft; i++) {
        char text[2000];
        snprintf(text, sizeof text, REPORT("delivery-status") STATUS(FAILED("%s")) ORIGINAL, soft[i]);
        expect(text, RETURNED_SOFT, soft[i], TOKEN);
    }
    expect(REPORT("delivery-status") STATUS("Action: failed\r\n") ORIGINAL, RETURNED_SOFT, "", TOKEN);
}

static void test_a_server_that_always_says_5_0_0_tells_the_truth_beside_it(void **state) {
    (void)state;
    expect(REPORT("delivery-status") STATUS(FAILED("5.0.0") "Diagnostic-Code: smtp; 550-5.1.1 no such user 550 5.1.1 here\r\n") ORIGINAL,
           RETURNED_HARD, "5.1.1", TOKEN);
    expect(REPORT("delivery-status") STATUS(FAILED("5.0.0") "Diagnostic-Code: smtp; 550 from 192.0.2.5.1.1 refused\r\n") ORIGINAL,
           RETURNED_SOFT, "5.0.0", TOKEN);
}

static void test_a_delay_or_a_delivery_is_nothing(void **state) {
    (void)state;
    expect(REPORT("delivery-status") STATUS("Action: delayed\r\nStatus: 4.4.1\r\n") ORIGINAL, RETURNED_NOTHING, "", TOKEN);
    expect(REPORT("delivery-status") STATUS("Action: relayed\r\nStatus: 2.1.5\r\n") ORIGINAL, RETURNED_NOTHING, "", TOKEN);
    expect(REPORT("disposition-notification") ORIGINAL, RETURNED_NOTHING, "", TOKEN);
}

static void test_the_worst_recipient_counts(void **state) {
    (void)state;
    expect(REPORT("delivery-status") STATUS(FAILED("5.2.2") "\r\n" FAILED("5.1.1") "\r\n" FAILED("4.4.1")) ORIGINAL, RETURNED_HARD, "5.1.1", TOKEN);
}

static void test_a_complaint(void **state) {
    (void)state;
    static const char part[] = "--B/1\r\nContent-Type: message/feedback-report\r\n\r\n";
    char text[2000];
    snprintf(text, sizeof text, "%s%sFeedback-Type: abuse\r\nUser-Agent: x/1\r\nVersion: 1\r\n%s", REPORT("feedback-report"), part, ORIGINAL);
    expect(text, RETURNED_COMPLAINT, "", TOKEN);
    snprintf(text, sizeof text, "%s%sFeedback-Type: not-spam\r\nVersion: 1\r\n%s", REPORT("feedback-report"), part, ORIGINAL);
    expect(text, RETURNED_NOTHING, "", TOKEN);
}

static void test_whose_it_was_is_told_in_several_ways(void **state) {
    (void)state;
    expect(REPORT("delivery-status") STATUS(FAILED("5.1.1")) "--B/1\r\nContent-Type: text/rfc822-headers\r\n\r\nSubject: x\r\nMessage-Id:\r\n <" TOKEN
                                                             "@kosi.example.org>\r\n--B/1--\r\n",
           RETURNED_HARD, "5.1.1", TOKEN);
    expect("In-Reply-To: <" TOKEN "@kosi.example.org>\r\n" REPORT("delivery-status") STATUS(FAILED("5.1.1")) "--B/1--\r\n", RETURNED_HARD, "5.1.1",
           TOKEN);
    expect(REPORT("delivery-status") STATUS(FAILED("5.1.1")) "--B/1--\r\n", RETURNED_HARD, "5.1.1", "");
}

static void test_a_report_in_a_parcel_is_found(void **state) {
    (void)state;
    expect("Content-Type: multipart/mixed; boundary=out\n\n--out\nContent-Type: multipart/report; boundary=\"B/1\"\n\n" STATUS(FAILED("5.1.1")) ORIGINAL
           "--out\nContent-Type: text/plain\n\nscanned\n--out--\n",
           RETURNED_HARD, "5.1.1", TOKEN);
}

static void test_base64_around_a_report_is_no_obstacle(void **state) {
    (void)state;
    expect(REPORT("delivery-status") "--B/1\r\nContent-Type: message/delivery-status\r\nContent-Transfer-Encoding: base64\r\n\r\n"
                                     "UmVwb3J0aW5nLU1UQTogZG5zOyBhCgpBY3Rpb246IGZhaWxlZApTdGF0dXM6IDUuMS4xCg==\r\n" ORIGINAL,
           RETURNED_HARD, "5.1.1", TOKEN);
}

static void test_what_people_write_is_nothing(void **state) {
    (void)state;
    expect("", RETURNED_NOTHING, "", "");
    expect("\n\n", RETURNED_NOTHING, "", "");
    expect("Subject: Hallo\r\nIn-Reply-To: <" TOKEN "@kosi.example.org>\r\n\r\nAction: failed\r\nStatus: 5.1.1\r\n", RETURNED_NOTHING, "", "");
    expect("Content-Type: multipart/report\r\n\r\nno boundary\r\n", RETURNED_NOTHING, "", "");
}

// Nested as deep as 256 KiB allow; a stack of the usual size must do.
static void test_nesting_is_bounded(void **state) {
    (void)state;
    static char text[RETURNED_BYTES_MOST + 1];
    size_t n = 0;
    for (int i = 0; n + 100 < sizeof text; i++)
        n += (size_t)snprintf(text + n, sizeof text - n, "Content-Type: multipart/report; boundary=%d\n\n--%d\n", i, i);
    assert_int_equal(read_text(text).what, RETURNED_NOTHING);
    for (n = 0; n + 100 < sizeof text;)
        n += (size_t)snprintf(text + n, sizeof text - n, "Content-Type: message/rfc822\n\n");
    assert_int_equal(read_text(text).what, RETURNED_NOTHING);
}

static void test_long_values_are_cut(void **state) {
    (void)state;
    static char text[RETURNED_BYTES_MOST];
    memset(text, 'x', sizeof text - 1);
    memcpy(text, REPORT("delivery-status") STATUS("Action: failed\r\nStatus: "), strlen(REPORT("delivery-status") STATUS("Action: failed\r\nStatus: ")) - 2);
    assert_int_equal(read_text(text).what, RETURNED_SOFT);
    expect(REPORT("delivery-status") STATUS(FAILED("5.1.1")) "--B/1\r\nContent-Type: message/rfc822\r\n\r\nMessage-ID: <>\r\n\r\n--B/1--\r\n", RETURNED_HARD,
           "5.1.1", "");
}

static void test_names(void **state) {
    (void)state;
    assert_int_equal(returned_of("soft"), RETURNED_SOFT);
    assert_string_equal(returned_name(RETURNED_COMPLAINT), "complaint");
    assert_null(returned_name(RETURNED_NOTHING));
    assert_int_equal(returned_of("delayed"), -1);
}

static void *read_colons(void *context) {
    static char text[RETURNED_BYTES_MOST];
    static const char header[] = "Content-Type: multipart/report; boundary=B\n";
    size_t size = sizeof text - 4, at = (size_t)snprintf(text, size, "%sTo:", header);
    for (size_t i = 0; at < size; i++)
        text[at++] = i % 60 == 58 ? '\n' : i % 60 == 59 ? ' ' : i % 2 ? ':' : 'a';   // folded, too
    returned_read(text, size, context);
    return NULL;
}

// A thread's stack is small, and what a stranger writes must not use it up.
static void test_addresses_in_addresses_end_nobody(void **state) {
    (void)state;
    struct returned got;
    pthread_attr_t attributes;
    pthread_t thread;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, 512 * 1024);
    assert_int_equal(pthread_create(&thread, &attributes, read_colons, &got), 0);
    pthread_join(thread, NULL);
    pthread_attr_destroy(&attributes);
    assert_int_equal(got.what, RETURNED_NOTHING);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_an_unknown_mailbox_is_hard),
        cmocka_unit_test(test_what_may_pass_or_is_about_us_is_soft),
        cmocka_unit_test(test_a_server_that_always_says_5_0_0_tells_the_truth_beside_it),
        cmocka_unit_test(test_a_delay_or_a_delivery_is_nothing),
        cmocka_unit_test(test_the_worst_recipient_counts),
        cmocka_unit_test(test_a_complaint),
        cmocka_unit_test(test_whose_it_was_is_told_in_several_ways),
        cmocka_unit_test(test_a_report_in_a_parcel_is_found),
        cmocka_unit_test(test_base64_around_a_report_is_no_obstacle),
        cmocka_unit_test(test_what_people_write_is_nothing),
        cmocka_unit_test(test_nesting_is_bounded),
        cmocka_unit_test(test_addresses_in_addresses_end_nobody),
        cmocka_unit_test(test_long_values_are_cut),
        cmocka_unit_test(test_names),
    };
    return cmocka_run_group_tests(tests, setup, NULL);
}
