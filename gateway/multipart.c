#include "gateway/multipart.h"
#include "services/common/base/text.h"
#include <string.h>
#include <strings.h>

// ---- parameters: name=value or name="value", as Content-Type and Content-Disposition have them

struct parameter {
    const char *name, *value;
    size_t name_size, value_size;
};

static const char *skip_blanks(const char *at) { return at + strspn(at, " \t"); }

// The next "; name=value" at *at, which moves behind it. 1: one was read, 0: there is none, -1: malformed.
// Browsers write %22 for a quote inside a quoted value, so a quote always ends it.
static int next_parameter(const char **at, struct parameter *out) {
    const char *text = skip_blanks(*at);
    if (*text == '\0')
        return 0;
    if (*text != ';')
        return -1;
    text = skip_blanks(text + 1);
    out->name = text;
    out->name_size = strcspn(text, "= \t;\"");
    text += out->name_size;
    if (out->name_size == 0 || *text++ != '=')
        return -1;
    bool quoted = *text == '"';
    out->value = text + quoted;
    out->value_size = strcspn(out->value, quoted ? "\"" : "; \t\"");
    text = out->value + out->value_size;
    if (quoted && *text++ != '"')
        return -1;
    *at = text;
    return 1;
}

static bool named(const struct parameter *parameter, const char *name) {
    return parameter->name_size == strlen(name) && strncasecmp(parameter->name, name, parameter->name_size) == 0;
}

static bool is_boundary(const struct parameter *p) {
    if (p->value_size < 1 || p->value_size > MULTIPART_BOUNDARY_MAX || p->value[p->value_size - 1] == ' ')
        return false;
    for (size_t i = 0; i < p->value_size; i++) {
        char c = p->value[i];
        bool plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
        if (!plain && (c == '\0' || !strchr("'()+_,-./:=? ", c)))
            return false;
    }
    return true;
}

int multipart_boundary(const char *content_type, char out[MULTIPART_BOUNDARY_MAX + 1]) {
    static const char type[] = "multipart/form-data";
    struct parameter parameter;
    int found, count = 0;
    if (!content_type || strncasecmp(content_type, type, strlen(type)) != 0)
        return -1;
    const char *at = content_type + strlen(type);
    while ((found = next_parameter(&at, &parameter)) > 0) {
        if (!named(&parameter, "boundary"))
            continue;
        if (!is_boundary(&parameter))
            return -1;
        memcpy(out, parameter.value, parameter.value_size);
        out[parameter.value_size] = '\0';
        count++;
    }
    return found == 0 && count == 1 ? 0 : -1;
}

// ---- the headers of a part

static int take_disposition(const char *value, struct multipart_part *part) {
    static const char type[] = "form-data";
    struct parameter parameter;
    int found;
    if (part->name || strncasecmp(value, type, strlen(type)) != 0)
        return MULTIPART_MALFORMED;
    const char *at = value + strlen(type);
    char *name_end = NULL, *file_end = NULL;
    while ((found = next_parameter(&at, &parameter)) > 0) {
        bool name = named(&parameter, "name");
        bool file = named(&parameter, "filename") || named(&parameter, "filename*");
        if ((name && part->name) || (file && part->filename))
            return MULTIPART_MALFORMED;
        if (name) {
            part->name = parameter.value;
            name_end = (char *)parameter.value + parameter.value_size;
        } else if (file) {
            part->filename = parameter.value;
            file_end = (char *)parameter.value + parameter.value_size;
        }
    }
    if (found < 0 || !part->name || part->name == name_end)
        return MULTIPART_MALFORMED;
    *name_end = '\0';   // not before all have been read
    if (file_end)
        *file_end = '\0';
    return 0;
}

static int take_header(char *line, struct multipart_part *part) {
    char *colon = strchr(line, ':');
    size_t n = colon ? (size_t)(colon - line) : 0;
    if (n == 0 || strcspn(line, " \t") < n)   // a folded line begins with a blank
        return MULTIPART_MALFORMED;
    char *value = colon + 1 + strspn(colon + 1, " \t");
    if (n == 19 && strncasecmp(line, "Content-Disposition", n) == 0)
        return take_disposition(value, part);
    if (n == 25 && strncasecmp(line, "Content-Transfer-Encoding", n) == 0)   // RFC 7578 section 4.7: deprecated, and would need decoding
        return MULTIPART_MALFORMED;
    if (n == 12 && strncasecmp(line, "Content-Type", n) == 0) {
        if (part->type)
            return MULTIPART_MALFORMED;
        part->type = value;
    }
    return 0;
}

static int begin_part(struct multipart *reader) {
    struct multipart_part part = {0};
    reader->head[reader->head_size] = '\0';
    if (strlen(reader->head) != reader->head_size)
        return MULTIPART_MALFORMED;
    for (char *line = reader->head; *line;) {
        char *end = strstr(line, "\r\n");   // the last line has one, too
        size_t n = (size_t)(end - line);
        *end = '\0';
        int failed = strcspn(line, "\r\n") < n ? MULTIPART_MALFORMED : take_header(line, &part);
        if (failed)
            return failed;
        line = end + 2;
    }
    return part.name ? reader->sink->begin(reader->sink->owner, &part) : MULTIPART_MALFORMED;
}

// ---- pieces

void multipart_open(struct multipart *reader, const char *boundary, const struct multipart_sink *sink) {
    *reader = (struct multipart){.state = MULTIPART_START, .sink = sink, .matched = 2};   // as if a line had ended before
    memcpy(reader->delimiter, "\r\n--", 4);
    size_t n = strnlen(boundary, MULTIPART_BOUNDARY_MAX);
    memcpy(reader->delimiter + 4, boundary, n);
    reader->delimiter_size = n + 4;
}

