#include "contract/world.h"

#include "kosi/accounts.pb-c.h"

static void test_services_and_methods(void **state) {
    (void)state;
    const struct contract_service *service = contract_service_named("submissions");
    assert_non_null(service);
    const struct contract_method *submit = contract_method_named(service, "Submit");
    assert_non_null(submit);
    assert_true(submit->write);
    assert_null(submit->role);
    assert_int_equal(submit->max_bytes, 131072);
    assert_ptr_equal(submit->input, contract_message_named("SubmitRequest"));
    assert_int_equal(submit->route_count, 1);
    assert_string_equal(submit->routes[0].path, "/api/v1/forms/{slug}/submissions");
    assert_int_equal(submit->routes[0].status, 201);
    assert_string_equal(contract_method_named(service, "Decide")->role, "moderator");
    assert_null(contract_service_named("Submissions"));
    assert_null(contract_method_named(service, "submit"));
    assert_int_equal(contract_method_named(contract_service_named("accounts"), "UserAdd")->reach, REACH_OPERATOR);
}

static void test_every_message_is_found_by_name(void **state) {
    (void)state;
    const char *last = "";
    for (const struct contract_message *const *m = contract_messages; *m != NULL; m++) {
        const char *name = (*m)->descriptor->short_name;
        assert_true(strcmp(last, name) < 0);
        assert_ptr_equal(contract_message_named(name), *m);
        assert_ptr_equal(contract_message_of((*m)->descriptor), *m);
        last = name;
    }
    assert_null(contract_message_named("NoSuch"));
    assert_null(contract_message_named(""));
}

// The tables stand beside protobuf-c's descriptors: row by row the same field.
static void test_tables_fit_the_descriptors(void **state) {
    (void)state;
    for (const struct contract_message *const *m = contract_messages; *m != NULL; m++)
        for (unsigned i = 0; i < (*m)->descriptor->n_fields; i++) {
            const ProtobufCFieldDescriptor *field = &(*m)->descriptor->fields[i];
            const struct contract_field *rules = &(*m)->fields[i];
            bool is_message = field->type == PROTOBUF_C_TYPE_MESSAGE;
            assert_int_equal(rules->message != NULL, is_message);
            if (is_message)
                assert_ptr_equal(rules->message->descriptor, field->descriptor);
            size_t length = strlen(field->name);
            if (length > 3 && strcmp(field->name + length - 3, "_at") == 0)
                assert_true(rules->time);
            if (rules->time)
                assert_int_equal(field->type, PROTOBUF_C_TYPE_INT64);
            if (field->type == PROTOBUF_C_TYPE_STRING)
                assert_true(rules->max_chars > 0);
        }
}

static void test_options_reach_the_tables(void **state) {
    (void)state;
    const struct contract_message *submit = contract_message_named("SubmitRequest");
    assert_true(submit->fields[0].needed && submit->fields[0].format == FORMAT_SLUG && submit->fields[0].max_chars == 60);
    assert_true(submit->fields[2].map && submit->fields[2].max_items == 200);
    assert_true(contract_message_named("Value")->value);
    const struct contract_message *list = contract_message_named("EntryListRequest");
    assert_true(list->fields[9].has_least && list->fields[9].has_most && list->fields[9].most > 199.5 && list->fields[9].most < 200.5);
    assert_true(contract_message_named("SessionRequest")->fields[0].bearer);
    assert_true(contract_message_named("SubmitReply")->fields[4].derived);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_services_and_methods),
        cmocka_unit_test(test_every_message_is_found_by_name),
        cmocka_unit_test(test_tables_fit_the_descriptors),
        cmocka_unit_test(test_options_reach_the_tables),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
