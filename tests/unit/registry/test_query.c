// What people type reaches the index's syntax only between quotes, as folded words.
#include "world.h"
#include "services/registry/query.h"

static int read_request(struct world *w, const Kosi__EntryListRequest *request, struct query *query, const char **bad_field) {
    return query_read(&w->l, request, true, query, bad_field);
}

static void test_match(void **state) {
    Kosi__EntryListRequest request = KOSI__ENTRY_LIST_REQUEST__INIT;
    struct query query;
    const char *bad_field;
    char *themes[] = {"climate", "mobility"}, *districts[] = {"eving"};
    request.q = "Räder für Eving";
    request.theme = themes;
    request.n_theme = 2;
    request.district = districts;
    request.n_district = 1;
    assert_int_equal(read_request(*state, &request, &query, &bad_field), 0);
    assert_string_equal(query.match, "\"raeder\" AND \"eving\"* AND (\"theme_climate\" OR \"theme_mobility\") AND (\"district_eving\")");
    assert_string_equal(query.title_match,
                        "\"=raeder\" AND \"=eving\"* AND (\"theme_climate\" OR \"theme_mobility\") AND (\"district_eving\")");
    assert_int_equal(query.sort, 'r');
}

static void test_hostile_words(void **state) {
    const char *hostile[] = {"\" OR \"", "a* NOT b", "{title} : x", "NEAR(a b)", "=rad", "kind_lab", "a\"b", "(", "^a", "-a"};
    for (size_t i = 0; i < sizeof hostile / sizeof *hostile; i++) {
        Kosi__EntryListRequest request = KOSI__ENTRY_LIST_REQUEST__INIT;
        request.q = (char *)(uintptr_t)hostile[i];
        world_list(*state, &request);   // is understood, whatever it finds
    }
    struct query query;
    const char *bad_field;
    Kosi__EntryListRequest request = KOSI__ENTRY_LIST_REQUEST__INIT;
    request.q = "kind_lab";
    assert_int_equal(read_request(*state, &request, &query, &bad_field), 0);
    assert_string_equal(query.match, "\"kind\" AND \"lab\"*");
}

static void check_refused(struct world *w, const Kosi__EntryListRequest *request, const char *field) {
    struct query query;
    const char *bad_field;
    assert_int_equal(read_request(w, request, &query, &bad_field), PROBLEM_BAD_PARAMETER);
    assert_string_equal(bad_field, field);
}

static void test_bad_parameters(void **state) {
    char *unknown[] = {"climate\" OR \"x"};
    Kosi__EntryListRequest request = KOSI__ENTRY_LIST_REQUEST__INIT;
    request.theme = unknown;
    request.n_theme = 1;
    check_refused(*state, &request, "theme");
    kosi__entry_list_request__init(&request);
    request.city = unknown;
    request.n_city = 1;
    check_refused(*state, &request, "city");
    kosi__entry_list_request__init(&request);
    request.sort = "best";
    check_refused(*state, &request, "sort");
    kosi__entry_list_request__init(&request);
    request.bbox = "1,2,3";
    check_refused(*state, &request, "bbox");
}

static void test_page_token(void **state) {
    struct page_token token = {'n', 77, 123456789012, 5}, back;
    char text[PAGE_TOKEN_MAX];
    page_token_text(&token, text);
    assert_true(page_token_parse(text, &back));
    assert_true(back.sort == 'n' && back.query == 77 && back.n == 123456789012 && back.offset == 5);
    assert_false(page_token_parse("", &back));
    assert_false(page_token_parse("AAAA", &back));
    assert_false(page_token_parse("%%%%", &back));
    text[0] = 'Z';
    assert_false(page_token_parse(text, &back));

    Kosi__EntryListRequest request = KOSI__ENTRY_LIST_REQUEST__INIT;
    struct query query;
    const char *bad_field;
    request.q = "rad";
    assert_int_equal(read_request(*state, &request, &query, &bad_field), 0);
    query.token.sort = 'r';
    page_token_text(&query.token, text);
    request.page_token = text;
    assert_int_equal(read_request(*state, &request, &query, &bad_field), 0);
    assert_true(query.goes_on);
    request.q = "bus";
    assert_int_equal(read_request(*state, &request, &query, &bad_field), PROBLEM_BAD_PAGE_TOKEN);
    request.q = "rad";
    request.sort = "oldest";
    assert_int_equal(read_request(*state, &request, &query, &bad_field), PROBLEM_BAD_PAGE_TOKEN);
}

static void test_city(void **state) {
    struct world *w = *state;
    struct query query;
    const char *bad_field;
    char *all[] = {"all"};
    Kosi__EntryListRequest request = KOSI__ENTRY_LIST_REQUEST__INIT;
    assert_int_equal(query_read(&w->l, &request, false, &query, &bad_field), 0);
    assert_string_equal(query.match, "(\"city_dortmund\")");
    request.city = all;
    request.n_city = 1;
    assert_int_equal(query_read(&w->l, &request, false, &query, &bad_field), 0);
    assert_null(query.match);
}

int main(void) {
    const struct CMUnitTest tests[] = {WORLD_TEST(test_match), WORLD_TEST(test_hostile_words), WORLD_TEST(test_bad_parameters),
                                       WORLD_TEST(test_page_token), WORLD_TEST(test_city)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
