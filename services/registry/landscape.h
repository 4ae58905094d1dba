// landscape: what a function of this service needs to work on the published entries: the database, memory for one call, and the
// names that are configuration. Borrowed; lives on the caller's stack.
#pragma once
#include "services/common/base/arena.h"
#include "services/common/store/store.h"

struct vocabulary;

struct landscape {
    struct store *store;
    struct arena *arena;
    const struct vocabulary *vocabulary;
    const char *city;         // this node's id
    const char *public_url;
    const uint8_t *node_key;  // signs where a list goes on
};

// Where people read an entry: PUBLIC_URL/landschaft/ID. In arena memory; NULL when that is out.
char *landscape_url(const struct landscape *landscape, const char *entry_id);
