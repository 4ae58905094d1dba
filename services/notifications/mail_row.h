// mail_row: one mail of the ledger as it stands in its table. Every change of a state goes through mail_row_move(), so no row can be in a
// state that the life of a mail does not know, ended without a time, or leased by nobody.
// Functions return 0, PROBLEM_NOT_FOUND, or a negative store_error; texts live in the call's arena.
#pragma once
#include "services/common/mesh/mesh.h"
#include "services/notifications/mail_life.h"

enum { HOLDER_BYTES = 8 };
struct mail_row {
    int64_t n;
    char *id, *kind, *contact, *subject_id, *language, *route;   // contact: id; NULL once it is forgotten
    enum mail_state state;
    uint32_t attempts;
    int64_t owed_at, due_at, ended_at, tried_at;                 // 0: not ended; not tried since it is owed
    uint8_t holder[HOLDER_BYTES];
    bool held_by_sender, handed;                                 // handed: a sender has or had it, so it may have left
    uint32_t slot, code;
    char *status, *reason;                                       // "": none
};
#define MAIL_ROW_COLUMNS \
    "n, id, kind, contact, subject_id, language, route, state, attempts, owed_at, due_at, ended_at, tried_at, holder, slot, code, status, reason, handed"
// For an UPDATE: nothing of it names its addressee any more.
#define MAIL_FORGOTTEN "contact = NULL, facts = NULL"
enum { TALLY_TAKEN = MAIL_CANCELLED + 1 };   // in the tally behind the states: how many a server ever took
int mail_row_read(struct store_statement *s, struct arena *arena, struct mail_row *out);
int mail_row_load(struct mesh_call *call, int64_t n, struct mail_row *out);
int mail_row_by_id(struct mesh_call *call, const char *id, struct mail_row *out);
// The next state, with what goes with it; false and nothing changed when the move is not possible. Then change what else there is, and save.
bool mail_row_move(struct mail_row *row, enum mail_move move, int64_t now_us);
int mail_row_save(struct mesh_call *call, const struct mail_row *row);   // tells the senders when it is owed
// Is it owed for longer than it should be?
bool mail_row_overdue(const struct mail_row *row, const struct config *config, int64_t now_us);
