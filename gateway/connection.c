#include "gateway/connection.h"
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

// A form of 256 KiB over a bad mobile link (80 kbit/s) takes 27 s. Most answers are on their way within PHASE_WORK's time; watching
// the sockets of the others only keeps two system calls out of every request.
static const int phase_ms[PHASES] = {
    [PHASE_HEAD] = 10000, [PHASE_IDLE] = 60000, [PHASE_BODY] = 10000, [PHASE_UPLOAD] = 30000, [PHASE_WORK] = 1000, [PHASE_WRITE] = 60000};

enum { CROWDED_HEAD_MS = 1000 };   // of silence, when others wait at the door

static bool has_deadline(int phase) { return phase != PHASE_WATCH && phase != PHASE_CUT; }

int connections_open(struct connections *all) {
    all->watch_fd = epoll_create1(EPOLL_CLOEXEC);
    return all->watch_fd > 0 ? 0 : -1;
}

void connections_close(struct connections *all) {
    if (all->watch_fd > 0)
        close(all->watch_fd);
    all->watch_fd = 0;
}

static bool crowded(const struct connections *all) {
    return all->limit > 0 && all->count > all->limit - all->limit / 16;
}

static int64_t deadline_of(const struct connections *all, const struct connection *c) {
    bool hurry = c->phase == PHASE_HEAD && crowded(all);
    return hurry ? c->deadline_ms - phase_ms[PHASE_HEAD] + CROWDED_HEAD_MS : c->deadline_ms;
}

static void leave(struct connections *all, struct connection *c) {
    if (c->phase == PHASE_WATCH)
        epoll_ctl(all->watch_fd, EPOLL_CTL_DEL, c->fd, NULL);
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

static void cut(struct connections *all, struct connection *c, int64_t now_ms) {
    shutdown(c->fd, SHUT_RDWR);
    connection_enter(all, c, PHASE_CUT, now_ms);
}

static void watch(struct connections *all, struct connection *c, int64_t now_ms) {
    struct epoll_event event = {.events = EPOLLRDHUP, .data.ptr = c};
    connection_enter(all, c, PHASE_WATCH, now_ms);
    if (all->watch_fd > 0)
        epoll_ctl(all->watch_fd, EPOLL_CTL_ADD, c->fd, &event);
}

// Who only shuts down the sending side can't be told from who closed the socket. Both are taken for gone.
struct connection *connections_left(struct connections *all, int64_t now_ms) {
    struct epoll_event event;
    if (all->watch_fd <= 0 || epoll_wait(all->watch_fd, &event, 1, 0) != 1)
        return NULL;
    struct connection *c = event.data.ptr;
    all->left++;
    cut(all, c, now_ms);
    return c;
}

static void late(struct connections *all, struct connection *c, int64_t now_ms) {
    if (c->phase == PHASE_WORK) {
        watch(all, c, now_ms);
        return;
    }
    all->cut++;
    cut(all, c, now_ms);
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
        if (!has_deadline(phase))
            continue;
        while (all->first[phase] && deadline_of(all, all->first[phase]) <= now_ms)
            late(all, all->first[phase], now_ms);
        if (all->first[phase] && deadline_of(all, all->first[phase]) < next)
            next = deadline_of(all, all->first[phase]);
    }
    return next == INT64_MAX ? -1 : (int)(next - now_ms);
}
