#include "world.h"

static void publish_all(struct world *w, const char *const titles[], size_t count) {
    for (size_t i = 0; i < count; i++)
        world_publish(w, world_entry(w, titles[i], "eving"), (int64_t)i + 1);
}

static void test_german_folding(void **state) {
    struct world *w = *state;
    publish_all(w, (const char *const[]){"Lastenräder für Eving", "Die Straße lebt", "Café der Künste"}, 3);
    const char *same[][2] = {{"lastenraeder", "Lastenräder für Eving"}, {"LASTENRÄDER", "Lastenräder für Eving"},
                             {"fuer", "Lastenräder für Eving"},         {"FÜR", "Lastenräder für Eving"},
                             {"strasse", "Die Straße lebt"},            {"Straße", "Die Straße lebt"},
                             {"kuenste", "Café der Künste"},            {"cafe", "Café der Künste"},
                             {"lastenr", "Lastenräder für Eving"},      {"räder", ""}};
    for (size_t i = 0; i < sizeof same / sizeof *same; i++)
        assert_string_equal(world_find(w, same[i][0]), same[i][1]);
    assert_string_equal(world_find(w, "?!"), "");
    assert_string_equal(world_find(w, "  "), "Café der Künste|Die Straße lebt|Lastenräder für Eving");
}

static void test_titles_first(void **state) {
    struct world *w = *state;
    Kosi__Entry *body = world_entry(w, "Treffpunkt im Park", "eving"), *summary = world_entry(w, "Werkstatt für alle", "eving");
    publish_all(w, (const char *const[]){"Garten", "Garten der Kulturen und vieles mehr"}, 2);
    body->description = "Mit Garten.";
    summary->summary = "Ein Garten entsteht.";
    world_publish(w, body, 3);
    world_publish(w, summary, 4);
    assert_string_equal(world_find(w, "garten"), "Garten|Garten der Kulturen und vieles mehr|Werkstatt für alle|Treffpunkt im Park");
    assert_string_equal(world_find(w, "garten kulturen"), "Garten der Kulturen und vieles mehr");
}

static void test_filters_and_counts(void **state) {
    struct world *w = *state;
    for (int i = 0; i < 12; i++) {
        Kosi__Entry *e = world_entry(w, i % 2 ? "Radweg" : "Radstation", i % 3 ? "eving" : "hoerde");
        char *themes[] = {"mobility", "climate"};
        e->themes = themes;
        e->n_themes = i % 2 ? 2 : 1;
        world_publish(w, e, i + 1);
    }
    Kosi__EntryListRequest request = KOSI__ENTRY_LIST_REQUEST__INIT;
    char *climate[] = {"climate"}, *districts[] = {"hoerde", "eving"};
    Kosi__EntryListReply *all = world_list(w, &request);
    assert_int_equal(all->total, 12);
    assert_false(all->total_capped);
    assert_string_equal(all->facets[1]->facet, "theme");
    assert_string_equal(all->facets[1]->id, "mobility");
    assert_int_equal(all->facets[1]->count, 12);
    request.theme = climate;
    request.n_theme = 1;
    request.district = districts;
    request.n_district = 1;
    Kosi__EntryListReply *some = world_list(w, &request);
    assert_int_equal(some->total, 2);
    assert_int_equal(some->n_items, 2);
    request.n_district = 2;
    assert_int_equal(world_list(w, &request)->total, 6);
    request.q = "radstation";
    assert_int_equal(world_list(w, &request)->total, 0);
}

// Every hit is on exactly one page, in order.
static void check_pages(struct world *w, const char *q, const char *sort, int expected) {
    Kosi__EntryListRequest request = KOSI__ENTRY_LIST_REQUEST__INIT;
    request.q = (char *)(uintptr_t)q;
    request.sort = (char *)(uintptr_t)sort;
    request.has_page_size = true;
    request.page_size = 7;
    int seen = 0;
    int64_t last = sort != NULL && strcmp(sort, "oldest") == 0 ? 0 : INT64_MAX;
    for (int page = 0; page < 100; page++) {
        Kosi__EntryListReply *reply = world_list(w, &request);
        for (size_t i = 0; i < reply->n_items; i++, seen++) {
            assert_true(last == 0 || reply->items[i]->published_at != last);
            assert_true(sort != NULL && strcmp(sort, "oldest") == 0 ? reply->items[i]->published_at > last
                                                                    : reply->items[i]->published_at < last);
            last = reply->items[i]->published_at;
        }
        if (reply->next_page_token == NULL)
            break;
        request.page_token = reply->next_page_token;
    }
    assert_int_equal(seen, expected);
}

