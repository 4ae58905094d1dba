// All messages of the contract: the first two bytes pick one, the rest is its packed form from a peer.
#include "tests/fuzz/fuzz.h"

static size_t count_messages(void) {
    size_t count = 0;
    while (contract_messages[count] != NULL)
        count++;
    return count;
}

static void pack_again(const struct contract_message *contract, const ProtobufCMessage *message, struct arena *arena) {
    size_t size = protobuf_c_message_get_packed_size(message);
    uint8_t *packed = arena_take(arena, size);
    if (packed == NULL)
        return;
    assert(protobuf_c_message_pack(message, packed) == size);
    assert(validate_wire(contract, packed, size) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (size < 2)
        return 0;
    const struct contract_message *contract = contract_messages[(size_t)(data[0] << 8 | data[1]) % count_messages()];
    struct arena *arena = arena_new(FUZZ_ARENA_BYTES);
    struct violations violations = {.arena = arena};
    int problem = 0;
    const ProtobufCMessage *message = fuzz_unpack(contract, data + 2, size - 2, &violations, &problem);
    if (message != NULL) {
        pack_again(contract, message, arena);
        if (problem == 0 || problem == PROBLEM_VALIDATION)   // what is malformed is never written
            fuzz_round_trip(contract, message, arena);
    }
    arena_free(&arena);
    return 0;
}
