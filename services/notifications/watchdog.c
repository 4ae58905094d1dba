#include "services/notifications/watchdog.h"
#include "services/common/base/clock.h"
#include "services/notifications/backoff.h"
#include "services/notifications/lease.h"
#include "services/notifications/mailroom.h"
#include "services/notifications/ration.h"
#include "services/notifications/route.h"
#include "services/notifications/senders.h"
#include "services/notifications/suspect.h"
#include "services/notifications/trouble.h"
#include <string.h>

enum { BATCH = 500, HOLDERS_MOST = 64, OVERDUE_MOST = 10000, WAIT_DAYS = 30 };
static const int64_t minute_us = 60 * INT64_C(1000000), day_us = 86400 * INT64_C(1000000);

// The domain's own route for what went by another so far.
static int reroute(struct mesh_call *call, const char *route) {
    struct store_statement *s =
        store_prepare(call->store, "UPDATE mail SET route = ?1 WHERE state <= 5 AND route <> ?1 AND contact IN"
                                   " (SELECT id FROM contact WHERE substr(folded, length(folded) - length(?1)) = '@' || lower(?1))");
    store_bind_text(s, 1, route);
    return store_run(s);
}

// What is open goes by the default one, and then by those that are configured.
static int route_anew(struct mesh_call *call) {
    const struct routes *routes = mailroom_of(call)->routes;
    int rc = store_run(store_prepare(call->store, "UPDATE mail SET route = 'default' WHERE state <= 5 AND route <> 'default'"));
    for (int i = 0; rc == 0 && i < routes->count; i++)
        if (strcmp(routes->items[i].name, "default") != 0)
            rc = reroute(call, routes->items[i].name);
    return rc;
}

static const char *route_names(struct mesh_call *call) {
    const struct routes *routes = mailroom_of(call)->routes;
    const char *names = "";
    for (int i = 0; names != NULL && i < routes->count; i++)
        names = arena_format(call->arena, "%s %s", names, routes->items[i].name);
    return names;
}

// 1: mails are sorted to these routes already.
static int routed(struct mesh_call *call, const char *names) {
    struct store_statement *s = store_prepare(call->store, "SELECT 1 FROM routed WHERE names = ?1");
    store_bind_text(s, 1, names);
    int rc = store_step(s);
    store_reset(s);
    return rc;
}

static int note_routed(struct mesh_call *call, const char *names) {
    int rc = store_run(store_prepare(call->store, "DELETE FROM routed"));
    if (rc != 0)
        return rc;
    struct store_statement *s = store_prepare(call->store, "INSERT INTO routed(names) VALUES(?1)");
    store_bind_text(s, 1, names);
    return store_run(s);
}

int watchdog_start(struct mesh_call *call) {
    senders_start(mailroom_of(call)->senders, clock_mono_ms());
    mailroom_of(call)->looked_us = INT64_MAX; // nobody knows what the clock did meanwhile
    const char *names = route_names(call);
    int rc = trouble_note_boxes(call, NULL, 0);   // which there are, the settings say; they are looked at soon
    if (rc == 0)
        rc = names != NULL ? routed(call, names) : STORE_FAULT;
    if (rc != 0)
        return rc < 0 ? rc : 0;
    rc = route_anew(call);
    return rc == 0 ? note_routed(call, names) : rc;
}

struct holder { uint8_t bytes[HOLDER_BYTES]; };

static int holders(struct mesh_call *call, struct holder found[HOLDERS_MOST], int *count) {
    struct store_statement *s = store_prepare(call->store, "SELECT DISTINCT holder FROM mail WHERE state = 3 LIMIT ?1");
    store_bind_int(s, 1, HOLDERS_MOST);
    int rc = 0;
    for (*count = 0; *count < HOLDERS_MOST && (rc = store_step(s)) == 1;) {
        size_t size;
        const void *holder = store_blob(s, 0, &size);
        if (size == HOLDER_BYTES)
            memcpy(found[(*count)++].bytes, holder, HOLDER_BYTES);
    }
    store_reset(s);
    return rc < 0 ? rc : 0;
}

// Positive: there is more to take back.
static int end_lost_leases(struct mesh_call *call) {
    struct holder found[HOLDERS_MOST];
    int count, given, more = 0, rc = holders(call, found, &count);
    for (int i = 0; rc == 0 && i < count; i++) {
        if (!senders_lost(mailroom_of(call)->senders, found[i].bytes, clock_mono_ms()))
            continue;
        rc = lease_take_back(call, found[i].bytes, BATCH, &given);
        more = given == BATCH ? 1 : more;
    }
    return rc != 0 ? rc : more;
}

