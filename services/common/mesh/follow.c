// A follower is idle, asking, or holds an answer whose records it applies some milliseconds a turn. Only a commit moves its
// cursor in memory; whatever fails is asked for again from there. After a process that did not end in order the records of the first
// answer are applied one at a time: one of them may be what it died of.
// A follower that keeps up with a busy log would commit for every few records, and a commit costs more than they do. So it rests a little
// after some, and takes what came meanwhile together. Who is behind does not rest; a record after a quiet moment does not wait.
#include "services/common/mesh/follow.h"
#include "services/common/base/clock.h"
#include "services/common/base/log.h"
#include "services/common/mesh/batch.h"
#include "services/common/mesh/follow_cursor.h"
#include "services/common/mesh/mesh_log.h"
#include "services/common/mesh/parked.h"
#include "services/common/mesh/trying.h"
#include <stdlib.h>
#include <string.h>

enum {
    ASK_EVERY_MS = 1000,
    ASK_TIMEOUT_MS = 2000,
    ASK_RECORDS = 256,
    RETRY_MS = 500,
    REST_MS = 40,
    NOT_HERE_MS = 30000, // asked again of a service that this node does not run; a hint comes sooner
    APPLY_BUDGET_US = 10000,
    ANSWER_ARENA_BYTES = 16 * 1024 * 1024,
    TRIES_MOST = 10, // of a record that fails by a fault of ours; then it is parked
    EXIT_DISK = 74,
    WITH_SAVEPOINTS = 1, // once more: see apply_turn()
};

struct follow {
    const struct mesh_follow *spec;
    struct worker *worker;
    struct follow_cursor cursor;
    uint64_t parked;
    const char *stopped;
    bool again;      // the operator moved the cursor
    uint64_t handle; // of the question under way
    bool hinted;
    int64_t due_ms, rest_ms; // at rest_ms a hint is followed up, at due_ms it is asked without one
    struct arena *arena;     // of the answer
    Kosi__LogReadReply *answer;
    bool skips; // what the answer tells is the past
    size_t at;  // next record of the answer
    bool saves; // the rest of the answer is applied with savepoints
    bool wary;  // one at a time, each noted before
    bool noted; // that record at is tried
    int deaths; // of it
    uint64_t noted_seq; // the last one that this process noted: 0: none
    int noted_deaths;
    struct mesh_call_private *call;
    uint64_t failing_seq;
    int tries;
};

// ---- life

int follow_open(struct worker *worker) {
    int count = worker->service->follow_count;
    if (count > WORKER_FOLLOWS_MOST)
        return -1;
    worker->follows = calloc((size_t)count + 1, sizeof *worker->follows);
    if (worker->follows == NULL)
        return -1;
    for (int i = 0; i < count; i++) {
        struct follow *follow = &worker->follows[i];
        follow->spec = &worker->service->follows[i];
        follow->worker = worker;
        follow->cursor.stateful = follow->spec->stateful;
        follow->arena = arena_new(ANSWER_ARENA_BYTES);
        if (follow->arena == NULL)
            return -1;
    }
    return 0;
}

void follow_close(struct worker *worker) {
    for (int i = 0; worker->follows != NULL && i < worker->service->follow_count; i++) {
        struct follow *follow = &worker->follows[i];
        if (follow->handle != 0 && worker->client != NULL)
            client_forget(worker->client, follow->handle);
        if (follow->call != NULL)
            call_free(worker, follow->call);
        arena_free(&follow->arena);
    }
    free(worker->follows);
    worker->follows = NULL;
}

// Since when records are no longer the past to a follower that has no cursor: since the operator said so, else since this database is.
static int read_since(struct follow *follow) {
    struct store_statement *s =
        store_prepare(follow->worker->writer, "SELECT value, name = 'made_at' FROM mesh_meta WHERE name = 'since/' || ?1 OR"
                                              " name = 'made_at' ORDER BY name = 'made_at' LIMIT 1");
    store_bind_text(s, 1, follow->spec->service);
    int rc = store_step(s);
    size_t size = 0;
    const void *value = rc == 1 ? store_blob(s, 0, &size) : NULL;
    follow->cursor.newborn = rc == 1 && store_int(s, 1) != 0;
    follow->cursor.since = INT64_MAX;
    if (size == sizeof follow->cursor.since)
        memcpy(&follow->cursor.since, value, size);
    store_reset(s);
    return rc < 0 ? rc : 0;
}

