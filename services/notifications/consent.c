#include "services/notifications/consent.h"
#include "services/notifications/ledger.h"
#include "services/notifications/mailroom.h"
#include <sodium.h>
#include <string.h>

static const int64_t answer_within_us = INT64_C(30) * 24 * 3600 * 1000000;

struct act { const char *purpose, *act, *by, *language, *mail; };

static int keep_words(struct mesh_call *call, const struct act *act, uint8_t hash[CONSENT_HASH], bool *kept) {
    const char *words = consent_words(mailroom_of(call)->wordings, act->purpose, act->language);
    *kept = words != NULL;
    if (words == NULL)
        return 0;
    crypto_hash_sha256(hash, (const uint8_t *)words, strlen(words));
    struct store_statement *s =
        store_prepare(call->store, "INSERT INTO wording(hash, language, text) VALUES(?1, ?2, ?3) ON CONFLICT(hash) DO NOTHING");
    store_bind_blob(s, 1, hash, CONSENT_HASH);
    store_bind_text(s, 2, act->language);
    store_bind_text(s, 3, words);
    return store_run(s);
}

static int append(struct mesh_call *call, const struct contact *contact, const struct act *act) {
    uint8_t hash[CONSENT_HASH];
    bool kept;
    int rc = keep_words(call, act, hash, &kept);
    if (rc != 0)
        return rc;
    struct store_statement *s = store_prepare(call->store, "INSERT INTO consent(contact, at, purpose, act, by, wording, language, mail)"
                                                           " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)");
    store_bind_text(s, 1, contact->id);
    store_bind_int(s, 2, call->now_us);
    store_bind_text(s, 3, act->purpose);
    store_bind_text(s, 4, act->act);
    store_bind_text(s, 5, act->by);
    if (kept)
        store_bind_blob(s, 6, hash, sizeof hash);
    store_bind_text(s, 7, act->language);
    store_bind_text(s, 8, act->mail);
    return store_run(s);
}

// The last thing that happened to a purpose.
struct last { bool requested, confirmed; int64_t at; char *mail, *language; };

static int look(struct mesh_call *call, const struct contact *contact, const char *purpose, struct last *out) {
    struct store_statement *s = store_prepare(call->store, "SELECT act, at, mail, language FROM consent WHERE contact = ?1 AND purpose = ?2"
                                                           " ORDER BY n DESC LIMIT 1");
    store_bind_text(s, 1, contact->id);
    store_bind_text(s, 2, purpose);
    int rc = store_step(s);
    *out = (struct last){.at = 0};
    if (rc > 0) {
        out->requested = strcmp(store_text(s, 0), "requested") == 0;
        out->confirmed = strcmp(store_text(s, 0), "confirmed") == 0;
        out->at = store_int(s, 1);
        out->mail = store_is_null(s, 2) ? NULL : arena_text(call->arena, store_text(s, 2));
        out->language = arena_text(call->arena, store_text(s, 3));
    }
    store_reset(s);
    return rc < 0 ? rc : 0;
}

int consent_pending(struct mesh_call *call, const struct contact *contact, const char *purpose, struct consent_open_request *out) {
    struct last last;
    int rc = look(call, contact, purpose, &last);
    *out = (struct consent_open_request){
        .open = last.requested && call->now_us - last.at <= answer_within_us, .at = last.at, .mail = last.mail, .language = last.language};
    return rc;
}

// Asked once more without a mail: the row that is there says it all, however often somebody asks.
int consent_request(struct mesh_call *call, const struct contact *contact, const char *purpose, const char *language, const char *mail) {
    struct consent_open_request before;
    int rc = consent_pending(call, contact, purpose, &before);
    if (rc != 0 || (before.open && mail == NULL))
        return rc;
    return append(call, contact, &(struct act){purpose, "requested", "citizen", language, mail});
}

static int subscribe(struct mesh_call *call, const struct contact *contact, const char *list) {
    struct store_statement *s =
        store_prepare(call->store, "INSERT INTO subscription(list, contact, since) SELECT ?1, n, ?3 FROM contact WHERE id = ?2"
                                   " ON CONFLICT(list, contact) DO NOTHING");
    store_bind_text(s, 1, list);
    store_bind_text(s, 2, contact->id);
    store_bind_int(s, 3, call->now_us);
    return store_run(s);
}

// The address is confirmed by whoever reads it, asked or not; a list only by who was asked.
int consent_confirm(struct mesh_call *call, const struct contact *contact, const char *purpose) {
    struct last last;
    bool list = consent_is_list(purpose);
    int rc = look(call, contact, purpose, &last);
    if (rc != 0 || last.confirmed)
        return rc;
    if (list && (!last.requested || call->now_us - last.at > answer_within_us))
        return 0;
    const char *language = last.language != NULL ? last.language : contact->language;
    rc = append(call, contact, &(struct act){purpose, "confirmed", "citizen", language, last.mail});
    return rc == 0 && list ? subscribe(call, contact, purpose) : rc;
}

static int unsubscribe(struct mesh_call *call, const struct contact *contact, const char *list) {
    struct store_statement *s =
        store_prepare(call->store, "DELETE FROM subscription WHERE list = ?1 AND contact = (SELECT n FROM contact WHERE id = ?2)");
    store_bind_text(s, 1, list);
    store_bind_text(s, 2, contact->id);
    int rc = store_run(s);
    return rc == 0 ? ledger_drop_to(call, contact->id, list, "left") : rc;
}

int consent_revoke(struct mesh_call *call, const struct contact *contact, const char *list, const char *by, bool *left) {
    struct last last;
    int rc = look(call, contact, list, &last);
    *left = last.requested || last.confirmed;
    if (rc != 0 || !*left)
        return rc;
    rc = append(call, contact, &(struct act){list, "revoked", by, last.language, NULL});
    return rc == 0 ? unsubscribe(call, contact, list) : rc;
}

int consent_revoke_all(struct mesh_call *call, const struct contact *contact, const char *by) {
    bool left;
    int rc = 0;
    for (int i = 1; i < CONSENT_PURPOSES && rc == 0; i++)
        rc = consent_revoke(call, contact, consent_purposes[i], by, &left);
    return rc;
}

int consent_lists(struct mesh_call *call, const char *contact_id, char ***lists, size_t *count) {
    struct store_statement *s = store_prepare(call->store, "SELECT s.list FROM subscription s JOIN contact c ON c.n = s.contact"
                                                           " WHERE c.id = ?1 ORDER BY s.list DESC LIMIT ?2");
    int rc;
    *count = 0;
    *lists = arena_take(call->arena, CONSENT_LISTS * sizeof **lists);
    store_bind_text(s, 1, contact_id);
    store_bind_int(s, 2, CONSENT_LISTS);
    while ((rc = store_step(s)) > 0 && *lists != NULL)
        (*lists)[(*count)++] = arena_text(call->arena, store_text(s, 0));
    store_reset(s);
    return rc < 0 ? rc : *lists != NULL ? 0 : STORE_FAULT;
}

bool consent_has(char *const *lists, size_t count, const char *list) {
    for (size_t i = 0; i < count; i++)
        if (lists[i] != NULL && strcmp(lists[i], list) == 0)
            return true;
    return false;
}
