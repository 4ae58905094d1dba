#include "contract/world.h"
#include "kosi/accounts.pb-c.h"

static void assert_json(const char *name, const ProtobufCMessage *message, const char *expected) {
    BUF_AUTO struct buf out;
    buf_init(&out, 0);
    message_to_json(contract_message_named(name), message, &out);
    assert_string_equal(out.data, expected);
}

static void test_unset_is_left_out_and_lists_are_always_there(void **state) {
    (void)state;
    assert_json("Relation", new_message("Relation"), "{}");
    assert_json("SubmitRequest", new_message("SubmitRequest"), "{\"answers\":{},\"consents\":[]}");
    Kosi__InboxRequest inbox = KOSI__INBOX_REQUEST__INIT;   // a default is no value that was set
    assert_int_equal(inbox.page_size, 50);
    assert_json("InboxRequest", &inbox.base, "{\"state\":[],\"form\":[]}");
}

static void test_what_is_promised_is_there_be_it_null(void **state) {
    (void)state;
    assert_json("Entry", new_message("Entry"),
                "{\"summary\":null,\"themes\":[],\"sector\":null,\"district\":null,\"stage\":null,\"relations\":[]}");
}

static void test_hidden_and_secret_fields_stay_inside(void **state) {
    (void)state;
    Kosi__SessionRequest session = KOSI__SESSION_REQUEST__INIT;
    session.token = (char *)"secret";
    assert_json("SessionRequest", &session.base, "{}");
    Kosi__Entry entry = KOSI__ENTRY__INIT;
    entry.description = (char *)"Markdown";
    entry.title = entry.summary = entry.sector = entry.district = entry.stage = (char *)"a";
    assert_json("Entry", &entry.base, "{\"title\":\"a\",\"summary\":\"a\",\"themes\":[],\"sector\":\"a\",\"district\":\"a\",\"stage\":\"a\","
                "\"relations\":[]}");
}

static void test_every_kind_of_value(void **state) {
    (void)state;
    char *items[] = {(char *)"a", (char *)"b"};
    Kosi__Value values[] = {KOSI__VALUE__INIT, KOSI__VALUE__INIT, KOSI__VALUE__INIT, KOSI__VALUE__INIT, KOSI__VALUE__INIT};
    Kosi__Answer answers[5], *pointers[5];
    static const char *const keys[] = {"text", "items", "number", "list", "nothing"};
    for (int i = 0; i < 5; i++) {
        kosi__answer__init(&answers[i]);
        answers[i].key = (char *)keys[i];
        answers[i].value = &values[i];
        pointers[i] = &answers[i];
    }
    values[0].text = (char *)"\"für\"";
    values[1].items = items;
    values[1].n_items = 2;
    values[2].has_number = 1;
    values[2].number = 0.5;
    values[3].has_list = 1;
    values[3].list = 1;
    Kosi__SubmissionExport export = KOSI__SUBMISSION_EXPORT__INIT;
    export.answers = pointers;
    export.n_answers = 5;
    assert_json("SubmissionExport", &export.base,
                "{\"answers\":{\"text\":\"\\\"für\\\"\",\"items\":[\"a\",\"b\"],\"number\":0.5,\"list\":[],\"nothing\":null},\"consents\":[]}");
}

static void test_times_and_nested_messages(void **state) {
    (void)state;
    Kosi__HistoryItem item = KOSI__HISTORY_ITEM__INIT, *items[] = {&item};
    Kosi__SubmissionStatus status = KOSI__SUBMISSION_STATUS__INIT;
    status.has_created_at = 1;
    status.created_at = 1768487400000000;
    status.has_form_version = 1;
    status.form_version = 4000000000;
    item.state = (char *)"received";
    status.history = items;
    status.n_history = 1;
    assert_json("SubmissionStatus", &status.base,
                "{\"form_version\":4000000000,\"created_at\":\"2026-01-15T14:30:00Z\",\"history\":[{\"state\":\"received\"}]}");
}

// Whatever a message is filled with, its JSON is read back as the same message.
static void test_round_trip(void **state) {
    (void)state;
    static const char *const texts[][2] = {
        {"SubmitRequest", "{\"slug\":\"initiative\",\"form_version\":2,\"answers\":{\"a\":\"x\",\"b\":[\"y\"],\"c\":[],\"d\":-1.25},\"contact\":{\"name\":\"N\"},\"consents\":[\"p\"]}"},
        {"DecisionRequest", "{\"id\":\"01a200fe-c45d-760b-b0af-64e5158c246f\",\"decision\":\"accept\",\"edits\":{\"title\":\"T\",\"themes\":[],\"point\":{\"lat\":51.5,\"lon\":-7}}}"},
        {"Form", "{\"slug\":\"s\",\"version\":1,\"questions\":[{\"id\":\"q\",\"required\":false,\"max_length\":0,\"options\":[{\"id\":\"o\",\"label\":\"L\"}]}]}"},
        {"AuditReply", "{\"items\":[{\"acted_at\":\"2026-01-15T14:30:00.500000Z\",\"login\":\"l\"}],\"next_page_token\":\"x\"}"},
    };
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        int result = -1;
        assert_json(texts[i][0], from_json(texts[i][0], texts[i][1], &result), texts[i][1]);
        assert_int_equal(result, 0);
    }
}

static void test_a_bounded_buffer_says_so(void **state) {
    (void)state;
    struct buf out;
    buf_init(&out, 10);
    message_to_json(contract_message_named("Entry"), new_message("Entry"), &out);
    assert_true(out.failed);
    buf_free(&out);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        WORLD_TEST(test_unset_is_left_out_and_lists_are_always_there),
        WORLD_TEST(test_what_is_promised_is_there_be_it_null),
        WORLD_TEST(test_hidden_and_secret_fields_stay_inside),
        WORLD_TEST(test_every_kind_of_value),
        WORLD_TEST(test_times_and_nested_messages),
        WORLD_TEST(test_round_trip),
        WORLD_TEST(test_a_bounded_buffer_says_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
