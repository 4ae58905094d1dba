#include "services/notifications/lease.h"
#include "services/common/base/id.h"
#include "services/common/base/log.h"
#include "services/notifications/backoff.h"
#include "services/notifications/contact.h"
#include "services/notifications/mail_kind.h"
#include "services/notifications/mail_trouble.h"
#include "services/notifications/returned.h"
#include "services/notifications/suspect.h"
#include <stdlib.h>
#include <string.h>

enum {
    HELD_MOST = 2000,
    GIVEN_MOST = 100, // of one answer, or others would wait too long for the writer
    GIVEN_BYTES = 512 * 1024,
    NEXT_MOST_MS = 60000
};
static const int64_t hour_us = 3600 * INT64_C(1000000);

static int note_attempt(struct mesh_call *call, const struct mail_row *row, const char *outcome) {
    struct store_statement *s =
        store_prepare(call->store, "INSERT INTO attempt(mail, n, at, outcome, code, status, reason) VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)");
    store_bind_int(s, 1, row->n);
    store_bind_int(s, 2, row->attempts);
    store_bind_int(s, 3, call->now_us);
    store_bind_text(s, 4, outcome);
    if (row->code != 0)
        store_bind_int(s, 5, row->code);
    store_bind_text(s, 6, row->status[0] != '\0' ? row->status : NULL);
    store_bind_text(s, 7, row->reason[0] != '\0' ? row->reason : NULL);
    return store_run(s);
}

// It was tried: why it did not go, if so, stays with it.
static int tried(struct mesh_call *call, struct mail_row *row, const Kosi__MailResult *result) {
    row->attempts++;
    row->tried_at = row->tried_at != 0 ? row->tried_at : call->now_us;
    row->code = result->code;
    row->status = arena_text(call->arena, result->status != NULL ? result->status : "");
    row->reason = arena_text(call->arena, result->reason != NULL ? result->reason : "");
    return row->status != NULL && row->reason != NULL ? 0 : STORE_FAULT;
}

static int keep_result(struct mesh_call *call, struct mail_row *row, const Kosi__MailResult *result, enum mail_move move) {
    if (!mail_row_move(row, move, call->now_us))
        return 0;
    int rc = tried(call, row, result);
    rc = rc == 0 ? note_attempt(call, row, result->outcome) : rc;
    return rc == 0 ? mail_row_save(call, row) : rc;
}

static int postpone(struct mesh_call *call, struct mail_row *row, const Kosi__MailResult *result) {
    uint32_t random;
    id_random(&random, sizeof random);
    int64_t first = row->tried_at != 0 ? row->tried_at : call->now_us;
    int64_t next = backoff_next_us(&backoff_mail, call->now_us, first, call->config->mail_retry_hours * hour_us, row->attempts + 1, random);
    if (next != 0)
        row->due_at = next;
    return keep_result(call, row, result, next != 0 ? MAIL_POSTPONE : MAIL_GIVE_UP);
}

// Said at once that there is no such mailbox, it is the same as a mail that came back for it.
static int refused(struct mesh_call *call, struct mail_row *row, const Kosi__MailResult *result) {
    int rc = keep_result(call, row, result, MAIL_GIVE_UP);
    bool gone = result->status != NULL && returned_is_hard(result->status);
    return rc == 0 && gone && row->contact != NULL ? contact_suspend(call, row->contact, "bounced") : rc;
}

static int drop(struct mesh_call *call, struct mail_row *row, const char *reason) {
    if (!mail_row_move(row, MAIL_DROP, call->now_us))
        return 0;
    row->reason = arena_text(call->arena, reason != NULL ? reason : "");
    return row->reason != NULL ? mail_row_save(call, row) : STORE_FAULT;
}

static bool has(const Kosi__LeaseRequest *request, const struct mail_row *row) {
    return row->held_by_sender && request->holder.len == HOLDER_BYTES && memcmp(row->holder, request->holder.data, HOLDER_BYTES) == 0;
}

