// life: the life of a submission as one checked table: states × moves → the next state and what it does to the entry.
// Whoever changes a state asks here; the picture in README.md is drawn from the same rows.
#pragma once
#include "services/common/base/buf.h"

enum life_state {
    LIFE_RECEIVED,
    LIFE_IN_REVIEW,
    LIFE_ACCEPTED,
    LIFE_REJECTED,
    LIFE_DUPLICATE,
    LIFE_WITHDRAWN,
    LIFE_ERASED,
    LIFE_STATES
};
enum life_move { LIFE_TAKE, LIFE_ACCEPT, LIFE_REJECT, LIFE_MARK_DUPLICATE, LIFE_REOPEN, LIFE_RELEASE, LIFE_WITHDRAW, LIFE_ERASE, LIFE_CORRECT, LIFE_MOVES };
enum life_effect {
    LIFE_NOTHING,
    LIFE_PUBLISH,   // the entry is created, or shown again
    LIFE_LINK,      // the entry this one repeats gains a link
    LIFE_UNLINK,    // and loses it
    LIFE_UNPUBLISH, // the entry keeps its address and is no longer shown
};
struct life_step {
    enum life_move move;
    enum life_state from, to;
    enum life_effect effect;
};

const struct life_step *life_step(enum life_state from, enum life_move move); // NULL: not allowed

const char *life_state_name(enum life_state state); // as on the wire: "in_review"
int life_state_of(const char *name);                // enum life_state, or -1
const char *life_move_name(enum life_move move);    // as on the wire: "take"
int life_decision_of(const char *name);             // the moves of a moderator, by their name on the wire, or -1
void life_draw(struct buf *out);                    // a Mermaid state diagram
