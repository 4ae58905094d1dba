// How sure it is that an entry is still right: marked, archived, confirmed; and what ends it.
#include "world.h"
#include "services/registry/freshness.h"

static int64_t number_of(struct world *w, const char *id) {
    struct store_statement *s = store_prepare(w->l.store, "SELECT n FROM entry WHERE id = ?1");
    store_bind_text(s, 1, id);
    assert_int_equal(store_step(s), 1);
    int64_t n = store_int(s, 0);
    store_reset(s);
    return n;
}

static enum freshness step_of(struct world *w, const char *id) {
    enum freshness step;
    assert_int_equal(freshness_of(&w->l, number_of(w, id), &step), 0);
    return step;
}

static Kosi__Entry *shown(struct world *w, const char *id) {
    uint8_t *bytes;
    size_t size;
    assert_int_equal(entry_packed(&w->l, id, &bytes, &size), 0);
    return kosi__entry__unpack(arena_allocator(w->l.arena), size, bytes);
}

static void step(struct world *w, const char *id, enum freshness to) {
    assert_int_equal(freshness_set(&w->l, number_of(w, id), to, 2000), 0);
}

static void test_marked_and_confirmed(void **state) {
    struct world *w = *state;
    Kosi__Entry *given = world_entry(w, "Repaircafé", "hoerde"), *published;
    world_publish(w, given, 1000);
    assert_int_equal(step_of(w, given->id), FRESH_SURE);
    assert_int_equal(entry_confirm(&w->l, given->id, 1500, &published), 0);
    assert_null(published);   // nobody had to ask
    step(w, given->id, FRESH_MARKED);
    assert_int_equal(entry_mark(&w->l, given->id, &published), 0);
    assert_true(published->unconfirmed && shown(w, given->id)->unconfirmed);
    assert_int_equal(shown(w, given->id)->version, 1);
    assert_int_equal(entry_report_also(&w->l, "0190a5d0-0000-7000-8000-000000000001", given->id, 2100, &published), 0);
    assert_true(shown(w, given->id)->unconfirmed);   // another report of it says nothing about that
    assert_int_equal(entry_confirm(&w->l, given->id, 3000, &published), 0);
    Kosi__Entry *after = shown(w, given->id);
    assert_false(after->unconfirmed || published->unconfirmed);
    assert_int_equal(after->confirmed_at, 3000);
    assert_int_equal(after->version, 3);
    assert_int_equal(step_of(w, given->id), FRESH_SURE);
    assert_string_equal(world_find(w, "repaircafe"), "Repaircafé");
}

static void test_archived_and_back(void **state) {
    struct world *w = *state;
    Kosi__Entry *given = world_entry(w, "Kleiderkammer", "eving"), *last, *published;
    bool changed;
    int freshness;
    world_publish(w, given, 1000);
    assert_int_equal(entry_unpublish(&w->l, given->id, &changed), 0);
    step(w, given->id, FRESH_ARCHIVED);
    assert_string_equal(world_find(w, "kleiderkammer"), "");
    assert_int_equal(entry_last(&w->l, given->id, &last, &freshness), 0);
    assert_string_equal(last->title, "Kleiderkammer");
    assert_int_equal(freshness, FRESH_ARCHIVED);
    assert_int_equal(entry_confirm(&w->l, given->id, 3000, &published), 0);
    assert_non_null(published);
    assert_string_equal(world_find(w, "kleiderkammer"), "Kleiderkammer");
    assert_int_equal(shown(w, given->id)->published_at, 1000);
}

// Nobody brings back what was reopened, withdrawn or erased while it was archived.
static void test_what_ends_it(void **state) {
    struct world *w = *state;
    Kosi__Entry *given = world_entry(w, "Erzählcafé", "eving"), *erased = world_entry(w, "Beet", "eving"), *published;
    bool changed;
    world_publish(w, given, 1000);
    world_publish(w, erased, 1000);
    assert_int_equal(entry_unpublish(&w->l, given->id, &changed), 0);
    step(w, given->id, FRESH_ARCHIVED);
    assert_int_equal(entry_unpublish(&w->l, given->id, &changed), 0);
    assert_false(changed);
    assert_int_equal(entry_confirm(&w->l, given->id, 3000, &published), PROBLEM_GONE);
    assert_int_equal(entry_erase(&w->l, erased->id, 2000, &changed), 0);
    assert_int_equal(entry_confirm(&w->l, erased->id, 3000, &published), PROBLEM_GONE);
    assert_int_equal(step_of(w, erased->id), FRESH_NONE);
    assert_int_equal(entry_confirm(&w->l, "0190a5d0-0000-7000-8000-000000000009", 3000, &published), PROBLEM_NOT_FOUND);
}

int main(void) {
    const struct CMUnitTest tests[] = {WORLD_TEST(test_marked_and_confirmed), WORLD_TEST(test_archived_and_back), WORLD_TEST(test_what_ends_it)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
