#include "services/submissions/form_check.h"
#include "services/common/base/clock.h"
#include "services/common/base/text.h"
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum {
    HEADING_CHARS = 8,   // what joining two descriptions adds around a label
    // What one page can send: a gateway takes 500 fields, some are the page's own; and 128 kB, six bytes for a letter that is not ASCII.
    VALUES_MAX = 480,
    CHARS_MAX = 20000,
    FAULT_BYTES = 2048,  // two names of 200 characters and the words around them
};

static __attribute__((format(printf, 4, 5))) void fault(struct form_check *check, int question, const char *member,
                                                        const char *format, ...) {
    char text[FAULT_BYTES];
    va_list list;
    va_start(list, format);
    vsnprintf(text, sizeof text, format, list);
    va_end(list);
    buf_line(check->errors, "%s:%d: %s", check->file, form_source_line(check->source, question, member), text);
    check->faults++;
}

static bool is_question_id(const char *id) {
    if (*id < 'a' || *id > 'z')
        return false;
    return strspn(id, "abcdefghijklmnopqrstuvwxyz0123456789_") == strlen(id);
}

static void check_id(struct form_check *check, const Kosi__FormFile *form, int at) {
    const char *id = form->questions[at]->id;
    if (!is_question_id(id))
        fault(check, at, "id", "question id \"%s\": not of the form [a-z][a-z0-9_]*. Rename it.", id);
    // In form posts the answers stand beside these fields under their plain ids.
    if (protobuf_c_message_descriptor_get_field_by_name(&kosi__submit_request__descriptor, id) ||
        protobuf_c_message_descriptor_get_field_by_name(&kosi__correct_request__descriptor, id))
        fault(check, at, "id", "question id \"%s\" is the name of a field of every submission. Choose another.", id);
    for (int i = 0; i < at; i++) {
        if (strcmp(form->questions[i]->id, id) == 0)
            fault(check, at, "id", "question id \"%s\" is used twice. Give each question its own.", id);
    }
}

static void check_option_ids(struct form_check *check, const Kosi__QuestionFile *q, int at) {
    for (size_t i = 0; i < q->n_options; i++) {
        for (size_t j = 0; j < i; j++) {
            if (strcmp(q->options[i]->id, q->options[j]->id) == 0)
                fault(check, at, "options", "question %s: option \"%s\" stands twice. Give each option its own id.", q->id,
                      q->options[i]->id);
        }
    }
}

static void check_options(struct form_check *check, const Kosi__QuestionFile *q, int type, int at) {
    if (!question_kinds[type].chooses) {
        if (q->n_options || q->options_from)
            fault(check, at, q->n_options ? "options" : "options_from",
                  "question %s: a %s has no options. Remove them, or make it a choice.", q->id, q->type);
        return;
    }
    if (q->n_options && q->options_from)
        fault(check, at, "options_from", "question %s has options and options_from. Keep one of them.", q->id);
    if (!q->n_options && !q->options_from)
        fault(check, at, NULL, "question %s has nothing to choose from. Add options or options_from.", q->id);
    int list = q->options_from ? vocabulary_list_named(q->options_from) : -1;
    bool may = list == VOCABULARY_THEMES || list == VOCABULARY_SECTORS || list == VOCABULARY_STAGES;
    if (q->options_from && !may)
        fault(check, at, "options_from", "question %s: options_from \"%s\" is unknown. Use themes, sectors or stages.", q->id,
              q->options_from);
    check_option_ids(check, q, at);
}

static void check_lengths(struct form_check *check, const Kosi__QuestionFile *q, int type, int at) {
    const struct question_kind *kind = &question_kinds[type];
    if (!kind->usual_max) {
        if (q->has_min_length || q->has_max_length)
            fault(check, at, q->has_max_length ? "max_length" : "min_length",
                  "question %s: a %s has no length. Remove min_length and max_length.", q->id, q->type);
        return;
    }
    uint32_t most = question_max_length(q);
    if (most < 1 || most > kind->most_max)
        fault(check, at, "max_length", "question %s: max_length %u is out of range. Use 1 to %u for a %s.", q->id, most,
              kind->most_max, q->type);
    if (q->has_min_length && q->min_length > most)
        fault(check, at, "min_length", "question %s: min_length %u is more than max_length %u. Lower it.", q->id, q->min_length,
              most);
}

static void check_choices(struct form_check *check, const Kosi__QuestionFile *q, int type, int at) {
    if (!q->has_max_choices)
        return;
    if (type != QUESTION_MULTIPLE_CHOICE)
        fault(check, at, "max_choices", "question %s: max_choices is for a multiple_choice. Remove it.", q->id);
    else if (q->max_choices < 1 || (q->n_options && q->max_choices > q->n_options))
        fault(check, at, "max_choices", "question %s: max_choices %u is out of range. Use 1 to the number of options.", q->id,
              q->max_choices);
}