static int read_cursor(struct follow *follow) {
    struct store *store = follow->worker->writer;
    struct store_statement *s =
        store_prepare(store, "SELECT epoch, seq, CASE WHEN mark_seq = seq THEN mark END, coalesce(again, 0) FROM mesh_cursors WHERE service = ?1");
    store_bind_text(s, 1, follow->spec->service);
    int rc = store_step(s);
    size_t size = 0;
    const void *epoch = rc == 1 ? store_blob(s, 0, &size) : NULL;
    follow->cursor.known = size == CURSOR_EPOCH_BYTES;
    if (follow->cursor.known) {
        memcpy(follow->cursor.epoch, epoch, CURSOR_EPOCH_BYTES);
        follow->cursor.seq = follow->cursor.last_seq = (uint64_t)store_int(s, 1);
        const void *mark = store_blob(s, 2, &size);
        follow->cursor.again = (uint64_t)store_int(s, 3);
        follow->cursor.marked = size == CURSOR_MARK_BYTES;
        if (follow->cursor.marked)
            memcpy(follow->cursor.mark, mark, CURSOR_MARK_BYTES);
    }
    store_reset(s);
    if (rc == 0 && follow->spec->stateful)
        rc = read_since(follow);
    return rc < 0 ? rc : parked_count(store, follow->spec->service, &follow->parked);
}

int follow_start(struct worker *worker) {
    bool died;
    int rc = trying_life(worker->writer, &died);
    for (int i = 0; i < worker->service->follow_count && rc == 0; i++) {
        worker->follows[i].due_ms = 0;
        worker->follows[i].stopped = NULL;
        worker->follows[i].wary = died;
        rc = read_cursor(&worker->follows[i]);
    }
    return rc;
}

// ---- asking

static void wait_ms(struct follow *follow, int64_t ms) {
    follow->answer = NULL;
    follow->at = 0;
    follow->saves = false;
    follow->due_ms = clock_mono_ms() + ms;
}

static void stop(struct follow *follow, const char *why) {
    follow->stopped = why;
    log_event(LOG_ERROR_, "follow_stopped", "service", follow->spec->service, "reason", why, "cursor",
              log_number((int64_t)follow->cursor.seq), NULL);
}

static void answered(void *owner, const struct client_reply *reply) {
    struct follow *follow = owner;
    follow->handle = 0;
    wait_ms(follow, strcmp(reply->outcome, problem_code(PROBLEM_UNKNOWN_SERVICE)) == 0 ? NOT_HERE_MS : RETRY_MS);
    if (strcmp(reply->outcome, "ok") != 0)
        return;
    arena_reset(follow->arena);
    Kosi__LogReadReply *answer = kosi__log_read_reply__unpack(arena_allocator(follow->arena), reply->body_size, reply->body);
    if (answer == NULL)
        return;
    enum follow_verdict verdict = follow_judge(&follow->cursor, answer);
    follow->skips = verdict == FOLLOW_START;
    switch (verdict) {
    case FOLLOW_APPLY:
    case FOLLOW_START:
        follow->answer = answer;
        follow->cursor.last_seq = answer->last_seq; // however long it takes to apply them: so far behind it is
        follow->due_ms = 0;
        break;
    case FOLLOW_EPOCH:
        stop(follow, "epoch");
        break;
    case FOLLOW_REWOUND:
        stop(follow, "rewound");
        break;
    case FOLLOW_DIVERGED:
        stop(follow, "diverged");
        break;
    case FOLLOW_BAD:
        log_event(LOG_WARN_, "follow_answer_unsound", "service", follow->spec->service, NULL);
        break;
    }
}

static size_t count_types(const struct follow *follow) {
    size_t n = 0;
    while (follow->spec->types != NULL && follow->spec->types[n] != NULL)
        n++;
    return n;
}

static void ask(struct follow *follow, int64_t now_ms) {
    uint8_t body[4096];
    Kosi__LogReadRequest question = KOSI__LOG_READ_REQUEST__INIT;
    question.has_after_seq = question.has_limit = true;
    question.after_seq = follow->cursor.seq;
    question.limit = ASK_RECORDS;
    question.n_types = count_types(follow);
    question.types = (char **)follow->spec->types;
    question.has_epoch = follow->cursor.known;
    question.epoch = (ProtobufCBinaryData){CURSOR_EPOCH_BYTES, follow->cursor.epoch};
    question.has_after_mark = follow->cursor.known && follow->cursor.marked;
    question.after_mark = (ProtobufCBinaryData){CURSOR_MARK_BYTES, follow->cursor.mark};
    if (!follow->cursor.known && follow->cursor.stateful)
        question.limit = 1;
    struct client_request request = {.service = follow->spec->service,
                                     .method = "LogRead",
                                     .body = body,
                                     .timeout_ms = ASK_TIMEOUT_MS,
                                     .done = answered,
                                     .owner = follow};
    size_t size = kosi__log_read_request__get_packed_size(&question);
    if (size <= sizeof body) {
        request.body_size = kosi__log_read_request__pack(&question, body);
        follow->handle = client_ask(follow->worker->client, &request);
    }
    follow->hinted = false;
    if (follow->handle == 0)
        follow->due_ms = now_ms + RETRY_MS;
}

