// From the log of accounts: who of the staff may be written to, and a link for a new password.
#include "services/notifications/follows.h"
#include "services/notifications/ledger.h"
#include "services/notifications/reminder.h"
#include "services/notifications/staff_mail.h"
#include "services/common/base/log.h"
#include <stdio.h>
#include <string.h>

static char *joined(struct mesh_call *call, char *const *roles, size_t n) {
    char *text = arena_text(call->arena, "");
    for (size_t i = 0; text && i < n; i++)
        text = arena_format(call->arena, "%s%s%s", text, *text ? " " : "", roles[i]);
    return text;
}

// Who does not work here any more is not written to: the address goes. Whoever comes back gives theirs again.
static int forget_address(struct mesh_call *call, struct staff *staff) {
    const char *contact = staff->contact;
    staff->contact = NULL;
    staff->new_submissions = arena_text(call->arena, "none");
    staff->overdue = staff->proven = false;
    int rc = staff->new_submissions != NULL ? staff_save(call, staff) : STORE_FAULT;
    return rc == 0 && contact != NULL ? contact_tidy(call, contact) : rc;
}

// Only who has settings here is of interest; the settings bring login and roles with them (handle_staff_mail.c).
static int changed(struct mesh_call *call, const struct mesh_record *record) {
    const Kosi__AccountChanged *content = (const Kosi__AccountChanged *)record->content;
    struct staff staff;
    int rc = content != NULL ? staff_load(call, record->subject, &staff) : PROBLEM_NOT_FOUND;
    if (rc != 0)
        return rc == PROBLEM_NOT_FOUND ? 0 : rc;
    staff.login = content->login ? content->login : staff.login;
    staff.roles = joined(call, content->roles, content->n_roles);
    staff.disabled = content->disabled;
    if (staff.roles == NULL)
        return STORE_FAULT;
    rc = staff_save(call, &staff);
    if (rc != 0 || staff_may_know(&staff))
        return rc;
    rc = staff_drop(call, &staff, "overtaken");
    return rc == 0 && staff.disabled ? forget_address(call, &staff) : rc;
}

static int owe_reset(struct mesh_call *call, const struct mesh_record *record, const struct staff *staff, const struct contact *contact) {
    const Kosi__PasswordResetAsked *content = (const Kosi__PasswordResetAsked *)record->content;
    char serial[16], until[24];
    uint64_t number;
    snprintf(serial, sizeof serial, "%u", content->serial);
    snprintf(until, sizeof until, "%lld", (long long)content->until);
    Kosi__MailFact items[3] = {KOSI__MAIL_FACT__INIT, KOSI__MAIL_FACT__INIT, KOSI__MAIL_FACT__INIT};
    Kosi__MailFact *list[3] = {&items[0], &items[1], &items[2]};
    const char *const facts[3][2] = {{"serial", serial}, {"until", until}, {"login", staff->login}};
    for (int i = 0; i < 3; i++) {
        items[i].name = (char *)(uintptr_t)facts[i][0];
        items[i].value = (char *)(uintptr_t)facts[i][1];
    }
    Kosi__MailFacts all = KOSI__MAIL_FACTS__INIT;
    all.n_facts = 3;
    all.facts = list;
    struct owed_mail mail = {.kind = MAIL_PASSWORD_RESET,
                             .dedup = arena_format(call->arena, "reset/%s/%s", staff->account, serial),
                             .contact = contact,
                             .subject_id = staff->account,
                             .language = staff->language,
                             .facts = &all};
    int rc = ledger_drop(call, staff->account, MAIL_PASSWORD_RESET, "overtaken");
    return rc != 0 ? rc : mail.dedup ? ledger_owe(call, &mail, &number) : STORE_FAULT;
}

// Such a link opens an account: it goes to an address that its reader has confirmed, or nowhere. It does not wait.
static int reset_asked(struct mesh_call *call, const struct mesh_record *record) {
    const Kosi__PasswordResetAsked *content = (const Kosi__PasswordResetAsked *)record->content;
    struct staff staff;
    struct contact contact;
    if (content == NULL || content->until <= call->now_us)
        return 0;
    int rc = staff_load(call, record->subject, &staff);
    if (rc == 0)
        rc = staff.contact != NULL ? contact_by_id(call, staff.contact, &contact) : PROBLEM_NOT_FOUND;
    if (rc < 0)
        return rc;
    if (rc == 0 && contact.state == CONTACT_CONFIRMED && staff.proven && !staff.disabled)
        return owe_reset(call, record, &staff, &contact);
    log_event(LOG_INFO_, "reset_without_address", "account", record->subject, NULL);
    return 0;
}

static const char *const types[] = {"AccountChanged", "PasswordResetAsked", "ReminderSet", "ReminderDropped", NULL};

static int apply(struct mesh_call *call, const struct mesh_record *record) {
    if (strcmp(record->type, "AccountChanged") == 0)
        return changed(call, record);
    if (strcmp(record->type, "PasswordResetAsked") == 0)
        return reset_asked(call, record);
    return reminder_apply(call, record);
}

const struct mesh_follow follow_accounts = {"accounts", types, true, apply};
