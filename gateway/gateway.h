// gateway: what one gateway process has: its connections, its question channel to the broker, texts, templates, counters.
// One thread; nothing here is locked.
#pragma once
#include "gateway/connection.h"
#include "gateway/door.h"
#include "gateway/forwarded.h"
#include "gateway/limiter.h"
#include "gateway/metrics.h"
#include "gateway/routes.h"
#include "services/common/base/config.h"
#include "services/common/base/json.h"
#include "services/common/mesh/client.h"
#include <microhttpd.h>

enum { SPARE_REQUESTS_MAX = 64, TAG_MAX = 24 };

struct assets;
struct site;

// A text made at start and served as it is.
struct asset {
    struct buf bytes;
    char tag[TAG_MAX];
};

struct gateway {
    const struct config *config;
    int slot;
    void *context, *socket;                       // ZeroMQ; a DEALER to the broker's front
    struct client *client;
    struct door door;
    struct MHD_Daemon *public_daemon, *ops_daemon;
    bool ops_resumed;   // an answer came for a connection of ops_daemon, which its epoll does not show
    struct connections connections;
    struct networks trusted;                      // our own reverse proxies
    enum forwarded_header forwarded;
    bool proxy_told;                              // that one asks whose word is not trusted: once is enough
    uint8_t client_key[32];                       // edge_client()
    struct limiter *limiter;
    struct catalogue *catalogues[LANGUAGES];
    struct routes *routes;
    struct page_cache *pages;
    struct json json;                             // its tokens are used again by every request
    uint8_t *packing;                             // room for the packed question of whoever asks
    size_t packing_bytes;
    struct asset openapi;
    struct assets *assets;                        // files for browsers
    struct site *site;                            // what the city says about itself
    struct request *spare;                        // free list
    int spare_count;
    size_t open_requests;
    struct metrics metrics;
    int64_t metrics_due_ms;
    uint64_t metrics_published;                   // what the siblings have seen of it: its latency sum
    bool stopping;
    int64_t started_us;
};

// Everything that can be wrong before the first request: catalogues, templates, assets, the city's texts. Used by the start and --check-config.
// 0, or -1 with one line per error.
int gateway_open(struct gateway *gateway, const struct config *config, int slot, struct buf *errors);
// Reads the city's texts and pages again (SIGHUP); what was there stays when they can't be shown.
void gateway_reload(struct gateway *gateway);
void gateway_close(struct gateway *gateway);
// An entity tag, quoted, for these bytes.
void gateway_tag(const void *bytes, size_t n, char out[TAG_MAX]);
