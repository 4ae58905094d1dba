// All messages of the contract: the first two bytes pick one, the rest is its packed form from a peer.
#include "tests/fuzz/fuzz.h"

#include "services/common/contract/pack.h"

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
    bool exact = false;
    assert(unpack_message(contract, packed, size, arena, &exact) == NULL || exact); // NULL: the arena is full
    uint8_t *room = arena_take(arena, size);
    if (room != NULL)
        assert(pack_before(message, room, room + size) == room && memcmp(room, packed, size) == 0);
    assert(size == 0 || room == NULL || pack_before(message, room + 1, room + size) == NULL);
}

// Where protobuf-c reads the same bytes, it reads the same message.
static void compare(const struct contract_message *contract, const uint8_t *data, size_t size, struct arena *arena) {
    bool exact = false;
    const ProtobufCMessage *ours = unpack_message(contract, data, size, arena, &exact);
    const ProtobufCMessage *theirs = protobuf_c_message_unpack(contract->descriptor, arena_allocator(arena), size, data);
    if (ours == NULL || !exact || theirs == NULL)
        return;
    size_t length = protobuf_c_message_get_packed_size(ours);
    assert(protobuf_c_message_get_packed_size(theirs) == length);
    uint8_t *one = arena_take(arena, length), *other = arena_take(arena, length);
    if (one == NULL || other == NULL)
        return;
    protobuf_c_message_pack(ours, one);
    protobuf_c_message_pack(theirs, other);
    assert(memcmp(one, other, length) == 0);
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
        compare(contract, data + 2, size - 2, arena);
        pack_again(contract, message, arena);
        if (problem == 0 || problem == PROBLEM_VALIDATION)   // what is malformed is never written
            fuzz_round_trip(contract, message, arena);
    }
    arena_free(&arena);
    return 0;
}
