// server: the loop of the gateway: libmicrohttpd's epoll descriptor, the socket to the broker and the signals in one zmq_poll, one
// thread, so nothing is locked; more gateways share the listening sockets (door.h).
#pragma once
#include "gateway/gateway.h"

// Opens sockets and ports. 0, or -1 with one line in errors.
int server_open(struct gateway *gateway, struct buf *errors);
// Serves until SIGTERM or SIGINT arrives on signal_fd or a successor has come; then answers what is open (some seconds at most). Returns 0.
// SIGHUP: the city's texts are read again.
int server_run(struct gateway *gateway, int signal_fd);
void server_close(struct gateway *gateway);
