// What the reader of an address can do: confirm it, subscribe, choose, leave. The secret links of mails say who it is.
#include "services/notifications/consent.h"
#include "services/notifications/ledger.h"
#include "services/notifications/mailroom.h"
#include "services/notifications/preferences.h"
#include "services/notifications/reader.h"
#include "notifications.handlers.h"
#include <string.h>

// ---- confirm

static Kosi__ListOffer *offer(struct mesh_call *call, const char *list, const char *language) {
    Kosi__ListOffer *out = arena_take(call->arena, sizeof *out);
    if (out == NULL)
        return NULL;
    kosi__list_offer__init(out);
    out->list = (char *)list;
    out->wording = (char *)consent_words(mailroom_of(call)->wordings, list, language);
    return out;
}

// Somebody of the staff gave this address as theirs: its reader has not said yes to that, whatever else was confirmed. 1, 0, store_error.
static int staff_asks(struct mesh_call *call, const struct contact *contact) {
    struct store_statement *s = store_prepare(call->store, "SELECT 1 FROM staff WHERE contact = ?1 AND proven = 0");
    store_bind_text(s, 1, contact->id);
    int rc = store_step(s);
    store_reset(s);
    return rc;
}

int notifications_confirm_look(struct mesh_call *call, const Kosi__ContactTokenRequest *request, Kosi__ConfirmLookReply *reply) {
    struct contact contact;
    int rc = contact_by_token(call, LINK_CONFIRM, request->token, &contact);
    if (rc != 0)
        return rc;
    int staff = staff_asks(call, &contact);
    if (staff < 0)
        return staff;
    reply->has_confirmed = true;
    reply->confirmed = contact.state == CONTACT_CONFIRMED && !staff;
    reply->hint = reader_hint(call, contact.address);
    reply->wording = (char *)consent_words(mailroom_of(call)->wordings, "mail", call->locale);
    reply->lists = arena_take(call->arena, CONSENT_LISTS * sizeof *reply->lists);
    for (int i = 1; i < CONSENT_PURPOSES && rc == 0 && reply->lists != NULL; i++) {
        struct consent_open_request asked;
        rc = consent_pending(call, &contact, consent_purposes[i], &asked);
        if (rc == 0 && asked.open && (reply->lists[reply->n_lists] = offer(call, consent_purposes[i], asked.language)) != NULL)
            reply->n_lists++;
    }
    return rc != 0 ? rc : reply->hint != NULL && reply->lists != NULL ? 0 : STORE_FAULT;
}

// Which lists are new since then, as facts of the mail that says so; NULL: none
static Kosi__MailFacts *facts_of_lists(struct mesh_call *call, char *const *lists, size_t count, char *const *before, size_t before_count) {
    BUF_AUTO struct buf text;
    buf_init(&text, 200);
    for (size_t i = 0; i < count; i++)
        if (!consent_has(before, before_count, lists[i]))
            buf_format(&text, "%s%s", text.len > 0 ? " " : "", lists[i]);
    return text.len > 0 ? reader_facts(call, "lists", text.data) : NULL;
}

static int owe_welcome(struct mesh_call *call, const struct contact *contact, const Kosi__MailFacts *facts) {
    char *dedup = arena_format(call->arena, "confirmed/%s/%lld", contact->id, (long long)call->now_us);
    struct owed_mail mail = {.kind = MAIL_CONFIRMED, .dedup = dedup, .contact = contact, .subject_id = "", .facts = facts};
    uint64_t number;
    return dedup != NULL ? ledger_owe(call, &mail, &number) : STORE_FAULT;
}

int notifications_confirm(struct mesh_call *call, const Kosi__ConfirmRequest *request, Kosi__ConfirmReply *reply) {
    struct contact contact;
    char **before;
    size_t before_count;
    int rc = contact_by_token(call, LINK_CONFIRM, request->token, &contact);
    if (rc == 0)
        rc = consent_lists(call, contact.id, &before, &before_count);
    if (rc == 0)
        rc = contact_confirm(call, &contact);
    for (size_t i = 0; i < request->n_lists && rc == 0; i++)
        if (consent_is_list(request->lists[i]))
            rc = consent_confirm(call, &contact, request->lists[i]);
    if (rc == 0)
        rc = consent_lists(call, contact.id, &reply->lists, &reply->n_lists);
    if (rc != 0)
        return rc;
    reply->has_confirmed = reply->confirmed = true;
    reply->contact_id = contact.id;
    const Kosi__MailFacts *facts = facts_of_lists(call, reply->lists, reply->n_lists, before, before_count);
    return facts != NULL ? owe_welcome(call, &contact, facts) : 0;
}

// ---- preferences

