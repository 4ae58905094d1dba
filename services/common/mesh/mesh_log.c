#include "services/common/mesh/mesh_log.h"
#include "services/common/base/clock.h"
#include "services/common/mesh/follow_cursor.h"
#include "services/common/mesh/schema.h"
#include <sodium.h>
#include <string.h>

enum {
    CONTENT_HASH_BYTES = 32,
    READ_RECORDS_MOST = 256,
    READ_ROWS_MOST = 2000, // rows looked at per read, so that a filter that matches nothing stays short
    READ_TIME_US = 5000,
    READ_BYTES_MOST = 1024 * 1024,
    READ_METHOD_BYTES = 4096,
};

// ---- appending

static void note(struct appended *appended, const char *type, uint64_t seq) {
    appended->any = true;
    appended->last_seq = seq;
    for (int i = 0; i < appended->type_count; i++)
        if (appended->types[i] == type)
            return;
    if (appended->type_count < HINT_TYPES_MOST)
        appended->types[appended->type_count++] = type;
    else
        appended->more_types = true;
}

void appended_clear(struct appended *appended) {
    *appended = (struct appended){0};
}

static const uint8_t *pack_into(struct arena *arena, const ProtobufCMessage *message, size_t *size) {
    *size = protobuf_c_message_get_packed_size(message);
    uint8_t *bytes = arena_take(arena, *size ? *size : 1);
    if (bytes != NULL)
        protobuf_c_message_pack(message, bytes);
    return bytes;
}

int mesh_log_number(struct worker *worker, uint64_t *number) {
    struct appended *appended = &worker->appended;
    if (appended->last_number == 0) {
        struct store_statement *s = store_prepare(
            worker->writer, "SELECT max(coalesce((SELECT max(seq) FROM log), 0), coalesce((SELECT max(id) FROM mesh_keys), 0))");
        int rc = store_step(s);
        if (rc == 1)
            appended->last_number = (uint64_t)store_int(s, 0);
        store_reset(s);
        if (rc < 0)
            return rc;
    }
    *number = ++appended->last_number;
    return 0;
}

int mesh_log(struct mesh_call *call, const char *subject, const ProtobufCMessage *content,
             const ProtobufCMessage *private_content) {
    size_t size, private_size = 0;
    const uint8_t *bytes = pack_into(call->arena, content, &size);
    const uint8_t *private_bytes = private_content ? pack_into(call->arena, private_content, &private_size) : NULL;
    if (bytes == NULL || (private_content != NULL && private_bytes == NULL))
        return STORE_FAULT;
    uint64_t seq;
    int rc = mesh_log_number(call->inner->worker, &seq);
    if (rc != 0)
        return rc;
    uint8_t hash[CONTENT_HASH_BYTES];
    crypto_generichash(hash, sizeof hash, bytes, size, NULL, 0);
    struct store_statement *s = store_prepare(
        call->store, "INSERT INTO log(seq, type, subject, content, private, content_hash, at) VALUES(?7, ?1, ?2, ?3, ?4, ?5, ?6)");
    store_bind_text(s, 1, content->descriptor->short_name);
    store_bind_text(s, 2, subject);
    store_bind_blob(s, 3, bytes, size);
    if (private_bytes != NULL)
        store_bind_blob(s, 4, private_bytes, private_size);
    store_bind_blob(s, 5, hash, sizeof hash);
    store_bind_int(s, 6, call->now_us);
    store_bind_int(s, 7, (int64_t)seq);
    rc = store_run(s);
    if (rc == 0)
        note(&call->inner->worker->appended, content->descriptor->short_name, seq);
    if (subject != NULL && call->inner->subject_seq == 0)
        call->inner->subject_seq = seq;
    return rc;
}

int mesh_log_erase(struct mesh_call *call, const char *subject) {
    struct store_statement *s = store_prepare(call->store, "UPDATE log SET content = NULL, private = NULL WHERE subject = ?1");
    store_bind_text(s, 1, subject);
    store_forget(call->store);
    return store_run(s);
}

