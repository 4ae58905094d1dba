#include "services/submissions/answers.h"
#include "services/common/base/clock.h"
#include "services/common/base/problem.h"
#include "services/common/base/text.h"
#include <stdlib.h>
#include <string.h>

enum { QUESTIONS_MAX = 200 }; // as FormFile.questions

static char *path_of(struct answer_check *check, const char *group, const char *id) {
    char *path = arena_format(check->violations->arena, "%s.%s", group, id);
    check->out_of_memory |= !path;
    return path ? path : "";
}

static void wrong(struct answer_check *check, const Kosi__QuestionFile *q, const char *code, int64_t limit) {
    violations_add(check->violations, path_of(check, "answers", q->id), code, limit);
}

// The text itself when it is normal: it lives as long as the request.
static char *normal(struct answer_check *check, const char *text) {
    if (text_is_normal(text))
        return (char *)text;
    char *normalised = text_normal(text);
    char *kept = normalised ? arena_text(check->violations->arena, normalised) : NULL;
    check->out_of_memory |= !kept;
    free(normalised);
    return kept ? kept : "";
}

static bool is_text(const Kosi__Value *value) {
    return value->text && !value->n_items && !value->has_number && !value->list;
}

// ---- one answer; each function returns the value to keep, or NULL: none, or wrong

static Kosi__Value *new_value(struct answer_check *check) {
    Kosi__Value *value = arena_take(check->violations->arena, sizeof *value);
    check->out_of_memory |= !value;
    if (value)
        kosi__value__init(value);
    return value;
}

static void check_length(struct answer_check *check, const Kosi__QuestionFile *q, const char *text) {
    size_t length = text_length(text);
    uint32_t most = question_max_length(q);
    if (most && length > most)
        wrong(check, q, "too_long", most);
    else if (q->has_min_length && length < q->min_length)
        wrong(check, q, "too_short", q->min_length);
}

static void check_date(struct answer_check *check, const Kosi__QuestionFile *q, const char *text) {
    char first[QUESTION_DATE_MAX], last[QUESTION_DATE_MAX];
    const char *earliest = question_bound(q->earliest, check->now_us, first);
    const char *latest = question_bound(q->latest, check->now_us, last);
    if (clock_check_date(text) != 0)
        wrong(check, q, "invalid_format", 0);
    else if ((earliest && strcmp(text, earliest) < 0) || (latest && strcmp(text, latest) > 0))
        wrong(check, q, "out_of_range", 0);
}

static void check_text(struct answer_check *check, const Kosi__QuestionFile *q, enum question_type type, const char *text) {
    bool well_formed = true;
    if (type == QUESTION_DATE) {
        check_date(check, q, text);
        return;
    }
    if (type == QUESTION_CHOICE || type == QUESTION_DISTRICT) {
        if (!question_has_option(q, check->vocabulary, text))
            wrong(check, q, "not_an_option", 0);
        return;
    }
    if (type == QUESTION_EMAIL)
        well_formed = text_is_email(text);
    else if (type == QUESTION_URL)
        well_formed = text_is_url(text);
    else if (type == QUESTION_SHORT_TEXT)
        well_formed = text_printable(text, strlen(text), false);
    if (!well_formed)
        wrong(check, q, "invalid_format", 0);
    check_length(check, q, text);
}

static Kosi__Value *check_one(struct answer_check *check, const Kosi__QuestionFile *q, enum question_type type,
                              const Kosi__Value *sent) {
    if (!is_text(sent)) {
        wrong(check, q, "invalid_format", 0);
        return NULL;
    }
    char *text = normal(check, sent->text);
    if (!*text)
        return NULL;
    check_text(check, q, type, text);
    Kosi__Value *value = new_value(check);
    if (value)
        value->text = text;
    return value;
}

static bool has_item(const Kosi__Value *value, const char *item) {
    for (size_t i = 0; i < value->n_items; i++) {
        if (strcmp(value->items[i], item) == 0)
            return true;
    }
    return false;
}

