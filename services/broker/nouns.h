// The nouns of the core. A peer is whoever is connected; a worker is a peer that said hello; a service is a name with methods,
// workers and a queue; a request belongs to a service and, once delivered, to a worker.
#pragma once
#include "services/broker/core.h"
#include "services/broker/drops.h"
#include "services/common/base/problem.h"
#include <stdbool.h>

enum {
    SERVICES_MAX = 64,
    METHODS_MAX = 128, // per service
    WORKERS_MAX = 128, // per service
    PEERS_MAX = 4096,
    REQUESTS_MAX = 1 << 17, // in all services: waiting, delivered or forgotten by their client
    CREDIT_MAX = 1024,      // below the high water mark of a connection
    REQUEST_ID_MAX = 64,
    NAME_BYTES = 64,
    STATE_MAX = 16 * 1024, // bytes of a worker's report about itself
    DELIVERIES_MAX = 2,
    LATENCY_BUCKETS = 12,
    TIME_LEFT_MAX_MS = 60 * 1000,
    PING_EVERY_MS = 50,
    BURY_AFTER_MS = 20, // the dead are buried even if the back socket never falls silent
    STARTING_RETRY_MS = 1000,
    LOST_AFTER_MS = 10 * 1000, // past its deadline, what a worker has not answered is lost
    INCARNATION = 8,
    RETIRED_MAX = 64,
};

struct peer {
    enum side side;
    size_t routing_size;
    uint8_t routing[WIRE_IDENTITY_MAX];
    struct worker *worker; // NULL: only a client
    uint32_t requests;     // open ones that it asked
    size_t held_bytes;     // by those
    int64_t seen_us;
    struct peer *next; // in its bucket
};

enum request_state {
    REQUEST_FREE,
    REQUEST_WAITING,
    REQUEST_DELIVERED,
    REQUEST_ABANDONED /* its worker has not answered, its client is */
};
struct request {
    enum request_state state;
    uint32_t index;      // in the pool
    struct peer *client; // NULL once answered
    struct service *service;
    struct method *method; // NULL while no worker has told the service's methods
    struct worker *worker; // of the last delivery while it counts
    uint64_t delivery;     // number of the last delivery
    int deliveries;
    uint64_t order; // of arrival
    int64_t arrived_us, deadline_us;
    struct request_list *list; // the queue or worker's list it is in
    struct request *next, *previous;
    struct request *same_bucket; // of the table of request ids
    uint64_t hash;
    size_t heap_at;
    size_t charge; // bytes it is accounted for
    zmq_msg_t body;
    Kosi__Envelope head; // ready for forwarding; points into text
    uint8_t *text;       // own, or allocated when that is too small
    uint8_t own[448];
};
struct request_list {
    struct request *first, *last;
    size_t count;
};

struct method {
    char name[NAME_BYTES];
    bool write;
    uint32_t reach, max_bytes;
    uint32_t index; // bit in worker.methods
};

enum queue { QUEUE_WRITES, QUEUE_READS, QUEUE_KINDS };
struct service {
    char name[NAME_BYTES];
    bool expected;
    struct method methods[METHODS_MAX]; // in the order they were told
    uint32_t method_count;
    struct worker *workers[WORKERS_MAX];
    uint32_t worker_count;
    struct request_list waiting[QUEUE_KINDS];
    struct request_list suspects[QUEUE_KINDS]; // were with a worker that died or hung: served first, and alone
    struct request_list unsorted;              // of methods not known yet
    size_t depth, waiting_bytes, held_bytes;   // held: with those that workers have
    uint64_t requests, replies, busy, expired, worker_lost, redelivered, latency_us_sum, latency[LATENCY_BUCKETS];
};

struct worker {
    struct peer *peer;
    struct service *service;
    uint8_t incarnation[INCARNATION];
    uint32_t slot, pid, credit, in_flight;
    uint64_t methods[METHODS_MAX / 64];
    bool writer, leaving, hung, killed;
    bool gone;        // dead or replaced: gets nothing, is buried at the next settling
    bool replaced;    // another process has its slot
    bool ended;       // its process is over; what it sent before may still be on the way
    bool lost_writes; // another writer took over: the writes it has are given to that one at the next settling
    bool full;        // its connection took no more; tried again at the next ping
    bool alone;       // has a suspect: gets nothing else until that is answered
    bool reserved;    // drains for a suspect
    int process;      // handle, or -1
    int64_t heard_us, gone_us;
    struct request_list delivered;
    Kosi__Hello *hello; // its last
    uint8_t *state; // its last packed WorkerState
    size_t state_size;
};

struct request_pool {
    struct request **chunks;
    size_t chunk_count;
    struct request *free;     // by next
    struct request **buckets; // of open requests, by client and request id
    size_t bucket_count, open;
    struct request **heap; // by deadline
    size_t heap_count, heap_room;
    uint64_t seed, next_number; // of deliveries
};

struct core {
    const struct config *config;
    struct core_io io;
    struct arena *arena; // for bodies the broker reads or writes itself
    uint8_t incarnation[INCARNATION];
    int64_t now_us, started_us, ping_us, sweep_us;
    uint64_t next_order;
    uint64_t dropped[DROP_COUNT];
    uint8_t retired[RETIRED_MAX][INCARNATION]; // whose place another took: they are not let in again
    uint32_t retired_next;
    struct service *services[SERVICES_MAX];
    uint32_t service_count;
    struct peer *peers[1024];
    uint32_t peer_count;
    uint32_t unsettled; // workers gone or with lost writes
    struct request_pool pool;
};
