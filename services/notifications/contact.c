#include "services/notifications/contact.h"
#include "services/notifications/consent.h"
#include "services/notifications/ledger.h"
#include "services/notifications/letter.h"
#include "services/notifications/mailroom.h"
#include "services/notifications/ration.h"
#include <stdlib.h>
#include <string.h>
#include <unicase.h>
#include <uninorm.h>

#define CONTACT_COLUMNS "id, address, language, state, generation"

static int contact_read(struct store_statement *s, struct arena *arena, struct contact *out) {
    *out = (struct contact){
        .id = arena_text(arena, store_text(s, 0)),
        .address = arena_text(arena, store_text(s, 1)),
        .language = arena_text(arena, store_text(s, 2)),
        .state = (enum contact_state)store_int(s, 3),
        .generation = (uint32_t)store_int(s, 4),
    };
    return out->id && out->address && out->language ? 0 : STORE_FAULT;
}

// 0, PROBLEM_NOT_FOUND or a store_error
static int read_one(struct mesh_call *call, struct store_statement *s, struct contact *out) {
    int rc = store_step(s);
    if (rc > 0)
        rc = contact_read(s, call->arena, out);
    else if (rc == 0)
        rc = PROBLEM_NOT_FOUND;
    store_reset(s);
    return rc;
}

// Almost every address is of ASCII, and folds without the tables of Unicode. false: this one is not, and its copy is not done.
static bool fold_ascii(const char *address, size_t n, char *folded) {
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)address[i];
        if (c >= 0x80)
            return false;
        folded[i] = (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
    }
    return true;
}

// Two spellings of an address that reach the same mailbox almost everywhere, and two names of its domain: with umlauts and in ASCII.
// NULL: out of memory.
char *contact_fold(const char *address, struct arena *arena) {
    size_t n = strlen(address);
    char *ascii = arena_text_n(arena, address, n);
    if (ascii == NULL || fold_ascii(address, n, ascii))
        return ascii;
    uint8_t *lower = u8_tolower((const uint8_t *)address, strlen(address), NULL, UNINORM_NFC, NULL, &n);
    char *folded = lower != NULL ? arena_text_n(arena, (const char *)lower, n) : NULL;
    free(lower);
    return folded != NULL ? letter_ascii_domain(folded, arena) : NULL;
}

static int find(struct mesh_call *call, const char *folded, struct contact *out) {
    struct store_statement *s = store_prepare(call->store, "SELECT " CONTACT_COLUMNS " FROM contact WHERE folded = ?1");
    store_bind_text(s, 1, folded);
    return read_one(call, s, out);
}

static int make(struct mesh_call *call, const char *folded, const char *address, const char *language) {
    char id[ID_TEXT_MAX];
    id_uuid7(id);
    struct store_statement *s =
        store_prepare(call->store, "INSERT INTO contact(id, folded, address, language, state, created_at) VALUES(?1, ?2, ?3, ?4, ?5, ?6)");
    store_bind_text(s, 1, id);
    store_bind_text(s, 2, folded);
    store_bind_text(s, 3, address);
    store_bind_text(s, 4, language != NULL && strcmp(language, "en") == 0 ? "en" : "de");
    store_bind_int(s, 5, CONTACT_UNCONFIRMED);
    store_bind_int(s, 6, call->now_us);
    return store_run(s);
}

int contact_meet(struct mesh_call *call, const char *address, const char *language, struct contact *out) {
    const char *folded = contact_fold(address, call->arena);
    if (folded == NULL)
        return STORE_FAULT;
    int rc = find(call, folded, out);
    if (rc != PROBLEM_NOT_FOUND)
        return rc;
    rc = make(call, folded, address, language);
    return rc != 0 ? rc : find(call, folded, out);
}

int contact_by_address(struct mesh_call *call, const char *address, struct contact *out) {
    const char *folded = contact_fold(address, call->arena);
    return folded != NULL ? find(call, folded, out) : STORE_FAULT;
}

int contact_by_id(struct mesh_call *call, const char *id, struct contact *out) {
    struct store_statement *s = store_prepare(call->store, "SELECT " CONTACT_COLUMNS " FROM contact WHERE id = ?1");
    store_bind_text(s, 1, id);
    return read_one(call, s, out);
}

int contact_by_token(struct mesh_call *call, enum link link, const char *token, struct contact *out) {
    uint8_t bytes[ID_BYTES];
    char id[ID_TEXT_MAX];
    if (token == NULL || !id_token_peek(token, bytes))
        return PROBLEM_NOT_FOUND;
    id_text(bytes, id);
    int rc = contact_by_id(call, id, out);
    if (rc == 0 && !link_check(mailroom_of(call)->node_key, link, token, out->generation, id))
        return PROBLEM_NOT_FOUND;
    return rc;
}

int contact_would_ask(struct mesh_call *call, const struct contact *contact, bool *may) {
    return ration_may_ask(call, contact->address, may);
}

