#include "services/common/contract/json_walk.h"

#include "services/common/base/problem.h"
#include "services/common/contract/field.h"
#include "services/common/contract/validate.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FILE_BYTES_MAX = 4 * 1024 * 1024 };

struct file {
    const char *name;
    char *original, *parsed;   // the same text twice: parsing changes it, lines are counted in the original
    size_t length;
    struct buf *errors;
};

static int complain_unreadable(struct file *f, const char *reason) {
    buf_format(f->errors, "%s:0: the file cannot be read: %s. Put it there or correct its rights.\n", f->name, reason);
    return -1;
}

static int read_whole(struct file *f, struct arena *arena) {
    int fd = open(f->name, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return complain_unreadable(f, strerror(errno));
    struct stat status;
    const char *reason = NULL;
    if (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode))
        reason = "it is no regular file";
    else if (status.st_size > FILE_BYTES_MAX)
        reason = "it is larger than 4 MiB";
    size_t size = reason == NULL ? (size_t)status.st_size : 0;
    if (reason == NULL) {
        f->original = arena_take(arena, size + 1);
        f->parsed = arena_take(arena, size + 1);
        if (f->original == NULL || f->parsed == NULL)
            reason = "it is too large";
    }
    while (reason == NULL && f->length < size) {
        ssize_t n = read(fd, f->original + f->length, size - f->length);
        if (n < 0)
            reason = strerror(errno);
        if (n <= 0)
            break;
        f->length += (size_t)n;
    }
    close(fd);
    if (reason != NULL)
        return complain_unreadable(f, reason);
    memcpy(f->parsed, f->original, f->length);
    return 0;
}

// The child of a container that one step of a violation's path speaks of; 0 if there is none.
static size_t child(const struct json *json, size_t at, const char *step, size_t length) {
    const struct json_token *container = &json->tokens[at];
    size_t index = 0, wanted = container->type == JSON_ARRAY ? strtoul(step, NULL, 10) : 0;
    for (size_t i = at + 1; i < container->next; index++) {
        if (container->type == JSON_ARRAY) {
            if (index == wanted)
                return i;
            i = json->tokens[i].next;
            continue;
        }
        const struct json_token *key = &json->tokens[i];
        if (key->length == length && memcmp(key->text, step, length) == 0)
            return i + 1;
        i = json->tokens[i + 1].next;
    }
    return 0;
}

// The line of what a violation speaks of, or of the nearest container when it is missing.
static int line_of(const struct file *f, const struct json *json, const char *path) {
    size_t at = 0;
    while (*path != '\0' && (json->tokens[at].type == JSON_OBJECT || json->tokens[at].type == JSON_ARRAY)) {
        size_t length = strcspn(path, "."), next = child(json, at, path, length);
        if (next == 0)
            break;
        at = next;
        path += length + (path[length] == '.');
    }
    return json_line(f->original, json->tokens[at].offset);
}

struct telling {
    const char *code, *reason, *remedy;
};

static const struct telling *telling_of(const char *code) {
    static const struct telling tellings[] = {
        {"required", "is missing", "Add it"},
        {"too_long", "is too long", "Shorten it"},
        {"too_short", "is too short", "Lengthen it"},
        {"unknown_field", "is not known", "Remove it or correct its name"},
        {"out_of_range", "is out of range", "Correct the number"},
        {"not_an_option", "is not one of the options", "Correct it"},
        {"invalid_format", "has the wrong type or format", "Correct it"},
    };
    enum { COUNT = sizeof(tellings) / sizeof(tellings[0]) };
    for (size_t i = 0; i + 1 < COUNT; i++)
        if (strcmp(tellings[i].code, code) == 0)
            return &tellings[i];
    return &tellings[COUNT - 1];
}

static void tell(const struct file *f, const struct json *json, const struct violations *violations) {
    for (size_t i = 0; i < violations->count; i++) {
        const Kosi__FieldProblem *problem = violations->items[i];
        const struct telling *telling = telling_of(problem->code);
        const char *field = problem->field[0] == '\0' ? "the document" : problem->field;
        char limit[40] = "";
        if (problem->has_limit)
            snprintf(limit, sizeof limit, " (limit %lld)", (long long)problem->limit);
        buf_line(f->errors, "%s:%d: %s: %s%s. %s.", f->name, line_of(f, json, problem->field), field, telling->reason, limit,
                 telling->remedy);
    }
}

static int parse(struct file *f, struct json *json) {
    int result = json_parse(json, f->parsed, f->length);
    if (result == -1)
        buf_format(f->errors, "%s:%d: column %d: %s. Correct the JSON.\n", f->name, json->line, json->column, json->error);
    else if (result != 0)
        buf_format(f->errors, "%s:0: out of memory. Free some.\n", f->name);
    return result == 0 ? 0 : -1;
}

int json_file_to_message(const char *file, const struct contract_message *contract, ProtobufCMessage *message, struct arena *arena,
                         struct buf *errors) {
    struct file f = {.name = file, .errors = errors};
    struct json json = {0};
    struct violations violations = {.arena = arena};
    int result = -1;
    if (read_whole(&f, arena) != 0 || parse(&f, &json) != 0)
        goto out;
    int problem = json_to_message(&json, 0, contract, message, &violations);
    if (problem == 0)
        problem = validate_message(contract, message, &violations);
    tell(&f, &json, &violations);
    if (problem == PROBLEM_TOO_LARGE)
        buf_format(errors, "%s:0: the file needs too much memory. Shorten it.\n", file);
    result = problem == 0 ? 0 : -1;
out:
    json_free(&json);
    return result;
}
