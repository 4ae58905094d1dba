#include "services/notifications/mail_gather.h"
#include "services/common/base/clock.h"
#include "services/common/base/link.h"
#include "services/notifications/mail_texts.h"
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { TIME_BYTES = 80 };

// ---- links

struct subject {
    const char *contact, *submission, *entry, *own;   // ids; NULL: there is none
    const char *sender;                               // the contact of whoever sent the submission, as they now want to be written to
    uint32_t address_changes;
};

enum whose { NOBODYS, CONTACTS, SUBMISSIONS, ENTRYS, OWN };
enum generation { NO_TOKEN, OF_ADDRESS, OF_CONTACT, OF_SERIAL };
static const struct link_fact {
    const char *name;
    enum link link;
    enum whose whose;
    enum generation generation;
} link_facts[] = {
    {"home_url", LINK_HOME, NOBODYS, NO_TOKEN},
    {"imprint_url", LINK_IMPRINT, NOBODYS, NO_TOKEN},
    {"privacy_url", LINK_PRIVACY, NOBODYS, NO_TOKEN},
    {"landscape_url", LINK_LANDSCAPE, NOBODYS, NO_TOKEN},
    {"inbox_url", LINK_STAFF_INBOX, NOBODYS, NO_TOKEN},
    {"account_url", LINK_STAFF_MAIL_SETTINGS, NOBODYS, NO_TOKEN},
    {"entry_url", LINK_ENTRY, ENTRYS, NO_TOKEN},
    {"issue_url", LINK_ISSUE, OWN, NO_TOKEN},
    {"submission_url", LINK_STAFF_SUBMISSION, SUBMISSIONS, NO_TOKEN},
    {"status_url", LINK_STATUS, SUBMISSIONS, OF_ADDRESS},
    {"confirm_url", LINK_CONFIRM, CONTACTS, OF_CONTACT},
    {"preferences_url", LINK_PREFERENCES, CONTACTS, OF_CONTACT},
    {"refresh_url", LINK_REFRESH, ENTRYS, OF_SERIAL},
    {"reset_url", LINK_RESET, OWN, OF_SERIAL},
};

static const char *id_of(const struct subject *subject, enum whose whose) {
    const char *ids[] = {[NOBODYS] = NULL, [CONTACTS] = subject->contact, [SUBMISSIONS] = subject->submission, [ENTRYS] = subject->entry,
                         [OWN] = subject->own};
    return ids[whose];
}

static uint32_t generation_of(const struct mail_facts *facts, const Kosi__LeasedMail *mail, const struct subject *subject,
                              enum generation generation) {
    const char *serial = mail_facts_get(facts, "serial");
    if (generation == OF_CONTACT)
        return mail->generation;
    if (generation == OF_ADDRESS)
        return LINK_STATUS_MAILED + subject->address_changes;
    return generation == OF_SERIAL && *serial != '\0' ? (uint32_t)strtoul(serial, NULL, 10) : 1;
}

// "TOKEN?lists=newsletter+digest"
static const char *lists_asked(struct arena *arena, const char *token, const char *lists) {
    char *variable = arena_format(arena, "%s?lists=%s", token, lists);
    for (char *at = variable; at != NULL && (at = strchr(at, ' ')) != NULL;)
        *at = '+';
    return variable;
}

static int set_link(const struct mail_pen *pen, const Kosi__LeasedMail *mail, const struct subject *subject, const struct link_fact *row,
                    struct mail_facts *facts) {
    const char *id = id_of(subject, row->whose);
    char token[ID_TOKEN_MAX];
    if (row->whose != NOBODYS && (id == NULL || *id == '\0'))
        return 0;
    if (row->generation == OF_ADDRESS && (subject->sender == NULL || mail->contact == NULL || strcmp(subject->sender, mail->contact) != 0))
        return 0;   // on its way to an address that is no longer the sender's
    if (row->generation != NO_TOKEN) {
        link_token(pen->room->node_key, row->link, id, generation_of(facts, mail, subject, row->generation), token);
        id = token;
    }
    if (row->whose != NOBODYS && *id == '\0')
        return 0;
    if (row->link == LINK_CONFIRM && *mail_facts_get(facts, "lists") != '\0')   // only what this mail asks for is agreed to by its link
        id = lists_asked(pen->arena, id, mail_facts_get(facts, "lists"));
    return mail_facts_set(facts, row->name, link_url(pen->config, row->link, facts->language, id, pen->arena));
}

