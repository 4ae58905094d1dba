// Packed bytes of peers that nobody has looked at: what protobuf-c lets pass, and bombs.
#include "contract/world.h"

#include "services/common/contract/unpack.h"

#include <stdio.h>

static const struct contract_message *submit_contract(void) { return contract_message_named("SubmitRequest"); }

// PROBLEM_MALFORMED, or 0: what else is wrong with it is no matter here.
static int check(const struct contract_message *contract, const void *bytes, size_t size) {
    start(256 * 1024);
    const ProtobufCMessage *message = unpack_message(contract, bytes, size, arena, NULL);
    return message == NULL || validate_message(contract, message, &violations) == PROBLEM_MALFORMED ? PROBLEM_MALFORMED : 0;
}

static void test_what_was_packed_is_fine(void **state) {
    (void)state;
    int result = -1;
    ProtobufCMessage *m = from_json("SubmitRequest", "{\"slug\":\"x\",\"form_version\":300,\"answers\":{\"a\":\"für\",\"b\":2.5},\"consents\":[\"p\"]}", &result);
    uint8_t packed[500];
    size_t size = protobuf_c_message_pack(m, packed);
    assert_int_equal(check(submit_contract(), packed, size), 0);
    assert_int_equal(check(submit_contract(), NULL, 0), 0);
    for (size_t cut = 1; cut < size; cut++) {   // cut anywhere: fine or refused, never read beyond
        uint8_t *copy = malloc(cut);
        memcpy(copy, packed, cut);
        check(submit_contract(), copy, cut);
        free(copy);
    }
}

// As protobuf-c reads it: the last of a text counts, a message said twice is one. But then the bytes are not the message.
static void test_the_same_as_protobuf_c(void **state) {
    (void)state;
    static const struct { const char *bytes; size_t size; bool exact; } cases[] = {
        {"\x0a\x01x\x10\xac\x02\x1a\x0b\x0a\x01" "a\x12\x06\x12\x01y\x12\x01z", 19, true},
        {"\x0a\x01x\x0a\x01y", 6, false}, {"\x22\x03\x0a\x01n\x22\x03\x12\x01m", 10, false}, {"\x0a\x01x\xf8\x07\x01", 6, false},
        {"\x0a\x01x\x2a\x01p\x2a\x01q\x2a\x01r", 12, true}};
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        bool exact = !cases[i].exact;
        start(64 * 1024);
        ProtobufCMessage *ours = unpack_message(submit_contract(), cases[i].bytes, cases[i].size, arena, &exact);
        Kosi__SubmitRequest *theirs =
            kosi__submit_request__unpack(arena_allocator(arena), cases[i].size, (const uint8_t *)cases[i].bytes);
        assert_int_equal(exact, cases[i].exact);
        theirs->base.n_unknown_fields = 0;
        uint8_t one[64], other[64];
        size_t size = protobuf_c_message_pack(ours, one);
        assert_int_equal(kosi__submit_request__pack(theirs, other), size);
        assert_memory_equal(one, other, size);
    }
}

static void test_nul_and_bad_utf8(void **state) {
    (void)state;
    assert_int_equal(check(submit_contract(), "\x0a\x03" "a\0b", 5), PROBLEM_MALFORMED);
    assert_int_equal(check(submit_contract(), "\x0a\x02\xff\xfe", 4), PROBLEM_MALFORMED);
    assert_int_equal(check(submit_contract(), "\x22\x05\x12\x03" "a\0b", 7), PROBLEM_MALFORMED);   // contact.email
    assert_int_equal(check(submit_contract(), "\x22\x05\x12\x03" "abc", 7), 0);
    assert_int_equal(check(contract_message_named("Envelope"), "\x2a\x02\0\xff", 4), 0);   // bytes may hold anything
}

static void test_broken_encoding(void **state) {
    (void)state;
    static const char *const broken[] = {"\x0a", "\x0a\x05" "ab", "\x0a\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", "\x0b", "\x0c", "\x0f",
                                         "\x10\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", "\x11" "1234", "\x15" "123", "\x22\x02\x12\x05"};
    for (size_t i = 0; i < sizeof(broken) / sizeof(broken[0]); i++)
        assert_int_equal(check(submit_contract(), broken[i], strlen(broken[i])), PROBLEM_MALFORMED);
}

static void test_unknown_fields_are_skipped(void **state) {
    (void)state;
    assert_int_equal(check(submit_contract(), "\xf8\x07\x01" "\xfa\x07\x01\0" "\x0a\x01x", 10), 0);
}

// 2 MB of empty sub-messages: a few bytes each become a pointer and a structure each.
static void test_memory_bomb_fails_at_the_cap(void **state) {
    (void)state;
    enum { SIZE = 2 * 1024 * 1024 };
    uint8_t *bomb = malloc(SIZE);
    for (size_t i = 0; i < SIZE; i += 2) {
        bomb[i] = 0x1a;   // answers, empty
        bomb[i + 1] = 0;
    }
    start(1024 * 1024);
    assert_null(unpack_message(submit_contract(), bomb, SIZE, arena, NULL));
    start(1024 * 1024);
    assert_non_null(unpack_message(contract_message_named("FormFile"), bomb, SIZE, arena, NULL));   // one, said a million times
    free(bomb);
}

// 30 KB nested 9,000 deep: the contract has no recursive message, so the depth ends with the contract's.
static void test_nesting_bomb_is_cut_off(void **state) {
    (void)state;
    enum { DEPTH = 9000 };
    BUF_AUTO struct buf bomb;
    buf_init(&bomb, 0);
    for (int i = 0; i < DEPTH; i++) {
        uint8_t head[4] = {0x22, 0xff, 0xff, 0x01};   // each announces 32,767 bytes
        buf_add(&bomb, head, sizeof(head));
    }
    check(submit_contract(), bomb.data, bomb.len);
    for (const struct contract_message *const *m = contract_messages; *m != NULL; m++) {
        check(*m, bomb.data, bomb.len);
    }
}

static unsigned depth_of(const ProtobufCMessageDescriptor *descriptor, unsigned so_far) {
    unsigned deepest = so_far;
    assert_true(so_far < 10);   // rule 5 of the contract: not recursive
    for (unsigned i = 0; i < descriptor->n_fields; i++) {
        if (descriptor->fields[i].type != PROTOBUF_C_TYPE_MESSAGE)
            continue;
        unsigned depth = depth_of(descriptor->fields[i].descriptor, so_far + 1);
        deepest = depth > deepest ? depth : deepest;
    }
    return deepest;
}

static void test_no_message_is_recursive(void **state) {
    (void)state;
    for (const struct contract_message *const *m = contract_messages; *m != NULL; m++)
        assert_true(depth_of((*m)->descriptor, 0) < 10);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        WORLD_TEST(test_what_was_packed_is_fine),    WORLD_TEST(test_the_same_as_protobuf_c),
        WORLD_TEST(test_nul_and_bad_utf8),
        WORLD_TEST(test_broken_encoding),            WORLD_TEST(test_unknown_fields_are_skipped),
        WORLD_TEST(test_memory_bomb_fails_at_the_cap), WORLD_TEST(test_nesting_bomb_is_cut_off),
        WORLD_TEST(test_no_message_is_recursive),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
