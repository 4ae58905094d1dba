#include "services/notifications/digest.h"
#include "services/common/base/clock.h"
#include "services/notifications/ledger.h"
#include <stdio.h>
#include <string.h>

enum { READERS_AT_ONCE = 50, ITEMS_MOST = 15, TURN_US = 5000, DONE = -1, FIRST_WEEK = 7 };
static const int64_t day_us = INT64_C(86400) * 1000000;

// A row of `round`: from the last one's end (exclusive) to its day and hour. cursor: the last reader dealt with; DONE: all.
struct round {
    const char *frequency;
    char period[CLOCK_DATE_MAX];   // its day
    int64_t cursor, since, until;
    bool known;
};
struct reader {
    int64_t n;
    struct contact contact;
    char *themes, *districts;
};

// ---- rounds

static int load(struct mesh_call *call, const char *frequency, struct round *out) {
    struct store_statement *s = store_prepare(call->store, "SELECT period, cursor, since, until FROM round WHERE name = ?1");
    *out = (struct round){.frequency = frequency};
    store_bind_text(s, 1, frequency);
    int rc = store_step(s);
    if (rc == 1) {
        out->known = true;
        snprintf(out->period, sizeof out->period, "%s", store_text(s, 0));
        out->cursor = store_int(s, 1);
        out->since = store_int(s, 2);
        out->until = store_int(s, 3);
    }
    store_reset(s);
    return rc < 0 ? rc : 0;
}

static int save(struct mesh_call *call, const struct round *round) {
    struct store_statement *s = store_prepare(call->store, "INSERT INTO round(name, period, cursor, since, until) VALUES (?1, ?2, ?3, ?4, ?5)"
                                                           " ON CONFLICT (name) DO UPDATE SET period = ?2, cursor = ?3, since = ?4, until = ?5");
    store_bind_text(s, 1, round->frequency);
    store_bind_text(s, 2, round->period);
    store_bind_int(s, 3, round->cursor);
    store_bind_int(s, 4, round->since);
    store_bind_int(s, 5, round->until);
    return store_run(s);
}

// The last digest day that has come; of a month's the first.
static int64_t last_time(const struct mesh_call *call, bool monthly, char date[CLOCK_DATE_MAX]) {
    int weekday = clock_weekday_of(call->config->digest_day), hour = call->config->digest_hour;
    int64_t at = clock_local_last(call->now_us, weekday, hour, date);
    for (int day = 0; monthly && sscanf(date, "%*d-%*d-%d", &day) == 1 && day > FIRST_WEEK;)
        at = clock_local_last(at - 1, weekday, hour, date);
    return at;
}

// Begins the next round when its time has come. A city's first has nothing to tell of but what comes after its start.
static int advance(struct mesh_call *call, struct round *round) {
    char period[CLOCK_DATE_MAX];
    if (round->known && round->cursor != DONE)
        return 0;
    if (round->known && round->until > call->now_us + day_us) {
        round->until = call->now_us;   // the clock was ahead: not to be waited for
        return save(call, round);
    }
    int64_t at = last_time(call, strcmp(round->frequency, "monthly") == 0, period);
    if (round->known && at <= round->until)
        return 0;
    round->since = round->known ? round->until : call->now_us;
    round->until = round->known ? at : call->now_us;
    round->cursor = round->known ? 0 : DONE;
    snprintf(round->period, sizeof round->period, "%s", period);
    return save(call, round);
}

// ---- readers

static int read_reader(struct mesh_call *call, struct store_statement *s, struct reader *out) {
    *out = (struct reader){.n = store_int(s, 0),
                           .contact = {.id = arena_text(call->arena, store_text(s, 1)), .address = arena_text(call->arena, store_text(s, 2)),
                                       .language = arena_text(call->arena, store_text(s, 3)), .state = (enum contact_state)store_int(s, 4),
                                       .generation = (uint32_t)store_int(s, 5)},
                           .themes = arena_text(call->arena, store_text(s, 6)), .districts = arena_text(call->arena, store_text(s, 7))};
    return out->contact.id && out->contact.address && out->contact.language && out->themes && out->districts ? 0 : STORE_FAULT;
}

static int find_readers(struct mesh_call *call, const struct round *round, struct reader out[READERS_AT_ONCE]) {
    struct store_statement *s = store_prepare(
        call->store, "SELECT c.n, c.id, c.address, c.language, c.state, c.generation, c.themes, c.districts, c.frequency = ?3"
                     " FROM subscription s JOIN contact c ON c.n = s.contact WHERE s.list = 'digest' AND s.contact > ?1"
                     " ORDER BY s.contact LIMIT ?2");
    int count = 0, rc;
    store_bind_int(s, 1, round->cursor);
    store_bind_int(s, 2, READERS_AT_ONCE);
    store_bind_text(s, 3, round->frequency);
    while ((rc = store_step(s)) == 1 && (rc = read_reader(call, s, &out[count])) == 0)
        if (store_int(s, 8) == 0)
            out[count++].contact.state = CONTACT_UNCONFIRMED;   // not of this round: passed over like one who cannot be written to
        else
            count++;
    store_reset(s);
    return rc < 0 ? rc : count;
}