// Without a subject of its own, so that erasing what was acted on leaves the audit alone.
int mesh_log_staff(struct mesh_call_private *call) {
    struct mesh_call *c = &call->call;
    Kosi__StaffAction action = KOSI__STAFF_ACTION__INIT;
    action.actor_id = c->actor->id;
    action.login = c->actor->login;
    action.service = (char *)call->worker->service->contract->name;
    action.method = (char *)call->method->contract->name;
    action.subject = (char *)c->audit_subject;
    action.detail = (char *)c->audit_detail;
    return mesh_log(c, NULL, &action.base, NULL);
}

const void *appended_hint(const struct appended *appended, const char *service, struct arena *arena, size_t *size) {
    Kosi__Hint hint = KOSI__HINT__INIT;
    hint.service = (char *)service;
    hint.has_last_seq = true;
    hint.last_seq = appended->last_seq;
    hint.n_types = appended->more_types ? 0 : (size_t)appended->type_count;
    hint.types = (char **)appended->types;
    return pack_into(arena, &hint.base, size);
}

// ---- reading

int mesh_log_last(struct store *store, uint64_t *seq) {
    struct store_statement *s = store_prepare(store, "SELECT coalesce(max(seq), 0) FROM log");
    int rc = store_step(s);
    if (rc == 1)
        *seq = (uint64_t)store_int(s, 0);
    store_reset(s);
    return rc < 0 ? rc : 0;
}

static bool wanted(const Kosi__LogReadRequest *request, const char *type) {
    if (request->n_types == 0)
        return true;
    for (size_t i = 0; i < request->n_types; i++)
        if (strcmp(request->types[i], type) == 0)
            return true;
    return false;
}

static bool copy_blob(struct store_statement *s, int column, struct arena *arena, ProtobufCBinaryData *out,
                      protobuf_c_boolean *has) {
    if (store_is_null(s, column))
        return true;
    const void *bytes = store_blob(s, column, &out->len);
    out->data = arena_copy(arena, bytes, out->len);
    *has = true;
    return out->data != NULL;
}

static Kosi__LogRecord *record_of(struct store_statement *s, struct arena *arena) {
    Kosi__LogRecord *record = arena_take(arena, sizeof *record);
    if (record == NULL)
        return NULL;
    kosi__log_record__init(record);
    record->has_seq = record->has_at = true;
    record->seq = (uint64_t)store_int(s, 0);
    record->type = arena_text(arena, store_text(s, 1));
    if (!store_is_null(s, 2))
        record->subject = arena_text(arena, store_text(s, 2));
    record->at = store_int(s, 6);
    bool copied = copy_blob(s, 3, arena, &record->content, &record->has_content) &&
                  copy_blob(s, 4, arena, &record->private_content, &record->has_private_content) &&
                  copy_blob(s, 5, arena, &record->content_hash, &record->has_content_hash);
    return copied && record->type != NULL ? record : NULL;
}

// Reads rows until a bound is met; scanned_to tells how far it looked, found or not.
static int read_records(struct mesh_call *call, const Kosi__LogReadRequest *request, size_t most, Kosi__LogReadReply *reply) {
    struct store_statement *s = store_prepare(
        call->store,
        "SELECT seq, type, subject, content, private, content_hash, at FROM log WHERE seq > ?1 ORDER BY seq LIMIT ?2");
    store_bind_int(s, 1, request->after_seq > INT64_MAX ? INT64_MAX : (int64_t)request->after_seq);
    store_bind_int(s, 2, READ_ROWS_MOST);
    int64_t until_us = clock_mono_us() + READ_TIME_US;
    size_t bytes = 0;
    int rc, rows = 0;
    while ((rc = store_step(s)) == 1) {
        if (wanted(request, store_text(s, 1))) {
            Kosi__LogRecord *record = record_of(s, call->arena);
            if (record == NULL) {
                rc = STORE_FAULT;
                break;
            }
            reply->records[reply->n_records++] = record;
            bytes += record->content.len + record->private_content.len + 128;
        }
        reply->scanned_to = (uint64_t)store_int(s, 0);
        size_t hash_size;
        const uint8_t *hash = store_blob(s, 5, &hash_size);
        reply->has_mark = follow_mark(hash, hash_size, store_int(s, 6), reply->mark.data);
        if (reply->n_records == most || bytes >= READ_BYTES_MOST || (++rows % 64 == 0 && clock_mono_us() > until_us))
            break;
    }
    store_reset(s);
    return rc < 0 ? rc : 0;
}

