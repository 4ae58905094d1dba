#include "services/notifications/returned.h"
#include <ctype.h>
#include <gmime/gmime.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

enum { FIELD_MAX = 1000, PARTS_MOST = 20, DEPTH_MOST = 4, COLONS_MOST = 100 };

// ---- the fields of a report: "Name: value", folded like headers, in groups with an empty line between
struct field { char name[40], value[FIELD_MAX]; };

static void field_begin(struct field *field, const char *line, size_t size) {
    size_t name = 0, value;
    while (name < size && line[name] != ':')
        name++;
    for (value = name + 1; value < size && (line[value] == ' ' || line[value] == '\t');)
        value++;
    field->name[0] = field->value[0] = '\0';
    if (name >= size || name >= sizeof field->name)
        return;
    snprintf(field->name, sizeof field->name, "%.*s", (int)name, line);
    if (value < size)
        snprintf(field->value, sizeof field->value, "%.*s", (int)(size - value), line + value);
}

static void field_continue(struct field *field, const char *line, size_t size) {
    size_t have = strlen(field->value);
    if (have + 1 < sizeof field->value)
        snprintf(field->value + have, sizeof field->value - have, "%.*s", (int)size, line);
}

// Calls with each field, and with NULL where a group ends. The text ends with a NUL.
typedef void each_field(void *owner, const struct field *field);

static void fields_read(const char *text, each_field *each, void *owner) {
    struct field field = {0};
    while (*text != '\0') {
        size_t line = strcspn(text, "\n"), size = line > 0 && text[line - 1] == '\r' ? line - 1 : line;
        bool folded = size > 0 && (text[0] == ' ' || text[0] == '\t');
        if (!folded && field.name[0] != '\0')
            each(owner, &field);
        if (folded)
            field_continue(&field, text, size);
        else
            field_begin(&field, text, size);
        if (size == 0)
            each(owner, NULL);
        text += line + (text[line] == '\n');
    }
    if (field.name[0] != '\0')
        each(owner, &field);
    each(owner, NULL);
}

// ---- status codes
// "5.1.1" anywhere in a text, as a word of its own.
static bool status_in(const char *text, char out[RETURNED_STATUS_MAX]) {
    for (const char *at = text; *at; at++) {
        unsigned class = 0, subject = 0, detail = 0;
        int length = 0;
        bool starts = at == text || !(isalnum((unsigned char)at[-1]) || at[-1] == '.' || at[-1] == '-');
        if (!starts || sscanf(at, "%1u.%3u.%3u%n", &class, &subject, &detail, &length) != 3 || length == 0)
            continue;
        if ((class == 2 || class == 4 || class == 5) && !isalnum((unsigned char)at[length]) && at[length] != '.') {
            snprintf(out, RETURNED_STATUS_MAX, "%u.%u.%u", class, subject, detail);
            return true;
        }
    }
    return false;
}

bool returned_is_hard(const char *status) {
    static const char *const hard[] = {"5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1", "5.4.4"};
    for (size_t i = 0; i < sizeof hard / sizeof *hard; i++)
        if (strcmp(status, hard[i]) == 0)
            return true;
    return false;
}

// ---- RFC 3464: what is said of one recipient. Our mails have one; the worst counts
struct delivery {
    struct field action, status, diagnostic;
    enum returned_what what;
    char worst[RETURNED_STATUS_MAX];
};

static void delivery_group(struct delivery *delivery) {
    char status[RETURNED_STATUS_MAX] = "", closer[RETURNED_STATUS_MAX];
    if (strncasecmp(delivery->action.value, "failed", 6) == 0) {
        status_in(delivery->status.value, status);
        // Some servers write 5.0.0 whatever it was, and the truth beside it.
        if ((status[0] == '\0' || strcmp(status + 1, ".0.0") == 0) && status_in(delivery->diagnostic.value, closer))
            snprintf(status, sizeof status, "%s", closer);
        enum returned_what what = returned_is_hard(status) ? RETURNED_HARD : RETURNED_SOFT;
        if (delivery->what != RETURNED_HARD) {
            delivery->what = what;
            snprintf(delivery->worst, sizeof delivery->worst, "%s", status);
        }
    }
    delivery->action = delivery->status = delivery->diagnostic = (struct field){0};
}

static void delivery_field(void *owner, const struct field *field) {
    struct delivery *delivery = owner;
    if (field == NULL)
        delivery_group(delivery);
    else if (strcasecmp(field->name, "Action") == 0)
        delivery->action = *field;
    else if (strcasecmp(field->name, "Status") == 0)
        delivery->status = *field;
    else if (strcasecmp(field->name, "Diagnostic-Code") == 0)
        delivery->diagnostic = *field;
}

// ---- RFC 5965
static void feedback_field(void *owner, const struct field *field) {
    bool *complaint = owner;
    if (field != NULL && strcasecmp(field->name, "Feedback-Type") == 0)
        *complaint = strncasecmp(field->value, "not-spam", 8) != 0;
}

