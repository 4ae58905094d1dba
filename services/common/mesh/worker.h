// worker: one process of a service. The nouns of this folder share these two structures; a service's own code sees only mesh.h.
//
// A request's way: receive (worker.c) → admit (dispatch.c) → slow part (slow.c) → batch of reads or writes (batch.c) → reply
// (reply.c). Everything but the slow part and the wait for the writer lock happens on one thread.
#pragma once
#include "services/common/mesh/client.h"
#include "services/common/mesh/gauges.h"
#include "services/common/mesh/mesh.h"
#include "services/common/mesh/wire.h"

enum {
    WRITER_CREDIT = 256,
    READER_CREDIT = 32,
    CALLS_MOST = 512, // admitted at once, whatever the broker thinks; more are answered busy
    CALL_ARENA_BYTES = 16 * 1024 * 1024,
    CALL_CACHE_MOST = 320, // calls kept for reuse
    HINT_TYPES_MOST = 16,
    KEY_HASH_BYTES = 32,
    EPOCH_BYTES = 16,
    WORKER_METHODS_MOST = 64,
    WORKER_FOLLOWS_MOST = 16,
};

struct mesh_method {
    const struct contract_method *contract;
    mesh_handle *handle;
    mesh_handle_slow *slow;
    bool derived; // its reply has fields that are never stored
};

// What a transaction appended to the log: for the hint, and undone with a savepoint. Cleared when a transaction begins.
struct appended {
    const char *types[HINT_TYPES_MOST];
    int type_count;
    bool any, more_types; // more_types: too many to name, so the hint names none
    uint64_t last_seq;
    uint64_t last_number; // given to a record or a key; 0: not read yet
};

struct mesh_call_private {
    struct mesh_call call;
    struct worker *worker;
    struct mesh_call_private *next;
    struct wire_message message; // of a request; closed when the call is freed
    bool has_message;
    const struct mesh_method *method;
    const ProtobufCMessage *request;
    ProtobufCMessage *reply;
    int64_t deadline_ms;
    int outcome;
    bool replayed;
    const void *packed; // the reply's bytes: packed by the handler, stored, or about to be sent
    size_t packed_size;
    uint64_t log_seq;
    uint64_t subject_seq; // of the first record with a subject that this write logged; 0: none
    uint8_t key_hash[KEY_HASH_BYTES]; // scope and key, then body
    // a question to another service
    bool answered;
    const struct contract_method *asked_method;
    const char *asked_service;
    const void *question;
    size_t question_size;
    mesh_then *then;
    int answer_outcome;
    const ProtobufCMessage *answer;
};

struct call_list {
    struct mesh_call_private *first, *last;
    int count;
};

struct worker {
    const struct mesh_service *service;
    const struct config *config;
    void *state;
    uint32_t slot;
    uint8_t incarnation[8];
    char name[48]; // "submissions-1"
    int64_t started_ms;
    struct mesh_method methods[WORKER_METHODS_MOST];
    int method_count;

    // the bus
    void *socket;
    void (*send)(struct worker *worker, const Kosi__Envelope *envelope, const void *body, size_t size); // tests put theirs here
    struct client *client;
    int64_t hello_ms, heard_ms, probe_ms, state_ms; // when we said hello, heard, asked whether it is there, told our state
    uint8_t greeted[8];                             // incarnation of the broker that has our hello; zeros: none

    // calls
    struct mesh_call_private *spare;
    int spare_count, call_count;
    struct call_list reads, writes, asking;

    // the database
    char *path;
    struct store *reader, *writer;
    bool lock_held, writer_ready; // lock_held: announced as the writer, be the disk full or not
    bool schema_ready;
    int64_t reopen_ms, written_ms; // when to try to become the writer again; when something was last written
    int64_t forgot_ms;             // when the log was last emptied, though there was something to do
    int64_t commit_us;             // what a commit takes, smoothed
    int64_t room_ms;               // when to look for room in a full database again
    struct appended appended;
    uint8_t epoch[EPOCH_BYTES];
    uint64_t log_last_seq; // committed, as this worker knows

    struct actor_check *actors;
    struct slow *slow;
    struct writer_lock *lock;
    struct follow *follows;
    struct timers *timers;
    struct gauges gauges;
    struct besides *besides; // NULL: none
    bool wake;               // them after the commit

    bool ending;           // asked to; goes on until the threads beside it have ended
    bool leaving, drained; // drained: the broker has said that nothing more comes
    int64_t end_ms, leave_ms;
    bool failed; // the loop ends after this turn
    int exit_code;
};

// call.c
struct mesh_call_private *call_take(struct worker *worker); // NULL: out of memory
void call_free(struct worker *worker, struct mesh_call_private *call);
void call_clear(struct mesh_call_private *call); // for a call that is used again without a request
void call_begin_again(struct mesh_call_private *call); // what a handler left in it goes, the request stays
void call_push(struct call_list *list, struct mesh_call_private *call);
struct mesh_call_private *call_pop(struct call_list *list);

// Ends the process after this turn; nothing more is answered.
void worker_fail(struct worker *worker, int exit_code, const char *reason);
