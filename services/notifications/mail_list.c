#include "services/notifications/mail_list.h"
#include <stdlib.h>
#include <string.h>

enum { SCAN_MAX = 4000, SOURCES_MOST = 8 };

// Where rows are read from: an index that leads to few of them, or all.
struct source {
    const char *sql;
    int state;           // bound as ?1 when above 0
    const char *key;     // or this
};
struct sweep {
    const struct mail_question *question;
    struct mail_row *rows;
    size_t count, room;
    int scan;            // rows of each source that are looked at
    int64_t floor;       // below this number some source was not read: 0 for none
};

#define ROWS "SELECT " MAIL_ROW_COLUMNS " FROM mail WHERE "
#define NEWEST " AND n < ?2 ORDER BY n DESC LIMIT ?3"
static const char of_state[] = ROWS "state = ?1 AND state <> 3 AND state <> 6" NEWEST;   // the index's own condition
static const char leased[] = ROWS "state = 3 AND ?1 = 3 AND +n < ?2 ORDER BY +n DESC LIMIT ?3";   // few rows: not along the table
static const char to_contact[] = ROWS "contact = ?1 AND contact IS NOT NULL" NEWEST;
static const char about_subject[] = ROWS "subject_id = ?1 AND subject_id <> ''" NEWEST;
static const char all_rows[] = ROWS "?1 = 0" NEWEST;

static int sources(const struct mail_question *question, struct source out[SOURCES_MOST]) {
    int count = 0;
    if (question->contact != NULL)
        out[count++] = (struct source){to_contact, 0, question->contact};
    else if (question->subject_id != NULL) {
        out[count++] = (struct source){about_subject, 0, question->subject_id};
        if (question->or_about != NULL)
            out[count++] = (struct source){about_subject, 0, question->or_about};
    } else if (question->states & 1u << MAIL_SENT)
        out[count++] = (struct source){all_rows, 0, NULL};
    else
        for (int state = MAIL_OWED; state <= MAIL_CANCELLED; state++)
            if (question->states & 1u << state)
                out[count++] = (struct source){state == MAIL_LEASED ? leased : of_state, state, NULL};
    return count;
}

static bool same(const char *wanted, const char *text) {
    return wanted == NULL || (text != NULL && strcmp(wanted, text) == 0);
}

static bool is_about(const struct mail_question *question, const struct mail_row *row) {
    return same(question->subject_id, row->subject_id) || (question->or_about != NULL && same(question->or_about, row->subject_id));
}

static bool wanted(struct mesh_call *call, const struct mail_question *question, const struct mail_row *row) {
    return question->states & 1u << row->state && same(question->kind, row->kind) && same(question->contact, row->contact) &&
           is_about(question, row) && (!question->overdue || mail_row_overdue(row, call->config, call->now_us));
}

// At most a page and one of what is wanted of this source.
static int read_source(struct mesh_call *call, struct sweep *sweep, const struct source *source) {
    const struct mail_question *question = sweep->question;
    struct store_statement *s = store_prepare(call->store, source->sql);
    if (source->key != NULL)
        store_bind_text(s, 1, source->key);
    else
        store_bind_int(s, 1, source->state);
    store_bind_int(s, 2, question->before);
    store_bind_int(s, 3, sweep->scan);
    size_t found = 0;
    int rc = 0, seen = 0;
    int64_t last = 0;
    while (found <= question->page_size && sweep->count < sweep->room && (rc = store_step(s)) == 1) {
        struct mail_row *row = &sweep->rows[sweep->count];
        seen++;
        if ((rc = mail_row_read(s, call->arena, row)) != 0)
            break;
        last = row->n;
        if (wanted(call, question, row)) {
            sweep->count++;
            found++;
        }
    }
    store_reset(s);
    if (seen == sweep->scan && found <= question->page_size && last > sweep->floor)
        sweep->floor = last;
    return rc < 0 ? rc : 0;
}

static int newest_first(const void *a, const void *b) {
    int64_t x = ((const struct mail_row *)a)->n, y = ((const struct mail_row *)b)->n;
    return (x < y) - (x > y);
}

// Of all that was found: a page, and nothing from below where a source was not read.
static void cut(struct sweep *sweep, struct mail_page *out) {
    qsort(sweep->rows, sweep->count, sizeof *sweep->rows, newest_first);
    *out = (struct mail_page){.rows = sweep->rows, .go_on_before = sweep->floor};
    while (out->count < sweep->count && sweep->rows[out->count].n >= sweep->floor) {
        if (out->count == sweep->question->page_size) {
            out->go_on_before = sweep->rows[out->count - 1].n;
            return;
        }
        out->count++;
    }
}

int mail_list(struct mesh_call *call, const struct mail_question *question, struct mail_page *out) {
    struct source from[SOURCES_MOST];
    struct sweep sweep = {.question = question};
    int count = sources(question, from), rc = 0;
    sweep.scan = SCAN_MAX / (count > 0 ? count : 1);
    sweep.room = (size_t)(count > 0 ? count : 1) * (question->page_size + 1);
    sweep.rows = arena_take(call->arena, sweep.room * sizeof *sweep.rows);
    if (sweep.rows == NULL)
        return STORE_FAULT;
    for (int i = 0; rc == 0 && i < count; i++)
        rc = read_source(call, &sweep, &from[i]);
    cut(&sweep, out);
    return rc;
}
