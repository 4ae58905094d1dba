#include "services/broker/broker.h"
#include "services/broker/core.h"
#include "services/broker/lock.h"
#include "services/broker/process.h"
#include "services/common/base/clock.h"
#include "services/common/base/id.h"
#include "services/common/base/log.h"
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    SOCKET_BUDGET = 128, // messages of one socket per turn, so that none starves the others
    ENVELOPE_ARENA = 64 * 1024,
    EXIT_FAULT = 70,
    EXIT_CONFIG = 78,
    // At its end, see may_end():
    ALONE_MS = 300,
    LAST_MS = 6000, // longer than workers take: BESIDE_END_MS
    LOOK_MS = 10,
};
static const char *const side_names[SIDE_COUNT] = {"front", "back", "ops"};

struct broker {
    const struct config *config;
    void *context;
    void *sockets[SIDE_COUNT];
    struct core *core;
    struct arena *arena;
    struct processes processes;
    int signal_fd, lock_fd;
    bool due[SIDE_COUNT]; // has to be read although its descriptor shows nothing: see wire_fd()
    int64_t end_ms;       // since when it is to end; 0: it is not
    int workers_at_end;
};

// ---- what the core wants done

static int64_t io_now_us(void *owner) {
    (void)owner;
    return clock_mono_us();
}

static void io_random(void *owner, void *out, size_t n) {
    (void)owner;
    id_random(out, n);
}

static enum wire_result io_send(void *owner, enum side side, const uint8_t *routing, size_t routing_size,
                                const Kosi__Envelope *envelope, zmq_msg_t *body) {
    struct broker *broker = owner;
    broker->due[side] = true;
    if (!body)
        return wire_send(broker->sockets[side], routing, routing_size, envelope, NULL, 0);
    return wire_send_msg(broker->sockets[side], routing, routing_size, envelope, body);
}

static int io_process_open(void *owner, uint32_t pid) {
    struct broker *broker = owner;
    return process_open(&broker->processes, pid);
}

static void io_process_kill(void *owner, int handle) {
    (void)owner;
    process_kill(handle);
}

static void io_process_close(void *owner, int handle) {
    (void)owner;
    process_close(handle);
}

// ---- one turn

static int serve_socket(struct broker *broker, enum side side) {
    int served = 0;
    broker->due[side] = true;
    for (; served < SOCKET_BUDGET; served++) {
        struct wire_message message;
        arena_reset(broker->arena);
        enum wire_result result = wire_receive(broker->sockets[side], true, broker->arena, &message);
        if (result == WIRE_EMPTY || result == WIRE_FAULT)
            broker->due[side] = false;
        if (result == WIRE_EMPTY)
            break;
        if (result == WIRE_FAULT) {
            log_event(LOG_ERROR_, "receive_failed", "socket", side_names[side], "reason", zmq_strerror(zmq_errno()), NULL);
            break;
        }
        if (result != WIRE_OK) {
            core_unreadable(broker->core, result);
            continue;
        }
        core_message(broker->core, side, &message);
        wire_message_close(&message);
    }
    return served;
}

static void turn(struct broker *broker, const struct pollfd *items) {
    if (core_wants_settling(broker->core))
        broker->due[SIDE_BACK] = true;
    for (int side = 0; side < SIDE_COUNT; side++) {
        if (!items[side].revents && !broker->due[side])
            continue;
        int served = serve_socket(broker, (enum side)side);
        if (side == SIDE_BACK && served < SOCKET_BUDGET)
            core_settle(broker->core);
    }
}

static void watch_processes(struct broker *broker) {
    int handle;
    while ((handle = process_ended(&broker->processes)) >= 0)
        core_process_ended(broker->core, handle);
}

// When the whole node ends, all are told at once; what the workers have in hand then (a mail that is just being taken) they report by way of
// us. So whoever sees others leave is the last to go.
static bool may_end(const struct broker *broker) {
    if (broker->end_ms == 0)
        return false;
    int workers = core_workers(broker->core);
    return workers == 0 || clock_mono_ms() - broker->end_ms >= (workers < broker->workers_at_end ? LAST_MS : ALONE_MS);
}

static void take_signal(struct broker *broker) {
    struct signalfd_siginfo info;
    if (read(broker->signal_fd, &info, sizeof info) != sizeof info || broker->end_ms != 0)
        return;
    broker->end_ms = clock_mono_ms();
    broker->workers_at_end = core_workers(broker->core);
}

