#include "gateway/server.h"
#include "gateway/request.h"
#include "gateway/serve.h"
#include "services/common/base/clock.h"
#include "services/common/base/log.h"
#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    CONNECTION_BYTES = 24 * 1024,   // memory of one connection: head, read buffer, head of the answer
    INACTIVE_S = 60, OPS_CONNECTIONS = 32, BACKLOG = 1024, WAITING_MAX = 4096, FINISH_MS = 5000, TURN_MS = 1000,
    RUNS_MAX = 4   // of the library per turn
};
enum { POLL_BUS, POLL_SIGNALS, POLL_HTTP, POLL_OPS };

static int open_port(const char *host, int port) {
    char service[16];
    snprintf(service, sizeof service, "%d", port);
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE | AI_NUMERICSERV}, *found = NULL;
    if (getaddrinfo(host, service, &hints, &found) != 0 || !found) {
        errno = EADDRNOTAVAIL;
        return -1;
    }
    int one = 1, fd = socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    bool fine = fd >= 0 && setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one) == 0 &&
                setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &one, sizeof one) == 0 &&
                bind(fd, found->ai_addr, found->ai_addrlen) == 0 && listen(fd, BACKLOG) == 0;
    freeaddrinfo(found);
    if (fine)
        return fd;
    int reason = errno;
    if (fd >= 0)
        close(fd);
    errno = reason;
    return -1;
}

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
        MHD_OPTION_LISTEN_SOCKET, fd, MHD_OPTION_CONNECTION_LIMIT, ops ? OPS_CONNECTIONS : (unsigned)gateway->config->connections,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)CONNECTION_BYTES, MHD_OPTION_CONNECTION_MEMORY_INCREMENT, (size_t)4096,
        MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)INACTIVE_S, MHD_OPTION_URI_LOG_CALLBACK, ops ? serve_begin_ops : serve_begin,
        gateway, MHD_OPTION_UNESCAPE_CALLBACK, keep_escapes, NULL, MHD_OPTION_NOTIFY_COMPLETED, serve_end, gateway,
        MHD_OPTION_SIGPIPE_HANDLED_BY_APP, 1, ops ? MHD_OPTION_END : MHD_OPTION_NOTIFY_CONNECTION, watch_connection, gateway,
        MHD_OPTION_END);
}

static int open_http(struct gateway *gateway, bool ops, struct buf *errors) {
    const char *host = ops ? gateway->config->ops_host : gateway->config->listen_host;
    int port = ops ? gateway->config->ops_port : gateway->config->listen_port;
    int fd = open_port(host, port);
    struct MHD_Daemon *daemon = fd < 0 ? NULL : start(gateway, fd, ops);
    if (!daemon) {
        buf_format(errors, "%s: %s:%d can't be listened on: %s. Choose another %s or stop who has it.\n", gateway->config->file, host,
                   port, strerror(errno), ops ? "ops_port" : "listen_port");
        if (fd >= 0)
            close(fd);
        return -1;
    }
    *(ops ? &gateway->ops_daemon : &gateway->public_daemon) = daemon;
    return 0;
}

static int open_bus(struct gateway *gateway, struct buf *errors) {
    const char *endpoint = config_endpoint(gateway->config, "front");
    gateway->context = zmq_ctx_new();
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

int server_open(struct gateway *gateway, struct buf *errors) {
    gateway->connections.limit = (size_t)gateway->config->connections;
    if (open_bus(gateway, errors) || open_http(gateway, false, errors))
        return -1;
    return gateway->config->ops_port ? open_http(gateway, true, errors) : 0;
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

// One turn. Everything that is ready is served each time: first answers (they free connections), then HTTP. The descriptors are
// polled directly: zmq_poll() asks every socket twice per turn, whether it has news or not.
static void turn(struct gateway *gateway, struct pollfd *items, nfds_t count) {
    int wait = sooner(client_tick(gateway->client), connections_tick(&gateway->connections, clock_mono_ms()));
    wait = sooner(wait, sooner(daemon_wait(gateway->public_daemon), daemon_wait(gateway->ops_daemon)));
    if (client_due(gateway->client) && (client_receive(gateway->client) || client_due(gateway->client)))
        wait = 0;
    log_flush();
    int ready = poll(items, count, sooner(wait, gateway->stopping ? 50 : -1));
    for (nfds_t i = 0; i < count && ready < 0; i++)
        items[i].revents = POLLIN; // interrupted: looked at all the same
    clock_refresh();
    if (items[POLL_BUS].revents)
        client_receive(gateway->client);
    run_public(gateway);
    if (gateway->ops_daemon && (ready == 0 || items[POLL_OPS].revents || wait == 0 || gateway->ops_resumed)) { // else nothing is new there
        gateway->ops_resumed = false;
        MHD_run(gateway->ops_daemon);
    }
}

// Who waits at the door is let in first: closing it would turn them away.
static void stop_listening(struct MHD_Daemon *daemon) {
    if (daemon)
        MHD_run(daemon);
    int fd = daemon ? MHD_quiesce_daemon(daemon) : -1;
    if (fd >= 0)
        close(fd);
}

int server_run(struct gateway *gateway, int signal_fd) {
    struct pollfd items[] = {[POLL_BUS] = {.fd = wire_fd(gateway->socket), .events = POLLIN},
                             [POLL_SIGNALS] = {.fd = signal_fd, .events = POLLIN},
                             [POLL_HTTP] = {.fd = epoll_of(gateway->public_daemon), .events = POLLIN},
                             [POLL_OPS] = {.fd = epoll_of(gateway->ops_daemon), .events = POLLIN}};
    nfds_t count = gateway->ops_daemon ? 4 : 3;
    int64_t end_ms = INT64_MAX;
    while (!gateway->stopping || (gateway->open_requests > 0 && clock_mono_ms() < end_ms)) {
        turn(gateway, items, count);
        struct signalfd_siginfo signal;
        if (!gateway->stopping && items[POLL_SIGNALS].revents && read(signal_fd, &signal, sizeof signal) == (ssize_t)sizeof signal) {
            gateway->stopping = true;
            end_ms = clock_mono_ms() + FINISH_MS;
            log_event(LOG_INFO_, "stopping", "open", log_number((int64_t)gateway->open_requests), NULL);
            stop_listening(gateway->public_daemon);
            stop_listening(gateway->ops_daemon);
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
    if (gateway->socket)
        zmq_close(gateway->socket);
    if (gateway->context)
        zmq_ctx_term(gateway->context);
}
