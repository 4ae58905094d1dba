#include "services/notifications/reminder.h"
#include "services/common/base/clock.h"
#include "services/notifications/ledger.h"
#include "services/notifications/matter.h"
#include <string.h>

enum { DUE_AT_ONCE = 50, OLD_AT_ONCE = 500, KEY_MAX = 200 };

struct due {
    int64_t n, until;   // until 0: never pointless
    char *key, *kind, *subject_id;
    Kosi__MailFacts *facts;
};

// ---- set and dropped

static int due_time(const Kosi__ReminderSet *set, int64_t *out) {
    if (set->local_time != NULL && set->local_time[0] != '\0')
        return clock_local_to_wall(set->local_time, out) == 0 ? 0 : PROBLEM_VALIDATION;
    *out = set->at;
    return set->has_at ? 0 : PROBLEM_VALIDATION;
}

static bool is_sound(const Kosi__ReminderSet *set) {
    int kind = set->kind != NULL ? mail_kind_of(set->kind) : -1;
    return set->key != NULL && set->key[0] != '\0' && strlen(set->key) <= KEY_MAX && set->subject_id != NULL && kind >= 0 &&
           !mail_kind_row((enum mail_kind)kind)->staff;
}

static void *pack_facts(struct mesh_call *call, const Kosi__ReminderSet *set, size_t *size) {
    Kosi__MailFacts facts = KOSI__MAIL_FACTS__INIT;
    facts.facts = set->facts;
    facts.n_facts = set->n_facts;
    *size = kosi__mail_facts__get_packed_size(&facts);
    uint8_t *bytes = arena_take(call->arena, *size + 1);
    if (bytes != NULL)
        kosi__mail_facts__pack(&facts, bytes);
    return bytes;
}

// What ended as owed has been sent, or will be: the same key does not send again.
static int set_reminder(struct mesh_call *call, const Kosi__ReminderSet *set) {
    int64_t due_at;
    size_t size;
    if (!is_sound(set) || due_time(set, &due_at) != 0)
        return PROBLEM_VALIDATION;
    void *facts = pack_facts(call, set, &size);
    if (facts == NULL)
        return STORE_FAULT;
    struct store_statement *s = store_prepare(
        call->store, "INSERT INTO reminder(key, kind, subject_id, due_at, until, facts) VALUES (?1, ?2, ?3, ?4, ?5, ?6)"
                     " ON CONFLICT (key) DO UPDATE SET kind = ?2, subject_id = ?3, due_at = ?4, until = ?5, facts = ?6, ended_at = NULL,"
                     " outcome = NULL WHERE outcome IS NULL OR outcome <> 'owed'");
    store_bind_text(s, 1, set->key);
    store_bind_text(s, 2, set->kind);
    store_bind_text(s, 3, set->subject_id);
    store_bind_int(s, 4, due_at);
    if (set->has_until && set->until > 0)
        store_bind_int(s, 5, set->until);
    store_bind_blob(s, 6, facts, size);
    return store_run(s);
}

// Its mail, if there is one that is still open, says what is no longer so.
static int drop_mails(struct mesh_call *call, const char *subject_id, const char *kind, const char *reason) {
    return ledger_drop(call, subject_id, mail_kind_of(kind), reason);
}

static int drop_key(struct mesh_call *call, const char *key) {
    struct store_statement *s = store_prepare(call->store, "SELECT subject_id, kind FROM reminder WHERE key = ?1");
    store_bind_text(s, 1, key);
    int rc = store_step(s);
    bool found = rc == 1;
    char *subject_id = found ? arena_text(call->arena, store_text(s, 0)) : NULL, *kind = found ? arena_text(call->arena, store_text(s, 1)) : NULL;
    store_reset(s);
    if (!found)
        return rc;
    if (subject_id == NULL || kind == NULL)
        return STORE_FAULT;
    s = store_prepare(call->store, "UPDATE reminder SET ended_at = ?2, outcome = 'dropped' WHERE key = ?1 AND ended_at IS NULL");
    store_bind_text(s, 1, key);
    store_bind_int(s, 2, call->now_us);
    rc = store_run(s);
    return rc ? rc : drop_mails(call, subject_id, kind, "overtaken");
}

