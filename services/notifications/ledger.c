#include "services/notifications/ledger.h"
#include "services/notifications/consent.h"
#include "services/notifications/mail_row.h"
#include "services/notifications/mailroom.h"
#include "services/notifications/ration.h"
#include "services/notifications/route.h"
#include <string.h>

enum { MOVED_AT_ONCE = 256 };

// A mail's id follows from what owes it: should the ledger once be restored from an older copy, what is owed again has the Message-ID that
// its reader's program has seen. What comes in great numbers comes with its time, and is found at the end of the index.
static void id_of(struct mesh_call *call, const struct owed_mail *mail, char id[ID_TEXT_MAX]) {
    if (mail->at != 0)
        id_named_at(mailroom_of(call)->node_key, mail->dedup, mail->at, id);
    else
        id_named(mailroom_of(call)->node_key, mail->dedup, id);
}

// 1: it is there; 0: it is not.
static int known(struct mesh_call *call, const char *id) {
    struct store_statement *s = store_prepare(call->store, "SELECT 1 FROM mail WHERE id = ?1");
    store_bind_text(s, 1, id);
    int rc = store_step(s);
    store_reset(s);
    return rc;
}

// What a mail to this contact begins as. Looks only: what it takes to be owed is spent by spend().
static int first_state(struct mesh_call *call, const struct owed_mail *mail, enum mail_state *state) {
    bool may = mail->contact->state == CONTACT_CONFIRMED;
    int rc = 0;
    if (mail->contact->state == CONTACT_UNCONFIRMED && mail_kind_row(mail->kind)->asks)
        rc = contact_would_ask(call, mail->contact, &may);
    *state = may ? MAIL_OWED : mail->contact->state == CONTACT_SUSPENDED ? MAIL_FAILED : MAIL_WAITING;
    return rc;
}

// Somebody who only knows the address can be the reason for such a mail.
static bool anybodys(enum mail_kind kind) {
    return kind == MAIL_RECEIVED || kind == MAIL_WITHDRAWN;
}

// To be asked, and to be told what anybody may have caused, is rationed. Only for a mail that is not there yet.
static int spend(struct mesh_call *call, const struct contact *contact, enum mail_kind kind, int64_t *due_at) {
    if (contact->state == CONTACT_UNCONFIRMED)
        return contact_asked(call, contact);
    return anybodys(kind) ? ration_due(call, contact->address, due_at) : 0;
}

static int bind_facts(struct mesh_call *call, struct store_statement *s, int n, const Kosi__MailFacts *facts) {
    size_t size = facts != NULL ? kosi__mail_facts__get_packed_size(facts) : 0;
    if (size == 0)
        return 0;
    uint8_t *packed = arena_take(call->arena, size);
    if (packed == NULL)
        return STORE_FAULT;
    store_bind_blob(s, n, packed, kosi__mail_facts__pack(facts, packed));
    return 0;
}