static int give(struct multipart *reader, const char *bytes, size_t n) {
    return n ? reader->sink->data(reader->sink->owner, bytes, n) : 0;
}

// Looks for the delimiter. Only its first byte is a CR, so what fails to match can begin anew at a CR only. Returns how much it used.
static size_t read_data(struct multipart *reader, const char *bytes, size_t n) {
    if (reader->matched == 0) {
        const char *cr = memchr(bytes, '\r', n);
        size_t plain = cr ? (size_t)(cr - bytes) : n;
        reader->failed = give(reader, bytes, plain);
        reader->matched = cr ? 1 : 0;
        return cr ? plain + 1 : n;
    }
    if (*bytes == reader->delimiter[reader->matched]) {
        reader->matched++;
        if (reader->matched == reader->delimiter_size) {
            reader->failed = reader->state == MULTIPART_DATA ? reader->sink->end(reader->sink->owner) : 0;
            reader->state = MULTIPART_BOUNDARY;
            reader->head_size = 0;
        }
        return 1;
    }
    size_t seen = reader->matched;
    reader->matched = 0;
    reader->failed = reader->state == MULTIPART_START ? MULTIPART_MALFORMED : give(reader, reader->delimiter, seen);
    return 0;
}

// Behind a boundary: a line's end, or -- after the last one.
static void read_boundary(struct multipart *reader, char c) {
    reader->head[reader->head_size++] = c;
    if (reader->head_size < 2)
        return;
    if (memcmp(reader->head, "\r\n", 2) == 0)
        reader->state = MULTIPART_HEAD;
    else if (memcmp(reader->head, "--", 2) == 0)
        reader->state = MULTIPART_END;
    else
        reader->failed = MULTIPART_MALFORMED;
    reader->head_size = 0;
}

static void read_head(struct multipart *reader, char c) {
    if (reader->head_size == MULTIPART_HEAD_MAX) {
        reader->failed = MULTIPART_TOO_MUCH;
        return;
    }
    reader->head[reader->head_size++] = c;
    if (reader->head_size < 4 || memcmp(reader->head + reader->head_size - 4, "\r\n\r\n", 4) != 0)
        return;
    reader->head_size -= 2;
    reader->failed = begin_part(reader);
    reader->state = MULTIPART_DATA;
    reader->matched = 0;
}

int multipart_feed(struct multipart *reader, const char *bytes, size_t n) {
    while (n > 0 && !reader->failed) {
        size_t used = 1;
        if (reader->state == MULTIPART_START || reader->state == MULTIPART_DATA)
            used = read_data(reader, bytes, n);
        else if (reader->state == MULTIPART_BOUNDARY)
            read_boundary(reader, *bytes);
        else if (reader->state == MULTIPART_HEAD)
            read_head(reader, *bytes);
        else if (reader->head_size >= 2 || *bytes != "\r\n"[reader->head_size++])   // after the last: one end of line at most
            reader->failed = MULTIPART_MALFORMED;
        bytes += used;
        n -= used;
    }
    return reader->failed;
}

int multipart_close(struct multipart *reader) {
    if (!reader->failed && reader->state != MULTIPART_END)
        reader->failed = MULTIPART_MALFORMED;
    return reader->failed;
}

// ---- a form

struct fields {
    struct arena *arena;
    struct urlencoded_pairs *out;
    struct buf value;
    const char *name;
    bool file;
};

// The browser sends a file field that was left empty as a nameless, empty file.
static int begin_field(void *owner, const struct multipart_part *part) {
    struct fields *fields = owner;
    fields->file = part->filename != NULL;
    if (fields->file && *part->filename)
        return MULTIPART_FILE;
    if (fields->out->count == URLENCODED_PAIRS_MAX)
        return MULTIPART_TOO_MUCH;
    if (!text_valid(part->name, strlen(part->name)))
        return MULTIPART_MALFORMED;
    fields->name = arena_text(fields->arena, part->name);
    buf_clear(&fields->value);
    return fields->name ? 0 : MULTIPART_TOO_MUCH;
}

static int add_to_field(void *owner, const char *bytes, size_t n) {
    struct fields *fields = owner;
    buf_add(&fields->value, bytes, n);
    return fields->file ? MULTIPART_FILE : 0;
}

static int end_field(void *owner) {
    struct fields *fields = owner;
    const struct buf *value = &fields->value;
    if (fields->file)
        return 0;
    if (value->failed)
        return MULTIPART_TOO_MUCH;
    if (value->len && !text_valid(value->data, value->len))
        return MULTIPART_MALFORMED;
    const char *copy = value->len ? arena_text_n(fields->arena, value->data, value->len) : "";
    fields->out->items[fields->out->count++] = (struct urlencoded_pair){fields->name, copy};
    return copy ? 0 : MULTIPART_TOO_MUCH;
}

int multipart_pairs(const char *content_type, const char *body, size_t n, struct arena *arena, struct urlencoded_pairs *out) {
    char boundary[MULTIPART_BOUNDARY_MAX + 1];
    struct fields fields = {.arena = arena, .out = out};
    const struct multipart_sink sink = {begin_field, add_to_field, end_field, &fields};
    *out = (struct urlencoded_pairs){.items = arena_take(arena, URLENCODED_PAIRS_MAX * sizeof *out->items)};
    if (!out->items)
        return MULTIPART_TOO_MUCH;
    if (multipart_boundary(content_type, boundary) != 0)
        return MULTIPART_MALFORMED;
    buf_init(&fields.value, n + 1);
    struct multipart reader;
    multipart_open(&reader, boundary, &sink);
    multipart_feed(&reader, body, n);
    int result = multipart_close(&reader);
    buf_free(&fields.value);
    return result;
}
