#include "services/notifications/staff_mail.h"
#include "services/notifications/ledger.h"
#include "services/common/base/clock.h"
#include "services/common/base/log.h"
#include <stdio.h>
#include <string.h>

#define STAFF_COLUMNS "s.account, s.login, s.roles, s.contact, s.new_submissions, s.overdue, s.disabled, s.language, s.proven"
// Those with an address they have confirmed; what waited for a confirmation would come all at once, and late.
#define REACHABLE " FROM staff s JOIN contact c ON c.id = s.contact AND c.state = 2" \
                  " WHERE s.proven = 1 AND s.disabled = 0 AND ' ' || s.roles || ' ' LIKE '% moderator %'"

enum { AT_ONCE_MOST = 200, DAILY_BATCH = 50, ROUND_DONE = -1 };
static const int64_t day_us = INT64_C(24) * 3600 * 1000 * 1000, reset_valid_us = INT64_C(3600) * 1000 * 1000;
static const char round_name[] = "staff";

// ---- who

static int read_row(struct mesh_call *call, struct store_statement *s, struct staff *out) {
    *out = (struct staff){
        .account = arena_text(call->arena, store_text(s, 0)),
        .login = arena_text(call->arena, store_text(s, 1)),
        .roles = arena_text(call->arena, store_text(s, 2)),
        .contact = store_is_null(s, 3) ? NULL : arena_text(call->arena, store_text(s, 3)),
        .new_submissions = arena_text(call->arena, store_text(s, 4)),
        .overdue = store_int(s, 5) != 0,
        .disabled = store_int(s, 6) != 0,
        .language = arena_text(call->arena, store_text(s, 7)),
        .proven = store_int(s, 8) != 0,
    };
    return out->account && out->login && out->roles && out->new_submissions && out->language ? 0 : STORE_FAULT;
}

int staff_load(struct mesh_call *call, const char *account, struct staff *out) {
    struct store_statement *s = store_prepare(call->store, "SELECT " STAFF_COLUMNS " FROM staff s WHERE s.account = ?1");
    store_bind_text(s, 1, account);
    int rc = store_step(s);
    rc = rc == 1 ? read_row(call, s, out) : rc == 0 ? PROBLEM_NOT_FOUND : rc;
    store_reset(s);
    return rc;
}

int staff_save(struct mesh_call *call, const struct staff *staff) {
    struct store_statement *s =
        store_prepare(call->store, "INSERT INTO staff(account, login, roles, contact, new_submissions, overdue, disabled, language, proven)"
                                   " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT(account) DO UPDATE SET login = ?2, roles = ?3,"
                                   " contact = ?4, new_submissions = ?5, overdue = ?6, disabled = ?7, language = ?8, proven = ?9");
    store_bind_text(s, 1, staff->account);
    store_bind_text(s, 2, staff->login);
    store_bind_text(s, 3, staff->roles);
    store_bind_text(s, 4, staff->contact);
    store_bind_text(s, 5, staff->new_submissions);
    store_bind_int(s, 6, staff->overdue);
    store_bind_int(s, 7, staff->disabled);
    store_bind_text(s, 8, staff->language);
    store_bind_int(s, 9, staff->proven);
    return store_run(s);
}

bool staff_may_know(const struct staff *staff) {
    static const char role[] = "moderator";
    for (const char *at = strstr(staff->roles, role); at != NULL; at = strstr(at + 1, role))
        if ((at == staff->roles || at[-1] == ' ') && (at[sizeof role - 1] == ' ' || at[sizeof role - 1] == '\0'))
            return !staff->disabled;
    return false;
}

// ---- owing

static int owe(struct mesh_call *call, const struct staff *staff, enum mail_kind kind, const char *subject_id, const char *dedup,
               const Kosi__MailFacts *facts) {
    struct contact contact;
    uint64_t number;
    int rc = dedup != NULL ? contact_by_id(call, staff->contact, &contact) : STORE_FAULT;
    if (rc != 0)
        return rc == PROBLEM_NOT_FOUND ? 0 : rc;
    struct owed_mail mail = {.kind = kind, .dedup = dedup, .contact = &contact, .subject_id = subject_id, .language = staff->language,
                             .facts = facts};
    return ledger_owe(call, &mail, &number);
}

