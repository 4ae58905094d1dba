#include "deploy/cli/conffile.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int conffile_load(const char *path, struct buf *text) {
    FILE *file = fopen(path, "re");
    if (!file)
        return -1;
    char piece[4096];
    size_t n;
    while ((n = fread(piece, 1, sizeof piece, file)) > 0)
        buf_add(text, piece, n);
    int failed = ferror(file);
    fclose(file);
    return failed || text->failed ? -1 : 0;
}

int conffile_save(const char *path, const struct buf *text) {
    char fresh[PATH_MAX];
    if (text->failed || snprintf(fresh, sizeof fresh, "%s.new", path) >= (int)sizeof fresh) {
        errno = ENAMETOOLONG;
        return -1;
    }
    int fd = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    if (fd < 0)
        return -1;
    bool written = write(fd, text->data, text->len) == (ssize_t)text->len && !fsync(fd);
    int reason = errno;
    close(fd);
    if (written && !rename(fresh, path))
        return 0;
    unlink(fresh);
    errno = reason ? reason : EIO;
    return -1;
}

// A word, a quoted text or a single mark, as libconfuse sees them. Comments and blanks lie between tokens.
struct token { const char *at; size_t size; };

static const char *skip_blank(const char *c) {
    for (;;) {
        c += strspn(c, " \t\r\n");
        if (*c == '#' || (c[0] == '/' && c[1] == '/'))
            c += strcspn(c, "\n");
        else if (c[0] == '/' && c[1] == '*')
            c = strstr(c + 2, "*/") ? strstr(c + 2, "*/") + 2 : c + strlen(c);
        else
            return c;
    }
}

static struct token next_token(const char *from) {
    const char *c = skip_blank(from), *end = c + 1;
    if (!*c)
        return (struct token){c, 0};
    if (*c == '"' || *c == '\'') {
        for (; *end && *end != *c; end++)
            if (*end == '\\' && end[1])
                end++;
        end += *end != 0;
    } else if (!strchr("{}=(),", *c)) {
        end = c + strcspn(c, " \t\r\n{}=(),#\"'");
    }
    return (struct token){c, (size_t)(end - c)};
}

static struct token after(struct token token) { return next_token(token.at + token.size); }

static bool is(struct token token, const char *word) { return token.size == strlen(word) && !memcmp(token.at, word, token.size); }

static bool is_title(struct token token, const char *word) {
    if (token.size > 2 && (*token.at == '"' || *token.at == '\''))
        token = (struct token){token.at + 1, token.size - 2};
    return is(token, word);
}

// The value of `name = value` between from and the } that ends that level; size 0: not there.
static struct token find_value(const char *from, const char *name) {
    int depth = 0;
    for (struct token t = next_token(from); t.size && depth >= 0; t = after(t)) {
        depth += is(t, "{") - is(t, "}");
        if (!depth && is(t, name) && is(after(t), "="))
            return after(after(t));
    }
    return (struct token){from, 0};
}

// The { of a service's section; size 0: not there.
static struct token find_section(const char *from, const char *title) {
    int depth = 0;
    for (struct token t = next_token(from); t.size; t = after(t)) {
        depth += is(t, "{") - is(t, "}");
        if (!depth && is(t, "service") && is_title(after(t), title) && is(after(after(t)), "{"))
            return after(after(t));
    }
    return (struct token){from, 0};
}

// Puts value in the place of [at, at + size).
static int replace(struct buf *text, const char *at, size_t size, const char *value) {
    BUF_AUTO struct buf out;
    buf_init(&out, 0);
    size_t before = (size_t)(at - text->data);
    buf_add(&out, text->data, before);
    buf_text(&out, value);
    buf_add(&out, at + size, text->len - before - size);
    buf_clear(text);
    buf_add(text, out.data, out.len);
    return out.failed || text->failed ? -1 : 0;
}

static void new_line(struct buf *text) {
    if (text->len && text->data[text->len - 1] != '\n')
        buf_char(text, '\n');
}

int conffile_set(struct buf *text, const char *name, const char *value) {
    struct token old = find_value(text->data ? text->data : "", name);
    if (old.size)
        return replace(text, old.at, old.size, value);
    new_line(text);
    buf_format(text, "%s = %s\n", name, value);
    return text->failed ? -1 : 0;
}

int conffile_set_workers(struct buf *text, const char *service, int workers) {
    char value[48];
    struct token section = find_section(text->data ? text->data : "", service);
    if (!section.size) {
        new_line(text);
        buf_format(text, "service %s { workers = %d }\n", service, workers);
        return text->failed ? -1 : 0;
    }
    struct token old = find_value(section.at + section.size, "workers");
    snprintf(value, sizeof value, old.size ? "%d" : " workers = %d\n", workers);
    return old.size ? replace(text, old.at, old.size, value) : replace(text, section.at + section.size, 0, value);
}

int conffile_set_text(struct buf *text, const char *name, const char *value) {
    char quoted[PATH_MAX];
    if (snprintf(quoted, sizeof quoted, "\"%s\"", value) >= (int)sizeof quoted)
        return -1;
    return conffile_set(text, name, quoted);
}

bool conffile_plain(const char *text) {
    for (const unsigned char *c = (const unsigned char *)text; *c; c++)
        if (*c < 0x20 || *c == 0x7f || strchr("\"'\\$`", *c))
            return false;
    return true;
}