// ---- what one reader is told

// Is one of the ids, between blanks, also in the other list? An empty wish is for everything.
static bool wanted(const char *wish, const char *ids) {
    char padded[80];
    if (wish[strspn(wish, " ")] == '\0')
        return true;
    for (const char *at = wish + strspn(wish, " "); *at != '\0';) {
        size_t n = strcspn(at, " ");
        int written = snprintf(padded, sizeof padded, " %.*s ", (int)n, at);
        if (written > 0 && (size_t)written < sizeof padded && strstr(ids, padded) != NULL)
            return true;
        at += n + strspn(at + n, " ");
    }
    return false;
}

static bool of_interest(struct mesh_call *call, const struct reader *reader, struct store_statement *s) {
    const char *district = arena_format(call->arena, " %s ", store_text(s, 2));
    return district != NULL && wanted(reader->themes, store_text(s, 1)) && wanted(reader->districts, district);
}

static Kosi__MailItem *item_of(struct mesh_call *call, struct store_statement *s) {
    Kosi__MailItem *item = arena_take(call->arena, sizeof *item);
    if (item == NULL)
        return NULL;
    kosi__mail_item__init(item);
    item->link = arena_text(call->arena, store_text(s, 0));   // its words are looked up when the mail is written
    return item->link != NULL ? item : NULL;
}

// Newest first; beyond ITEMS_MOST the mail's link to the landscape has the rest.
static int find_items(struct mesh_call *call, const struct round *round, const struct reader *reader, Kosi__MailFacts *facts) {
    struct store_statement *s = store_prepare(call->store, "SELECT entry_id, themes, district FROM news"
                                                           " WHERE first_at > ?1 AND first_at <= ?2 AND shown = 1 ORDER BY first_at DESC");
    int rc;
    facts->items = arena_take(call->arena, ITEMS_MOST * sizeof *facts->items);
    store_bind_int(s, 1, round->since);
    store_bind_int(s, 2, round->until);
    while (facts->items != NULL && facts->n_items < ITEMS_MOST && (rc = store_step(s)) == 1) {
        if (!of_interest(call, reader, s))
            continue;
        if ((facts->items[facts->n_items] = item_of(call, s)) == NULL)
            break;
        facts->n_items++;
    }
    bool short_of_memory = facts->items == NULL || (facts->n_items < ITEMS_MOST && rc == 1);
    store_reset(s);
    return short_of_memory ? STORE_FAULT : rc < 0 ? rc : 0;
}

// Whoever changes from weekly to monthly on a day that is both hears of it once.
static int owe(struct mesh_call *call, const struct round *round, const struct reader *reader) {
    Kosi__MailFacts facts = KOSI__MAIL_FACTS__INIT;
    Kosi__MailFact since = KOSI__MAIL_FACT__INIT, *list[] = {&since};
    uint64_t number;
    int rc = find_items(call, round, reader, &facts);
    if (rc != 0 || facts.n_items == 0)
        return rc;
    since.name = (char *)(uintptr_t)"since";
    since.value = arena_format(call->arena, "%lld", (long long)round->since);
    facts.facts = list;
    facts.n_facts = 1;
    struct owed_mail mail = {.kind = MAIL_DIGEST, .contact = &reader->contact, .facts = &facts,
                             .dedup = arena_format(call->arena, "digest/%s/%s", reader->contact.id, round->period)};
    return since.value == NULL || mail.dedup == NULL ? STORE_FAULT : ledger_owe(call, &mail, &number);
}

// A batch of readers, but not for longer than others may be kept waiting. Positive: there are more.
static int go_on(struct mesh_call *call, struct round *round) {
    struct reader readers[READERS_AT_ONCE];
    int64_t began = clock_mono_us();
    int count = find_readers(call, round, readers), done = 0, rc = count < 0 ? count : 0;
    for (; done < count && rc == 0 && (done == 0 || clock_mono_us() - began < TURN_US); done++) {
        if (readers[done].contact.state == CONTACT_CONFIRMED)
            rc = owe(call, round, &readers[done]);
        round->cursor = readers[done].n;
    }
    if (rc != 0)
        return rc < 0 ? rc : STORE_FAULT;   // a positive one would commit what was half done
    if (count == 0)
        round->cursor = DONE;
    rc = save(call, round);
    return rc ? rc : round->cursor != DONE;
}

int digest_run(struct mesh_call *call) {
    static const char *const frequencies[] = {"weekly", "monthly"};
    int more = 0;
    for (int i = 0; i < 2; i++) {
        struct round round;
        int rc = load(call, frequencies[i], &round);
        rc = rc ? rc : advance(call, &round);
        if (rc == 0 && round.cursor != DONE)
            rc = go_on(call, &round);
        if (rc < 0)
            return rc;
        more |= rc;
    }
    return more;
}