// The rows are read to the end before anything is written for one of them. Mostly there is none, and no room for them is taken.
static int list_staff(struct mesh_call *call, struct store_statement *s, int most, struct staff **out, int *count) {
    int rc = 0, row = store_step(s);
    *count = 0;
    *out = row == 1 ? arena_take(call->arena, (size_t)most * sizeof **out) : NULL;
    if (row == 1 && *out == NULL)
        rc = STORE_FAULT;
    while (rc == 0 && row == 1) {
        rc = read_row(call, s, &(*out)[(*count)++]);
        row = rc == 0 && *count < most ? store_step(s) : 0;
    }
    store_reset(s);
    return row < 0 ? row : rc;
}

int staff_mail_new(struct mesh_call *call, const struct matter *matter) {
    struct store_statement *s =
        store_prepare(call->store, "SELECT " STAFF_COLUMNS REACHABLE " AND s.new_submissions = 'at_once' ORDER BY s.rowid LIMIT ?1");
    struct staff *all;
    int count;
    store_bind_int(s, 1, AT_ONCE_MOST);
    int rc = list_staff(call, s, AT_ONCE_MOST, &all, &count);
    for (int i = 0; i < count && rc == 0; i++)
        rc = owe(call, &all[i], MAIL_STAFF_NEW, matter->id,
                 arena_format(call->arena, "submission/%s/staff-new/%s", matter->id, all[i].account), NULL);
    return rc;
}

int staff_drop(struct mesh_call *call, const struct staff *staff, const char *reason) {
    int rc = ledger_drop(call, staff->account, -1, reason);
    return rc != 0 || staff->contact == NULL ? rc : ledger_drop_kind_to(call, staff->contact, MAIL_STAFF_NEW, reason);
}

// ---- the summaries of a day

struct round { int64_t cursor, since, until; char date[CLOCK_DATE_MAX]; bool there; };   // (since, until]

static int round_load(struct mesh_call *call, struct round *out) {
    struct store_statement *s = store_prepare(call->store, "SELECT cursor, since, until, period FROM round WHERE name = ?1");
    store_bind_text(s, 1, round_name);
    int rc = store_step(s);
    *out = (struct round){.there = rc == 1};
    if (rc == 1) {
        out->cursor = store_int(s, 0);
        out->since = store_int(s, 1);
        out->until = store_int(s, 2);
        snprintf(out->date, sizeof out->date, "%s", store_text(s, 3));
    }
    store_reset(s);
    return rc < 0 ? rc : 0;
}

static int round_save(struct mesh_call *call, const struct round *round) {
    struct store_statement *s =
        store_prepare(call->store, "INSERT INTO round(name, period, cursor, since, until) VALUES(?1, ?2, ?3, ?4, ?5)"
                                   " ON CONFLICT(name) DO UPDATE SET period = ?2, cursor = ?3, since = ?4, until = ?5");
    store_bind_text(s, 1, round_name);
    store_bind_text(s, 2, round->date);
    store_bind_int(s, 3, round->cursor);
    store_bind_int(s, 4, round->since);
    store_bind_int(s, 5, round->until);
    return store_run(s);
}

// A count; negative store_error.
static int64_t counted(struct store_statement *s) {
    int64_t row = store_step(s), count = row == 1 ? store_int(s, 0) : row;
    store_reset(s);
    return count;
}

// By when they became known here: what was received while this service was down is new all the same.
static int64_t count_fresh(struct mesh_call *call, const struct round *round) {
    struct store_statement *s =
        store_prepare(call->store, "SELECT count(*) FROM matter WHERE undecided = 1 AND known_at > ?1 AND known_at <= ?2");
    store_bind_int(s, 1, round->since);
    store_bind_int(s, 2, round->until);
    return counted(s);
}

static int64_t count_overdue(struct mesh_call *call, const struct round *round) {
    struct store_statement *s = store_prepare(call->store, "SELECT count(*) FROM matter WHERE undecided = 1 AND received_at <= ?1");
    store_bind_int(s, 1, round->until - call->config->overdue_days * day_us);
    return counted(s);
}

struct day { const struct round *round; int64_t fresh, overdue; };

// A summary that was not sent yet says less than the new one.
static int owe_summary(struct mesh_call *call, const struct staff *staff, const struct day *day, enum mail_kind kind) {
    char count[24], days[24];
    snprintf(count, sizeof count, "%lld", (long long)(kind == MAIL_STAFF_DAILY ? day->fresh : day->overdue));
    snprintf(days, sizeof days, "%d", call->config->overdue_days);
    Kosi__MailFact items[2] = {KOSI__MAIL_FACT__INIT, KOSI__MAIL_FACT__INIT}, *list[2] = {&items[0], &items[1]};
    items[0].name = (char *)(uintptr_t)"count";
    items[0].value = count;
    items[1].name = (char *)(uintptr_t)"days";
    items[1].value = days;
    Kosi__MailFacts facts = KOSI__MAIL_FACTS__INIT;
    facts.facts = list;
    facts.n_facts = kind == MAIL_STAFF_DAILY ? 1 : 2;
    int rc = ledger_drop(call, staff->account, (int)kind, "overtaken");
    const char *dedup = arena_format(call->arena, "%s/%s/%s", mail_kind_row(kind)->name, staff->account, day->round->date);
    return rc != 0 ? rc : owe(call, staff, kind, staff->account, dedup, &facts);
}