// A receipt asks who has not confirmed the address yet, who has nothing to choose before; staff choose in their account.
static bool is_wanted(enum mail_kind kind, const Kosi__LeasedMail *mail, const char *name) {
    bool needed;
    if (strcmp(name, "confirm_url") == 0 && kind == MAIL_RECEIVED && mail->confirmed)
        return false;
    if (strcmp(name, "preferences_url") == 0 && (mail_kind_row(kind)->staff || !mail->confirmed))
        return false;
    return mail_facts_known(kind, name, &needed);
}

static int set_leave(const struct mail_pen *pen, enum mail_kind kind, const Kosi__LeasedMail *mail, struct mail_facts *facts) {
    const char *list = mail_kind_row(kind)->list;
    char token[ID_TOKEN_MAX];
    if (list == NULL)
        return 0;
    enum link link = strcmp(list, "digest") == 0 ? LINK_LEAVE_DIGEST : LINK_LEAVE_NEWSLETTER;
    link_token(pen->room->node_key, link, mail->contact, mail->generation, token);
    return mail_facts_set(facts, "leave_url", link_url(pen->config, link, facts->language, token, pen->arena));
}

static int set_links(const struct mail_pen *pen, enum mail_kind kind, const Kosi__LeasedMail *mail, const struct subject *subject,
                     struct mail_facts *facts) {
    int rc = set_leave(pen, kind, mail, facts);
    for (size_t i = 0; rc == 0 && i < sizeof link_facts / sizeof *link_facts; i++)
        if (is_wanted(kind, mail, link_facts[i].name))
            rc = set_link(pen, mail, subject, &link_facts[i], facts);
    return rc;
}

// ---- words and dates

static bool is_english(const char *language) {
    return strcmp(language, "en") == 0;
}

static void date_in_words(const struct mail_texts *texts, const char *language, const struct tm *local, bool with_time, char out[TIME_BYTES]) {
    char key[24];
    snprintf(key, sizeof key, "month.%d", local->tm_mon + 1);
    const char *month = mail_texts_word(texts, key, language);
    int n = snprintf(out, TIME_BYTES, is_english(language) ? "%d %s %d" : "%d. %s %d", local->tm_mday, month != NULL ? month : "?", local->tm_year + 1900);
    if (with_time && n > 0 && n < TIME_BYTES)
        snprintf(out + n, (size_t)(TIME_BYTES - n), is_english(language) ? ", %02d:%02d" : ", %02d:%02d Uhr", local->tm_hour, local->tm_min);
}

static int put_date(const struct mail_texts *texts, const char *name, bool with_time, struct mail_facts *facts) {
    const char *value = mail_facts_get(facts, name);
    char words[TIME_BYTES], *end;
    struct tm local = {0};
    if (*value == '\0')
        return 0;
    int64_t us = strtoll(value, &end, 10);
    bool whole = *end == '\0';
    time_t seconds = (time_t)(us / 1000000);
    if (whole && localtime_r(&seconds, &local) == NULL)
        return 0;
    if (!whole && sscanf(value, "%4d-%2d-%2d", &local.tm_year, &local.tm_mon, &local.tm_mday) != 3)
        return 0;
    if (!whole) {
        local.tm_year -= 1900;
        local.tm_mon -= 1;
    }
    date_in_words(texts, facts->language, &local, whole && with_time, words);
    return mail_facts_set(facts, name, words);
}

static int put_reason(const struct mail_texts *texts, struct mail_facts *facts) {
    const char *slug = mail_facts_get(facts, "reason");
    char key[64];
    if (*slug == '\0')
        return 0;
    snprintf(key, sizeof key, "reason.%.40s", slug);
    const char *words = mail_texts_word(texts, key, facts->language);
    if (words == NULL)
        words = mail_texts_word(texts, "reason.other", facts->language);
    return mail_facts_set(facts, "reason", words);
}

