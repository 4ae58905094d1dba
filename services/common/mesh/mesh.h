// mesh: the service skeleton. A service is a contract, handlers, migrations, follows and timers; the skeleton does the rest:
// sockets and credits, batches and group commit, roles, validation, idempotency, the log, followers, timers, writer hand-over.
// What a service's own code sees is this header and store.h: typed requests, a transaction, a way to append to the log.
#pragma once
#include "services/common/base/arena.h"
#include "services/common/base/config.h"
#include "services/common/base/problem.h"
#include "services/common/contract/contract.h"
#include "services/common/contract/violations.h"
#include "services/common/store/store.h"
#include "kosi/envelope.pb-c.h"
#include "kosi/log.pb-c.h"

// One request on its way through a handler. Fields are read-only for handlers unless said otherwise.
struct mesh_call {
    struct store *store;               // writes: the writer's connection inside this request's savepoint; reads: a snapshot
    struct arena *arena;               // lives until the reply is sent; put what the reply points to here
    const struct config *config;
    void *state;                       // the service's own, from mesh_service.open
    const Kosi__Actor *actor;          // verified; NULL for nobody
    const char *locale;                // "de" or "en"
    const char *origin;                // "front", "back", "ops"
    int64_t now_us;                    // one wall time for the whole request
    const void *sent;                  // the request as it came, if its bytes hold what the message says and no more; else NULL
    size_t sent_size;
    struct violations violations;      // add with mesh_violation(); returned with PROBLEM_VALIDATION
    const char *detail;                // may be set: technical hint of the problem
    uint32_t retry_after_ms;           // may be set: when a refused request may be tried again (slow_down); 0: the skeleton's own
    const char *audit_subject;         // set by handlers with a role: what was acted on
    const char *audit_detail;          // and how ("accept"); never personal data
    void *prepared;                    // what <method>_slow() left (arena memory), or a read for its own `then`
    struct mesh_call_private *inner;   // the skeleton's
};

// Handlers return 0, a positive enum problem (refused: its effects are rolled back), or negative (store_error or a fault).
// They are declared in the generated <service>.handlers.h, one per rpc, e.g.
//   int submissions_submit(struct mesh_call *call, const Kosi__SubmitRequest *request, Kosi__SubmitReply *reply);
// and, for methods with `slow`, a first part that runs on the worker's own thread with a reader's connection in call->store
// (NULL if the database can't be read yet), may take its time, and may refuse:
//   int accounts_sign_in_slow(struct mesh_call *call, const Kosi__SignInRequest *request);
typedef int mesh_handle(struct mesh_call *call, const ProtobufCMessage *request, ProtobufCMessage *reply);
typedef int mesh_handle_slow(struct mesh_call *call, const ProtobufCMessage *request);
struct mesh_handler { mesh_handle *handle; mesh_handle_slow *slow; };   // in the order of the contract's methods

// A record of a followed service. content is unpacked by the record's type; NULL after an erasure.
struct mesh_record {
    uint64_t seq;
    const char *type, *subject;
    const ProtobufCMessage *content;
    const uint8_t *private_content;    // packed; the follower knows its message
    size_t private_size;
    int64_t at;
};
// Applies one record inside the transaction that also moves the cursor. 0; negative store_error: the batch is tried again;
// positive: it can't be digested, the record is parked (with later ones of the same subject).
struct mesh_follow {
    const char *service;
    const char *const *types;          // NULL-terminated; empty means all
    bool stateful;                     // starts at the present instead of 0
    int (*apply)(struct mesh_call *call, const struct mesh_record *record);
};
struct mesh_timer {
    const char *name;
    int every_ms;
    int (*run)(struct mesh_call *call);   // in a transaction of its own on the writer; 0, positive: more to do soon, or a store_error
};
// What waits long for others (a mail server) runs on a thread of its own beside the loop of every worker: beside.h.
enum { BESIDES_MOST = 4 };
struct beside;
struct mesh_beside {
    const char *name;
    bool (*needed)(const struct config *config, void *state);   // NULL: always
    void (*run)(struct beside *beside);
};

struct mesh_service {
    const struct contract_service *contract;        // from the generated header
    const struct mesh_handler *handlers;            // <service>_handlers, generated
    const struct store_migration *migrations;       // after the skeleton's own (log, cursors, parked, keys), numbered from 1
    int migration_count;
    const struct mesh_follow *follows;
    int follow_count;
    const struct mesh_timer *timers;
    int timer_count;
    const struct mesh_beside *besides;              // at most BESIDES_MOST
    int beside_count;
    // Loads what the service needs (forms, vocabulary) and checks it. writer_start runs when this worker became the writer, in a
    // transaction, after the migrations. On failure return negative and append "FILE:LINE: reason. Remedy." lines.
    int (*open)(const struct config *config, void **state, struct buf *errors);
    // What is trouble and yet no reason not to start (a directory that is away): asked by --check-config only. May be NULL.
    int (*check)(const struct config *config, struct buf *errors);
    int (*writer_start)(struct mesh_call *call);
    void (*close)(void *state);
    // Fills `derived` fields of a reply (secret links), fresh or replayed. May be NULL.
    void (*derive)(struct mesh_call *call, const struct contract_method *method, ProtobufCMessage *reply);
};

// The whole main() of a service: `<daemon> --config FILE [--slot N] [--check-config] [--version] [--help]`.
// Exit codes: 0 ended by SIGTERM, 64 usage, 78 configuration (sysexits.h), 74 the disk failed, 70 a fault of ours.
int mesh_main(int argc, char **argv, const struct mesh_service *service);

// ---- for handlers
void mesh_violation(struct mesh_call *call, const char *field, const char *code, int64_t limit);
// Appends to the service's log in this request's transaction; the type is the content message's name. private_content may be NULL.
// Returns 0 or a store_error.
int mesh_log(struct mesh_call *call, const char *subject, const ProtobufCMessage *content, const ProtobufCMessage *private_content);
// Removes content and private part of all records of a subject (their hashes stay). The erasure is itself logged by the caller.
int mesh_log_erase(struct mesh_call *call, const char *subject);
// Replies stored for idempotent repeats that speak of this subject are dropped: a repeat gets `gone`. A write's reply is taken to
// speak of the subject that the write logged first.
int mesh_key_erase(struct mesh_call *call, const char *subject);
// Once this transaction is committed the threads beside the loop are woken: there is something for them.
void mesh_wake(struct mesh_call *call);
// Answers with bytes packed earlier (as the method's output message) instead of the reply struct. Borrowed until the handler's arena goes.
void mesh_reply_packed(struct mesh_call *call, const void *bytes, size_t size);
// For reads: ask another service and go on when it has answered. The handler returns MESH_LATER; `then` is called with the outcome
// (an enum problem, 0 for ok) and the unpacked answer (NULL unless ok), fills the reply (empty again), returns like a handler.
enum { MESH_LATER = 1000 };
typedef int mesh_then(struct mesh_call *call, int outcome, const ProtobufCMessage *answer, ProtobufCMessage *reply);
int mesh_ask(struct mesh_call *call, const char *service, const char *method, const ProtobufCMessage *request, mesh_then *then);
// A figure for the operator: /metrics shows it as kosi_<name>, `kosi status` too, within a second or two. Only the writer's are told, so
// timers set them. name is a constant.
enum mesh_gauge_flag { MESH_GAUGE_TOTAL = 1 /* only grows */, MESH_GAUGE_TROUBLE = 2 /* the node is degraded while it is so */ };
void mesh_gauge(struct mesh_call *call, const char *name, int64_t value, int flags);
