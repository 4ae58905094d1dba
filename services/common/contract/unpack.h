// unpack: the packed bytes of a message, by its contract, in one walk. protobuf-c's own copies each text first and cuts it at a
// NUL, so that it is gone when anybody looks; and it takes three times as long.
#pragma once
#include "services/common/base/arena.h"
#include "services/common/contract/contract.h"

// NULL: broken encoding, a NUL in a text, another type than the contract's, or no memory. UTF-8 and all else that the contract
// asks for is validate_message()'s. Fields that the contract does not know are skipped. The message is the arena's.
// exact (may be NULL): nothing was skipped or said twice, so the bytes say what the message says and no more.
ProtobufCMessage *unpack_message(const struct contract_message *contract, const void *bytes, size_t size, struct arena *arena,
                                 bool *exact);
