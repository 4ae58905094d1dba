// Addresses that nothing needs any more go by themselves: typed by somebody and never confirmed, or of somebody who has left all lists.
// A round through all contacts, a batch per run of the timer; where it is stands in `round`.
#include "services/notifications/contact.h"
#include "services/notifications/mailroom.h"

enum { BATCH = 200, QUIET_DAYS = 30 };
static const int64_t day_us = INT64_C(86400) * 1000000;

static int load_place(struct mesh_call *call, int64_t *place) {
    struct store_statement *s = store_prepare(call->store, "SELECT cursor FROM round WHERE name = 'contacts'");
    int rc = store_step(s);
    *place = rc > 0 ? store_int(s, 0) : 0;
    store_reset(s);
    return rc < 0 ? rc : 0;
}

static int save_place(struct mesh_call *call, int64_t place) {
    struct store_statement *s = store_prepare(call->store, "INSERT INTO round(name, period, cursor, since, until) VALUES('contacts', '', ?1, 0, 0)"
                                                           " ON CONFLICT(name) DO UPDATE SET cursor = ?1");
    store_bind_int(s, 1, place);
    return store_run(s);
}

// Suspended ones are remembered as long as the mails that led to it, or they would be written to again the next day.
static const char batch[] =
    "SELECT c.n, c.id, max(c.created_at, coalesce(c.asked_at, 0), coalesce(c.confirmed_at, 0)) < ?2"
    " AND (c.state <> 3 OR c.suspended_at < ?3)"
    " AND NOT EXISTS(SELECT 1 FROM matter WHERE contact = c.id) AND NOT EXISTS(SELECT 1 FROM staff WHERE contact = c.id)"
    " AND NOT EXISTS(SELECT 1 FROM subscription WHERE contact = c.n)"
    " AND NOT EXISTS(SELECT 1 FROM mail WHERE contact = c.id AND state <= 5)"
    " AND NOT EXISTS(SELECT 1 FROM consent WHERE contact = c.id AND at >= ?2)"
    " FROM contact c WHERE c.n > ?1 ORDER BY c.n LIMIT ?4";

int contact_sweep(struct mesh_call *call) {
    char *idle[BATCH];
    int count = 0, idle_count = 0;
    int64_t place;
    int rc = load_place(call, &place);
    int64_t before = place;
    struct store_statement *s = store_prepare(call->store, batch);
    store_bind_int(s, 1, place);
    store_bind_int(s, 2, call->now_us - QUIET_DAYS * day_us);
    store_bind_int(s, 3, call->now_us - call->config->mail_keep_days * day_us);
    store_bind_int(s, 4, BATCH);
    for (int row; rc == 0 && (row = store_step(s)) != 0; count++) {
        rc = row < 0 ? row : 0;
        place = store_int(s, 0);
        if (rc == 0 && store_int(s, 2) != 0 && (idle[idle_count++] = arena_text(call->arena, store_text(s, 1))) == NULL)
            rc = STORE_FAULT;
    }
    store_reset(s);
    for (int i = 0; rc == 0 && i < idle_count; i++)
        rc = contact_tidy(call, idle[i]);
    place = count < BATCH ? 0 : place;
    return rc == 0 && place != before ? save_place(call, place) : rc;
}
