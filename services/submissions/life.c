#include "services/submissions/life.h"
#include <assert.h>
#include <string.h>

static const struct life_step steps[] = {
    {LIFE_TAKE, LIFE_RECEIVED, LIFE_IN_REVIEW, LIFE_NOTHING},
    {LIFE_TAKE, LIFE_IN_REVIEW, LIFE_IN_REVIEW, LIFE_NOTHING},
    {LIFE_RELEASE, LIFE_IN_REVIEW, LIFE_IN_REVIEW, LIFE_NOTHING},
    {LIFE_ACCEPT, LIFE_RECEIVED, LIFE_ACCEPTED, LIFE_PUBLISH},
    {LIFE_ACCEPT, LIFE_IN_REVIEW, LIFE_ACCEPTED, LIFE_PUBLISH},
    {LIFE_REJECT, LIFE_RECEIVED, LIFE_REJECTED, LIFE_NOTHING},
    {LIFE_REJECT, LIFE_IN_REVIEW, LIFE_REJECTED, LIFE_NOTHING},
    {LIFE_MARK_DUPLICATE, LIFE_RECEIVED, LIFE_DUPLICATE, LIFE_LINK},
    {LIFE_MARK_DUPLICATE, LIFE_IN_REVIEW, LIFE_DUPLICATE, LIFE_LINK},
    {LIFE_REOPEN, LIFE_REJECTED, LIFE_IN_REVIEW, LIFE_NOTHING},
    {LIFE_REOPEN, LIFE_DUPLICATE, LIFE_IN_REVIEW, LIFE_UNLINK},
    {LIFE_REOPEN, LIFE_ACCEPTED, LIFE_IN_REVIEW, LIFE_UNPUBLISH},
    {LIFE_CORRECT, LIFE_RECEIVED, LIFE_RECEIVED, LIFE_NOTHING},
    {LIFE_CORRECT, LIFE_IN_REVIEW, LIFE_IN_REVIEW, LIFE_NOTHING},
    {LIFE_WITHDRAW, LIFE_RECEIVED, LIFE_WITHDRAWN, LIFE_NOTHING},
    {LIFE_WITHDRAW, LIFE_IN_REVIEW, LIFE_WITHDRAWN, LIFE_NOTHING},
    {LIFE_WITHDRAW, LIFE_REJECTED, LIFE_WITHDRAWN, LIFE_NOTHING},
    {LIFE_WITHDRAW, LIFE_DUPLICATE, LIFE_WITHDRAWN, LIFE_UNLINK},
    {LIFE_WITHDRAW, LIFE_ACCEPTED, LIFE_WITHDRAWN, LIFE_UNPUBLISH},
    {LIFE_ERASE, LIFE_RECEIVED, LIFE_ERASED, LIFE_NOTHING},
    {LIFE_ERASE, LIFE_IN_REVIEW, LIFE_ERASED, LIFE_NOTHING},
    {LIFE_ERASE, LIFE_REJECTED, LIFE_ERASED, LIFE_NOTHING},
    {LIFE_ERASE, LIFE_WITHDRAWN, LIFE_ERASED, LIFE_NOTHING},
    {LIFE_ERASE, LIFE_DUPLICATE, LIFE_ERASED, LIFE_UNLINK},
    {LIFE_ERASE, LIFE_ACCEPTED, LIFE_ERASED, LIFE_UNPUBLISH},
};
enum { STEPS = sizeof steps / sizeof steps[0] };

static const char *const state_names[LIFE_STATES] = {"received",  "in_review", "accepted", "rejected",
                                                     "duplicate", "withdrawn", "erased"};
static const char *const move_names[LIFE_MOVES] = {"take", "accept", "reject", "duplicate", "reopen", "release", "withdraw", "erase", "correct"};
static const char *const effect_names[] = {"", ": entry published", ": link added", ": link removed", ": entry unpublished"};

const struct life_step *life_step(enum life_state from, enum life_move move) {
    for (int i = 0; i < STEPS; i++) {
        if (steps[i].from == from && steps[i].move == move)
            return &steps[i];
    }
    return NULL;
}

const char *life_state_name(enum life_state state) {
    assert(state < LIFE_STATES);
    return state_names[state];
}

const char *life_move_name(enum life_move move) {
    assert(move < LIFE_MOVES);
    return move_names[move];
}

static int index_of(const char *name, const char *const *names, int count) {
    for (int i = 0; i < count; i++) {
        if (name && strcmp(names[i], name) == 0)
            return i;
    }
    return -1;
}

int life_state_of(const char *name) {
    return index_of(name, state_names, LIFE_STATES);
}

int life_decision_of(const char *name) {
    return index_of(name, move_names, LIFE_WITHDRAW);
}

void life_draw(struct buf *out) {
    buf_text(out, "stateDiagram-v2\n    [*] --> received: submit\n");
    for (int i = 0; i < STEPS; i++)
        buf_format(out, "    %s --> %s: %s%s\n", state_names[steps[i].from], state_names[steps[i].to],
                   move_names[steps[i].move], effect_names[steps[i].effect]);
    buf_text(out, "    erased --> [*]\n");
}
