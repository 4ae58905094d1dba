#include "world.h"
#include "services/registry/area.h"

static void test_parse(void **state) {
    (void)state;
    struct area a;
    assert_true(area_parse("7.3,51.4,7.6,51.6", &a));
    assert_true(a.west > 7.29 && a.north < 51.61);
    assert_true(area_parse("-180,-90,180,90", &a));
    assert_true(area_parse("179,0,-179,1", &a));
    const char *bad[] = {"", "7.3", "7.3,51.4,7.6", "7.3,51.4,7.6,51.6,1", "7.3,51.6,7.6,51.4", "7.3,51.4,7.6,91", "181,0,182,1",
                         "nan,0,1,1", "0x7,51.4,0x8,51.6", "inf,0,1,1", "7.3, 51.4,7.6,51.6", "7.3;51.4;7.6;51.6", "7.3,51.4,7.6,51.6 "};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_false(area_parse(bad[i], &a));
}

static void test_holds(void **state) {
    (void)state;
    struct area a = {7.3, 51.4, 7.6, 51.6}, date_line = {179, 0, -179, 1};
    assert_true(area_holds(&a, 51.5, 7.45));
    assert_false(area_holds(&a, 51.5, 7.7));
    assert_true(area_holds(&date_line, 0.5, -179.5));
    assert_false(area_holds(&date_line, 0.5, 0));
}

// Whatever the box, a point in it has one of the tokens that the condition asks for.
static void test_cells_cover(void **state) {
    (void)state;
    const char *boxes[] = {"7.3,51.4,7.6,51.6", "7.46,51.51,7.461,51.511", "-180,-90,180,90", "7.46,-90,7.47,90", "179,51,-179,52"};
    for (size_t i = 0; i < sizeof boxes / sizeof *boxes; i++) {
        struct area a;
        assert_true(area_parse(boxes[i], &a));
        struct buf match, point;
        buf_init(&match, 0);
        buf_init(&point, 0);
        area_match(&a, &match);
        assert_true(match.len < 4096);
        area_point_tokens((a.south + a.north) / 2, a.west, &point);
        bool found = false;
        for (char *token = strtok(point.data, " "); token != NULL; token = strtok(NULL, " ")) {
            char quoted[80];
            snprintf(quoted, sizeof quoted, "\"%s\"", token);
            found = found || strstr(match.data, quoted) != NULL;
        }
        assert_true(found);
        buf_free(&match);
        buf_free(&point);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_parse), cmocka_unit_test(test_holds), cmocka_unit_test(test_cells_cover)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
