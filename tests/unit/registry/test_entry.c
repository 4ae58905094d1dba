// The life of an entry: published, again, hidden, erased; and who else reported it.
#include "world.h"
#include "services/registry/catalogue.h"

static int64_t one_number(struct world *w, const char *sql) {
    struct store_statement *s = store_prepare(w->l.store, sql);
    assert_int_equal(store_step(s), 1);
    int64_t n = store_int(s, 0);
    store_reset(s);
    return n;
}

static Kosi__Entry *get(struct world *w, const char *id) {
    uint8_t *bytes;
    size_t size;
    assert_int_equal(entry_packed(&w->l, id, &bytes, &size), 0);
    return kosi__entry__unpack(arena_allocator(w->l.arena), size, bytes);
}
static int outcome(struct world *w, const char *id) {
    uint8_t *bytes;
    size_t size;
    return entry_packed(&w->l, id, &bytes, &size);
}

static void test_publish(void **state) {
    struct world *w = *state;
    Kosi__Entry *given = world_entry(w, "Repaircafé Hörde", "hoerde");
    given->description = "Wir *reparieren*.";
    assert_non_null(world_publish(w, given, 1000));
    Kosi__Entry *shown = get(w, given->id);
    assert_string_equal(shown->title, "Repaircafé Hörde");
    assert_string_equal(shown->description_html, "<p>Wir <em>reparieren</em>.</p>\n");
    assert_string_equal(shown->city, "dortmund");
    assert_string_equal(shown->licence, "CC-BY-4.0");
    assert_int_equal(shown->version, 1);
    assert_int_equal(shown->published_at, 1000);
    char url[128];
    snprintf(url, sizeof url, "https://kosi.example.org/landschaft/%s", given->id);
    assert_string_equal(shown->url, url);
    assert_int_equal(outcome(w, "01890a5d-ac96-774b-bcce-b302099a8057"), PROBLEM_NOT_FOUND);
}

static void test_again(void **state) {
    struct world *w = *state;
    Kosi__Entry *given = world_entry(w, "Erster Titel", "eving");
    world_publish(w, given, 1000);
    bool changed;
    assert_int_equal(entry_unpublish(&w->l, given->id, &changed), 0);
    assert_true(changed);
    assert_int_equal(entry_unpublish(&w->l, given->id, &changed), 0);
    assert_false(changed);
    assert_int_equal(outcome(w, given->id), PROBLEM_GONE);
    assert_string_equal(world_find(w, "titel"), "");
    assert_int_equal(one_number(w, "SELECT sum(count) FROM facet_count"), 0);
    given->title = "Zweiter Titel";
    world_publish(w, given, 2000);
    Kosi__Entry *shown = get(w, given->id);
    assert_int_equal(shown->version, 2);
    assert_int_equal(shown->published_at, 1000);
    assert_int_equal(shown->updated_at, 2000);
    assert_string_equal(world_find(w, "titel"), "Zweiter Titel");
    assert_string_equal(world_find(w, "erster"), "");
    assert_int_equal(one_number(w, "SELECT count(*) FROM entry_version"), 2);
}

static const char words_left[] = "SELECT count(*) FROM search_data WHERE instr(hex(block), hex('eheimnis')) > 0";

static void test_erase(void **state) {
    struct world *w = *state;
    Kosi__Entry *given = world_entry(w, "Geheimniskraemerei", "eving");
    bool changed;
    world_publish(w, given, 1000);
    world_publish(w, given, 2000);
    assert_true(one_number(w, words_left) > 0);
    assert_int_equal(entry_erase(&w->l, given->id, 3000, &changed), 0);
    assert_true(changed);
    assert_int_equal(entry_erase(&w->l, given->id, 3000, &changed), 0);
    assert_false(changed);
    assert_int_equal(outcome(w, given->id), PROBLEM_GONE);
    assert_int_equal(one_number(w, "SELECT count(*) FROM entry_version"), 0);
    assert_int_equal(one_number(w, "SELECT count(*) FROM card"), 0);
    assert_int_equal(one_number(w, "SELECT length(head) + length(detail) FROM entry"), 0);
    int more = 1;
    while (more == 1)
        more = catalogue_tidy(&w->l);
    assert_int_equal(more, 0);
    assert_int_equal(one_number(w, words_left), 0);
    Kosi__Entry *published;
    assert_int_equal(entry_publish(&w->l, given, 4000, &published), 0);   // what is erased stays so
    assert_null(published);
    assert_int_equal(outcome(w, given->id), PROBLEM_GONE);
}

static void test_erase_never_seen(void **state) {
    struct world *w = *state;
    bool changed;
    const char *id = "01890a5d-ac96-774b-bcce-b302099a8057";
    assert_int_equal(entry_erase(&w->l, id, 1000, &changed), 0);
    assert_false(changed);
    assert_int_equal(outcome(w, id), PROBLEM_GONE);
}

static void test_also_reported(void **state) {
    struct world *w = *state;
    Kosi__Entry *given = world_entry(w, "Nachbarschaftstreff", "eving"), *published;
    given->description = "Jeden Tag.";
    world_publish(w, given, 1000);
    assert_int_equal(entry_report_also(&w->l, "submission-2", given->id, 2000, &published), 0);
    assert_non_null(published);
    assert_int_equal(entry_report_also(&w->l, "submission-2", given->id, 2000, &published), 0);
    assert_null(published);
    Kosi__Entry *shown = get(w, given->id);
    assert_int_equal(shown->n_relations, 1);
    assert_string_equal(shown->relations[0]->type, "also_reported");
    assert_null(shown->relations[0]->id);
    assert_string_equal(shown->description_html, "<p>Jeden Tag.</p>\n");
    assert_int_equal(shown->version, 2);
    assert_string_equal(world_find(w, "nachbarschaftstreff tag"), "Nachbarschaftstreff");
    assert_int_equal(entry_report_gone(&w->l, "submission-2", 3000, &published), 0);
    assert_non_null(published);
    assert_int_equal(get(w, given->id)->n_relations, 0);
    assert_int_equal(entry_report_gone(&w->l, "submission-2", 3000, &published), 0);
    assert_null(published);
}

int main(void) {
    const struct CMUnitTest tests[] = {WORLD_TEST(test_publish), WORLD_TEST(test_again), WORLD_TEST(test_erase),
                                       WORLD_TEST(test_erase_never_seen), WORLD_TEST(test_also_reported)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
