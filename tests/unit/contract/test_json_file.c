#include "contract/world.h"

#include <stdio.h>
#include <unistd.h>

static char path[] = "/tmp/kosi-file-XXXXXX";

static int read_text(const char *text, struct buf *errors) {
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
    start(1024 * 1024);
    buf_clear(errors);
    return json_file_to_message(path, contract_message_named("FormFile"), new_message("FormFile"), arena, errors);
}

static void assert_told(const char *text, int line, const char *what) {
    BUF_AUTO struct buf errors;
    buf_init(&errors, 0);
    char wanted[300];
    assert_int_equal(read_text(text, &errors), -1);
    snprintf(wanted, sizeof(wanted), "%s:%d: %s", path, line, what);
    if (strstr(errors.data, wanted) == NULL)
        fail_msg("wanted %s\ngot %s", wanted, errors.data);
}

#define HEAD "{\n\"slug\": \"x\",\n\"title\": {\"de\": \"T\"},\n\"entry_kind\": \"idea\",\n\"questions\": [\n"

static void test_a_form(void **state) {
    (void)state;
    BUF_AUTO struct buf errors;
    buf_init(&errors, 0);
    int result = read_text(HEAD "{\"id\": \"title\", \"type\": \"short_text\", \"label\": {\"de\": \"Titel\"}}]}\n", &errors);
    assert_string_equal(errors.data, "");
    assert_int_equal(result, 0);
}

static void test_faults_name_file_line_and_remedy(void **state) {
    (void)state;
    assert_told("", 1, "column 1: the document is empty. Correct the JSON.");
    assert_told("{\n\"slug\": \"x\",\n\"slug\": \"y\"}", 3, "column 1: a key stands twice in an object.");
    assert_told("[]", 1, "the document: has the wrong type or format.");
    assert_told("{\"a\\nb\": 1}", 1, "a?b: is not known.");   // a name cannot forge a line
    assert_told("{\n\n \"bogus\": 1}", 3, "bogus: is not known. Remove it or correct its name.");
    assert_told(HEAD "{\"id\": \"a\", \"type\": \"t\",\n\"label\": {\n\"de\": 5}}]}", 8, "questions.0.label.de: has the wrong type or format.");
    assert_told(HEAD "{\"id\": \"a\\n\\n\\n\", \"type\": \"t\",\n\"label\": {\n\"en\": \"x\"}}]}", 7, "questions.0.label.de: is missing. Add it.");
    assert_told(HEAD "{\"id\": \"a\", \"type\": \"t\", \"label\": {\"de\": \"A\"}},\n{\"id\": \"b\",\n\"max_length\": 10001, \"type\": \"t\", \"label\": {\"de\": \"A\"}}]}", 8,
                "questions.1.max_length: is out of range (limit 10000).");
    assert_told("{\"slug\": \"x\", \"title\": {\"de\": \"T\"}, \"entry_kind\": \"idea\"}", 1, "questions: is missing.");
}

static void test_files_that_cannot_be_read(void **state) {
    (void)state;
    BUF_AUTO struct buf errors;
    buf_init(&errors, 0);
    const struct contract_message *contract = contract_message_named("FormFile");
    assert_int_equal(json_file_to_message("/nowhere/form.json", contract, new_message("FormFile"), arena, &errors), -1);
    assert_non_null(strstr(errors.data, "/nowhere/form.json:0: the file cannot be read: No such file"));
    assert_int_equal(json_file_to_message("/tmp", contract, new_message("FormFile"), arena, &errors), -1);
    assert_int_equal(json_file_to_message("/dev/zero", contract, new_message("FormFile"), arena, &errors), -1);
    assert_non_null(strstr(errors.data, "no regular file"));
}

int main(void) {
    int fd = mkstemp(path);
    if (fd < 0)
        return 1;
    close(fd);
    const struct CMUnitTest tests[] = {
        WORLD_TEST(test_a_form),
        WORLD_TEST(test_faults_name_file_line_and_remedy),
        WORLD_TEST(test_files_that_cannot_be_read),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    unlink(path);
    return failed;
}
