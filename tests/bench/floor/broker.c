// floor: the barest broker. ROUTER to ROUTER, one writer, which says hello first. usage: floor_broker DIR
#include <stdio.h>
#include <string.h>
#include <zmq.h>

static char writer[256];
static size_t writer_size;

static void pass(zmq_msg_t *frame, void *to) {
    int flags = zmq_msg_more(frame) ? ZMQ_SNDMORE : 0;
    if (zmq_msg_send(frame, to, flags) < 0)
        zmq_msg_close(frame);
}

// front: [client][id][body]  ->  back: [writer][client][id][body]
static int forward(void *front, void *back) {
    zmq_msg_t frame;
    zmq_msg_init(&frame);
    if (zmq_msg_recv(&frame, front, ZMQ_DONTWAIT) < 0)
        return 0;
    zmq_send(back, writer, writer_size, ZMQ_SNDMORE);
    pass(&frame, back);
    for (int more = 1; more;) {
        zmq_msg_init(&frame);
        zmq_msg_recv(&frame, front, 0);
        more = zmq_msg_more(&frame);
        pass(&frame, back);
    }
    return 1;
}

// back: [writer][client][id][reply]  ->  front: [client][id][reply];  [writer][hello] names the writer
static int back_again(void *front, void *back) {
    zmq_msg_t frame;
    zmq_msg_init(&frame);
    if (zmq_msg_recv(&frame, back, ZMQ_DONTWAIT) < 0)
        return 0;
    size_t size = zmq_msg_size(&frame);
    memcpy(writer, zmq_msg_data(&frame), size < sizeof writer ? size : sizeof writer);
    int hello = writer_size == 0;
    writer_size = size;
    zmq_msg_close(&frame);
    for (int more = 1; more;) {
        zmq_msg_init(&frame);
        zmq_msg_recv(&frame, back, 0);
        more = zmq_msg_more(&frame);
        if (hello)
            zmq_msg_close(&frame);
        else
            pass(&frame, front);
    }
    return 1;
}

static void *bound(void *context, const char *dir, const char *name) {
    char endpoint[108];
    snprintf(endpoint, sizeof endpoint, "ipc://%s/%s", dir, name);
    void *socket = zmq_socket(context, ZMQ_ROUTER);
    zmq_bind(socket, endpoint);
    return socket;
}

int main(int argc, char **argv) {
    if (argc != 2)
        return 64;
    void *context = zmq_ctx_new();
    void *front = bound(context, argv[1], "front"), *back = bound(context, argv[1], "back");
    for (;;) {
        zmq_pollitem_t items[] = {{back, 0, ZMQ_POLLIN, 0}, {front, 0, ZMQ_POLLIN, 0}};
        zmq_poll(items, writer_size ? 2 : 1, -1);
        for (int budget = 256; budget && back_again(front, back); budget--) {
        }
        for (int budget = 256; budget && writer_size && forward(front, back); budget--) {
        }
    }
}