static bool is_bound(const char *date) {
    return !date || strcmp(date, "today") == 0 || clock_check_date(date) == 0;
}

static void check_dates(struct form_check *check, const Kosi__QuestionFile *q, int type, int at) {
    if (type != QUESTION_DATE && (q->earliest || q->latest)) {
        fault(check, at, q->earliest ? "earliest" : "latest", "question %s: earliest and latest are for a date. Remove them.",
              q->id);
        return;
    }
    if (!is_bound(q->earliest))
        fault(check, at, "earliest", "question %s: \"%s\" is no date. Write 2026-01-15 or today.", q->id, q->earliest);
    if (!is_bound(q->latest))
        fault(check, at, "latest", "question %s: \"%s\" is no date. Write 2026-01-15 or today.", q->id, q->latest);
    // "today" sorts behind every date, and is one: only two fixed dates can be in the wrong order.
    if (q->earliest && q->latest && strcmp(q->latest, "today") != 0 && strcmp(q->earliest, "today") != 0 &&
        strcmp(q->earliest, q->latest) > 0)
        fault(check, at, "latest", "question %s: latest is before earliest. Swap them.", q->id);
}

static void check_wording(struct form_check *check, const Kosi__QuestionFile *q, int type, int at) {
    if (type == QUESTION_CONSENT && !q->wording)
        fault(check, at, NULL, "consent %s has no wording. Add what people agree to as \"wording\".", q->id);
    if (type != QUESTION_CONSENT && q->wording)
        fault(check, at, "wording", "question %s: only a consent has a wording. Remove it, or use help.", q->id);
    if (type == QUESTION_SECTION && q->has_required && q->required)
        fault(check, at, "required", "section %s can't be required: it has no answer. Remove \"required\".", q->id);
}

static void check_example(struct form_check *check, const Kosi__QuestionFile *q, int type, int at) {
    if (q->example && !question_kinds[type].usual_max)
        fault(check, at, "example", "question %s: a %s needs no example. Remove it, or use help.", q->id, q->type);
}

static void check_feed_values(struct form_check *check, const Kosi__QuestionFile *q, enum vocabulary_list list, int at) {
    if (q->options_from && vocabulary_list_named(q->options_from) != (int)list)
        fault(check, at, "options_from", "question %s: options from %s can't feed %s. Take them from its own list.", q->id,
              q->options_from, q->feeds);
    for (size_t i = 0; i < q->n_options; i++) {
        if (!vocabulary_has(check->vocabulary, list, q->options[i]->id))
            fault(check, at, "options",
                  "question %s feeds %s, but option \"%s\" is not in vocabulary.json. Add it there, or remove feeds.", q->id,
                  q->feeds, q->options[i]->id);
    }
}

static void check_feeds(struct form_check *check, const Kosi__QuestionFile *q, int type, int at) {
    if (!q->feeds)
        return;
    int feed = feed_of(q->feeds);
    if (feed < 0) {
        fault(check, at, "feeds",
              "question %s feeds \"%s\", which no entry has. Use title, summary, description, themes, "
              "sector, district, stage, since or website.",
              q->id, q->feeds);
        return;
    }
    const struct feed_kind *kind = &feed_kinds[feed];
    if (!(kind->types & (1u << type))) {
        fault(check, at, "feeds", "question %s: a %s can't feed %s. Change its type, or remove feeds.", q->id, q->type,
              q->feeds);
        return;
    }
    if (kind->most && question_max_length(q) > kind->most)
        fault(check, at, "max_length", "question %s feeds %s, which holds %u characters. Lower max_length.", q->id, q->feeds,
              kind->most);
    if (kind->list >= 0)
        check_feed_values(check, q, (enum vocabulary_list)kind->list, at);
}

static void check_question(struct form_check *check, const Kosi__FormFile *form, int at) {
    const Kosi__QuestionFile *q = form->questions[at];
    check_id(check, form, at);
    int type = question_type_of(q->type);
    if (type < 0) {
        fault(check, at, "type",
              "question %s: type \"%s\" is unknown. Use short_text, long_text, choice, multiple_choice, "
              "email, url, date, district, consent or section.",
              q->id, q->type);
        return;
    }
    check_options(check, q, type, at);
    check_lengths(check, q, type, at);
    check_choices(check, q, type, at);
    check_dates(check, q, type, at);
    check_wording(check, q, type, at);
    check_example(check, q, type, at);
    check_feeds(check, q, type, at);
}

