// submission: one filled-in form as a row, its steps through life, and what is kept of them. The first step, "received", is not
// a row of its own: it is read from the submission, so that a new one costs a single insert.
// Functions return 0, an enum problem, or a negative store_error; texts live in the call's arena.
#pragma once
#include "services/submissions/life.h"
#include "services/submissions/office.h"

struct submission {
    int64_t number; // the receipt's
    char *id, *form;
    uint32_t form_version;
    enum life_state state;
    char *title;    // NULL when erased
    char *language; // the sender's: of the consents they read
    int64_t received_at, updated_at;
    int64_t corrected_at; // of the answers as they stand; 0: as they were first sent
    uint32_t version;   // counts changes, from 1
    char *entry_id;     // once accepted, for ever; NULL before
    char *duplicate_of; // only in state duplicate; NULL otherwise
    char *taken_by;     // login of the moderator
    uint32_t address_changes;
    uint32_t opened_by; // generation of the link it was found by (submission_by_token)
};
struct submission_step {
    enum life_state state;     // reached
    const char *by;            // "citizen", "staff", "retention"
    const char *reason, *text; // may be NULL
    const char *login;         // of staff; NULL otherwise
    const char *move;          // what was done, where the state does not tell: "take", "release"; may be NULL
};

// The answers held against the form: 0 with what is to be kept, the problem with the call's violations, or a store_error.
int submission_check(struct mesh_call *call, const struct form *form, const Kosi__SubmitRequest *request, Kosi__SubmitRequest *kept);
// Appends a record; its private part is what the receipt by mail needs: receipt, form, and the address to write to, if there is one.
int submission_log(struct mesh_call *call, const struct submission *s, const ProtobufCMessage *record, const struct form *form,
                   const Kosi__Contact *contact);
// sent: packed SubmitRequest with the normal answers, contact and consents; what else is in it means nothing. Sets number.
int submission_insert(struct mesh_call *call, struct submission *s, const void *sent, size_t sent_size);
int submission_by_id(struct mesh_call *call, const char *id, struct submission *out);       // PROBLEM_NOT_FOUND
int submission_by_token(struct mesh_call *call, const char *token, struct submission *out); // PROBLEM_NOT_FOUND, PROBLEM_GONE
uint32_t submission_link(const struct submission *s); // generation of the link that opens it by now for who came by opened_by
int submission_by_number(struct mesh_call *call, int64_t number, struct submission *out);
int submission_sent(struct mesh_call *call, const struct submission *s, Kosi__SubmitRequest **out); // *out NULL when erased
int64_t submission_answered_at(const struct submission *s); // when the answers were given as they stand
// Takes the step: state, update time and version change, entry_id, duplicate_of and taken_by are written as they stand in s.
int submission_move(struct mesh_call *call, struct submission *s, const struct submission_step *step);
// Other answers in place of those that were sent; title, language and the changes of the address go with them.
int submission_rewrite(struct mesh_call *call, struct submission *s, const void *sent, size_t sent_size);
// Everything about the person goes from the row and its history; receipt, states and times stay.
int submission_forget(struct mesh_call *call, struct submission *s);
int submission_history(struct mesh_call *call, const struct submission *s, size_t *count, Kosi__HistoryItem ***out);
// The same with who of the staff did it and the version each step made: not for citizens.
int submission_history_for_staff(struct mesh_call *call, const struct submission *s, size_t *count, Kosi__HistoryItem ***out);
// What was agreed to, with its wording in the language it was read in.
int submission_consents(struct mesh_call *call, const struct submission *s, const Kosi__SubmitRequest *sent, size_t *count,
                        Kosi__ConsentGiven ***out);

// The columns in the order submission_of_row() reads them.
#define SUBMISSION_COLUMNS                                                                                                     \
    "number, id, form, form_version, state, title, language, received_at, updated_at, version, entry_id, duplicate_of, "       \
    "taken_by, corrected_at, address_changes"
void submission_of_row(struct mesh_call *call, struct store_statement *row, struct submission *out);
