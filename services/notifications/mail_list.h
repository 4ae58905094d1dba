// mail_list: the ledger as staff read it, newest first, by pages. A page looks at a bounded number of rows, so that a question that finds
// little costs no more in a large ledger; it then says where to go on, even when it is not full.
#pragma once
#include "services/notifications/mail_row.h"

struct mail_question {
    unsigned states;           // bits of enum mail_state
    const char *kind;          // NULL: all
    const char *contact;       // id; NULL: anybody
    const char *subject_id;    // NULL: anything
    const char *or_about;      // beside what is about subject_id; NULL: nothing else
    bool overdue;
    int64_t before;            // numbers below
    size_t page_size;
};
struct mail_page {
    struct mail_row *rows;     // page_size at most
    size_t count;
    int64_t go_on_before;      // 0: that was all
};
int mail_list(struct mesh_call *call, const struct mail_question *question, struct mail_page *out);   // 0 or a negative store_error
