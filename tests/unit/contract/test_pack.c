// Packed in one walk: the same bytes as protobuf-c's.
#include "contract/world.h"
#include "services/common/contract/pack.h"
#include "kosi/envelope.pb-c.h"

static void check_same(const ProtobufCMessage *message) {
    size_t size = protobuf_c_message_get_packed_size(message);
    uint8_t *theirs = malloc(size + 1), *ours = malloc(size + 1);
    assert_int_equal(protobuf_c_message_pack(message, theirs), size);
    assert_ptr_equal(pack_before(message, ours, ours + size), ours);
    assert_memory_equal(ours, theirs, size);
    if (size > 0)
        assert_null(pack_before(message, ours + 1, ours + size));
    free(theirs);
    free(ours);
}

static void test_nested_and_repeated(void **state) {
    (void)state;
    int result = -1;
    check_same(from_json("SubmitRequest",
                         "{\"slug\":\"x\",\"form_version\":300,\"answers\":{\"a\":\"für\",\"b\":2.5,\"c\":[\"\",\"y\"],\"d\":[]},\"consents\":[\"p\"]}",
                         &result));
    assert_int_equal(result, 0);
    check_same(new_message("SubmitRequest"));
}

static void test_every_kind_of_number(void **state) {
    (void)state;
    Kosi__Envelope e = KOSI__ENVELOPE__INIT;
    e.has_version = e.has_kind = e.has_time_left_ms = e.has_delivery = e.has_replayed = e.has_request_id = true;
    e.kind = KOSI__KIND__REPLY;
    e.replayed = true;
    for (int bit = 0; bit < 64; bit++) {
        e.delivery = UINT64_MAX >> bit;
        e.version = e.time_left_ms = (uint32_t)(UINT32_MAX >> (bit % 32));
        check_same(&e.base);
    }
    e.kind = (Kosi__Kind)-1;   // what a peer sent and nobody knows
    check_same(&e.base);
}

static void test_unknown_fields_stay(void **state) {
    (void)state;
    static const uint8_t bytes[] = "\xf8\x07\x01" "\xfa\x07\x01\0" "\x0a\x01x";
    ProtobufCMessage *m = protobuf_c_message_unpack(&kosi__submit_request__descriptor, arena_allocator(arena), sizeof bytes - 1, bytes);
    assert_non_null(m);
    assert_int_equal(m->n_unknown_fields, 2);
    check_same(m);
}

static int begin(void **state) {
    (void)state;
    start(1024 * 1024);
    return 0;
}

static int finish(void **state) {
    (void)state;
    arena_free(&arena);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_nested_and_repeated, begin, finish),
        cmocka_unit_test_setup_teardown(test_every_kind_of_number, begin, finish),
        cmocka_unit_test_setup_teardown(test_unknown_fields_stay, begin, finish),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
