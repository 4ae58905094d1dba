// The life of a submission: every move in every state, as product.md's table has it; and the picture in the documentation.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include "services/submissions/life.h"
#include <stdio.h>
#include <string.h>

// Rows: from received, in_review, accepted, rejected, duplicate, withdrawn, erased. "-" is refused.
static const char *const expected[LIFE_MOVES][LIFE_STATES] = {
    [LIFE_TAKE] = {"in_review", "in_review", "-", "-", "-", "-", "-"},
    [LIFE_ACCEPT] = {"accepted", "accepted", "-", "-", "-", "-", "-"},
    [LIFE_REJECT] = {"rejected", "rejected", "-", "-", "-", "-", "-"},
    [LIFE_MARK_DUPLICATE] = {"duplicate", "duplicate", "-", "-", "-", "-", "-"},
    [LIFE_REOPEN] = {"-", "-", "in_review", "in_review", "in_review", "-", "-"},
    [LIFE_RELEASE] = {"-", "in_review", "-", "-", "-", "-", "-"},
    [LIFE_CORRECT] = {"received", "in_review", "-", "-", "-", "-", "-"},
    [LIFE_WITHDRAW] = {"withdrawn", "withdrawn", "withdrawn", "withdrawn", "withdrawn", "-", "-"},
    [LIFE_ERASE] = {"erased", "erased", "erased", "erased", "erased", "erased", "-"},
};

static void every_move_in_every_state(void **state) {
    (void)state;
    for (int move = 0; move < LIFE_MOVES; move++) {
        for (int from = 0; from < LIFE_STATES; from++) {
            const struct life_step *step = life_step((enum life_state)from, (enum life_move)move);
            assert_string_equal(step ? life_state_name(step->to) : "-", expected[move][from]);
        }
    }
}

static void what_leaves_accepted_unpublishes(void **state) {
    (void)state;
    for (int move = 0; move < LIFE_MOVES; move++) {
        const struct life_step *step = life_step(LIFE_ACCEPTED, (enum life_move)move);
        if (step)
            assert_int_equal(step->effect, LIFE_UNPUBLISH);
        step = life_step(LIFE_DUPLICATE, (enum life_move)move);
        if (step)
            assert_int_equal(step->effect, LIFE_UNLINK);
    }
    assert_int_equal(life_step(LIFE_RECEIVED, LIFE_ACCEPT)->effect, LIFE_PUBLISH);
    assert_int_equal(life_step(LIFE_IN_REVIEW, LIFE_MARK_DUPLICATE)->effect, LIFE_LINK);
}

static void names_are_those_of_the_wire(void **state) {
    (void)state;
    assert_int_equal(life_state_of("in_review"), LIFE_IN_REVIEW);
    assert_int_equal(life_state_of("in-review"), -1);
    assert_int_equal(life_state_of(NULL), -1);
    assert_int_equal(life_decision_of("duplicate"), LIFE_MARK_DUPLICATE);
    assert_int_equal(life_decision_of("withdraw"), -1); // a citizen's move is no moderator's
    assert_int_equal(life_decision_of("erase"), -1);
    assert_int_equal(life_decision_of("correct"), -1);
}

static void the_picture_is_the_table(void **state) {
    (void)state;
    static char page[64 * 1024];
    struct buf drawn;
    buf_init(&drawn, 0);
    life_draw(&drawn);
    FILE *file = fopen(KOSI_SHARE_DIR "/services/submissions/README.md", "r");
    assert_non_null(file);
    page[fread(page, 1, sizeof page - 1, file)] = '\0';
    fclose(file);
    if (!strstr(page, drawn.data))
        fail_msg("services/submissions/README.md shows another life than life.c. Put this there:\n%s", drawn.data);
    buf_free(&drawn);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_move_in_every_state),
        cmocka_unit_test(what_leaves_accepted_unpublishes),
        cmocka_unit_test(names_are_those_of_the_wire),
        cmocka_unit_test(the_picture_is_the_table),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
