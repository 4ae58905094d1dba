#include "gateway/server.h"
#include "gateway/metrics_page.h"
#include "gateway/request.h"
#include "gateway/serve.h"
#include "services/common/base/clock.h"
#include "services/common/base/log.h"
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <unistd.h>

enum {
    CONNECTION_BYTES = 16 * 1024,   // memory of one connection: head, read buffer, head of the answer
    INACTIVE_S = 60, OPS_CONNECTIONS = 32, OTHER_FILES = 128, WAITING_MAX = 4096, FINISH_MS = 5000, LINGER_MS = 1000, TURN_MS = 1000,
    RUNS_MAX = 4   // of the library per turn
};
enum { POLL_BUS, POLL_SIGNALS, POLL_HTTP, POLL_OPS, POLL_BELL, POLL_VISITOR, POLL_LEFT, POLLS };

static void watch_connection(void *cls, struct MHD_Connection *connection, void **context, enum MHD_ConnectionNotificationCode code) {
    struct gateway *gateway = cls;
    if (code == MHD_CONNECTION_NOTIFY_STARTED) {
        const union MHD_ConnectionInfo *info = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
        *context = info ? connection_new(&gateway->connections, info->connect_fd, clock_mono_ms()) : NULL;
    } else if (*context) {
        struct connection *c = *context;
        if (c->request)
            request_free(c->request);
        connection_free(&gateway->connections, *context);
        *context = NULL;
    }
}

// The library's own decoding is not wanted: addresses are decoded strictly, by urlencoded.c, from the raw line.
static size_t keep_escapes(void *cls, struct MHD_Connection *connection, char *text) {
    (void)cls, (void)connection;
    return strlen(text);
}

static struct MHD_Daemon *start(struct gateway *gateway, int fd, bool ops) {
    return MHD_start_daemon(
        MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME, 0, NULL, NULL, ops ? serve_ops : serve_public, gateway,
        MHD_OPTION_LISTEN_SOCKET, fd, MHD_OPTION_CONNECTION_LIMIT, ops ? OPS_CONNECTIONS : (unsigned)gateway->connections.limit,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_BYTES, MHD_OPTION_CONNECTION_MEMORY_INCREMENT, (size_t)4096,
        MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)INACTIVE_S, MHD_OPTION_URI_LOG_CALLBACK, ops ? serve_begin_ops : serve_begin,
        gateway, MHD_OPTION_UNESCAPE_CALLBACK, keep_escapes, NULL, MHD_OPTION_NOTIFY_COMPLETED, serve_end, gateway,
        MHD_OPTION_SIGPIPE_HANDLED_BY_APP, 1, ops ? MHD_OPTION_END : MHD_OPTION_NOTIFY_CONNECTION, watch_connection, gateway,
        MHD_OPTION_END);
}

static int open_http(struct gateway *gateway, bool ops, struct buf *errors) {
    int *fd = &gateway->door.sockets[ops ? DOOR_OPS : DOOR_PUBLIC];
    struct MHD_Daemon *daemon = start(gateway, *fd, ops);
    *(ops ? &gateway->ops_daemon : &gateway->public_daemon) = daemon;
    if (daemon)
        return 0;
    buf_format(errors, "%s: the HTTP library does not start: %s. Is there memory, and may more files be open?\n", gateway->config->file,
               strerror(errno));
    return -1;
}

static int open_bus(struct gateway *gateway, struct buf *errors) {
    const char *endpoint = config_endpoint(gateway->config, "front");
    gateway->context = wire_context();
    gateway->socket = gateway->context ? zmq_socket(gateway->context, ZMQ_DEALER) : NULL;
    bool fine = endpoint && gateway->socket && wire_configure(gateway->socket, false) == 0 &&
                zmq_connect(gateway->socket, endpoint) == 0;
    gateway->client = fine ? client_new(gateway->socket, WAITING_MAX) : NULL;
    if (gateway->client && client_hold(gateway->client) == 0)
        return 0;
    buf_format(errors, "%s: no way to the broker at %s. Set run_dir to a shorter path.\n", gateway->config->file,
               endpoint ? endpoint : "a path that is too long");
    return -1;
}

