// sender_hand: what a sender has in hand, and what it tells the writer about it. Shared by sender.c and sender_lease.c.
#pragma once
#include "services/common/base/arena.h"
#include "services/common/mesh/beside.h"
#include "services/notifications/mailroom.h"
#include "services/notifications/destination.h"
#include "services/notifications/senders.h"

enum { HAND_MOST = 600, SENDER_SILENT_MS = 8000 };

struct sender_result { uint64_t number; struct smtp_verdict verdict; bool untried; uint32_t code; char status[SMTP_STATUS_MAX]; };
struct sender {
    struct beside *beside;
    const struct mailroom *room;
    uint8_t holder[SENDER_BYTES];
    struct smtp *smtp;
    struct destination destinations[ROUTES_MOST];
    int destination_count;
    struct job *jobs[HAND_MOST];             // not yet reported on
    int job_count;
    struct sender_result results[HAND_MOST]; // to be reported; the first `asked_results` are in the request under way
    int result_count, asked_results;
    uint64_t asked;                          // handle of the request under way; 0: none
    int64_t asked_ms, next_ms;               // next_ms: when to ask again at the latest
    int64_t sure_ms;                         // when what is in hand was last known to be ours
    bool eager;                              // to ask: it was woken
    bool closing;                            // takes nothing new
    struct arena *arena;
    char bounces_to[LETTER_ADDRESS_MAX];
};

// The job goes: told by the result, or nothing is told (let_go: the writer notices by itself).
void hand_result(struct sender *sender, struct job *job, const struct smtp_verdict *verdict, bool untried);
void hand_let_go(struct sender *sender, struct job *job);
void hand_let_go_waiting(struct sender *sender);    // all that is not on its way
void hand_return_waiting(struct sender *sender, struct destination *destination);   // as untried
// Has it as many results untold as it has connections? Then it begins nothing before the writer knows: what a kill can make go twice is
// that much, and what is on its way.
bool hand_full(const struct sender *sender);
// Asks the writer when there is something to say or time to ask. Returns after how many ms to be called again.
int sender_lease(struct sender *sender, int64_t now_ms);