// It is no error when it is there already (*out stays). OR FAIL: after any other error the caller's transaction or savepoint is undone as
// a whole; so SQLite need not keep a copy of every page that this statement and its triggers touch.
static int write_down(struct mesh_call *call, const struct owed_mail *mail, const char *id, enum mail_state state, uint64_t *out) {
    const struct mail_kind_row *kind = mail_kind_row(mail->kind);
    struct store_statement *s = store_prepare(
        call->store, "INSERT OR FAIL INTO mail(id, kind, contact, subject_id, language, route, bulk, state, facts, owed_at, due_at, ended_at, reason)"
                     " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13) ON CONFLICT(id) DO NOTHING");
    store_bind_text(s, 1, id);
    store_bind_text(s, 2, kind->name);
    store_bind_text(s, 3, mail->contact->id);
    store_bind_text(s, 4, mail->subject_id != NULL ? mail->subject_id : "");
    store_bind_text(s, 5, mail->language != NULL ? mail->language : mail->contact->language);
    store_bind_text(s, 6, routes_for(mailroom_of(call)->routes, mail->contact->address));
    store_bind_int(s, 7, kind->list != NULL);
    store_bind_int(s, 8, state);
    int rc = bind_facts(call, s, 9, mail->facts);
    store_bind_int(s, 10, call->now_us);
    store_bind_int(s, 11, mail->due_at != 0 ? mail->due_at : call->now_us);
    if (state > MAIL_HELD) {
        store_bind_int(s, 12, call->now_us);
        store_bind_text(s, 13, "suspended");
    }
    if (rc != 0) {
        store_reset(s);
        return rc;
    }
    rc = store_run(s);
    if (rc != 0 || store_changes(call->store) == 0)
        return rc;
    // The proof of a consent names the mail that asked for it.
    bool asks = kind->asks && state == MAIL_OWED && mail->contact->state == CONTACT_UNCONFIRMED;
    const char *language = mail->language != NULL ? mail->language : mail->contact->language;
    int64_t number = store_last_id(call->store);
    if (state == MAIL_OWED)
        mesh_wake(call);
    if (asks)
        rc = consent_request(call, mail->contact, "mail", language, id);
    if (rc == 0)
        *out = (uint64_t)number;
    return rc;
}

int ledger_owe(struct mesh_call *call, const struct owed_mail *mail, uint64_t *number) {
    uint64_t ignored;
    number = number != NULL ? number : &ignored;
    *number = 0;
    char id[ID_TEXT_MAX];
    id_of(call, mail, id);
    enum mail_state state;
    int rc = first_state(call, mail, &state);
    struct owed_mail paced = *mail;
    if (rc == 0 && state == MAIL_OWED) {
        rc = known(call, id);
        if (rc != 0)
            return rc < 0 ? rc : 0;
        rc = spend(call, mail->contact, mail->kind, &paced.due_at);
    }
    return rc == 0 ? write_down(call, &paced, id, state, number) : rc;
}

struct change {
    enum mail_move move;
    const char *reason;   // NULL: as it was
    const char *list;     // only mails of this list; NULL: all
    int kind;             // -1: all
};

static bool wanted(const struct change *change, const struct mail_row *row) {
    int kind = mail_kind_of(row->kind);
    if (change->kind >= 0 && kind != change->kind)
        return false;
    if (change->list == NULL)
        return true;
    const char *list = kind >= 0 ? mail_kind_row((enum mail_kind)kind)->list : NULL;
    return list != NULL && strcmp(list, change->list) == 0;
}

static int pace(struct mesh_call *call, struct mail_row *row) {
    struct contact contact;
    int kind = mail_kind_of(row->kind);
    if (kind < 0 || !anybodys((enum mail_kind)kind) || row->contact == NULL)
        return 0;
    int rc = contact_by_id(call, row->contact, &contact);
    return rc == 0 ? ration_due(call, contact.address, &row->due_at) : rc == PROBLEM_NOT_FOUND ? 0 : rc;
}

// A mail that asks and never left is none that its reader was asked by: else who sends something in again while the mail server is down
// would wait for an answer that cannot come.
static int give_back(struct mesh_call *call, const struct mail_row *row) {
    struct contact contact;
    int kind = mail_kind_of(row->kind), rc = PROBLEM_NOT_FOUND;
    if (kind >= 0 && mail_kind_row((enum mail_kind)kind)->asks && row->contact != NULL)
        rc = contact_by_id(call, row->contact, &contact);
    return rc == 0 ? ration_not_asked(call, contact.address, row->owed_at) : rc == PROBLEM_NOT_FOUND ? 0 : rc;
}

static int change_row(struct mesh_call *call, const struct change *change, struct mail_row *row) {
    bool never_left = change->move == MAIL_DROP && row->state == MAIL_OWED && !row->handed;
    if (!wanted(change, row) || !mail_row_move(row, change->move, call->now_us))
        return 0;
    if (change->reason != NULL && (row->reason = arena_text(call->arena, change->reason)) == NULL)
        return STORE_FAULT;
    int rc = never_left ? give_back(call, row) : change->move == MAIL_WAKE ? pace(call, row) : 0;
    return rc == 0 ? mail_row_save(call, row) : rc;
}