// Each connection is an open file. What the system does not allow is told and done without.
static size_t connections_that_fit(const struct gateway *gateway) {
    struct rlimit files;
    size_t wanted = (size_t)gateway->config->connections;
    if (getrlimit(RLIMIT_NOFILE, &files) != 0)
        return wanted;
    if (files.rlim_cur < wanted + OTHER_FILES && files.rlim_cur < files.rlim_max) {
        files.rlim_cur = files.rlim_max;
        setrlimit(RLIMIT_NOFILE, &files);
    }
    if (files.rlim_cur >= wanted + OTHER_FILES)
        return wanted;
    size_t fits = files.rlim_cur > 2 * OTHER_FILES ? files.rlim_cur - OTHER_FILES : OTHER_FILES;
    log_event(LOG_WARN_, "fewer_connections", "wanted", log_number((int64_t)wanted), "fit", log_number((int64_t)fits), "remedy",
              "raise the limit of open files", NULL);
    return fits;
}

int server_open(struct gateway *gateway, struct buf *errors) {
    gateway->connections.limit = connections_that_fit(gateway);
    if (connections_open(&gateway->connections)) {
        buf_format(errors, "%s: no epoll: %s. May more files be open?\n", gateway->config->file, strerror(errno));
        return -1;
    }
    if (open_bus(gateway, errors) || door_open(&gateway->door, gateway->config, gateway->slot, errors))
        return -1;
    return open_http(gateway, false, errors) || open_http(gateway, true, errors) ? -1 : 0;
}

static int sooner(int a, int b) {
    if (a < 0)
        return b;
    return b < 0 || a < b ? a : b;
}

static int daemon_wait(struct MHD_Daemon *daemon) {
    MHD_UNSIGNED_LONG_LONG ms;
    if (!daemon || MHD_get_timeout(daemon, &ms) != MHD_YES)
        return -1;
    return ms > TURN_MS ? TURN_MS : (int)ms;
}

static int epoll_of(struct MHD_Daemon *daemon) {
    const union MHD_DaemonInfo *info = daemon ? MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_EPOLL_FD) : NULL;
    return info ? info->epoll_fd : -1;
}

static void run_http(struct gateway *gateway) {
    MHD_run(gateway->public_daemon);
    if (gateway->ops_daemon)
        MHD_run(gateway->ops_daemon);
}

// What the library still has to do at once is done before anything else is looked at: it asks for several turns per request.
static void run_public(struct gateway *gateway) {
    for (int runs = 0; runs < RUNS_MAX; runs++) {
        MHD_run(gateway->public_daemon);
        client_flush(gateway->client);
        if (daemon_wait(gateway->public_daemon) != 0)
            return;
    }
}

static void forget_who_left(struct gateway *gateway) {
    for (struct connection *c; (c = connections_left(&gateway->connections, clock_mono_ms()));)
        if (c->request)
            request_abandon(c->request);
}

// One turn. Everything that is ready is served each time: first answers (they free connections), then HTTP. The descriptors are
// polled directly: zmq_poll() asks every socket twice per turn, whether it has news or not.
static void turn(struct gateway *gateway, struct pollfd *items, nfds_t count) {
    int wait = sooner(client_tick(gateway->client), connections_tick(&gateway->connections, clock_mono_ms()));
    wait = sooner(wait, sooner(daemon_wait(gateway->public_daemon), daemon_wait(gateway->ops_daemon)));
    if (client_due(gateway->client) && (client_receive(gateway->client) || client_due(gateway->client)))
        wait = 0;
    wait = sooner(wait, metrics_page_publish(gateway, clock_mono_ms()));
    log_flush();
    int ready = poll(items, count, sooner(wait, gateway->stopping ? 50 : -1));
    for (nfds_t i = 0; i < count && ready < 0; i++)
        items[i].revents = POLLIN; // interrupted: looked at all the same
    clock_refresh();
    if (items[POLL_BUS].revents)
        client_receive(gateway->client);
    if (items[POLL_LEFT].revents)
        forget_who_left(gateway);
    run_public(gateway);
    if (gateway->ops_daemon && (ready == 0 || items[POLL_OPS].revents || wait == 0 || gateway->ops_resumed)) { // else nothing is new there
        gateway->ops_resumed = false;
        MHD_run(gateway->ops_daemon);
    }
}

