// What came of the attempt to hand a mail to a server, row by row; and how replies are read.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include "services/notifications/smtp_judge.h"
#include <curl/curl.h>
#include <string.h>

static const struct row {
    const char *what;
    struct smtp_story story;
    enum smtp_outcome outcome;
    enum mail_trouble trouble;
    bool server;
} rows[] = {
    {"taken", {CURLE_OK, STAGE_BODY, 250, "2.0.0", false}, SMTP_SENT, TROUBLE_NONE, false},
    {"taken in other words", {CURLE_WEIRD_SERVER_REPLY, STAGE_BODY, 251, "", false}, SMTP_SENT, TROUBLE_NONE, false},
    {"in many words", {CURLE_OPERATION_TIMEDOUT, STAGE_BODY, 250, "", false}, SMTP_SENT, TROUBLE_NONE, false},
    {"yes instead of go on", {CURLE_SEND_ERROR, STAGE_DATA, 250, "", false}, SMTP_LATER, TROUBLE_LOST, false},
    {"no such host", {CURLE_COULDNT_RESOLVE_HOST, STAGE_GREET, 0, "", false}, SMTP_LATER, TROUBLE_UNREACHABLE, true},
    {"nobody there", {CURLE_COULDNT_CONNECT, STAGE_GREET, 0, "", false}, SMTP_LATER, TROUBLE_UNREACHABLE, true},
    {"silent", {CURLE_OPERATION_TIMEDOUT, STAGE_GREET, 220, "", false}, SMTP_LATER, TROUBLE_TIMEOUT, true},
    {"silent after the body", {CURLE_OPERATION_TIMEDOUT, STAGE_BODY, 354, "", false}, SMTP_LATER, TROUBLE_TIMEOUT, true},
    {"certificate", {CURLE_PEER_FAILED_VERIFICATION, STAGE_GREET, 220, "", false}, SMTP_LATER, TROUBLE_TLS, true},
    {"no STARTTLS", {CURLE_USE_SSL_FAILED, STAGE_GREET, 250, "", false}, SMTP_LATER, TROUBLE_NO_STARTTLS, true},
    {"wrong password", {CURLE_LOGIN_DENIED, STAGE_GREET, 535, "5.7.8", false}, SMTP_LATER, TROUBLE_AUTH, true},
    {"greets with no", {CURLE_WEIRD_SERVER_REPLY, STAGE_GREET, 554, "", false}, SMTP_LATER, TROUBLE_SERVER, true},
    {"too many at once", {CURLE_WEIRD_SERVER_REPLY, STAGE_GREET, 421, "4.3.2", false}, SMTP_LATER, TROUBLE_BUSY, true},
    {"not from this sender", {CURLE_SEND_ERROR, STAGE_MAIL, 530, "5.7.0", false}, SMTP_LATER, TROUBLE_SERVER, true},
    {"disk full there", {CURLE_SEND_ERROR, STAGE_MAIL, 452, "4.3.1", false}, SMTP_LATER, TROUBLE_SERVER, true},
    {"too large", {CURLE_SEND_ERROR, STAGE_MAIL, 552, "5.3.4", false}, SMTP_NEVER, TROUBLE_TOO_LARGE, false},
    {"no such user", {CURLE_SEND_ERROR, STAGE_RCPT, 550, "5.1.1", false}, SMTP_NEVER, TROUBLE_REFUSED, false},
    {"no such user, in few words", {CURLE_SEND_ERROR, STAGE_RCPT, 553, "", false}, SMTP_NEVER, TROUBLE_REFUSED, false},
    {"no relaying", {CURLE_SEND_ERROR, STAGE_RCPT, 554, "5.7.1", false}, SMTP_LATER, TROUBLE_POLICY, false},
    {"sign in first", {CURLE_SEND_ERROR, STAGE_RCPT, 530, "", false}, SMTP_LATER, TROUBLE_POLICY, false},
    {"greylisted", {CURLE_SEND_ERROR, STAGE_RCPT, 450, "4.2.0", false}, SMTP_LATER, TROUBLE_DEFERRED, false},
    {"mailbox full", {CURLE_SEND_ERROR, STAGE_RCPT, 452, "4.2.2", false}, SMTP_LATER, TROUBLE_DEFERRED, false},
    {"mailbox full, said for good", {CURLE_SEND_ERROR, STAGE_RCPT, 552, "5.2.2", false}, SMTP_LATER, TROUBLE_DEFERRED, false},
    {"mailbox full, in few words", {CURLE_SEND_ERROR, STAGE_RCPT, 552, "", false}, SMTP_LATER, TROUBLE_DEFERRED, false},
    {"mailbox full, seen late", {CURLE_WEIRD_SERVER_REPLY, STAGE_BODY, 554, "5.2.2", false}, SMTP_LATER, TROUBLE_DEFERRED, false},
    {"too large for this mailbox", {CURLE_SEND_ERROR, STAGE_RCPT, 552, "5.2.3", false}, SMTP_NEVER, TROUBLE_TOO_LARGE, false},
    {"too large, seen late", {CURLE_WEIRD_SERVER_REPLY, STAGE_BODY, 552, "", false}, SMTP_NEVER, TROUBLE_TOO_LARGE, false},
    {"not now", {CURLE_SEND_ERROR, STAGE_DATA, 451, "", false}, SMTP_LATER, TROUBLE_DEFERRED, false},
    {"spam", {CURLE_WEIRD_SERVER_REPLY, STAGE_BODY, 554, "5.6.0", false}, SMTP_NEVER, TROUBLE_REJECTED, false},
    {"later with the body", {CURLE_WEIRD_SERVER_REPLY, STAGE_BODY, 451, "4.3.0", false}, SMTP_LATER, TROUBLE_DEFERRED, false},
    {"broke", {CURLE_RECV_ERROR, STAGE_BODY, 354, "", false}, SMTP_LATER, TROUBLE_LOST, false},
    {"broke before", {CURLE_RECV_ERROR, STAGE_RCPT, 0, "", false}, SMTP_LATER, TROUBLE_LOST, false},
    {"broke at once", {CURLE_RECV_ERROR, STAGE_GREET, 0, "", false}, SMTP_LATER, TROUBLE_SERVER, true},
    {"our end", {CURLE_ABORTED_BY_CALLBACK, STAGE_BODY, 354, "", false}, SMTP_LATER, TROUBLE_INTERRUPTED, false},
    {"our end after a no", {CURLE_ABORTED_BY_CALLBACK, STAGE_RCPT, 550, "", false}, SMTP_LATER, TROUBLE_INTERRUPTED, false},
    {"memory", {CURLE_OUT_OF_MEMORY, STAGE_GREET, 0, "", false}, SMTP_LATER, TROUBLE_FAULT, false},
};

