// request: one HTTP request from its first line to the last byte of its answer. Requests are kept on a free list with their memory.
// A request is served by route->serve when its body is complete. That either answers (respond_…) or asks a service (request_ask);
// then the connection is suspended until the continuation has answered.
#pragma once
#include "gateway/edge.h"
#include "gateway/gateway.h"
#include "gateway/page_cache.h"
#include "gateway/urlencoded.h"
#include "services/common/base/arena.h"
#include "services/common/base/problem.h"
#include "services/common/contract/violations.h"

enum { HEADERS_MAX = 32, TRACE_HEX_MAX = 33 };

typedef void request_then(struct request *request, const struct client_reply *reply);
struct Kosi__PageShell;

struct request {
    struct request *next;               // on the free list
    struct gateway *gateway;
    struct MHD_Connection *connection;
    struct connection *life;            // deadlines of the socket; NULL on the ops port
    struct arena *arena;
    struct buf body, answer;            // as received; as sent
    const char *uri;                    // raw, with query
    const char *method;
    struct edge_head head;
    struct route_match match;
    const struct route *route;          // NULL: none found
    struct urlencoded_pairs query;
    enum language language;
    struct violations violations;
    uint8_t trace[16];
    char trace_hex[TRACE_HEX_MAX];
    int64_t started_us;
    // a refusal decided before the body has come; answered when it has been read away
    enum problem refusal;
    const char *refusal_detail;
    int64_t received_bytes;
    uint64_t client;                    // edge_client() fills it
    int64_t body_max;                   // of this route
    int64_t deadline_ms;                // of the answer, whatever is asked for it
    bool head_seen, ops, close_after, throttled, told_early;
    // an open question to a service
    uint64_t handle;
    const char *asked;                  // the service
    request_then *then;
    bool suspended, left;               // left: the client has gone meanwhile
    const uint8_t *signed_actor;
    size_t signed_actor_size;
    const char *idempotency_key;
    // who is signed in (gateway/session.h); login NULL: not asked for, or nobody
    void (*session_then)(struct request *request, int problem);
    const char *login;
    char **roles;
    size_t role_count;
    // pages
    struct urlencoded_pairs form;       // a POST's fields, once page_read_form() has read them
    struct Kosi__PageShell *shell;     // what every page shows around its own contents
    void *page;                         // what a page keeps between its questions; of the API: the method's input
    struct kept_page *kept;             // the answer's bytes are this page's
    struct log_position positions[PAGE_POSITIONS];   // of the logs that replies came from
    int position_count;                 // more than PAGE_POSITIONS: too many to be kept
    // the answer
    bool answered;
    int status;
    const char *content_type;
    const void *answer_bytes;           // the request's own buffer, or one that outlives it
    size_t answer_size;
    const char *headers[2 * HEADERS_MAX];
    int header_count;
};

struct request *request_new(struct gateway *gateway, const char *uri);
void request_free(struct request *request);

// Packs input and asks the method's service; `then` is called once with the reply, borrowed for the call. When the question can't
// be asked the request is answered here.
void request_ask(struct request *request, const char *service, const struct contract_method *method, const ProtobufCMessage *input,
                 request_then *then);
// The client has gone: what was asked for it is forgotten, and the connection ends.
void request_abandon(struct request *request);
// An empty message of the contract's shape, in the request's arena; NULL: out of memory.
ProtobufCMessage *request_message(struct request *request, const struct contract_message *contract);
// The reply's body as a message, in the request's arena; NULL when it is none.
ProtobufCMessage *request_unpack(struct request *request, const struct contract_message *contract, const struct client_reply *reply);

const char *request_text(const struct request *request, enum text text);
const char *request_header(const struct request *request, const char *name);   // any header; NULL when absent
