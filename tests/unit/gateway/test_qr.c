// A QR code as a path: square, with a quiet zone, drawn only inside.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "gateway/qr.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void modules_lie_inside_the_quiet_zone(void **state) {
    (void)state;
    struct arena *arena = arena_new(1 << 20);
    unsigned size = 0;
    const char *path = qr_path(arena, "otpauth://totp/KoSI-dortmund:anna?secret=ABCDEFGHIJKLMNOPQRSTUVWXYZ234567&issuer=KoSI-dortmund", &size);
    assert_non_null(path);
    assert_true(size > 29 && size < 80);
    assert_memory_equal(path, "M4 4h7v1h-7z", 12);   // the first finder pattern
    int x, y, n, used;
    for (const char *at = path; *at; at += used) {
        assert_int_equal(sscanf(at, "M%d %dh%dv1h-%*dz%n", &x, &y, &n, &used), 3);
        assert_true(x >= 4 && y >= 4 && n > 0 && x + n <= (int)size - 4 && y < (int)size - 4);
    }
    arena_free(&arena);
}

static void what_does_not_fit_is_none(void **state) {
    (void)state;
    struct arena *arena = arena_new(1 << 20);
    static char text[5000];
    unsigned size;
    memset(text, 'x', sizeof text - 1);
    assert_null(qr_path(arena, text, &size));
    assert_null(qr_path(arena, "", &size));
    arena_free(&arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(modules_lie_inside_the_quiet_zone), cmocka_unit_test(what_does_not_fit_is_none)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
