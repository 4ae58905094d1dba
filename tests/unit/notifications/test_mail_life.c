// The table of a mail's life, and who was heard of when.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include "services/notifications/mail_life.h"
#include "services/notifications/senders.h"
#include <stdio.h>
#include <string.h>

static void every_state_can_end(void **state) {
    (void)state;
    for (enum mail_state s = MAIL_OWED; s <= MAIL_HELD; s++) {
        assert_int_equal(mail_life_next(s, MAIL_DROP), MAIL_CANCELLED);
        assert_int_equal(mail_life_next(s, MAIL_GIVE_UP), MAIL_FAILED);
        assert_int_equal(mail_life_next(s, MAIL_BY_HAND_CANCEL), MAIL_CANCELLED);
    }
    for (int m = 0; m < MAIL_MOVES; m++)   // what is sent stays sent, unless it comes back
        assert_int_equal(mail_life_next(MAIL_SENT, (enum mail_move)m), m == MAIL_COME_BACK ? MAIL_FAILED : 0);
}

static void only_what_is_owed_is_leased(void **state) {
    (void)state;
    for (enum mail_state s = MAIL_OWED; s <= MAIL_CANCELLED; s++)
        assert_int_equal(mail_life_next(s, MAIL_LEASE), s <= MAIL_RETRY ? MAIL_LEASED : 0);
}

static void what_went_out_is_sent_whatever_became_of_it(void **state) {
    (void)state;
    const enum mail_state late[] = {MAIL_OWED, MAIL_RETRY, MAIL_LEASED, MAIL_HELD, MAIL_FAILED, MAIL_CANCELLED};
    for (size_t i = 0; i < sizeof late / sizeof *late; i++)
        assert_int_equal(mail_life_next(late[i], MAIL_SUCCEED), MAIL_SENT);
}

static void names_read_back(void **state) {
    (void)state;
    for (enum mail_state s = MAIL_OWED; s <= MAIL_CANCELLED; s++)
        assert_int_equal(mail_state_of(mail_state_name(s)), s);
    for (enum mail_move m = MAIL_BY_HAND_RETRY; m < MAIL_MOVES; m++)
        assert_int_equal(mail_move_of(mail_move_name(m)), m);
    assert_int_equal(mail_state_of("lost"), -1);
    assert_int_equal(mail_state_of(NULL), -1);
    assert_int_equal(mail_move_of("lease"), -1);   // not by hand
}

static void the_picture_is_the_table(void **state) {
    (void)state;
    static char page[32 * 1024];
    BUF_AUTO struct buf drawn;
    buf_init(&drawn, 0);
    mail_life_draw(&drawn);
    FILE *file = fopen(KOSI_SHARE_DIR "/services/notifications/README.md", "r");
    assert_non_null(file);
    page[fread(page, 1, sizeof page - 1, file)] = '\0';
    fclose(file);
    if (!strstr(page, drawn.data))
        fail_msg("services/notifications/README.md shows another life than mail_life.c. Put this there:\n%s", drawn.data);
}

static void a_sender_is_lost_after_ten_seconds(void **state) {
    (void)state;
    const uint8_t a[SENDER_BYTES] = {1}, b[SENDER_BYTES] = {2};
    struct senders *senders = senders_new();
    senders_start(senders, 1000);
    assert_false(senders_lost(senders, a, 10999));   // after a start there is time to be heard
    assert_true(senders_lost(senders, a, 11000));
    assert_true(senders_heard(senders, a, 1, 12000));
    assert_false(senders_heard(senders, a, 1, 13000));
    assert_false(senders_lost(senders, a, 22999));
    assert_true(senders_lost(senders, a, 23000));
    assert_true(senders_heard(senders, b, 1, 24000));
    assert_true(senders_lost(senders, a, 24000));    // another is in its slot
    assert_false(senders_slot_lost(senders, 1, 24000));
    assert_true(senders_slot_lost(senders, 2, 24000));
    senders_free(&senders);
}

static void more_senders_than_places_take_that_of_the_longest_silent(void **state) {
    (void)state;
    struct senders *senders = senders_new();
    senders_start(senders, 0);
    for (uint32_t i = 1; i <= SENDERS_MOST + 3; i++) {
        uint8_t holder[SENDER_BYTES] = {(uint8_t)i, 9};
        senders_heard(senders, holder, i, 100000 + i);
    }
    assert_true(senders_slot_lost(senders, 1, 100100));
    assert_false(senders_slot_lost(senders, SENDERS_MOST + 3, 100100));
    senders_free(&senders);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_state_can_end),
        cmocka_unit_test(only_what_is_owed_is_leased),
        cmocka_unit_test(what_went_out_is_sent_whatever_became_of_it),
        cmocka_unit_test(names_read_back),
        cmocka_unit_test(the_picture_is_the_table),
        cmocka_unit_test(a_sender_is_lost_after_ten_seconds),
        cmocka_unit_test(more_senders_than_places_take_that_of_the_longest_silent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