static int end_lost_troubles(struct mesh_call *call) {
    uint32_t slots[HOLDERS_MOST];
    int count = 0, rc = 0;
    struct store_statement *s = store_prepare(call->store, "SELECT DISTINCT slot FROM trouble LIMIT ?1");
    store_bind_int(s, 1, HOLDERS_MOST);
    while (count < HOLDERS_MOST && (rc = store_step(s)) == 1)
        slots[count++] = (uint32_t)store_int(s, 0);
    store_reset(s);
    for (int i = 0; rc >= 0 && i < count; i++)
        if (senders_slot_lost(mailroom_of(call)->senders, slots[i], clock_mono_ms()))
            rc = trouble_forget(call, slots[i]);
    return rc < 0 ? rc : 0;
}

// By the index, so that only what is late is looked at; bounded, since nobody needs to know how many beyond that.
static int count_late(struct mesh_call *call, const char *route, int64_t before, int64_t *late) {
    int rc = 0;
    for (int bulk = 0; rc >= 0 && bulk <= 1; bulk++) {
        struct store_statement *s = store_prepare(
            call->store, "SELECT count(*) FROM (SELECT 1 FROM mail WHERE state <= 2 AND route = ?1 AND bulk = ?2 AND due_at < ?3 LIMIT ?4)");
        store_bind_text(s, 1, route);
        store_bind_int(s, 2, bulk);
        store_bind_int(s, 3, before);
        store_bind_int(s, 4, OVERDUE_MOST);
        rc = store_step(s);
        *late += rc == 1 ? store_int(s, 0) : 0;
        store_reset(s);
    }
    return rc < 0 ? rc : 0;
}

// A clock that was ahead has left mails that are due when nobody wants them any more. No pause between tries is so long; only one that is
// paced (ration.h) may be due later, and that was owed in the past.
static int after_clock(struct mesh_call *call, const char *route) {
    int rc = 0;
    for (int bulk = 0; rc == 0 && bulk <= 1; bulk++) {
        struct store_statement *s = store_prepare(
            call->store, "UPDATE mail SET due_at = ?1, tried_at = min(tried_at, ?1) WHERE n IN (SELECT n FROM mail WHERE state <= 2 AND route = ?2"
                         " AND bulk = ?3 AND due_at > ?4 AND (state = 2 OR owed_at > ?1) LIMIT ?5)");
        store_bind_int(s, 1, call->now_us);
        store_bind_text(s, 2, route);
        store_bind_int(s, 3, bulk);
        store_bind_int(s, 4, call->now_us + 2 * backoff_mail.most_us);
        store_bind_int(s, 5, BATCH);
        rc = store_run(s);
        if (rc == 0 && store_changes(call->store) > 0)
            mesh_wake(call);
    }
    return rc;
}

static int count_late_leased(struct mesh_call *call, int64_t before, int64_t *late) {
    struct store_statement *s = store_prepare(call->store, "SELECT count(*) FROM (SELECT 1 FROM mail WHERE state = 3 AND due_at < ?1 LIMIT ?2)");
    store_bind_int(s, 1, before);
    store_bind_int(s, 2, OVERDUE_MOST);
    int rc = store_step(s);
    *late += rc == 1 ? store_int(s, 0) : 0;
    store_reset(s);
    return rc < 0 ? rc : 0;
}

// A clock that is put back leaves mails that are owed in what is the future now: they do not wait for it once more.
static int after_step(struct mesh_call *call) {
    struct mailroom *room = mailroom_of(call);
    bool back = call->now_us < room->looked_us - minute_us;
    room->looked_us = call->now_us;
    if (!back)
        return 0;
    struct store_statement *s =
        store_prepare(call->store, "UPDATE mail SET due_at = ?1 + max(due_at - owed_at, 0) WHERE state = 1 AND state <> 3 AND state <> 6 AND owed_at > ?1");
    store_bind_int(s, 1, call->now_us);
    int rc = store_run(s);
    if (rc == 0 && store_changes(call->store) > 0)
        mesh_wake(call);
    return rc;
}

static int look_after_clock(struct mesh_call *call) {
    const struct routes *routes = mailroom_of(call)->routes;
    int rc = after_step(call);
    rc = rc == 0 ? after_clock(call, "default") : rc;
    for (int i = 0; rc == 0 && i < routes->count; i++)
        if (strcmp(routes->items[i].name, "default") != 0)
            rc = after_clock(call, routes->items[i].name);
    return rc;
}

static int count_overdue(struct mesh_call *call) {
    const struct routes *routes = mailroom_of(call)->routes;
    int64_t late = 0, before = call->now_us - call->config->mail_overdue_minutes * minute_us;
    int rc = count_late_leased(call, before, &late);
    rc = rc == 0 ? count_late(call, "default", before, &late) : rc;
    for (int i = 0; rc == 0 && i < routes->count; i++)
        if (strcmp(routes->items[i].name, "default") != 0)
            rc = count_late(call, routes->items[i].name, before, &late);
    if (rc != 0)
        return rc;
    struct store_statement *s = store_prepare(call->store, "UPDATE tally SET count = ?1 WHERE state = 0 AND count <> ?1");
    store_bind_int(s, 1, late);
    return store_run(s);
}

