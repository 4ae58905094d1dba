#include "contract/world.h"

#include "kosi/accounts.pb-c.h"

#include <stdio.h>
#include <time.h>

static Kosi__SubmitRequest *submit(const char *text, int *result) {
    return (Kosi__SubmitRequest *)from_json("SubmitRequest", text, result);
}

static void test_a_whole_form(void **state) {
    (void)state;
    int result = -1;
    Kosi__SubmitRequest *m = submit("{\"form_version\": 3, \"answers\": {\"title\": \"Lastenräder\", \"themes\": [\"climate\", \"mobility\"], "
                                    "\"none\": [], \"n\": 2.5, \"skip\": null}, \"contact\": {\"email\": \"a@example.org\"}, \"consents\": [\"privacy\"]}",
                                    &result);
    assert_int_equal(result, 0);
    assert_int_equal(violations.count, 0);
    assert_true(m->has_form_version && m->form_version == 3);
    assert_int_equal(m->n_answers, 4);
    assert_string_equal(m->answers[0]->key, "title");
    assert_string_equal(m->answers[0]->value->text, "Lastenräder");
    assert_int_equal(m->answers[1]->value->n_items, 2);
    assert_string_equal(m->answers[1]->value->items[1], "mobility");
    assert_true(m->answers[1]->value->list);
    assert_true(m->answers[2]->value->list && m->answers[2]->value->n_items == 0);
    assert_true(m->answers[3]->value->has_number && m->answers[3]->value->number == 2.5);
    assert_string_equal(m->contact->email, "a@example.org");
    assert_null(m->contact->name);
    assert_string_equal(m->consents[0], "privacy");
}

static void test_null_is_as_if_absent(void **state) {
    (void)state;
    int result = -1;
    Kosi__SubmitRequest *m = submit("{\"form_version\": null, \"answers\": null, \"contact\": null, \"consents\": null}", &result);
    assert_int_equal(result, 0);
    assert_true(!m->has_form_version && m->n_answers == 0 && m->contact == NULL && m->n_consents == 0);
}

struct refusal {
    const char *message, *text, *field, *code;
    int result;
};

static void test_refusals(void **state) {
    (void)state;
    static const struct refusal refusals[] = {
        {"SubmitRequest", "[]", "", "invalid_format", PROBLEM_MALFORMED},
        {"SubmitRequest", "{\"answers\": []}", "answers", "invalid_format", PROBLEM_VALIDATION},
        {"SubmitRequest", "{\"answers\": {\"a\": true}}", "answers.a", "invalid_format", PROBLEM_VALIDATION},
        {"SubmitRequest", "{\"answers\": {\"a\": {\"b\": 1}}}", "answers.a", "invalid_format", PROBLEM_VALIDATION},
        {"SubmitRequest", "{\"answers\": {\"a\": [1]}}", "answers.a", "invalid_format", PROBLEM_VALIDATION},
        {"SubmitRequest", "{\"contact\": \"x\"}", "contact", "invalid_format", PROBLEM_VALIDATION},
        {"SubmitRequest", "{\"contact\": {\"email\": 5}}", "contact.email", "invalid_format", PROBLEM_VALIDATION},
        {"SubmitRequest", "{\"contact\": {\"phone\": \"5\"}}", "contact.phone", "unknown_field", PROBLEM_UNKNOWN_FIELD},
        {"SubmitRequest", "{\"consents\": \"x\"}", "consents", "invalid_format", PROBLEM_VALIDATION},
        {"SubmitRequest", "{\"consents\": [1]}", "consents", "invalid_format", PROBLEM_VALIDATION},
        {"SubmitRequest", "{\"consents\": [null]}", "consents", "invalid_format", PROBLEM_VALIDATION},
        {"SubmitRequest", "{\"form_version\": \"1\"}", "form_version", "invalid_format", PROBLEM_VALIDATION},
        {"SubmitRequest", "{\"form_version\": -1}", "form_version", "out_of_range", PROBLEM_MALFORMED},
        {"SubmitRequest", "{\"form_version\": 4294967296}", "form_version", "out_of_range", PROBLEM_MALFORMED},
        {"SubmitRequest", "{\"form_version\": 1.5}", "form_version", "out_of_range", PROBLEM_MALFORMED},
        {"SubmitRequest", "{\"form_version\": 1e30}", "form_version", "out_of_range", PROBLEM_MALFORMED},
        {"SubmitRequest", "{\"colour\": 1}", "colour", "unknown_field", PROBLEM_UNKNOWN_FIELD},
        {"SubmitRequest", "{\"\": 1}", "", "unknown_field", PROBLEM_UNKNOWN_FIELD},
        {"SessionRequest", "{\"token\": \"x\"}", "token", "unknown_field", PROBLEM_UNKNOWN_FIELD},
        {"DecisionRequest", "{\"version\": 1}", "version", "unknown_field", PROBLEM_UNKNOWN_FIELD},
        {"Entry", "{\"description\": \"x\"}", "description", "unknown_field", PROBLEM_UNKNOWN_FIELD},
        {"Entry", "{\"published_at\": 5}", "published_at", "invalid_format", PROBLEM_VALIDATION},
        {"Entry", "{\"published_at\": \"yesterday\"}", "published_at", "invalid_format", PROBLEM_VALIDATION},
        {"QuestionFile", "{\"required\": 1}", "required", "invalid_format", PROBLEM_VALIDATION},
        {"FormFile", "{\"questions\": [{\"id\": \"a\"}, 5]}", "questions.1", "invalid_format", PROBLEM_VALIDATION},
        {"FormFile", "{\"questions\": [{\"label\": {\"fr\": \"x\"}}]}", "questions.0.label.fr", "unknown_field", PROBLEM_UNKNOWN_FIELD},
    };
    for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
        const struct refusal *r = &refusals[i];
        int result = -1;
        start(100000);
        from_json(r->message, r->text, &result);
        if (result != r->result)
            fail_msg("%s: %d", r->text, result);
        assert_only(r->field, r->code);
    }
}

