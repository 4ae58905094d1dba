#include "services/notifications/mail_life.h"
#include <string.h>

// A lease is a promise, not a lock: a sender that was thought gone may yet report that a mail went out, and then that is the truth,
// whatever became of the mail meanwhile. And what a sender has cannot be called back: cancelled, it ends as what the sender says.
static const struct step {
    enum mail_move move;
    enum mail_state from, to;
} steps[] = {
    {MAIL_LEASE, MAIL_OWED, MAIL_LEASED},
    {MAIL_LEASE, MAIL_RETRY, MAIL_LEASED},
    {MAIL_SUCCEED, MAIL_LEASED, MAIL_SENT},
    {MAIL_SUCCEED, MAIL_OWED, MAIL_SENT},
    {MAIL_SUCCEED, MAIL_RETRY, MAIL_SENT},
    {MAIL_SUCCEED, MAIL_HELD, MAIL_SENT},
    {MAIL_SUCCEED, MAIL_FAILED, MAIL_SENT},
    {MAIL_SUCCEED, MAIL_CANCELLED, MAIL_SENT},
    {MAIL_POSTPONE, MAIL_LEASED, MAIL_RETRY},
    {MAIL_GIVE_UP, MAIL_OWED, MAIL_FAILED},
    {MAIL_GIVE_UP, MAIL_RETRY, MAIL_FAILED},
    {MAIL_GIVE_UP, MAIL_LEASED, MAIL_FAILED},
    {MAIL_GIVE_UP, MAIL_WAITING, MAIL_FAILED},
    {MAIL_GIVE_UP, MAIL_HELD, MAIL_FAILED},
    {MAIL_GIVE_BACK, MAIL_LEASED, MAIL_OWED},
    {MAIL_AWAIT, MAIL_OWED, MAIL_WAITING},
    {MAIL_AWAIT, MAIL_RETRY, MAIL_WAITING},
    {MAIL_WAKE, MAIL_WAITING, MAIL_OWED},
    {MAIL_DROP, MAIL_OWED, MAIL_CANCELLED},
    {MAIL_DROP, MAIL_RETRY, MAIL_CANCELLED},
    {MAIL_DROP, MAIL_LEASED, MAIL_CANCELLED},
    {MAIL_DROP, MAIL_WAITING, MAIL_CANCELLED},
    {MAIL_DROP, MAIL_HELD, MAIL_CANCELLED},
    {MAIL_COME_BACK, MAIL_SENT, MAIL_FAILED},
    {MAIL_BY_HAND_RETRY, MAIL_RETRY, MAIL_OWED},
    {MAIL_BY_HAND_RETRY, MAIL_FAILED, MAIL_OWED},
    {MAIL_BY_HAND_RETRY, MAIL_CANCELLED, MAIL_OWED},
    {MAIL_BY_HAND_HOLD, MAIL_OWED, MAIL_HELD},
    {MAIL_BY_HAND_HOLD, MAIL_RETRY, MAIL_HELD},
    {MAIL_BY_HAND_HOLD, MAIL_WAITING, MAIL_HELD},
    {MAIL_BY_HAND_RELEASE, MAIL_HELD, MAIL_OWED},
    {MAIL_BY_HAND_CANCEL, MAIL_OWED, MAIL_CANCELLED},
    {MAIL_BY_HAND_CANCEL, MAIL_RETRY, MAIL_CANCELLED},
    {MAIL_BY_HAND_CANCEL, MAIL_LEASED, MAIL_CANCELLED},
    {MAIL_BY_HAND_CANCEL, MAIL_WAITING, MAIL_CANCELLED},
    {MAIL_BY_HAND_CANCEL, MAIL_HELD, MAIL_CANCELLED},
};
enum { STEPS = sizeof steps / sizeof steps[0] };

static const char *const state_names[MAIL_CANCELLED + 1] = {"", "owed", "retry", "leased", "waiting", "held", "sent", "failed", "cancelled"};
static const char *const move_names[MAIL_MOVES] = {"lease", "sent", "later", "never", "given back", "await", "confirmed", "pointless",
                                                   "came back", "retry", "hold", "release", "cancel"};

int mail_life_next(enum mail_state from, enum mail_move move) {
    for (int i = 0; i < STEPS; i++)
        if (steps[i].from == from && steps[i].move == move)
            return (int)steps[i].to;
    return 0;
}

const char *mail_state_name(enum mail_state state) {
    return state >= MAIL_OWED && state <= MAIL_CANCELLED ? state_names[state] : "";
}

int mail_state_of(const char *name) {
    for (int i = MAIL_OWED; i <= MAIL_CANCELLED; i++)
        if (name != NULL && strcmp(state_names[i], name) == 0)
            return i;
    return -1;
}

const char *mail_move_name(enum mail_move move) {
    return move < MAIL_MOVES ? move_names[move] : "";
}

int mail_move_of(const char *name) {
    for (int i = MAIL_BY_HAND_RETRY; i < MAIL_MOVES; i++)
        if (name != NULL && strcmp(move_names[i], name) == 0)
            return i;
    return -1;
}

void mail_life_draw(struct buf *out) {
    buf_text(out, "stateDiagram-v2\n    [*] --> owed\n    [*] --> waiting: not confirmed\n    [*] --> failed: suspended\n");
    for (int i = 0; i < STEPS; i++)
        buf_format(out, "    %s --> %s: %s\n", state_names[steps[i].from], state_names[steps[i].to], move_names[steps[i].move]);
    buf_text(out, "    sent --> [*]\n");
}
