// From the life of a submission to the mails it owes. What was told once is not told again: the key names submission and transition.
// A mail that has been overtaken before it was sent is dropped, visibly; so a reader hears where things stand and not a history.
#include "services/notifications/follows.h"
#include "services/notifications/ledger.h"
#include "services/notifications/matter.h"
#include "services/notifications/reminder.h"
#include "services/notifications/staff_mail.h"
#include <string.h>

static const enum mail_kind decisions[] = {MAIL_ACCEPTED, MAIL_REJECTED, MAIL_DUPLICATE};
enum { DECISIONS = sizeof decisions / sizeof *decisions, FACTS_MOST = 4 };

// ---- facts: only what cannot be derived when the mail is written

struct facts {
    Kosi__MailFacts all;
    Kosi__MailFact items[FACTS_MOST], *list[FACTS_MOST];
};

static void facts_begin(struct facts *facts) {
    kosi__mail_facts__init(&facts->all);
    facts->all.facts = facts->list;
}

static void fact(struct facts *facts, const char *name, const char *value) {
    size_t n = facts->all.n_facts;
    if (n == FACTS_MOST || value == NULL || *value == '\0')
        return;
    kosi__mail_fact__init(&facts->items[n]);
    facts->items[n].name = (char *)(uintptr_t)name;
    facts->items[n].value = (char *)(uintptr_t)value;
    facts->list[n] = &facts->items[n];
    facts->all.n_facts++;
}

// What is owed for a record: the kind of mail is the transition that its key names.
struct due { const struct mesh_record *record; enum mail_kind kind; const Kosi__MailFacts *facts; };

static int owe_to(struct mesh_call *call, const struct contact *contact, const struct matter *matter, const struct due *due) {
    const char *dedup = arena_format(call->arena, "submission/%s/%s/%lld", due->record->subject, mail_kind_row(due->kind)->name, (long long)due->record->at);
    if (dedup == NULL)
        return STORE_FAULT;
    struct owed_mail mail = {.kind = due->kind, .dedup = dedup, .at = due->record->at, .contact = contact, .subject_id = matter->id,
                             .language = matter->language, .facts = due->facts};
    return ledger_owe(call, &mail, NULL);
}

static int owe(struct mesh_call *call, const struct matter *matter, const struct due *due) {
    struct contact contact;
    if (matter->contact == NULL)
        return 0;
    int rc = contact_by_id(call, matter->contact, &contact);
    if (rc != 0)
        return rc == PROBLEM_NOT_FOUND ? 0 : rc;   // forgotten meanwhile
    return owe_to(call, &contact, matter, due);
}

static int drop_decisions(struct mesh_call *call, const char *id) {
    int rc = 0;
    for (int i = 0; i < DECISIONS && rc == 0; i++)
        rc = ledger_drop(call, id, (int)decisions[i], "overtaken");
    return rc;
}

// ---- received and corrected: who is to be told

// No address is left behind without its last use.
static int leave_contact(struct mesh_call *call, const char *contact) {
    return contact != NULL ? contact_tidy(call, contact) : 0;
}

// contact: is set where the matter has one.
static int meet(struct mesh_call *call, const struct mesh_record *record, struct matter *matter, struct contact *contact) {
    Kosi__SubmissionContact *to =
        record->private_content == NULL
            ? NULL
            : kosi__submission_contact__unpack(arena_allocator(call->arena), record->private_size, record->private_content);
    if (record->private_content != NULL && to == NULL)
        return PROBLEM_VALIDATION;
    matter->contact = NULL;
    if (to == NULL)
        return 0;
    matter->address_changes = to->address_changes;
    matter->language = to->language && strcmp(to->language, "en") == 0 ? (char *)(uintptr_t)"en" : (char *)(uintptr_t)"de";
    matter->receipt = to->receipt ? to->receipt : matter->receipt;
    matter->form_title = to->form_title ? to->form_title : matter->form_title;
    if (to->email == NULL || *to->email == '\0')
        return 0;
    int rc = contact_meet(call, to->email, matter->language, contact);
    matter->contact = rc == 0 ? contact->id : NULL;
    return rc;
}

