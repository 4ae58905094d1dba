#include "services/common/base/problem.h"

#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

static void test_codes_and_back(void **state) {
    (void)state;
    for (int i = 0; i < PROBLEM_COUNT; i++)
        assert_int_equal(problem_of(problem_code(i)), i);
    assert_string_equal(problem_code(0), "ok");
    assert_int_equal(problem_status(0), 200);
    assert_int_equal(problem_status(PROBLEM_VALIDATION), 422);
}

static void test_faults_are_internal(void **state) {
    (void)state;
    assert_string_equal(problem_code(-1), "internal");
    assert_string_equal(problem_code(PROBLEM_COUNT), "internal");
    assert_int_equal(problem_status(-5), 500);
    assert_int_equal(problem_of("no such code"), PROBLEM_INTERNAL);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_codes_and_back), cmocka_unit_test(test_faults_are_internal)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
