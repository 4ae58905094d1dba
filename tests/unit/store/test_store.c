// The promises of store.h: settings, errors told apart, nothing runs after the engine rolled back, migrations by part.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "services/common/store/copier.h"
#include "services/common/store/store_inner.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

struct place {
    char dir[64], file[96];
    struct store *store;
};

static int set_up(void **state) {
    struct place *place = calloc(1, sizeof *place);
    strcpy(place->dir, "/tmp/kosi-store-XXXXXX");
    assert_non_null(mkdtemp(place->dir));
    snprintf(place->file, sizeof place->file, "%s/a.db", place->dir);
    place->store = store_open(place->file, STORE_WRITER);
    assert_non_null(place->store);
    assert_int_equal(store_execute(place->store, "CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT UNIQUE, b BLOB) STRICT"), 0);
    *state = place;
    return 0;
}

static int tear_down(void **state) {
    struct place *place = *state;
    store_close(&place->store);
    char command[96];
    snprintf(command, sizeof command, "rm -rf %s", place->dir);
    int rc = system(command);
    free(place);
    return rc;
}

static int insert(struct store *store, const char *a) {
    struct store_statement *s = store_prepare(store, "INSERT INTO t(a) VALUES(?1)");
    store_bind_text(s, 1, a);
    return store_run(s);
}

static int64_t number(struct store *store, const char *sql) {
    struct store_statement *s = store_prepare(store, sql);
    assert_int_equal(store_step(s), 1);
    int64_t n = store_int(s, 0);
    store_reset(s);
    return n;
}
static const char count_sql[] = "SELECT count(*) FROM t";

static void settings_are_ours(void **state) {
    struct place *place = *state;
    assert_int_equal(number(place->store, "PRAGMA synchronous"), 2);
    assert_int_equal(number(place->store, "PRAGMA foreign_keys"), 1);
    assert_int_equal(number(place->store, "PRAGMA trusted_schema"), 0);
    assert_int_equal(number(place->store, "PRAGMA cell_size_check"), 1);
    struct store_statement *s = store_prepare(place->store, "PRAGMA journal_mode");
    assert_int_equal(store_step(s), 1);
    assert_string_equal(store_text(s, 0), "wal");
    store_reset(s);
}

static void readers_cannot_write(void **state) {
    struct place *place = *state;
    struct store *reader = store_open(place->file, STORE_READER);
    assert_non_null(reader);
    assert_int_equal(insert(reader, "x"), STORE_FULL); // read-only, as a disk can be
    store_close(&reader);
    int error;
    assert_null(store_try_open("/tmp/kosi-no-such-place/a.db", STORE_READER, &error));
    assert_int_equal(error, STORE_BUSY);
}

static void savepoints_undo_one(void **state) {
    struct store *store = ((struct place *)*state)->store;
    assert_int_equal(store_begin(store), 0);
    assert_int_equal(store_save(store), 0);
    assert_int_equal(insert(store, "kept"), 0);
    assert_int_equal(store_release(store), 0);
    assert_int_equal(store_save(store), 0);
    assert_int_equal(insert(store, "undone"), 0);
    assert_int_equal(insert(store, "kept"), STORE_CONFLICT);
    assert_false(store_broken(store));
    assert_int_equal(store_unsave(store), 0);
    assert_int_equal(store_commit(store), 0);
    assert_int_equal(number(store, count_sql), 1);
}

static void full_breaks_the_transaction(void **state) {
    struct store *store = ((struct place *)*state)->store;
    assert_int_equal(store_execute(store, "PRAGMA max_page_count=20"), 0);
    assert_int_equal(store_begin(store), 0);
    assert_int_equal(store_save(store), 0);
    int rc = 0;
    char a[3000];
    memset(a, 'a', sizeof a - 1);
    a[sizeof a - 1] = 0;
    for (int i = 0; i < 100 && rc == 0; i++) {
        a[0] = (char)('0' + i);
        rc = insert(store, a);
    }
    assert_int_equal(rc, STORE_FULL);
    if (store_broken(store))
        assert_int_equal(insert(store, "alone"), STORE_FULL); // would have committed by itself
    store_rollback(store);
    assert_int_equal(number(store, count_sql), 0);
    assert_int_equal(store_execute(store, "PRAGMA max_page_count=100000"), 0);
    assert_int_equal(store_begin(store), 0);
    assert_int_equal(insert(store, "again"), 0);
    assert_int_equal(store_commit(store), 0);
    assert_int_equal(number(store, count_sql), 1);
}

