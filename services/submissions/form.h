// form: one version of a questionnaire, as it is kept for ever, and how it looks to a reader.
#pragma once
#include "services/submissions/question.h"

struct form {
    Kosi__FormFile *file;
    uint32_t version;
};
enum form_contact { FORM_CONTACT_NONE, FORM_CONTACT_OPTIONAL, FORM_CONTACT_REQUIRED };

enum form_contact form_contact(const Kosi__FormFile *file);
const Kosi__QuestionFile *form_question(const Kosi__FormFile *file, const char *id); // NULL: none
// Fills out (initialised) in the reader's language; its texts are the form's, its arrays the arena's. 0 or -1 (memory).
int form_show(const struct form *form, const struct vocabulary *vocabulary, const char *locale, int64_t now_us,
              struct arena *arena, Kosi__Form *out);
// SHA-256 of a consent's wording, in hex: 65 bytes.
enum { WORDING_HASH_MAX = 65 };
void form_wording_hash(const char *wording, char out[WORDING_HASH_MAX]);
