#include "services/common/mesh/actor.h"
#include "services/common/base/log.h"
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { KEY_BYTES = 32, SIGNATURE_BYTES = 64, STATEMENT_MOST = 2048, REMEMBERED = 16, DIGEST_BYTES = 16 };

// Checking a signature takes as long as two writes; a session's statement is the same for a minute, so good ones are
// remembered.
struct actor_check {
    uint8_t key[KEY_BYTES];
    uint8_t good[REMEMBERED][DIGEST_BYTES];
    unsigned next;
    uint64_t forged;
};

struct actor_check *actor_with_key(const uint8_t public_key[32]) {
    struct actor_check *check = calloc(1, sizeof *check);
    if (check != NULL)
        memcpy(check->key, public_key, KEY_BYTES);
    return check;
}

struct actor_check *actor_open(const struct config *config, struct buf *errors) {
    const char *path = config_data_path(config, "keys/actor.pub");
    uint8_t key[KEY_BYTES + 1];
    int file = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    ssize_t size = file >= 0 ? read(file, key, sizeof key) : -1;
    int reason = errno;
    if (file >= 0)
        close(file);
    if (size == KEY_BYTES)
        return actor_with_key(key);
    buf_format(errors, "%s:1: %s. Make the node's keys with `kosi init`.\n", path ? path : "keys/actor.pub",
               size < 0 ? strerror(reason) : "not a public key of 32 bytes");
    return NULL;
}

void actor_close(struct actor_check **check) {
    free(*check);
    *check = NULL;
}

static bool remembered(const struct actor_check *check, const uint8_t digest[DIGEST_BYTES]) {
    for (int i = 0; i < REMEMBERED; i++)
        if (memcmp(check->good[i], digest, DIGEST_BYTES) == 0)
            return true;
    return false;
}

static bool genuine(struct actor_check *check, const ProtobufCBinaryData *packed, const Kosi__SignedActor *statement) {
    if (statement == NULL || !statement->has_actor || statement->signature.len != SIGNATURE_BYTES)
        return false;
    uint8_t digest[DIGEST_BYTES];
    crypto_generichash(digest, sizeof digest, packed->data, packed->len, NULL, 0);
    if (remembered(check, digest))
        return true;
    if (crypto_sign_verify_detached(statement->signature.data, statement->actor.data, statement->actor.len, check->key) != 0)
        return false;
    memcpy(check->good[check->next++ % REMEMBERED], digest, DIGEST_BYTES);
    return true;
}

static const Kosi__Actor *read_actor(struct actor_check *check, const ProtobufCBinaryData *packed, struct arena *arena) {
    if (packed->len == 0 || packed->len > STATEMENT_MOST)
        return NULL;
    Kosi__SignedActor *statement = kosi__signed_actor__unpack(arena_allocator(arena), packed->len, packed->data);
    if (!genuine(check, packed, statement)) {
        check->forged++;
        log_event(LOG_WARN_, "actor_refused", "reason", statement ? "signature" : "malformed", "count",
                  log_number((int64_t)check->forged), NULL);
        return NULL;
    }
    Kosi__Actor *actor = kosi__actor__unpack(arena_allocator(arena), statement->actor.len, statement->actor.data);
    return actor != NULL && actor->id != NULL && actor->login != NULL && actor->has_expires_at ? actor : NULL;
}

static bool has_role(const Kosi__Actor *actor, const char *role) {
    if (strcmp(role, "staff") == 0)
        return true;
    for (size_t i = 0; i < actor->n_roles; i++)
        if (strcmp(actor->roles[i], role) == 0)
            return true;
    return false;
}

int actor_admit(struct actor_check *check, const Kosi__Envelope *envelope, const char *role, int64_t now_us,
                struct arena *arena, const Kosi__Actor **out) {
    *out = NULL;
    const Kosi__Actor *actor = envelope->has_actor ? read_actor(check, &envelope->actor, arena) : NULL;
    bool current = actor != NULL && actor->expires_at > now_us;
    if (current)
        *out = actor;
    if (role == NULL)
        return 0;
    if (actor == NULL)
        return PROBLEM_NOT_SIGNED_IN;
    if (!current)
        return PROBLEM_SESSION_EXPIRED;
    return has_role(actor, role) ? 0 : PROBLEM_ROLE_MISSING;
}
