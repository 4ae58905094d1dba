#include "services/common/base/config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

static char folder[] = "/tmp/kosi-config-XXXXXX";
static char path[200];
static struct buf errors;

static struct config *read_text(const char *text) {
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
    buf_clear(&errors);
    struct config *config = NULL;
    int result = config_read(path, &config, &errors);
    assert_int_equal(result == 0, config != NULL);
    assert_int_equal(result == 0, errors.len == 0);
    return config;
}

static void assert_refused(const char *text, int line, const char *reason) {
    char place[300];
    assert_null(read_text(text));
    snprintf(place, sizeof(place), "%s:%d: ", path, line);
    const char *found = strstr(errors.data, place);
    if (found == NULL || strstr(found, reason) == NULL)
        fail_msg("%s\n-> %s", text, errors.data);
    for (const char *end = strchr(errors.data, '\n'); end != NULL; end = strchr(end + 1, '\n'))
        assert_int_equal(end[-1], '.');
}

static void test_defaults(void **state) {
    (void)state;
    struct config *config = read_text("city = wuppertal\n");
    assert_non_null(config);
    assert_string_equal(config->city, "wuppertal");
    assert_string_equal(config->receipt_prefix, "WU");
    assert_string_equal(config->public_url, "http://127.0.0.1:8080");
    assert_string_equal(config->city_dir + strlen(config->city_dir) - 17, "/cities/wuppertal");
    assert_int_equal(config->request_timeout_ms, 5000);
    assert_int_equal(config->body_bytes, 262144);
    assert_int_equal(config->service_count, 0);
    assert_string_equal(config->file, path);
    config_free(&config);
    assert_null(config);
    config_free(&config);
}

static void test_all_that_is_printed_reads_back(void **state) {
    (void)state;
    struct config *config = read_text("# a comment\ncity = 'dortmund'\ndata_dir = \"/tmp/a b \\\"c\\\" \\\\ \\${HOME}\"\nlisten_port = 8081\n"
                                      "public_url = \"https://kosi.example.org/\"\nqueue_bytes = 3000000000\n"
                                      "service submissions { workers = 2 }\nservice registry { workers = 3 }\n");
    assert_non_null(config);
    assert_string_equal(config->data_dir, "/tmp/a b \"c\" \\ ${HOME}");
    assert_string_equal(config->public_url, "https://kosi.example.org");
    assert_true(config->queue_bytes == 3000000000);
    assert_int_equal(config->service_count, 2);
    assert_string_equal(config->services[1].name, "registry");
    assert_int_equal(config->services[1].workers, 3);
    struct buf first, second;
    buf_init(&first, 0);
    buf_init(&second, 0);
    config_print(config, &first);
    config_free(&config);
    config = read_text(first.data);
    assert_non_null(config);
    config_print(config, &second);
    assert_string_equal(first.data, second.data);
    config_free(&config);
    buf_free(&first);
    buf_free(&second);
}

static void test_refusals_have_line_and_remedy(void **state) {
    (void)state;
    assert_refused("", 1, "city is not set. Write");
    assert_refused("city = x\n\nbogus = 3\n", 3, "no such option 'bogus'. Remove it");
    assert_refused("city = \"Dort mund\"\n", 1, "is no identifier. Use");
    assert_refused("city = x\nlisten_port = 70000\n", 2, "70000 is out of range. Use 1 to 65535");
    assert_refused("city = x\nlisten_port = eighty\n", 2, "invalid integer value");
    assert_refused("city = x\ntime_zone = Europe/Berlin\n", 2, "is no time zone rule");
    assert_refused("city = x\nlog_level = loud\n", 2, "is no level. Use debug");
    assert_refused("city = x\ndata_dir = here\n", 2, "is no absolute path. Begin it with /");
    assert_refused("city = x\nmail_server = \"smtp://mail.example.org:99999\"\n", 2, "is no mail server. Write");
    assert_refused("city = x\nmail_server = \"smtp://mail.example.org/inbox\"\n", 2, "is no mail server. Write");
    assert_refused("city = x\nmail_server = \"smtp://me@mail.example.org\"\n", 2, "is no mail server. Write");
    assert_refused("city = x\nmail_server = \"smtp://mail.example.org\"\n", 2, "mail_from is not set. Write");
    assert_refused("city = x\nmail_routes = \"example.net=smtp://mail.example.net\"\n", 2, "mail_from is not set. Write");
    assert_refused("city = x\npublic_url = kosi\n", 2, "is no address. Write it like");
    assert_refused("city = x\npublic_url = \"https://k\xc3\xb6ln.example\"\n", 2, "Write its name as domain registries do");
    assert_refused("city = x\nservice a { workers = 0 }\n", 2, "0 workers are out of range. Use 1 to 64");
    assert_refused("city = x\nservice a { workers = 1 }\nservice a { workers = 1 }\n", 3, "duplicate title");
    assert_refused("city = x\nservice \"A B\" { workers = 1 }\n", 2, "is no identifier");
    assert_refused("city = x\nservice a { slots = 1 }\n", 2, "no such option 'slots'");
    assert_refused("city = x\nlisten_port = 9080\n", 2, "are the same");
    assert_refused("city = x\nhung_after_ms = 5000\nkill_hung_after_ms = 4000\n", 3, "is not above");
    assert_refused("city = x\nreceipt_prefix = do\n", 2, "is no prefix");
    assert_refused("city = {\n", 1, "");
    assert_refused("city x\n", 1, "");
}

