#include "services/common/base/log.h"

#include "services/common/base/clock.h"
#include "services/common/base/id.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { WAITING_MAX = 32 * 1024, LINE_MAX_BYTES = 4096, VALUE_MAX_BYTES = 1000, DAEMON_MAX = 48, PIPE_BYTES = 1024 * 1024, PATIENCE_MS = 100 };
_Static_assert(LINE_MAX_BYTES <= PIPE_BUF, "a line goes into a pipe as one piece, between those of other daemons");

static struct {
    pthread_mutex_t lock;
    char daemon[DAEMON_MAX];
    enum log_level least;
    char waiting[WAITING_MAX];
    size_t length;
    int out;
    bool stalled;  // nobody took the last ones: not waited for again before somebody does
    uint64_t lost; // lines that nobody took, not told yet
} log_state = {.lock = PTHREAD_MUTEX_INITIALIZER, .daemon = "kosi", .least = LOG_INFO_, .out = STDERR_FILENO};

static _Thread_local char trace_text[33];

struct line {
    char text[LINE_MAX_BYTES];
    size_t length;
};

static void line_add(struct line *line, const char *text, size_t n) {
    size_t room = sizeof(line->text) - 1 - line->length;   // one byte stays for the line's end
    if (n > room)
        n = room;
    memcpy(line->text + line->length, text, n);
    line->length += n;
}

static bool needs_quotes(const char *value, size_t n) {
    for (size_t i = 0; i < n; i++)
        if ((unsigned char)value[i] <= ' ' || value[i] == '"' || value[i] == '=' || value[i] == '\\' || value[i] == 0x7f)
            return true;
    return n == 0;
}

static void line_add_escaped(struct line *line, char c) {
    char code[8];
    switch (c) {
    case '"':
    case '\\':
        line_add(line, (char[]){'\\', c}, 2);
        return;
    case '\n':
        line_add(line, "\\n", 2);
        return;
    default:
        if ((unsigned char)c >= ' ' && c != 0x7f) {
            line_add(line, &c, 1);
            return;
        }
        line_add(line, code, (size_t)snprintf(code, sizeof(code), "\\u%04x", (unsigned char)c));
    }
}

static void line_value(struct line *line, const char *value) {
    size_t n = strlen(value);
    bool cut = n > VALUE_MAX_BYTES;
    if (cut)
        for (n = VALUE_MAX_BYTES; n > 0 && ((unsigned char)value[n] & 0xc0) == 0x80;)
            n--;   // never through the middle of a character
    if (!needs_quotes(value, n) && !cut) {
        line_add(line, value, n);
        return;
    }
    line_add(line, "\"", 1);
    for (size_t i = 0; i < n; i++)
        line_add_escaped(line, value[i]);
    line_add(line, cut ? "...\"" : "\"", cut ? 4 : 1);
}

static void line_field(struct line *line, const char *name, const char *value) {
    if (line->length > 0)
        line_add(line, " ", 1);
    line_add(line, name, strlen(name));
    line_add(line, "=", 1);
    line_value(line, value == NULL ? "" : value);
}

// A logger that stands still must not make the node stand still once its pipe is full. The pipe is opened anew for that: others
// may share the description of the one that was handed to us.
static int open_output(void) {
    struct stat file;
    int out = -1;
    if (fstat(STDERR_FILENO, &file) == 0 && S_ISFIFO(file.st_mode))
        out = open("/proc/self/fd/2", O_WRONLY | O_NONBLOCK | O_CLOEXEC);
    if (out >= 0)
        fcntl(out, F_SETPIPE_SZ, PIPE_BYTES); // while the logger is started anew
    return out < 0 ? STDERR_FILENO : out;
}

void log_open(const char *daemon, enum log_level least) {
    static bool registered;
    pthread_mutex_lock(&log_state.lock);
    snprintf(log_state.daemon, sizeof(log_state.daemon), "%s", daemon);
    log_state.least = least;
    if (log_state.out == STDERR_FILENO)
        log_state.out = open_output();
    bool first = !registered;
    registered = true;
    pthread_mutex_unlock(&log_state.lock);
    if (first)
        atexit(log_flush);
}