// Whether the asker's last record is still this log's record of that number.
static int check_mark(struct mesh_call *call, const Kosi__LogReadRequest *request, Kosi__LogReadReply *reply) {
    if (request->after_mark.len != CURSOR_MARK_BYTES || request->after_seq > reply->last_seq)
        return 0;
    struct store_statement *s = store_prepare(call->store, "SELECT content_hash, at FROM log WHERE seq = ?1");
    store_bind_int(s, 1, (int64_t)request->after_seq);
    int rc = store_step(s);
    size_t size;
    uint8_t mark[CURSOR_MARK_BYTES];
    const uint8_t *hash = rc == 1 ? store_blob(s, 0, &size) : NULL;
    bool same =
        rc == 1 && follow_mark(hash, size, store_int(s, 1), mark) && memcmp(mark, request->after_mark.data, sizeof mark) == 0;
    store_reset(s);
    reply->has_diverged = reply->diverged = !same;
    return rc < 0 ? rc : 0;
}

static int log_read(struct mesh_call *call, const ProtobufCMessage *request_base, ProtobufCMessage *reply_base) {
    const Kosi__LogReadRequest *request = (const Kosi__LogReadRequest *)request_base;
    Kosi__LogReadReply *reply = (Kosi__LogReadReply *)reply_base;
    reply->epoch.data = arena_take(call->arena, EPOCH_BYTES);
    reply->mark.data = arena_take(call->arena, CURSOR_MARK_BYTES);
    reply->mark.len = CURSOR_MARK_BYTES;
    size_t most =
        request->has_limit && request->limit >= 1 && request->limit < READ_RECORDS_MOST ? request->limit : READ_RECORDS_MOST;
    reply->records = arena_take(call->arena, most * sizeof *reply->records);
    if (reply->epoch.data == NULL || reply->mark.data == NULL || reply->records == NULL)
        return STORE_FAULT;
    reply->epoch.len = EPOCH_BYTES;
    reply->has_epoch = reply->has_scanned_to = reply->has_last_seq = true;
    int rc = schema_epoch(call->store, reply->epoch.data);
    if (rc == 0)
        rc = schema_made_at(call->store, &reply->made_at);
    reply->has_made_at = rc == 0 && reply->made_at > 0;
    if (rc == 0)
        rc = mesh_log_last(call->store, &reply->last_seq);
    reply->scanned_to = request->after_seq;
    bool other = request->has_epoch &&
                 (request->epoch.len != EPOCH_BYTES || memcmp(request->epoch.data, reply->epoch.data, EPOCH_BYTES) != 0);
    if (rc == 0 && !other)
        rc = check_mark(call, request, reply);
    return rc != 0 || other || reply->diverged ? rc : read_records(call, request, most, reply);
}

void mesh_log_open(struct mesh_method *out) {
    static struct contract_method method = {.name = "LogRead", .reach = REACH_INTERNAL, .max_bytes = READ_METHOD_BYTES};
    method.input = contract_message_named("LogReadRequest");
    method.output = contract_message_named("LogReadReply");
    *out = (struct mesh_method){.contract = &method, .handle = log_read};
}
