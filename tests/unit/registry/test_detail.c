// What stands around an entry: its versions, its relatives; and the landscape in figures and in parts.
#include "world.h"
#include "services/registry/history.h"
#include "services/registry/overview.h"
#include "services/registry/related.h"

static Kosi__Entry *themed(struct world *w, const char *title, const char *district, const char *theme) {
    Kosi__Entry *e = world_entry(w, title, district);
    e->themes = arena_take(w->l.arena, sizeof *e->themes);
    e->themes[0] = arena_text(w->l.arena, theme);
    e->n_themes = theme ? 1 : 0;
    return e;
}

static void test_versions_tell_what_changed(void **state) {
    struct world *w = *state;
    Kosi__Entry *given = themed(w, "Erster Titel", "eving", "climate");
    world_publish(w, given, 1000);
    given->title = "Zweiter Titel";
    given->district = "";
    world_publish(w, given, 2000);
    world_publish(w, given, 3000);
    Kosi__EntryDetail detail = KOSI__ENTRY_DETAIL__INIT;
    assert_int_equal(history_tell(&w->l, given->id, &detail), 0);
    assert_int_equal(detail.n_versions, 3);
    assert_false(detail.more_versions);
    assert_int_equal(detail.versions[0]->number, 3);
    assert_int_equal(detail.versions[0]->changed_at, 3000);
    assert_int_equal(detail.versions[0]->n_fields, 0);   // only confirmed
    assert_int_equal(detail.versions[1]->n_fields, 2);
    assert_string_equal(detail.versions[1]->fields[0], "title");
    assert_string_equal(detail.versions[1]->fields[1], "district");
    assert_int_equal(detail.versions[2]->n_fields, 0);
}

static void test_old_versions_are_not_all_told(void **state) {
    struct world *w = *state;
    Kosi__Entry *given = world_entry(w, "Oft geändert", "eving");
    for (int i = 0; i <= HISTORY_MAX; i++)
        world_publish(w, given, 1000 + i);
    Kosi__EntryDetail detail = KOSI__ENTRY_DETAIL__INIT;
    assert_int_equal(history_tell(&w->l, given->id, &detail), 0);
    assert_int_equal(detail.n_versions, HISTORY_MAX);
    assert_true(detail.more_versions);
}

static void test_points_and_lists_are_compared(void **state) {
    struct world *w = *state;
    BUF_AUTO struct buf out;
    buf_init(&out, 0);
    buf_text(&out, "");
    Kosi__Entry *a = themed(w, "T", "eving", "climate"), *b = themed(w, "T", "eving", "mobility");
    Kosi__Point here = KOSI__POINT__INIT, there = KOSI__POINT__INIT;
    there.lat = 1;
    a->point = &here;
    history_compare(a, b, &out);
    assert_string_equal(out.data, "themes point");
    buf_clear(&out);
    buf_text(&out, "");
    b->themes = a->themes;
    b->point = &there;
    history_compare(a, b, &out);
    assert_string_equal(out.data, "point");
}

static void test_relatives_share_theme_and_district(void **state) {
    struct world *w = *state;
    Kosi__Entry *own = themed(w, "Selbst", "eving", "climate");
    world_publish(w, themed(w, "Nur Thema", "hoerde", "climate"), 1);
    world_publish(w, themed(w, "Thema und Bezirk", "eving", "climate"), 2);
    world_publish(w, themed(w, "Nur Bezirk", "eving", "mobility"), 3);
    world_publish(w, own, 4);
    Kosi__EntryDetail detail = KOSI__ENTRY_DETAIL__INIT;
    assert_int_equal(related_find(&w->l, own->id, &detail), 0);
    assert_int_equal(detail.n_related, 2);
    assert_string_equal(detail.related[0]->title, "Thema und Bezirk");
    assert_string_equal(detail.related[1]->title, "Nur Thema");
    Kosi__EntryDetail none = KOSI__ENTRY_DETAIL__INIT;
    Kosi__Entry *lonely = themed(w, "Ohne Thema", "eving", NULL);
    world_publish(w, lonely, 5);
    assert_int_equal(related_find(&w->l, lonely->id, &none), 0);
    assert_int_equal(none.n_related, 0);
}

static uint32_t cell(struct world *w, const char *theme, const char *district) {
    Kosi__OverviewReply reply = KOSI__OVERVIEW_REPLY__INIT;
    assert_int_equal(overview_tell(&w->l, &reply), 0);
    for (size_t i = 0; i < reply.n_cells; i++)
        if (strcmp(reply.cells[i]->theme, theme) == 0 && strcmp(reply.cells[i]->district, district) == 0)
            return reply.cells[i]->count;
    return 0;
}

static void test_overview_follows_each_change(void **state) {
    struct world *w = *state;
    Kosi__Entry *a = themed(w, "A", "eving", "climate"), *partner = themed(w, "P", "eving", "climate");
    bool changed;
    partner->city = arena_text(w->l.arena, "wuppertal");
    world_publish(w, a, 1);
    world_publish(w, partner, 2);
    world_publish(w, themed(w, "Ohne", "", NULL), 3);
    assert_int_equal(cell(w, "climate", "eving"), 1);   // partners' are theirs
    assert_int_equal(cell(w, "", ""), 1);
    a->district = arena_text(w->l.arena, "hoerde");
    world_publish(w, a, 4);
    assert_int_equal(cell(w, "climate", "eving"), 0);
    assert_int_equal(cell(w, "climate", "hoerde"), 1);
    assert_int_equal(entry_unpublish(&w->l, a->id, &changed), 0);
    assert_int_equal(cell(w, "climate", "hoerde"), 0);
}

static void test_addresses_in_parts(void **state) {
    struct world *w = *state;
    Kosi__SitemapReply empty = KOSI__SITEMAP_REPLY__INIT, first = KOSI__SITEMAP_REPLY__INIT, beyond = KOSI__SITEMAP_REPLY__INIT;
    assert_int_equal(sitemap_tell(&w->l, 0, &empty), 0);
    assert_int_equal(empty.parts, 0);
    Kosi__Entry *a = world_entry(w, "A", "eving"), *b = world_entry(w, "B", "eving");
    bool changed;
    world_publish(w, a, 1000);
    world_publish(w, b, 2000);
    world_publish(w, b, 3000);
    entry_unpublish(&w->l, a->id, &changed);
    assert_int_equal(sitemap_tell(&w->l, 1, &first), 0);
    assert_int_equal(first.parts, 1);
    assert_int_equal(first.n_items, 1);
    assert_string_equal(first.items[0]->id, b->id);
    assert_int_equal(first.items[0]->updated_at, 3000);
    assert_int_equal(sitemap_tell(&w->l, 2, &beyond), PROBLEM_NOT_FOUND);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        WORLD_TEST(test_versions_tell_what_changed), WORLD_TEST(test_old_versions_are_not_all_told),
        WORLD_TEST(test_points_and_lists_are_compared), WORLD_TEST(test_relatives_share_theme_and_district),
        WORLD_TEST(test_overview_follows_each_change), WORLD_TEST(test_addresses_in_parts)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
