// What a member of staff wants to be told by mail: their own settings, set by nobody else. The address is asked to confirm like anyone's.
#include "services/notifications/ledger.h"
#include "services/notifications/staff_mail.h"
#include "notifications.handlers.h"
#include <string.h>

static char none[] = "none", german[] = "de";

static char *joined(struct mesh_call *call, char *const *roles, size_t n) {
    char *text = arena_text(call->arena, "");
    for (size_t i = 0; text && i < n; i++)
        text = arena_format(call->arena, "%s%s%s", text, *text ? " " : "", roles[i]);
    return text;
}

// The settings as they are, or as they are before anything was set.
static int own(struct mesh_call *call, struct staff *out) {
    int rc = staff_load(call, call->actor->id, out);
    if (rc != PROBLEM_NOT_FOUND)
        return rc;
    *out = (struct staff){.account = call->actor->id, .new_submissions = none, .language = german};
    return 0;
}

static int show(struct mesh_call *call, const struct staff *staff, Kosi__StaffMailSettings *reply) {
    struct contact contact;
    int rc = staff->contact ? contact_by_id(call, staff->contact, &contact) : PROBLEM_NOT_FOUND;
    if (rc < 0)
        return rc;
    bool known = rc == 0;
    reply->email = known ? contact.address : NULL;
    reply->new_submissions = staff->new_submissions;
    reply->has_overdue = reply->has_confirmed = reply->has_suspended = true;
    reply->overdue = staff->overdue;
    reply->language = staff->language;
    reply->confirmed = known && contact.state == CONTACT_CONFIRMED && staff->proven;
    reply->suspended = known && contact.state == CONTACT_SUSPENDED;
    return 0;
}

int notifications_get_staff_mail(struct mesh_call *call, const Kosi__StaffMailRequest *request, Kosi__StaffMailSettings *reply) {
    (void)request;
    struct staff staff;
    int rc = own(call, &staff);
    return rc != 0 ? rc : show(call, &staff, reply);
}

static int check(struct mesh_call *call, const Kosi__StaffMailSettings *request) {
    const char *when = request->new_submissions ? request->new_submissions : none;
    bool wants = strcmp(when, none) != 0 || request->overdue;
    if (strcmp(when, "at_once") != 0 && strcmp(when, "daily") != 0 && strcmp(when, none) != 0)
        mesh_violation(call, "new_submissions", "not_an_option", 0);
    if (wants && (request->email == NULL || *request->email == '\0'))
        mesh_violation(call, "email", "required", 0);
    return call->violations.count ? PROBLEM_VALIDATION : 0;
}

// Asking is rationed: one that has just been asked, for whatever reason, has the link already. Also one that somebody has confirmed is
// asked, since that may be somebody else: a link for a new password would go there.
static int ask(struct mesh_call *call, const struct staff *staff, const struct contact *contact) {
    bool may = false;
    int rc = 0;
    if (contact->state == CONTACT_UNCONFIRMED)
        rc = contact_would_ask(call, contact, &may);
    else if (contact->state == CONTACT_CONFIRMED && !staff->proven)
        rc = contact_may_ask(call, contact, &may);
    if (rc != 0 || !may)
        return rc;
    const char *dedup = arena_format(call->arena, "staff/%s/confirm/%lld", staff->account, (long long)call->now_us);
    struct owed_mail mail = {.kind = MAIL_CONFIRM, .dedup = dedup, .contact = contact, .subject_id = "", .language = staff->language};
    return dedup ? ledger_owe(call, &mail, NULL) : STORE_FAULT;
}

static int take_address(struct mesh_call *call, const char *email, struct staff *staff, struct contact *contact) {
    staff->contact = NULL;
    if (email == NULL || *email == '\0')
        return 0;
    int rc = contact_meet(call, email, staff->language, contact);
    staff->contact = rc == 0 ? contact->id : NULL;
    return rc;
}

// Whoever read the address until now is told, in case it was not them. About no subject: nothing that is overtaken takes it along.
static int tell(struct mesh_call *call, const struct staff *before, const struct contact *contact) {
    Kosi__MailFact login = KOSI__MAIL_FACT__INIT, *list[] = {&login};
    Kosi__MailFacts facts = KOSI__MAIL_FACTS__INIT;
    login.name = (char *)"login";
    login.value = before->login;
    facts.facts = list;
    facts.n_facts = 1;
    const char *dedup = arena_format(call->arena, "staff/%s/address/%lld", before->account, (long long)call->now_us);
    struct owed_mail mail = {.kind = MAIL_STAFF_ADDRESS, .dedup = dedup, .contact = contact, .subject_id = "",
                             .language = before->language, .facts = &facts};
    return dedup ? ledger_owe(call, &mail, NULL) : STORE_FAULT;
}

// What was on its way to the address before is not for it any more; that may be a stranger's by now.
static int leave(struct mesh_call *call, const struct staff *before) {
    struct contact contact;
    int rc = staff_drop(call, before, "overtaken");
    if (rc == 0 && before->contact != NULL)
        rc = contact_by_id(call, before->contact, &contact);
    if (rc != 0 || before->contact == NULL)
        return rc;
    bool told = before->proven && contact.state == CONTACT_CONFIRMED;
    return told ? tell(call, before, &contact) : contact_tidy(call, before->contact);
}

static bool same_text(const char *one, const char *other) {
    return one == other || (one != NULL && other != NULL && strcmp(one, other) == 0);
}

// A link for a new password goes to the address, so whoever sets it has shown the present one (session_vouch).
static int may_change_address(struct mesh_call *call) {
    if (call->actor->has_vouched && call->actor->vouched)
        return 0;
    mesh_violation(call, "password", "required", 0);
    return PROBLEM_VALIDATION;
}

int notifications_set_staff_mail(struct mesh_call *call, const Kosi__StaffMailSettings *request, Kosi__StaffMailSettings *reply) {
    struct staff before, staff;
    struct contact contact;
    int rc = check(call, request);
    if (rc == 0)
        rc = own(call, &before);
    if (rc != 0)
        return rc;
    call->audit_subject = call->actor->id;
    staff = before;
    staff.login = call->actor->login;
    staff.roles = joined(call, call->actor->roles, call->actor->n_roles);
    staff.new_submissions = request->new_submissions ? request->new_submissions : none;
    staff.overdue = request->overdue;
    staff.language = request->language && *request->language ? request->language : german;
    staff.disabled = false;   // who acts may sign in
    if (staff.roles == NULL)
        return STORE_FAULT;
    rc = take_address(call, request->email, &staff, &contact);
    bool same = same_text(before.contact, staff.contact);
    staff.proven = before.proven && same;
    call->audit_detail = same ? "own mails" : "address changed";
    if (rc == 0 && !same)
        rc = may_change_address(call);
    if (rc == 0)
        rc = staff_save(call, &staff);
    if (rc == 0 && !same)
        rc = leave(call, &before);
    if (rc == 0 && staff.contact != NULL)
        rc = ask(call, &staff, &contact);
    return rc != 0 ? rc : show(call, &staff, reply);
}