int contact_asked(struct mesh_call *call, const struct contact *contact) {
    struct store_statement *s = store_prepare(call->store, "UPDATE contact SET asked_at = ?2 WHERE id = ?1");
    store_bind_text(s, 1, contact->id);
    store_bind_int(s, 2, call->now_us);
    int rc = store_run(s);
    return rc == 0 ? ration_asked(call, contact->address) : rc;
}

int contact_may_ask(struct mesh_call *call, const struct contact *contact, bool *may) {
    int rc = contact_would_ask(call, contact, may);
    return rc == 0 && *may ? contact_asked(call, contact) : rc;
}

static int prove_staff(struct mesh_call *call, const char *id) {
    struct store_statement *s = store_prepare(call->store, "UPDATE staff SET proven = 1 WHERE contact = ?1");
    store_bind_text(s, 1, id);
    return store_run(s);
}

int contact_confirm(struct mesh_call *call, struct contact *contact) {
    struct store_statement *s =
        store_prepare(call->store, "UPDATE contact SET state = ?2, asked_at = NULL, confirmed_at = coalesce(confirmed_at, ?3),"
                                   " suspended_at = NULL, suspended_why = NULL, soft_bounces = 0, soft_at = NULL WHERE id = ?1");
    store_bind_text(s, 1, contact->id);
    store_bind_int(s, 2, CONTACT_CONFIRMED);
    store_bind_int(s, 3, call->now_us);
    int rc = store_run(s);
    contact->state = CONTACT_CONFIRMED;
    if (rc == 0)
        rc = prove_staff(call, contact->id);
    if (rc == 0)
        rc = ration_begin_anew(call, contact->address);
    if (rc == 0)
        rc = consent_confirm(call, contact, "mail");
    return rc != 0 ? rc : ledger_wake(call, contact->id);
}

// That nothing is to be sent there is remembered even when the contact is forgotten.
static int ration_of(struct mesh_call *call, const char *id, int (*change)(struct mesh_call *call, const char *address)) {
    struct contact contact;
    int rc = contact_by_id(call, id, &contact);
    return rc == 0 ? change(call, contact.address) : rc == PROBLEM_NOT_FOUND ? 0 : rc;
}

int contact_suspend(struct mesh_call *call, const char *id, const char *why) {
    struct store_statement *s = store_prepare(call->store, "UPDATE contact SET state = ?2, suspended_at = ?3, suspended_why = ?4"
                                                           " WHERE id = ?1 AND state <> ?2");
    store_bind_text(s, 1, id);
    store_bind_int(s, 2, CONTACT_SUSPENDED);
    store_bind_int(s, 3, call->now_us);
    store_bind_text(s, 4, why);
    int rc = store_run(s);
    if (rc == 0)
        rc = ration_of(call, id, ration_used_up);
    return rc != 0 ? rc : ledger_fail_to(call, id, why);
}

int contact_release(struct mesh_call *call, const char *id) {
    struct store_statement *s =
        store_prepare(call->store, "UPDATE contact SET state = CASE WHEN confirmed_at IS NULL THEN ?2 ELSE ?3 END, suspended_at = NULL,"
                                   " suspended_why = NULL, soft_bounces = 0, soft_at = NULL WHERE id = ?1 AND state = ?4");
    store_bind_text(s, 1, id);
    store_bind_int(s, 2, CONTACT_UNCONFIRMED);
    store_bind_int(s, 3, CONTACT_CONFIRMED);
    store_bind_int(s, 4, CONTACT_SUSPENDED);
    int rc = store_run(s);
    return rc == 0 ? ration_of(call, id, ration_begin_anew) : rc;
}

// 1: something speaks of it; 0: nothing
static int in_use(struct mesh_call *call, const char *id) {
    struct store_statement *s = store_prepare(
        call->store, "SELECT EXISTS(SELECT 1 FROM matter WHERE contact = ?1) OR EXISTS(SELECT 1 FROM staff WHERE contact = ?1)"
                     " OR EXISTS(SELECT 1 FROM subscription s JOIN contact c ON c.n = s.contact WHERE c.id = ?1)");
    store_bind_text(s, 1, id);
    int rc = store_step(s);
    if (rc > 0)
        rc = store_int(s, 0) != 0;
    store_reset(s);
    return rc;
}

int contact_tidy(struct mesh_call *call, const char *id) {
    int rc = in_use(call, id);
    if (rc != 0)
        return rc < 0 ? rc : 0;
    rc = ledger_drop_to(call, id, NULL, "erased");
    if (rc == 0)
        rc = ledger_forget_contact(call, id);
    if (rc != 0)
        return rc;
    struct store_statement *s = store_prepare(call->store, "DELETE FROM contact WHERE id = ?1");
    store_bind_text(s, 1, id);
    rc = store_run(s);
    store_forget(call->store);
    return rc;
}
