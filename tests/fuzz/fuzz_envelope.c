// What arrives at a broker or a worker: frames. Two bytes say how long the first is; the rest is the second, and a third when
// the top bit is set. Goes through real sockets into wire_receive, and the body is decoded as its envelope says.
#include "tests/fuzz/fuzz.h"

#include "services/common/mesh/wire.h"

static void *sender, *receiver;

static void open_sockets(void) {
    void *context = zmq_ctx_new();
    receiver = zmq_socket(context, ZMQ_PAIR);
    sender = zmq_socket(context, ZMQ_PAIR);
    assert(zmq_bind(receiver, "inproc://fuzz") == 0 && zmq_connect(sender, "inproc://fuzz") == 0);
}

static const struct contract_message *body_of(const Kosi__Envelope *envelope) {
    if (envelope->kind == KOSI__KIND__HELLO)
        return contract_message_named("Hello");
    if (envelope->kind == KOSI__KIND__PONG)
        return contract_message_named("WorkerState");
    if (envelope->kind == KOSI__KIND__HINT)
        return contract_message_named("Hint");
    const struct contract_service *service = envelope->service == NULL ? NULL : contract_service_named(envelope->service);
    const struct contract_method *method =
        service == NULL || envelope->method == NULL ? NULL : contract_method_named(service, envelope->method);
    if (method == NULL)
        return contract_message_named("Problem");
    return envelope->kind == KOSI__KIND__REQUEST ? method->input : method->output;
}

static void decode(const struct wire_message *message, struct arena *arena) {
    struct violations violations = {.arena = arena};
    int problem = 0;
    const Kosi__Envelope *envelope = message->envelope;
    validate_message(contract_message_named("Envelope"), &envelope->base, &violations);
    if (envelope->has_actor) {
        violations.count = 0;
        fuzz_unpack(contract_message_named("SignedActor"), envelope->actor.data, envelope->actor.len, &violations, &problem);
    }
    violations.count = 0;
    zmq_msg_t *body = (zmq_msg_t *)&message->body;
    fuzz_unpack(body_of(envelope), zmq_msg_data(body), zmq_msg_size(body), &violations, &problem);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size < 2)
        return 0;
    if (sender == NULL)
        open_sockets();
    size_t first = (size_t)((data[0] & 0x7f) << 8 | data[1]);
    bool third = data[0] & 0x80;
    data += 2;
    size -= 2;
    first = first < size ? first : size;
    assert(zmq_send(sender, data, first, ZMQ_SNDMORE) >= 0);
    assert(zmq_send(sender, data + first, size - first, third ? ZMQ_SNDMORE : 0) >= 0);
    assert(!third || zmq_send(sender, "", 0, 0) >= 0);

    struct arena *arena = arena_new(FUZZ_ARENA_BYTES);
    struct wire_message message = {0};
    enum wire_result result = wire_receive(receiver, false, arena, &message);
    assert(result != WIRE_EMPTY && result != WIRE_FAULT && (!third || result != WIRE_OK));
    if (result == WIRE_OK)
        decode(&message, arena);
    if (result == WIRE_OK)
        wire_message_close(&message);
    assert(wire_receive(receiver, false, arena, &message) == WIRE_EMPTY);   // nothing of it is left in the socket
    arena_free(&arena);
    return 0;
}