// Reads numbers first: a statement that is open while its table changes may meet a row twice, or never.
static int numbers(struct store_statement *s, int64_t after, int64_t found[MOVED_AT_ONCE], int *count) {
    store_bind_int(s, 2, after);
    store_bind_int(s, 3, MOVED_AT_ONCE);
    int rc;
    for (*count = 0; (rc = store_step(s)) == 1; (*count)++)
        found[*count] = store_int(s, 0);
    store_reset(s);
    return rc;
}

static int change_all(struct mesh_call *call, const char *sql, const char *key, const struct change *change) {
    int64_t found[MOVED_AT_ONCE], after = 0;
    int rc = 0, count = MOVED_AT_ONCE;
    while (rc == 0 && count == MOVED_AT_ONCE) {
        struct store_statement *s = store_prepare(call->store, sql);
        store_bind_text(s, 1, key);
        rc = numbers(s, after, found, &count);
        for (int i = 0; rc == 0 && i < count; i++) {
            struct mail_row row;
            rc = mail_row_load(call, found[i], &row);
            rc = rc == 0 ? change_row(call, change, &row) : rc;
            after = found[i];
        }
    }
    return rc;
}

static const char open_to[] = "SELECT n FROM mail WHERE contact = ?1 AND state <= 5 AND n > ?2 ORDER BY n LIMIT ?3";
static const char open_about[] = "SELECT n FROM mail WHERE subject_id = ?1 AND subject_id <> '' AND state <= 5 AND n > ?2 ORDER BY n LIMIT ?3";

int ledger_wake(struct mesh_call *call, const char *contact_id) {
    // What only asks is pointless by now.
    int rc = change_all(call, open_to, contact_id, &(struct change){MAIL_DROP, "overtaken", NULL, MAIL_CONFIRM});
    return rc != 0 ? rc : change_all(call, open_to, contact_id, &(struct change){MAIL_WAKE, NULL, NULL, -1});
}

int ledger_drop(struct mesh_call *call, const char *subject_id, int kind, const char *reason) {
    return change_all(call, open_about, subject_id, &(struct change){MAIL_DROP, reason, NULL, kind});
}

int ledger_drop_to(struct mesh_call *call, const char *contact_id, const char *list, const char *reason) {
    return change_all(call, open_to, contact_id, &(struct change){MAIL_DROP, reason, list, -1});
}

int ledger_drop_kind_to(struct mesh_call *call, const char *contact_id, enum mail_kind kind, const char *reason) {
    return change_all(call, open_to, contact_id, &(struct change){MAIL_DROP, reason, NULL, (int)kind});
}

int ledger_fail_to(struct mesh_call *call, const char *contact_id, const char *reason) {
    return change_all(call, open_to, contact_id, &(struct change){MAIL_GIVE_UP, reason, NULL, -1});
}

// A mail without an addressee cannot be sent: what is open ends first.
int ledger_forget_subject(struct mesh_call *call, const char *subject_id) {
    int rc = ledger_drop(call, subject_id, -1, "erased");
    if (rc != 0)
        return rc;
    struct store_statement *s =
        store_prepare(call->store, "UPDATE mail SET " MAIL_FORGOTTEN ", subject_id = ''"
                                   " WHERE subject_id = ?1 AND subject_id <> ''");
    store_bind_text(s, 1, subject_id);
    store_forget(call->store);
    return store_run(s);
}

int ledger_forget_contact(struct mesh_call *call, const char *contact_id) {
    int rc = ledger_drop_to(call, contact_id, NULL, "erased");
    if (rc != 0)
        return rc;
    struct store_statement *s = store_prepare(call->store, "UPDATE mail SET " MAIL_FORGOTTEN " WHERE contact = ?1");
    store_bind_text(s, 1, contact_id);
    store_forget(call->store);
    return store_run(s);
}
