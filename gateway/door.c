#include "gateway/door.h"
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { BACKLOG = 1024, GATEWAYS_MOST = 64, PATIENCE_MS = 500, TRIES = 20, TRY_AGAIN_MS = 50, SD_FIRST = 3 };

static void forget(int *fd) {
    if (*fd >= 0)
        close(*fd);
    *fd = -1;
}

// ---- a socket of one's own

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
                bind(fd, found->ai_addr, found->ai_addrlen) == 0 && listen(fd, BACKLOG) == 0;
    freeaddrinfo(found);
    int reason = errno;
    if (!fine)
        forget(&fd);
    errno = reason;
    return fd;
}

// Is it a listening socket at this port? An older gateway may have another, from before the configuration changed.
static bool listens_at(int fd, int port) {
    struct sockaddr_storage name = {0};
    int listening = 0;
    socklen_t size = sizeof name, option = sizeof listening;
    if (fd < 0 || getsockname(fd, (struct sockaddr *)&name, &size) || getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listening, &option))
        return false;
    in_port_t at = name.ss_family == AF_INET6 ? ((struct sockaddr_in6 *)&name)->sin6_port : ((struct sockaddr_in *)&name)->sin_port;
    return listening && ntohs(at) == port;
}

static void take_from_systemd(int sockets[DOOR_SOCKETS]) {
    const char *pid = getenv("LISTEN_PID"), *count = getenv("LISTEN_FDS");
    if (!pid || !count || atol(pid) != (long)getpid())
        return;
    for (int i = 0; i < DOOR_SOCKETS && i < atoi(count); i++)
        sockets[i] = SD_FIRST + i;
    unsetenv("LISTEN_PID");
    unsetenv("LISTEN_FDS");
}

// ---- those of the others

static int address_of(const struct config *config, int slot, struct sockaddr_un *out) {
    char name[32];
    snprintf(name, sizeof name, "gateway/%d", slot);
    const char *path = config_run_path(config, name);
    *out = (struct sockaddr_un){.sun_family = AF_UNIX};
    return path && snprintf(out->sun_path, sizeof out->sun_path, "%s", path) < (int)sizeof out->sun_path ? 0 : -1;
}

static int call_at(const struct config *config, int slot) {
    struct sockaddr_un address;
    int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    bool fine = fd >= 0 && address_of(config, slot, &address) == 0 && connect(fd, (struct sockaddr *)&address, sizeof address) == 0;
    if (!fine)
        forget(&fd);
    return fd;
}

static void take_rights(struct msghdr *message, int sockets[DOOR_SOCKETS]) {
    struct cmsghdr *head = CMSG_FIRSTHDR(message);
    if (head && head->cmsg_type == SCM_RIGHTS && head->cmsg_len == CMSG_LEN(sizeof(int[DOOR_SOCKETS])))
        memcpy(sockets, CMSG_DATA(head), sizeof(int[DOOR_SOCKETS]));
}

// Says who asks, waits for the sockets. A gateway that is stopped does not answer: the next one is asked.
static void ask(int fd, int own_slot, int sockets[DOOR_SOCKETS]) {
    union { char bytes[CMSG_SPACE(sizeof(int[DOOR_SOCKETS]))]; struct cmsghdr aligned; } room;
    int slot = own_slot;
    struct iovec data = {&slot, sizeof slot};
    struct msghdr message = {.msg_iov = &data, .msg_iovlen = 1, .msg_control = room.bytes, .msg_controllen = sizeof room.bytes};
    struct pollfd wait = {fd, POLLIN, 0};
    if (send(fd, &slot, sizeof slot, MSG_NOSIGNAL) == (ssize_t)sizeof slot && poll(&wait, 1, PATIENCE_MS) == 1 &&
        recvmsg(fd, &message, MSG_CMSG_CLOEXEC) == (ssize_t)sizeof slot)
        take_rights(&message, sockets);
}

static bool complete(const int sockets[DOOR_SOCKETS], const struct config *config) {
    return listens_at(sockets[DOOR_PUBLIC], config->listen_port) && listens_at(sockets[DOOR_OPS], config->ops_port);
}

// Who has this slot is asked last: it ends when it has answered.
static bool ask_others(struct door *door, const struct config *config) {
    for (int i = 1; i <= GATEWAYS_MOST; i++) {
        int slot = (door->slot + i - 1) % GATEWAYS_MOST + 1, fd = call_at(config, slot);
        if (fd < 0)
            continue;
        int got[DOOR_SOCKETS] = {-1, -1};
        ask(fd, door->slot, got);
        close(fd);
        for (int s = 0; s < DOOR_SOCKETS; s++) {
            int *spare = complete(door->sockets, config) ? &got[s] : &door->sockets[s];
            forget(spare);
            if (spare == &door->sockets[s])
                door->sockets[s] = got[s];
        }
    }
    return complete(door->sockets, config);
}