// Whichever step fails, whatever was committed before is there and nothing of the failed transaction is.
static void any_step_may_fail(void **state) {
    struct store *store = ((struct place *)*state)->store;
    int expected = 0;
    for (int n = 1; n <= 6; n++) {
        store_fail_step(store, n, SQLITE_FULL);
        int rc = store_begin(store);
        if (rc == 0)
            rc = store_save(store);
        char name[16];
        snprintf(name, sizeof name, "n%d", n);
        if (rc == 0)
            rc = insert(store, name);
        if (rc == 0)
            rc = store_release(store);
        if (rc == 0)
            rc = store_commit(store);
        expected += rc == 0;
        assert_int_equal(rc, n <= 5 ? STORE_FULL : 0);
        if (rc != 0)
            store_rollback(store);
        store_fail_step(store, 0, 0);
        assert_int_equal(number(store, count_sql), expected);
    }
}

static void statements_are_kept_and_told_apart(void **state) {
    struct store *store = ((struct place *)*state)->store;
    static const char sql[] = "SELECT 1";
    struct store_statement *first = store_prepare(store, sql);
    assert_ptr_equal(first, store_prepare(store, sql));
    assert_int_equal(store_step(first), 1);
    struct store_statement *second = store_prepare(store, sql); // the first is in use
    assert_ptr_not_equal(first, second);
    store_reset(first);
    char changing[32] = "SELECT 2";
    struct store_statement *a = store_prepare(store, changing);
    assert_int_equal(store_step(a), 1);
    store_reset(a);
    strcpy(changing, "SELECT 3");
    struct store_statement *b = store_prepare(store, changing);
    assert_int_equal(store_step(b), 1);
    assert_int_equal(store_int(b, 0), 3);
    store_reset(b);
    assert_int_equal(store_run(store_prepare(store, "SELECT nonsense")), STORE_FAULT);
    assert_int_equal(store_run(NULL), STORE_FAULT);
}

static void migrations_go_forward_only(void **state) {
    struct place *place = *state;
    static const struct store_migration old[] = {{1, 1, "CREATE TABLE one(x INTEGER) STRICT"}};
    static const struct store_migration new[] = {{1, 1, "CREATE TABLE one(x INTEGER) STRICT"},
                                                 {2, 2, "CREATE TABLE two(x INTEGER) STRICT; INSERT INTO two VALUES(1)"}};
    static const struct store_migration broken[] = {
        {3, 3, "CREATE TABLE three(x INTEGER) STRICT; INSERT INTO nowhere VALUES(1)"}};
    bool usable;
    assert_int_equal(store_schema(place->store, 1, &usable), 0);
    assert_int_equal(store_migrate(place->store, old, 1), 0);
    assert_int_equal(store_migrate(place->store, new, 2), 0);
    assert_int_equal(store_migrate(place->store, new, 2), 0);
    assert_int_equal(store_schema(place->store, 2, &usable), 2);
    assert_true(usable);
    store_schema(place->store, 1, &usable);
    assert_false(usable);
    assert_int_equal(number(place->store, "SELECT count(*) FROM two"), 1);
    assert_int_equal(store_migrate(place->store, broken, 1), STORE_FAULT);
    assert_int_equal(number(place->store, "SELECT count(*) FROM sqlite_schema WHERE name = 'three'"), 0);
    assert_int_equal(store_schema_part(place->store, "other", 0, &usable), 0);
}

