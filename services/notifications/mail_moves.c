#include "services/notifications/mail_moves.h"
#include "services/notifications/consent.h"
#include "services/notifications/contact.h"
#include "services/notifications/mail_kind.h"
#include "services/notifications/mailroom.h"
#include "services/notifications/route.h"
#include <string.h>

// Cancelled because what it says is no longer so, or is no longer wanted; not by somebody's hand, nor for want of a confirmation.
static bool pointless(const struct mail_row *row) {
    return row->state == MAIL_CANCELLED && strcmp(row->reason, "by_hand") != 0 && strcmp(row->reason, "unconfirmed") != 0;
}

// What goes to a list goes to those who are on it: 1 when so.
static int still_wanted(struct mesh_call *call, const char *contact, enum mail_kind kind) {
    char **lists;
    size_t count;
    if (mail_kind_row(kind)->list == NULL)
        return 1;
    int rc = consent_lists(call, contact, &lists, &count);
    return rc != 0 ? rc : consent_has(lists, count, mail_kind_row(kind)->list);
}

// What was decided has been taken back, or decided anew: 1 when so.
static int overtaken(struct mesh_call *call, const struct mail_row *row, enum mail_kind kind) {
    bool decision = kind == MAIL_ACCEPTED || kind == MAIL_REJECTED || kind == MAIL_DUPLICATE;
    if (!decision && kind != MAIL_REOPENED)
        return 0;
    struct store_statement *s = store_prepare(
        call->store, "SELECT EXISTS(SELECT 1 FROM matter WHERE id = ?1 AND undecided = ?3) OR EXISTS(SELECT 1 FROM mail WHERE subject_id = ?1"
                     " AND subject_id <> '' AND n > ?2 AND kind IN ('accepted', 'rejected', 'duplicate', 'reopened', 'withdrawn'))");
    store_bind_text(s, 1, row->subject_id);
    store_bind_int(s, 2, row->n);
    store_bind_int(s, 3, decision);
    int rc = store_step(s);
    rc = rc == 1 ? store_int(s, 0) != 0 : rc;
    store_reset(s);
    return rc;
}

// Owed again: is there somebody to send it to, and may it go there? The address may have been suspended, or not be confirmed.
static int owe_again(struct mesh_call *call, struct mail_row *row) {
    struct contact contact;
    int kind = mail_kind_of(row->kind);
    int rc = row->contact != NULL && kind >= 0 ? contact_by_id(call, row->contact, &contact) : PROBLEM_NOT_FOUND;
    if (rc < 0)
        return rc;
    if (rc != 0 || contact.state == CONTACT_SUSPENDED) {
        call->detail = rc != 0 ? "the address has been erased" : "the address is suspended";
        return PROBLEM_ILLEGAL_STATE;
    }
    rc = overtaken(call, row, (enum mail_kind)kind);
    if (rc > 0)
        call->detail = "overtaken";
    if (rc != 0)
        return rc < 0 ? rc : PROBLEM_ILLEGAL_STATE;
    rc = still_wanted(call, contact.id, (enum mail_kind)kind);
    if (rc == 0)
        call->detail = "its reader has left the list";
    if (rc <= 0)
        return rc < 0 ? rc : PROBLEM_ILLEGAL_STATE;
    if (contact.state == CONTACT_UNCONFIRMED && !mail_kind_row((enum mail_kind)kind)->asks)
        mail_row_move(row, MAIL_AWAIT, call->now_us);
    row->route = arena_text(call->arena, routes_for(mailroom_of(call)->routes, contact.address));   // there may be others than when it ended
    return row->route != NULL ? 0 : STORE_FAULT;
}

int mail_moves_make(struct mesh_call *call, struct mail_row *row, const char *name) {
    int move = mail_move_of(name);
    if (move < 0) {
        mesh_violation(call, "move", "not_an_option", 0);
        return PROBLEM_BAD_PARAMETER;
    }
    if ((move == MAIL_BY_HAND_HOLD && row->state == MAIL_HELD) || (move == MAIL_BY_HAND_CANCEL && row->state == MAIL_CANCELLED))
        return 0;
    bool again = move == MAIL_BY_HAND_RETRY || move == MAIL_BY_HAND_RELEASE;
    if (again && pointless(row)) {
        call->detail = row->reason;
        return PROBLEM_ILLEGAL_STATE;
    }
    if (!mail_row_move(row, (enum mail_move)move, call->now_us)) {
        call->detail = mail_state_name(row->state);
        return PROBLEM_ILLEGAL_STATE;
    }
    int rc = again ? owe_again(call, row) : 0;
    if (rc != 0)
        return rc;
    if (move == MAIL_BY_HAND_RETRY) {
        row->tried_at = 0;   // the time for tries begins anew
        row->code = 0;
        row->status[0] = row->reason[0] = '\0';
    }
    if (move == MAIL_BY_HAND_RETRY || (again && row->due_at < call->now_us))
        row->due_at = call->now_us;
    if (move == MAIL_BY_HAND_CANCEL && (row->reason = arena_text(call->arena, "by_hand")) == NULL)
        return STORE_FAULT;
    return mail_row_save(call, row);
}

int mail_moves_possible(struct mesh_call *call, const struct mail_row *row, char ***moves, size_t *count) {
    *count = 0;
    *moves = arena_take(call->arena, MAIL_MOVES * sizeof **moves);
    if (*moves == NULL)
        return STORE_FAULT;
    for (int move = MAIL_BY_HAND_RETRY; move < MAIL_MOVES; move++) {
        bool lost = (row->contact == NULL || pointless(row)) && (move == MAIL_BY_HAND_RETRY || move == MAIL_BY_HAND_RELEASE);
        char *name = !lost && mail_life_next(row->state, (enum mail_move)move) != 0 ? arena_text(call->arena, mail_move_name((enum mail_move)move)) : NULL;
        if (name != NULL)
            (*moves)[(*count)++] = name;
    }
    return 0;
}