static int put_lists(const struct mail_texts *texts, struct mail_facts *facts) {
    struct buf words BUF_AUTO;
    buf_init(&words, 0);
    size_t n;
    for (const char *at = mail_facts_get(facts, "lists"); (n = strcspn(at, " ")) > 0; at += n + strspn(at + n, " ")) {
        char key[64];
        snprintf(key, sizeof key, "list.%.*s", (int)n, at);
        const char *name = mail_texts_word(texts, key, facts->language);
        if (words.len > 0 && name != NULL)
            buf_text(&words, is_english(facts->language) ? " and " : " und ");
        if (name != NULL)
            buf_text(&words, name);
    }
    return mail_facts_set(facts, "lists", words.data);
}

static int put_words(const struct mail_pen *pen, enum mail_kind kind, struct mail_facts *facts) {
    const struct mail_texts *texts = pen->room->texts;
    int rc = mail_facts_set(facts, "city", mail_texts_city(texts, facts->language));
    rc = rc != 0 ? rc : put_reason(texts, facts);
    rc = rc != 0 ? rc : put_lists(texts, facts);
    rc = rc != 0 ? rc : put_date(texts, "until", kind == MAIL_PASSWORD_RESET, facts);
    return rc != 0 ? rc : put_date(texts, "since", false, facts);
}

// ---- what the database knows

static int take(struct mail_facts *facts, const char *name, struct store_statement *row, int column) {
    bool there = *mail_facts_get(facts, name) != '\0' || *store_text(row, column) == '\0';
    return there ? 0 : mail_facts_set(facts, name, store_text(row, column));
}

static void take_sender(const struct mail_pen *pen, struct store_statement *row, int column, struct subject *subject) {
    subject->sender = arena_text(pen->arena, store_text(row, column));
    subject->address_changes = (uint32_t)store_int(row, column + 1);
}

static int of_submission(const struct mail_pen *pen, struct subject *subject, struct mail_facts *facts) {
    struct store_statement *s = store_prepare(pen->store, "SELECT receipt, form_title, entry_id, contact, address_changes FROM matter WHERE id = ?1");
    store_bind_text(s, 1, subject->submission);
    int rc = store_step(s);
    if (rc > 0) {
        rc = take(facts, "receipt", s, 0);
        rc = rc != 0 ? rc : take(facts, "form", s, 1);
        if (subject->entry == NULL && *store_text(s, 2) != '\0')
            subject->entry = arena_text(pen->arena, store_text(s, 2));
        take_sender(pen, s, 3, subject);
    }
    store_reset(s);
    return rc;
}

static int of_entry(const struct mail_pen *pen, struct subject *subject) {
    struct store_statement *s = store_prepare(pen->store, "SELECT id, contact, address_changes FROM matter WHERE entry_id = ?1");
    store_bind_text(s, 1, subject->entry);
    int rc = store_step(s);
    if (rc > 0) {
        subject->submission = arena_text(pen->arena, store_text(s, 0));
        take_sender(pen, s, 1, subject);
    }
    store_reset(s);
    return rc < 0 ? rc : 0;
}

// Of somebody else's entry only what is shown.
static int title_of_entry(const struct mail_pen *pen, enum mail_kind kind, const struct subject *subject, struct mail_facts *facts) {
    struct store_statement *s = store_prepare(pen->store, "SELECT title FROM news WHERE entry_id = ?1 AND (shown = 1 OR ?2 = 0)");
    store_bind_text(s, 1, subject->entry);
    store_bind_int(s, 2, kind == MAIL_DUPLICATE);
    int rc = store_step(s);
    if (rc > 0)
        rc = take(facts, "title", s, 0);
    store_reset(s);
    return rc;
}

