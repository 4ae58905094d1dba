// What programs read: XML that holds whatever people typed, and GeoJSON.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include "gateway/geojson.h"
#include "gateway/pages/xml.h"
#include "services/common/base/json.h"
#include <string.h>

static void test_xml_escapes(void **state) {
    (void)state;
    BUF_AUTO struct buf out;
    buf_init(&out, 0);
    xml_element(&out, "a", "<b> & \"c\" \x01 \xEF\xBF\xBF ü");
    assert_string_equal(out.data, "<a>&lt;b&gt; &amp; &quot;c&quot;     ü</a>\n");
    buf_clear(&out);
    buf_text(&out, "");
    xml_element(&out, "a", "");
    xml_element(&out, "a", NULL);
    assert_string_equal(out.data, "");
    xml_empty(&out, "link", "href", "/?a=1&b=\"", "rel", (char *)NULL, "x", "y", (char *)NULL);
    assert_string_equal(out.data, "<link href=\"/?a=1&amp;b=&quot;\" x=\"y\"/>\n");
}

static void test_who_wants_geojson(void **state) {
    (void)state;
    assert_false(geojson_wanted(NULL));
    assert_false(geojson_wanted("*/*"));
    assert_false(geojson_wanted("application/json"));
    assert_true(geojson_wanted("application/geo+json"));
    assert_true(geojson_wanted("Application/GEO+JSON; q=0.5, */*;q=0.1"));
    assert_true(geojson_wanted("application/json;q=0.5, application/geo+json"));
    assert_false(geojson_wanted("application/json, application/geo+json;q=0.9"));
    assert_false(geojson_wanted("application/geo+json;q=0"));
    assert_false(geojson_wanted(", ,;"));
}

static void test_features(void **state) {
    (void)state;
    Kosi__Point point = KOSI__POINT__INIT;
    Kosi__Entry placed = KOSI__ENTRY__INIT, nowhere = KOSI__ENTRY__INIT, *items[] = {&placed, &nowhere};
    Kosi__EntryListReply list = KOSI__ENTRY_LIST_REPLY__INIT;
    point.has_lat = point.has_lon = true;
    point.lat = 51.5;
    point.lon = 7.25;
    placed.id = (char *)"a";
    placed.title = (char *)"Ein \"Titel\"";
    placed.point = &point;
    nowhere.id = (char *)"b";
    list.items = items;
    list.n_items = 2;
    list.total = 2;
    list.next_page_token = (char *)"weiter";
    BUF_AUTO struct buf out;
    buf_init(&out, 0);
    geojson_write(&list, &out);
    assert_non_null(strstr(out.data, "\"geometry\":{\"type\":\"Point\",\"coordinates\":[7.25,51.5]}"));
    assert_non_null(strstr(out.data, "\"geometry\":null"));
    assert_null(strstr(out.data, "\"lat\""));
    struct json json = {0};
    assert_int_equal(json_parse(&json, out.data, out.len), 0);
    json_free(&json);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_xml_escapes), cmocka_unit_test(test_who_wants_geojson),
                                       cmocka_unit_test(test_features)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
