// beside: a thread beside a worker's loop, for what waits long for others (a mail server). It has a way to the broker of its own (as a
// service: it may ask what is internal) and a reader's connection of its own; it never writes to the database, it asks the writer to.
//
// run() goes on until beside_ending(), and then has BESIDE_END_MS to finish what it has in hand and report it: only then the worker says
// goodbye, so the report still finds its writer.
#pragma once
#include "services/common/mesh/client.h"
#include "services/common/mesh/mesh.h"
#include <poll.h>

enum { BESIDE_END_MS = 4000, BESIDE_FDS = 2, BESIDE_ASKS_MOST = 8 };

struct beside_private;
struct beside {
    const struct config *config;
    void *state;               // the service's own; read-only for this thread
    uint32_t slot;
    struct client *client;     // for client_ask(); answers come from beside_serve() and beside_wait()
    struct beside_private *inner;
};

// ---- for run()
bool beside_ending(const struct beside *beside);
bool beside_writes(const struct beside *beside);     // is this worker the writer at present?
struct store *beside_store(struct beside *beside);   // NULL: cannot be read yet
// Takes what came on the bus. Returns in how many ms it wants to be called again, 0: at once.
int beside_serve(struct beside *beside);
bool beside_woken(struct beside *beside);            // was it, since the last look (mesh_wake, or it is to end)
// Sleeps until something comes on the bus, it is woken, or wait_ms have passed.
void beside_wait(struct beside *beside, int wait_ms);
// The same for a thread that waits for descriptors of its own besides: poll for these to become readable.
void beside_fds(const struct beside *beside, int fds[BESIDE_FDS]);

// ---- for the skeleton
struct worker;
struct besides;
struct besides *besides_start(struct worker *worker, void *context);   // NULL: out of memory, or no thread to be had
void besides_wake(struct besides *besides);                 // NULL is fine
void besides_tell_role(struct besides *besides, bool writes);
void besides_end(struct besides *besides);                  // asks them to end
bool besides_ended(const struct besides *besides);
// Ends them and waits for BESIDE_END_MS at most; false: one does not end, and whatever it uses must stay.
bool besides_close(struct besides **besides);
