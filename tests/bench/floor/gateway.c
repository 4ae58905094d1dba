// floor: the barest gateway. One thread: libmicrohttpd in our own loop beside a DEALER, connections suspended while the writer works.
// Parses the JSON body with the node's parser, sends it on, answers 201 when the writer has committed. usage: floor_gateway PORT DIR
#include "services/common/base/json.h"
#include <microhttpd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zmq.h>

struct exchange {
    struct MHD_Connection *connection;
    char *body;
    size_t size, room;
    char answer[64];
    size_t answered;
};

static void *dealer;
static struct json json;

static enum MHD_Result respond(struct MHD_Connection *connection, unsigned status, const char *text, size_t size) {
    struct MHD_Response *response = MHD_create_response_from_buffer(size, (void *)(uintptr_t)text, MHD_RESPMEM_MUST_COPY);
    MHD_add_response_header(response, "Content-Type", "application/json");
    enum MHD_Result result = MHD_queue_response(connection, status, response);
    MHD_destroy_response(response);
    return result;
}

static enum MHD_Result collect(struct exchange *exchange, const char *data, size_t *size) {
    if (exchange->size + *size > 262144)
        return MHD_NO;
    if (exchange->size + *size + 1 > exchange->room) {
        exchange->room = (exchange->size + *size) * 2 + 1;
        exchange->body = realloc(exchange->body, exchange->room);
    }
    memcpy(exchange->body + exchange->size, data, *size);
    exchange->size += *size;
    *size = 0;
    return MHD_YES;
}

// The original goes to the writer; the parser decodes in place, so it gets a copy.
static enum MHD_Result ask_writer(struct exchange *exchange) {
    char *copy = malloc(exchange->size + 1);
    memcpy(copy, exchange->body, exchange->size);
    copy[exchange->size] = 0;
    int bad = json_parse(&json, copy, exchange->size);
    free(copy);
    if (bad)
        return respond(exchange->connection, 400, "{}", 2);
    zmq_send(dealer, &exchange, sizeof exchange, ZMQ_SNDMORE | ZMQ_DONTWAIT);
    zmq_send(dealer, exchange->body, exchange->size, ZMQ_DONTWAIT);
    MHD_suspend_connection(exchange->connection);
    return MHD_YES;
}

static enum MHD_Result handle(void *unused, struct MHD_Connection *connection, const char *url, const char *method, const char *version,
                              const char *data, size_t *size, void **state) {
    (void)unused, (void)url, (void)method, (void)version;
    struct exchange *exchange = *state;
    if (!exchange) {
        *state = exchange = calloc(1, sizeof *exchange);
        exchange->connection = connection;
        return MHD_YES;
    }
    if (*size)
        return collect(exchange, data, size);
    if (exchange->answered)
        return respond(connection, 201, exchange->answer, exchange->answered);
    return exchange->size ? ask_writer(exchange) : respond(connection, 200, "{}", 2);
}

static void completed(void *unused, struct MHD_Connection *connection, void **state, enum MHD_RequestTerminationCode code) {
    (void)unused, (void)connection, (void)code;
    struct exchange *exchange = *state;
    if (exchange)
        free(exchange->body);
    free(exchange);
}

static int take_answers(void) {
    struct exchange *exchange;
    int taken = 0;
    while (zmq_recv(dealer, &exchange, sizeof exchange, ZMQ_DONTWAIT) == (int)sizeof exchange) {
        int size = zmq_recv(dealer, exchange->answer, sizeof exchange->answer, 0);
        exchange->answered = size > 0 ? (size_t)size : 1;
        MHD_resume_connection(exchange->connection);
        taken++;
    }
    return taken;
}

int main(int argc, char **argv) {
    if (argc != 3)
        return 64;
    char endpoint[108];
    snprintf(endpoint, sizeof endpoint, "ipc://%s/front", argv[2]);
    dealer = zmq_socket(zmq_ctx_new(), ZMQ_DEALER);
    zmq_connect(dealer, endpoint);
    struct MHD_Daemon *daemon = MHD_start_daemon(MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME, (uint16_t)atoi(argv[1]), NULL, NULL, handle, NULL,
                                                 MHD_OPTION_NOTIFY_COMPLETED, completed, NULL, MHD_OPTION_CONNECTION_LIMIT, 1024u,
                                                 MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)16384, MHD_OPTION_END);
    if (!daemon)
        return 69;
    int epoll_fd = MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_EPOLL_FD)->epoll_fd;
    for (;;) {
        MHD_UNSIGNED_LONG_LONG left;
        zmq_pollitem_t items[] = {{dealer, 0, ZMQ_POLLIN, 0}, {NULL, epoll_fd, ZMQ_POLLIN, 0}};
        zmq_poll(items, 2, MHD_get_timeout(daemon, &left) == MHD_YES && left < 1000 ? (long)left : 1000);
        take_answers();
        MHD_run(daemon);
    }
}
