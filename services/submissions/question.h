// question: what each type of question is like, and which field of an entry an answer may feed. One table each; the checks of
// form files, of answers, and the mapping to entries all read them.
#pragma once
#include "services/common/contract/vocabulary.h"
#include "kosi/submissions.pb-c.h"
#include <stdbool.h>
#include <stdint.h>

enum question_type {
    QUESTION_SHORT_TEXT,
    QUESTION_LONG_TEXT,
    QUESTION_CHOICE,
    QUESTION_MULTIPLE_CHOICE,
    QUESTION_EMAIL,
    QUESTION_URL,
    QUESTION_DATE,
    QUESTION_DISTRICT,
    QUESTION_CONSENT,
    QUESTION_SECTION,
    QUESTION_TYPES
};
struct question_kind {
    const char *name;
    bool answered;      // has a value under "answers"
    bool chooses;       // its options stand in the form
    uint32_t usual_max; // length in characters when the form says nothing; 0: length is no matter
    uint32_t most_max;
};
extern const struct question_kind question_kinds[QUESTION_TYPES];

int question_type_of(const char *name);                               // enum question_type, or -1
enum question_type question_type(const Kosi__QuestionFile *question); // of a checked form
uint32_t question_max_length(const Kosi__QuestionFile *question);
// Where its options come from: an enum vocabulary_list, or -1 for its own (or none).
int question_list(const Kosi__QuestionFile *question);
bool question_has_option(const Kosi__QuestionFile *question, const struct vocabulary *vocabulary, const char *id);
// A date's bound as a date: "today" is the day of now_us where the cities are. NULL gives NULL; out holds QUESTION_DATE_MAX
// bytes.
enum { QUESTION_DATE_MAX = 24 };
const char *question_bound(const char *bound, int64_t now_us, char *out);

enum feed {
    FEED_TITLE,
    FEED_SUMMARY,
    FEED_DESCRIPTION,
    FEED_THEMES,
    FEED_SECTOR,
    FEED_DISTRICT,
    FEED_STAGE,
    FEED_SINCE,
    FEED_WEBSITE,
    FEEDS
};
struct feed_kind {
    const char *name;
    unsigned types; // bits of enum question_type that may feed it
    int list;       // the vocabulary its values come from, or -1
    uint32_t most;  // characters it holds; 0: no matter
};
extern const struct feed_kind feed_kinds[FEEDS];
int feed_of(const char *name); // enum feed, or -1
