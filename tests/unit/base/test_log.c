#include "services/common/base/log.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

// What was written to standard error since the last call.
static char *written(void) {
    static char text[200000];
    static off_t before;
    log_flush();
    int fd = open("/proc/self/fd/2", O_RDONLY);
    assert_true(fd >= 0);
    ssize_t n = pread(fd, text, sizeof(text) - 1, before);
    assert_true(n >= 0);
    text[n] = '\0';
    before += n;
    close(fd);
    return text;
}

static int take_stderr(void **state) {
    (void)state;
    char path[] = "/tmp/kosi-log-XXXXXX";
    int fd = mkstemp(path);
    if (fd < 0 || dup2(fd, STDERR_FILENO) < 0)
        return -1;
    close(fd);
    return unlink(path);
}

static void test_one_line_per_event(void **state) {
    (void)state;
    log_open("submissions-1", LOG_INFO_);
    log_event(LOG_DEBUG_, "unheard", NULL);
    log_event(LOG_INFO_, "started", "port", log_number(8081), "why", "two words", "empty", "", "none", (const char *)NULL, NULL);
    char *text = written();
    assert_null(strstr(text, "unheard"));
    assert_non_null(strstr(text, " level=info daemon=submissions-1 event=started port=8081 why=\"two words\" empty=\"\" none=\"\"\n"));
    assert_memory_equal(text, "ts=20", 5);
}

static void test_values_cannot_forge_lines(void **state) {
    (void)state;
    log_event(LOG_WARN_, "odd", "value", "a\nts=2026 level=error \"x\\y\" \x01\x7f", "umlaut", "für", NULL);
    assert_non_null(strstr(written(), "value=\"a\\nts=2026 level=error \\\"x\\\\y\\\" \\u0001\\u007f\" umlaut=für\n"));
}

static void test_long_values_are_cut_between_characters(void **state) {
    (void)state;
    char value[5001];
    for (size_t i = 0; i < 5000; i += 2)
        memcpy(value + i, "ü", 2);
    value[5000] = '\0';
    memmove(value + 1, value, 4999);
    value[0] = 'x';
    value[4999] = '\0';
    log_event(LOG_WARN_, "long", "a", value, "b", value, "c", value, "d", value, "e", value, NULL);
    char *text = written();
    assert_true(strlen(text) <= 4096);
    assert_int_equal(text[strlen(text) - 1], '\n');
    assert_non_null(strstr(text, "ü...\" b="));
}

// A logger that stood still filled its pipe, and then every daemon of the node stood still in writing to it.
static void test_a_full_pipe_stops_nobody(void **state) {
    (void)state;
    int ends[2], before = dup(STDERR_FILENO);
    assert_int_equal(pipe2(ends, O_NONBLOCK | O_CLOEXEC), 0);
    assert_true(dup2(ends[1], STDERR_FILENO) >= 0);
    assert_int_equal(fcntl(STDERR_FILENO, F_SETFL, 0), 0); // as it is handed to a daemon: its writes wait
    log_open("submissions-1", LOG_INFO_);
    static char text[2 << 20];
    for (int i = 0; i < 20000; i++)
        log_event(LOG_INFO_, "much", "n", log_number(i), NULL);
    log_flush();
    size_t got = 0;
    for (ssize_t n; (n = read(ends[0], text + got, sizeof(text) - 1 - got)) > 0;)
        got += (size_t)n;
    assert_true(got >= 60000 && text[got - 1] == '\n'); // nothing but whole lines
    int told = 0, lost = 0;
    for (size_t i = 0; i < got; i++)
        told += text[i] == '\n';
    log_event(LOG_WARN_, "again", NULL);
    ssize_t n = read(ends[0], text, sizeof(text) - 1);
    assert_true(n > 0);
    text[n] = '\0';
    assert_non_null(strstr(text, "event=again\n"));
    assert_int_equal(sscanf(strstr(text, "event=log_lost"), "event=log_lost lines=%d", &lost), 1);
    assert_int_equal(told + lost, 20000);
    dup2(before, STDERR_FILENO);
    close(before);
    close(ends[0]);
    close(ends[1]);
}

static void test_trace_id(void **state) {
    (void)state;
    uint8_t trace[16] = {0xab, [15] = 1};
    log_trace(trace);
    log_event(LOG_WARN_, "traced", NULL);
    log_trace(NULL);
    log_event(LOG_WARN_, "untraced", NULL);
    char *text = written();
    assert_non_null(strstr(text, "event=traced trace=ab000000000000000000000000000001\n"));
    assert_non_null(strstr(text, "event=untraced\n"));
}

static void test_many_lines_are_all_written(void **state) {
    (void)state;
    for (int i = 0; i < 1000; i++)
        log_event(LOG_INFO_, "many", "i", log_number(i), NULL);
    char *text = written();
    int lines = 0;
    for (; *text != '\0'; text++)
        lines += *text == '\n';
    assert_int_equal(lines, 1000);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_one_line_per_event),
        cmocka_unit_test(test_values_cannot_forge_lines),
        cmocka_unit_test(test_long_values_are_cut_between_characters),
        cmocka_unit_test(test_trace_id),
        cmocka_unit_test(test_many_lines_are_all_written),
        cmocka_unit_test(test_a_full_pipe_stops_nobody),
    };
    return cmocka_run_group_tests(tests, take_stderr, NULL);
}
