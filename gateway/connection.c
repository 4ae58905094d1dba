#include "gateway/connection.h"
#include <stdlib.h>
#include <sys/socket.h>

// A form of 256 KiB over a bad mobile link (80 kbit/s) takes 27 s.
static const int phase_ms[PHASES] = {
    [PHASE_HEAD] = 10000, [PHASE_IDLE] = 60000, [PHASE_BODY] = 30000, [PHASE_WORK] = 0, [PHASE_WRITE] = 60000};

enum { CROWDED_HEAD_MS = 1000 };   // of silence, when others wait at the door

static bool crowded(const struct connections *all) {
    return all->limit > 0 && all->count > all->limit - all->limit / 16;
}

static int64_t deadline_of(const struct connections *all, const struct connection *c) {
    bool hurry = c->phase == PHASE_HEAD && crowded(all);
    return hurry ? c->deadline_ms - phase_ms[PHASE_HEAD] + CROWDED_HEAD_MS : c->deadline_ms;
}

static void leave(struct connections *all, struct connection *c) {
    if (c->previous)
        c->previous->next = c->next;
    else
        all->first[c->phase] = c->next;
    if (c->next)
        c->next->previous = c->previous;
    else
        all->last[c->phase] = c->previous;
    c->previous = c->next = NULL;
}

static void append(struct connections *all, struct connection *c, enum connection_phase phase, int64_t now_ms) {
    c->phase = phase;
    c->deadline_ms = now_ms + phase_ms[phase];
    c->previous = all->last[phase];
    if (c->previous)
        c->previous->next = c;
    else
        all->first[phase] = c;
    all->last[phase] = c;
}

// A cut connection waits in PHASE_WORK, which has no deadline, until the library has noticed.
static void cut(struct connections *all, struct connection *c, int64_t now_ms) {
    shutdown(c->fd, SHUT_RDWR);
    connection_enter(all, c, PHASE_WORK, now_ms);
}

struct connection *connection_new(struct connections *all, int fd, int64_t now_ms) {
    struct connection *c = calloc(1, sizeof *c);
    if (!c)
        return NULL;
    c->fd = fd;
    append(all, c, PHASE_HEAD, now_ms);
    all->count++;
    if (crowded(all) && all->first[PHASE_IDLE]) {
        all->crowded_out++;
        cut(all, all->first[PHASE_IDLE], now_ms);
    }
    return c;
}

void connection_free(struct connections *all, struct connection *c) {
    leave(all, c);
    all->count--;
    free(c);
}

void connection_enter(struct connections *all, struct connection *c, enum connection_phase phase, int64_t now_ms) {
    leave(all, c);
    append(all, c, phase, now_ms);
}

int connections_tick(struct connections *all, int64_t now_ms) {
    int64_t next = INT64_MAX;
    for (int phase = 0; phase < PHASES; phase++) {
        if (phase == PHASE_WORK)
            continue;
        while (all->first[phase] && deadline_of(all, all->first[phase]) <= now_ms) {
            all->cut++;
            cut(all, all->first[phase], now_ms);
        }
        if (all->first[phase] && deadline_of(all, all->first[phase]) < next)
            next = deadline_of(all, all->first[phase]);
    }
    return next == INT64_MAX ? -1 : (int)(next - now_ms);
}
