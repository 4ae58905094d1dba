#include "gateway/catalogue.h"
#include "gateway/template.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FILE_BYTES_MAX = 256 * 1024, SECTIONS_MAX = 16, INCLUDES_MAX = 4, NAME_MAX_BYTES = 64, PAGE_DEPTH = 1 };
static const char pragma[] = "{{%AUTOESCAPE context=\"HTML\"}}";

struct section {
    char name[NAME_MAX_BYTES];
    const struct contract_message *contract;   // whose fields are seen inside, then those of `outer` and so on; -1: none
    int outer;
};
struct walk {
    const char *folder;
    const struct template_language *language;
    struct section sections[SECTIONS_MAX];
    int depth;                                 // sections[depth] is the innermost; 0: the shell, PAGE_DEPTH: the page itself
    int includes, faults;
    struct buf *out, *errors;
};
struct place { const char *file; int line; };

static void expand_file(struct walk *walk, const char *name);

static void complain(struct walk *walk, struct place place, const char *reason, const char *name, const char *remedy) {
    walk->faults++;
    buf_format(walk->errors, "%s:%d: %s \"%s\". %s\n", place.file, place.line, reason, name, remedy);
}

static const ProtobufCFieldDescriptor *field_named(const struct contract_message *contract, const char *name) {
    return protobuf_c_message_descriptor_get_field_by_name(contract->descriptor, name);
}

static const struct contract_message *message_of(const struct contract_message *contract, const ProtobufCFieldDescriptor *field) {
    return contract->fields[field - contract->descriptor->fields].message;
}

// Where a name is found: from the innermost section outwards, as the library looks. -1: nowhere.
static int level_of(const struct walk *walk, int level, const char *name) {
    while (level >= 0 && !field_named(walk->sections[level].contract, name))
        level = walk->sections[level].outer;
    return level;
}

// The library looks outwards also when the field is there but not set: so no section's name may be found twice.
static bool shadows(const struct walk *walk, int level, const char *name) {
    for (int outer = walk->sections[level].outer; outer >= 0; outer = walk->sections[outer].outer)
        if (walk->sections[outer].contract != walk->sections[level].contract && field_named(walk->sections[outer].contract, name))
            return true;
    return false;
}

static void open_section(struct walk *walk, struct place place, const char *name) {
    int level = level_of(walk, walk->depth, name);
    if (level < 0)
        complain(walk, place, "there is no field", name, "Use a field of the page's message in proto/kosi/pages*.proto.");
    else if (shadows(walk, level, name))
        complain(walk, place, "this section's name is also a field around it:", name, "Rename the field in proto/kosi/pages*.proto.");
    if (walk->depth + 1 == SECTIONS_MAX) {
        complain(walk, place, "too many sections inside one another at", name, "Take some out.");
        return;
    }
    level = level < 0 ? walk->depth : level;
    const struct contract_message *inside = walk->sections[level].contract;
    const ProtobufCFieldDescriptor *field = field_named(inside, name);
    const struct contract_message *child = field ? message_of(inside, field) : NULL;
    struct section *section = &walk->sections[++walk->depth];
    snprintf(section->name, sizeof section->name, "%s", name);
    int owner = level == 0 ? PAGE_DEPTH : level;   // shell and page fill one dictionary
    section->contract = child ? child : walk->sections[owner].contract;
    section->outer = child ? owner : walk->sections[owner].outer;
}

static void close_section(struct walk *walk, struct place place, const char *name) {
    if (walk->depth == PAGE_DEPTH || strcmp(walk->sections[walk->depth].name, name) != 0)
        complain(walk, place, "this section was not opened last:", name, "Close sections in the reverse order.");
    else
        walk->depth--;
}

static void check_value(struct walk *walk, struct place place, char *name) {
    char *modifier = strchr(name, ':');
    if (modifier) {
        *modifier = '\0';
        bool lines = strcmp(modifier + 1, "pre_escape") == 0, raw = strcmp(modifier + 1, "none") == 0 && strstr(name, "_html");
        if (!lines && !raw)
            complain(walk, place, "no such modifier is allowed at", name, "Write :pre_escape to keep line breaks; *_html may be :none.");
    }
    int level = level_of(walk, walk->depth, name);
    const ProtobufCFieldDescriptor *field = level < 0 ? NULL : field_named(walk->sections[level].contract, name);
    if (!field)
        complain(walk, place, "there is no field", name, "Use a field of the page's message in proto/kosi/pages*.proto.");
    else if (field->type == PROTOBUF_C_TYPE_MESSAGE || field->type == PROTOBUF_C_TYPE_BOOL)
        complain(walk, place, "this field is no value but a section:", name, "Write {{#…}}.");
}

