// room: what a worker of registry has at hand, read-only after the start (mesh_call.state).
#pragma once
#include "services/common/contract/vocabulary.h"
#include <stdint.h>

struct room {
    struct arena *arena;
    struct vocabulary *vocabulary;
    uint8_t node_key[32];   // for the tokens of secret links and of pages
};
