// answers: what somebody sent, held against the version of the form it answers. What passes is kept in normal form: in the
// form's order, NFC, trimmed, empty answers left out.
#pragma once
#include "services/common/contract/violations.h"
#include "services/submissions/form.h"

struct answer_check {
    const struct form *form;
    const struct vocabulary *vocabulary;
    struct violations *violations;
    const char *locale; // of the sender: the language of the consents, and of mails when nothing else is said
    int64_t now_us;
    bool out_of_memory;
};
// Fills kept (initialised: answers, contact, consents) from the request. Returns 0, or with everything wrong named in
// violations PROBLEM_MALFORMED (an answer given twice), PROBLEM_UNKNOWN_FIELD or PROBLEM_VALIDATION; -1 when memory is out.
int answers_check(struct answer_check *check, const Kosi__SubmitRequest *request, Kosi__SubmitRequest *kept);

// Whether what is kept of the request is the request, in its order and to the letter.
bool answers_kept_whole(const Kosi__SubmitRequest *kept, const Kosi__SubmitRequest *request);

const Kosi__Value *answers_value(const Kosi__SubmitRequest *kept, const char *question); // NULL: not answered