static int show(struct mesh_call *call, const struct contact *contact, Kosi__Preferences *reply) {
    struct preferences p;
    int rc = preferences_load(call, contact, &p);
    if (rc == 0)
        rc = consent_lists(call, contact->id, &reply->lists, &reply->n_lists);
    if (rc != 0)
        return rc;
    reply->hint = reader_hint(call, contact->address);
    reply->themes = p.themes;
    reply->n_themes = p.theme_count;
    reply->districts = p.districts;
    reply->n_districts = p.district_count;
    reply->frequency = (char *)p.frequency;
    reply->language = (char *)p.language;
    reply->has_confirmed = true;
    reply->confirmed = contact->state == CONTACT_CONFIRMED;
    return reply->hint != NULL ? 0 : STORE_FAULT;
}

int notifications_get_preferences(struct mesh_call *call, const Kosi__ContactTokenRequest *request, Kosi__Preferences *reply) {
    struct contact contact;
    int rc = contact_by_token(call, LINK_PREFERENCES, request->token, &contact);
    return rc == 0 ? show(call, &contact, reply) : rc;
}

int notifications_set_preferences(struct mesh_call *call, const Kosi__PreferencesRequest *request, Kosi__Preferences *reply) {
    struct contact contact;
    int rc = contact_by_token(call, LINK_PREFERENCES, request->token, &contact);
    if (rc != 0)
        return rc;
    struct preferences p = {.themes = request->themes,
                            .theme_count = request->n_themes,
                            .districts = request->districts,
                            .district_count = request->n_districts,
                            .frequency = request->frequency,
                            .language = request->language};
    preferences_check(call, &p);
    rc = call->violations.count > 0 ? PROBLEM_VALIDATION : preferences_save(call, &contact, &p);
    return rc == 0 ? show(call, &contact, reply) : rc;
}

// ---- leave

// What a token lets leave: that of the preferences anything, that of a list's mails this list. An address that has been forgotten since
// has left already: whoever presses the button of an old mail is told so, not that something is wrong.
static int who_leaves(struct mesh_call *call, const char *token, const char *list, struct contact *out) {
    static const struct { const char *list; enum link link; } keys[] = {
        {"newsletter", LINK_LEAVE_NEWSLETTER}, {"digest", LINK_LEAVE_DIGEST}, {NULL, LINK_PREFERENCES}};
    int rc = PROBLEM_NOT_FOUND;
    char id[ID_TEXT_MAX];
    for (size_t i = 0; i < sizeof keys / sizeof *keys && rc == PROBLEM_NOT_FOUND; i++) {
        if (keys[i].list != NULL && strcmp(keys[i].list, list) != 0)
            continue;
        rc = contact_by_token(call, keys[i].link, token, out);
        if (rc == PROBLEM_NOT_FOUND && link_check(mailroom_of(call)->node_key, keys[i].link, token, 1, id) &&
            (rc = contact_by_id(call, id, out)) == PROBLEM_NOT_FOUND)
            return PROBLEM_GONE;
    }
    return rc;
}

static int leave_one(struct mesh_call *call, const struct contact *contact, const char *list, Kosi__LeaveReply *reply) {
    bool left;
    int rc = consent_revoke(call, contact, list, "citizen", &left);
    if (rc == 0 && left)
        reply->left[reply->n_left++] = (char *)list;
    return rc;
}

int notifications_leave(struct mesh_call *call, const Kosi__LeaveRequest *request, Kosi__LeaveReply *reply) {
    bool all = strcmp(request->list, "all") == 0;
    if (!all && !consent_is_list(request->list)) {
        mesh_violation(call, "list", "not_an_option", 0);
        return PROBLEM_VALIDATION;
    }
    struct contact contact;
    int rc = who_leaves(call, request->token, request->list, &contact);
    reply->left = arena_take(call->arena, CONSENT_LISTS * sizeof *reply->left);
    if (rc == PROBLEM_GONE)
        return 0;
    for (int i = 1; i < CONSENT_PURPOSES && rc == 0 && reply->left != NULL; i++)
        if (all || strcmp(consent_purposes[i], request->list) == 0)
            rc = leave_one(call, &contact, consent_purposes[i], reply);
    return rc != 0 || reply->left != NULL ? rc : STORE_FAULT;
}

void notifications_derive(struct mesh_call *call, const struct contract_method *method, ProtobufCMessage *reply) {
    (void)method;
    if (reply->descriptor != &kosi__confirm_reply__descriptor)
        return;
    Kosi__ConfirmReply *confirmed = (Kosi__ConfirmReply *)reply;
    char token[ID_TOKEN_MAX];
    link_token(mailroom_of(call)->node_key, LINK_PREFERENCES, confirmed->contact_id, 1, token);
    confirmed->preferences_token = arena_text(call->arena, token);
}
