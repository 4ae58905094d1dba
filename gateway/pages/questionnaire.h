// questionnaire: the questions of a form as they stand in pages, section by section: to be filled in, with what was typed and what is
// wrong with it, or to be read. What was typed are the pairs of a form post: fields named as the questions, contact.name, contact.email,
// consents.
#pragma once
#include "gateway/pages/page.h"
#include "kosi/pages_citizen.pb-c.h"
#include "kosi/submissions.pb-c.h"

struct questionnaire {
    struct request *request;
    const Kosi__Form *form;
    const struct urlencoded_pairs *typed;
};

// All return how many there are, 0 also when memory is out. The request's violations stand beside the fields they name.
size_t questionnaire_sections(const struct questionnaire *questionnaire, Kosi__PageSection ***out);
// form_url: where the sections can be changed, NULL for answers that only are shown.
size_t questionnaire_parts(const struct questionnaire *questionnaire, const char *form_url, Kosi__PagePart ***out);
// A link to each field that has an error, in the order of the page. Also fills in section_faults.
size_t questionnaire_faults(struct request *request, Kosi__PageSection *const *sections, size_t count, Kosi__PageFault ***out);
// What was sent once, as if it had been typed now.
void questionnaire_typed(struct request *request, const Kosi__SubmissionExport *sent, struct urlencoded_pairs *out);
