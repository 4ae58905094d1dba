// drops: why a message got no answer, in one table: counters, names, status.
#pragma once

#define DROP_TABLE(X)                                                                                                          \
    X(MALFORMED, "malformed")                                                                                                  \
    X(FRAMES, "frames")                                                                                                        \
    X(TOO_LARGE, "too_large")                                                                                                  \
    X(WRONG_VERSION, "wrong_version")                                                                                          \
    X(UNEXPECTED_KIND, "unexpected_kind")                                                                                      \
    X(UNKNOWN_WORKER, "unknown_worker")                                                                                        \
    X(RETIRED_WORKER, "retired_worker")                                                                                        \
    X(UNKNOWN_DELIVERY, "unknown_delivery")                                                                                    \
    X(DUPLICATE, "duplicate")                                                                                                  \
    X(NO_REPLY, "no_reply")                                                                                                    \
    X(UNROUTABLE, "unroutable")                                                                                                \
    X(CLIENT_FULL, "client_full")                                                                                              \
    X(TOO_MANY_PEERS, "too_many_peers")                                                                                        \
    X(MEMORY, "memory")
enum drop {
#define X(name, text) DROP_##name,
    DROP_TABLE(X)
#undef X
        DROP_COUNT
};

struct core;
// Counts what is dropped; the first of a kind is logged.
void core_drop(struct core *core, enum drop reason);