static int forget(struct mesh_call *call, const char *subject_id) {
    struct store_statement *s = store_prepare(call->store, "DELETE FROM reminder WHERE subject_id = ?1");
    store_bind_text(s, 1, subject_id);
    return store_run(s);
}

int reminder_drop_subject(struct mesh_call *call, const char *subject_id, const char *reason) {
    if (subject_id == NULL || subject_id[0] == '\0')
        return 0;
    struct store_statement *s =
        store_prepare(call->store, "UPDATE reminder SET ended_at = ?2, outcome = 'dropped' WHERE subject_id = ?1 AND ended_at IS NULL");
    store_bind_text(s, 1, subject_id);
    store_bind_int(s, 2, call->now_us);
    int rc = store_run(s);
    char *kinds[MAIL_KINDS];
    int count = 0;
    s = store_prepare(call->store, "SELECT DISTINCT kind FROM reminder WHERE subject_id = ?1 AND outcome = 'owed'");
    store_bind_text(s, 1, subject_id);
    while (rc == 0 && count < MAIL_KINDS && (rc = store_step(s)) == 1) {
        kinds[count] = arena_text(call->arena, store_text(s, 0));
        rc = kinds[count++] != NULL ? 0 : STORE_FAULT;
    }
    store_reset(s);
    for (int i = 0; i < count && rc == 0; i++)
        rc = drop_mails(call, subject_id, kinds[i], reason);
    return rc == 0 && strcmp(reason, "erased") == 0 ? forget(call, subject_id) : rc;
}

int reminder_apply(struct mesh_call *call, const struct mesh_record *record) {
    if (record->content == NULL)
        return 0;   // erased since
    if (strcmp(record->type, "ReminderSet") == 0)
        return set_reminder(call, (const Kosi__ReminderSet *)record->content);
    if (strcmp(record->type, "ReminderDropped") != 0)
        return 0;
    const Kosi__ReminderDropped *dropped = (const Kosi__ReminderDropped *)record->content;
    if (dropped->key != NULL && dropped->key[0] != '\0')
        return drop_key(call, dropped->key);
    return reminder_drop_subject(call, dropped->subject_id, "overtaken");
}

// ---- due

static int read_due(struct mesh_call *call, struct store_statement *s, struct due *out) {
    size_t size = 0;
    const void *facts = store_blob(s, 5, &size);
    *out = (struct due){.n = store_int(s, 0), .until = store_is_null(s, 4) ? 0 : store_int(s, 4),
                        .key = arena_text(call->arena, store_text(s, 1)), .kind = arena_text(call->arena, store_text(s, 2)),
                        .subject_id = arena_text(call->arena, store_text(s, 3)),
                        .facts = kosi__mail_facts__unpack(arena_allocator(call->arena), size, facts)};
    return out->key && out->kind && out->subject_id && out->facts ? 0 : STORE_FAULT;
}

static int find_due(struct mesh_call *call, struct due out[DUE_AT_ONCE]) {
    struct store_statement *s = store_prepare(call->store, "SELECT n, key, kind, subject_id, until, facts FROM reminder"
                                                           " WHERE ended_at IS NULL AND due_at <= ?1 ORDER BY due_at LIMIT ?2");
    int count = 0, rc;
    store_bind_int(s, 1, call->now_us);
    store_bind_int(s, 2, DUE_AT_ONCE);
    while ((rc = store_step(s)) == 1 && (rc = read_due(call, s, &out[count])) == 0)
        count++;
    store_reset(s);
    return rc < 0 ? rc : count;
}