// The library lets nobody in any more. The listening socket stays open until the end, and the door with it: a gateway that is just
// starting can still have it, and who waits in its queue is not turned away meanwhile. Who is in it now is let in first, in case there
// is no other gateway.
static void stop_listening(struct MHD_Daemon *daemon) {
    MHD_run(daemon);
    MHD_quiesce_daemon(daemon);
}

static void begin_to_stop(struct gateway *gateway, const char *why) {
    gateway->stopping = true;
    log_event(LOG_INFO_, "stopping", "why", why, "open", log_number((int64_t)gateway->open_requests), NULL);
    stop_listening(gateway->public_daemon);
    stop_listening(gateway->ops_daemon);
}

// What is open is answered. Connections kept for a next request are left a moment longer: whoever uses theirs just now is answered too,
// and told that it closes.
static bool finished(const struct gateway *gateway, int64_t stopped_ms) {
    int64_t since = clock_mono_ms() - stopped_ms;
    bool nobody = gateway->open_requests == 0 && (gateway->connections.count == 0 || since >= LINGER_MS);
    return gateway->stopping && (nobody || since >= FINISH_MS);
}

static const char *reason_to_stop(struct gateway *gateway, const struct pollfd *items) {
    struct signalfd_siginfo signal;
    if (items[POLL_SIGNALS].revents && read(items[POLL_SIGNALS].fd, &signal, sizeof signal) == (ssize_t)sizeof signal) {
        if (signal.ssi_signo != SIGHUP)
            return "signal";
        gateway_reload(gateway);
    }
    bool asked = items[POLL_BELL].revents || items[POLL_VISITOR].revents;
    return asked && door_answer(&gateway->door) ? "replaced" : NULL;
}

int server_run(struct gateway *gateway, int signal_fd) {
    struct pollfd items[POLLS] = {[POLL_BUS] = {.fd = wire_fd(gateway->socket), .events = POLLIN},
                                  [POLL_SIGNALS] = {.fd = signal_fd, .events = POLLIN},
                                  [POLL_HTTP] = {.fd = epoll_of(gateway->public_daemon), .events = POLLIN},
                                  [POLL_OPS] = {.fd = epoll_of(gateway->ops_daemon), .events = POLLIN},
                                  [POLL_BELL] = {.events = POLLIN},
                                  [POLL_VISITOR] = {.events = POLLIN},
                                  [POLL_LEFT] = {.fd = gateway->connections.watch_fd, .events = POLLIN}};
    int64_t stopped_ms = 0;
    while (!finished(gateway, stopped_ms)) {
        items[POLL_BELL].fd = gateway->door.visitor < 0 ? gateway->door.bell : -1;   // one at a time; poll() passes over -1
        items[POLL_VISITOR].fd = gateway->door.visitor;
        turn(gateway, items, POLLS);
        const char *why = reason_to_stop(gateway, items);
        if (why && !gateway->stopping) {
            stopped_ms = clock_mono_ms();
            begin_to_stop(gateway, why);
            if (strcmp(why, "replaced") != 0)
                metrics_page_end(gateway);
        }
    }
    return 0;
}

// Suspended connections must be resumed before the library stops: client_free() answers what is still open.
void server_close(struct gateway *gateway) {
    gateway->stopping = true;
    if (gateway->client)
        client_free(&gateway->client);
    if (gateway->public_daemon) {
        run_http(gateway);
        MHD_stop_daemon(gateway->public_daemon);
    }
    if (gateway->ops_daemon)
        MHD_stop_daemon(gateway->ops_daemon);
    gateway->public_daemon = gateway->ops_daemon = NULL;
    door_close(&gateway->door);
    connections_close(&gateway->connections);
    if (gateway->socket)
        zmq_close(gateway->socket);
    if (gateway->context)
        zmq_ctx_term(gateway->context);
}