// Readers of English get the German one where staff wrote no other, in a frame that they can read: how to leave stands there.
static int of_newsletter(const struct mail_pen *pen, const char *id, struct mail_facts *facts) {
    struct store_statement *s = store_prepare(pen->store, "SELECT subject_de, body_de, subject_en, body_en FROM newsletter WHERE id = ?1");
    store_bind_text(s, 1, id);
    int rc = store_step(s);
    if (rc > 0) {
        bool english = is_english(facts->language) && *store_text(s, 2) != '\0' && *store_text(s, 3) != '\0';
        facts->body_language = english == is_english(facts->language) ? NULL : "de";
        facts->body = arena_text(pen->arena, store_text(s, english ? 3 : 1));
        rc = mail_facts_set(facts, "subject", store_text(s, english ? 2 : 0));
    }
    store_reset(s);
    return rc;
}

static bool about_entry(enum mail_kind kind) {
    return kind == MAIL_REFRESH || kind == MAIL_STALE || kind == MAIL_ARCHIVED;
}

static int look_up(const struct mail_pen *pen, enum mail_kind kind, struct subject *subject, struct mail_facts *facts) {
    int rc = 0;
    if (kind == MAIL_NEWSLETTER || kind == MAIL_NEWSLETTER_TEST)
        return of_newsletter(pen, subject->own, facts);
    const char *kept = mail_facts_get(facts, "entry_id");
    if (*kept != '\0')
        subject->entry = kept;
    if (about_entry(kind)) {
        subject->entry = subject->own;
        rc = of_entry(pen, subject);
    } else if (kind != MAIL_DIGEST && kind != MAIL_PASSWORD_RESET && *subject->own != '\0') {
        subject->submission = subject->own;
        rc = of_submission(pen, subject, facts);
    }
    return rc == 0 && subject->entry != NULL ? title_of_entry(pen, kind, subject, facts) : rc;
}

// ---- what was kept with the mail

// Of an entry only its id is kept: the words are those it has now, and what is no longer shown is told to nobody. 1: shown.
static int of_news(const struct mail_pen *pen, const char *entry_id, Kosi__MailItem *item) {
    struct store_statement *s = store_prepare(pen->store, "SELECT title, summary FROM news WHERE entry_id = ?1 AND shown = 1");
    store_bind_text(s, 1, entry_id);
    int rc = store_step(s);
    if (rc == 1) {
        item->title = arena_text(pen->arena, store_text(s, 0));
        item->text = arena_text(pen->arena, store_text(s, 1));
    }
    store_reset(s);
    return rc;
}

static int keep_items(const struct mail_pen *pen, const Kosi__MailFacts *kept, struct mail_facts *facts) {
    facts->entries = arena_take(pen->arena, (kept->n_items + 1) * sizeof *facts->entries);
    for (size_t i = 0; facts->entries != NULL && i < kept->n_items; i++) {
        Kosi__MailItem *item = kept->items[i];
        uint8_t id[ID_BYTES];
        bool entry = item->link != NULL && id_parse(item->link, id), told = item->title != NULL && item->title[0] != '\0';
        const char *entry_id = item->link;
        int rc = entry && !told ? of_news(pen, entry_id, item) : 1;
        if (rc < 0)
            return rc;
        if (rc == 0)
            continue;
        if (entry)
            item->link = link_url(pen->config, LINK_ENTRY, facts->language, entry_id, pen->arena);
        item->title = mail_facts_clean(pen->arena, item->title != NULL ? item->title : "");
        item->text = mail_facts_clean(pen->arena, item->text != NULL ? item->text : "");
        facts->entries[facts->entry_count++] = item;
    }
    if (facts->entries == NULL)
        return STORE_FAULT;
    return kept->n_items > 0 && facts->entry_count == 0 ? PROBLEM_GONE : 0;
}

static int keep(const struct mail_pen *pen, const Kosi__LeasedMail *mail, struct mail_facts *facts) {
    if (!mail->has_facts || mail->facts.len == 0)
        return 0;
    Kosi__MailFacts *kept = kosi__mail_facts__unpack(arena_allocator(pen->arena), mail->facts.len, mail->facts.data);
    if (kept == NULL)
        return STORE_FAULT;
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < kept->n_facts; i++)
        if (kept->facts[i]->name != NULL)
            rc = mail_facts_set(facts, kept->facts[i]->name, kept->facts[i]->value);
    return rc == 0 ? keep_items(pen, kept, facts) : rc;
}