// The descriptors are polled directly: zmq_poll() asks every socket twice per turn, whether it has news or not.
static int serve(struct broker *broker) {
    struct pollfd items[SIDE_COUNT + 2];
    for (int side = 0; side < SIDE_COUNT; side++) {
        items[side] = (struct pollfd){.fd = wire_fd(broker->sockets[side]), .events = POLLIN};
        broker->due[side] = true;
    }
    items[SIDE_COUNT] = (struct pollfd){.fd = broker->signal_fd, .events = POLLIN};
    items[SIDE_COUNT + 1] = (struct pollfd){.fd = broker->processes.watch, .events = POLLIN};
    for (;;) {
        int wait_ms = core_tick(broker->core);
        if (core_wants_settling(broker->core) || broker->due[SIDE_FRONT] || broker->due[SIDE_BACK] || broker->due[SIDE_OPS])
            wait_ms = 0;
        else if (broker->end_ms != 0 && wait_ms > LOOK_MS)
            wait_ms = LOOK_MS;
        log_flush();
        int ready = poll(items, SIDE_COUNT + 2, wait_ms);
        clock_refresh();
        if (ready < 0 && errno != EINTR)
            return EXIT_FAULT;
        for (int i = 0; i < SIDE_COUNT + 2 && ready < 0; i++)
            items[i].revents = i < SIDE_COUNT ? POLLIN : 0;
        if (items[SIDE_COUNT].revents)
            take_signal(broker);
        if (may_end(broker))
            return 0;
        if (items[SIDE_COUNT + 1].revents)
            watch_processes(broker);
        turn(broker, items);
    }
}

// ---- start and end

static int open_signals(void) {
    sigset_t wanted, all;
    sigemptyset(&wanted);
    sigaddset(&wanted, SIGTERM);
    sigaddset(&wanted, SIGINT);
    sigfillset(&all); // ZeroMQ's threads inherit this: signals are read here and nowhere else
    if (sigprocmask(SIG_SETMASK, &all, NULL))
        return -1;
    return signalfd(-1, &wanted, SFD_CLOEXEC | SFD_NONBLOCK);
}

static int make_directory(const char *path) {
    return mkdir(path, 0700) && errno != EEXIST ? -1 : 0;
}

static int bind_side(struct broker *broker, enum side side) {
    const char *directory = config_run_path(broker->config, side_names[side]);
    const char *endpoint = config_endpoint(broker->config, side_names[side]);
    void *socket = broker->sockets[side] = zmq_socket(broker->context, ZMQ_ROUTER);
    if (!directory || !endpoint)
        errno = ENAMETOOLONG;
    else if (socket && !make_directory(directory) && !wire_configure(socket, true) && !zmq_bind(socket, endpoint))
        return 0;
    log_event(LOG_ERROR_, "bind_failed", "endpoint", endpoint ? endpoint : side_names[side], "reason",
              zmq_strerror(zmq_errno()), NULL);
    return -1;
}

static int open_all(struct broker *broker) {
    const struct core_io io = {
        .owner = broker,
        .now_us = io_now_us,
        .random = io_random,
        .send = io_send,
        .process_open = io_process_open,
        .process_kill = io_process_kill,
        .process_close = io_process_close,
    };
    broker->context = wire_context();
    broker->arena = arena_new(ENVELOPE_ARENA);
    if (!broker->context || !broker->arena || processes_open(&broker->processes))
        return EXIT_FAULT;
    for (int side = 0; side < SIDE_COUNT; side++) {
        if (bind_side(broker, (enum side)side))
            return EXIT_CONFIG;
    }
    broker->core = core_new(broker->config, &io);
    return broker->core ? 0 : EXIT_FAULT;
}

static void close_all(struct broker *broker) {
    core_free(&broker->core);
    for (int side = 0; side < SIDE_COUNT; side++) {
        if (broker->sockets[side])
            zmq_close(broker->sockets[side]);
    }
    if (broker->context)
        zmq_ctx_term(broker->context);
    arena_free(&broker->arena);
    if (broker->processes.watch >= 0)
        processes_close(&broker->processes);
}

int broker_run(const struct config *config) {
    struct broker broker = {.config = config, .processes.watch = -1, .signal_fd = open_signals()};
    const char *lock_file = config_run_path(config, "broker.lock");
    umask(077);
    if (broker.signal_fd < 0)
        return EXIT_FAULT;
    if (!lock_file || make_directory(config->run_dir) || (broker.lock_fd = lock_wait(lock_file, broker.signal_fd)) == -1) {
        log_event(LOG_ERROR_, "lock_failed", "run_dir", config->run_dir, "reason", strerror(errno), NULL);
        return EXIT_CONFIG;
    }
    if (broker.lock_fd == -2)
        return 0;
    int code = open_all(&broker);
    if (code == 0) {
        log_event(LOG_INFO_, "started", "city", config->city, "pid", log_number(getpid()), "version", KOSI_VERSION, NULL);
        log_flush();
        code = serve(&broker);
    }
    log_event(LOG_INFO_, "stopped", "code", log_number(code), NULL);
    close_all(&broker);
    close(broker.lock_fd); // only now: closing an endpoint removes its path, which must not be a successor's
    close(broker.signal_fd);
    return code;
}