static int owe_day(struct mesh_call *call, const struct staff *staff, const struct day *day) {
    int rc = 0;
    if (day->fresh > 0 && strcmp(staff->new_submissions, "daily") == 0)
        rc = owe_summary(call, staff, day, MAIL_STAFF_DAILY);
    if (rc == 0 && day->overdue > 0 && staff->overdue)
        rc = owe_summary(call, staff, day, MAIL_STAFF_OVERDUE);
    return rc;
}

// Some of the staff a time; the cursor is a row's number. Positive: there are more.
static int go_on(struct mesh_call *call, struct round *round) {
    struct store_statement *s = store_prepare(call->store, "SELECT " STAFF_COLUMNS ", s.rowid" REACHABLE
                                                           " AND (s.new_submissions = 'daily' OR s.overdue = 1) AND s.rowid > ?1 ORDER BY s.rowid LIMIT ?2");
    struct day day = {.round = round, .fresh = count_fresh(call, round), .overdue = count_overdue(call, round)};
    struct staff all[DAILY_BATCH];
    int count = 0, rc = day.fresh < 0 ? (int)day.fresh : day.overdue < 0 ? (int)day.overdue : 0, row = 0;
    store_bind_int(s, 1, round->cursor);
    store_bind_int(s, 2, DAILY_BATCH);
    while (rc == 0 && count < DAILY_BATCH && (row = store_step(s)) == 1) {
        rc = read_row(call, s, &all[count++]);
        round->cursor = store_int(s, 9);
    }
    store_reset(s);
    rc = rc == 0 && row < 0 ? row : rc;
    for (int i = 0; i < count && rc == 0; i++)
        rc = owe_day(call, &all[i], &day);
    bool more = count == DAILY_BATCH;
    round->cursor = more ? round->cursor : ROUND_DONE;
    if (rc == 0)
        rc = round_save(call, round);
    return rc == 0 && more ? 1 : rc;
}

// Once a day, from the hour of the summaries on. Each is of all that became known since the last one, the first of whatever is known.
static int summaries(struct mesh_call *call) {
    struct round round;
    char date[CLOCK_DATE_MAX];
    int64_t hour = clock_local_last(call->now_us, CLOCK_ANY_DAY, call->config->staff_mail_hour, date);
    int rc = round_load(call, &round);
    bool idle = !round.there || round.cursor == ROUND_DONE;
    if (rc == 0 && idle && round.until > call->now_us + day_us) {
        round.until = call->now_us;   // the clock was ahead: not to be waited for
        return round_save(call, &round);
    }
    if (rc != 0 || (idle && hour <= round.until))
        return rc;
    if (idle) {
        round = (struct round){.since = round.until, .until = call->now_us};
        snprintf(round.date, sizeof round.date, "%s", date);
    }
    return go_on(call, &round);
}

// ---- links that are no longer good

static int drop_stale_reset(struct mesh_call *call) {
    struct store_statement *s = store_prepare(
        call->store, "SELECT m.subject_id FROM staff s CROSS JOIN mail m ON m.subject_id = s.account AND m.subject_id <> '' AND m.state <= 5"
                     " WHERE m.kind = ?1 AND +m.contact = s.contact AND m.owed_at < ?2 LIMIT 1");
    store_bind_text(s, 1, mail_kind_row(MAIL_PASSWORD_RESET)->name);
    store_bind_int(s, 2, call->now_us - reset_valid_us);
    int row = store_step(s);
    const char *account = row == 1 ? arena_text(call->arena, store_text(s, 0)) : NULL;
    store_reset(s);
    if (row < 1)
        return row;
    int rc = account ? ledger_drop(call, account, MAIL_PASSWORD_RESET, "overtaken") : STORE_FAULT;
    return rc != 0 ? rc : 1;
}

int staff_mail_tick(struct mesh_call *call) {
    int rc = drop_stale_reset(call);
    return rc != 0 ? rc : summaries(call);
}