static void test_all_faults_at_once(void **state) {
    (void)state;
    assert_null(read_text("city = X\nlisten_port = 0\nlog_level = loud\n"));
    int lines = 0;
    for (const char *c = errors.data; *c != '\0'; c++)
        lines += *c == '\n';
    assert_int_equal(lines, 3);
}

static void test_comments_do_not_move_lines(void **state) {
    (void)state;
    assert_refused("# a\n# b\n\ncity = x # c\ncitty = 1\n", 5, "citty");
    assert_refused("// a\n/* b\n c */\n/* d */ city = x\ncitty = 1\n", 5, "citty");
    assert_refused("city = \"# no comment \\\" //\"\nlog_level = '/* none'\ncitty = 1\n", 3, "citty");
    assert_refused("# only a comment", 1, "city is not set");
}

static void test_files_that_are_none(void **state) {
    (void)state;
    struct config *config = NULL;
    buf_clear(&errors);
    assert_int_equal(config_read("/nowhere/kosi.conf", &config, &errors), -1);
    assert_int_equal(config_read(folder, &config, &errors), -1);
    assert_non_null(strstr(errors.data, "/nowhere/kosi.conf:0: the file cannot be read"));
    assert_non_null(strstr(errors.data, "no regular file"));
}

static void test_socket_paths_fit(void **state) {
    (void)state;
    char text[300], dir[200];
    for (int n = 90; n <= 100; n++) {
        snprintf(dir, sizeof(dir), "/%0*d", n - 1, 0);
        snprintf(text, sizeof(text), "city = x\nrun_dir = \"%s\"\n", dir);
        struct config *config = read_text(text);
        assert_int_equal(config != NULL, n + strlen("/front/broker") <= 107);
        if (config != NULL) {
            assert_int_equal(strlen(config_endpoint(config, "front")), strlen("ipc://") + (size_t)n + strlen("/front/broker"));
            assert_null(config_endpoint(config, "a_name_that_is_too_long"));
        }
        config_free(&config);
    }
}

static void write_key(const char *name, size_t bytes, mode_t mode) {
    char key[300];
    snprintf(key, sizeof(key), "%s/keys/%s", folder, name);
    FILE *file = fopen(key, "w");
    assert_non_null(file);
    for (size_t i = 0; i < bytes; i++)
        fputc((int)i, file);
    fclose(file);
    assert_int_equal(chmod(key, mode), 0);
}

static void test_keys(void **state) {
    (void)state;
    char text[300];
    snprintf(text, sizeof(text), "city = x\ndata_dir = \"%s\"\n", folder);
    struct config *config = read_text(text);
    uint8_t key[32];
    write_key("node.key", 32, 0600);
    write_key("long.key", 33, 0600);
    write_key("short.key", 31, 0600);
    write_key("open.key", 32, 0644);
    write_key("actor.pub", 32, 0644);
    buf_clear(&errors);
    assert_int_equal(config_key(config, "node", key, 32, &errors), 0);
    assert_int_equal(key[31], 31);
    assert_int_equal(config_key(config, "actor.pub", key, 32, &errors), 0);
    assert_int_equal(errors.len, 0);
    assert_int_equal(config_key(config, "long", key, 32, &errors), -1);
    assert_int_equal(config_key(config, "short", key, 32, &errors), -1);
    assert_int_equal(config_key(config, "open", key, 32, &errors), -1);
    assert_non_null(strstr(errors.data, "others can read the key"));
    assert_int_equal(config_key(config, "missing", key, 32, &errors), -1);
    assert_non_null(strstr(errors.data, "`kosi init` makes it"));
    config_free(&config);
}

static int make_folder(void **state) {
    (void)state;
    char keys[100];
    buf_init(&errors, 0);
    if (mkdtemp(folder) == NULL)
        return -1;
    snprintf(path, sizeof(path), "%s/kosi.conf", folder);
    snprintf(keys, sizeof(keys), "%s/keys", folder);
    return mkdir(keys, 0700);
}

static int remove_folder(void **state) {
    (void)state;
    char command[200];
    snprintf(command, sizeof(command), "rm -r %s", folder);
    buf_free(&errors);
    return system(command);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_defaults),
        cmocka_unit_test(test_all_that_is_printed_reads_back),
        cmocka_unit_test(test_refusals_have_line_and_remedy),
        cmocka_unit_test(test_all_faults_at_once),
        cmocka_unit_test(test_comments_do_not_move_lines),
        cmocka_unit_test(test_files_that_are_none),
        cmocka_unit_test(test_socket_paths_fit),
        cmocka_unit_test(test_keys),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