int lease_result(struct mesh_call *call, const Kosi__LeaseRequest *request, const Kosi__MailResult *result) {
    struct mail_row row;
    const char *outcome = result->outcome != NULL ? result->outcome : "";
    int rc = mail_row_load(call, (int64_t)result->number, &row);
    if (rc != 0)
        return rc == PROBLEM_NOT_FOUND ? 0 : rc;
    if (strcmp(outcome, "sent") == 0 && strcmp(row.reason, MAIL_RETURNED) == 0 && row.state == MAIL_FAILED)
        return 0;   // told once more of one that came back since
    if (strcmp(outcome, "sent") == 0)   // the truth, whoever has it by now
        return keep_result(call, &row, result, MAIL_SUCCEED);
    if (!has(request, &row))
        return 0;
    if (strcmp(outcome, "later") == 0)
        return postpone(call, &row, result);
    if (strcmp(outcome, "never") == 0)
        return refused(call, &row, result);
    if (strcmp(outcome, "pointless") == 0)
        return drop(call, &row, result->reason);
    return mail_row_move(&row, MAIL_GIVE_BACK, call->now_us) ? mail_row_save(call, &row) : 0;
}

static int give_back(struct mesh_call *call, int64_t n) {
    struct mail_row row;
    int rc = mail_row_load(call, n, &row);
    if (rc != 0 || !mail_row_move(&row, MAIL_GIVE_BACK, call->now_us))
        return rc == PROBLEM_NOT_FOUND ? 0 : rc;
    return mail_row_save(call, &row);
}

// The numbers of a statement with its limit already bound; in the arena.
static int collect(struct mesh_call *call, struct store_statement *s, int most, int64_t **found, int *count) {
    int rc = 0;
    *count = 0;
    *found = arena_take(call->arena, (size_t)most * sizeof **found);
    if (*found == NULL) {
        store_reset(s);
        return STORE_FAULT;
    }
    while (*count < most && (rc = store_step(s)) == 1)
        (*found)[(*count)++] = store_int(s, 0);
    store_reset(s);
    return rc < 0 ? rc : 0;
}

static int give_back_all(struct mesh_call *call, struct store_statement *s, int most, int *given) {
    int64_t *found;
    int rc = collect(call, s, most, &found, given);
    for (int i = 0; rc == 0 && i < *given; i++)
        rc = give_back(call, found[i]);
    return rc;
}

int lease_take_back(struct mesh_call *call, const uint8_t holder[HOLDER_BYTES], int most, int *given) {
    struct store_statement *s = store_prepare(call->store, "SELECT n FROM mail WHERE state = 3 AND holder = ?1 LIMIT ?2");
    store_bind_blob(s, 1, holder, HOLDER_BYTES);
    store_bind_int(s, 2, most);
    return give_back_all(call, s, most, given);
}

static int suspect_all(struct mesh_call *call, const int64_t *found, int count) {
    int rc = 0;
    for (int i = 0; rc == 0 && i < count; i++) {
        rc = suspect_note(call, found[i]);
        rc = rc == 0 ? give_back(call, found[i]) : rc;
    }
    return rc;
}

// Processes died of it. By hand it can be tried once more.
static int end_deadly(struct mesh_call *call, int64_t n) {
    char never[] = "never";
    Kosi__MailResult result = KOSI__MAIL_RESULT__INIT;
    struct mail_row row;
    result.outcome = never;
    result.reason = (char *)mail_trouble_word(TROUBLE_DEADLY);
    int rc = mail_row_load(call, n, &row);
    if (rc == 0)
        log_event(LOG_ERROR_, "mail_deadly", "mail", row.id, "kind", row.kind, NULL);
    rc = rc == 0 ? keep_result(call, &row, &result, MAIL_GIVE_UP) : rc;
    return rc == 0 ? suspect_clear(call, n) : rc;
}

