#include "gateway/pages/mail_words.h"
#include <stdio.h>
#include <string.h>

enum { ALARMS_MAX = 10 };

static const struct { const char *kind; enum mail_topic topic; } kinds[] = {
    {"received", MAIL_TOPIC_SUBMISSION},  {"confirm", MAIL_TOPIC_NONE},         {"confirmed", MAIL_TOPIC_NONE},
    {"accepted", MAIL_TOPIC_SUBMISSION},  {"rejected", MAIL_TOPIC_SUBMISSION},  {"duplicate", MAIL_TOPIC_SUBMISSION},
    {"withdrawn", MAIL_TOPIC_SUBMISSION}, {"reopened", MAIL_TOPIC_SUBMISSION},  {"refresh", MAIL_TOPIC_ENTRY},
    {"stale", MAIL_TOPIC_ENTRY},          {"archived", MAIL_TOPIC_ENTRY},       {"digest", MAIL_TOPIC_NONE},
    {"newsletter", MAIL_TOPIC_NONE},      {"newsletter-test", MAIL_TOPIC_NONE}, {"staff-new", MAIL_TOPIC_SUBMISSION},
    {"staff-daily", MAIL_TOPIC_NONE},     {"staff-overdue", MAIL_TOPIC_NONE},   {"password-reset", MAIL_TOPIC_NONE},
    {"staff-address", MAIL_TOPIC_NONE}};
enum { KINDS = sizeof kinds / sizeof *kinds };

static const struct { const char *state; enum text label, meaning, own; const char *tone; } states[] = {
    {"owed", TEXT_MAIL_OWED, TEXT_MAIL_OWED_MEANING, TEXT_OWN_MAILS_OWED, "info"},
    {"retry", TEXT_MAIL_RETRY, TEXT_MAIL_RETRY_MEANING, TEXT_OWN_MAILS_RETRY, "warning"},
    {"leased", TEXT_MAIL_LEASED, TEXT_MAIL_LEASED_MEANING, TEXT_OWN_MAILS_OWED, "info"},
    {"waiting", TEXT_MAIL_WAITING, TEXT_MAIL_WAITING_MEANING, TEXT_OWN_MAILS_WAITING, "warning"},
    {"held", TEXT_MAIL_HELD, TEXT_MAIL_HELD_MEANING, TEXT_OWN_MAILS_HELD, "warning"},
    {"sent", TEXT_MAIL_SENT, TEXT_MAIL_SENT_MEANING, TEXT_OWN_MAILS_SENT, "success"},
    {"failed", TEXT_MAIL_FAILED, TEXT_MAIL_FAILED_MEANING, TEXT_OWN_MAILS_FAILED, "danger"},
    {"cancelled", TEXT_MAIL_CANCELLED, TEXT_MAIL_CANCELLED_MEANING, TEXT_OWN_MAILS_CANCELLED, "danger"}};

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

const char *mail_words_language(struct request *r, const char *language) {
    return language && strcmp(language, "en") == 0 ? request_text(r, TEXT_MAILS_IN_ENGLISH) : request_text(r, TEXT_MAILS_IN_GERMAN);
}

const char *mail_words_server(struct request *r, const char *route) {
    bool usual = !route || !*route || strcmp(route, "default") == 0;
    return usual ? NULL : catalogue_fill(r->arena, request_text(r, TEXT_MAIL_SERVER_FOR), "domain", route, NULL);
}

// ---- what is wrong as a whole

static void add_alarm(struct request *r, Kosi__DeskAlarm **alarms, size_t *count, const char *text) {
    Kosi__DeskAlarm *alarm = *count < ALARMS_MAX ? arena_take(r->arena, sizeof *alarm) : NULL;
    if (!alarm)
        return;
    kosi__desk_alarm__init(alarm);
    alarm->alarm_text = (char *)text;
    alarms[(*count)++] = alarm;
}

static const char *troubled_text(struct request *r, const char *route) {
    const char *server = mail_words_server(r, route);
    return server ? catalogue_fill(r->arena, request_text(r, TEXT_MAILS_TROUBLED_FOR), "server", server, NULL)
                  : request_text(r, TEXT_MAILS_TROUBLED);
}

size_t mail_words_alarms(struct request *r, const Kosi__MailsReply *ledger, Kosi__DeskAlarm ***out) {
    size_t count = 0;
    char number[16];
    *out = arena_take(r->arena, ALARMS_MAX * sizeof **out);
    snprintf(number, sizeof number, "%u", ledger->overdue);
    if (*out && ledger->overdue)
        add_alarm(r, *out, &count, catalogue_fill(r->arena, request_text(r, ledger->overdue == 1 ? TEXT_MAILS_OVERDUE_ONE : TEXT_MAILS_OVERDUE),
                                                  "count", number, NULL));
    for (size_t i = 0; *out && i < ledger->n_troubled; i++)
        add_alarm(r, *out, &count, troubled_text(r, ledger->troubled[i]));
    for (size_t i = 0; *out && i < ledger->n_unreadable; i++)
        add_alarm(r, *out, &count, catalogue_fill(r->arena, request_text(r, TEXT_MAILS_UNREADABLE), "setting", ledger->unreadable[i], NULL));
    return count;
}

// ---- for its reader

const char *mail_words_own(struct request *r, const Kosi__MailOf *mail) {
    const char *when = page_time(r, mail->has_ended_at ? mail->ended_at : mail->owed_at);
    return catalogue_fill(r->arena, request_text(r, states[state_index(mail->state)].own), "kind", mail_words_kind(r, mail->kind), "when",
                          when, NULL);
}
