#include "services/submissions/question.h"
#include "services/common/base/clock.h"
#include <assert.h>
#include <string.h>

const struct question_kind question_kinds[QUESTION_TYPES] = {
    [QUESTION_SHORT_TEXT] = {"short_text", true, false, 200, 500},
    [QUESTION_LONG_TEXT] = {"long_text", true, false, 3000, 10000},
    [QUESTION_CHOICE] = {"choice", true, true, 0, 0},
    [QUESTION_MULTIPLE_CHOICE] = {"multiple_choice", true, true, 0, 0},
    [QUESTION_EMAIL] = {"email", true, false, 254, 254},
    [QUESTION_URL] = {"url", true, false, 500, 500},
    [QUESTION_DATE] = {"date", true, false, 0, 0},
    [QUESTION_DISTRICT] = {"district", true, false, 0, 0},
    [QUESTION_CONSENT] = {"consent", false, false, 0, 0},
    [QUESTION_SECTION] = {"section", false, false, 0, 0},
};

#define BIT(type) (1u << QUESTION_##type)
const struct feed_kind feed_kinds[FEEDS] = {
    [FEED_TITLE] = {"title", BIT(SHORT_TEXT), -1, 200},
    [FEED_SUMMARY] = {"summary", BIT(SHORT_TEXT) | BIT(LONG_TEXT), -1, 600},
    [FEED_DESCRIPTION] = {"description", BIT(SHORT_TEXT) | BIT(LONG_TEXT), -1, 10000},
    [FEED_THEMES] = {"themes", BIT(CHOICE) | BIT(MULTIPLE_CHOICE), VOCABULARY_THEMES, 0},
    [FEED_SECTOR] = {"sector", BIT(CHOICE), VOCABULARY_SECTORS, 0},
    [FEED_DISTRICT] = {"district", BIT(DISTRICT), VOCABULARY_DISTRICTS, 0},
    [FEED_STAGE] = {"stage", BIT(CHOICE), VOCABULARY_STAGES, 0},
    [FEED_SINCE] = {"since", BIT(DATE), -1, 0},
    [FEED_WEBSITE] = {"website", BIT(URL), -1, 500},
};

int question_type_of(const char *name) {
    for (int i = 0; i < QUESTION_TYPES; i++) {
        if (name && question_kinds[i].name[0] == name[0] && strcmp(question_kinds[i].name, name) == 0)
            return i;
    }
    return -1;
}

// A checked form has no other types, and their first two letters tell them apart; this is asked five times per answer.
enum question_type question_type(const Kosi__QuestionFile *question) {
    int type = 0;
    while (type < QUESTION_TYPES && memcmp(question_kinds[type].name, question->type, 2) != 0)
        type++;
    assert(type < QUESTION_TYPES);
    return (enum question_type)type;
}

uint32_t question_max_length(const Kosi__QuestionFile *question) {
    return question->has_max_length ? question->max_length : question_kinds[question_type(question)].usual_max;
}

int question_list(const Kosi__QuestionFile *question) {
    if (question_type_of(question->type) == QUESTION_DISTRICT)
        return VOCABULARY_DISTRICTS;
    return question->options_from ? vocabulary_list_named(question->options_from) : -1;
}

bool question_has_option(const Kosi__QuestionFile *question, const struct vocabulary *vocabulary, const char *id) {
    int list = question_list(question);
    if (list >= 0)
        return vocabulary_has(vocabulary, (enum vocabulary_list)list, id);
    for (size_t i = 0; i < question->n_options; i++) {
        if (strcmp(question->options[i]->id, id) == 0)
            return true;
    }
    return false;
}

const char *question_bound(const char *bound, int64_t now_us, char *out) {
    return bound && strcmp(bound, "today") == 0 ? clock_local_date(now_us, out) : bound;
}

int feed_of(const char *name) {
    for (int i = 0; i < FEEDS; i++) {
        if (name && strcmp(feed_kinds[i].name, name) == 0)
            return i;
    }
    return -1;
}