static void verdicts(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct smtp_verdict verdict = smtp_judge(&rows[i].story);
        if (verdict.outcome != rows[i].outcome || verdict.trouble != rows[i].trouble || verdict.server != rows[i].server)
            fail_msg("%s: outcome %d, %s, server %d", rows[i].what, verdict.outcome, mail_trouble_word(verdict.trouble), verdict.server);
    }
}

// Whatever libcurl and a server say: what was not taken is never taken for sent, and only a server's 5xx ends a mail.
static void nothing_is_lost(void **state) {
    (void)state;
    for (int curl = 1; curl < CURL_LAST; curl++)
        for (int stage = STAGE_GREET; stage <= STAGE_BODY; stage++)
            for (uint32_t code = 0; code < 1000; code++) {
                struct smtp_story story = {.curl = curl, .stage = (enum smtp_stage)stage, .code = code};
                struct smtp_verdict verdict = smtp_judge(&story);
                bool yes = stage == STAGE_BODY && code / 100 == 2;
                assert_int_equal(verdict.outcome == SMTP_SENT, yes);
                assert_int_equal(verdict.trouble == TROUBLE_NONE, yes);
                assert_true(yes || verdict.outcome == SMTP_LATER || (code >= 500 && stage > STAGE_GREET));
            }
}

static void turned_away(void **state) {
    (void)state;
    struct smtp_story away = {.curl = CURLE_WEIRD_SERVER_REPLY, .stage = STAGE_GREET, .code = 421};
    assert_true(smtp_turned_away(&away));
    away.stage = STAGE_MAIL; // it may be for what was said
    assert_false(smtp_turned_away(&away));
    away.stage = STAGE_GREET;
    away.code = 454;
    assert_false(smtp_turned_away(&away));
    away.code = 554;
    assert_false(smtp_turned_away(&away));
}

static void an_old_connection(void **state) {
    (void)state;
    struct smtp_story ended = {.curl = CURLE_RECV_ERROR, .stage = STAGE_MAIL, .reused = true};
    assert_true(smtp_worth_anew(&ended));
    ended.reused = false;
    assert_false(smtp_worth_anew(&ended));
    struct smtp_story enough = {.curl = CURLE_SEND_ERROR, .stage = STAGE_MAIL, .code = 421, .reused = true};
    assert_true(smtp_worth_anew(&enough));
    enough.stage = STAGE_BODY; // it may have been taken
    assert_false(smtp_worth_anew(&enough));
    struct smtp_story refused = {.curl = CURLE_SEND_ERROR, .stage = STAGE_RCPT, .code = 550, .reused = true};
    assert_false(smtp_worth_anew(&refused));
}

static void hears(const char *line, uint32_t code, const char *status) {
    struct smtp_story story = {.code = 1, .status = "9.9.9"};
    smtp_story_hear(&story, line, strlen(line));
    assert_int_equal(story.code, code);
    assert_string_equal(story.status, status);
}

static void replies(void **state) {
    (void)state;
    hears("250 2.1.5 OK\r\n", 250, "2.1.5");
    hears("550 5.1.1 <erika@example.org>: no such user\r\n", 550, "5.1.1");
    hears("550-5.7.26 first line\r\n", 550, "5.7.26");
    hears("550 5.1.1", 550, "5.1.1");
    hears("450 Greylisted\r\n", 450, "");
    hears("250\r\n", 250, "");
    hears("250", 250, "");
    hears("550 5.1\r\n", 550, "");
    hears("550 5.1.\r\n", 550, "");
    hears("550 1.2.3.4 is listed\r\n", 550, "");
    hears("550 5.1.1234567890123\r\n", 550, "");
    hears("550 9.1.1 what\r\n", 550, "");
    hears("25", 1, "9.9.9");
    hears("abc 5.1.1\r\n", 1, "9.9.9");
}

// The status stands in one line of several, and is of this answer only.
static void replies_of_several_lines(void **state) {
    (void)state;
    struct smtp_story story = {.code = 0};
    const char *const lines[] = {"550-5.1.1 No such mailbox\r\n", "550-Gr\xfc\xdf""e\r\n", "550 See https://example.org\r\n"};
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        smtp_story_hear(&story, lines[i], strlen(lines[i]));
    assert_string_equal(story.status, "5.1.1");
    smtp_story_hear(&story, "354 Go on\r\n", 11);
    assert_string_equal(story.status, "");
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(verdicts), cmocka_unit_test(nothing_is_lost), cmocka_unit_test(turned_away), cmocka_unit_test(an_old_connection),
                                       cmocka_unit_test(replies), cmocka_unit_test(replies_of_several_lines)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
