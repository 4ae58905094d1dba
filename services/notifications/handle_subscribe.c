// Somebody types an address that is to get mails of a list. Whether it is known, confirmed, or has the list already, the answer is the
// same; and asking its reader is rationed, whoever asks for it and from wherever.
#include "services/notifications/consent.h"
#include "services/notifications/ledger.h"
#include "services/notifications/mailroom.h"
#include "services/notifications/preferences.h"
#include "services/notifications/reader.h"
#include "notifications.handlers.h"
#include <string.h>

static struct preferences choice_of(const Kosi__SubscribeRequest *request) {
    return (struct preferences){.themes = request->themes,
                                .theme_count = request->n_themes,
                                .districts = request->districts,
                                .district_count = request->n_districts,
                                .frequency = request->frequency};
}

static int check(struct mesh_call *call, const Kosi__SubscribeRequest *request) {
    for (size_t i = 0; i < request->n_lists; i++)
        if (!consent_is_list(request->lists[i]))
            mesh_violation(call, "lists", "not_an_option", 0);
    struct preferences p = choice_of(request);
    preferences_check(call, &p);
    return call->violations.count > 0 ? PROBLEM_VALIDATION : 0;
}

// Which of the wanted lists it does not have: asked for all the same, should it have none that is new, since its reader may have
// forgotten; then the mail that asks says what there is.
struct wish {
    struct contact contact;
    char **has;
    size_t has_count;
    const char *language;
    const char *missing[CONSENT_LISTS];
    size_t missing_count;
};

static void find_missing(const Kosi__SubscribeRequest *request, struct wish *wish) {
    for (int i = 1; i < CONSENT_PURPOSES; i++)
        if (consent_has(request->lists, request->n_lists, consent_purposes[i]) &&
            !consent_has(wish->has, wish->has_count, consent_purposes[i]))
            wish->missing[wish->missing_count++] = consent_purposes[i];
}

// A stranger must not change what the reader of a list chose.
static int keep_choice(struct mesh_call *call, const Kosi__SubscribeRequest *request, const struct wish *wish) {
    if (consent_has(wish->has, wish->has_count, "digest") || !consent_has(request->lists, request->n_lists, "digest"))
        return 0;
    struct preferences p = choice_of(request);
    p.language = wish->contact.state == CONTACT_UNCONFIRMED ? wish->language : NULL;
    return preferences_save(call, &wish->contact, &p);
}

static int mail_id(struct mesh_call *call, uint64_t number, char **out) {
    struct store_statement *s = store_prepare(call->store, "SELECT id FROM mail WHERE n = ?1");
    store_bind_int(s, 1, (int64_t)number);
    int rc = store_step(s);
    *out = rc > 0 ? arena_text(call->arena, store_text(s, 0)) : NULL;
    store_reset(s);
    return rc < 0 ? rc : 0;
}

// ledger_owe() counts the asking of unconfirmed addresses itself; one that is confirmed has the same ration here.
static int ration(struct mesh_call *call, const struct contact *contact, bool *may) {
    *may = false;
    if (contact->state == CONTACT_SUSPENDED)
        return 0;
    return contact->state == CONTACT_UNCONFIRMED ? contact_would_ask(call, contact, may) : contact_may_ask(call, contact, may);
}

static const Kosi__MailFacts *facts_of(struct mesh_call *call, const struct wish *wish) {
    BUF_AUTO struct buf text;
    buf_init(&text, 200);
    for (size_t i = 0; i < wish->missing_count; i++)
        buf_format(&text, "%s%s", i > 0 ? " " : "", wish->missing[i]);
    return reader_facts(call, "lists", wish->missing_count > 0 ? text.data : "newsletter digest");
}

static int ask(struct mesh_call *call, const struct wish *wish, char **mail) {
    bool may, asks = wish->missing_count > 0 || wish->contact.state == CONTACT_UNCONFIRMED;
    int rc = ration(call, &wish->contact, &may);
    *mail = NULL;
    if (rc != 0 || !may)
        return rc;
    const char *dedup = arena_format(call->arena, "subscribe/%s/%lld", wish->contact.id, (long long)call->now_us);
    const Kosi__MailFacts *facts = facts_of(call, wish);
    uint64_t number = 0;
    if (dedup == NULL || facts == NULL)
        return STORE_FAULT;
    rc = ledger_owe(call, &(struct owed_mail){.kind = asks ? MAIL_CONFIRM : MAIL_CONFIRMED, .dedup = dedup, .contact = &wish->contact,
                                              .subject_id = "", .language = wish->language, .facts = facts}, &number);
    return rc == 0 ? mail_id(call, number, mail) : rc;
}

int notifications_lists(struct mesh_call *call, const Kosi__ListsRequest *request, Kosi__ListsReply *reply) {
    (void)request;
    reply->items = arena_take(call->arena, CONSENT_LISTS * sizeof *reply->items);
    for (int i = 1; i < CONSENT_PURPOSES && reply->items != NULL; i++) {
        Kosi__ListOffer *item = arena_take(call->arena, sizeof *item);
        if (item == NULL)
            return STORE_FAULT;
        kosi__list_offer__init(item);
        item->list = (char *)consent_purposes[i];
        item->wording = (char *)consent_words(mailroom_of(call)->wordings, consent_purposes[i], call->locale);
        reply->items[reply->n_items++] = item;
    }
    return reply->items != NULL ? 0 : STORE_FAULT;
}

int notifications_subscribe(struct mesh_call *call, const Kosi__SubscribeRequest *request, Kosi__SubscribeReply *reply) {
    struct wish wish = {.language = request->language != NULL ? request->language : call->locale};
    char *mail;
    int rc = check(call, request);
    if (rc == 0)
        rc = contact_meet(call, request->email, wish.language, &wish.contact);
    if (rc == 0)
        rc = consent_lists(call, wish.contact.id, &wish.has, &wish.has_count);
    if (rc != 0)
        return rc;
    find_missing(request, &wish);
    rc = keep_choice(call, request, &wish);
    if (rc == 0)
        rc = ask(call, &wish, &mail);
    for (size_t i = 0; i < wish.missing_count && rc == 0; i++)
        rc = consent_request(call, &wish.contact, wish.missing[i], wish.language, mail);
    reply->has_asked = reply->asked = true;
    return rc;
}