int lease_end_older(struct mesh_call *call, const Kosi__LeaseRequest *request) {
    int64_t culprit, *found;
    int count = HELD_MOST, rc = suspect_death(call, request, &culprit);
    while (rc == 0 && count == HELD_MOST) {
        struct store_statement *s = store_prepare(call->store, "SELECT n FROM mail WHERE state = 3 AND slot = ?1 AND holder <> ?2 LIMIT ?3");
        store_bind_int(s, 1, request->slot);
        store_bind_blob(s, 2, request->holder.data, request->holder.len);
        store_bind_int(s, 3, HELD_MOST);
        rc = collect(call, s, HELD_MOST, &found, &count);
        rc = rc == 0 ? suspect_all(call, found, count) : rc;
    }
    return rc == 0 && culprit != 0 ? end_deadly(call, culprit) : rc;
}

static int by_number(const void *a, const void *b) {
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

// A reply that never arrived left the ledger saying the sender has it; a batch that was answered twice, the opposite.
static int adopt(struct mesh_call *call, const Kosi__LeaseRequest *request, int64_t n) {
    struct mail_row row;
    int rc = mail_row_load(call, n, &row);
    if (rc != 0 || !mail_row_move(&row, MAIL_LEASE, call->now_us))
        return rc == PROBLEM_NOT_FOUND ? 0 : rc;
    memcpy(row.holder, request->holder.data, HOLDER_BYTES);
    row.slot = request->slot;
    return mail_row_save(call, &row);
}

// Nor does it count against it.
static int not_begun(struct mesh_call *call, int64_t n) {
    int rc = suspect_let_go(call, n);
    return rc == 0 ? give_back(call, n) : rc;
}

int lease_compare(struct mesh_call *call, const Kosi__LeaseRequest *request) {
    struct store_statement *s = store_prepare(call->store, "SELECT n FROM mail WHERE state = 3 AND holder = ?1 ORDER BY n LIMIT ?2");
    store_bind_blob(s, 1, request->holder.data, request->holder.len);
    store_bind_int(s, 2, HELD_MOST);
    int64_t *ours, *theirs = arena_take(call->arena, (request->n_holding + 1) * sizeof *theirs);
    int count;
    int rc = collect(call, s, HELD_MOST, &ours, &count);
    if (theirs == NULL || rc != 0)
        return rc != 0 ? rc : STORE_FAULT;
    for (size_t i = 0; i < request->n_holding; i++)
        theirs[i] = (int64_t)request->holding[i];
    qsort(theirs, request->n_holding, sizeof *theirs, by_number);
    for (int i = 0; rc == 0 && i < count; i++)
        if (bsearch(&ours[i], theirs, request->n_holding, sizeof *theirs, by_number) == NULL)
            rc = not_begun(call, ours[i]);
    for (size_t i = 0; rc == 0 && i < request->n_holding; i++)
        if (bsearch(&theirs[i], ours, (size_t)count, sizeof *ours, by_number) == NULL)
            rc = adopt(call, request, theirs[i]);
    return rc;
}

#define DUE "SELECT n FROM mail WHERE state <= 2 AND route = ?1 AND bulk = ?2 AND due_at <= ?3 "
#define DUE_ORDER "ORDER BY due_at, n LIMIT ?4"

struct basket {   // what one reply holds
    const Kosi__LeaseRequest *request;
    Kosi__LeaseReply *reply;
    size_t room, bytes;
    bool wary;   // there are suspects, that go alone
};

static Kosi__LeasedMail *leased_mail(struct mesh_call *call, const struct mail_row *row, const struct contact *contact) {
    Kosi__LeasedMail *mail = arena_take(call->arena, sizeof *mail);
    if (mail == NULL)
        return NULL;
    kosi__leased_mail__init(mail);
    mail->has_number = mail->has_generation = mail->has_confirmed = mail->has_owed_at = true;
    mail->number = (uint64_t)row->n;
    mail->id = row->id;
    mail->kind = row->kind;
    mail->language = row->language;
    mail->route = row->route;
    mail->contact = contact->id;
    mail->address = contact->address;
    mail->generation = contact->generation;
    mail->confirmed = contact->state == CONTACT_CONFIRMED;
    mail->subject_id = row->subject_id;
    mail->owed_at = row->owed_at;
    return mail;
}

static int add_facts(struct mesh_call *call, Kosi__LeasedMail *mail) {
    struct store_statement *s = store_prepare(call->store, "SELECT facts FROM mail WHERE n = ?1");
    store_bind_int(s, 1, (int64_t)mail->number);
    int rc = store_step(s);
    size_t size = 0;
    const void *facts = rc == 1 ? store_blob(s, 0, &size) : NULL;
    if (size > 0) {
        mail->has_facts = true;
        mail->facts.len = size;
        mail->facts.data = arena_copy(call->arena, facts, size);
        rc = mail->facts.data != NULL ? rc : STORE_FAULT;
    }
    store_reset(s);
    return rc < 0 ? rc : 0;
}

// A mail that cannot go to its address ends, or waits: 1 when so.
static int set_aside(struct mesh_call *call, struct mail_row *row, const struct contact *contact) {
    int kind = mail_kind_of(row->kind);
    bool known = contact != NULL && kind >= 0;
    if (known && contact->state == CONTACT_CONFIRMED)
        return 0;
    if (known && contact->state == CONTACT_UNCONFIRMED) {
        if (mail_kind_row((enum mail_kind)kind)->asks || !mail_row_move(row, MAIL_AWAIT, call->now_us))
            return 0;
    } else {
        mail_row_move(row, MAIL_GIVE_UP, call->now_us);
        row->reason = arena_text(call->arena, !known ? "forgotten" : "suspended");
    }
    int rc = row->reason != NULL ? mail_row_save(call, row) : STORE_FAULT;
    return rc != 0 ? rc : 1;
}

static int give_one(struct mesh_call *call, struct basket *basket, int64_t n) {
    struct mail_row row;
    struct contact contact;
    int rc = mail_row_load(call, n, &row);
    if (rc != 0)
        return rc == PROBLEM_NOT_FOUND ? 0 : rc;
    rc = row.contact != NULL ? contact_by_id(call, row.contact, &contact) : PROBLEM_NOT_FOUND;
    if (rc < 0)
        return rc;
    rc = set_aside(call, &row, rc == 0 ? &contact : NULL);
    if (rc != 0 || !mail_row_move(&row, MAIL_LEASE, call->now_us))
        return rc < 0 ? rc : 0;
    memcpy(row.holder, basket->request->holder.data, HOLDER_BYTES);
    row.slot = basket->request->slot;
    Kosi__LeasedMail *mail = leased_mail(call, &row, &contact);
    rc = mail != NULL ? add_facts(call, mail) : STORE_FAULT;
    rc = rc == 0 ? mail_row_save(call, &row) : rc;
    if (rc != 0)
        return rc;
    basket->bytes += kosi__leased_mail__get_packed_size(mail);
    basket->reply->mails[basket->reply->n_mails++] = mail;
    return 0;
}

static int give_route(struct mesh_call *call, struct basket *basket, const char *route, uint32_t count) {
    int rc = 0;
    for (int bulk = 0; rc == 0 && bulk <= 1; bulk++) {
        size_t room = basket->room - basket->reply->n_mails, before = basket->reply->n_mails;
        int most = (int)(count < room ? count : room), found_count;
        if (most == 0 || basket->bytes > GIVEN_BYTES)
            return 0;
        struct store_statement *s = store_prepare(call->store, basket->wary ? DUE "AND " SUSPECT_NOT " " DUE_ORDER : DUE DUE_ORDER);
        store_bind_text(s, 1, route);
        store_bind_int(s, 2, bulk);
        store_bind_int(s, 3, call->now_us);
        store_bind_int(s, 4, most);
        if (basket->wary)
            store_bind_int(s, 5, suspect_before(call));
        int64_t *found;
        rc = collect(call, s, most, &found, &found_count);
        for (int i = 0; rc == 0 && i < found_count && basket->bytes <= GIVEN_BYTES; i++)
            rc = give_one(call, basket, found[i]);
        count -= (uint32_t)(basket->reply->n_mails - before);
    }
    return rc;
}

// The earliest time after now, of a route.
static int next_due(struct mesh_call *call, const char *route, int64_t *next) {
    int rc = 0;
    for (int bulk = 0; rc >= 0 && bulk <= 1; bulk++) {
        struct store_statement *s = store_prepare(
            call->store, "SELECT due_at FROM mail WHERE state <= 2 AND route = ?1 AND bulk = ?2 AND due_at > ?3 ORDER BY due_at, n LIMIT 1");
        store_bind_text(s, 1, route);
        store_bind_int(s, 2, bulk);
        store_bind_int(s, 3, call->now_us);
        rc = store_step(s);
        if (rc == 1 && store_int(s, 0) < *next)
            *next = store_int(s, 0);
        store_reset(s);
    }
    return rc < 0 ? rc : 0;
}

static const char *route_of(const Kosi__MailWanted *wanted) {
    return wanted->route != NULL ? wanted->route : "";
}

// Once around: to each route at most so many. left: what it wants further; none where nothing more is due.
static int deal(struct mesh_call *call, struct basket *basket, uint32_t most, uint32_t *left) {
    int rc = 0;
    for (size_t i = 0; rc == 0 && i < basket->request->n_wanted; i++) {
        uint32_t count = left[i] < most ? left[i] : most;
        size_t before = basket->reply->n_mails;
        rc = give_route(call, basket, route_of(basket->request->wanted[i]), count);
        uint32_t given = (uint32_t)(basket->reply->n_mails - before);
        left[i] = given < count ? 0 : left[i] - given;
    }
    return rc;
}

// As much as there is room for, of all that is due.
static int fill(struct mesh_call *call, struct basket *basket) {
    const Kosi__LeaseRequest *request = basket->request;
    size_t routes = request->n_wanted;
    uint32_t *left = arena_take(call->arena, (routes + 1) * sizeof *left);
    uint32_t fair = routes > 0 && basket->room > routes ? (uint32_t)(basket->room / routes) : 1;
    if (left == NULL)
        return STORE_FAULT;
    for (size_t i = 0; i < routes; i++)
        left[i] = request->wanted[i]->count;
    int rc = deal(call, basket, fair, left);
    return rc == 0 ? deal(call, basket, GIVEN_MOST, left) : rc;
}

static int give_alone(struct mesh_call *call, struct basket *basket, int64_t n) {
    int rc = give_one(call, basket, n);
    return rc == 0 && basket->reply->n_mails > 0 ? suspect_given(call, basket->request, n) : rc;
}

int lease_give(struct mesh_call *call, const Kosi__LeaseRequest *request, Kosi__LeaseReply *reply) {
    size_t room = request->has_room && request->room < GIVEN_MOST ? request->room : GIVEN_MOST;
    struct basket basket = {.request = request, .reply = reply, .room = room};
    struct suspect_turn turn;
    int64_t next = call->now_us + NEXT_MOST_MS * INT64_C(1000);
    reply->mails = arena_take(call->arena, GIVEN_MOST * sizeof *reply->mails);
    if (reply->mails == NULL)
        return STORE_FAULT;
    int rc = suspect_turn(call, request, &turn);
    basket.wary = turn.any;
    if (rc == 0 && !turn.nothing)
        rc = turn.alone != 0 ? give_alone(call, &basket, turn.alone) : fill(call, &basket);
    for (size_t i = 0; rc == 0 && i < request->n_wanted; i++)
        rc = next_due(call, route_of(request->wanted[i]), &next);
    reply->has_next_ms = true;
    reply->next_ms = (uint32_t)((next - call->now_us) / 1000);
    return rc;
}