static void check_finds_damage(void **state) {
    struct place *place = *state;
    for (int i = 0; i < 200; i++) {
        char a[400];
        snprintf(a, sizeof a, "%0300d", i);
        assert_int_equal(insert(place->store, a), 0);
    }
    assert_int_equal(store_check(place->store), 0);
    store_close(&place->store);
    FILE *file = fopen(place->file, "r+b");
    fseek(file, 4096 * 3, SEEK_SET);
    for (int i = 0; i < 4096; i++)
        fputc(0xa5, file);
    fclose(file);
    struct store *reader = store_open(place->file, STORE_READER);
    assert_int_equal(store_check(reader), STORE_CORRUPT);
    store_close(&reader);
}

static bool file_has(const char *name, const char *word) {
    FILE *file = fopen(name, "rb");
    if (file == NULL)
        return false;
    static char bytes[1024 * 1024];
    size_t n = fread(bytes, 1, sizeof bytes, file);
    fclose(file);
    return memmem(bytes, n, word, strlen(word)) != NULL;
}

// The log kept what was erased until it was written over, which in a small town is never.
static void erased_leaves_the_log(void **state) {
    struct place *place = *state;
    char log[112];
    snprintf(log, sizeof log, "%s-wal", place->file);
    store_idle(place->store);
    struct store *reader = store_open(place->file, STORE_READER);
    assert_int_equal(insert(place->store, "Geheimwort"), 0);
    assert_int_equal(store_begin(place->store), 0);
    assert_int_equal(store_run(store_prepare(place->store, "DELETE FROM t")), 0);
    store_forget(place->store);
    assert_int_equal(store_commit(place->store), 0);
    assert_int_equal(store_begin(reader), 0);
    assert_int_equal(number(reader, count_sql), 0);
    assert_true(file_has(log, "Geheimwort"));
    store_idle(place->store);   // somebody reads: put off
    assert_true(file_has(log, "Geheimwort"));
    assert_int_equal(store_commit(reader), 0);
    store_idle(place->store);
    assert_false(file_has(log, "Geheimwort") || file_has(place->file, "Geheimwort"));
    store_close(&reader);
}

static void insert_bytes(struct store *store, size_t size) {
    static const uint8_t bytes[8 * 1024 * 1024];
    assert_true(size <= sizeof bytes);
    assert_int_equal(store_begin(store), 0);
    struct store_statement *s = store_prepare(store, "INSERT INTO t(b) VALUES(?1)");
    store_bind_blob(s, 1, bytes, size);
    assert_int_equal(store_run(s), 0);
    assert_int_equal(store_commit(store), 0);
}

// The writer itself copies the rest only, long before the log is as long as it may be. What a reader keeps from being copied stands for
// what is written while the rest is.
static void fill_long_log(struct store *store, struct store *reader) {
    enum { PAGE = 4096, BEFORE = STORE_WAL_PAGES_LONG - 100 };
    insert_bytes(store, BEFORE / 2 * PAGE);
    insert_bytes(store, BEFORE / 2 * PAGE);
    assert_in_range(store->wal_pages, BEFORE, STORE_WAL_PAGES_LONG + 20);
    assert_true(store->copier == NULL || copier_done(store->copier) == 0);
    assert_int_equal(store_begin(reader), 0);
    assert_true(number(reader, count_sql) >= 2);
    insert_bytes(store, 150 * PAGE);
    assert_non_null(store->copier);
    copier_wait(store->copier);
    assert_in_range(copier_done(store->copier), BEFORE, STORE_WAL_PAGES_LONG - 1);
    assert_int_equal(store_commit(reader), 0);
    insert_bytes(store, STORE_WAL_PAGES_STEP * PAGE);
    assert_int_equal(store->wal_pages, 0); // all is copied
    insert_bytes(store, PAGE / 2);
    assert_in_range(store->wal_pages, 1, 20);
}