static int received(struct mesh_call *call, const struct mesh_record *record) {
    struct matter matter = {.id = (char *)(uintptr_t)record->subject,
                            .language = (char *)(uintptr_t)"de",
                            .receipt = (char *)(uintptr_t)"",
                            .form_title = (char *)(uintptr_t)"",
                            .received_at = record->at,
                            .undecided = true};
    if (record->content == NULL)
        return 0;   // erased since
    struct contact contact;
    int rc = meet(call, record, &matter, &contact);
    if (rc == 0)
        rc = matter_save(call, &matter);
    if (rc == 0 && matter.contact != NULL)
        rc = owe_to(call, &contact, &matter, &(struct due){record, MAIL_RECEIVED, NULL});
    return rc != 0 ? rc : staff_mail_new(call, &matter);
}

// Another address gets the receipt with its link, in place of the one before, which must not get more. That one is the sender's mistake
// to undo: somebody else may read there, and has a link that opens nothing any more.
static int corrected(struct mesh_call *call, const struct mesh_record *record) {
    struct matter matter;
    struct contact contact;
    int rc = record->content != NULL ? matter_load(call, record->subject, &matter) : PROBLEM_NOT_FOUND;
    if (rc != 0)
        return rc == PROBLEM_NOT_FOUND ? 0 : rc;
    const char *before = matter.contact;
    uint32_t changes_before = matter.address_changes;
    rc = meet(call, record, &matter, &contact);
    if (rc == 0)
        rc = matter_save(call, &matter);
    bool same = (before == NULL) == (matter.contact == NULL) && (before == NULL || strcmp(before, matter.contact) == 0);
    if (rc != 0 || (same && matter.address_changes == changes_before))
        return rc;
    for (int kind = 0; kind < MAIL_KINDS && rc == 0; kind++)
        if (!mail_kind_row((enum mail_kind)kind)->staff)
            rc = ledger_drop(call, matter.id, kind, "overtaken");
    if (rc == 0)
        rc = leave_contact(call, before);
    return rc != 0 ? rc : owe(call, &matter, &(struct due){record, MAIL_RECEIVED, NULL});
}

// ---- decided

static int decided(struct mesh_call *call, const struct mesh_record *record, enum mail_kind kind, const char *entry_id,
                   const Kosi__MailFacts *facts) {
    struct matter matter;
    int rc = matter_load(call, record->subject, &matter);
    if (rc != 0)
        return rc == PROBLEM_NOT_FOUND ? 0 : rc;   // from before this service was there
    matter.undecided = false;
    matter.entry_id = entry_id ? (char *)(uintptr_t)entry_id : matter.entry_id;
    rc = matter_save(call, &matter);
    if (rc == 0)
        rc = drop_decisions(call, matter.id);
    if (rc == 0)
        rc = ledger_drop(call, matter.id, MAIL_REOPENED, "overtaken");
    if (rc == 0)
        rc = ledger_drop(call, matter.id, MAIL_STAFF_NEW, "overtaken");
    return rc != 0 ? rc : owe(call, &matter, &(struct due){record, kind, facts});
}

static int accepted(struct mesh_call *call, const struct mesh_record *record) {
    const Kosi__SubmissionAccepted *content = (const Kosi__SubmissionAccepted *)record->content;
    struct facts facts;
    if (content == NULL)
        return 0;
    facts_begin(&facts);
    fact(&facts, "entry_id", content->entry_id);
    fact(&facts, "title", content->entry ? content->entry->title : NULL);
    return decided(call, record, MAIL_ACCEPTED, content->entry_id, &facts.all);
}

static int rejected(struct mesh_call *call, const struct mesh_record *record) {
    const Kosi__SubmissionRejected *content = (const Kosi__SubmissionRejected *)record->content;
    struct facts facts;
    if (content == NULL)
        return 0;
    facts_begin(&facts);
    fact(&facts, "reason", content->reason);
    return decided(call, record, MAIL_REJECTED, NULL, &facts.all);
}

// Of the other entry only the id is kept: its sender may erase it, and its title is looked up when the mail is written.
static int duplicate(struct mesh_call *call, const struct mesh_record *record) {
    const Kosi__SubmissionDuplicate *content = (const Kosi__SubmissionDuplicate *)record->content;
    struct facts facts;
    if (content == NULL || content->duplicate_of == NULL)
        return 0;
    facts_begin(&facts);
    fact(&facts, "entry_id", content->duplicate_of);
    return decided(call, record, MAIL_DUPLICATE, NULL, &facts.all);
}

// ---- reopened, withdrawn, erased