static void test_pages(void **state) {
    struct world *w = *state;
    for (int i = 1; i <= 40; i++)
        world_publish(w, world_entry(w, "Mehrgenerationenhaus", "eving"), i);
    check_pages(w, NULL, NULL, 40);
    check_pages(w, NULL, "oldest", 40);
    check_pages(w, "mehrgenerationenhaus", NULL, 40);
    check_pages(w, "mehrgenerationenhaus", "newest", 40);
    check_pages(w, "mehrgenerationenhaus", "oldest", 40);
}

static void test_capped(void **state) {
    struct world *w = *state;
    assert_int_equal(store_begin(w->l.store), 0);
    for (int i = 0; i < SEARCH_HITS_MAX + 50; i++) {
        Kosi__Entry *published, *e = world_entry(w, i == 3 ? "Tauschring" : "Anderes", "eving");
        e->summary = "tauschring";
        assert_int_equal(entry_publish(&w->l, e, i + 1, &published), 0);
    }
    assert_int_equal(store_commit(w->l.store), 0);
    Kosi__EntryListRequest request = KOSI__ENTRY_LIST_REQUEST__INIT;
    assert_int_equal(world_list(w, &request)->total, SEARCH_HITS_MAX + 50);
    request.q = "tauschring";
    Kosi__EntryListReply *reply = world_list(w, &request);
    assert_int_equal(reply->total, SEARCH_HITS_MAX);
    assert_true(reply->total_capped);
    assert_string_equal(reply->items[0]->title, "Tauschring");   // an old one, but it says so in its title
}

static void test_box(void **state) {
    struct world *w = *state;
    for (int i = 0; i < 10; i++) {
        Kosi__Entry *e = world_entry(w, "Punkt", "eving");
        Kosi__Point *point = arena_take(w->l.arena, sizeof *point);
        kosi__point__init(point);
        point->has_lat = point->has_lon = true;
        point->lat = 51.5 + i * 0.001;
        point->lon = 7.4;
        if (i > 0)
            e->point = point;
        world_publish(w, e, i + 1);
    }
    Kosi__EntryListRequest request = KOSI__ENTRY_LIST_REQUEST__INIT;
    request.bbox = "7.3,51.5,7.5,51.5045";
    assert_int_equal(world_list(w, &request)->total, 4);
    request.q = "punkt";
    assert_int_equal(world_list(w, &request)->n_items, 4);
    request.bbox = "2,48,3,49";
    assert_int_equal(world_list(w, &request)->total, 0);
    request.bbox = "-180,-90,180,90";
    assert_int_equal(world_list(w, &request)->total, 9);
}

static void test_similar(void **state) {
    struct world *w = *state;
    publish_all(w, (const char *const[]){"Fahrradgaragen für die Nordstadt", "Fahrradgaragen in Hörde", "Lesepaten an Schulen"}, 3);
    Kosi__SimilarRequest request = KOSI__SIMILAR_REQUEST__INIT;
    Kosi__SimilarReply reply = KOSI__SIMILAR_REPLY__INIT;
    request.title = "Fahrradgarage Nordstadt";
    assert_int_equal(similar_find(&w->l, &request, &reply), 0);
    assert_true(reply.n_items >= 1);
    assert_string_equal(reply.items[0]->title, "Fahrradgaragen für die Nordstadt");
    assert_true(reply.items[0]->score > 0.4 && reply.items[0]->score <= 1);
    double without = reply.items[0]->score;
    request.district = "eving";
    assert_int_equal(similar_find(&w->l, &request, &reply), 0);
    assert_true(reply.items[0]->score > without);
    kosi__similar_reply__init(&reply);
    request.title = "Energieberatung";
    assert_int_equal(similar_find(&w->l, &request, &reply), 0);
    assert_int_equal(reply.n_items, 0);
    request.title = "?";
    assert_int_equal(similar_find(&w->l, &request, &reply), 0);
    assert_int_equal(reply.n_items, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        WORLD_TEST(test_german_folding), WORLD_TEST(test_titles_first), WORLD_TEST(test_filters_and_counts), WORLD_TEST(test_pages),
        WORLD_TEST(test_capped),         WORLD_TEST(test_box),          WORLD_TEST(test_similar),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
