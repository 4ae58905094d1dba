// Statements are prepared once per connection and found again by the address of their SQL. The text is compared as well, so SQL
// built at run time is served correctly (if slower) when it lands at an address used before.
#include "services/common/store/store_inner.h"
#include <assert.h>
#include <string.h>

static struct store_statement *set_of(struct store *store, const char *sql) {
    uint64_t hash = ((uint64_t)(uintptr_t)sql >> 3) * 0x9E3779B97F4A7C15u;
    return store->slots[hash >> 59];
}
_Static_assert(STORE_SETS == 32, "set_of() takes the five highest bits");

static struct store_statement *find(struct store_statement *set, const char *sql, struct store_statement **oldest) {
    *oldest = NULL;
    for (int i = 0; i < STORE_WAYS; i++) {
        struct store_statement *s = &set[i];
        if (s->open)
            continue;
        if (s->sql == sql && s->prepared != NULL && strcmp(sqlite3_sql(s->prepared), sql) == 0)
            return s;
        if (*oldest == NULL || s->used < (*oldest)->used)
            *oldest = s;
    }
    return NULL;
}

struct store_statement *store_prepare(struct store *store, const char *sql) {
    assert(store->magic == STORE_MAGIC);
    struct store_statement *oldest;
    struct store_statement *s = find(set_of(store, sql), sql, &oldest);
    if (s == NULL) {
        s = oldest;
        if (s == NULL)
            return NULL; // eight open statements of one set: a handler that forgets to reset
        sqlite3_finalize(s->prepared);
        *s = (struct store_statement){.store = store, .sql = sql};
        int rc = sqlite3_prepare_v3(store->db, sql, -1, SQLITE_PREPARE_PERSISTENT, &s->prepared, NULL);
        if (rc != SQLITE_OK || s->prepared == NULL) {
            s->error = store_fault(store, rc, sql);
            s->prepared = NULL;
        }
    }
    s->used = ++store->clock;
    return s;
}

static bool usable(const struct store_statement *s) {
    return s != NULL && s->prepared != NULL;
}
static void note_bind(struct store_statement *s, int rc) {
    if (rc != SQLITE_OK && s->error == 0)
        s->error = rc == SQLITE_TOOBIG || rc == SQLITE_NOMEM ? STORE_FAULT : store_fault(s->store, rc, s->sql);
}

void store_bind_int(struct store_statement *s, int n, int64_t value) {
    if (usable(s))
        note_bind(s, sqlite3_bind_int64(s->prepared, n, value));
}
void store_bind_real(struct store_statement *s, int n, double value) {
    if (usable(s))
        note_bind(s, sqlite3_bind_double(s->prepared, n, value));
}
void store_bind_text(struct store_statement *s, int n, const char *text) {
    if (usable(s))
        note_bind(s, sqlite3_bind_text(s->prepared, n, text, -1, SQLITE_STATIC));
}
void store_bind_blob(struct store_statement *s, int n, const void *bytes, size_t length) {
    if (usable(s)) // an empty blob is not NULL
        note_bind(s, bytes == NULL && length > 0
                         ? SQLITE_MISUSE
                         : sqlite3_bind_blob64(s->prepared, n, length ? bytes : "", length, SQLITE_STATIC));
}

static int injected_fault(struct store *store, const char *sql) {
    int code = store->fail_code;
    if ((code & 0xff) == SQLITE_FULL)
        sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
    return store_fault(store, code, sql);
}

int store_step(struct store_statement *s) {
    if (s == NULL)
        return STORE_FAULT;
    struct store *store = s->store;
    if (s->error != 0)
        return s->error;
    if (store->broken)
        return store->broken_error;
    if (store->fail_in > 0 && --store->fail_in == 0)
        return s->error = injected_fault(store, s->sql);
    if (!s->open) {
        s->open = true;
        store->open_statements++;
    }
    int rc = sqlite3_step(s->prepared);
    if (rc == SQLITE_ROW)
        return 1;
    if (rc == SQLITE_DONE)
        return 0;
    return s->error = store_fault(store, rc, s->sql);
}

void store_reset(struct store_statement *s) {
    if (s == NULL)
        return;
    if (s->prepared != NULL) {
        sqlite3_reset(s->prepared);
        sqlite3_clear_bindings(s->prepared);
        s->error = 0; // a statement that could not be prepared keeps its error
    }
    if (s->open) {
        s->open = false;
        s->store->open_statements--;
    }
}

int store_run(struct store_statement *s) {
    int rc;
    do
        rc = store_step(s);
    while (rc > 0);
    store_reset(s);
    return rc;
}

void store_reset_all(struct store *store) {
    for (int set = 0; store->open_statements > 0 && set < STORE_SETS; set++)
        for (int way = 0; way < STORE_WAYS; way++)
            if (store->slots[set][way].open)
                store_reset(&store->slots[set][way]);
}

int64_t store_int(struct store_statement *s, int column) {
    return sqlite3_column_int64(s->prepared, column);
}
double store_real(struct store_statement *s, int column) {
    return sqlite3_column_double(s->prepared, column);
}
const char *store_text(struct store_statement *s, int column) {
    const char *text = (const char *)sqlite3_column_text(s->prepared, column);
    return text ? text : "";
}
const void *store_blob(struct store_statement *s, int column, size_t *length) {
    const void *bytes = sqlite3_column_blob(s->prepared, column);
    *length = (size_t)sqlite3_column_bytes(s->prepared, column);
    return bytes ? bytes : "";
}
bool store_is_null(struct store_statement *s, int column) {
    return sqlite3_column_type(s->prepared, column) == SQLITE_NULL;
}
