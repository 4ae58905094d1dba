#include "services/broker/lock.h"
#include "services/common/base/log.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <sys/file.h>
#include <unistd.h>

enum { TRY_EVERY_MS = 20 };

static int give_up(int fd, int result) {
    int reason = errno;
    close(fd);
    errno = reason;
    return result;
}

int lock_wait(const char *file, int signal_fd) {
    int fd = open(file, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0)
        return -1;
    struct pollfd signals = {.fd = signal_fd, .events = POLLIN};
    bool told = false;
    while (flock(fd, LOCK_EX | LOCK_NB)) {
        if (errno != EWOULDBLOCK && errno != EINTR)
            return give_up(fd, -1);
        if (!told)
            log_event(LOG_INFO_, "waiting_for_lock", "file", file, NULL);
        told = true;
        log_flush();
        if (poll(&signals, 1, TRY_EVERY_MS) > 0)
            return give_up(fd, -2);
    }
    return fd;
}
