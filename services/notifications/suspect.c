#include "services/notifications/suspect.h"
#include "services/common/base/log.h"
#include "services/common/mesh/trying.h"
#include "services/notifications/mail_trouble.h"
#include <string.h>

static const int64_t alone_us = 5 * INT64_C(1000000), apart_us = 20 * INT64_C(1000000);

static int change(struct mesh_call *call, const char *sql, int64_t n) {
    struct store_statement *s = store_prepare(call->store, sql);
    store_bind_int(s, 1, n);
    return store_run(s);
}

static int any(struct mesh_call *call, bool *out) {
    struct store_statement *s = store_prepare(call->store, "SELECT 1 FROM suspect LIMIT 1");
    int rc = store_step(s);
    *out = rc == 1;
    store_reset(s);
    return rc < 0 ? rc : 0;
}

int suspect_note(struct mesh_call *call, int64_t n) {
    struct store_statement *s = store_prepare(call->store, "INSERT INTO suspect(mail, since) VALUES(?1, ?2) ON CONFLICT(mail) DO NOTHING");
    store_bind_int(s, 1, n);
    store_bind_int(s, 2, call->now_us);
    return store_run(s);
}

int suspect_clear(struct mesh_call *call, int64_t n) {
    return change(call, "DELETE FROM suspect WHERE mail = ?1", n);
}

int suspect_let_go(struct mesh_call *call, int64_t n) {
    return change(call, "UPDATE suspect SET holder = NULL, slot = NULL, alone_at = NULL WHERE mail = ?1", n);
}

// The mail that the sender before this one in its slot had alone; 0: none. deaths: with this one.
static int had_alone(struct mesh_call *call, const Kosi__LeaseRequest *request, int64_t *n, int64_t *deaths) {
    struct store_statement *s = store_prepare(call->store, "SELECT mail, deaths + 1 FROM suspect WHERE slot = ?1 AND holder <> ?2 ORDER BY mail LIMIT 1");
    store_bind_int(s, 1, request->slot);
    store_bind_blob(s, 2, request->holder.data, request->holder.len);
    int rc = store_step(s);
    *n = rc == 1 ? store_int(s, 0) : 0;
    *deaths = rc == 1 ? store_int(s, 1) : 0;
    store_reset(s);
    return rc < 0 ? rc : 0;
}

static int count_death(struct mesh_call *call, int64_t n, int64_t deaths) {
    struct mail_row row;
    int rc = mail_row_load(call, n, &row);
    if (rc == 0)
        log_event(LOG_WARN_, "sender_died", "mail", row.id, "kind", row.kind, "deaths", log_number(deaths), NULL);
    return rc < 0 ? rc : change(call, "UPDATE suspect SET deaths = deaths + 1 WHERE mail = ?1", n);
}

// A worker that died while it applied a record has told of what it died, and it was not the mail.
int suspect_death(struct mesh_call *call, const Kosi__LeaseRequest *request, int64_t *culprit) {
    int64_t n, deaths;
    *culprit = 0;
    int rc = change(call, "UPDATE suspect SET since = ?1", call->now_us);
    rc = rc == 0 ? had_alone(call, request, &n, &deaths) : rc;
    if (rc != 0 || n == 0)
        return rc;
    int noted = trying_noted(call->store);
    if (noted == 0 && deaths >= SUSPECT_DEATHS_MOST)
        *culprit = n;
    rc = noted < 0 ? noted : suspect_let_go(call, n);
    return rc == 0 && noted == 0 ? count_death(call, n, deaths) : rc;
}

int suspect_learn(struct mesh_call *call, const Kosi__LeaseRequest *request) {
    bool some;
    int rc = any(call, &some);
    for (size_t i = 0; rc == 0 && some && i < request->n_results; i++) {
        const Kosi__MailResult *result = request->results[i];
        const char *outcome = result->outcome != NULL ? result->outcome : "", *reason = result->reason != NULL ? result->reason : "";
        bool untold = strcmp(outcome, "unsent") == 0 || strcmp(reason, mail_trouble_word(TROUBLE_INTERRUPTED)) == 0;
        rc = untold ? suspect_let_go(call, (int64_t)result->number) : suspect_clear(call, (int64_t)result->number);
    }
    return rc;
}