static void a_long_log_is_copied_beside_the_writer(void **state) {
    struct place *place = *state;
    struct store *store = place->store, *reader = store_open(place->file, STORE_READER);
    fill_long_log(store, reader);
    fill_long_log(store, reader); // what was copied of the log before counts no more
    assert_int_equal(number(reader, count_sql), 10);
    assert_int_equal(store_check(reader), 0);
    store_close(&reader);
}

// A log that takes all room on its disk can never be copied: the database stays as small as it was, and everything refused.
static void the_log_leaves_room_for_its_checkpoint(void **state) {
    struct place *place = *state;
    char dir[96], file[128], log[140];
    snprintf(dir, sizeof dir, "%s/small", place->dir);
    snprintf(file, sizeof file, "%s/a.db", dir);
    snprintf(log, sizeof log, "%s-wal", file);
    assert_int_equal(mkdir(dir, 0700), 0);
    if (mount("tmpfs", dir, "tmpfs", 0, "size=14m") != 0)
        skip();
    struct store *store = store_open(file, STORE_WRITER);
    assert_int_equal(store_execute(store, "CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT UNIQUE, b BLOB) STRICT"), 0);
    for (int i = 0; i < 20; i++) {   // ten MiB
        insert_bytes(store, 512 * 1024);
        assert_true(store_room(store) >= (int64_t)store->wal_pages * STORE_PAGE_BYTES);
    }
    struct stat size;
    assert_int_equal(stat(log, &size), 0);
    assert_in_range(size.st_size, 0, 4 << 20);
    store_make_room(store);
    assert_int_equal(store->wal_pages, 0);
    assert_int_equal(number(store, count_sql), 20);
    assert_int_equal(store_check(store), 0);
    store_close(&store);
    umount(dir);
}

// A real small file system, when we may mount one.
static void full_disk_heals(void **state) {
    struct place *place = *state;
    char dir[96], file[128];
    snprintf(dir, sizeof dir, "%s/small", place->dir);
    snprintf(file, sizeof file, "%s/a.db", dir);
    char command[160];
    snprintf(command, sizeof command, "mkdir %s", dir);
    assert_int_equal(system(command), 0);
    if (mount("tmpfs", dir, "tmpfs", 0, "size=1m") != 0)
        skip();
    struct store *store = store_open(file, STORE_WRITER);
    assert_non_null(store);
    assert_int_equal(store_execute(store, "CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT UNIQUE, b BLOB) STRICT"), 0);
    snprintf(command, sizeof command, "head -c 2000000 /dev/zero > %s/filler 2>/dev/null", dir);
    (void)!system(command);
    int rc = 0;
    for (int i = 0; i < 1000 && rc == 0; i++) {
        char a[2000];
        snprintf(a, sizeof a, "%01500d", i);
        rc = store_begin(store);
        if (rc == 0 && (rc = insert(store, a)) == 0)
            rc = store_commit(store);
        if (rc != 0)
            store_rollback(store);
    }
    assert_int_equal(rc, STORE_FULL);
    int64_t before = number(store, count_sql);
    snprintf(command, sizeof command, "rm %s/filler", dir);
    assert_int_equal(system(command), 0);
    assert_int_equal(store_begin(store), 0);
    assert_int_equal(insert(store, "room again"), 0);
    assert_int_equal(store_commit(store), 0);
    assert_int_equal(number(store, count_sql), before + 1);
    assert_int_equal(store_check(store), 0);
    store_close(&store);
    umount(dir);
}

int main(void) {
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(settings_are_ours),           TEST(readers_cannot_write), TEST(savepoints_undo_one),
        TEST(full_breaks_the_transaction), TEST(any_step_may_fail),    TEST(statements_are_kept_and_told_apart),
        TEST(migrations_go_forward_only),  TEST(check_finds_damage),   TEST(full_disk_heals),
        TEST(erased_leaves_the_log),       TEST(a_long_log_is_copied_beside_the_writer),
        TEST(the_log_leaves_room_for_its_checkpoint),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