static void test_the_gravest_is_returned_and_all_are_named(void **state) {
    (void)state;
    int result = -1;
    submit("{\"contact\": {\"email\": 5, \"phone\": 1}, \"colour\": 1, \"answers\": {\"a\": true, \"b\": \"fine\"}, \"form_version\": -5}", &result);
    assert_int_equal(result, PROBLEM_MALFORMED);
    assert_int_equal(violations.count, 5);
    start(100000);
    submit("{\"contact\": {\"email\": 5, \"phone\": 1}}", &result);
    assert_int_equal(result, PROBLEM_UNKNOWN_FIELD);
    assert_true(has_violation("contact.email", "invalid_format") && has_violation("contact.phone", "unknown_field"));
}

static void test_numbers_that_fit(void **state) {
    (void)state;
    int result = -1;
    Kosi__SubmitRequest *m = submit("{\"form_version\": 4294967295}", &result);
    assert_true(result == 0 && m->form_version == UINT32_MAX);
    m = submit("{\"form_version\": 2.0}", &result);
    assert_true(result == 0 && m->form_version == 2);
    Kosi__Point *p = (Kosi__Point *)from_json("Point", "{\"lat\": 51, \"lon\": 7.4653}", &result);
    assert_true(result == 0 && p->lat == 51.0 && p->lon == 7.4653);
}

static void test_times_enums_and_bytes(void **state) {
    (void)state;
    int result = -1;
    Kosi__Entry *entry = (Kosi__Entry *)from_json("Entry", "{\"published_at\": \"2026-01-15T15:30:00+01:00\"}", &result);
    assert_true(result == 0 && entry->has_published_at && entry->published_at == 1768487400000000);
    const ProtobufCMessage *envelope = from_json("Envelope", "{\"kind\": \"hello\", \"request_id\": \"Zm9v\", \"replayed\": true}", &result);
    assert_int_equal(result, 0);
    struct buf out;
    buf_init(&out, 0);
    message_to_json(contract_message_named("Envelope"), envelope, &out);
    assert_string_equal(out.data, "{\"kind\":\"hello\",\"request_id\":\"Zm9v\",\"replayed\":true}");
    buf_free(&out);
    from_json("Envelope", "{\"kind\": \"nonsense\"}", &result);
    assert_int_equal(result, PROBLEM_VALIDATION);
    from_json("Envelope", "{\"request_id\": \"Zm9\"}", &result);   // bits left over: no canonical base64url
    assert_int_equal(result, PROBLEM_VALIDATION);
}

static void test_names_of_clients_are_cut_short(void **state) {
    (void)state;
    char text[3000];
    int result = -1;
    memset(text, 0, sizeof(text));
    strcpy(text, "{\"x");
    for (size_t i = 3; i < 2003; i += 2)
        memcpy(text + i, "ü", 2);
    strcat(text, "\": 1}");
    submit(text, &result);
    assert_int_equal(result, PROBLEM_UNKNOWN_FIELD);
    size_t length = strlen(violations.items[0]->field);
    assert_int_equal(length, 199);   // whole characters only
}