// ---- what a sender gets

int64_t suspect_before(const struct mesh_call *call) {
    return call->now_us - apart_us;
}

struct having {   // what a sender has alone
    int64_t n, at, outlasted;
};

static int having(struct mesh_call *call, const Kosi__LeaseRequest *request, struct having *out) {
    struct store_statement *s = store_prepare(call->store, "SELECT mail, alone_at, outlasted FROM suspect WHERE holder = ?1 LIMIT 1");
    store_bind_blob(s, 1, request->holder.data, request->holder.len);
    int rc = store_step(s);
    *out = (struct having){0};
    if (rc == 1)
        *out = (struct having){store_int(s, 0), store_int(s, 1), store_int(s, 2)};
    store_reset(s);
    return rc < 0 ? rc : 0;
}

static bool wants(const Kosi__LeaseRequest *request, const char *route) {
    for (size_t i = 0; i < request->n_wanted; i++)
        if (request->wanted[i]->count > 0 && request->wanted[i]->route != NULL && strcmp(request->wanted[i]->route, route) == 0)
            return true;
    return false;
}

// Those first of which most processes died, and last those that were alone for long and ended nobody.
static int first_wanted(struct mesh_call *call, const Kosi__LeaseRequest *request, int64_t *n) {
    struct store_statement *s =
        store_prepare(call->store, "SELECT mail.n, mail.route FROM suspect CROSS JOIN mail ON mail.n = suspect.mail WHERE suspect.since BETWEEN ?1 AND ?2"
                                   " AND mail.state <= 2 AND mail.due_at <= ?2 ORDER BY suspect.deaths DESC, suspect.outlasted, mail.bulk,"
                                   " mail.due_at, mail.n");
    store_bind_int(s, 1, suspect_before(call));
    store_bind_int(s, 2, call->now_us);
    int rc = 0;
    while (*n == 0 && (rc = store_step(s)) == 1)
        if (wants(request, store_text(s, 1)))
            *n = store_int(s, 0);
    store_reset(s);
    return rc < 0 ? rc : 0;
}

static int outlasts(struct mesh_call *call, int64_t n) {
    int rc = change(call, "UPDATE suspect SET outlasted = outlasted + 1 WHERE mail = ?1", n);
    return rc == 0 ? suspect_let_go(call, n) : rc;
}

// What was alone for long enough is so no more: others go beside it.
static int look_at(struct mesh_call *call, const struct having *has, bool *nothing) {
    int64_t for_us = call->now_us - has->at;
    *nothing = for_us >= 0 && for_us < alone_us * (1 + has->outlasted);
    return *nothing ? 0 : outlasts(call, has->n);
}

int suspect_turn(struct mesh_call *call, const Kosi__LeaseRequest *request, struct suspect_turn *out) {
    struct having has = {0};
    *out = (struct suspect_turn){0};
    int rc = any(call, &out->any);
    if (rc == 0 && out->any)
        rc = having(call, request, &has);
    if (rc != 0 || !out->any)
        return rc;
    if (request->n_holding > 0)
        return has.n != 0 ? look_at(call, &has, &out->nothing) : 0;
    rc = has.n != 0 ? suspect_let_go(call, has.n) : 0;
    return rc == 0 ? first_wanted(call, request, &out->alone) : rc;
}

int suspect_given(struct mesh_call *call, const Kosi__LeaseRequest *request, int64_t n) {
    struct store_statement *s = store_prepare(call->store, "UPDATE suspect SET holder = ?2, slot = ?3, alone_at = ?4 WHERE mail = ?1");
    store_bind_int(s, 1, n);
    store_bind_blob(s, 2, request->holder.data, request->holder.len);
    store_bind_int(s, 3, request->slot);
    store_bind_int(s, 4, call->now_us);
    return store_run(s);
}

int suspect_forget(struct mesh_call *call) {
    return store_run(store_prepare(call->store, "DELETE FROM suspect WHERE (SELECT state FROM mail WHERE n = suspect.mail) > 5"));
}