// A form post with one box ticked looks like a text.
static Kosi__Value *check_several(struct answer_check *check, const Kosi__QuestionFile *q, const Kosi__Value *sent) {
    char *const *items = sent->text ? &sent->text : sent->items;
    size_t n = sent->text ? 1 : sent->n_items;
    if (sent->has_number || (sent->text && (sent->n_items || sent->list))) {
        wrong(check, q, "invalid_format", 0);
        return NULL;
    }
    Kosi__Value *value = new_value(check);
    char **kept = arena_take(check->violations->arena, (n + 1) * sizeof *kept);
    check->out_of_memory |= !kept;
    if (!value || !kept)
        return NULL;
    value->items = kept;
    for (size_t i = 0; i < n; i++) {
        char *item = normal(check, items[i]);
        if (!*item || has_item(value, item))
            continue;
        if (!question_has_option(q, check->vocabulary, item)) {
            wrong(check, q, "not_an_option", 0);
            return NULL;
        }
        kept[value->n_items++] = item;
    }
    if (q->has_max_choices && value->n_items > q->max_choices)
        wrong(check, q, "out_of_range", q->max_choices);
    return value->n_items ? value : NULL;
}

static Kosi__Value *check_answer(struct answer_check *check, const Kosi__QuestionFile *q, const Kosi__Value *sent) {
    enum question_type type = question_type(q);
    if (!question_kinds[type].answered)
        return NULL;
    size_t before = check->violations->count;
    Kosi__Value *value = NULL;
    if (sent)
        value = type == QUESTION_MULTIPLE_CHOICE ? check_several(check, q, sent) : check_one(check, q, type, sent);
    if (!value && q->has_required && q->required && check->violations->count == before)
        wrong(check, q, "required", 0);
    return value;
}

// ---- all answers

// Answers mostly come in the form's order: the search begins behind the question found last.
static int question_index(const Kosi__FormFile *file, const char *id, int last) {
    for (size_t i = 0; i < file->n_questions; i++) {
        size_t at = ((size_t)(last + 1) + i) % file->n_questions;
        if (strcmp(file->questions[at]->id, id) == 0)
            return (int)at;
    }
    return -1;
}

// Sorts what was sent by question. An answer to no question is named; one given twice is no sense at all.
static int sort_answers(struct answer_check *check, const Kosi__SubmitRequest *request, const Kosi__Value *by_question[]) {
    const Kosi__FormFile *file = check->form->file;
    int result = 0, at = -1;
    for (size_t i = 0; i < request->n_answers; i++) {
        const Kosi__Answer *answer = request->answers[i];
        const char *key = answer->key ? answer->key : "";
        at = question_index(file, key, at);
        if (at < 0 || at >= QUESTIONS_MAX || !question_kinds[question_type(file->questions[at])].answered) {
            violations_add(check->violations, path_of(check, "answers", key), "unknown_field", 0);
            result = PROBLEM_UNKNOWN_FIELD;
        } else if (by_question[at]) {
            wrong(check, file->questions[at], "invalid_format", 0);
            return PROBLEM_MALFORMED;
        } else {
            by_question[at] = answer->value;
        }
    }
    return result;
}

static int check_answers(struct answer_check *check, const Kosi__SubmitRequest *request, Kosi__SubmitRequest *kept) {
    const Kosi__FormFile *file = check->form->file;
    const Kosi__Value *by_question[QUESTIONS_MAX] = {0};
    int result = sort_answers(check, request, by_question);
    if (result != 0)
        return result;
    kept->answers = arena_take(check->violations->arena, file->n_questions * sizeof *kept->answers);
    Kosi__Answer *items = arena_take(check->violations->arena, file->n_questions * sizeof *items);
    if (!kept->answers || !items)
        return -1;
    for (size_t i = 0; i < file->n_questions && i < QUESTIONS_MAX; i++) {
        const Kosi__QuestionFile *q = file->questions[i];
        Kosi__Value *value = check_answer(check, q, by_question[i]);
        if (!value)
            continue;
        Kosi__Answer *answer = &items[kept->n_answers];
        kosi__answer__init(answer);
        answer->key = q->id;
        answer->value = value;
        kept->answers[kept->n_answers++] = answer;
    }
    return 0;
}

// ---- contact and consents