// How it looks to the operator: late mails are trouble. What was sent is every mail that a server took, also one that came back.
static int tell_figures(struct mesh_call *call) {
    static const char *const names[TALLY_TAKEN + 1] = {"mails_overdue", "mails_owed", "mails_retry",  "mails_leased",    "mails_waiting",
                                                       "mails_held",    NULL,         "mails_failed", "mails_cancelled", "mails_sent_total"};
    struct store_statement *s = store_prepare(call->store, "SELECT state, count FROM tally ORDER BY state");
    int rc;
    while ((rc = store_step(s)) == 1) {
        int64_t state = store_int(s, 0), count = store_int(s, 1);
        int flags = state == TALLY_TAKEN ? MESH_GAUGE_TOTAL : state == 0 && count > 0 ? MESH_GAUGE_TROUBLE : 0;
        if (state >= 0 && state <= TALLY_TAKEN && names[state] != NULL)
            mesh_gauge(call, names[state], count, flags);
    }
    store_reset(s);
    return rc;
}

// A server that cannot be used is trouble once mails are overdue for it. Nobody would miss what an unreadable box holds: who cannot be
// reached would be written to for ever.
static int tell_troubles(struct mesh_call *call) {
    char **names;
    size_t count;
    int rc = trouble_list(call, &names, &count);
    if (rc != 0)
        return rc;
    mesh_gauge(call, "mail_servers_unusable", (int64_t)count, 0);
    rc = trouble_boxes(call, &names, &count);
    if (rc == 0)
        mesh_gauge(call, "returned_boxes_unreadable", (int64_t)count, count > 0 ? MESH_GAUGE_TROUBLE : 0);
    return rc;
}

int watchdog_look(struct mesh_call *call) {
    int more = end_lost_leases(call);
    int rc = more >= 0 ? end_lost_troubles(call) : more;
    rc = rc == 0 ? suspect_forget(call) : rc;
    rc = rc == 0 ? look_after_clock(call) : rc;
    rc = rc == 0 ? count_overdue(call) : rc;
    rc = rc == 0 ? tell_figures(call) : rc;
    rc = rc == 0 ? tell_troubles(call) : rc;
    return rc == 0 ? more : rc;
}

static int cancel(struct mesh_call *call, struct mail_row *row) {
    if (!mail_row_move(row, MAIL_DROP, call->now_us) || (row->reason = arena_text(call->arena, "unconfirmed")) == NULL)
        return row->reason == NULL ? STORE_FAULT : 0;
    return mail_row_save(call, row);
}

// Owed while the clock was ahead: it waits from now on, and those behind it do not wait for it.
static int date_anew(struct mesh_call *call) {
    struct store_statement *s = store_prepare(call->store, "UPDATE mail SET owed_at = ?1 WHERE state = 4 AND state <> 3 AND state <> 6 AND owed_at > ?1 + ?2");
    store_bind_int(s, 1, call->now_us);
    store_bind_int(s, 2, day_us);
    return store_run(s);
}

int watchdog_cancel(struct mesh_call *call) {
    struct mail_row *rows = arena_take(call->arena, BATCH * sizeof *rows);
    int rc = 0, count = 0;
    bool ahead = false;
    if (rows == NULL)
        return STORE_FAULT;
    struct store_statement *s = store_prepare(call->store, "SELECT " MAIL_ROW_COLUMNS " FROM mail WHERE state = 4 AND state <> 3 AND state <> 6 ORDER BY n LIMIT ?1");
    store_bind_int(s, 1, BATCH);
    // Numbers grow with time: the first that is not old ends the search.
    while (count < BATCH && (rc = store_step(s)) == 1) {
        rc = mail_row_read(s, call->arena, &rows[count]);
        ahead = rc == 0 && rows[count].owed_at > call->now_us + day_us;
        if (rc != 0 || rows[count].owed_at > call->now_us - WAIT_DAYS * day_us)
            break;
        count++;
    }
    store_reset(s);
    if (ahead)
        rc = date_anew(call);
    for (int i = 0; rc >= 0 && i < count; i++)
        rc = cancel(call, &rows[i]);
    return rc < 0 ? rc : count == BATCH;
}

// A member of the staff may have the address still.
int watchdog_forget(struct mesh_call *call) {
    struct store_statement *s =
        store_prepare(call->store, "UPDATE mail SET " MAIL_FORGOTTEN ", subject_id = CASE WHEN subject_id IN (SELECT account FROM staff)"
                                   " THEN '' ELSE subject_id END WHERE n IN (SELECT n FROM mail WHERE ended_at IS NOT NULL"
                                   " AND contact IS NOT NULL AND ended_at < ?1 ORDER BY ended_at LIMIT ?2)");
    store_bind_int(s, 1, call->now_us - call->config->mail_keep_days * day_us);
    store_bind_int(s, 2, BATCH);
    int rc = store_run(s);
    int64_t forgotten = store_changes(call->store);
    if (rc == 0 && forgotten > 0)
        store_forget(call->store);
    rc = rc == 0 ? ration_forget(call) : rc;
    return rc < 0 ? rc : forgotten == BATCH;
}