// Is the last that was told, or may have been, a decision? What a sender has may be on its way. 1, 0 or a store_error.
static int told_decision(struct mesh_call *call, const char *id) {
    struct store_statement *s =
        store_prepare(call->store, "SELECT kind <> ?2 FROM mail WHERE subject_id = ?1 AND subject_id <> ''"
                                   " AND (kind = ?2 OR kind = ?3 OR kind = ?4 OR kind = ?5) AND (state = ?6 OR state = ?7) ORDER BY n DESC LIMIT 1");
    store_bind_text(s, 1, id);
    store_bind_text(s, 2, mail_kind_row(MAIL_REOPENED)->name);
    for (int i = 0; i < DECISIONS; i++)
        store_bind_text(s, 3 + i, mail_kind_row(decisions[i])->name);
    store_bind_int(s, 3 + DECISIONS, MAIL_LEASED);
    store_bind_int(s, 4 + DECISIONS, MAIL_SENT);
    int row = store_step(s);
    bool told = row == 1 && store_int(s, 0) != 0;
    store_reset(s);
    return row < 0 ? row : told;
}

// Who never heard of the decision needs not hear that it is open again.
static int reopened(struct mesh_call *call, const struct mesh_record *record) {
    struct matter matter;
    int rc = matter_load(call, record->subject, &matter);
    if (rc != 0)
        return rc == PROBLEM_NOT_FOUND ? 0 : rc;
    int told = told_decision(call, matter.id);
    if (told < 0)
        return told;
    matter.undecided = true;
    rc = matter_save(call, &matter);
    if (rc == 0)
        rc = drop_decisions(call, matter.id);
    return rc != 0 || !told ? rc : owe(call, &matter, &(struct due){record, MAIL_REOPENED, NULL});
}

static int withdrawn(struct mesh_call *call, const struct mesh_record *record) {
    struct matter matter;
    int rc = matter_load(call, record->subject, &matter);
    if (rc != 0)
        return rc == PROBLEM_NOT_FOUND ? 0 : rc;
    matter.undecided = false;
    rc = matter_save(call, &matter);
    if (rc == 0)
        rc = ledger_drop(call, matter.id, -1, "overtaken");
    if (rc == 0 && matter.entry_id != NULL)
        rc = ledger_drop(call, matter.entry_id, -1, "overtaken");
    return rc != 0 ? rc : owe(call, &matter, &(struct due){record, MAIL_WITHDRAWN, NULL});
}

static int forget_subject(struct mesh_call *call, const char *id) {
    int rc = reminder_drop_subject(call, id, "erased");
    if (rc == 0)
        rc = ledger_drop(call, id, -1, "erased");
    return rc != 0 ? rc : ledger_forget_subject(call, id);
}

// The record is there whatever happened before; where the matter is gone already, nothing is left to forget.
static int erased(struct mesh_call *call, const struct mesh_record *record) {
    struct matter matter;
    int rc = matter_load(call, record->subject, &matter);
    if (rc != 0 && rc != PROBLEM_NOT_FOUND)
        return rc;
    bool known = rc == 0;
    rc = forget_subject(call, record->subject);
    if (rc == 0 && known && matter.entry_id != NULL)
        rc = forget_subject(call, matter.entry_id);
    if (rc == 0 && known)
        rc = matter_forget(call, record->subject);
    return rc == 0 && known ? leave_contact(call, matter.contact) : rc;
}

// ----

static const struct transition {
    const char *type;
    int (*apply)(struct mesh_call *call, const struct mesh_record *record);
} transitions[] = {
    {"SubmissionReceived", received},   {"SubmissionCorrected", corrected}, {"SubmissionAccepted", accepted},
    {"SubmissionRejected", rejected},   {"SubmissionDuplicate", duplicate}, {"SubmissionReopened", reopened},
    {"SubmissionWithdrawn", withdrawn}, {"SubmissionErased", erased},    {"ReminderSet", reminder_apply},
    {"ReminderDropped", reminder_apply},
};
static const char *const types[] = {"SubmissionReceived",  "SubmissionCorrected", "SubmissionAccepted",  "SubmissionRejected",
                                    "SubmissionDuplicate", "SubmissionReopened",  "SubmissionWithdrawn", "SubmissionErased",
                                    "ReminderSet",         "ReminderDropped",     NULL};

static int apply(struct mesh_call *call, const struct mesh_record *record) {
    for (size_t i = 0; i < sizeof transitions / sizeof *transitions; i++)
        if (strcmp(transitions[i].type, record->type) == 0)
            return transitions[i].apply(call, record);
    return 0;
}

const struct mesh_follow follow_submissions = {"submissions", types, true, apply};