static int check_contact(struct answer_check *check, const Kosi__Contact *sent, Kosi__SubmitRequest *kept) {
    enum form_contact wanted = form_contact(check->form->file);
    Kosi__Contact *contact = arena_take(check->violations->arena, sizeof *contact);
    if (!contact)
        return -1;
    kosi__contact__init(contact);
    if (sent && sent->name)
        contact->name = normal(check, sent->name);
    if (sent && sent->email)
        contact->email = normal(check, sent->email);
    contact->name = contact->name && *contact->name ? contact->name : NULL;
    contact->email = contact->email && *contact->email ? contact->email : NULL;
    bool given = contact->name || contact->email;
    if (given && wanted == FORM_CONTACT_NONE) {
        violations_add(check->violations, "contact", "unknown_field", 0);
        return PROBLEM_UNKNOWN_FIELD;
    }
    if (wanted == FORM_CONTACT_REQUIRED && !contact->email)
        violations_add(check->violations, "contact.email", "required", 0);
    else if (contact->email && !text_is_email(contact->email))
        violations_add(check->violations, "contact.email", "invalid_format", 0);
    const char *language = sent && sent->language && *sent->language ? sent->language : check->locale;
    if (strcmp(language, "de") != 0 && strcmp(language, "en") != 0)
        violations_add(check->violations, "contact.language", "not_an_option", 0);
    contact->language = normal(check, language);
    kept->contact = given ? contact : NULL;
    return 0;
}

static bool agrees(const Kosi__SubmitRequest *request, const char *id) {
    for (size_t i = 0; i < request->n_consents; i++) {
        if (strcmp(request->consents[i], id) == 0)
            return true;
    }
    return false;
}

static int check_consents(struct answer_check *check, const Kosi__SubmitRequest *request, Kosi__SubmitRequest *kept) {
    const Kosi__FormFile *file = check->form->file;
    for (size_t i = 0; i < request->n_consents; i++) {
        const Kosi__QuestionFile *q = form_question(file, request->consents[i]);
        if (!q || question_type(q) != QUESTION_CONSENT)
            violations_add(check->violations, path_of(check, "consents", request->consents[i]), "not_an_option", 0);
    }
    kept->consents = arena_take(check->violations->arena, file->n_questions * sizeof *kept->consents);
    if (!kept->consents)
        return -1;
    for (size_t i = 0; i < file->n_questions; i++) {
        const Kosi__QuestionFile *q = file->questions[i];
        if (question_type(q) != QUESTION_CONSENT)
            continue;
        if (agrees(request, q->id))
            kept->consents[kept->n_consents++] = q->id;
        else if (q->has_required && q->required)
            violations_add(check->violations, path_of(check, "consents", q->id), "not_accepted", 0);
    }
    return 0;
}

int answers_check(struct answer_check *check, const Kosi__SubmitRequest *request, Kosi__SubmitRequest *kept) {
    size_t before = check->violations->count;
    int result = check_answers(check, request, kept);
    if (result == 0)
        result = check_contact(check, request->contact, kept);
    if (result == 0)
        result = check_consents(check, request, kept);
    if (check->out_of_memory)
        return -1;
    return result == 0 && check->violations->count > before ? PROBLEM_VALIDATION : result;
}

// ---- what came against what is kept; normal() leaves a text that is normal where it is

static bool same_value(const Kosi__Value *kept, const Kosi__Value *sent) {
    if (!sent || kept->text != sent->text || kept->n_items != sent->n_items)
        return false;
    for (size_t i = 0; i < kept->n_items; i++) {
        if (kept->items[i] != sent->items[i])
            return false;
    }
    return true;
}

static bool same_contact(const Kosi__Contact *kept, const Kosi__Contact *sent) {
    if (!kept || !sent)
        return !kept && !sent;
    return kept->name == sent->name && kept->email == sent->email && kept->language == sent->language;
}

bool answers_kept_whole(const Kosi__SubmitRequest *kept, const Kosi__SubmitRequest *request) {
    if (kept->n_answers != request->n_answers || kept->n_consents != request->n_consents ||
        !same_contact(kept->contact, request->contact))
        return false;
    for (size_t i = 0; i < kept->n_answers; i++) {
        const Kosi__Answer *sent = request->answers[i];
        if (!sent->key || strcmp(kept->answers[i]->key, sent->key) != 0 ||
            !same_value(kept->answers[i]->value, sent->value))
            return false;
    }
    for (size_t i = 0; i < kept->n_consents; i++) {
        if (strcmp(kept->consents[i], request->consents[i]) != 0)
            return false;
    }
    return true;
}

const Kosi__Value *answers_value(const Kosi__SubmitRequest *kept, const char *question) {
    for (size_t i = 0; i < kept->n_answers; i++) {
        if (strcmp(kept->answers[i]->key, question) == 0)
            return kept->answers[i]->value;
    }
    return NULL;
}