void follow_hint(struct worker *worker, const Kosi__Hint *hint) {
    for (int i = 0; hint->service != NULL && i < worker->service->follow_count; i++) {
        struct follow *follow = &worker->follows[i];
        if (strcmp(follow->spec->service, hint->service) != 0)
            continue;
        bool wanted = hint->n_types == 0 || count_types(follow) == 0;
        for (size_t h = 0; h < hint->n_types && !wanted; h++)
            for (size_t t = 0; t < count_types(follow) && !wanted; t++)
                wanted = strcmp(hint->types[h], follow->spec->types[t]) == 0;
        follow->hinted |= wanted;
    }
}

// ---- applying

static struct mesh_call_private *call_for(struct follow *follow) {
    if (follow->call == NULL)
        follow->call = call_take(follow->worker);
    if (follow->call == NULL)
        return NULL;
    call_clear(follow->call);
    follow->call->call.store = follow->worker->writer;
    follow->call->call.now_us = clock_wall_us();
    return follow->call;
}

// Returns what apply() says; positive also for what is no message we know.
static int digest(struct follow *follow, struct mesh_call_private *call, const Kosi__LogRecord *in) {
    struct mesh_record record = {.seq = in->seq, .type = in->type, .subject = in->subject ? in->subject : "", .at = in->at};
    if (in->has_private_content) {
        record.private_content = in->private_content.data;
        record.private_size = in->private_content.len;
    }
    if (in->has_content) {
        const struct contract_message *contract = contract_message_named(in->type);
        if (contract != NULL)
            record.content = protobuf_c_message_unpack(contract->descriptor, arena_allocator(call->call.arena), in->content.len,
                                                       in->content.data);
        if (record.content == NULL)
            return 1;
    }
    return follow->spec->apply(&call->call, &record);
}

static int park(struct follow *follow, const Kosi__LogRecord *record, const char *reason) {
    struct store *store = follow->worker->writer;
    log_event(LOG_ERROR_, "record_parked", "service", follow->spec->service, "seq", log_number((int64_t)record->seq), "type",
              record->type, "reason", reason, NULL);
    int rc = parked_add(store, follow->spec->service, record, reason, clock_wall_us());
    follow->parked += rc == 0;
    return rc;
}

// A fault that comes every time must not hold up all that follows.
static bool given_up(struct follow *follow, uint64_t seq, int rc) {
    if (rc != STORE_CONFLICT && rc != STORE_FAULT)
        return false;
    follow->tries = follow->failing_seq == seq ? follow->tries + 1 : 1;
    follow->failing_seq = seq;
    return follow->tries > TRIES_MOST;
}

// Parks a record of which nothing stays. What it changed before it was refused only a savepoint undoes: WITH_SAVEPOINTS when it had none.
static int refuse(struct follow *follow, const Kosi__LogRecord *record, int rc, bool changed) {
    if (changed && !follow->saves)
        return WITH_SAVEPOINTS;
    int undone = follow->saves ? store_unsave(follow->worker->writer) : 0;
    return undone ? undone : park(follow, record, rc < 0 ? "fault" : "undigested");
}

static int apply_one(struct follow *follow, const Kosi__LogRecord *record) {
    struct store *store = follow->worker->writer;
    struct mesh_call_private *call = call_for(follow);
    if (call == NULL)
        return STORE_FAULT;
    int again = record->seq <= follow->cursor.again ? parked_again(store, follow->spec->service, record->seq) : 1;
    if (again != 1)
        return again;
    int held = follow->parked > 0 && record->subject ? parked_has_subject(store, follow->spec->service, record->subject) : 0;
    if (held != 0)
        return held < 0 ? held : park(follow, record, "earlier");
    if (follow->deaths >= TRYING_MOST)
        return park(follow, record, "deadly");
    struct appended before = follow->worker->appended;
    int64_t changes = store_changes_ever(store);
    int rc = follow->saves ? store_save(store) : 0;
    if (rc == 0)
        rc = digest(follow, call, record);
    if (rc == 0)
        return follow->saves ? store_release(store) : 0;
    if (rc < 0 && (store_broken(store) || !given_up(follow, record->seq, rc)))
        return rc;
    follow->worker->appended = before;
    return refuse(follow, record, rc, rc < 0 || store_changes_ever(store) != changes);
}