static int complain(const struct config *config, bool ops, struct buf *errors) {
    buf_format(errors, "%s: %s:%d can't be listened on: %s. Choose another %s or stop who has it.\n", config->file,
               ops ? config->ops_host : config->listen_host, ops ? config->ops_port : config->listen_port, strerror(errno),
               ops ? "ops_port" : "listen_port");
    return -1;
}

static int open_own(struct door *door, const struct config *config) {
    door->sockets[DOOR_PUBLIC] = open_port(config->listen_host, config->listen_port);
    if (door->sockets[DOOR_PUBLIC] < 0)
        return DOOR_PUBLIC;
    door->sockets[DOOR_OPS] = open_port(config->ops_host, config->ops_port);
    if (door->sockets[DOOR_OPS] >= 0)
        return DOOR_SOCKETS;
    int reason = errno;
    forget(&door->sockets[DOOR_PUBLIC]);
    errno = reason;
    return DOOR_OPS;
}

// Two that start at the same moment find nobody to ask, and one finds the port taken: then it asks again.
static int find_sockets(struct door *door, const struct config *config, struct buf *errors) {
    take_from_systemd(door->sockets);
    if (complete(door->sockets, config))
        return 0;
    int failed = DOOR_PUBLIC;
    for (int i = 0; i < TRIES; i++) {
        if (ask_others(door, config))
            return 0;
        for (int s = 0; s < DOOR_SOCKETS; s++)
            forget(&door->sockets[s]);
        failed = open_own(door, config);
        if (failed == DOOR_SOCKETS)
            return 0;
        if (errno != EADDRINUSE)
            break;
        int reason = errno;
        poll(NULL, 0, TRY_AGAIN_MS);
        errno = reason;
    }
    return complain(config, failed == DOOR_OPS, errors);
}

int door_open(struct door *door, const struct config *config, int slot, struct buf *errors) {
    struct sockaddr_un address;
    *door = (struct door){.sockets = {-1, -1}, .bell = -1, .visitor = -1, .slot = slot};
    if (find_sockets(door, config, errors))
        return -1;
    door->bell = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    bool fine = door->bell >= 0 && address_of(config, slot, &address) == 0;
    if (fine) {
        snprintf(door->path, sizeof door->path, "%s", address.sun_path);
        unlink(door->path);
        fine = bind(door->bell, (struct sockaddr *)&address, sizeof address) == 0 && listen(door->bell, GATEWAYS_MOST) == 0;
    }
    if (fine)
        return 0;
    buf_format(errors, "%s: %s/gateway/%d can't be made: %s. Set run_dir to a folder of the service's user, with a short path.\n",
               config->file, config->run_dir, slot, strerror(errno));
    return -1;
}

// ---- asked by others

static void give(const struct door *door) {
    union { char bytes[CMSG_SPACE(sizeof(int[DOOR_SOCKETS]))]; struct cmsghdr aligned; } room = {.bytes = ""};
    int slot = door->slot;
    struct iovec data = {&slot, sizeof slot};
    struct msghdr message = {.msg_iov = &data, .msg_iovlen = 1, .msg_control = room.bytes, .msg_controllen = sizeof room.bytes};
    struct cmsghdr *head = CMSG_FIRSTHDR(&message);
    head->cmsg_level = SOL_SOCKET;
    head->cmsg_type = SCM_RIGHTS;
    head->cmsg_len = CMSG_LEN(sizeof(int[DOOR_SOCKETS]));
    memcpy(CMSG_DATA(head), door->sockets, sizeof(int[DOOR_SOCKETS]));
    sendmsg(door->visitor, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
}

bool door_answer(struct door *door) {
    if (door->visitor < 0)
        door->visitor = accept4(door->bell, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (door->visitor < 0)
        return false;
    int slot = 0;
    ssize_t n = recv(door->visitor, &slot, sizeof slot, 0);
    if (n < 0 && errno == EAGAIN)
        return false;   // it has come, but not yet said who it is
    if (n == (ssize_t)sizeof slot)
        give(door);
    forget(&door->visitor);
    return n == (ssize_t)sizeof slot && slot == door->slot;
}

// The path belongs to whoever has bound it last: a successor's is left alone.
void door_close(struct door *door) {
    forget(&door->visitor);
    forget(&door->bell);
    for (int i = 0; i < DOOR_SOCKETS; i++)
        forget(&door->sockets[i]);
}
