// staff_case: one submission on a moderator's desk, kept in request->page: read together with the labels that its page needs, and
// decided upon. A decision that is refused leads back to the page it came from, with what was typed and what was changed meanwhile.
#pragma once
#include "gateway/pages/staff_view.h"

enum staff_move { STAFF_SHOW, STAFF_TAKE, STAFF_RELEASE, STAFF_ACCEPT, STAFF_REJECT, STAFF_DUPLICATE, STAFF_REOPEN, STAFF_MOVES };
enum { STAFF_OTHERS_MAX = 5 };
struct staff_case {
    enum staff_move move;
    route_serve *show;                      // what to answer once all is read
    const Kosi__StaffSubmission *submission;
    int outcome;                            // why a decision was not taken; 0: none was tried
    const Kosi__Entry *others[STAFF_OTHERS_MAX];   // entries to compare with, once asked for
    size_t others_asked, other_count;
};
static inline struct staff_case *staff_case_of(const struct request *request) { return request->page; }

// Reads the submission that the address names, then calls show.
void staff_case_open(struct request *request, enum staff_move move, route_serve *show);
// A form of a decision was sent: asks for it. Taken: 303 to the submission's page. Refused: opened again, then show.
// fill puts the form's fields into the request; NULL: there are none beside the version. It returns 0 or a problem, with violations.
typedef int staff_case_fill(struct request *request, Kosi__DecisionRequest *input);
void staff_case_decide(struct request *request, enum staff_move move, staff_case_fill *fill, route_serve *show);
// Reads the similar entries one after another into `others`, then calls then. What is not there any more is passed over.
void staff_case_read_others(struct request *request, route_serve *then);

bool staff_case_allows(const struct staff_case *staff_case, enum staff_move move);   // in the present state
// The version that the moderator saw; 0 when none was sent.
uint32_t staff_case_seen(const struct request *request);
bool staff_case_changed(const struct request *request);   // somebody changed it meanwhile
// What a form of the page carries. When it is open whether the decision was taken, both as they were sent: sent again, it is still one.
uint32_t staff_case_version(const struct request *request);
const char *staff_case_key(struct request *request);
// That somebody else has it; NULL: nobody, or who is signed in.
const char *staff_case_other_holder(struct request *request);
// Why it was not taken, when no field is to blame; NULL.
const char *staff_case_notice(struct request *request);
