#include "services/notifications/ration.h"
#include "services/notifications/contact.h"
#include "services/notifications/mailroom.h"
#include <sodium.h>
#include <string.h>

enum { WHO = 16, AN_HOUR = 10, KEEP_DAYS = 60, FORGET_BATCH = 500 };
static const int64_t hour_us = INT64_C(3600) * 1000000;
static const int64_t pauses_hours[] = {0, 1, 24, 7 * 24, 30 * 24};   // by how often it was asked
enum { PAUSES = sizeof pauses_hours / sizeof *pauses_hours };

struct ration { uint8_t who[WHO]; int64_t asked, asked_at, told, told_since; };

// "lea+any@example.org" reaches lea almost everywhere.
static void drop_tag(char *folded) {
    char *at = strrchr(folded, '@'), *tag = strchr(folded, '+');
    if (at != NULL && tag != NULL && tag > folded && tag < at)
        memmove(tag, at, strlen(at) + 1);
}

static int load(struct mesh_call *call, const char *address, struct ration *out) {
    char *folded = contact_fold(address, call->arena);
    *out = (struct ration){.asked = 0};
    if (folded == NULL)
        return STORE_FAULT;
    drop_tag(folded);
    crypto_generichash(out->who, WHO, (const uint8_t *)folded, strlen(folded), mailroom_of(call)->node_key, sizeof mailroom_of(call)->node_key);
    struct store_statement *s = store_prepare(call->store, "SELECT asked, asked_at, told, told_since FROM ration WHERE who = ?1");
    store_bind_blob(s, 1, out->who, WHO);
    int rc = store_step(s);
    if (rc > 0) {
        out->asked = store_int(s, 0);
        out->asked_at = store_int(s, 1);
        out->told = store_int(s, 2);
        out->told_since = store_int(s, 3);
    }
    store_reset(s);
    return rc < 0 ? rc : 0;
}

static int save(struct mesh_call *call, const struct ration *ration) {
    struct store_statement *s =
        store_prepare(call->store, "INSERT INTO ration(who, asked, asked_at, told, told_since, at) VALUES(?1, ?2, ?3, ?4, ?5, ?6)"
                                   " ON CONFLICT(who) DO UPDATE SET asked = ?2, asked_at = ?3, told = ?4, told_since = ?5, at = ?6");
    store_bind_blob(s, 1, ration->who, WHO);
    store_bind_int(s, 2, ration->asked);
    store_bind_int(s, 3, ration->asked_at);
    store_bind_int(s, 4, ration->told);
    store_bind_int(s, 5, ration->told_since);
    store_bind_int(s, 6, call->now_us);
    return store_run(s);
}

int ration_may_ask(struct mesh_call *call, const char *address, bool *may) {
    struct ration ration;
    int rc = load(call, address, &ration);
    int64_t pause = pauses_hours[ration.asked < PAUSES ? ration.asked : PAUSES - 1] * hour_us;
    bool clock_was_ahead = ration.asked_at > call->now_us + hour_us;
    *may = rc == 0 && (clock_was_ahead || call->now_us - ration.asked_at >= pause);
    return rc;
}

static int note_asked(struct mesh_call *call, const char *address, int64_t least) {
    struct ration ration;
    int rc = load(call, address, &ration);
    ration.asked = ration.asked + 1 > least ? ration.asked + 1 : least;
    ration.asked_at = call->now_us;
    return rc != 0 ? rc : save(call, &ration);
}

int ration_asked(struct mesh_call *call, const char *address) {
    return note_asked(call, address, 1);
}

int ration_not_asked(struct mesh_call *call, const char *address, int64_t asked_at) {
    struct ration ration;
    int rc = load(call, address, &ration);
    if (rc != 0 || ration.asked == 0 || ration.asked_at != asked_at)
        return rc;
    ration.asked--;
    ration.asked_at--;   // so that no other mail of this time is given back
    return save(call, &ration);
}

int ration_used_up(struct mesh_call *call, const char *address) {
    return note_asked(call, address, PAUSES);
}

int ration_begin_anew(struct mesh_call *call, const char *address) {
    struct ration ration;
    int rc = load(call, address, &ration);
    ration.asked = ration.asked_at = 0;
    return rc != 0 ? rc : save(call, &ration);
}

int ration_due(struct mesh_call *call, const char *address, int64_t *due_at) {
    struct ration ration;
    int rc = load(call, address, &ration);
    if (ration.told_since > call->now_us || call->now_us >= ration.told_since + (ration.told + AN_HOUR - 1) / AN_HOUR * hour_us) {
        ration.told = 0;
        ration.told_since = call->now_us;
    }
    int64_t due = ration.told_since + ration.told / AN_HOUR * hour_us;
    *due_at = due > call->now_us ? due : call->now_us;
    ration.told++;
    return rc != 0 ? rc : save(call, &ration);
}

int ration_forget(struct mesh_call *call) {
    struct store_statement *s =
        store_prepare(call->store, "DELETE FROM ration WHERE who IN (SELECT who FROM ration WHERE at < ?1 ORDER BY at LIMIT ?2)");
    store_bind_int(s, 1, call->now_us - KEEP_DAYS * 24 * hour_us);
    store_bind_int(s, 2, FORGET_BATCH);
    return store_run(s);
}
