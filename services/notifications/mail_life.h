// mail_life: the states of a mail that is owed, and the moves between them, as a table. Whoever changes a state asks here.
#pragma once
#include "services/common/base/buf.h"
#include <stdbool.h>

// Numbers are stored. Up to RETRY a sender may have it; up to HELD it is open: not ended.
enum mail_state {
    MAIL_OWED = 1,
    MAIL_RETRY = 2,     // tried in vain, due again later
    MAIL_LEASED = 3,    // a sender has it
    MAIL_WAITING = 4,   // for its address to be confirmed
    MAIL_HELD = 5,      // by hand
    MAIL_SENT = 6,      // the server took it
    MAIL_FAILED = 7,    // for good
    MAIL_CANCELLED = 8, // pointless by now, or by hand
};
enum mail_move {
    MAIL_LEASE,      // a sender takes it
    MAIL_SUCCEED,    // sent
    MAIL_POSTPONE,   // later
    MAIL_GIVE_UP,    // never, or too late
    MAIL_GIVE_BACK,  // the sender is gone or did not try
    MAIL_AWAIT,      // its address turns out not to be confirmed
    MAIL_WAKE,       // the address was confirmed
    MAIL_DROP,       // pointless by now
    MAIL_COME_BACK,  // its server took it, and could not deliver it
    MAIL_BY_HAND_RETRY,
    MAIL_BY_HAND_HOLD,
    MAIL_BY_HAND_RELEASE,
    MAIL_BY_HAND_CANCEL,
    MAIL_MOVES
};
// The state after the move; 0: not possible.
int mail_life_next(enum mail_state from, enum mail_move move);
const char *mail_state_name(enum mail_state state);
int mail_state_of(const char *name);               // -1: none
const char *mail_move_name(enum mail_move move);   // by hand: "retry", "hold", "release", "cancel"
int mail_move_of(const char *name);                // of those by hand; -1: none
void mail_life_draw(struct buf *out);              // for the docs: Mermaid
