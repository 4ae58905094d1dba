#include "services/common/mesh/keys.h"
#include "services/common/base/id.h"
#include "services/common/mesh/mesh_log.h"
#include <endian.h>
#include <sodium.h>
#include <string.h>

enum { HALF = KEY_HASH_BYTES / 2 };

static void add_text(crypto_generichash_state *state, const char *text) {
    crypto_generichash_update(state, (const uint8_t *)text, strlen(text) + 1);
}

void keys_hash(struct mesh_call_private *call) {
    const Kosi__Envelope *envelope = call->message.envelope;
    crypto_generichash_state state;
    crypto_generichash_init(&state, NULL, 0, HALF);
    add_text(&state, call->method->contract->name);
    add_text(&state, call->call.actor ? call->call.actor->id : "anonymous");
    if (envelope->idempotency_key != NULL) {
        add_text(&state, "key");
        add_text(&state, envelope->idempotency_key);
    } else {
        add_text(&state, "request");
        crypto_generichash_update(&state, envelope->request_id.data, envelope->request_id.len);
    }
    crypto_generichash_final(&state, call->key_hash, HALF);
    crypto_generichash(call->key_hash + HALF, HALF, zmq_msg_data(&call->message.body), zmq_msg_size(&call->message.body), NULL,
                       0);
}

// What a key is looked up by. Request ids begin with who asks and end in a number that counts up (client.c): kept in that
// order they are neighbours in the index, and a batch of writes touches few of its pages. The hash tells equals apart.
static int64_t short_of(const struct mesh_call_private *call) {
    const Kosi__Envelope *envelope = call->message.envelope;
    uint8_t bytes[8];
    memcpy(bytes, call->key_hash, sizeof bytes);
    if (envelope->idempotency_key == NULL && envelope->request_id.len == ID_BYTES) {
        memcpy(bytes, envelope->request_id.data, 3);
        memcpy(bytes + 3, envelope->request_id.data + 8, 5);
    }
    uint64_t value;
    memcpy(&value, bytes, sizeof value);
    return (int64_t)be64toh(value);
}

static int judge(struct mesh_call_private *call, struct store_statement *s, const uint8_t *hash) {
    if (memcmp(hash + HALF, call->key_hash + HALF, HALF) != 0)
        return PROBLEM_KEY_REUSED;
    if (store_is_null(s, 1))
        return PROBLEM_GONE;
    const void *bytes = store_blob(s, 1, &call->packed_size);
    call->packed = arena_copy(call->call.arena, bytes, call->packed_size);
    return call->packed != NULL ? 1 : STORE_FAULT;
}

int keys_find(struct mesh_call_private *call) {
    struct store_statement *s = store_prepare(call->call.store, "SELECT hash, reply FROM mesh_keys WHERE short = ?1");
    store_bind_int(s, 1, short_of(call));
    int rc, result = 0;
    while (result == 0 && (rc = store_step(s)) != 0) {
        size_t size;
        const uint8_t *hash = rc == 1 ? store_blob(s, 0, &size) : NULL;
        if (rc < 0)
            result = rc;
        else if (size == KEY_HASH_BYTES && memcmp(hash, call->key_hash, HALF) == 0)
            result = judge(call, s, hash);
    }
    store_reset(s);
    return result;
}

int keys_store(struct mesh_call_private *call, const void *reply, size_t size) {
    uint64_t id = call->subject_seq;
    int rc = id == 0 ? mesh_log_number(call->worker, &id) : 0;
    if (rc != 0)
        return rc;
    struct store_statement *s =
        store_prepare(call->call.store, "INSERT INTO mesh_keys(id, short, hash, reply, at) VALUES(?1, ?2, ?3, ?4, ?5)");
    store_bind_int(s, 1, (int64_t)id);
    store_bind_int(s, 2, short_of(call));
    store_bind_blob(s, 3, call->key_hash, KEY_HASH_BYTES);
    store_bind_blob(s, 4, reply, size);
    store_bind_int(s, 5, call->call.now_us);
    return store_run(s);
}

int keys_prune(struct store *store, int64_t before_us, int64_t after_us) {
    struct store_statement *s =
        store_prepare(store, "DELETE FROM mesh_keys WHERE id IN (SELECT id FROM"
                             " (SELECT id, at FROM mesh_keys ORDER BY id LIMIT ?2) AS oldest WHERE at < ?1 OR at > ?3)");
    store_bind_int(s, 1, before_us);
    store_bind_int(s, 2, KEYS_PRUNE_ROWS);
    store_bind_int(s, 3, after_us);
    int rc = store_run(s);
    return rc < 0 ? rc : (int)store_changes(store);
}

int mesh_key_erase(struct mesh_call *call, const char *subject) {
    struct store_statement *s = store_prepare(
        call->store, "UPDATE mesh_keys SET reply = NULL WHERE id IN (SELECT seq FROM log WHERE subject = ?1)");
    store_bind_text(s, 1, subject);
    return store_run(s);
}