static int days_of_config(const struct mail_pen *pen, enum mail_kind kind, struct mail_facts *facts) {
    char days[16];
    if (kind != MAIL_STAFF_OVERDUE || *mail_facts_get(facts, "days") != '\0')
        return 0;
    snprintf(days, sizeof days, "%d", pen->config->overdue_days);
    return mail_facts_set(facts, "days", days);
}

// sender: who sent in what it is about, as far as the database does not know it.
static int fill_in(const struct mail_pen *pen, enum mail_kind kind, const Kosi__LeasedMail *mail, const char *sender, struct mail_facts *facts) {
    struct subject subject = {.contact = mail->contact, .sender = sender, .own = mail->subject_id != NULL ? mail->subject_id : ""};
    int rc = look_up(pen, kind, &subject, facts);
    rc = rc != 0 ? rc : days_of_config(pen, kind, facts);
    // Links name what the words then put in the reader's language.
    rc = rc != 0 ? rc : set_links(pen, kind, mail, &subject, facts);
    return rc != 0 ? rc : put_words(pen, kind, facts);
}

int mail_gather(const struct mail_pen *pen, enum mail_kind kind, const Kosi__LeasedMail *mail, struct mail_facts *out) {
    *out = (struct mail_facts){.arena = pen->arena, .language = mail->language != NULL && is_english(mail->language) ? "en" : "de"};
    int rc = keep(pen, mail, out);
    return rc != 0 ? rc : fill_in(pen, kind, mail, NULL, out);
}

// ---- an example

#define EXAMPLE_ID "00000000-0000-7000-8000-00000000000"
static const struct { const char *name, *value; } examples[] = {   // a value in words.json: "example.<name>"
    {"receipt", NULL}, {"form", NULL}, {"title", NULL}, {"subject", NULL}, {"login", NULL}, {"entry_id", EXAMPLE_ID "1"}, {"reason", "incomplete"},
    {"until", "2027-03-28"}, {"since", "2027-03-21"}, {"lists", "newsletter digest"}, {"count", "3"}, {"serial", "1"}};

static const char *example_word(const struct mail_pen *pen, const char *name, const char *language) {
    char key[60];
    snprintf(key, sizeof key, "example.%s", name);
    const char *word = mail_texts_word(pen->room->texts, key, language);
    return word != NULL ? word : name;
}

static int put_examples(const struct mail_pen *pen, struct mail_facts *facts) {
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < sizeof examples / sizeof *examples; i++)
        rc = mail_facts_set(facts, examples[i].name,
                            examples[i].value != NULL ? examples[i].value : example_word(pen, examples[i].name, facts->language));
    facts->body = example_word(pen, "body", facts->language);
    Kosi__MailItem *item = arena_take(pen->arena, sizeof *item);
    facts->entries = arena_take(pen->arena, 2 * sizeof *facts->entries);
    if (rc != 0 || item == NULL || facts->entries == NULL)
        return STORE_FAULT;
    kosi__mail_item__init(item);
    item->title = (char *)mail_facts_get(facts, "title");
    item->text = (char *)example_word(pen, "summary", facts->language);
    item->link = link_url(pen->config, LINK_ENTRY, facts->language, EXAMPLE_ID "1", pen->arena);
    facts->entries[0] = facts->entries[1] = item;
    facts->entry_count = 2;
    return 0;
}

int mail_gather_example(const struct mail_pen *pen, enum mail_kind kind, const char *language, struct mail_facts *out) {
    *out = (struct mail_facts){.arena = pen->arena, .language = language != NULL && is_english(language) ? "en" : "de"};
    Kosi__LeasedMail mail = KOSI__LEASED_MAIL__INIT;
    mail.id = mail.contact = mail.subject_id = (char *)EXAMPLE_ID "2";
    mail.generation = 1;
    mail.confirmed = !mail_kind_row(kind)->asks;
    int rc = put_examples(pen, out);
    return rc != 0 ? rc : fill_in(pen, kind, &mail, mail.contact, out);
}
