#include "gateway/site_marks.h"
#include <stddef.h>
#include <string.h>

#define MARKS(X) X(mail_keep_days) X(refresh_days) X(refresh_grace_days) X(archive_days) X(overdue_days) X(session_hours)

static const struct mark { const char *name; size_t offset; } marks[] = {
#define ROW(name) {#name, offsetof(struct config, name)},
    MARKS(ROW)
#undef ROW
};
enum { MARK_COUNT = sizeof marks / sizeof *marks, SHOWN_BYTES = 40 };
#define NAMES(name) "{{" #name "}} "

static int line_at(const char *text, const char *end) {
    int line = 1;
    for (; text < end; text++)
        line += *text == '\n';
    return line;
}

static const struct mark *find(const char *name, size_t n) {
    for (int i = 0; i < MARK_COUNT; i++)
        if (strlen(marks[i].name) == n && memcmp(marks[i].name, name, n) == 0)
            return &marks[i];
    return NULL;
}

static int value_of(const struct config *config, const struct mark *mark) {
    return *(const int *)(const void *)((const char *)config + mark->offset);
}

// The mark's length with its braces; 0: it is none.
static size_t length_of(const char *open, const struct mark **mark) {
    size_t n = strcspn(open + 2, "{} \r\n");
    *mark = strncmp(open + 2 + n, "}}", 2) == 0 ? find(open + 2, n) : NULL;
    return *mark ? n + 4 : 0;
}

static void complain(const char *path, int line, const char *open, struct buf *errors) {
    size_t n = strcspn(open, "\r\n"), past = strcspn(open, "}");
    n = past < n ? past + strspn(open + past, "}") : n;
    while (n > SHOWN_BYTES || (n > 2 && ((unsigned char)open[n] & 0xC0) == 0x80))
        n--;   // of a long one its beginning, whole characters
    buf_line(errors, "%s:%d: \"%.*s\" stands for no setting. Write one of %sor no braces.", path, line, (int)n, open, MARKS(NAMES));
}

int site_marks_fill(const struct config *config, const char *path, const char *text, struct buf *out, struct buf *errors) {
    const char *from = text, *open;
    int failed = 0;
    while ((open = strstr(from, "{{"))) {
        const struct mark *mark;
        size_t n = length_of(open, &mark);
        buf_add(out, from, (size_t)(open - from));
        if (mark)
            buf_format(out, "%d", value_of(config, mark));
        else
            complain(path, line_at(text, open), open, errors);
        failed |= mark ? 0 : -1;
        from = open + (n ? n : 2 + strspn(open + 2, "{"));
    }
    buf_text(out, from);
    return failed || out->failed ? -1 : 0;
}