// ---- whose mail it was
static void take_token(const char *message_id, struct returned *out) {
    const char *from = message_id + strspn(message_id, " \t<");
    size_t size = strspn(from, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_");
    if (out->message_token[0] == '\0' && size > 0 && size < sizeof out->message_token && from[size] == '@')
        snprintf(out->message_token, sizeof out->message_token, "%.*s", (int)size, from);
}

static void original_field(void *owner, const struct field *field) {
    if (field != NULL && strcasecmp(field->name, "Message-ID") == 0)
        take_token(field->value, owner);
}

// ---- the parts of a report
static char *part_text(GMimeObject *part) {   // g_free; NULL: none
    GMimeDataWrapper *content = GMIME_IS_PART(part) ? g_mime_part_get_content(GMIME_PART(part)) : NULL;
    if (content == NULL)
        return NULL;
    GMimeStream *stream = g_mime_stream_mem_new();
    char *text = NULL;
    if (g_mime_data_wrapper_write_to_stream(content, stream) >= 0) {
        GByteArray *bytes = g_mime_stream_mem_get_byte_array(GMIME_STREAM_MEM(stream));
        text = g_strndup((const char *)bytes->data, bytes->len);   // to the first NUL
    }
    g_object_unref(stream);
    return text;
}

static void read_status(const char *text, struct returned *out) {
    struct delivery delivery = {0};
    fields_read(text, delivery_field, &delivery);
    if (delivery.what != RETURNED_NOTHING) {
        out->what = delivery.what;
        snprintf(out->status, sizeof out->status, "%s", delivery.worst);
    }
}

static void read_feedback(const char *text, struct returned *out) {
    bool complaint = false;
    fields_read(text, feedback_field, &complaint);
    if (complaint)
        out->what = RETURNED_COMPLAINT;
}

static void read_part(GMimeObject *part, struct returned *out) {
    GMimeContentType *type = g_mime_object_get_content_type(part);
    if (GMIME_IS_MESSAGE_PART(part)) {
        GMimeMessage *original = g_mime_message_part_get_message(GMIME_MESSAGE_PART(part));
        const char *id = original != NULL ? g_mime_message_get_message_id(original) : NULL;
        if (id != NULL)
            take_token(id, out);
        return;
    }
    bool status = g_mime_content_type_is_type(type, "message", "delivery-status") ||
                  g_mime_content_type_is_type(type, "message", "global-delivery-status");
    bool feedback = g_mime_content_type_is_type(type, "message", "feedback-report");
    bool headers = g_mime_content_type_is_type(type, "text", "rfc822-headers") ||
                   g_mime_content_type_is_type(type, "message", "global-headers") || g_mime_content_type_is_type(type, "message", "rfc822");
    char *text = status || feedback || headers ? part_text(part) : NULL;
    if (text != NULL && status)
        read_status(text, out);
    else if (text != NULL && feedback)
        read_feedback(text, out);
    else if (text != NULL)
        fields_read(text, original_field, out);
    g_free(text);
}

// The report stands at the top, or inside what a mailing list or a virus scanner put around it.
static GMimeMultipart *find_report(GMimeObject *part, int depth) {
    if (part == NULL || depth > DEPTH_MOST || !GMIME_IS_MULTIPART(part))
        return NULL;
    GMimeMultipart *multipart = GMIME_MULTIPART(part), *found = NULL;
    if (g_mime_content_type_is_type(g_mime_object_get_content_type(part), "multipart", "report"))
        return multipart;
    for (int i = 0; found == NULL && i < g_mime_multipart_get_count(multipart) && i < PARTS_MOST; i++)
        found = find_report(g_mime_multipart_get_part(multipart, i), depth + 1);
    return found;
}

static void read_message(GMimeMessage *message, struct returned *out) {
    GMimeMultipart *report = find_report(g_mime_message_get_mime_part(message), 0);
    if (report == NULL)
        return;
    for (int i = 0; i < g_mime_multipart_get_count(report) && i < PARTS_MOST; i++)
        read_part(g_mime_multipart_get_part(report, i), out);
    // Some reports leave the mail out and answer it.
    const char *answered = g_mime_object_get_header(GMIME_OBJECT(message), "In-Reply-To");
    if (answered != NULL)
        take_token(answered, out);
    const char *references = g_mime_object_get_header(GMIME_OBJECT(message), "References");
    if (references != NULL)
        take_token(references, out);
}

// GMime (3.2) reads groups of addresses within groups ("a:b:c:") by calling itself, as deep as they are told: a header of colons would end
// us. No header of a report has so many.
static void tame(GByteArray *bytes) {
    int colons = 0;
    for (guint i = 0; i < bytes->len; i++) {
        bool begins = i > 0 && bytes->data[i - 1] == '\n' && bytes->data[i] != ' ' && bytes->data[i] != '\t';
        colons = (begins ? 0 : colons) + (bytes->data[i] == ':');
        if (colons > COLONS_MOST && bytes->data[i] == ':')
            bytes->data[i] = ' ';
    }
}

void returned_read(const void *bytes, size_t size, struct returned *out) {
    *out = (struct returned){0};
    GByteArray *copy = g_byte_array_new();
    g_byte_array_append(copy, bytes, (guint)(size < RETURNED_BYTES_MOST ? size : RETURNED_BYTES_MOST));
    tame(copy);
    GMimeStream *stream = g_mime_stream_mem_new_with_byte_array(copy);   // whose it is from here on
    g_mime_stream_mem_set_owner(GMIME_STREAM_MEM(stream), TRUE);
    GMimeParser *parser = g_mime_parser_new_with_stream(stream);
    g_object_unref(stream);
    GMimeMessage *message = g_mime_parser_construct_message(parser, NULL);
    g_object_unref(parser);
    if (message == NULL)
        return;
    read_message(message, out);
    g_object_unref(message);
}

static const char *const names[] = {[RETURNED_HARD] = "hard", [RETURNED_SOFT] = "soft", [RETURNED_COMPLAINT] = "complaint"};

const char *returned_name(enum returned_what what) {
    return names[what];
}

int returned_of(const char *name) {
    for (int i = RETURNED_HARD; i <= RETURNED_COMPLAINT; i++)
        if (strcmp(names[i], name) == 0)
            return i;
    return -1;
}