static int move_cursor(struct follow *follow, uint64_t seq) {
    struct store_statement *s = store_prepare(
        follow->worker->writer, "INSERT INTO mesh_cursors(service, epoch, seq, mark, mark_seq)"
                                " VALUES(?1, ?2, ?3, ?4, ?3) ON CONFLICT(service) DO UPDATE SET epoch = excluded.epoch,"
                                " seq = excluded.seq, mark = excluded.mark, mark_seq = excluded.mark_seq");
    uint8_t mark[CURSOR_MARK_BYTES];
    store_bind_text(s, 1, follow->spec->service);
    store_bind_blob(s, 2, follow->answer->epoch.data, CURSOR_EPOCH_BYTES);
    store_bind_int(s, 3, (int64_t)seq);
    if (follow_mark_in(follow->answer, seq, mark))
        store_bind_blob(s, 4, mark, sizeof mark);
    return store_run(s);
}

// Applies records until the budget is used; *seq is where the cursor then stands.
static int apply_some(struct follow *follow, uint64_t *seq) {
    const Kosi__LogReadReply *answer = follow->answer;
    int64_t until_us = clock_mono_us() + APPLY_BUDGET_US;
    int rc = 0;
    *seq = follow->skips ? answer->last_seq : answer->scanned_to;
    while (!follow->skips && rc == 0 && follow->at < answer->n_records) {
        if ((rc = apply_one(follow, answer->records[follow->at])) != 0)
            break;
        follow->at++;
        if (follow->at < answer->n_records && (follow->wary || clock_mono_us() > until_us)) {
            *seq = answer->records[follow->at - 1]->seq;
            break;
        }
    }
    if (rc == 0 && follow->noted)
        rc = trying_clear(follow->worker->writer, follow->spec->service);
    return rc != 0 ? rc : move_cursor(follow, *seq);
}

static void advanced(struct follow *follow, uint64_t seq) {
    const Kosi__LogReadReply *answer = follow->answer;
    follow->cursor.known = true;
    memcpy(follow->cursor.epoch, answer->epoch.data, CURSOR_EPOCH_BYTES);
    if (seq != follow->cursor.seq)
        follow->cursor.marked = follow_mark_in(answer, seq, follow->cursor.mark);
    follow->cursor.seq = seq;
    follow->cursor.last_seq = answer->last_seq;
    if (seq < answer->scanned_to)
        return; // more of this answer next turn
    follow->wary = false;
    bool behind = seq < answer->last_seq;
    follow->rest_ms = answer->n_records > 0 ? clock_mono_ms() + REST_MS : 0;
    wait_ms(follow, behind ? 0 : ASK_EVERY_MS);
}

// Notes which record comes next, where the last process may have died of it.
static int take_care(struct follow *follow) {
    const Kosi__LogReadReply *answer = follow->answer;
    follow->deaths = 0;
    follow->noted = false;
    if (!follow->wary || follow->skips || follow->at >= answer->n_records)
        return 0;
    uint64_t seq = answer->records[follow->at]->seq;
    int rc = 0;
    if (seq != follow->noted_seq) // once in a life: who tries again has not died
        rc = trying_note(follow->worker->writer, follow->spec->service, seq, &follow->noted_deaths);
    follow->noted = rc == 0;
    follow->noted_seq = rc == 0 ? seq : 0;
    follow->deaths = rc == 0 ? follow->noted_deaths : 0;
    return rc;
}

static int apply_once(struct follow *follow, uint64_t *seq) {
    struct worker *worker = follow->worker;
    appended_clear(&worker->appended);
    int rc = store_begin(worker->writer);
    if (rc == 0 && (rc = apply_some(follow, seq)) == 0)
        rc = store_commit(worker->writer);
    if (rc == 0)
        return 0;
    store_rollback(worker->writer);
    appended_clear(&worker->appended);
    return rc;
}

