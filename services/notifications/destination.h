// destination: what a sender keeps of one route: the mails that wait for it, its pace, and whether its server can be used at present. One
// that cannot is left alone for a while, twice as long each time; then one mail tries whether it is back.
#pragma once
#include "services/notifications/letter.h"
#include "services/notifications/route.h"
#include "services/notifications/smtp.h"
#include "kosi/notifications.pb-c.h"

struct job {   // a mail in this sender's hands
    Kosi__LeasedMail *mail;
    struct destination *destination;
    struct smtp_post post;
    char to[LETTER_ADDRESS_MAX];   // of the envelope
    struct job *next;
};
struct destination {
    const char *name;
    struct smtp_line *line;
    int connections, pace_ms;   // pace_ms: between two mails, 0: none
    struct job *first, *last;   // waiting here
    int waiting;
    int64_t next_ms, rest_until_ms;
    int rest_ms, lost;
    int spared;                 // connections that the server does not take at present
    int64_t more_ms;            // when one more of these is tried
    int64_t busy_ms;            // since when the server has turned all connections away; 0: it does not
    bool troubled, trial;       // trial: one mail at a time until one went
};
void destination_push(struct destination *destination, struct job *job);
struct job *destination_pop(struct destination *destination);                       // NULL: none waits
// May one more mail go now? Else at most how long to wait is in *wait_ms (unchanged: until something else happens).
bool destination_free(const struct destination *destination, int64_t now_ms, int *wait_ms);
void destination_start(struct destination *destination, int64_t now_ms);            // one goes
// How many mails it should have, waiting and on their way: enough not to wait for the next lease, and no more.
int destination_depth(const struct destination *destination, int64_t now_ms);
bool destination_rests(const struct destination *destination, int64_t now_ms);
// Has the server turned this mail's connection away while it has others of ours? Then that many are enough for a while, and nothing is said of
// the mail, or of the server. Before destination_learn().
bool destination_crowded(struct destination *destination, const struct smtp_post *post, int64_t now_ms);
// The server has turned this sender away with nothing of ours inside (smtp_turned_away()): nothing is said of the mail, and of the server not
// before it has lasted five minutes. True as of destination_learn(), which is then not called.
bool destination_busy(struct destination *destination, int64_t now_ms, uint32_t random);
// What came of a mail. True: from now on it rests, and what waits should be given back.
bool destination_learn(struct destination *destination, const struct smtp_verdict *verdict, int64_t now_ms, uint32_t random);