static void take_marker(struct walk *walk, struct place place, const char *text, size_t n) {
    char name[NAME_MAX_BYTES];
    if (n == 0 || n >= sizeof name) {
        complain(walk, place, "a marker is empty or too long", "", "Write {{field}}.");
        return;
    }
    memcpy(name, text, n);
    name[n] = '\0';
    if (name[0] == '#')
        open_section(walk, place, name + 1);
    else if (name[0] == '/')
        close_section(walk, place, name + 1);
    else
        check_value(walk, place, name);
    buf_text(walk->out, "{{");
    buf_add(walk->out, text, n);
    buf_text(walk->out, "}}");
}

static void add_escaped(struct buf *out, const char *text) {
    for (; *text; text++) {
        if (*text == '&')
            buf_text(out, "&amp;");
        else if (*text == '<')
            buf_text(out, "&lt;");
        else if (*text == '>')
            buf_text(out, "&gt;");
        else if (*text == '"')
            buf_text(out, "&quot;");
        else if (*text == '\'')
            buf_text(out, "&#39;");
        else
            buf_char(out, *text);
    }
}

static const char *constant_named(const struct template_language *language, const char *name) {
    for (const struct template_constant *c = language->constants; c->name; c++)
        if (strcmp(c->name, name) == 0)
            return c->value;
    return NULL;
}

static void take_text(struct walk *walk, struct place place, const char *text, size_t n) {
    char key[NAME_MAX_BYTES];
    snprintf(key, sizeof key, "%.*s", (int)n, text);
    if (key[0] == '>') {
        expand_file(walk, key + 1);
        return;
    }
    const char *value = key[0] == '@' ? constant_named(walk->language, key + 1) : catalogue_find(walk->language->catalogue, key);
    if (!value)
        complain(walk, place, "there is no text", key, "Add it to gateway/i18n.");
    else
        add_escaped(walk->out, value);
}

// Length up to `close`, which must come before the line ends; -1 otherwise.
static long until(const char *at, const char *close) {
    const char *end = strstr(at, close);
    return end && !memchr(at, '\n', (size_t)(end - at)) ? end - at : -1;
}

static void expand_text(struct walk *walk, const char *file, const char *text) {
    struct place place = {file, 1};
    for (const char *at = text; *at;) {
        bool marker = strncmp(at, "{{", 2) == 0, words = strncmp(at, "[[", 2) == 0;
        if (!marker && !words) {
            place.line += *at == '\n';
            buf_char(walk->out, *at++);
            continue;
        }
        long n = until(at + 2, marker ? "}}" : "]]");
        if (n < 0) {
            complain(walk, place, "this is not closed in its line:", marker ? "{{" : "[[", "Close it.");
            return;
        }
        if (marker)
            take_marker(walk, place, at + 2, (size_t)n);
        else
            take_text(walk, place, at + 2, (size_t)n);
        at += n + 4;
    }
}

static char *read_text(const char *file) {
    FILE *stream = fopen(file, "re");
    char *text = stream ? calloc(1, FILE_BYTES_MAX + 1) : NULL;
    if (text && fread(text, 1, FILE_BYTES_MAX, stream) == 0) {
        free(text);
        text = NULL;
    }
    if (stream)
        fclose(stream);
    return text;
}

static void expand_file(struct walk *walk, const char *name) {
    char file[512];
    snprintf(file, sizeof file, "%s/%s.tpl", walk->folder, name);
    struct place top = {file, 1};
    if (walk->includes == INCLUDES_MAX) {
        complain(walk, top, "includes go too deep at", name, "Take one out.");
        return;
    }
    char *text = read_text(file);
    if (!text) {
        complain(walk, top, "this template can't be read:", name, "Put it there or set share_dir.");
        return;
    }
    bool escaped = strncmp(text, pragma, strlen(pragma)) == 0;
    if (!escaped)
        complain(walk, top, "the file does not begin with", pragma, "Without it nothing is escaped.");
    walk->includes++;
    int depth = walk->depth;
    expand_text(walk, file, escaped ? text + strlen(pragma) : text);
    if (walk->depth != depth) {
        complain(walk, top, "a section is not closed in this file:", walk->sections[walk->depth].name, "Close it.");
        walk->depth = depth;
    }
    walk->includes--;
    free(text);
}

int template_source(const char *folder, const char *name, const struct contract_message *contract,
                    const struct template_language *language, struct buf *out, struct buf *errors) {
    struct walk walk = {.folder = folder, .language = language, .out = out, .errors = errors};
    walk.sections[0] = (struct section){.contract = contract_message_named("PageShell"), .outer = -1};
    walk.sections[1] = (struct section){.contract = contract, .outer = 0};
    walk.depth = PAGE_DEPTH;
    buf_text(out, pragma);
    expand_file(&walk, name);
    return walk.faults || out->failed ? -1 : 0;
}
