// follow_cursor: the pure part of following: what an answer from a log means for a cursor. No I/O.
#pragma once
#include "kosi/log.pb-c.h"
#include <stdbool.h>
#include <stdint.h>

enum { CURSOR_EPOCH_BYTES = 16, CURSOR_MARK_BYTES = 16 };
struct follow_cursor {
    bool known;    // has a place in some epoch; a new follower has none
    bool stateful; // a new one starts at the present instead of at 0,
    int64_t since; // unless the log began at this time (microseconds UTC) or later, or little before: a new node has no past
    bool newborn;  // since is when the follower's own database was made
    uint8_t epoch[CURSOR_EPOCH_BYTES];
    uint64_t seq;      // everything up to here has taken effect
    uint64_t again;    // up to here only what was parked is applied: the rest had its effect before
    uint64_t last_seq; // of the log, when it last answered
    bool marked;       // whether it is known which record has the number seq
    uint8_t mark[CURSOR_MARK_BYTES];
};
enum follow_verdict {
    FOLLOW_APPLY,    // records are to be applied; then the cursor is at scanned_to
    FOLLOW_START,    // a new stateful follower of a log with a past: the cursor is at last_seq, nothing is applied
    FOLLOW_EPOCH,    // another epoch: the log was restored; stop
    FOLLOW_REWOUND,  // the log ends before the cursor; stop
    FOLLOW_DIVERGED, // another record has the cursor's number now; stop
    FOLLOW_BAD,      // no sound answer: ask again later
};
enum follow_verdict follow_judge(const struct follow_cursor *cursor, const Kosi__LogReadReply *reply);
// What a record is known by later: neither is touched by an erasure. false: hash is none.
bool follow_mark(const uint8_t *hash, size_t hash_size, int64_t at, uint8_t mark[CURSOR_MARK_BYTES]);
// The mark of the record with this number, if the answer tells it.
bool follow_mark_in(const Kosi__LogReadReply *reply, uint64_t seq, uint8_t mark[CURSOR_MARK_BYTES]);
uint64_t follow_behind(const struct follow_cursor *cursor);
