#include "services/broker/process.h"
#include <signal.h>
#include <sys/epoll.h>
#include <sys/pidfd.h>
#include <sys/types.h>
#include <unistd.h>

int processes_open(struct processes *processes) {
    processes->watch = epoll_create1(EPOLL_CLOEXEC);
    return processes->watch < 0 ? -1 : 0;
}

void processes_close(struct processes *processes) {
    close(processes->watch);
}

int process_open(struct processes *processes, uint32_t pid) {
    if ((pid_t)pid <= 1 || (pid_t)pid == getpid())
        return -1;
    int handle = pidfd_open((pid_t)pid, 0);
    struct epoll_event event = {.events = EPOLLIN | EPOLLONESHOT, .data.fd = handle};
    if (handle >= 0)
        epoll_ctl(processes->watch, EPOLL_CTL_ADD, handle, &event); // unwatched, the pings find out
    return handle;
}

void process_kill(int handle) {
    pidfd_send_signal(handle, SIGKILL, NULL, 0);
}

void process_close(int handle) {
    close(handle);
}

int process_ended(struct processes *processes) {
    struct epoll_event event;
    return epoll_wait(processes->watch, &event, 1, 0) == 1 ? event.data.fd : -1;
}