static void check_title(struct form_check *check, const Kosi__QuestionFile *q, int at) {
    if (strcmp(q->id, "title") != 0)
        fault(check, at, "id", "question %s feeds the title, so its id must be \"title\". Rename it.", q->id);
    if (!q->has_required || !q->required)
        fault(check, at, NULL, "question %s feeds the title, so it must be required. Add \"required\": true.", q->id);
}

// A label becomes a heading in the language the answer was given in.
static size_t heading_length(const Kosi__Text *label) {
    size_t de = text_length(label->de), en = label->en ? text_length(label->en) : 0;
    return (de > en ? de : en) + HEADING_CHARS;
}

// Each field has one source; several questions may share the description, which must hold them all.
static void check_all_feeds(struct form_check *check, const Kosi__FormFile *form) {
    int count[FEEDS] = {0};
    size_t description = 0;
    for (size_t i = 0; i < form->n_questions; i++) {
        const Kosi__QuestionFile *q = form->questions[i];
        int feed = feed_of(q->feeds);
        if (feed < 0 || question_type_of(q->type) < 0)
            continue;
        count[feed]++;
        if (feed == FEED_DESCRIPTION)
            description += question_max_length(q) + heading_length(q->label);
        else if (count[feed] > 1)
            fault(check, (int)i, "feeds", "question %s: another one feeds %s already. Keep one.", q->id, q->feeds);
        if (feed == FEED_TITLE)
            check_title(check, q, (int)i);
    }
    if (!count[FEED_TITLE])
        fault(check, -1, "questions", "no question feeds the title. Add \"feeds\": \"title\" to the one with id \"title\".");
    if (count[FEED_DESCRIPTION] > 1 && description > feed_kinds[FEED_DESCRIPTION].most)
        fault(check, -1, "questions",
              "the questions that feed the description may give %zu characters, it holds %u. "
              "Lower their max_length.",
              description, feed_kinds[FEED_DESCRIPTION].most);
}

static void check_head(struct form_check *check, const Kosi__FormFile *form) {
    const char *name = strrchr(check->file, '/');
    name = name ? name + 1 : check->file;
    size_t stem = strcspn(name, ".");
    if (strlen(form->slug) != stem || strncmp(form->slug, name, stem) != 0)
        fault(check, -1, "slug", "slug \"%s\" is not the file's name. Name the file %s.json, or change the slug.", form->slug,
              form->slug);
    if (!vocabulary_has(check->vocabulary, VOCABULARY_KINDS, form->entry_kind))
        fault(check, -1, "entry_kind", "entry_kind \"%s\" is no kind in vocabulary.json. Add it there, or choose another.",
              form->entry_kind);
    if (form->contact && strcmp(form->contact, "none") != 0 && strcmp(form->contact, "optional") != 0 &&
        strcmp(form->contact, "required") != 0)
        fault(check, -1, "contact", "contact \"%s\" is unknown. Use none, optional or required.", form->contact);
}

static size_t most_values(const struct form_check *check, const Kosi__QuestionFile *q, int type) {
    int list = question_list(q);
    if (type != QUESTION_MULTIPLE_CHOICE)
        return type != QUESTION_SECTION;
    if (q->has_max_choices)
        return q->max_choices;
    return list < 0 ? q->n_options : vocabulary_terms(check->vocabulary, (enum vocabulary_list)list).count;
}

// Whoever answers everything at length must be able to send it, and to change it later.
static void check_size(struct form_check *check, const Kosi__FormFile *form) {
    size_t values = 0, characters = 0;
    for (size_t i = 0; i < form->n_questions; i++) {
        int type = question_type_of(form->questions[i]->type);
        if (type < 0)
            continue;
        values += most_values(check, form->questions[i], type);
        characters += question_kinds[type].usual_max ? question_max_length(form->questions[i]) : 0;
    }
    if (values > VALUES_MAX)
        fault(check, -1, "questions", "all boxes ticked, the form gives %zu answers; a page can send %d. Set max_choices, or ask less.",
              values, VALUES_MAX);
    if (characters > CHARS_MAX)
        fault(check, -1, "questions", "its texts may come to %zu characters; a page can send %d. Lower their max_length.", characters,
              CHARS_MAX);
}

int form_check(struct form_check *check, const Kosi__FormFile *form) {
    check_head(check, form);
    for (size_t i = 0; i < form->n_questions; i++)
        check_question(check, form, (int)i);
    check_all_feeds(check, form);
    check_size(check, form);
    return check->faults ? -1 : 0;
}
