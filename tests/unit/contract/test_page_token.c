#include "world.h"
#include "services/common/contract/page_token.h"

static const uint8_t key[32] = {1}, other_key[32] = {2};

static bool goes_on(const char *token, const char *message, const char *question, int64_t expected) {
    int result;
    int64_t number = -7;
    ProtobufCMessage *asked = from_json(message, question, &result);
    assert_int_equal(result, 0);
    bool ours = page_token_read(key, asked, token, &number);
    assert_int_equal(number, ours ? expected : -7);
    return ours;
}

static const char *token_for(const char *question, int64_t number) {
    int result;
    ProtobufCMessage *asked = from_json("InboxRequest", question, &result);
    assert_int_equal(result, 0);
    return page_token_make(key, asked, number, arena);
}

static void test_goes_on(void **state) {
    (void)state;
    const char *question = "{\"state\": [\"received\"], \"q\": \"Garten\", \"page_size\": 20}";
    const int64_t numbers[] = {0, 1, 4711, INT64_MAX, INT64_MIN};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        const char *token = token_for(question, numbers[i]);
        assert_true(goes_on(token, "InboxRequest", question, numbers[i]));
        // with pages of another size, and with the token in the question
        assert_true(goes_on(token, "InboxRequest", "{\"state\": [\"received\"], \"q\": \"Garten\", \"page_size\": 5}", numbers[i]));
        assert_true(goes_on(token, "InboxRequest", "{\"state\": [\"received\"], \"q\": \"Garten\", \"page_token\": \"abc\"}", numbers[i]));
    }
    assert_true(goes_on(NULL, "InboxRequest", question, -7));
    assert_true(goes_on("", "InboxRequest", question, -7));
}

static void test_belongs_to_its_question(void **state) {
    (void)state;
    const char *token = token_for("{\"state\": [\"received\"], \"q\": \"Garten\"}", 12);
    assert_false(goes_on(token, "InboxRequest", "{\"state\": [\"accepted\"], \"q\": \"Garten\"}", 0));
    assert_false(goes_on(token, "InboxRequest", "{\"state\": [\"received\"]}", 0));
    assert_false(goes_on(token, "InboxRequest", "{\"state\": [\"received\", \"received\"], \"q\": \"Garten\"}", 0));
    assert_false(goes_on(token_for("{}", 12), "InboxRequest", "{\"free\": true}", 0));
    assert_false(goes_on(token_for("{}", 12), "InboxRequest", "{\"min_days\": 1}", 0));
    assert_false(goes_on(token_for("{}", 12), "InboxRequest", "{\"taken_by\": \"anna\"}", 0));
    assert_false(goes_on(token_for("{}", 12), "ArchiveRequest", "{}", 0));   // another list, asked in the same words: in none
}

static void test_nobody_makes_one_up(void **state) {
    (void)state;
    const char *token = token_for("{}", 12);
    int64_t number = 0;
    Kosi__InboxRequest asked = KOSI__INBOX_REQUEST__INIT;
    assert_false(page_token_read(other_key, &asked.base, token, &number));
    for (size_t i = 0; token[i] != '\0'; i++) {
        char *changed = arena_text(arena, token);
        changed[i] = changed[i] == 'A' ? 'B' : 'A';
        assert_false(page_token_read(key, &asked.base, changed, &number));
        changed[i] = '\0';
        assert_int_equal(page_token_read(key, &asked.base, changed, &number), i == 0);
    }
    assert_false(page_token_read(key, &asked.base, arena_format(arena, "%sA", token), &number));
    assert_false(page_token_read(key, &asked.base, "x y\xff", &number));
    assert_int_equal(number, 0);
}

static void test_no_memory(void **state) {
    (void)state;
    Kosi__InboxRequest asked = KOSI__INBOX_REQUEST__INIT;
    struct arena *small = arena_new(8);
    assert_null(page_token_make(key, &asked.base, 1, small));
    arena_free(&small);
}

int main(void) {
    const struct CMUnitTest tests[] = {WORLD_TEST(test_goes_on), WORLD_TEST(test_belongs_to_its_question),
                                       WORLD_TEST(test_nobody_makes_one_up), WORLD_TEST(test_no_memory)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
