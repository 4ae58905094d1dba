// A ledger in a database of its own, and a clock that the test steps.
#pragma once
// cmocka wants the next four before itself
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include "services/common/mesh/schema.h"
#include "services/common/mesh/worker.h"
#include "services/notifications/lease.h"
#include "services/notifications/ledger.h"
#include "services/notifications/mailroom.h"
#include "services/notifications/migrations.h"
#include "services/notifications/route.h"
#include "services/notifications/senders.h"
#include "services/notifications/consent.h"
#include "services/notifications/watchdog.h"
#include "notifications.handlers.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { POST_MINUTE = 60 };
#define POST_START INT64_C(1750000000000000)   // µs
#define POST_S     INT64_C(1000000)

struct post {
    char folder[64];
    struct config config;
    struct mailroom room;
    struct worker worker;
    struct mesh_call_private inner;
    struct mesh_call *call;
    char dedup[32];
    int owed;
};

static inline int post_open(void **state) {
    struct post *p = calloc(1, sizeof *p);
    char file[96];
    struct buf errors;
    buf_init(&errors, 0);
    strcpy(p->folder, "/tmp/kosi-unit-XXXXXX");
    assert_non_null(mkdtemp(p->folder));
    snprintf(file, sizeof file, "%s/n.db", p->folder);
    p->config = (struct config){.city_dir = (char *)KOSI_SHARE_DIR "/deploy/cities/dortmund", .share_dir = (char *)KOSI_SHARE_DIR,
                                .mail_server = (char *)"smtp://127.0.0.1:25", .mail_routes = (char *)"example.net=smtp://127.0.0.1:26", .mail_ca_file = (char *)"",
                                .mail_retry_hours = 72, .mail_overdue_minutes = 15, .mail_keep_days = 180};
    p->room.routes = calloc(1, sizeof *p->room.routes);
    p->room.senders = senders_new();
    if (routes_read(&p->config, p->room.routes, &errors) != 0 || consent_open(&p->config, &p->room.wordings, &errors) != 0)
        fail_msg("%s", errors.data);
    buf_free(&errors);
    p->call = &p->inner.call;
    p->inner.worker = &p->worker;
    *p->call = (struct mesh_call){.store = store_open(file, STORE_WRITER), .arena = arena_new(16 << 20), .config = &p->config,
                                  .state = &p->room, .locale = "de", .now_us = POST_START, .inner = &p->inner};
    assert_non_null(p->call->store);
    const struct mesh_service service = {.migrations = notifications_migrations, .migration_count = notifications_migration_count};
    assert_int_equal(schema_migrate(p->call->store, &service), 0);
    *state = p;
    return 0;
}

static inline int post_close(void **state) {
    struct post *p = *state;
    char command[100];
    store_close(&p->call->store);
    arena_free(&p->call->arena);
    consent_close(&p->room.wordings);
    senders_free(&p->room.senders);
    free(p->room.routes);
    snprintf(command, sizeof command, "rm -r '%s'", p->folder);
    assert_int_equal(system(command), 0);
    free(p);
    return 0;
}
#define POST_TEST(test) cmocka_unit_test_setup_teardown(test, post_open, post_close)

static inline void post_later(struct post *p, int64_t seconds) {
    p->call->now_us += seconds * POST_S;
    arena_reset(p->call->arena);
}

static inline struct contact post_contact(struct post *p, const char *address, bool confirmed) {
    struct contact contact;
    assert_int_equal(contact_meet(p->call, address, "de", &contact), 0);
    if (confirmed)
        assert_int_equal(contact_confirm(p->call, &contact), 0);
    return contact;
}

// Owes one more mail; returns its number.
static inline int64_t post_owe(struct post *p, const struct contact *contact, enum mail_kind kind, const char *subject) {
    uint64_t n;
    snprintf(p->dedup, sizeof p->dedup, "test/%d", ++p->owed);
    const struct owed_mail mail = {.kind = kind, .dedup = p->dedup, .contact = contact, .subject_id = subject};
    assert_int_equal(ledger_owe(p->call, &mail, &n), 0);
    return (int64_t)n;
}

static inline struct mail_row post_row(struct post *p, int64_t n) {
    struct mail_row row;
    assert_int_equal(mail_row_load(p->call, n, &row), 0);
    return row;
}

static inline int64_t post_tally(struct post *p, int state) {
    struct store_statement *s = store_prepare(p->call->store, "SELECT count FROM tally WHERE state = ?1");
    store_bind_int(s, 1, state);
    assert_int_equal(store_step(s), 1);
    int64_t count = store_int(s, 0);
    store_reset(s);
    return count;
}

// One Lease of a sender that wants as many of a route, holds these, and reports this (outcome NULL: nothing).
struct post_ask {
    uint8_t holder;
    uint32_t slot, wants, room;
    const char *route, *other_route;   // as many of the other one, too
    uint64_t *holding;
    size_t held;
    int64_t about;
    const char *outcome, *reason;   // reason NULL: "refused"
    const char *troubled;
};
static inline Kosi__LeaseReply *post_lease(struct post *p, struct post_ask ask) {
    uint8_t *holder = arena_take(p->call->arena, HOLDER_BYTES);
    memset(holder, ask.holder, HOLDER_BYTES);
    Kosi__LeaseRequest request = KOSI__LEASE_REQUEST__INIT;
    Kosi__MailWanted wanted = KOSI__MAIL_WANTED__INIT, other = KOSI__MAIL_WANTED__INIT, *want[] = {&wanted, &other};
    Kosi__MailResult result = KOSI__MAIL_RESULT__INIT, *results = &result;
    Kosi__LeaseReply *reply = arena_take(p->call->arena, sizeof *reply);
    kosi__lease_reply__init(reply);
    request.holder = (ProtobufCBinaryData){HOLDER_BYTES, holder};
    request.slot = ask.slot;
    request.holding = ask.holding;
    request.n_holding = ask.held;
    wanted.route = (char *)(ask.route ? ask.route : "default");
    wanted.count = ask.wants;
    other.route = (char *)ask.other_route;
    other.count = ask.wants;
    request.wanted = want;
    request.n_wanted = ask.other_route ? 2 : 1;
    request.has_room = ask.room > 0;
    request.room = ask.room;
    result.number = (uint64_t)ask.about;
    result.outcome = (char *)ask.outcome;
    result.has_code = ask.outcome != NULL;
    result.code = 451;
    result.reason = (char *)(ask.reason ? ask.reason : "refused");
    request.results = &results;
    request.n_results = ask.outcome != NULL;
    request.troubled = (char **)&ask.troubled;
    request.n_troubled = ask.troubled != NULL;
    assert_int_equal(store_begin(p->call->store), 0);
    assert_int_equal(notifications_lease(p->call, &request, reply), 0);
    assert_int_equal(store_commit(p->call->store), 0);
    return reply;
}
