#include "contract/world.h"

#include <stdio.h>

static int put(ProtobufCMessage *message, const char *name, const char *value) {
    return pair_to_message(name, value, true, contract_message_of(message->descriptor), message, &violations);
}

static void test_a_form_post(void **state) {
    (void)state;
    Kosi__SubmitRequest m = KOSI__SUBMIT_REQUEST__INIT;
    static const char *const pairs[][2] = {{"form_version", "3"}, {"title", "Lastenräder"}, {"themes", "climate"}, {"themes", "mobility"},
                                           {"themes", "energy"}, {"contact.email", "a@example.org"}, {"contact.name", "N"}, {"website", ""},
                                           {"contact.language", ""}, {"consents", "privacy"}, {"consents", "publish"}};
    for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
        assert_int_equal(put(&m.base, pairs[i][0], pairs[i][1]), 0);
    assert_true(m.has_form_version && m.form_version == 3);
    assert_int_equal(m.n_answers, 2);
    assert_string_equal(m.answers[0]->value->text, "Lastenräder");
    assert_null(m.answers[1]->value->text);
    assert_int_equal(m.answers[1]->value->n_items, 3);
    assert_string_equal(m.answers[1]->value->items[2], "energy");
    assert_true(m.answers[1]->value->list);
    assert_string_equal(m.contact->email, "a@example.org");
    assert_null(m.contact->language);
    assert_int_equal(m.n_consents, 2);
    assert_int_equal(violations.count, 0);
}

static void test_a_query(void **state) {
    (void)state;
    Kosi__EntryListRequest m = KOSI__ENTRY_LIST_REQUEST__INIT;
    assert_int_equal(put(&m.base, "theme", "climate"), 0);
    assert_int_equal(put(&m.base, "theme", "mobility"), 0);
    assert_int_equal(put(&m.base, "page_size", "20"), 0);
    assert_int_equal(put(&m.base, "q", ""), 0);
    assert_true(m.n_theme == 2 && m.page_size == 20 && m.q == NULL);
    assert_int_equal(pair_to_message("colour", "1", false, contract_message_named("EntryListRequest"), &m.base, &violations), PROBLEM_UNKNOWN_FIELD);
    assert_only("colour", "unknown_field");
}

static void test_refusals(void **state) {
    (void)state;
    static const struct {
        const char *message, *name, *value, *code;
        int result;
    } refusals[] = {
        {"EntryListRequest", "page_size", "ten", "invalid_format", PROBLEM_BAD_PARAMETER},
        {"EntryListRequest", "page_size", "10x", "invalid_format", PROBLEM_BAD_PARAMETER},
        {"EntryListRequest", "page_size", " 10", "invalid_format", PROBLEM_BAD_PARAMETER},
        {"EntryListRequest", "page_size", "0x10", "invalid_format", PROBLEM_BAD_PARAMETER},
        {"EntryListRequest", "page_size", "-1", "out_of_range", PROBLEM_BAD_PARAMETER},
        {"EntryListRequest", "page_size", "4294967296", "out_of_range", PROBLEM_BAD_PARAMETER},
        {"EntryListRequest", "page_size", "99999999999999999999", "out_of_range", PROBLEM_BAD_PARAMETER},
        {"Point", "lat", "nan", "invalid_format", PROBLEM_BAD_PARAMETER},
        {"Point", "lat", "1e999", "out_of_range", PROBLEM_BAD_PARAMETER},
        {"QuestionFile", "required", "maybe", "invalid_format", PROBLEM_BAD_PARAMETER},
        {"Entry", "published_at", "1", "invalid_format", PROBLEM_BAD_PARAMETER},
        {"Entry", "description", "x", "unknown_field", PROBLEM_UNKNOWN_FIELD},
        {"SessionRequest", "token", "x", "unknown_field", PROBLEM_UNKNOWN_FIELD},
        {"DecisionRequest", "version", "1", "unknown_field", PROBLEM_UNKNOWN_FIELD},
        {"DecisionRequest", "edits.description.x", "1", "unknown_field", PROBLEM_UNKNOWN_FIELD},
        {"SubmitRequest", "contact", "x", "unknown_field", PROBLEM_UNKNOWN_FIELD},
        {"SubmitRequest", "answers", "x", "unknown_field", PROBLEM_UNKNOWN_FIELD},
        {"SubmitRequest", "contact.phone", "x", "unknown_field", PROBLEM_UNKNOWN_FIELD},
        {"SubmitRequest", "contact.", "x", "unknown_field", PROBLEM_UNKNOWN_FIELD},
        {"SubmitRequest", ".email", "x", "unknown_field", PROBLEM_UNKNOWN_FIELD},
        {"SubmitRequest", "answers.title", "x", "unknown_field", PROBLEM_UNKNOWN_FIELD},
        {"SubmitRequest", "consents.x", "x", "unknown_field", PROBLEM_UNKNOWN_FIELD},
    };
    for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
        start(100000);
        int result = put(new_message(refusals[i].message), refusals[i].name, refusals[i].value);
        if (result != refusals[i].result)
            fail_msg("%s=%s: %d", refusals[i].name, refusals[i].value, result);
        assert_only(refusals[i].name, refusals[i].code);
    }
}

static void test_hidden_fields_for_those_who_know_them(void **state) {
    (void)state;
    ProtobufCMessage *m = new_message("SessionRequest");
    const struct contract_message *contract = contract_message_named("SessionRequest");
    assert_int_equal(text_to_field(contract, 0, "secret", m, &violations), 0);
    assert_int_equal(violations.count, 0);
}

// A flood of names and repetitions costs no more than its validation as "too many".
static void test_floods(void **state) {
    (void)state;
    Kosi__SubmitRequest m = KOSI__SUBMIT_REQUEST__INIT;
    char name[20];
    for (int i = 0; i < 30000; i++) {
        snprintf(name, sizeof(name), "q%d", i);
        assert_int_equal(put(&m.base, name, "x"), 0);
        assert_int_equal(put(&m.base, "consents", "x"), 0);
        assert_int_equal(put(&m.base, "q0", "x"), 0);
    }
    assert_int_equal(m.n_answers, 201);
    assert_int_equal(m.n_consents, 51);
    m.slug = (char *)"x";
    assert_int_equal(validate_message(contract_message_named("SubmitRequest"), &m.base, &violations), PROBLEM_VALIDATION);
    assert_true(has_violation("answers", "too_long") && has_violation("consents", "too_long"));
}

static void test_every_allocation_can_fail(void **state) {
    (void)state;
    static const char *const pairs[][2] = {{"title", "a"}, {"title", "b"}, {"title", "c"}, {"contact.email", "d"}, {"consents", "e"}, {"consents", "f"}};
    int worst = PROBLEM_TOO_LARGE;
    for (size_t cap = 16; cap < 4096 && worst != 0; cap += 16) {
        Kosi__SubmitRequest m = KOSI__SUBMIT_REQUEST__INIT;
        start(cap);
        worst = 0;
        for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
            int result = put(&m.base, pairs[i][0], pairs[i][1]);
            assert_true(result == 0 || result == PROBLEM_TOO_LARGE);
            worst = worst == 0 ? result : worst;
        }
        validate_message(contract_message_named("SubmitRequest"), &m.base, &violations);
    }
    assert_int_equal(worst, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        WORLD_TEST(test_a_form_post), WORLD_TEST(test_a_query),
        WORLD_TEST(test_refusals),    WORLD_TEST(test_hidden_fields_for_those_who_know_them),
        WORLD_TEST(test_floods),      WORLD_TEST(test_every_allocation_can_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
