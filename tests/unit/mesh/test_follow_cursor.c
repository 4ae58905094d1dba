// What an answer from a log means for a cursor.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "services/common/mesh/follow_cursor.h"
#include <string.h>

static uint8_t ours[CURSOR_EPOCH_BYTES] = "sixteen bytes ok", theirs[CURSOR_EPOCH_BYTES] = "sixteen others..";

static Kosi__LogReadReply reply_of(uint8_t *epoch, uint64_t scanned_to, uint64_t last_seq) {
    Kosi__LogReadReply reply = KOSI__LOG_READ_REPLY__INIT;
    reply.has_epoch = reply.has_scanned_to = reply.has_last_seq = true;
    reply.epoch = (ProtobufCBinaryData){CURSOR_EPOCH_BYTES, epoch};
    reply.scanned_to = scanned_to;
    reply.last_seq = last_seq;
    return reply;
}

static struct follow_cursor at(uint64_t seq) {
    struct follow_cursor cursor = {.known = true, .seq = seq, .last_seq = seq};
    memcpy(cursor.epoch, ours, sizeof ours);
    return cursor;
}

static void new_followers(void **state) {
    (void)state;
    struct follow_cursor projection = {0}, stateful = {.stateful = true};
    Kosi__LogReadReply reply = reply_of(ours, 7, 9);
    assert_int_equal(follow_judge(&projection, &reply), FOLLOW_APPLY);
    assert_int_equal(follow_judge(&stateful, &reply), FOLLOW_START);
    assert_int_equal(follow_behind(&projection), 0);
}

// What was accepted before the follower's database was there belongs to a new node, when both are of one hour.
static void services_of_a_new_node_start_one_after_another(void **state) {
    (void)state;
    const int64_t minute_us = 60LL * 1000 * 1000, start = 1000 * minute_us;
    uint8_t hash[32] = "the hash of what a record says";
    struct follow_cursor cursor = {.stateful = true, .since = start + 5 * minute_us, .newborn = true};
    Kosi__LogRecord record = KOSI__LOG_RECORD__INIT, *records[] = {&record};
    Kosi__LogReadReply reply = reply_of(ours, 7, 9);
    record.has_seq = record.has_at = true;
    record.seq = 1, record.at = start + minute_us, record.type = "SubmissionReceived";
    record.content_hash = (ProtobufCBinaryData){sizeof hash, hash};
    reply.records = records, reply.n_records = 1;
    assert_int_equal(follow_judge(&cursor, &reply), FOLLOW_START);   // nothing is known of the log's age
    reply.has_made_at = true, reply.made_at = start;
    assert_int_equal(follow_judge(&cursor, &reply), FOLLOW_APPLY);
    reply.made_at = start - 60 * minute_us;   // an old log, and a service that is new in its node
    assert_int_equal(follow_judge(&cursor, &reply), FOLLOW_START);
    reply.made_at = start, cursor.newborn = false;   // the operator said since when
    assert_int_equal(follow_judge(&cursor, &reply), FOLLOW_START);
}

static void another_epoch_or_a_shorter_log_stops(void **state) {
    (void)state;
    struct follow_cursor cursor = at(10);
    Kosi__LogReadReply restored = reply_of(theirs, 10, 20), shorter = reply_of(ours, 10, 9), equal = reply_of(ours, 10, 10);
    assert_int_equal(follow_judge(&cursor, &restored), FOLLOW_EPOCH);
    assert_int_equal(follow_judge(&cursor, &shorter), FOLLOW_REWOUND);
    assert_int_equal(follow_judge(&cursor, &equal), FOLLOW_APPLY);
    equal.diverged = true; // an older copy that has grown beyond the cursor again
    assert_int_equal(follow_judge(&cursor, &equal), FOLLOW_DIVERGED);
}

static void marks_tell_records_apart(void **state) {
    (void)state;
    uint8_t hash[32] = "the hash of what a record says", a[CURSOR_MARK_BYTES], b[CURSOR_MARK_BYTES];
    assert_false(follow_mark(hash, 0, 1, a));
    assert_true(follow_mark(hash, sizeof hash, 1, a) && follow_mark(hash, sizeof hash, 2, b));
    assert_memory_not_equal(a, b, sizeof a);
    Kosi__LogRecord record = KOSI__LOG_RECORD__INIT, *records[] = {&record};
    Kosi__LogReadReply reply = reply_of(ours, 14, 20);
    record.seq = 12, record.at = 2;
    record.content_hash = (ProtobufCBinaryData){sizeof hash, hash};
    reply.records = records;
    reply.n_records = 1;
    assert_true(follow_mark_in(&reply, 12, a));
    assert_memory_equal(a, b, sizeof a);
    assert_false(follow_mark_in(&reply, 14, a)); // a log that tells no marks
    reply.mark = (ProtobufCBinaryData){sizeof b, b};
    assert_true(follow_mark_in(&reply, 14, a));
    assert_false(follow_mark_in(&reply, 13, a));
}

static void records_must_be_in_order(void **state) {
    (void)state;
    struct follow_cursor cursor = at(10);
    Kosi__LogRecord a = KOSI__LOG_RECORD__INIT, b = KOSI__LOG_RECORD__INIT;
    Kosi__LogRecord *records[] = {&a, &b};
    a.has_seq = b.has_seq = true;
    a.type = b.type = "SubmissionReceived";
    Kosi__LogReadReply reply = reply_of(ours, 14, 20);
    reply.n_records = 2;
    reply.records = records;
    a.seq = 11, b.seq = 14;
    assert_int_equal(follow_judge(&cursor, &reply), FOLLOW_APPLY);
    a.seq = 10;
    assert_int_equal(follow_judge(&cursor, &reply), FOLLOW_BAD); // taken effect already
    a.seq = 14;
    assert_int_equal(follow_judge(&cursor, &reply), FOLLOW_BAD); // twice
    a.seq = 11, b.seq = 15;
    assert_int_equal(follow_judge(&cursor, &reply), FOLLOW_BAD); // beyond what was scanned
    b.seq = 14, b.type = NULL;
    assert_int_equal(follow_judge(&cursor, &reply), FOLLOW_BAD);
}

static void what_is_no_answer(void **state) {
    (void)state;
    struct follow_cursor cursor = at(10);
    Kosi__LogReadReply reply = KOSI__LOG_READ_REPLY__INIT, over = reply_of(ours, 30, 20);
    assert_int_equal(follow_judge(&cursor, &reply), FOLLOW_BAD);
    assert_int_equal(follow_judge(&cursor, &over), FOLLOW_BAD);
    cursor.last_seq = 25;
    assert_int_equal(follow_behind(&cursor), 15);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(new_followers),
        cmocka_unit_test(services_of_a_new_node_start_one_after_another),
        cmocka_unit_test(another_epoch_or_a_shorter_log_stops),
        cmocka_unit_test(marks_tell_records_apart),
        cmocka_unit_test(records_must_be_in_order),
        cmocka_unit_test(what_is_no_answer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
