#include "services/broker/peer.h"
#include <stdlib.h>
#include <string.h>

enum { BUCKETS = sizeof((struct core *)0)->peers / sizeof(struct peer *), FULL_SWEEP_US = 1000 * 1000 };

static size_t bucket_of(enum side side, const struct wire_message *message) {
    uint64_t hash = 14695981039346656037u ^ (uint64_t)side; // FNV-1a: peers are the node's own processes
    for (size_t i = 0; i < message->routing_size; i++)
        hash = (hash ^ message->routing[i]) * 1099511628211u;
    return (hash ^ hash >> 32) % BUCKETS;
}

struct peer *peer_find(struct core *core, enum side side, const struct wire_message *message) {
    for (struct peer *peer = core->peers[bucket_of(side, message)]; peer; peer = peer->next) {
        if (peer->side == side && peer->routing_size == message->routing_size &&
            memcmp(peer->routing, message->routing, peer->routing_size) == 0)
            return peer;
    }
    return NULL;
}

// Many short visits (the operator's command in a loop) must not keep a gateway out that starts now.
static void make_room(struct core *core) {
    if (core->peer_count < PEERS_MAX || core->now_us - core->sweep_us < FULL_SWEEP_US)
        return;
    core->sweep_us = core->now_us;
    peers_sweep(core, 0, false);
}

struct peer *peer_of(struct core *core, enum side side, const struct wire_message *message) {
    struct peer *peer = peer_find(core, side, message);
    if (!peer)
        make_room(core);
    if (!peer && core->peer_count < PEERS_MAX && (peer = calloc(1, sizeof *peer))) {
        struct peer **bucket = &core->peers[bucket_of(side, message)];
        peer->side = side;
        peer->routing_size = message->routing_size;
        memcpy(peer->routing, message->routing, message->routing_size);
        peer->next = *bucket;
        *bucket = peer;
        core->peer_count++;
    }
    if (peer)
        peer->seen_us = core->now_us;
    return peer;
}

void peers_sweep(struct core *core, int64_t idle_us, bool all) {
    for (size_t i = 0; i < BUCKETS; i++) {
        struct peer **at = &core->peers[i];
        while (*at) {
            struct peer *peer = *at;
            bool keep = peer->worker || peer->requests || core->now_us - peer->seen_us < idle_us;
            if (keep && !all) {
                at = &peer->next;
                continue;
            }
            *at = peer->next;
            free(peer);
            core->peer_count--;
        }
    }
}
