#include "services/notifications/road.h"

enum { REST_FIRST_MS = 1000, REST_MOST_MS = 60000, LOST_MOST = 5, AHEAD = 16, AHEAD_MS = 2000 };

void road_push(struct road *road, struct job *job) {
    job->next = NULL;
    if (road->last != NULL)
        road->last->next = job;
    else
        road->first = job;
    road->last = job;
    road->waiting++;
}

struct job *road_pop(struct road *road) {
    struct job *job = road->first;
    if (job == NULL)
        return NULL;
    road->first = job->next;
    if (road->first == NULL)
        road->last = NULL;
    road->waiting--;
    return job;
}

bool road_rests(const struct road *road, int64_t now_ms) {
    return now_ms < road->rest_until_ms;
}

static int most_at_once(const struct road *road) {
    return road->trial ? 1 : road->connections;
}

bool road_free(const struct road *road, int64_t now_ms, int *wait_ms) {
    if (road->first == NULL || smtp_line_count(road->line) >= most_at_once(road))
        return false;
    int64_t until_ms = road->next_ms > road->rest_until_ms ? road->next_ms : road->rest_until_ms;
    if (until_ms <= now_ms)
        return true;
    if (until_ms - now_ms < *wait_ms)
        *wait_ms = (int)(until_ms - now_ms);
    return false;
}

void road_start(struct road *road, int64_t now_ms) {
    int64_t from_ms = road->next_ms > now_ms - road->pace_ms ? road->next_ms : now_ms; // no catching up after a quiet time
    road->next_ms = from_ms + road->pace_ms;
}

int road_depth(const struct road *road, int64_t now_ms) {
    if (road_rests(road, now_ms))
        return 0;
    if (road->trial)
        return 1;
    int depth = 2 * road->connections + AHEAD;
    if (road->pace_ms > 0 && depth > 1 + AHEAD_MS / road->pace_ms)
        depth = 1 + AHEAD_MS / road->pace_ms;
    return depth;
}

static bool rest(struct road *road, int64_t now_ms, uint32_t random) {
    if (road_rests(road, now_ms))
        return false; // one of those that were under way when the first told it
    road->rest_ms = road->rest_ms == 0 ? REST_FIRST_MS : 2 * road->rest_ms < REST_MOST_MS ? 2 * road->rest_ms : REST_MOST_MS;
    int quarter = road->rest_ms / 4;
    road->rest_until_ms = now_ms + road->rest_ms - (int)(random % (uint32_t)quarter);
    road->troubled = road->trial = true;
    road->lost = 0;
    return true;
}

// The server spoke about a mail, so it is there.
static void answered(struct road *road) {
    road->rest_ms = road->lost = 0;
    road->rest_until_ms = 0;
    road->troubled = road->trial = false;
}

bool road_learn(struct road *road, const struct smtp_verdict *verdict, int64_t now_ms, uint32_t random) {
    if (verdict->server)
        return rest(road, now_ms, random);
    if (verdict->trouble == TROUBLE_LOST)
        return ++road->lost >= LOST_MOST && rest(road, now_ms, random);
    bool ours = verdict->trouble == TROUBLE_INTERRUPTED || verdict->trouble == TROUBLE_FAULT ||
                verdict->trouble == TROUBLE_TEXT || verdict->trouble == TROUBLE_ADDRESS;
    if (!ours)
        answered(road);
    return false;
}
