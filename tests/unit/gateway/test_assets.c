#include "gateway/assets.h"
#include "gateway/site.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

static char folder[] = "/tmp/kosi-assets-XXXXXX";

static void put(const char *name, const char *text) {
    char path[200];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    assert_int_equal(fclose(file), 0);
}

static int set_up(void **state) {
    (void)state;
    return mkdtemp(folder) ? 0 : -1;
}

static int tear_down(void **state) {
    (void)state;
    char command[100];
    snprintf(command, sizeof command, "rm -r %s", folder);
    return system(command);
}

static void the_best_encoding_that_is_accepted(void **state) {
    (void)state;
    const unsigned all = 1 << ASSET_PLAIN | 1 << ASSET_GZIP | 1 << ASSET_BROTLI, gzip = 1 << ASSET_PLAIN | 1 << ASSET_GZIP;
    static const struct { const char *accepted; enum asset_encoding of_all, of_gzip; } rows[] = {
        {NULL, ASSET_PLAIN, ASSET_PLAIN},
        {"", ASSET_PLAIN, ASSET_PLAIN},
        {"gzip, deflate, br", ASSET_BROTLI, ASSET_GZIP},
        {"GZIP", ASSET_GZIP, ASSET_GZIP},
        {"br;q=0, gzip", ASSET_GZIP, ASSET_GZIP},
        {"br; q=0.000 ,gzip;q=0.5", ASSET_GZIP, ASSET_GZIP},
        {"br;q=0.001", ASSET_BROTLI, ASSET_PLAIN},
        {"*", ASSET_BROTLI, ASSET_GZIP},
        {"*, br;q=0", ASSET_GZIP, ASSET_GZIP},
        {"*;q=0", ASSET_PLAIN, ASSET_PLAIN},
        {"identity", ASSET_PLAIN, ASSET_PLAIN},
        {"brx, xgzip", ASSET_PLAIN, ASSET_PLAIN},
        {",,;, ;q=0,", ASSET_PLAIN, ASSET_PLAIN},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        assert_int_equal(asset_encoding_for(rows[i].accepted, all), rows[i].of_all);
        assert_int_equal(asset_encoding_for(rows[i].accepted, gzip), rows[i].of_gzip);
    }
}

static void files_are_found_by_their_name_without_the_hash(void **state) {
    (void)state;
    struct buf errors BUF_AUTO;
    buf_init(&errors, 0);
    assert_null(assets_open(folder, &errors));
    assert_non_null(strstr(errors.data, "there are no assets"));
    put("kosi.0123456789ab.css", "a{}");
    put("kosi.0123456789ab.css.br", "x");
    put("kosi-other.0123456789ab.css", "b{}");
    put("notes.txt", "no asset");
    struct assets *assets = assets_open(folder, &errors);
    assert_non_null(assets);
    assert_string_equal(assets_path(assets, "kosi.css"), "/assets/kosi.0123456789ab.css");
    assert_string_equal(assets_path(assets, "kosi-other.css"), "/assets/kosi-other.0123456789ab.css");
    assert_null(assets_path(assets, "kosi.svg"));
    assert_null(assets_path(assets, "notes.txt"));
    assert_null(assets_path(assets, ""));
    assets_free(&assets);
    put("empty.0123456789ab.css", "");
    assert_null(assets_open(folder, &errors));
    assert_non_null(strstr(errors.data, "empty.0123456789ab.css: can't be read, is empty"));
}

static void contrast_is_that_of_wcag(void **state) {
    (void)state;
    assert_true(site_contrast("#000000", "#ffffff") > 20.99 && site_contrast("#000000", "#ffffff") < 21.01);
    assert_true(site_contrast("#777777", "#ffffff") < 4.5 && site_contrast("#767676", "#ffffff") >= 4.5);
    assert_true(site_contrast("#FFFFFF", "#ffffff") == 1);
    assert_true(site_contrast("#fff", "#ffffff") == 0 && site_contrast("red", "#ffffff") == 0 && site_contrast(NULL, "#ffffff") == 0);
    assert_true(site_contrast("#00000g", "#ffffff") == 0 && site_contrast("#000000 ", "#ffffff") == 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_best_encoding_that_is_accepted),
                                       cmocka_unit_test(files_are_found_by_their_name_without_the_hash), cmocka_unit_test(contrast_is_that_of_wcag)};
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