// Whoever is known by what it is about: an entry, or a submission. PROBLEM_NOT_FOUND: nobody (any more).
static int find_reader(struct mesh_call *call, const char *subject_id, struct matter *matter, struct contact *contact) {
    int rc = matter_of_entry(call, subject_id, matter);
    if (rc == PROBLEM_NOT_FOUND)
        rc = matter_load(call, subject_id, matter);
    if (rc == 0 && matter->contact == NULL)
        rc = PROBLEM_NOT_FOUND;
    return rc ? rc : contact_by_id(call, matter->contact, contact);
}

// told: to who set it, and how far it gets.
static int owe(struct mesh_call *call, const struct due *due, const char **outcome, const char **told) {
    static const char *const words[] = {[CONTACT_UNCONFIRMED] = "unconfirmed", [CONTACT_CONFIRMED] = "written", [CONTACT_SUSPENDED] = "suspended"};
    struct matter matter;
    struct contact contact;
    int rc = find_reader(call, due->subject_id, &matter, &contact);
    *outcome = rc == 0 ? "owed" : "nobody";
    *told = rc == 0 ? words[contact.state] : "nobody";
    if (rc != 0)
        return rc == PROBLEM_NOT_FOUND ? 0 : rc;
    struct owed_mail mail = {.kind = (enum mail_kind)mail_kind_of(due->kind), .contact = &contact, .subject_id = due->subject_id,
                             .language = matter.language, .facts = due->facts,
                             .dedup = arena_format(call->arena, "reminder/%s", due->key)};
    uint64_t number;
    return mail.dedup == NULL ? STORE_FAULT : ledger_owe(call, &mail, &number);
}

static int tell(struct mesh_call *call, const struct due *due, const char *outcome) {
    Kosi__ReminderEnded content = KOSI__REMINDER_ENDED__INIT;
    content.key = due->key;
    content.kind = due->kind;
    content.subject_id = due->subject_id;
    content.outcome = (char *)(uintptr_t)outcome;
    return mesh_log(call, due->subject_id, &content.base, NULL);
}

static int end_one(struct mesh_call *call, const struct due *due) {
    const char *outcome = "pointless", *told = "pointless";
    int rc = due->until != 0 && due->until <= call->now_us ? 0 : owe(call, due, &outcome, &told);
    rc = rc ? rc : tell(call, due, told);
    if (rc != 0)
        return rc;
    struct store_statement *s = store_prepare(call->store, "UPDATE reminder SET ended_at = ?2, outcome = ?3 WHERE n = ?1");
    store_bind_int(s, 1, due->n);
    store_bind_int(s, 2, call->now_us);
    store_bind_text(s, 3, outcome);
    return store_run(s);
}

int reminder_run(struct mesh_call *call) {
    struct due due[DUE_AT_ONCE];
    int count = find_due(call, due), rc = count < 0 ? count : 0;
    for (int i = 0; i < count && rc == 0; i++)
        rc = end_one(call, &due[i]);
    if (rc != 0)
        return rc < 0 ? rc : STORE_FAULT;   // a positive one would commit what was half done
    return count == DUE_AT_ONCE;
}

// Set once more after that, it would still not be sent twice: its mail stays in the ledger.
int reminder_forget_old(struct mesh_call *call) {
    static const int64_t us_per_day = 24LL * 3600 * 1000 * 1000;
    struct store_statement *s = store_prepare(call->store, "DELETE FROM reminder WHERE n IN (SELECT n FROM reminder WHERE ended_at IS NOT NULL"
                                                           " AND ended_at < ?1 ORDER BY ended_at LIMIT ?2)");
    store_bind_int(s, 1, call->now_us - call->config->mail_keep_days * us_per_day);
    store_bind_int(s, 2, OLD_AT_ONCE);
    int rc = store_run(s);
    return rc ? rc : store_changes(call->store) == OLD_AT_ONCE;
}
