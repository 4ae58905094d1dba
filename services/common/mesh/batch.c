#include "services/common/mesh/batch.h"
#include "services/common/mesh/beside.h"
#include "services/common/base/clock.h"
#include "services/common/base/log.h"
#include "services/common/mesh/ask.h"
#include "services/common/mesh/keys.h"
#include "services/common/mesh/mesh_log.h"
#include "services/common/mesh/reply.h"
#include "services/common/mesh/worker_loop.h"
#include <assert.h>

enum { READ_BUDGET_US = 20000, MAKE_ROOM_MS = 1000, EXIT_DISK = 74, BATCH_LEAST = 24 };

// ---- running one

static void begin_trace(const struct mesh_call_private *call) {
    const Kosi__Envelope *envelope = call->message.envelope;
    log_trace(envelope->trace_id.len == 16 ? envelope->trace_id.data : NULL);
}

static int new_reply(struct mesh_call_private *call) {
    const ProtobufCMessageDescriptor *descriptor = call->method->contract->output->descriptor;
    call->reply = arena_take(call->call.arena, descriptor->sizeof_message);
    if (call->reply == NULL)
        return STORE_FAULT;
    protobuf_c_message_init(descriptor, call->reply);
    return 0;
}

static int run_handler(struct mesh_call_private *call) {
    call->packed = NULL;
    call->packed_size = 0;
    if (new_reply(call) != 0)
        return STORE_FAULT;
    begin_trace(call);
    int rc = call->answered ? call->then(&call->call, call->answer_outcome, call->answer, call->reply)
                            : call->method->handle(&call->call, call->request, call->reply);
    log_trace(NULL);
    return rc;
}

static int outcome_of(int rc) {
    return rc == STORE_FULL || rc == STORE_IO ? PROBLEM_STORAGE : rc == STORE_BUSY ? PROBLEM_BUSY : rc;
}

static void refuse_all(struct call_list *list, int outcome) {
    for (struct mesh_call_private *call = call_pop(list); call != NULL; call = call_pop(list))
        reply_refuse(call, outcome);
}

// ---- reads

static void run_read(struct worker *worker, struct mesh_call_private *call, uint64_t log_seq) {
    call->call.store = worker->reader;
    call->log_seq = log_seq;
    int rc = clock_mono_ms() < call->deadline_ms ? run_handler(call) : PROBLEM_STARTING;
    if (rc == MESH_LATER) {
        ask_start(call);
        return;
    }
    if (rc == 0)
        rc = reply_finish(call);
    if (rc == STORE_IO)
        worker_fail(worker, EXIT_DISK, "read");
    call->outcome = outcome_of(rc);
    reply_send(call);
}

void batch_reads(struct worker *worker) {
    if (worker->reads.first == NULL)
        return;
    int rc = worker->reader != NULL ? store_begin(worker->reader) : STORE_FULL;
    uint64_t log_seq = 0;
    if (rc == 0 && (rc = mesh_log_last(worker->reader, &log_seq)) != 0)
        store_rollback(worker->reader);
    if (rc != 0) {
        refuse_all(&worker->reads, outcome_of(rc));
        return;
    }
    int64_t until_us = clock_mono_us() + READ_BUDGET_US;
    do
        run_read(worker, call_pop(&worker->reads), log_seq);
    while (worker->reads.first != NULL && clock_mono_us() < until_us);
    if (store_commit(worker->reader) != 0)
        store_rollback(worker->reader);
}

// ---- writes

static int replay(struct mesh_call_private *call) {
    const ProtobufCMessageDescriptor *output = call->method->contract->output->descriptor;
    call->replayed = true;
    if (!call->method->derived)
        return 0;
    call->reply = protobuf_c_message_unpack(output, arena_allocator(call->call.arena), call->packed_size, call->packed);
    return call->reply != NULL ? reply_finish(call) : STORE_FAULT;
}

// The reply as it is stored, then as it is sent: what is secret is only in the second.
static int keep_reply(struct mesh_call_private *call) {
    const struct contract_method *method = call->method->contract;
    if (method->keyless)
        return reply_finish(call);
    if (call->packed == NULL) {
        if (call->method->derived)
            reply_clear_derived(method->output, call->reply);
        if (reply_pack(call) != 0)
            return STORE_FAULT;
    } else {
        call->reply = NULL; // packed by the handler
    }
    int rc = keys_store(call, call->packed, call->packed_size);
    return rc != 0 ? rc : reply_finish(call);
}

static int execute(struct mesh_call_private *call) {
    int rc = run_handler(call);
    assert(rc != MESH_LATER); // a transaction does not wait for the network
    if (rc == 0 && call->method->contract->role != NULL)
        rc = mesh_log_staff(call);
    return rc != 0 ? rc : keep_reply(call);
}

static bool fatal(struct store *store, int rc) {
    return rc == STORE_FULL || rc == STORE_IO || store_broken(store);
}

// A savepoint costs a copy of every page that the write touches, and hardly any write is refused when it has changed something.
// So a batch runs without; when one is, all is undone and the batch runs once more, each write in a savepoint.
struct batch {
    bool savepoints, again, effect;
};

static int undo(struct worker *worker, struct batch *batch, int rc, int64_t changes) {
    if (batch->savepoints)
        return store_unsave(worker->writer);
    batch->again = rc < 0 || store_changes_ever(worker->writer) != changes;
    return 0;
}

