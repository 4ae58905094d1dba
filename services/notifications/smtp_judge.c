#include "services/notifications/smtp_judge.h"
#include <curl/curl.h>
#include <string.h>

static struct smtp_verdict verdict(enum smtp_outcome outcome, enum mail_trouble trouble, bool server) {
    return (struct smtp_verdict){outcome, trouble, server};
}

static struct smtp_verdict judge_connection(const struct smtp_story *story) {
    switch (story->curl) {
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_CONNECT:
        return verdict(SMTP_LATER, TROUBLE_UNREACHABLE, true);
    case CURLE_OPERATION_TIMEDOUT:
        return verdict(SMTP_LATER, TROUBLE_TIMEOUT, true);
    case CURLE_USE_SSL_FAILED:
        return verdict(SMTP_LATER, TROUBLE_NO_STARTTLS, true);
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_ISSUER_ERROR:
        return verdict(SMTP_LATER, TROUBLE_TLS, true);
    case CURLE_LOGIN_DENIED:
        return verdict(SMTP_LATER, TROUBLE_AUTH, true);
    case CURLE_ABORTED_BY_CALLBACK:
        return verdict(SMTP_LATER, TROUBLE_INTERRUPTED, false);
    case CURLE_OUT_OF_MEMORY:
    case CURLE_FAILED_INIT:
        return verdict(SMTP_LATER, TROUBLE_FAULT, false);
    default:
        return story->stage == STAGE_GREET ? verdict(SMTP_LATER, TROUBLE_SERVER, true)
                                           : verdict(SMTP_LATER, TROUBLE_LOST, false);
    }
}

static bool status_is(const struct smtp_story *story, const char *start) {
    return strncmp(story->status, start, strlen(start)) == 0;
}

// The server said no before a recipient was named: it is about us, unless the mail is too large.
static struct smtp_verdict judge_mail(const struct smtp_story *story) {
    if (story->code == 552 || status_is(story, "5.3.4"))
        return verdict(SMTP_NEVER, TROUBLE_TOO_LARGE, false);
    return verdict(SMTP_LATER, TROUBLE_SERVER, true);
}

// Its reader may empty it. 552 is what servers say of a full mailbox and of a large mail alike; but when they hear the
// recipient, they know no mail yet (RFC 5321, 4.5.3.1.10, takes it for a "later" as well).
static bool is_full(const struct smtp_story *story) {
    bool large = status_is(story, "5.3.4") || status_is(story, "5.2.3");
    return status_is(story, "5.2.2") || (story->code == 552 && story->stage == STAGE_RCPT && !large);
}

// What is against us as a sender may be a setting that somebody corrects, so it does not end a mail: signing in, relaying,
// policy.
static struct smtp_verdict judge_recipient(const struct smtp_story *story) {
    if (story->code < 500 || is_full(story))
        return verdict(SMTP_LATER, TROUBLE_DEFERRED, false);
    if (status_is(story, "5.7.") || story->code == 530 || story->code == 503 || story->code == 502)
        return verdict(SMTP_LATER, TROUBLE_POLICY, false);
    if (story->code == 552 || status_is(story, "5.3.4") || status_is(story, "5.2.3"))
        return verdict(SMTP_NEVER, TROUBLE_TOO_LARGE, false);
    return verdict(SMTP_NEVER, story->stage == STAGE_BODY ? TROUBLE_REJECTED : TROUBLE_REFUSED, false);
}

// libcurl (7.88) takes only 250 for a yes. Whoever says it in other words (251, 200) has the mail all the same, and would have it again
// with every further try.
static bool taken(const struct smtp_story *story) {
    return story->curl == CURLE_OK || (story->stage == STAGE_BODY && story->code >= 200 && story->code < 300);
}

struct smtp_verdict smtp_judge(const struct smtp_story *story) {
    if (taken(story))
        return verdict(SMTP_SENT, TROUBLE_NONE, false);
    if (story->curl == CURLE_ABORTED_BY_CALLBACK || story->code < 400)
        return judge_connection(story);
    if (story->code == 421)
        return verdict(SMTP_LATER, TROUBLE_BUSY, true);
    if (story->stage == STAGE_GREET)
        return judge_connection(story);
    return story->stage == STAGE_MAIL ? judge_mail(story) : judge_recipient(story);
}

bool smtp_turned_away(const struct smtp_story *story) {
    return story->curl != CURLE_OK && story->stage == STAGE_GREET && story->code == 421;
}

bool smtp_worth_anew(const struct smtp_story *story) {
    bool ended = story->code == 421 ||
                 (story->code < 400 &&
                  (story->curl == CURLE_RECV_ERROR || story->curl == CURLE_SEND_ERROR || story->curl == CURLE_GOT_NOTHING));
    return story->curl != CURLE_OK && story->reused && story->stage < STAGE_BODY && ended;
}

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

// "5.1.1": class, subject and detail, of at most three digits each. The text after it is not kept: it may name people. A line
// that has none changes nothing: of an answer of several lines some servers begin only the first with it.
static void hear_status(struct smtp_story *story, const char *text, unsigned long size) {
    unsigned long end = 0;
    int dots = 0;
    while (end < size && end < SMTP_STATUS_MAX - 1 && (is_digit(text[end]) || text[end] == '.'))
        dots += text[end++] == '.';
    bool whole = dots == 2 && end > 4 && text[1] == '.' && text[end - 1] != '.' &&
                 (end == size || text[end] == ' ' || text[end] == '\r');
    whole = whole && (text[0] == '2' || text[0] == '4' || text[0] == '5');
    if (!whole)
        return;
    memcpy(story->status, text, end);
    story->status[end] = '\0';
}

void smtp_story_hear(struct smtp_story *story, const char *line, unsigned long size) {
    if (size < 3 || !is_digit(line[0]) || !is_digit(line[1]) || !is_digit(line[2]))
        return;
    uint32_t code = (uint32_t)((line[0] - '0') * 100 + (line[1] - '0') * 10 + line[2] - '0');
    if (code != story->code)
        story->status[0] = '\0'; // another answer
    story->code = code;
    if (size > 4)
        hear_status(story, line + 4, size - 4);
}