static void test_more_faults_than_are_told(void **state) {
    (void)state;
    BUF_AUTO struct buf text;
    int result = -1;
    buf_init(&text, 0);
    for (int i = 0; i < 500; i++)
        buf_format(&text, "%c\"x%d\":1", i == 0 ? '{' : ',', i);
    buf_char(&text, '}');
    submit(text.data, &result);
    assert_int_equal(result, PROBLEM_UNKNOWN_FIELD);
    assert_int_equal(violations.count, VIOLATIONS_MAX);
}

// The n-th allocation fails, for every n, until there is room for all: cleanly, as too large, and never half a message.
static void test_every_allocation_can_fail(void **state) {
    (void)state;
    static const char text[] = "{\"form_version\":1,\"answers\":{\"title\":\"x\",\"themes\":[\"a\",\"b\"]},\"contact\":{\"name\":\"n\"},\"consents\":[\"p\"]}";
    struct buf out;
    buf_init(&out, 0);
    bool done = false;
    for (size_t cap = sizeof(Kosi__SubmitRequest) + 16; cap < 4096 && !done; cap += 16) {
        int result = -1;
        start(cap);
        Kosi__SubmitRequest *m = submit(text, &result);
        assert_true(result == 0 || result == PROBLEM_TOO_LARGE);
        message_to_json(contract_message_named("SubmitRequest"), &m->base, &out);
        validate_message(contract_message_named("SubmitRequest"), &m->base, &violations);
        done = result == 0;
    }
    assert_true(done);
    buf_free(&out);
}

static void test_a_flood_of_items_is_too_large(void **state) {
    (void)state;
    enum { ITEMS = 20000 };
    char *text = malloc(ITEMS * 3 + 100);
    int result = -1;
    size_t n = (size_t)sprintf(text, "{\"questions\":[");
    for (int i = 0; i < ITEMS; i++)
        n += (size_t)sprintf(text + n, "%s{}", i == 0 ? "" : ",");
    sprintf(text + n, "]}");
    from_json("FormFile", text, &result);
    assert_int_equal(result, PROBLEM_TOO_LARGE);
    free(text);
}

static double own_us(void) {   // processor time: what else the machine does is no cost of ours
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

// The way of a form's body through parser and walker is the largest single cost of a request at the edge. The bound is a
// hundred times what it takes: it finds a mistake of order.
static void test_cost_of_a_form(void **state) {
    (void)state;
    BUF_AUTO struct buf body;
    buf_init(&body, 0);
    buf_text(&body, "{\"form_version\":1,\"answers\":{");
    for (int i = 0; i < 15; i++)
        buf_format(&body, "%s\"question_%d\":\"Wir m\xc3\xb6" "chten im Stadtteil ein Reparaturcaf\xc3\xa9 \\\"er\xc3\xb6" "ffnen\\\", Nummer %d\"",
                   i == 0 ? "" : ",", i, i);
    buf_text(&body, ",\"themes\":[\"climate\",\"mobility\"]},\"contact\":{\"name\":\"A B\",\"email\":\"a.b@example.org\"},\"consents\":[\"p\"]}");
    struct json json = {0};
    char *copy = malloc(body.len + 1);
    const struct contract_message *contract = contract_message_named("SubmitRequest");
    enum { ROUNDS = 2000 };
    double began = own_us();
    for (int i = 0; i < ROUNDS; i++) {
        arena_reset(arena);
        violations.count = 0;
        memcpy(copy, body.data, body.len + 1);
        Kosi__SubmitRequest m = KOSI__SUBMIT_REQUEST__INIT;
        assert_int_equal(json_parse(&json, copy, body.len), 0);
        assert_int_equal(json_to_message(&json, 0, contract, &m.base, &violations), 0);
    }
    double each = (own_us() - began) / ROUNDS;
    print_message("json_parse + json_to_message of %zu bytes: %.2f us\n", body.len, each);
    assert_true(each < 1000);
    json_free(&json);
    free(copy);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        WORLD_TEST(test_a_whole_form),
        WORLD_TEST(test_null_is_as_if_absent),
        WORLD_TEST(test_refusals),
        WORLD_TEST(test_the_gravest_is_returned_and_all_are_named),
        WORLD_TEST(test_numbers_that_fit),
        WORLD_TEST(test_times_enums_and_bytes),
        WORLD_TEST(test_names_of_clients_are_cut_short),
        WORLD_TEST(test_more_faults_than_are_told),
        WORLD_TEST(test_every_allocation_can_fail),
        WORLD_TEST(test_a_flood_of_items_is_too_large),
        WORLD_TEST(test_cost_of_a_form),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
