// What an older build kept comes through: every row, every number, every rule.
#include "post.h"

enum { BEFORE_ONE_KEY = 13 };

struct old { char folder[64]; struct store *store; };

static int open_old(void **state) {
    struct old *old = calloc(1, sizeof *old);
    char file[96];
    strcpy(old->folder, "/tmp/kosi-unit-XXXXXX");
    assert_non_null(mkdtemp(old->folder));
    snprintf(file, sizeof file, "%s/n.db", old->folder);
    old->store = store_open(file, STORE_WRITER);
    assert_non_null(old->store);
    assert_int_equal(store_migrate(old->store, notifications_migrations, BEFORE_ONE_KEY), 0);
    *state = old;
    return 0;
}

static int close_old(void **state) {
    struct old *old = *state;
    char command[100];
    store_close(&old->store);
    snprintf(command, sizeof command, "rm -r '%s'", old->folder);
    assert_int_equal(system(command), 0);
    free(old);
    return 0;
}

static int run(struct old *old, const char *sql) {
    return store_run(store_prepare(old->store, sql));
}

static char *text(struct old *old, const char *sql) {
    struct store_statement *s = store_prepare(old->store, sql);
    assert_int_equal(store_step(s), 1);
    char *out = strdup(store_text(s, 0));
    store_reset(s);
    return out;
}

static void upgrade(struct old *old) {
    assert_int_equal(store_migrate(old->store, notifications_migrations, notifications_migration_count), 0);
}

// One mail in each state, as the life of a mail has them.
static const char mails[] =
    "WITH RECURSIVE k(state) AS (SELECT 1 UNION ALL SELECT state + 1 FROM k WHERE state < 8)"
    " INSERT INTO mail(n, id, dedup, kind, contact, subject_id, language, route, bulk, state, facts, attempts, owed_at, due_at, ended_at, holder, slot,"
    " tried_at, code, status, reason, handed)"
    " SELECT 10 * state, 'id-' || state, 'owed-' || state, CASE WHEN state = 5 THEN 'newsletter' ELSE 'received' END,"
    " CASE WHEN state = 8 THEN NULL ELSE 'contact-' || state END, 'subject-' || state, 'de', 'default', state = 5, state, x'0102', state, 100, 200,"
    " CASE WHEN state > 5 THEN 300 END, CASE WHEN state = 3 THEN x'0a0b' END, CASE WHEN state = 3 THEN 7 END, 250, 451, '4.7.1', 'refused', state % 2 FROM k";
static const char every_mail[] =
    "SELECT group_concat(quote(n) || quote(id) || quote(dedup) || quote(kind) || quote(contact) || quote(subject_id) || "
    "quote(language) || quote(route) || quote(bulk) || quote(state) || quote(facts) || quote(attempts) || quote(owed_at) || "
    "quote(due_at) || quote(ended_at) || quote(holder) || quote(slot) || quote(tried_at) || quote(code) || quote(status) || "
    "quote(reason) || quote(handed), ' ') FROM (SELECT * FROM mail ORDER BY n)";
static const char every_other[] = "SELECT (SELECT group_concat(mail || n || at || outcome || code || status || reason, ' ') FROM attempt) || ' ' ||"
                                  " (SELECT group_concat(mail || since || deaths || outlasted || coalesce(slot, '-') || coalesce(alone_at, '-'), ' ') FROM suspect) || ' ' ||"
                                  " (SELECT group_concat(state || ':' || count, ' ') FROM tally)";
static const char rules[] = "SELECT group_concat(type || ' ' || name || ' ' || coalesce(sql, ''), char(10)) FROM"
                            " (SELECT * FROM sqlite_schema WHERE tbl_name IN ('mail', 'attempt', 'suspect') AND type <> 'table' AND sql IS NOT NULL ORDER BY name)";

static void fill(struct old *old) {
    assert_int_equal(run(old, mails), 0);
    assert_int_equal(run(old, "INSERT INTO attempt(mail, n, at, outcome, code, status, reason) VALUES(20, 1, 5, 'later', 451, '4.7.1', 'x'), (20, 2, 6, 'later', 450, '4.2.0', 'y')"), 0);
    assert_int_equal(run(old, "INSERT INTO suspect(mail, since, deaths, outlasted, holder, slot, alone_at) VALUES(30, 1, 2, 3, x'0a', 7, 9)"), 0);
    assert_int_equal(run(old, "UPDATE sqlite_sequence SET seq = 500 WHERE name = 'mail'"), 0);   // there was a 500
}

static void a_ledger_comes_through(void **state) {
    struct old *old = *state;
    static const char *const all[] = {every_mail, every_other, rules};
    char *before[3], *after;
    fill(old);
    for (int i = 0; i < 3; i++)
        before[i] = text(old, all[i]);
    assert_true(strlen(before[0]) > 8 * 60);
    upgrade(old);
    for (int i = 0; i < 3; i++) {
        after = text(old, all[i]);
        assert_string_equal(before[i], after);
        free(before[i]);
        free(after);
    }
    after = text(old, "SELECT (SELECT count(*) FROM pragma_foreign_key_check) || ' ' || (SELECT group_concat(integrity_check) FROM pragma_integrity_check)");
    assert_string_equal(after, "0 ok");
    free(after);
}

#define MAIL(id) "INSERT INTO mail(id, dedup, kind, contact, subject_id, language, route, bulk, state, owed_at, due_at)" \
                 " VALUES('" id "', 'owed', 'received', 'c', 's', 'de', 'default', 0, 1, 1, 1)"

static void and_its_rules_hold(void **state) {
    struct old *old = *state;
    fill(old);
    upgrade(old);
    assert_int_equal(run(old, MAIL("new")), 0);
    char *now = text(old, "SELECT max(n) || ' ' || (SELECT count FROM tally WHERE state = 1) FROM mail");
    assert_string_equal(now, "501 2");
    free(now);
    assert_int_equal(run(old, MAIL("new")), STORE_CONFLICT);   // once
    assert_int_equal(run(old, "UPDATE mail SET state = 6, ended_at = 5 WHERE n = 501"), 0);
    now = text(old, "SELECT group_concat(count, ' ') FROM (SELECT count FROM tally WHERE state IN (1, 6, 9) ORDER BY state)");
    assert_string_equal(now, "1 2 1");
    free(now);
    assert_int_equal(run(old, "DELETE FROM mail WHERE n = 20"), STORE_CONFLICT);   // tried
    assert_int_equal(run(old, "DELETE FROM mail WHERE n = 30"), STORE_CONFLICT);   // suspected
    assert_int_equal(run(old, "UPDATE mail SET state = 3 WHERE n = 10"), STORE_CONFLICT);   // by nobody
}

static void an_empty_ledger_does_too(void **state) {
    struct old *old = *state;
    upgrade(old);
    assert_int_equal(run(old, MAIL("first")), 0);
    char *now = text(old, "SELECT group_concat(n) FROM mail");
    assert_string_equal(now, "1");
    free(now);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_ledger_comes_through, open_old, close_old),
        cmocka_unit_test_setup_teardown(and_its_rules_hold, open_old, close_old),
        cmocka_unit_test_setup_teardown(an_empty_ledger_does_too, open_old, close_old),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
