// door: one pair of listening sockets (public port, ops port) for all gateways of a node. Who starts asks the others for theirs
// (SCM_RIGHTS over RUN/gateway/SLOT), or takes what systemd hands over (sd_listen_fds(3)), else opens them. They stay open as long as
// one gateway lives, and who waits in their queue is served by any: a gateway can be replaced without a refused connection. (With a
// socket each, SO_REUSEPORT, closing one resets those who wait at it.)
// A newcomer in a slot that is taken replaces who has it: the old one gives its sockets away and finishes what it has.
#pragma once
#include "services/common/base/config.h"

enum { DOOR_PUBLIC, DOOR_OPS, DOOR_SOCKETS };

struct door {
    int sockets[DOOR_SOCKETS];   // listening
    int bell, visitor;           // where others ask; one that has come and not yet said who it is; -1: none
    int slot;
    char path[108];
};

// 0, or -1 with one line in errors.
int door_open(struct door *door, const struct config *config, int slot, struct buf *errors);
// To be called when bell or visitor can be read. true: a successor has the sockets now.
bool door_answer(struct door *door);
// Nobody can ask any more; the listening sockets are closed.
void door_close(struct door *door);
