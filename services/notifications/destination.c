#include "services/notifications/destination.h"

enum { REST_FIRST_MS = 1000, REST_MOST_MS = 60000, LOST_MOST = 5, AHEAD = 16, AHEAD_MS = 2000, SPARED_MS = 60000, BUSY_MOST_MS = 300000 };

void destination_push(struct destination *destination, struct job *job) {
    job->next = NULL;
    if (destination->last != NULL)
        destination->last->next = job;
    else
        destination->first = job;
    destination->last = job;
    destination->waiting++;
}

struct job *destination_pop(struct destination *destination) {
    struct job *job = destination->first;
    if (job == NULL)
        return NULL;
    destination->first = job->next;
    if (destination->first == NULL)
        destination->last = NULL;
    destination->waiting--;
    return job;
}

bool destination_rests(const struct destination *destination, int64_t now_ms) {
    return now_ms < destination->rest_until_ms;
}

static int most_at_once(const struct destination *destination) {
    return destination->trial ? 1 : destination->connections - destination->spared;
}

bool destination_free(const struct destination *destination, int64_t now_ms, int *wait_ms) {
    if (destination->first == NULL || smtp_line_count(destination->line) >= most_at_once(destination))
        return false;
    int64_t until_ms = destination->next_ms > destination->rest_until_ms ? destination->next_ms : destination->rest_until_ms;
    if (until_ms <= now_ms)
        return true;
    if (until_ms - now_ms < *wait_ms)
        *wait_ms = (int)(until_ms - now_ms);
    return false;
}

void destination_start(struct destination *destination, int64_t now_ms) {
    int64_t from_ms = destination->next_ms > now_ms - destination->pace_ms ? destination->next_ms : now_ms; // no catching up after a quiet time
    destination->next_ms = from_ms + destination->pace_ms;
    if (destination->spared > 0 && now_ms >= destination->more_ms) {
        destination->spared--;
        destination->more_ms = now_ms + SPARED_MS;
    }
}

bool destination_crowded(struct destination *destination, const struct smtp_post *post, int64_t now_ms) {
    int others = smtp_line_count(destination->line);
    bool away = post->verdict.outcome == SMTP_LATER && post->story.stage == STAGE_GREET && post->story.code / 100 == 4;
    if (!away || others == 0 || destination->trial)
        return false;
    destination->spared = destination->connections - others;
    destination->more_ms = now_ms + SPARED_MS;
    return true;
}

int destination_depth(const struct destination *destination, int64_t now_ms) {
    if (destination_rests(destination, now_ms))
        return 0;
    if (destination->trial)
        return 1;
    int depth = 2 * destination->connections + AHEAD;
    if (destination->pace_ms > 0 && depth > 1 + AHEAD_MS / destination->pace_ms)
        depth = 1 + AHEAD_MS / destination->pace_ms;
    return depth;
}

static bool rest(struct destination *destination, int64_t now_ms, uint32_t random) {
    if (destination_rests(destination, now_ms))
        return false; // one of those that were under way when the first told it
    int twice_ms = destination->rest_ms == 0 ? REST_FIRST_MS : 2 * destination->rest_ms;
    destination->rest_ms = twice_ms < REST_MOST_MS ? twice_ms : REST_MOST_MS;
    int quarter = destination->rest_ms / 4;
    destination->rest_until_ms = now_ms + destination->rest_ms - (int)(random % (uint32_t)quarter);
    destination->trial = true;
    destination->lost = 0;
    return true;
}

static bool rest_in_trouble(struct destination *destination, int64_t now_ms, uint32_t random) {
    bool begins = rest(destination, now_ms, random);
    destination->troubled |= begins;
    return begins;
}

// Others may have all the connections that the server takes: senders of ours, or strangers. Not tried for a while, it may have changed unseen.
bool destination_busy(struct destination *destination, int64_t now_ms, uint32_t random) {
    if (destination->busy_ms == 0 || now_ms - destination->rest_until_ms > 2 * REST_MOST_MS)
        destination->busy_ms = now_ms;
    destination->troubled |= now_ms - destination->busy_ms >= BUSY_MOST_MS;
    return rest(destination, now_ms, random);
}

// The server spoke about a mail, so it is there.
static void answered(struct destination *destination) {
    destination->rest_ms = destination->lost = 0;
    destination->rest_until_ms = destination->busy_ms = 0;
    destination->troubled = destination->trial = false;
}

bool destination_learn(struct destination *destination, const struct smtp_verdict *verdict, int64_t now_ms, uint32_t random) {
    if (verdict->server)
        return rest_in_trouble(destination, now_ms, random);
    if (verdict->trouble == TROUBLE_LOST)
        return ++destination->lost >= LOST_MOST && rest_in_trouble(destination, now_ms, random);
    bool ours = verdict->trouble == TROUBLE_INTERRUPTED || verdict->trouble == TROUBLE_FAULT ||
                verdict->trouble == TROUBLE_TEXT || verdict->trouble == TROUBLE_ADDRESS;
    if (!ours)
        answered(destination);
    return false;
}
