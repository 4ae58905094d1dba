#include "gateway/pages/mail_words.h"
#include <stdio.h>
#include <string.h>

static const struct { const char *kind; enum mail_topic topic; } kinds[] = {
    {"received", MAIL_TOPIC_SUBMISSION},  {"confirm", MAIL_TOPIC_NONE},         {"confirmed", MAIL_TOPIC_NONE},
    {"accepted", MAIL_TOPIC_SUBMISSION},  {"rejected", MAIL_TOPIC_SUBMISSION},  {"duplicate", MAIL_TOPIC_SUBMISSION},
    {"withdrawn", MAIL_TOPIC_SUBMISSION}, {"reopened", MAIL_TOPIC_SUBMISSION},  {"refresh", MAIL_TOPIC_ENTRY},
    {"stale", MAIL_TOPIC_ENTRY},          {"archived", MAIL_TOPIC_ENTRY},       {"digest", MAIL_TOPIC_NONE},
    {"newsletter", MAIL_TOPIC_NONE},      {"newsletter-test", MAIL_TOPIC_NONE}, {"staff-new", MAIL_TOPIC_SUBMISSION},
    {"staff-daily", MAIL_TOPIC_NONE},     {"staff-overdue", MAIL_TOPIC_NONE},   {"password-reset", MAIL_TOPIC_NONE}};
enum { KINDS = sizeof kinds / sizeof *kinds };

static const struct { const char *state; enum text label, meaning; const char *tone; } states[] = {
    {"owed", TEXT_MAIL_OWED, TEXT_MAIL_OWED_MEANING, "info"},
    {"retry", TEXT_MAIL_RETRY, TEXT_MAIL_RETRY_MEANING, "warning"},
    {"leased", TEXT_MAIL_LEASED, TEXT_MAIL_LEASED_MEANING, "info"},
    {"waiting", TEXT_MAIL_WAITING, TEXT_MAIL_WAITING_MEANING, "warning"},
    {"held", TEXT_MAIL_HELD, TEXT_MAIL_HELD_MEANING, "warning"},
    {"sent", TEXT_MAIL_SENT, TEXT_MAIL_SENT_MEANING, "success"},
    {"failed", TEXT_MAIL_FAILED, TEXT_MAIL_FAILED_MEANING, "danger"},
    {"cancelled", TEXT_MAIL_CANCELLED, TEXT_MAIL_CANCELLED_MEANING, "danger"}};

static size_t state_index(const char *state) {
    for (size_t i = 0; i < sizeof states / sizeof *states; i++)
        if (state && strcmp(states[i].state, state) == 0)
            return i;
    return 0;
}

// "mail.kind.received", "mail.why.refused": words that the services choose from lists of their own.
static const char *word(struct request *r, const char *group, const char *name) {
    char key[80];
    snprintf(key, sizeof key, "mail.%s.%s", group, name ? name : "");
    const char *text = catalogue_find(r->gateway->catalogues[r->language], key);
    return text ? text : name;
}

const char *mail_words_kind_at(size_t index) { return index < KINDS ? kinds[index].kind : NULL; }
const char *mail_words_kind(struct request *r, const char *kind) { return word(r, "kind", kind); }
const char *mail_words_meaning(struct request *r, const char *state) { return request_text(r, states[state_index(state)].meaning); }

enum mail_topic mail_words_topic(const char *kind) {
    for (size_t i = 0; kind && i < KINDS; i++)
        if (strcmp(kinds[i].kind, kind) == 0)
            return kinds[i].topic;
    return MAIL_TOPIC_NONE;
}

Kosi__StateBadge *mail_words_badge(struct request *r, const char *state) {
    Kosi__StateBadge *badge = arena_take(r->arena, sizeof *badge);
    if (!badge)
        return NULL;
    kosi__state_badge__init(badge);
    badge->badge_label = (char *)request_text(r, states[state_index(state)].label);
    badge->badge_tone = (char *)states[state_index(state)].tone;
    return badge;
}

const char *mail_words_trouble(struct request *r, const char *reason, uint32_t code, const char *status) {
    if (!reason || !*reason)
        return NULL;
    const char *text = word(r, "why", reason);
    bool detailed = status && *status;
    if (!code && !detailed)
        return text;
    const char *number = code ? arena_format(r->arena, "%u", code) : "";
    return arena_format(r->arena, "%s (%s%s%s)", text, number, code && detailed ? ", " : "", detailed ? status : "");
}

const char *mail_words_troubled(struct request *r, const char *route) {
    return catalogue_fill(r->arena, request_text(r, TEXT_MAILS_TROUBLED), "server", route, NULL);
}

const char *mail_words_overdue(struct request *r, uint32_t count) {
    char number[16];
    snprintf(number, sizeof number, "%u", count);
    return catalogue_fill(r->arena, request_text(r, count == 1 ? TEXT_MAILS_OVERDUE_ONE : TEXT_MAILS_OVERDUE), "count", number, NULL);
}