// Returns 0 when the batch can go on, else the error that ends it. The call's outcome is set.
static int run_write(struct worker *worker, struct mesh_call_private *call, struct batch *batch) {
    struct store *store = call->call.store = worker->writer;
    if (clock_mono_ms() >= call->deadline_ms) {
        call->outcome = PROBLEM_STARTING;
        return 0;
    }
    if (!call->method->contract->keyless) {
        keys_hash(call);
        int found = keys_find(call);
        if (found != 0) {
            call->outcome = found == 1 ? replay(call) : found;
            return found < 0 && fatal(store, found) ? found : 0;
        }
    }
    struct appended before = worker->appended;
    int64_t changes = store_changes_ever(store);
    int rc = batch->savepoints ? store_save(store) : 0;
    if (rc == 0)
        rc = execute(call);
    if (rc == 0 && (!batch->savepoints || (rc = store_release(store)) == 0)) {
        batch->effect = true;
        return 0;
    }
    call->outcome = outcome_of(rc);
    if (fatal(store, rc))
        return rc;
    worker->appended = before;
    return undo(worker, batch, rc, changes);
}

void batch_committed(struct worker *worker) {
    struct appended *appended = &worker->appended;
    if (worker->wake)
        besides_wake(worker->besides);
    worker->wake = false;
    if (!appended->any)
        return;
    worker->log_last_seq = appended->last_seq;
    struct mesh_call_private *call = call_take(worker);
    if (call != NULL) {
        Kosi__Envelope envelope = KOSI__ENVELOPE__INIT;
        envelope.has_version = envelope.has_kind = envelope.has_incarnation = true;
        envelope.version = WIRE_VERSION;
        envelope.kind = KOSI__KIND__HINT;
        envelope.service = (char *)worker->service->contract->name;
        envelope.incarnation = (ProtobufCBinaryData){sizeof worker->incarnation, worker->incarnation};
        size_t size;
        const void *hint = appended_hint(appended, worker->service->contract->name, call->call.arena, &size);
        if (hint != NULL)
            worker->send(worker, &envelope, hint, size);
        call_free(worker, call);
    }
    appended_clear(appended);
}

// What is in the write-ahead log may fit into the database's free pages; then the log begins anew.
static void make_room(struct worker *worker) {
    int64_t now_ms = clock_mono_ms();
    if (now_ms < worker->room_ms)
        return;
    worker->room_ms = now_ms + MAKE_ROOM_MS;
    store_make_room(worker->writer);
}

static void end_batch(struct worker *worker, struct call_list *done, int rc) {
    if (rc == STORE_IO)
        worker_fail(worker, EXIT_DISK, "commit");
    if (rc == STORE_FULL)
        make_room(worker);
    for (struct mesh_call_private *call = call_pop(done); call != NULL; call = call_pop(done)) {
        if (rc == STORE_IO) { // whether it is on the disk is for the next start to find out; the broker delivers again
            call_free(worker, call);
            continue;
        }
        call->log_seq = worker->log_last_seq;
        if (rc != 0) {
            call->outcome = PROBLEM_STORAGE;
            call->replayed = false;
            call->call.violations.count = 0;
        }
        reply_send(call);
    }
}

// One commit for all that waits would have the callers wait for it together, come back together, and one process work at a time. So a
// batch ends when it has taken as long as its commit will, and the rest goes into the next one, while the first one's callers are
// answered and ask anew (measured at 64 connections: a fifth more than with all in one). With a slow disk batches grow by themselves.
static void end_when_long(struct worker *worker, struct call_list *calls, struct mesh_call_private *last, int count, int64_t began_us) {
    if (count < BATCH_LEAST || last->next == NULL || clock_mono_us() - began_us < worker->commit_us)
        return;
    struct call_list rest = {.first = last->next, .last = calls->last, .count = calls->count - count};
    if (worker->writes.first != NULL)
        rest.last->next = worker->writes.first;
    rest.last = worker->writes.last != NULL ? worker->writes.last : rest.last;
    rest.count += worker->writes.count;
    worker->writes = rest;
    last->next = NULL;
    calls->last = last;
    calls->count = count;
}

static int commit(struct worker *worker) {
    int64_t began_us = clock_mono_us();
    int rc = store_commit(worker->writer);
    worker->commit_us = (3 * worker->commit_us + clock_mono_us() - began_us) / 4;
    return rc;
}

static int run_all(struct worker *worker, struct call_list *calls, struct batch *batch) {
    int rc = store_begin(worker->writer), count = 0;
    int64_t began_us = clock_mono_us();
    for (struct mesh_call_private *call = calls->first; call != NULL && rc == 0 && !batch->again; call = call->next) {
        rc = run_write(worker, call, batch);
        end_when_long(worker, calls, call, ++count, began_us);
    }
    bool whole = rc == 0 && !batch->again && batch->effect;
    if (whole)
        rc = commit(worker);
    if (rc != 0 || !whole)
        store_rollback(worker->writer);
    return rc;
}

static int run_batch(struct worker *worker, struct call_list *calls) {
    struct batch batch = {0};
    appended_clear(&worker->appended);
    int rc = run_all(worker, calls, &batch);
    if (rc != 0 || !batch.again)
        return rc;
    for (struct mesh_call_private *call = calls->first; call != NULL; call = call->next)
        call_begin_again(call);
    appended_clear(&worker->appended);
    batch = (struct batch){.savepoints = true};
    return run_all(worker, calls, &batch);
}

void batch_writes(struct worker *worker) {
    if (worker->writes.first == NULL)
        return;
    if (worker->writer == NULL || !worker->writer_ready) {
        refuse_all(&worker->writes, PROBLEM_STORAGE);
        return;
    }
    struct call_list done = worker->writes;
    worker->writes = (struct call_list){0};
    int rc = run_batch(worker, &done);
    if (rc == 0 && worker->appended.any)
        worker->log_last_seq = worker->appended.last_seq;
    end_batch(worker, &done, rc); // before the followers hear of it: somebody waits
    if (rc == 0)
        batch_committed(worker);
    appended_clear(&worker->appended);
}
