// pack: a message as protobuf bytes in one walk. They are written from the end, so that the length of what is nested is known when
// it is due; protobuf_c_message_get_packed_size() and protobuf_c_message_pack() walk it once per level each. Same bytes as theirs.
#pragma once
#include <protobuf-c/protobuf-c.h>
#include <stddef.h>
#include <stdint.h>

// Writes so that the last byte stands before `end`. Returns the first one, or NULL when they do not fit behind `begin`.
uint8_t *pack_before(const ProtobufCMessage *message, uint8_t *begin, uint8_t *end);
