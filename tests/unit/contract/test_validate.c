#include "contract/world.h"

#include "kosi/envelope.pb-c.h"

#include <stdio.h>

static int check(const char *name, const char *text) {
    int result = -1;
    start(1024 * 1024);
    ProtobufCMessage *message = from_json(name, text, &result);
    assert_int_equal(result, 0);
    return validate_message(contract_message_named(name), message, &violations);
}

struct refusal {
    const char *message, *text, *field, *code;
    int64_t limit;
};

#define ID "\"id\":\"01a200fe-c45d-760b-b0af-64e5158c246f\""

static void test_refusals(void **state) {
    (void)state;
    static const struct refusal refusals[] = {
        {"FormRequest", "{}", "slug", "required", 0},
        {"FormRequest", "{\"slug\":\"\"}", "slug", "required", 0},
        {"FormRequest", "{\"slug\":\" \\t\"}", "slug", "required", 0},
        {"FormRequest", "{\"slug\":\"A\"}", "slug", "invalid_format", 0},
        {"FormRequest", "{\"slug\":\"1234567890123456789012345678901234567890123456789012345678901\"}", "slug", "too_long", 60},
        {"SubmitRequest", "{\"slug\":\"x\"}", "answers", "required", 0},
        {"SubmitRequest", "{\"slug\":\"x\",\"answers\":{\"a\":\"b\\u0007\"}}", "answers.a", "invalid_format", 0},
        {"EntryListRequest", "{\"page_size\":0}", "page_size", "out_of_range", 1},
        {"EntryListRequest", "{\"page_size\":201}", "page_size", "out_of_range", 200},
        {"EntryListRequest", "{\"kind\":[\"idea\",\"No\"]}", "kind", "invalid_format", 0},
        {"EntryListRequest", "{\"kind\":[\"\"]}", "kind", "invalid_format", 0},
        {"EntryListRequest", "{\"q\":\"a\\nb\"}", "q", "invalid_format", 0},
        {"EntryListRequest", "{\"q\":\"a\\u0085b\"}", "q", "invalid_format", 0},
        {"EntryListRequest", "{\"page_token\":\"a=\"}", "page_token", "invalid_format", 0},
        {"EntryRequest", "{\"id\":\"5\"}", "id", "invalid_format", 0},
        {"Point", "{\"lat\":90.5,\"lon\":0}", "lat", "out_of_range", 90},
        {"Point", "{\"lat\":0,\"lon\":-180.01}", "lon", "out_of_range", -180},
        {"UserAddRequest", "{\"login\":\"x\",\"password\":\"12345678901\"}", "password", "too_short", 12},
        {"UserAddRequest", "{\"login\":\"Ä\",\"password\":\"123456789012\"}", "login", "invalid_format", 0},
        {"DecisionRequest", "{" ID ",\"decision\":\"accept\",\"edits\":{\"since\":\"2026-02-30\"}}", "edits.since", "invalid_format", 0},
        {"DecisionRequest", "{" ID ",\"decision\":\"accept\",\"edits\":{\"website\":\"javascript:x\"}}", "edits.website", "invalid_format", 0},
        {"DecisionRequest", "{" ID ",\"decision\":\"accept\",\"edits\":{\"point\":{\"lat\":91,\"lon\":7}}}", "edits.point.lat", "out_of_range", 90},
        {"FormFile", "{\"slug\":\"x\",\"title\":{\"de\":\"T\"},\"entry_kind\":\"i\",\"questions\":[{\"id\":\"a\",\"type\":\"t\",\"label\":{\"de\":\"A\"}},{\"id\":\"b\",\"type\":\"t\",\"label\":{}}]}", "questions.1.label.de", "required", 0},
    };
    for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
        const struct refusal *r = &refusals[i];
        if (check(r->message, r->text) != PROBLEM_VALIDATION)
            fail_msg("taken: %s", r->text);
        assert_only(r->field, r->code);
        assert_int_equal(violations.items[0]->limit, r->limit);
    }
}