// A savepoint per record costs a copy of every page that the record touches, and hardly any record is refused after it changed
// something. So a turn runs without (as a batch does); when one is, all is undone and the turn runs once more with them.
static int apply_turn(struct follow *follow, uint64_t *seq) {
    size_t at = follow->at;
    uint64_t parked = follow->parked;
    int rc = apply_once(follow, seq);
    if (rc == WITH_SAVEPOINTS) {
        follow->at = at;
        follow->parked = parked;
        follow->saves = true;
        rc = apply_once(follow, seq);
    }
    if (rc != 0)
        follow->parked = parked;
    return rc;
}

static void apply_answer(struct follow *follow) {
    struct worker *worker = follow->worker;
    const Kosi__LogReadReply *answer = follow->answer;
    if (follow->cursor.known && answer->n_records == 0 && answer->scanned_to <= follow->cursor.seq) {
        advanced(follow, follow->cursor.seq); // nothing new: no transaction
        return;
    }
    uint64_t seq;
    int rc = take_care(follow);
    rc = rc == 0 ? apply_turn(follow, &seq) : rc;
    if (rc == 0) {
        batch_committed(worker);
        advanced(follow, seq);
        return;
    }
    if (follow->noted && rc != STORE_IO && trying_clear(worker->writer, follow->spec->service) == 0)
        follow->noted_seq = 0; // we live: whatever was wrong, it is not deadly
    wait_ms(follow, RETRY_MS);
    log_event(LOG_WARN_, "follow_failed", "service", follow->spec->service, "error", log_number(rc), NULL);
    if (rc == STORE_IO)
        worker_fail(worker, EXIT_DISK, "follow");
}

int follow_again(struct worker *worker, const char *service) {
    for (int i = 0; i < worker->service->follow_count; i++) {
        if (strcmp(worker->follows[i].spec->service, service) != 0)
            continue;
        worker->follows[i].again = true;
        return worker->follows[i].spec->stateful;
    }
    return PROBLEM_NOT_FOUND;
}

bool follow_stopped(const struct worker *worker, const char *service) {
    for (int i = 0; i < worker->service->follow_count; i++)
        if (strcmp(worker->follows[i].spec->service, service) == 0)
            return worker->follows[i].stopped != NULL;
    return true;
}

// Forgets what it was about to do and reads where it stands.
static int begin_again(struct follow *follow) {
    if (follow->handle != 0)
        client_forget(follow->worker->client, follow->handle);
    follow->handle = 0;
    follow->stopped = NULL;
    follow->tries = 0;
    follow->cursor = (struct follow_cursor){.stateful = follow->spec->stateful};
    wait_ms(follow, 0);
    return read_cursor(follow);
}

static int64_t tick_one(struct follow *follow, int64_t now_ms) {
    if (follow->again) {
        follow->again = begin_again(follow) != 0;
        if (follow->again)
            return RETRY_MS;
    }
    if (follow->stopped != NULL)
        return ASK_EVERY_MS;
    if (follow->answer != NULL)
        apply_answer(follow);
    if (follow->answer != NULL)
        return 0;
    if (follow->handle != 0)
        return ASK_EVERY_MS;
    int64_t due_ms = follow->hinted && follow->rest_ms < follow->due_ms ? follow->rest_ms : follow->due_ms;
    if (now_ms >= due_ms)
        ask(follow, now_ms);
    return follow->handle != 0 ? ASK_EVERY_MS : due_ms - now_ms;
}

int follow_tick(struct worker *worker, int64_t now_ms) {
    int64_t next = ASK_EVERY_MS;
    for (int i = 0; i < worker->service->follow_count && worker->writer_ready && !worker->leaving && !worker->failed; i++) {
        int64_t one = tick_one(&worker->follows[i], now_ms);
        next = one < next ? one : next;
    }
    return next > 0 ? (int)next : 0;
}

size_t follow_states(struct worker *worker, struct arena *arena, Kosi__FollowState **states) {
    size_t n = 0;
    for (int i = 0; i < worker->service->follow_count; i++) {
        const struct follow *follow = &worker->follows[i];
        Kosi__FollowState *state = arena_take(arena, sizeof *state);
        if (state == NULL)
            break;
        kosi__follow_state__init(state);
        state->service = (char *)follow->spec->service;
        state->has_cursor = state->has_behind = state->has_parked = true;
        state->cursor = follow->cursor.seq;
        state->behind = follow_behind(&follow->cursor);
        state->parked = follow->parked;
        state->stopped = (char *)(follow->stopped ? follow->stopped : "");
        states[n++] = state;
    }
    return n;
}
