// Addresses that nothing needs any more go by themselves: typed by somebody and never confirmed, or of somebody who has left all lists.
// Each run of the timer looks at some of them; which, the clock says: there is no place to be kept, and nothing written when none goes.
#include "services/notifications/contact.h"

enum { BATCH = 200, QUIET_DAYS = 30 };
static const int64_t day_us = INT64_C(86400) * 1000000;

// The first number before this run's part of all contacts.
static int find_place(struct mesh_call *call, int64_t *place) {
    struct store_statement *s = store_prepare(call->store, "SELECT coalesce(max(n), 0) FROM contact");
    int rc = store_step(s);
    int64_t parts = rc > 0 ? store_int(s, 0) / BATCH + 1 : 1;
    store_reset(s);
    *place = call->now_us / (CONTACT_SWEEP_MS * INT64_C(1000)) % parts * BATCH;
    return rc < 0 ? rc : 0;
}

// Suspended ones are remembered as long as the mails that led to it, or they would be written to again the next day.
static const char batch[] =
    "SELECT c.id, max(c.created_at, coalesce(c.asked_at, 0), coalesce(c.confirmed_at, 0)) < ?2"
    " AND (c.state <> 3 OR c.suspended_at < ?3)"
    " AND NOT EXISTS(SELECT 1 FROM matter WHERE contact = c.id) AND NOT EXISTS(SELECT 1 FROM staff WHERE contact = c.id)"
    " AND NOT EXISTS(SELECT 1 FROM subscription WHERE contact = c.n)"
    " AND NOT EXISTS(SELECT 1 FROM mail WHERE contact = c.id AND state <= 5)"
    " AND NOT EXISTS(SELECT 1 FROM consent WHERE contact = c.id AND at >= ?2)"
    " FROM contact c WHERE c.n > ?1 AND c.n <= ?1 + ?4";

int contact_sweep(struct mesh_call *call) {
    char *idle[BATCH];
    int count = 0;
    int64_t place;
    int rc = find_place(call, &place);
    struct store_statement *s = store_prepare(call->store, batch);
    store_bind_int(s, 1, place);
    store_bind_int(s, 2, call->now_us - QUIET_DAYS * day_us);
    store_bind_int(s, 3, call->now_us - call->config->mail_keep_days * day_us);
    store_bind_int(s, 4, BATCH);
    for (int row; rc == 0 && (row = store_step(s)) != 0;) {
        rc = row < 0 ? row : 0;
        if (rc == 0 && store_int(s, 1) != 0 && (idle[count++] = arena_text(call->arena, store_text(s, 0))) == NULL)
            rc = STORE_FAULT;
    }
    store_reset(s);
    for (int i = 0; rc == 0 && i < count; i++)
        rc = contact_tidy(call, idle[i]);
    return rc;
}