// As many whole lines as go into a pipe as one piece.
static size_t whole_lines(const char *text, size_t n) {
    if (n <= PIPE_BUF)
        return n;
    const char *end = memrchr(text, '\n', PIPE_BUF);
    return end == NULL ? PIPE_BUF : (size_t)(end - text) + 1;
}

static uint64_t count_lines(const char *text, size_t n) {
    uint64_t lines = 0;
    for (size_t i = 0; i < n; i++)
        lines += text[i] == '\n';
    return lines;
}

// A logger that is only slow is waited for.
static bool may_go_on(void) {
    struct pollfd out = {.fd = log_state.out, .events = POLLOUT};
    if (errno == EINTR)
        return true;
    if (errno != EAGAIN || log_state.stalled)
        return false;
    log_state.stalled = poll(&out, 1, PATIENCE_MS) <= 0;
    return !log_state.stalled;
}

static bool write_all(const char *text, size_t n, size_t *done) {
    for (*done = 0; *done < n;) {
        ssize_t out = write(log_state.out, text + *done, whole_lines(text + *done, n - *done));
        if (out < 0 && may_go_on())
            continue;
        if (out <= 0)
            return false;
        *done += (size_t)out;
        log_state.stalled = false;
    }
    return true;
}

static void tell_lost(void) {
    char line[LINE_MAX_BYTES], now[RFC3339_MAX];
    size_t done;
    int n = snprintf(line, sizeof(line), "ts=%s level=warn daemon=%s event=log_lost lines=%llu\n",
                     clock_rfc3339(clock_wall_us(), now), log_state.daemon, (unsigned long long)log_state.lost);
    if (write_all(line, (size_t)n, &done))
        log_state.lost = 0;
}

// What nobody takes is lost and counted, rather than kept without bound.
static void flush_locked(void) {
    size_t done = 0;
    if (log_state.length > 0 && !write_all(log_state.waiting, log_state.length, &done))
        log_state.lost += count_lines(log_state.waiting + done, log_state.length - done);
    else if (log_state.lost > 0)
        tell_lost();
    log_state.length = 0;
}

void log_flush(void) {
    pthread_mutex_lock(&log_state.lock);
    flush_locked();
    pthread_mutex_unlock(&log_state.lock);
}

void log_event(enum log_level level, const char *event, ...) {
    static const char *const names[] = {"debug", "info", "warn", "error"};
    if (level < log_state.least)
        return;
    struct line line;
    line.length = 0;
    char now[RFC3339_MAX];
    line_field(&line, "ts", clock_rfc3339(clock_wall_us(), now));
    line_field(&line, "level", names[level]);
    line_field(&line, "daemon", log_state.daemon);
    line_field(&line, "event", event);
    if (trace_text[0] != '\0')
        line_field(&line, "trace", trace_text);
    va_list fields;
    va_start(fields, event);
    for (const char *name = va_arg(fields, const char *); name != NULL; name = va_arg(fields, const char *))
        line_field(&line, name, va_arg(fields, const char *));
    va_end(fields);
    line.text[line.length++] = '\n';

    pthread_mutex_lock(&log_state.lock);
    if (log_state.length + line.length > sizeof(log_state.waiting))
        flush_locked();
    memcpy(log_state.waiting + log_state.length, line.text, line.length);
    log_state.length += line.length;
    if (level >= LOG_WARN_)
        flush_locked();
    pthread_mutex_unlock(&log_state.lock);
}

void log_trace(const uint8_t trace_id[16]) {
    if (trace_id == NULL)
        trace_text[0] = '\0';
    else
        id_hex(trace_id, 16, trace_text);
}

const char *log_number(int64_t n) {
    static _Thread_local char numbers[8][24];
    static _Thread_local unsigned next;
    char *out = numbers[next++ % 8];
    snprintf(out, sizeof(numbers[0]), "%lld", (long long)n);
    return out;
}