// Each format on a message of one text field with rules of the test's own.
static void test_formats(void **state) {
    (void)state;
    static const struct {
        enum contract_format format;
        const char *right, *wrong;
    } cases[] = {
        {FORMAT_TEXT, "Räder, 2 €!", "a\tb"},
        {FORMAT_LINES, "a\r\n\tb", "a\x1b[0m"},
        {FORMAT_SLUG, "in_review-2", "In"},
        {FORMAT_EMAIL, "a@example.org", "nobody"},
        {FORMAT_URL, "https://example.org/x", "example.org"},
        {FORMAT_UUID, "01a200fe-c45d-760b-b0af-64e5158c246f", "01a200fe"},
        {FORMAT_DATE, "2024-02-29", "2023-02-29"},
        {FORMAT_TOKEN, "Ab-_9", "a/b"},
        {FORMAT_LANGUAGE, "en", "fr"},
        {FORMAT_LOGIN, "a.b-c_9", "a b"},
        {FORMAT_SECRET, "any\x01thing", "x\xff"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const struct contract_field rules = {.format = cases[i].format, .max_chars = 100};
        const struct contract_message contract = {&kosi__entry_request__descriptor, &rules, false};
        Kosi__EntryRequest m = KOSI__ENTRY_REQUEST__INIT;
        assert_int_equal(contract.descriptor->n_fields, 1);
        start(10000);
        m.id = (char *)cases[i].right;
        assert_int_equal(validate_message(&contract, &m.base, &violations), 0);
        m.id = (char *)cases[i].wrong;
        assert_true(validate_message(&contract, &m.base, &violations) > 0);
        assert_only("id", "invalid_format");
    }
}

static void test_what_is_fine(void **state) {
    (void)state;
    assert_int_equal(check("FormRequest", "{\"slug\":\"initiative-melden\"}"), 0);
    assert_int_equal(check("InboxRequest", "{\"state\":[\"in_review\"],\"q\":\"\"}"), 0);
    assert_int_equal(check("SubmitRequest", "{\"slug\":\"x\",\"answers\":{\"a\":\"Zeile 1\\r\\n\\tZeile 2\"},\"contact\":{\"email\":\"\"}}"), 0);
    assert_int_equal(check("EntryEdits", "{\"title\":\"Lastenr\\u00e4der \\ud83d\\udeb2\",\"website\":\"https://example.org\"}"), 0);
    assert_int_equal(check("UserAddRequest", "{\"login\":\"a.b-c_9\",\"password\":\"äöüäöüäöüäöü\",\"roles\":[\"event_office\"]}"), 0);
}

static void test_lengths_count_characters(void **state) {
    (void)state;
    char title[900], text[1000];
    for (int n = 200; n <= 201; n++) {
        title[0] = '\0';
        for (int i = 0; i < n; i++)
            strcat(title, "ü");
        snprintf(text, sizeof(text), "{\"title\":\"%s\"}", title);
        assert_int_equal(check("EntryEdits", text), n == 200 ? 0 : PROBLEM_VALIDATION);
    }
    assert_only("title", "too_long");
}

static void test_too_many_items_are_refused_as_a_whole(void **state) {
    (void)state;
    BUF_AUTO struct buf text;
    buf_init(&text, 0);
    buf_text(&text, "{\"kind\":[");
    for (int i = 0; i < 21; i++)
        buf_format(&text, "%s\"NO\"", i == 0 ? "" : ",");
    buf_text(&text, "]}");
    assert_int_equal(check("EntryListRequest", text.data), PROBLEM_VALIDATION);
    assert_only("kind", "too_long");
    assert_int_equal(violations.items[0]->limit, 20);
}

static void test_bytes_that_are_no_text(void **state) {
    (void)state;
    Kosi__FormRequest form = KOSI__FORM_REQUEST__INIT;
    form.slug = (char *)"x\xff";
    assert_int_equal(validate_message(contract_message_named("FormRequest"), &form.base, &violations), PROBLEM_MALFORMED);
    assert_only("slug", "invalid_format");
}

static void test_values_no_enum_has(void **state) {
    (void)state;
    Kosi__Envelope envelope = KOSI__ENVELOPE__INIT;
    envelope.has_kind = 1;
    envelope.kind = 99;
    assert_int_equal(validate_message(contract_message_named("Envelope"), &envelope.base, &violations), PROBLEM_VALIDATION);
    assert_only("kind", "not_an_option");
}

// A foreign peer can send what JSON can't: one key twice, a key without value, NaN.
static void test_maps_of_foreign_peers(void **state) {
    (void)state;
    Kosi__Value value = KOSI__VALUE__INIT;
    Kosi__Answer one = KOSI__ANSWER__INIT, two = KOSI__ANSWER__INIT, none = KOSI__ANSWER__INIT, *answers[] = {&one, &two, &none};
    Kosi__SubmitRequest m = KOSI__SUBMIT_REQUEST__INIT;
    one.key = two.key = (char *)"title";
    one.value = two.value = &value;
    value.has_number = 1;
    value.number = 0.0 / 0.0 * -1;
    m.slug = (char *)"x";
    m.answers = answers;
    m.n_answers = 3;
    assert_int_equal(validate_message(contract_message_named("SubmitRequest"), &m.base, &violations), PROBLEM_VALIDATION);
    assert_true(has_violation("answers.title", "invalid_format"));
    assert_true(has_violation("answers.title", "out_of_range"));
    assert_true(has_violation("answers", "required"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        WORLD_TEST(test_refusals),
        WORLD_TEST(test_formats),
        WORLD_TEST(test_what_is_fine),
        WORLD_TEST(test_lengths_count_characters),
        WORLD_TEST(test_too_many_items_are_refused_as_a_whole),
        WORLD_TEST(test_bytes_that_are_no_text),
        WORLD_TEST(test_values_no_enum_has),
        WORLD_TEST(test_maps_of_foreign_peers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
